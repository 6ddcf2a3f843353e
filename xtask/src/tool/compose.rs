//! `docker compose`, or `docker-compose` where only that is there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::call::Call;
use super::supervised::Program;

/// One project: a stack under a name of its own.
#[derive(Clone, Debug)]
pub struct Compose {
    words: Vec<String>,
    dir: PathBuf,
    env: Vec<(String, String)>,
}

/// How long the program may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(20);

impl Compose {
    /// A project of a file in a folder; none where neither program is there.
    pub fn find(dir: &Path, file: &str, project: &str, env: Vec<(String, String)>) -> Option<Compose> {
        let programs: [&[&str]; 2] = [&["docker", "compose"], &["docker-compose"]];
        let program = programs.into_iter().find(|words| {
            let words = words.iter().chain(&["version"]).map(|word| (*word).to_owned()).collect();
            Call::program(words, dir).start().is_ok_and(|call| call.wait_at_most(PATIENCE).is_ok())
        })?;
        let file = format!("--file={file}");
        let project = format!("--project-name={project}");
        let words = program.iter().map(|word| (*word).to_owned()).chain([project, file]).collect();
        Some(Compose { words, dir: dir.to_owned(), env })
    }

    /// Builds, creates and starts everything in the background.
    pub fn up(&self) -> Program {
        self.program(&["up", "--detach", "--build", "--remove-orphans"])
    }

    /// Stops and removes everything: containers, networks, volumes.
    pub fn down(&self) -> Program {
        self.program(&["down", "--volumes", "--remove-orphans", "--timeout=5"])
    }

    /// The last lines that a service said.
    pub fn logs(&self, service: &str, lines: usize) -> Program {
        let tail = format!("--tail={lines}");
        self.program(&["logs", "--no-color", "--no-log-prefix", &tail, "--", service])
    }

    /// A command in a running service.
    pub fn exec(&self, service: &str, words: &[String]) -> Program {
        let mut program = self.program(&["exec", "-T", "--", service]);
        program.words.extend(words.iter().cloned());
        program
    }

    fn program(&self, args: &[&str]) -> Program {
        let words = self.words.iter().cloned().chain(args.iter().map(|arg| (*arg).to_owned())).collect();
        Program { words, dir: self.dir.clone(), env: self.env.clone() }
    }
}
