//! Places: the spots in files that hold a version.

use std::ops::Range;

use super::form::Form;
use super::names::Name;
use super::path::RepoPath;

/// One spot in one file that holds a package's version.
///
/// An adapter says where it stands; it never says what should stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The package whose version it is.
    pub package: Name,
    pub file: RepoPath,
    /// What stands there, for people: `project.version`, `packages["../client-ts"].version`.
    pub node: String,
    /// The bytes of the version alone, quotes excluded, counted from the file's first byte
    /// (a byte-order mark counts).
    pub span: Range<usize>,
    /// The line of the span's start, from 1.
    pub line: usize,
    /// The text in the span.
    pub text: String,
    pub form: Form,
    pub role: Role,
    pub origin: Origin,
}

/// One spot in one file that holds the date of a package's last release: `date-released`.
///
/// A date is no version: no place is asked to agree with it, a release sets it to its own date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatePlace {
    pub package: Name,
    pub file: RepoPath,
    pub node: String,
    /// As a [`Place`]'s.
    pub span: Range<usize>,
    pub line: usize,
    /// `2026-01-31`.
    pub text: String,
}

/// What a place is to its package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The manifest's own version: the base of every bump.
    Manifest,
    /// An entry of a lock file.
    Lock,
    /// Any other spot: a contract, a chart's `appVersion`, a pin in prose, a source constant.
    Mention,
    /// A pin to what is published: it may lag by one release and follows in a commit of its own.
    Waiting,
}

/// Who found a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An adapter, by the file's format: `cargo`, `npm`.
    Ecosystem(&'static str),
    /// The config, at this line.
    Declared { line: usize },
}
