//! git: the only room that starts it.
//!
//! Paths travel to git by standard input and names as checked types, so that nothing from a
//! repository can be read as an option. No porcelain command that moves refs is used.

pub mod bare;
pub mod checkout;
pub mod ground;
pub mod index;
pub mod locate;
mod nowhere;
pub mod objects;
pub mod push;
pub mod query;
pub mod refs;
pub mod stored;
mod stream;
pub mod switch;
pub mod tree;
pub mod upstream;

use std::path::{Path, PathBuf};

use crate::tool::call::Call;

/// A located repository with a work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The work tree's root.
    pub root: PathBuf,
    /// The work tree's own git folder (index, HEAD).
    pub git_dir: PathBuf,
    /// The git folder that all work trees share (objects, refs).
    pub common_dir: PathBuf,
    /// `sha1` or `sha256`.
    pub object_format: String,
    pub shallow: bool,
    /// Its layout is the usual one and nothing in the configuration says otherwise: its files may be [`stored`] facts.
    pub plain: bool,
}

impl Repository {
    fn call(&self, args: &[&str]) -> Call {
        Call::git(&self.root, args)
    }

    /// Where windlass keeps the journal of a release in flight.
    pub fn journal_dir(&self) -> PathBuf {
        self.git_dir.join("windlass")
    }

    /// The file of a loose ref or its lock, `refs/heads/main.lock`; `HEAD` and `index` are the work tree's own.
    pub fn git_path(&self, name: &str) -> PathBuf {
        let folder: &Path = if name.starts_with("refs/") || name.starts_with("packed-refs") {
            &self.common_dir
        } else {
            &self.git_dir
        };
        folder.join(name)
    }
}
