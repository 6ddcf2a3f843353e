//! Requirements: the spots in files where one of our packages says which versions of a sibling
//! it works with.

use std::ops::Range;

use super::form::Form;
use super::names::Name;
use super::path::RepoPath;
use super::version::Version;

/// What a release does with requirements on what it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Policy {
    /// Changed only when the new version falls outside.
    #[default]
    Satisfy,
    /// Pinned to the new version, whatever they were.
    Exact,
    /// Neither changed nor looked at.
    Leave,
}

/// The language that a requirement is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// Comparators joined by commas; one without an operator is a caret.
    Cargo,
    /// Comparators joined by blanks, sets of them by `||`; a bare version is exact.
    Npm,
    /// Version specifiers of PEP 440, joined by commas.
    Pep440,
    /// Poetry's own: carets and tildes besides PEP 440.
    Poetry,
    /// As npm's, also joined by commas.
    Helm,
    /// One version with a leading `v`, of a module whose path is for one major version (1 for 0 too).
    Go { major: u64 },
}

/// One spot in one file that says which versions of a sibling are fine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The package that requires; none where a manifest outside of all packages does.
    pub package: Option<Name>,
    /// The package that is required.
    pub sibling: Name,
    pub file: RepoPath,
    /// What stands there, for people: `dependencies["@tideplan/client"]`.
    pub node: String,
    /// The bytes of the requirement alone: no quotes, no name, no marker.
    pub span: Range<usize>,
    /// The line of the span's start, from 1.
    pub line: usize,
    /// The text in the span.
    pub text: String,
    pub dialect: Dialect,
    /// The form of the sibling's own manifest: what a registry will know its version as.
    pub form: Form,
    /// Whether it means the sibling only while it admits the sibling's version: cargo leaves a patch that does not fit
    /// unused and asks the registry.
    pub patched: bool,
    pub hindrance: Option<Hindrance>,
}

/// What a change of a requirement would leave behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    pub file: RepoPath,
    /// As a whole sentence without its stop.
    pub why: String,
    /// Whether the file's own tool can write it again once the manifests have changed.
    pub by_hook: bool,
}

impl Requirement {
    /// The sibling's version as its manifest says it: a form that drops the stage drops it here too.
    pub fn seen(&self, version: Version) -> Version {
        self.form.parse(&self.form.render(version)).unwrap_or(version)
    }
}
