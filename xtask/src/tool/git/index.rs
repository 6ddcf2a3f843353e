//! Brings the index and, for an abort, the work tree in line with a commit.

use super::Repository;
use crate::io::lock::ReleaseLock;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::tool::failure::Failure;

impl Repository {
    /// Records the work tree's bytes of these paths in the index; missing files leave it.
    ///
    /// # Errors
    /// When git fails.
    pub fn record_in_index(&self, paths: &[&RepoPath], lock: Option<&ReleaseLock>) -> Result<(), Failure> {
        let args = ["update-index", "-z", "--add", "--remove", "--stdin"];
        self.call(&args).stdin(nul_separated(paths)).holding(lock).run().map(|_| ())
    }

    /// Makes the index hold exactly a commit's tree; the work tree stays and is not looked at.
    ///
    /// # Errors
    /// When git fails.
    pub fn reset_index(&self, commit: &CommitId, lock: Option<&ReleaseLock>) -> Result<(), Failure> {
        self.call(&["read-tree", "-m", "-i", commit.as_str()]).holding(lock).run()?;
        // Exits with 1 when a file differs from the index, which is no failure here.
        let _ = self.call(&["update-index", "-q", "--refresh"]).holding(lock).run();
        Ok(())
    }

    /// Brings back these paths as a commit holds them, through git's own filters.
    ///
    /// # Errors
    /// When git fails.
    pub fn check_out(
        &self,
        commit: &CommitId,
        paths: &[&RepoPath],
        lock: Option<&ReleaseLock>,
    ) -> Result<(), Failure> {
        if paths.is_empty() {
            return Ok(());
        }
        let args = [
            "--literal-pathspecs",
            "checkout",
            "--quiet",
            "--no-overlay",
            "--pathspec-from-file=-",
            "--pathspec-file-nul",
            commit.as_str(),
        ];
        self.call(&args).stdin(nul_separated(paths)).holding(lock).run().map(|_| ())
    }
}

pub(super) fn nul_separated(paths: &[&RepoPath]) -> Vec<u8> {
    let mut input = Vec::new();
    for path in paths {
        input.extend_from_slice(path.as_str().as_bytes());
        input.push(0);
    }
    input
}
