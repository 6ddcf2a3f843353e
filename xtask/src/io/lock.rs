//! The release lock: held by the process that executes a plan and by every git that it starts.
//!
//! The lock lies on an open file (flock on Unix). A git child gets the same open file as its
//! standard error, so the lock is free only when the releasing process *and* all of its
//! children are gone. That is what makes a left-behind lock file of git provably orphaned.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// The held lock; released when it and every child's copy are closed.
#[derive(Debug)]
pub struct ReleaseLock {
    file: File,
}

impl ReleaseLock {
    /// Takes the lock, or none when a living process holds it.
    ///
    /// # Errors
    /// The system's.
    pub fn take(path: &Path) -> io::Result<Option<ReleaseLock>> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(ReleaseLock { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The same open file, to be a child's standard error.
    ///
    /// # Errors
    /// The system's.
    pub fn share(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// How much has been written to it so far, in bytes.
    pub fn written(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_it_held() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = ReleaseLock::take(&path).unwrap().unwrap();
        let copy = first.share().unwrap();
        assert!(ReleaseLock::take(&path).unwrap().is_none());
        drop(first);
        assert!(ReleaseLock::take(&path).unwrap().is_none());
        drop(copy);
        assert!(ReleaseLock::take(&path).unwrap().is_some());
    }
}
