//! A program of the repository's own that runs under the watchdog: a service, a seed, a check.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::call::Call;
use super::failure::{Failure, ending};
use crate::io::files::last_lines;
use crate::io::group::Group;

/// What is started, where, with which variables beside our own.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Program {
    pub words: Vec<String>,
    pub dir: PathBuf,
    pub env: Vec<(String, String)>,
}

/// A started program.
#[derive(Debug)]
pub struct Supervised {
    program: Program,
    handle: duct::Handle,
    /// All it says, or what it says to standard error.
    log: PathBuf,
}

/// How many of a program's last lines are shown.
pub const LINES: usize = 12;

impl Program {
    /// As a call outside of any group.
    pub fn call(&self) -> Call {
        let call = Call::program(self.words.clone(), &self.dir);
        self.env.iter().fold(call, |call, (name, value)| call.env(name, value))
    }

    /// Starts it in a group; all it says goes to `log`, or its results to `results`.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(&self, group: Group, log: &Path, results: Option<&Path>) -> Result<Supervised, Failure> {
        let failed = |error: &std::io::Error| {
            let missing = error.kind() == std::io::ErrorKind::NotFound;
            let status = if missing { "not found".to_owned() } else { error.to_string() };
            Failure::new(&self.words, &self.dir, status, "")
        };
        let (program, args) = self
            .words
            .split_first()
            .ok_or_else(|| Failure::new(&self.words, &self.dir, "nothing to run", ""))?;
        // A path is seen from the program's own folder, a name is looked up.
        let program = match program.contains('/') {
            true => self.dir.join(program).into_os_string(),
            false => program.into(),
        };
        let said = File::create(log).map_err(|error| failed(&error))?;
        let results = match results {
            Some(path) => File::create(path),
            None => said.try_clone(),
        };
        let mut expression = duct::cmd(program, args)
            .dir(&self.dir)
            .stdin_null()
            .stdout_file(results.map_err(|error| failed(&error))?)
            .stderr_file(said)
            .unchecked()
            .before_spawn(move |command| {
                group.join(command);
                Ok(())
            });
        for (name, value) in &self.env {
            expression = expression.env(name, value);
        }
        let handle = expression.start().map_err(|error| failed(&error))?;
        Ok(Supervised { program: self.clone(), handle, log: log.to_owned() })
    }
}

impl Supervised {
    /// How it ended, if it did.
    pub fn ended(&self) -> Option<Failure> {
        match self.handle.try_wait() {
            Ok(None) => None,
            Ok(Some(output)) => Some(self.failure(ending(output.status), output.status.code())),
            Err(error) => Some(self.failure(error.to_string(), None)),
        }
    }

    /// Waits for its success, until the limit or until `stop` says so.
    ///
    /// # Errors
    /// When it ends otherwise or too late.
    pub fn finish(&self, limit: Duration, stop: &dyn Fn() -> bool) -> Result<(), Failure> {
        let until = Instant::now() + limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.handle.wait_timeout(left.min(Duration::from_millis(50))) {
                Ok(Some(output)) if output.status.success() => return Ok(()),
                Ok(None) if stop() || left.is_zero() => {
                    let _ = self.handle.kill();
                    let why = match stop() {
                        true => "a kill: the test was stopped".to_owned(),
                        false => format!("a kill: it took longer than {} s", limit.as_secs()),
                    };
                    return Err(self.failure(why, None));
                }
                Ok(None) => {}
                Ok(Some(output)) => return Err(self.failure(ending(output.status), output.status.code())),
                Err(error) => return Err(self.failure(error.to_string(), None)),
            }
        }
    }

    /// Waits until it ended, at most until then.
    pub fn gone_by(&self, until: Instant) {
        let _ = self.handle.wait_timeout(until.saturating_duration_since(Instant::now()));
    }

    /// Its last lines.
    pub fn said(&self) -> Vec<String> {
        last_lines(&self.log, LINES)
    }

    fn failure(&self, status: String, code: Option<i32>) -> Failure {
        Failure {
            code,
            said: self.said(),
            ..Failure::new(&self.program.words, &self.program.dir, status, "")
        }
    }
}
