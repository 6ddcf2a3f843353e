//! One call of a program: arguments, environment, standard input, supervision.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use crate::io::lock::ReleaseLock;
use crate::model::secret::Mask;
use crate::tool::failure::{Failure, ending};

/// What a caller's environment may not turn: git must look at the repository it is started in.
pub const SCRUBBED: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// A call to be started.
#[derive(Debug)]
pub struct Call {
    words: Vec<String>,
    dir: PathBuf,
    env: Vec<(String, String)>,
    without: Vec<String>,
    stdin: Option<Vec<u8>>,
    /// Standard output joins standard error.
    merged: bool,
    errors: Option<(File, u64)>,
    /// The whole environment, where it is not the process's own.
    whole: Option<BTreeMap<String, String>>,
    /// An open file as standard input: a lock that the program keeps while it lives.
    input: Option<File>,
    mask: Mask,
}

impl Call {
    /// A program and its arguments in a folder.
    pub fn program(words: Vec<String>, dir: &Path) -> Call {
        Call {
            words,
            dir: dir.to_owned(),
            env: Vec::new(),
            without: Vec::new(),
            stdin: None,
            merged: false,
            errors: None,
            whole: None,
            input: None,
            mask: Mask::default(),
        }
    }

    /// `git ARGS` in a folder, with plain English messages.
    pub fn git(dir: &Path, args: &[&str]) -> Call {
        let words = std::iter::once("git").chain(args.iter().copied()).map(String::from).collect();
        Call::program(words, dir).env("LC_ALL", "C")
    }

    /// A question that must not write anything, not even a refreshed index.
    pub fn read_only(self) -> Call {
        self.env("GIT_OPTIONAL_LOCKS", "0")
    }

    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Call {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Leaves a variable of the environment out.
    pub fn without(mut self, name: impl Into<String>) -> Call {
        self.without.push(name.into());
        self
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Call {
        self.stdin = Some(bytes.into());
        self
    }

    /// Keeps all that it says in one stream, for the last lines of a failure.
    pub fn merged(mut self) -> Call {
        self.merged = true;
        self
    }

    /// Lets the program and whatever it starts keep the release lock while they live.
    pub fn holding(mut self, lock: Option<&ReleaseLock>) -> Call {
        self.errors = lock.and_then(|lock| Some((lock.share().ok()?, lock.written())));
        self
    }

    /// Gives it exactly this environment.
    pub fn only_env(mut self, variables: BTreeMap<String, String>) -> Call {
        self.whole = Some(variables);
        self
    }

    /// Lets it, and whatever it starts, hold an open file as standard input.
    pub fn input(mut self, file: Option<File>) -> Call {
        self.input = file;
        self
    }

    /// Masks these secrets in what a failure quotes.
    pub fn masked(mut self, mask: Mask) -> Call {
        self.mask = mask;
        self
    }

    /// Starts it; several may run side by side.
    ///
    /// # Errors
    /// When it can't be started at all.
    pub fn start(self) -> Result<Running, Failure> {
        let (program, args) = self
            .words
            .split_first()
            .ok_or_else(|| Failure::new(&self.words, &self.dir, "nothing to run", ""))?;
        let mut expression = duct::cmd(program, args).dir(&self.dir).unchecked();
        expression = if self.merged { expression.stdout_to_stderr() } else { expression.stdout_capture() };
        // duct: of two settings of one variable the first stands.
        for (name, value) in &self.env {
            expression = expression.env(name, value);
        }
        for name in SCRUBBED.into_iter().chain(self.without.iter().map(String::as_str)) {
            expression = expression.env_remove(name);
        }
        if let Some(whole) = &self.whole {
            expression = expression.full_env(whole);
        }
        expression = match (self.stdin, self.input) {
            (Some(bytes), _) => expression.stdin_bytes(bytes),
            (None, Some(file)) => expression.stdin_file(file),
            (None, None) => expression.stdin_null(),
        };
        let said_from = match self.errors {
            Some((file, from)) => {
                let copy = file
                    .try_clone()
                    .map_err(|error| Failure::new(&self.words, &self.dir, error.to_string(), ""))?;
                expression = expression.stderr_file(file);
                Some((copy, from))
            }
            None => {
                expression = expression.stderr_capture();
                None
            }
        };
        let handle = expression.start().map_err(|error| {
            let status = if error.kind() == std::io::ErrorKind::NotFound {
                "not found".into()
            } else {
                error.to_string()
            };
            Failure::new(&self.words, &self.dir, status, "")
        })?;
        Ok(Running { words: self.words, dir: self.dir, handle, said_from, mask: self.mask })
    }

    /// Runs it and gives what it wrote to standard output.
    ///
    /// # Errors
    /// When it can't be started or ends with another status than 0.
    pub fn run(self) -> Result<Vec<u8>, Failure> {
        self.start()?.wait()
    }

    /// As [`Call::run`], as text without the last line end.
    ///
    /// # Errors
    /// As [`Call::run`].
    pub fn text(self) -> Result<String, Failure> {
        let bytes = self.run()?;
        Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
    }
}

/// A started call.
#[derive(Debug)]
pub struct Running {
    words: Vec<String>,
    dir: PathBuf,
    handle: duct::Handle,
    said_from: Option<(File, u64)>,
    mask: Mask,
}

impl Running {
    /// Waits for its end.
    ///
    /// # Errors
    /// When it ends with another status than 0.
    pub fn wait(self) -> Result<Vec<u8>, Failure> {
        match self.handle.wait() {
            Ok(output) => self.judge(output),
            Err(error) => Err(Failure::new(&self.words, &self.dir, error.to_string(), "")),
        }
    }

    /// Waits for its end, but not for ever; past the deadline it is ended.
    ///
    /// # Errors
    /// As [`Running::wait`], and when the time was up.
    pub fn wait_at_most(self, limit: Duration) -> Result<Vec<u8>, Failure> {
        match self.handle.wait_timeout(limit) {
            Ok(Some(output)) => self.judge(output),
            Ok(None) => {
                let _ = self.handle.kill();
                Err(Failure::new(&self.words, &self.dir, format!("no answer in {} s", limit.as_secs()), ""))
            }
            Err(error) => Err(Failure::new(&self.words, &self.dir, error.to_string(), "")),
        }
    }

    fn judge(&self, output: &Output) -> Result<Vec<u8>, Failure> {
        if output.status.success() {
            return Ok(output.stdout.clone());
        }
        let said = match &self.said_from {
            Some((file, from)) => read_from(file, *from),
            None => String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        let said = self.mask.cover(&said);
        Err(Failure {
            code: output.status.code(),
            printed: output.stdout.as_slice().into(),
            ..Failure::new(&self.words, &self.dir, ending(output.status), &said)
        })
    }
}

fn read_from(file: &File, from: u64) -> String {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file;
    let mut bytes = Vec::new();
    let read = file.seek(SeekFrom::Start(from)).and_then(|_| file.read_to_end(&mut bytes));
    if read.is_err() {
        bytes.clear();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
