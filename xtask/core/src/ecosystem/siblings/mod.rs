//! Where manifests and locks require other packages: one file per ecosystem. What is found is a
//! [`Dependency`] until all manifests are known; one on a package of ours is a [`Requirement`].

use super::Ours;
use crate::format::Scalar;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::requirement::{Dialect, Hindrance, Requirement};

pub(super) mod cargo;
pub(super) mod go;
pub(super) mod helm;
pub(super) mod npm;
pub(super) mod pypi;
pub(super) mod sources;
#[cfg(test)]
mod tests;
pub(super) mod workspaces;

/// A requirement as it was found, perhaps on somebody else's package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package that requires; none for a manifest outside of all packages.
    pub package: Option<Name>,
    pub on: On,
    pub file: RepoPath,
    /// The table that it stands in, for people: `dependencies`, `project.dependencies`.
    pub table: String,
    /// The name by which the table knows what is required.
    pub name: String,
    /// The requirement alone.
    pub scalar: Scalar,
    pub dialect: Dialect,
    /// See [`Requirement::hindrance`].
    pub hindrance: Option<Hindrance>,
}

/// How a dependency names what it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum On {
    /// By the name in the registry.
    Name(String),
    /// By its folder.
    Folder(RepoPath),
    /// By a name that a patch leads to a folder.
    Patched(RepoPath),
}

/// The package and file that dependencies are read from.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub package: Option<&'a Name>,
    pub folder: &'a RepoPath,
    pub file: &'a RepoPath,
}

impl Owner<'_> {
    pub fn needs(self, on: On, table: &str, name: &str, scalar: Scalar, dialect: Dialect) -> Dependency {
        Dependency {
            package: self.package.cloned(),
            on,
            file: self.file.clone(),
            table: table.to_owned(),
            name: name.to_owned(),
            scalar,
            dialect,
            hindrance: None,
        }
    }
}

impl Dependency {
    /// The requirement that this is, if it is on a package of ours.
    pub(super) fn on_sibling(&self, ours: &Ours<'_>) -> Option<Requirement> {
        let sibling = match &self.on {
            On::Name(name) => ours.named(name)?,
            On::Folder(folder) | On::Patched(folder) => ours.at(folder)?,
        };
        Some(Requirement {
            package: self.package.clone(),
            sibling: sibling.package.clone(),
            file: self.file.clone(),
            node: format!("{}[\"{}\"]", self.table, self.name),
            span: self.scalar.span.clone(),
            line: self.scalar.line,
            text: self.scalar.text.clone(),
            dialect: self.dialect,
            form: sibling.form(),
            patched: matches!(self.on, On::Patched(_)),
            hindrance: self.hindrance.clone(),
        })
    }
}

/// A part of a token.
fn part(scalar: &Scalar, range: std::ops::Range<usize>) -> Scalar {
    let start = scalar.span.start;
    Scalar {
        span: start + range.start..start + range.end,
        line: scalar.line,
        text: scalar.text.get(range).unwrap_or_default().to_owned(),
    }
}

/// Why a copy in a lock file can't follow: the lock takes the sibling from a registry.
fn published(lock: &RepoPath, node: &str) -> Hindrance {
    let why = format!("`{lock}` takes it from a registry (`{node}`), where the next version is not yet");
    Hindrance { file: lock.clone(), why, by_hook: false }
}
