//! Files: read whole, replaced atomically.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where [`replace`] puts the new bytes before the rename: beside the file, so on the same disk.
pub fn staging(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.windlass-new"))
}

/// Replaces a file's bytes by a rename, its permissions kept: a kill leaves the old or the new bytes.
///
/// # Errors
/// The system's, with nothing replaced.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = staging(path);
    fs::write(&new, bytes)?;
    if let Ok(metadata) = fs::metadata(path) {
        fs::set_permissions(&new, metadata.permissions())?;
    }
    fs::rename(&new, path)
}

/// As [`replace`], and on disk before it returns: for what must survive a power cut.
///
/// # Errors
/// The system's.
pub fn replace_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = staging(path);
    let mut file = fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

/// The bytes of a file, or none when there is no such file.
///
/// # Errors
/// The system's, other than "not found".
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    absent_is_none(fs::read(path))
}

/// Removes a file; one that is gone already is fine.
///
/// # Errors
/// The system's, other than "not found".
pub fn remove(path: &Path) -> io::Result<()> {
    absent_is_none(fs::remove_file(path)).map(|_| ())
}

/// Removes a folder and all in it; one that is gone already is fine.
///
/// # Errors
/// The system's, other than "not found".
pub fn remove_folder(path: &Path) -> io::Result<()> {
    absent_is_none(fs::remove_dir_all(path)).map(|_| ())
}

fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}
