//! What is wrong with a repository, a config or a request, said so that it can be mended.

use std::fmt;

use serde::{Deserialize, Serialize};

pub use super::code::Code;
use super::path::RepoPath;

/// One thing that is wrong: what was seen and where, why it matters, what to do next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    pub code: Code,
    /// The file (as people name it) and, where known, the line from 1.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
    /// What was seen: one sentence without a final stop.
    pub what: String,
    /// Why it matters, where the title of the code does not say it already.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What to do: commands (`$ git pull`) or advice, one a line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<String>,
}

/// A file and a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    pub file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

impl Problem {
    pub fn new(code: Code, what: impl Into<String>) -> Problem {
        Problem { code, at: None, what: what.into(), why: String::new(), help: Vec::new() }
    }

    pub fn at(mut self, file: &RepoPath) -> Problem {
        self.at = Some(At { file: file.to_string(), line: None });
        self
    }

    pub fn at_line(mut self, file: &RepoPath, line: usize) -> Problem {
        self.at = Some(At { file: file.to_string(), line: Some(line) });
        self
    }

    /// For files outside the repository, such as a config kept elsewhere.
    pub fn at_file(mut self, file: impl Into<String>, line: Option<usize>) -> Problem {
        self.at = Some(At { file: file.into(), line });
        self
    }

    pub fn why(mut self, why: impl Into<String>) -> Problem {
        self.why = why.into();
        self
    }

    /// Adds a line of advice.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help.push(help.into());
        self
    }

    /// Adds a command to run next, as it is typed.
    pub fn run(self, command: impl fmt::Display) -> Problem {
        self.help(format!("$ {command}"))
    }
}

/// Problems collected so that all are shown at once.
pub type Problems = Vec<Problem>;
