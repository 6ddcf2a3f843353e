//! A temporary folder that goes when its value does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder in the system's place for temporary files, readable by its owner only.
///
/// It lies outside the repository on purpose: node, cargo and others look for settings in the folders above.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// # Errors
    /// The system's.
    pub fn new(label: &str) -> io::Result<Scratch> {
        let root = fs::canonicalize(std::env::temp_dir())?;
        for number in 0.. {
            let path = root.join(format!("windlass-{}-{number}-{label}", std::process::id()));
            let mut builder = fs::DirBuilder::new();
            #[cfg(unix)]
            {
                use std::os::unix::fs::DirBuilderExt as _;
                builder.mode(0o700);
            }
            builder.recursive(false);
            match builder.create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(Scratch { path }),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What can't be removed is the system's to clear, as all in this place.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Gives every file the mode 0644 (0755 when its owner may execute it) and every folder 0755, whatever the
/// umask was. On systems without modes nothing is done.
///
/// # Errors
/// The system's.
pub fn plain_modes(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    for entry in walkdir::WalkDir::new(folder).follow_links(false) {
        use std::os::unix::fs::PermissionsExt as _;
        let entry = entry.map_err(io::Error::other)?;
        if entry.path_is_symlink() {
            continue;
        }
        let mode = entry.metadata().map_err(io::Error::other)?.permissions().mode();
        let plain = if entry.file_type().is_dir() || mode & 0o100 != 0 { 0o755 } else { 0o644 };
        if mode & 0o7777 != plain {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(plain))?;
        }
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_when_it_is_dropped() {
        let (one, other) = (Scratch::new("x").unwrap(), Scratch::new("x").unwrap());
        assert_ne!(one.path(), other.path());
        fs::write(one.path().join("f"), "x").unwrap();
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && other.path().is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn modes_do_not_tell_the_umask() {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = Scratch::new("modes").unwrap();
        let file = |name: &str, mode: u32| {
            fs::write(scratch.path().join(name), "").unwrap();
            fs::set_permissions(scratch.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        file("a", 0o600);
        file("b", 0o700);
        plain_modes(scratch.path()).unwrap();
        let mode =
            |name: &str| fs::metadata(scratch.path().join(name)).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode("a"), mode("b")), (0o644, 0o755));
    }
}
