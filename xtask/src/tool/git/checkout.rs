//! A clean checkout of a commit, elsewhere.

use std::path::Path;

use super::Repository;
use crate::model::names::CommitId;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// Settings of the user's that would change files or run programs.
const SETTINGS: [&str; 8] = [
    "-c",
    "core.hooksPath=.git/no-hooks",
    "-c",
    "core.autocrlf=false",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "advice.detachedHead=false",
];

impl Repository {
    /// Checks a commit out into a folder that must not exist, as a clone of its own that borrows this
    /// repository's objects: nothing is noted here, and tools that ask git find the commit and its tags.
    /// Submodules stay empty.
    ///
    /// # Errors
    /// When git fails.
    pub fn checkout(&self, commit: &CommitId, folder: &Path) -> Result<(), Failure> {
        let (root, target) = (self.root.display().to_string(), folder.display().to_string());
        let clone = ["clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", &root, &target];
        Call::git(&self.root, &[&SETTINGS[..], &clone].concat()).run()?;
        let checkout = ["checkout", "--quiet", "--detach", commit.as_str()];
        Call::git(folder, &[&SETTINGS[..], &checkout].concat()).run().map(|_| ())
    }

    /// When a commit was made, in seconds since 1970.
    ///
    /// # Errors
    /// When git fails.
    pub fn commit_time(&self, commit: &CommitId) -> Result<u64, Failure> {
        let text = self.call(&["show", "--no-patch", "--format=%ct", commit.as_str()]).read_only().text()?;
        Ok(text.trim().parse().unwrap_or(0))
    }
}
