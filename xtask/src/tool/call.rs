//! One call of a program: arguments, environment, standard input, supervision.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use crate::io::lock::ReleaseLock;
use crate::model::secret::Mask;
use crate::tool::failure::{Failure, ending};
use crate::tool::process::{Input, Process, Start};

/// A call to be started.
#[derive(Debug)]
pub struct Call {
    words: Vec<String>,
    dir: PathBuf,
    env: Vec<(String, String)>,
    without: Vec<String>,
    stdin: Option<Vec<u8>>,
    manner: Manner,
    errors: Option<(File, u64)>,
    /// The whole environment, where it is not the process's own.
    whole: Option<BTreeMap<String, String>>,
    /// An open file as standard input: a lock that the program keeps while it lives.
    input: Option<File>,
    mask: Mask,
}

#[derive(Clone, Copy, Debug)]
enum Manner {
    Plain,
    /// It can be waited for at most some time.
    Supervised,
    /// Supervised, and standard output joins standard error.
    Merged,
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
            manner: Manner::Supervised,
            errors: None,
            whole: None,
            input: None,
            mask: Mask::default(),
        }
    }

    /// `git ARGS` in a folder, with plain English messages.
    pub fn git(dir: &Path, args: &[&str]) -> Call {
        let words = std::iter::once("git").chain(args.iter().copied()).map(String::from).collect();
        Call { manner: Manner::Plain, ..Call::program(words, dir) }.env("LC_ALL", "C")
    }

    /// Lets its end be awaited for a limited time.
    pub fn supervised(self) -> Call {
        Call { manner: Manner::Supervised, ..self }
    }

    /// Keeps all that it says in one stream, for the last lines of a failure.
    pub fn merged(self) -> Call {
        Call { manner: Manner::Merged, ..self }
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
        let Call { words, dir, env, without, stdin, manner, errors, whole, input, mask } = self;
        let failed = |status: String| Failure::new(&words, &dir, status, "");
        let (program, args) = words.split_first().ok_or_else(|| failed("nothing to run".into()))?;
        let copied = errors.map(|(file, from)| Ok((file.try_clone()?, (file, from))));
        let copied = copied.transpose().map_err(|error: io::Error| failed(error.to_string()))?;
        let (errors, said_from) = copied.unzip();
        let input = match (stdin, input) {
            (Some(bytes), _) => Input::Bytes(bytes),
            (None, Some(file)) => Input::File(file),
            (None, None) => Input::Nothing,
        };
        let whole = whole.as_ref();
        let start = Start { program, args, dir: &dir, whole, env: &env, without: &without, input, errors };
        let process = match manner {
            Manner::Plain => start.plain(),
            Manner::Supervised => start.supervised(false),
            Manner::Merged => start.supervised(true),
        };
        let process = process.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => failed("not found".into()),
            _ => failed(error.to_string()),
        })?;
        Ok(Running { words, dir, process, said_from, mask })
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
        self.start()?.text()
    }
}

/// A started call.
#[derive(Debug)]
pub struct Running {
    words: Vec<String>,
    dir: PathBuf,
    process: Process,
    said_from: Option<(File, u64)>,
    mask: Mask,
}

impl Running {
    /// Waits for its end.
    ///
    /// # Errors
    /// When it ends with another status than 0.
    pub fn wait(self) -> Result<Vec<u8>, Failure> {
        let Running { words, dir, process, said_from, mask } = self;
        match process.wait() {
            Ok(output) => judge(&words, &dir, said_from, &mask, output),
            Err(error) => Err(Failure::new(&words, &dir, error.to_string(), "")),
        }
    }

    /// As [`Running::wait`], as text without the last line end.
    ///
    /// # Errors
    /// As [`Running::wait`].
    pub fn text(self) -> Result<String, Failure> {
        let bytes = self.wait()?;
        Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
    }

    /// Waits for the end of a supervised call, but not for ever; past the deadline it is ended.
    ///
    /// # Errors
    /// As [`Running::wait`], and when the time was up.
    pub fn wait_at_most(self, limit: Duration) -> Result<Vec<u8>, Failure> {
        let Running { words, dir, process, said_from, mask } = self;
        let failed = |status: String| Failure::new(&words, &dir, status, "");
        match process.wait_at_most(limit) {
            Ok(Some(output)) => judge(&words, &dir, said_from, &mask, output),
            Ok(None) => Err(failed(format!("no answer in {} s", limit.as_secs()))),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

/// What it wrote, or how it failed; `said_from` is where else it said why, and from which byte on.
fn judge(
    words: &[String],
    dir: &Path,
    said_from: Option<(File, u64)>,
    mask: &Mask,
    output: Output,
) -> Result<Vec<u8>, Failure> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = match &said_from {
        Some((file, from)) => read_from(file, *from),
        None => String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    let said = mask.cover(&said);
    Err(Failure {
        code: output.status.code(),
        printed: output.stdout.as_slice().into(),
        ..Failure::new(words, dir, ending(output.status), &said)
    })
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
