//! How a call becomes a process.
//!
//! Plainly spawned, a process costs the caller no copy of its memory and no threads; it goes on
//! writing only while somebody reads. What must be ended after some time, or says all in one stream,
//! is run by `duct`, which forks and reads along.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::io::env::find_program;

/// What a caller's environment may not turn: git must look at the repository it is started in, and
/// read our paths as we write them.
pub const SCRUBBED: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// Bytes that every pipe takes at once, though nobody reads yet (the smallest that systems make).
const PIPE: usize = 4096;

/// What a process reads.
#[derive(Debug)]
pub(super) enum Input {
    Nothing,
    Bytes(Vec<u8>),
    /// An open file, such as a lock that it keeps while it lives.
    File(File),
}

/// A process to be.
pub(super) struct Start<'a> {
    pub program: &'a str,
    pub args: &'a [String],
    pub dir: &'a Path,
    /// The whole environment, where it is not this process's own; nothing is added to it or taken out.
    pub whole: Option<&'a BTreeMap<String, String>>,
    /// Of two settings of one variable the first stands.
    pub env: &'a [(String, String)],
    /// Variables that it does not get, unless `env` sets them.
    pub without: &'a [String],
    pub input: Input,
    /// Where standard error goes; it is kept without.
    pub errors: Option<File>,
}

/// Where a program is. git is started several times within milliseconds, and each start would look through the whole
/// `PATH` again.
fn place_of(program: &str) -> &Path {
    static GIT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = (program == "git").then(|| GIT.get_or_init(|| find_program("git", Path::new(""))));
    found.and_then(Option::as_deref).unwrap_or(Path::new(program))
}

/// A started process.
#[derive(Debug)]
pub(super) enum Process {
    Plain { child: Child, feeder: Option<JoinHandle<io::Result<()>>> },
    Supervised(Box<duct::Handle>),
}

impl Start<'_> {
    fn left_out(&self) -> impl Iterator<Item = &str> {
        SCRUBBED.into_iter().chain(self.without.iter().map(String::as_str))
    }

    /// Spawns it; `PATH` is left alone, so that the system's own spawning does for it.
    pub(super) fn plain(self) -> io::Result<Process> {
        let mut command = Command::new(place_of(self.program));
        command.args(self.args).current_dir(self.dir).stdout(Stdio::piped());
        self.left_out().for_each(|name| {
            command.env_remove(name);
        });
        command.envs(self.env.iter().rev().map(|(name, value)| (name, value)));
        if let Some(whole) = self.whole {
            command.env_clear().envs(whole);
        }
        let (input, bytes) = match self.input {
            Input::Nothing => (Stdio::null(), None),
            Input::Bytes(bytes) => (Stdio::piped(), Some(bytes)),
            Input::File(file) => (Stdio::from(file), None),
        };
        command.stdin(input);
        command.stderr(self.errors.map_or_else(Stdio::piped, Stdio::from));
        let mut child = command.spawn()?;
        let mut feeder = None;
        if let (Some(bytes), Some(mut pipe)) = (bytes, child.stdin.take()) {
            if bytes.len() <= PIPE {
                fed(pipe.write_all(&bytes))?;
            } else {
                feeder = Some(std::thread::spawn(move || pipe.write_all(&bytes)));
            }
        }
        Ok(Process::Plain { child, feeder })
    }

    /// Runs it under `duct`; `merged`, its standard output joins its standard error.
    pub(super) fn supervised(self, merged: bool) -> io::Result<Process> {
        let mut expression = duct::cmd(self.program, self.args).dir(self.dir).unchecked();
        expression = if merged { expression.stdout_to_stderr() } else { expression.stdout_capture() };
        for (name, value) in self.env {
            expression = expression.env(name, value);
        }
        for name in self.left_out() {
            expression = expression.env_remove(name);
        }
        if let Some(whole) = self.whole {
            expression = expression.full_env(whole);
        }
        expression = match self.input {
            Input::Bytes(bytes) => expression.stdin_bytes(bytes),
            Input::File(file) => expression.stdin_file(file),
            Input::Nothing => expression.stdin_null(),
        };
        expression = match self.errors {
            Some(file) => expression.stderr_file(file),
            None => expression.stderr_capture(),
        };
        expression.start().map(|handle| Process::Supervised(Box::new(handle)))
    }
}

impl Process {
    /// Waits for its end and gives what it said.
    pub(super) fn wait(self) -> io::Result<Output> {
        match self {
            Process::Plain { child, feeder } => {
                let output = child.wait_with_output()?;
                if let Some(Ok(result)) = feeder.map(JoinHandle::join) {
                    fed(result)?;
                }
                Ok(output)
            }
            Process::Supervised(handle) => handle.into_output(),
        }
    }

    /// Waits for the end of a supervised one, but not for ever; none past the deadline, when it is
    /// ended.
    pub(super) fn wait_at_most(self, limit: Duration) -> io::Result<Option<Output>> {
        match self {
            Process::Plain { .. } => self.wait().map(Some),
            Process::Supervised(handle) => {
                let output = handle.wait_timeout(limit)?.cloned();
                if output.is_none() {
                    let _ = handle.kill();
                }
                Ok(output)
            }
        }
    }
}

/// Writing to a process that reads no further is no failure; its end tells.
fn fed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
