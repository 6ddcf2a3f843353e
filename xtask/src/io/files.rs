//! Files: read whole, replaced atomically.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

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

/// Writes what a user named a file for. Of a link the file that it leads to is replaced; a device or a pipe
/// (`/dev/stdout`) is written into, for a rename would put a file in its place.
///
/// # Errors
/// The system's.
pub fn write_named(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if !there.is_file() => fs::OpenOptions::new().write(true).open(path)?.write_all(bytes),
        Ok(_) => replace(&fs::canonicalize(path)?, bytes),
        Err(_) => replace(path, bytes),
    }
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

/// The bytes of a file that has at most `most` of them, or none.
///
/// # Errors
/// The system's, other than "not found".
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let Some(file) = absent_is_none(fs::File::open(path))? else { return Ok(None) };
    let mut bytes = Vec::with_capacity(usize::try_from(file.metadata()?.len().min(most)).unwrap_or(0) + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Whether anything is at a path, a link that leads nowhere included.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The SHA-256 of a file in lower-case hexadecimal, read in pieces, or none when there is no such file.
///
/// # Errors
/// The system's, other than "not found".
pub fn sha256_of(path: &Path) -> io::Result<Option<String>> {
    use sha2::Digest as _;
    let Some(mut file) = absent_is_none(fs::File::open(path))? else { return Ok(None) };
    let (mut hash, mut piece) = (sha2::Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())),
            read => hash.update(&piece[..read]),
        }
    }
}

/// Every file below a folder, with its path from there (`/` between components), in byte order.
/// Links are not followed; a folder that is missing or unreadable holds nothing.
pub fn files_below(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = walkdir::WalkDir::new(folder).follow_links(false).into_iter().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_file()).filter_map(|entry| {
        let path = entry.path().strip_prefix(folder).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        Some((entry.path().to_owned(), path))
    });
    let mut files: Vec<_> = files.collect();
    files.sort_by(|a, b| a.1.cmp(&b.1));
    files
}

/// The files and links directly in a folder, in byte order of their names, each with whether it is a
/// link. A missing folder holds nothing.
pub fn files_in(folder: &Path) -> Vec<(PathBuf, bool)> {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name();
    let files = entries
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() || entry.path_is_symlink());
    files.map(|entry| (entry.path().to_owned(), entry.path_is_symlink())).collect()
}

/// The names of the folders directly in a folder, in byte order; links are none. A missing folder holds nothing.
pub fn folders_in(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).min_depth(1).max_depth(1).sort_by_file_name();
    let folders = entries.into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_dir());
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Whether a path is a symbolic link, wherever it leads.
pub fn is_link(path: &Path) -> bool {
    path.is_symlink()
}

/// Where a folder lies below another, links resolved, with `/` between components; none where it does not.
pub fn below(folder: &Path, above: &Path) -> Option<String> {
    let (folder, above) = (fs::canonicalize(folder).ok()?, fs::canonicalize(above).ok()?);
    Some(folder.strip_prefix(above).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// An existing file's path from a folder, links resolved; the whole path where one of them is not there.
pub fn seen_from(folder: &Path, file: &Path) -> PathBuf {
    let (Ok(folder), Ok(file)) = (fs::canonicalize(folder), fs::canonicalize(file)) else {
        return file.to_owned();
    };
    let common = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    up.chain(file.components().skip(common)).collect()
}

/// The symbolic links below a folder, by their paths from there.
pub fn links_below(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).follow_links(false).sort_by_file_name();
    let links = entries.into_iter().filter_map(Result::ok).filter(walkdir::DirEntry::path_is_symlink);
    links.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.display().to_string())).collect()
}

/// Opens a file for reading.
///
/// # Errors
/// The system's.
pub fn open(path: &Path) -> io::Result<fs::File> {
    fs::File::open(path)
}

/// Opens a file for writing that must not exist yet.
///
/// # Errors
/// The system's; "already exists" when it does.
pub fn create_new(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}

/// Gives a file or a folder another name on the same disk.
///
/// # Errors
/// The system's.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Writes a file that must not exist yet.
///
/// # Errors
/// The system's; "already exists" when it does.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// Writes a file that must not exist yet and that its owner alone may read.
///
/// # Errors
/// The system's; "already exists" when it does.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(bytes)
}

/// Writes a file that must not exist yet, so that a kill leaves the whole file or none. `draft` is
/// a path on the same disk that is free for this. Where files can't be linked, a kill may leave an
/// unfinished one.
///
/// # Errors
/// The system's; "already exists" when it does.
pub fn create_whole(path: &Path, bytes: &[u8], draft: &Path) -> io::Result<()> {
    fs::write(draft, bytes)?;
    let linked = match fs::hard_link(draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => create(path, bytes),
        result => result,
    };
    remove(draft)?;
    linked
}

/// Copies a file with its permissions; one that is missing is fine.
///
/// # Errors
/// The system's, other than "not found".
pub fn copy_if_there(from: &Path, to: &Path) -> io::Result<()> {
    absent_is_none(fs::copy(from, to)).map(|_| ())
}

/// The empty folders in and, if `below`, below a folder. Where there is no such folder, the next
/// one above it within `root`, if that is empty.
pub fn empty_folders(folder: &Path, below: bool, root: &Path) -> Vec<PathBuf> {
    let above = folder.ancestors().take_while(|folder| folder.starts_with(root));
    let Some(there) = above.into_iter().find(|folder| folder.is_dir()) else { return Vec::new() };
    let depth = if below && there == folder { usize::MAX } else { 0 };
    let entries = walkdir::WalkDir::new(there).max_depth(depth).into_iter().filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_dir()).map(walkdir::DirEntry::into_path);
    let is_empty = |folder: &PathBuf| fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    folders.filter(is_empty).collect()
}

/// Removes folders that are empty, from this one upwards, as long as they lie below `root`.
pub fn remove_empty_folders(folder: &Path, root: &Path) {
    let below = folder.ancestors().take_while(|folder| *folder != root && folder.starts_with(root));
    // The first that holds something ends it: the system removes no such folder.
    let holds = |removed: &io::Result<()>| {
        removed.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::NotFound)
    };
    let _ = below.map(fs::remove_dir).find(holds);
}

/// Removes all that lies in a folder but for some names.
///
/// # Errors
/// The system's.
pub fn clear_folder(folder: &Path, but: &[&str]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if but.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            remove_folder(&entry.path())?;
        } else {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Whether a file may be executed; on systems without such a permission no file may.
pub fn is_executable(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Makes a folder and those above it; one that is there is fine.
///
/// # Errors
/// The system's.
pub fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
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

/// A new folder for temporary files, which only this user can read, and the random part of its name.
///
/// # Errors
/// The system's.
pub fn temporary_folder(prefix: &str) -> io::Result<(PathBuf, String)> {
    use std::hash::{BuildHasher, Hasher};
    loop {
        // The standard library's only source of randomness: each hasher is keyed anew.
        let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
        let random = format!("{:08x}", random as u32);
        let folder = std::env::temp_dir().join(format!("{prefix}{random}"));
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok((fs::canonicalize(&folder)?, random)),
        }
    }
}

/// A folder and those above it, unless they are there.
///
/// # Errors
/// The system's.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// The last lines of a file, empty ones left out; none of one that can't be read.
pub fn last_lines(path: &Path, most: usize) -> Vec<String> {
    use std::io::{Seek, SeekFrom};
    const FROM_END: u64 = 16 << 10;
    let read = || -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(FROM_END)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(most)..].iter().map(|line| (*line).to_owned()).collect()
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
        fs::create_dir(folder.path().join("a")).unwrap();
        remove_empty_folders(&folder.path().join("a/b/c"), folder.path());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }

    #[test]
    fn a_file_is_named_from_where_one_stands() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("a/b")).unwrap();
        fs::create_dir(top.path().join("c")).unwrap();
        let file = top.path().join("c/note.md");
        fs::write(&file, "x").unwrap();
        for (folder, path) in
            [("", "c/note.md"), ("c", "note.md"), ("a", "../c/note.md"), ("a/b", "../../c/note.md")]
        {
            assert_eq!(seen_from(&top.path().join(folder), &file), Path::new(path), "{folder}");
        }
        assert_eq!(seen_from(&top.path().join("gone"), &file), file);
    }
}
