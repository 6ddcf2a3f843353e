//! git's own files, read where they are plain: what stands in them without starting a git for it.
//!
//! Every reader gives none at the first thing that it does not know for certain, and git is asked instead: another
//! layout than the plain one, another version of a format, a ref that names a ref, an object that lies in a pack.
//! Whether the objects that refs name are there is not looked at; git says so where one is needed.
//! Nothing here decides what a release may do: refs are moved by git alone, and only from the values that were seen.

mod index;
mod refs;

use std::collections::BTreeMap;

use super::Repository;
use super::query::Refs;
use crate::io::files;
use crate::model::path::RepoPath;
use crate::model::tree::Mode;

/// The tracked paths with their modes, and spelled out those that can't be released.
pub type Entries = (BTreeMap<RepoPath, Mode>, Vec<String>);

/// The tracked paths as the index holds them; none where git has to be asked.
pub fn entries(repository: &Repository) -> Option<Entries> {
    // A repository without a commit may have no index yet: rare, so git says what that means.
    let bytes = files::read(&repository.git_path("index")).ok()??;
    index::read(&bytes, id_bytes(repository)?)
}

/// Every local tag and branch; none where git has to be asked.
pub fn refs(repository: &Repository) -> Option<Refs> {
    refs::read(&repository.common_dir, id_bytes(repository)? * 2)
}

/// The length of an object's id in bytes (gitformat-index(5), git-init(1)); none in a repository that is not plain.
fn id_bytes(repository: &Repository) -> Option<usize> {
    match repository.object_format.as_str() {
        "sha1" if repository.plain => Some(20),
        "sha256" if repository.plain => Some(32),
        _ => None,
    }
}
