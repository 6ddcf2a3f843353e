//! Where a fix starts, and the commands that bring it out.

use std::fmt::Write as _;

use super::style::Style;
use crate::model::names::CommitId;

/// What is told of a fix that was started.
#[derive(Clone, Copy, Debug)]
pub struct Started<'a> {
    pub branch: &'a str,
    pub tag: &'a str,
    pub commit: &'a CommitId,
    /// The next commands in order, and what a person does between them.
    pub next: &'a [String],
    /// The commands of the other way.
    pub other: &'a [String],
}

/// A fix that was started.
pub fn started(started: &Started<'_>, style: Style) -> String {
    let Started { branch, tag, commit, next, other } = started;
    let mut out = format!("{} {branch} at {tag} ({}).\n", style.green("On"), commit.short());
    for (title, lines) in [("Then", next), ("Or", other)] {
        let _ = writeln!(out, "\n{}", style.bold(title));
        for line in *lines {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}
