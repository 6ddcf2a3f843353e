//! A program that failed, said so that it can be pasted into a shell.

use std::fmt::Write as _;
use std::path::Path;

use crate::model::command::paste;
use crate::model::problem::{Code, Problem};

/// What was run, where, how it ended and what it last said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub command: String,
    pub directory: String,
    /// `exit code 128`, `signal 9`, `not found`.
    pub status: String,
    /// Its exit code, where it ended by itself.
    pub code: Option<i32>,
    /// The last lines it wrote.
    pub said: Vec<String>,
    /// What it wrote to standard output, for clients that tell their errors there as JSON.
    pub printed: Box<[u8]>,
}

/// How many of a program's last lines are kept.
const LINES: usize = 12;

impl Failure {
    pub fn new(words: &[String], directory: &Path, status: impl Into<String>, output: &str) -> Failure {
        let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
        let said = lines[lines.len().saturating_sub(LINES)..].iter().map(|line| (*line).to_owned()).collect();
        Failure {
            command: paste(words),
            directory: directory.display().to_string(),
            status: status.into(),
            code: None,
            said,
            printed: Box::default(),
        }
    }

    /// In one line: command, ending, last words.
    pub fn problem_text(&self) -> String {
        let ended = format!("`{}` ended with {}", self.command, self.status);
        match self.said.last() {
            Some(last) => format!("{ended}: {last}"),
            None => ended,
        }
    }

    /// The last line it wrote.
    pub fn last(&self) -> String {
        self.said.last().cloned().unwrap_or_default()
    }

    /// Its last lines with how it ended, to be sorted by what they say.
    pub fn words(&self) -> Vec<String> {
        self.said.iter().cloned().chain([format!("ended with {}", self.status)]).collect()
    }

    /// The problem to show, `W0209` unless a better code is known.
    pub fn problem(&self, code: Code, what: &str) -> Problem {
        let mut why = format!("`{}` ended with {}", self.command, self.status);
        for line in &self.said {
            let _ = write!(why, "\n  {line}");
        }
        Problem::new(code, what).why(why)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Problem {
        let program = failure.command.split(' ').next().unwrap_or("a program").to_owned();
        failure.problem(Code::W0209, &format!("{program} failed"))
    }
}

/// How a process ended.
pub fn ending(status: std::process::ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit code {code}"),
        None => status.to_string(),
    }
}
