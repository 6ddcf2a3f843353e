//! Brings the index and, for an abort, the work tree in line with a commit.
//!
//! git works on a copy of the index in the journal's folder, so a git that is killed leaves
//! nothing behind that others see. Meanwhile `index.lock` keeps other gits away; its text says
//! whose it is, and it appears with that text or not at all.

use std::io;
use std::path::PathBuf;

use super::Repository;
use crate::io::files;
use crate::io::lock::ReleaseLock;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// What an `index.lock` of windlass holds.
pub const INDEX_LOCK: &str = "windlass is bringing the index in line with a release\n";

/// The index, locked for other gits, with the copy that is worked on.
struct PrivateIndex<'a> {
    repository: &'a Repository,
    copy: PathBuf,
    lock: Option<PathBuf>,
}

impl<'a> PrivateIndex<'a> {
    /// A copy to work on; `index.lock` stays free.
    fn copied(repository: &'a Repository) -> io::Result<PrivateIndex<'a>> {
        let copy = repository.journal_dir().join("index");
        PrivateIndex { repository, copy, lock: None }.filled()
    }

    /// Takes `index.lock`, then makes the copy.
    fn locked(repository: &'a Repository) -> io::Result<PrivateIndex<'a>> {
        let folder = repository.journal_dir();
        let lock = repository.git_path("index.lock");
        files::create_whole(&lock, INDEX_LOCK.as_bytes(), &folder.join("index-mark"))?;
        PrivateIndex { repository, copy: folder.join("index"), lock: Some(lock) }.filled()
    }

    fn filled(self) -> io::Result<PrivateIndex<'a>> {
        files::remove(&self.copy)?;
        files::remove(&self.copy.with_extension("lock"))?;
        files::copy_if_there(&self.repository.git_path("index"), &self.copy)?;
        Ok(self)
    }

    fn call(&self, args: &[&str]) -> Call {
        self.repository.call(args).env("GIT_INDEX_FILE", self.copy.display().to_string())
    }

    /// Makes the copy the index.
    fn publish(self) -> io::Result<()> {
        std::fs::rename(&self.copy, self.repository.git_path("index"))
    }
}

impl Drop for PrivateIndex<'_> {
    fn drop(&mut self) {
        let _ = files::remove(&self.copy);
        if let Some(lock) = &self.lock {
            let _ = files::remove(lock);
        }
    }
}

impl Repository {
    /// Records the work tree's bytes of these paths in the index; missing files leave it.
    ///
    /// # Errors
    /// When git fails.
    pub fn record_in_index(&self, paths: &[&RepoPath], lock: Option<&ReleaseLock>) -> Result<(), Failure> {
        let args = ["update-index", "-z", "--add", "--remove", "--stdin"];
        let index = PrivateIndex::locked(self).map_err(|error| self.no_index(&args, &error))?;
        index.call(&args).stdin(nul_separated(paths)).holding(lock).run()?;
        index.publish().map_err(|error| self.no_index(&args, &error))
    }

    /// Makes the index hold exactly a commit's tree; the work tree stays and is not looked at.
    ///
    /// # Errors
    /// When git fails.
    pub fn reset_index(&self, commit: &CommitId, lock: Option<&ReleaseLock>) -> Result<(), Failure> {
        let args = ["read-tree", "-i", "-m", commit.as_str()];
        let index = PrivateIndex::locked(self).map_err(|error| self.no_index(&args, &error))?;
        index.call(&args).holding(lock).run()?;
        match index.call(&["update-index", "-q", "--refresh"]).holding(lock).run() {
            // A file differs from the index, which is no failure here.
            Err(failure) if failure.code != Some(1) => return Err(failure),
            _ => {}
        }
        index.publish().map_err(|error| self.no_index(&args, &error))
    }

    /// Brings back these paths of the work tree as a commit holds them, through git's own filters;
    /// a path that the commit lacks is removed. The index stays.
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
        let index = PrivateIndex::copied(self).map_err(|error| self.no_index(&args, &error))?;
        index.call(&args).stdin(nul_separated(paths)).holding(lock).run().map(|_| ())
    }

    fn no_index(&self, args: &[&str], error: &io::Error) -> Failure {
        let words: Vec<String> =
            std::iter::once("git").chain(args.iter().copied()).map(String::from).collect();
        let what = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                "index.lock exists: another git process is at work here".to_owned()
            }
            _ => format!("the index can't be locked or written: {error}"),
        };
        Failure::new(&words, &self.root, what, "")
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
