//! One process at a time: a lock on a file, held while the value lives and never longer than the process.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// The held lock.
#[derive(Debug)]
pub struct Exclusive {
    _file: File,
}

impl Exclusive {
    /// Waits for the lock; `waiting` is told when somebody else holds it.
    ///
    /// # Errors
    /// The system's.
    pub fn wait(path: &Path, waiting: impl FnOnce()) -> io::Result<Exclusive> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Exclusive { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_second_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let told = Cell::new(false);
        let first = Exclusive::wait(&path, || told.set(true)).unwrap();
        assert!(!told.get());
        let (say, hear) = mpsc::channel();
        let second = std::thread::spawn(move || {
            let waiting = say.clone();
            let lock = Exclusive::wait(&path, move || waiting.send("waiting").unwrap()).unwrap();
            say.send("held").unwrap();
            drop(lock);
        });
        assert_eq!(hear.recv().unwrap(), "waiting");
        assert!(hear.try_recv().is_err());
        drop(first);
        assert_eq!(hear.recv().unwrap(), "held");
        second.join().unwrap();
    }
}
