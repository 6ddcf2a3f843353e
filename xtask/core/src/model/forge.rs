//! The forge that hosts the repository: what it says of a commit and of a milestone.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::url::Url;

/// The forges that are spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ForgeKind {
    Github,
    Gitlab,
}

impl ForgeKind {
    pub const ALL: [ForgeKind; 2] = [ForgeKind::Github, ForgeKind::Gitlab];

    /// As a config writes it: `github`.
    pub fn name(self) -> &'static str {
        match self {
            ForgeKind::Github => "github",
            ForgeKind::Gitlab => "gitlab",
        }
    }
}

impl fmt::Display for ForgeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ForgeKind::Github => "GitHub",
            ForgeKind::Gitlab => "GitLab",
        })
    }
}

/// Whether a text is a project's path: `owner/name` on GitHub, on GitLab with groups in between.
///
/// # Errors
/// Says what is wrong with it, as the end of a sentence.
pub fn check_project(kind: ForgeKind, text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let parts: Vec<&str> = text.split('/').collect();
    if let Some(bad) = text.chars().find(|c| *c != '/' && !allowed(*c)) {
        return Err(format!("holds {bad:?}; letters, digits, `-`, `_`, `.` and `/` are allowed"));
    }
    if parts.iter().any(|part| part.is_empty() || matches!(*part, "." | "..")) {
        return Err("has an empty part".into());
    }
    match (kind, parts.len()) {
        (_, 0 | 1) => Err("is no `owner/name`".into()),
        (ForgeKind::Github, 3..) => Err("is no `owner/name`: GitHub has no groups in groups".into()),
        _ => Ok(()),
    }
}

/// `[forge]`. What is left out is taken from the CI that runs, else from the remote's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForgeRules {
    pub kind: Option<ForgeKind>,
    /// The API's base: `https://api.github.com`, `https://gitlab.example.org/api/v4`.
    pub api: Option<Url>,
    /// `owner/name`; on GitLab the whole path of the project.
    pub project: Option<String>,
    /// The variable that holds the token.
    pub token: Option<String>,
    /// GitHub: the file name of the workflow whose push run tells whether a commit is green; without it
    /// every workflow that ran for the push counts.
    pub workflow: Option<String>,
}

/// What CI says of exactly one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ci", rename_all = "kebab-case")]
pub enum Ci {
    /// It ran for this commit and succeeded; where a person sees it.
    Green { run: String },
    /// It ran and did not succeed; the forge's own word (`failure`, `canceled`).
    Red { run: String, word: String },
    /// It has not ended.
    Running { run: String },
    /// Nothing ran for this commit; what was looked for, without an article: `branch pipeline for 1234567890`.
    Absent { wanted: String },
}

/// A milestone with what is still open in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    pub title: String,
    /// Where a person sees it.
    pub page: String,
    pub issues: Vec<Open>,
    /// Merge requests; on GitHub pull requests.
    pub merge_requests: Vec<Open>,
}

/// An open issue or merge request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// As people write it on the forge: `#12`, `!7`.
    pub reference: String,
    pub title: String,
    pub page: String,
}

/// Why a forge did not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No token, or the forge does not take it (401).
    Credentials { why: String },
    /// The token may not do this (403), or the forge hides it (404).
    Denied { why: String },
    /// The forge asked to wait longer than anybody waits.
    Limited { why: String },
    /// No answer, a broken one, or one that means nothing here.
    Unknown { why: String },
}

impl Trouble {
    pub fn why(&self) -> &str {
        match self {
            Trouble::Credentials { why }
            | Trouble::Denied { why }
            | Trouble::Limited { why }
            | Trouble::Unknown { why } => why,
        }
    }
}
