//! The process that ends what we started, even when we are killed.
//!
//! It is this program again, started as `xtask __watchdog`, and leads the process group that all
//! children join: so there is no moment at which a child exists and could be missed. It waits for
//! the end of its standard input, which comes when we end in whatever way. Then it asks the group
//! to end, starts a cleaner outside of the group for what is left (a folder, a compose stack), and
//! kills the group, itself included.

use std::io::{BufRead, Write, stdin};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::supervised::Program;
use crate::io::env;
use crate::io::files;
use crate::io::group::Group;
use crate::io::signals;

/// The words by which this program knows that it is one of the two.
pub const WATCHDOG: &str = "__watchdog";
pub const CLEANER: &str = "__cleaner";

/// What it is told, a line of JSON each.
#[derive(Debug, Serialize, Deserialize)]
enum Word {
    /// The group that must be gone first; for the cleaner.
    Group(u32),
    /// A folder to remove.
    Folder(PathBuf),
    /// A command that takes down what is not a process of ours.
    Down(Program),
    /// All is well: end the group.
    Done,
    /// The stack stays.
    Keep,
}

/// Fills the role that this program was started again for, if it was: what links this library and starts registries
/// asks so before all else. Any other role is a newer watchdog's: better nothing than a chain of programs.
pub fn filled_role() -> bool {
    match env::first_argument().as_deref() {
        Some(WATCHDOG) => watch(&mut stdin().lock()),
        Some(CLEANER) => clean(&mut stdin().lock()),
        Some(other) => return other.starts_with("__"),
        None => return false,
    }
    true
}

/// The group's leader and our line to it.
#[derive(Debug)]
pub struct Watchdog {
    process: std::process::Child,
    line: Option<ChildStdin>,
    pub group: Group,
}

/// How long the group gets to end by itself once we were killed.
const GRACE: Duration = Duration::from_secs(1);
/// How long what was killed is waited for. It is gone in no time, but where the system's first
/// process is slow to take note of ended orphans, the group seems to be there for longer.
const GONE: Duration = Duration::from_millis(500);

impl Watchdog {
    /// Starts it.
    ///
    /// # Errors
    /// When this program can't be started again, or was, and knows its role so little that it asks for
    /// a watchdog itself: that would never end.
    pub fn start() -> Result<Watchdog, Failure> {
        if env::first_argument().is_some_and(|role| role == WATCHDOG || role == CLEANER) {
            let words = ["windlass".to_owned(), WATCHDOG.to_owned()];
            return Err(Failure::new(&words, Path::new("."), "this program does not answer to its role", ""));
        }
        let mut process = again(WATCHDOG)?;
        let group = Group::of(process.id());
        let line = process.stdin.take();
        Ok(Watchdog { process, line, group })
    }

    /// Names a folder that must not stay.
    pub fn folder(&mut self, folder: &Path) {
        self.tell(&Word::Folder(folder.to_owned()));
    }

    /// Names a command that takes down what is not a process of ours.
    pub fn down(&mut self, program: &Program) {
        self.tell(&Word::Down(program.clone()));
    }

    /// Leaves everything as it is.
    pub fn keep(mut self) {
        self.tell(&Word::Keep);
        self.line = None;
        let _ = self.process.wait();
    }

    /// Ends the whole group and waits until it is gone.
    pub fn end(mut self) {
        self.tell(&Word::Done);
        self.line = None;
        let _ = self.process.wait();
        // Should it have been killed before it could.
        self.group.kill();
        wait_for(self.group);
    }

    fn tell(&mut self, word: &Word) {
        if let (Some(line), Ok(mut text)) = (&mut self.line, serde_json::to_vec(word)) {
            text.push(b'\n');
            let _ = line.write_all(&text).and_then(|()| line.flush());
        }
    }
}

/// This program in another role, leading a group of its own, with a line to it.
fn again(role: &str) -> Result<std::process::Child, Failure> {
    let words = vec!["windlass".to_owned(), role.to_owned()];
    let failed = |error: std::io::Error| Failure::new(&words, Path::new("."), error.to_string(), "");
    let mut command = Command::new(env::current_exe().map_err(failed)?);
    command.arg(role).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    Group::lead(&mut command);
    command.spawn().map_err(failed)
}

fn wait_for(group: Group) {
    let until = Instant::now() + GONE;
    while group.is_left() && Instant::now() < until {
        sleep(Duration::from_millis(5));
    }
}

/// What the watchdog does.
pub fn watch(input: &mut dyn BufRead) {
    let _ = signals::stay();
    let own = Group::of(std::process::id());
    let mut duties = Vec::new();
    for line in input.lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(Word::Keep) => return,
            Ok(Word::Done) => own.kill(),
            Ok(word) => duties.push(word),
            Err(_) => {}
        }
    }
    own.terminate();
    sleep(GRACE);
    if let Ok(mut cleaner) = again(CLEANER)
        && let Some(line) = &mut cleaner.stdin
    {
        duties.insert(0, Word::Group(own.id()));
        for word in duties {
            let _ = serde_json::to_writer(&mut *line, &word);
            let _ = line.write_all(b"\n");
        }
    }
    own.kill();
}

/// What the cleaner does.
pub fn clean(input: &mut dyn BufRead) {
    let _ = signals::stay();
    let words: Vec<Word> =
        input.lines().map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok()).collect();
    for word in words {
        match word {
            Word::Group(leader) => wait_for(Group::of(leader)),
            Word::Down(program) => drop(program.call().merged().run()),
            Word::Folder(folder) => drop(files::remove_folder(&folder)),
            Word::Done | Word::Keep => {}
        }
    }
}
