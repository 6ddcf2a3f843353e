//! A tree of tracked files: the work tree, a commit, or a map in a test.

use std::collections::{BTreeMap, BTreeSet};
use std::string::FromUtf8Error;
use std::sync::Arc;

use super::path::RepoPath;
use super::problem::{Code, Problem, Problems};

/// What git tracks at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    File,
    Executable,
    Symlink,
    Submodule,
}

/// The text of one file, read once.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    pub path: RepoPath,
    /// Every byte of the file, a byte-order mark included: spans count from here.
    pub text: String,
}

impl Source {
    /// The text without a byte-order mark, and how many bytes were left out.
    pub fn body(&self) -> (&str, usize) {
        match self.text.strip_prefix('\u{feff}') {
            Some(body) => (body, '\u{feff}'.len_utf8()),
            None => (&self.text, 0),
        }
    }

    /// The line (from 1) of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        1 + self.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
    }
}

/// A symbolic link on the way to a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub at: RepoPath,
    /// What the path is without links; none outside of the repository, or where it is not known.
    pub to: Option<RepoPath>,
}

/// Where planning reads from. Reading is lazy and each file is read at most once.
pub trait Tree {
    /// Every tracked path with its mode, in byte order.
    fn entries(&self) -> &BTreeMap<RepoPath, Mode>;

    /// Tracked paths that can't be released, spelled out for people: no UTF-8, or control characters
    /// or backslashes in them.
    fn odd_names(&self) -> &[String] {
        &[]
    }

    /// The text of a tracked regular file; none when git tracks no such path.
    ///
    /// # Errors
    /// A symbolic link (`W0307`), a text that is not UTF-8 (`W0306`), a file that can't be read (`W0304`).
    fn read(&self, path: &RepoPath) -> Result<Option<Arc<Source>>, Problem>;

    /// The bytes of a tracked regular file, whatever they are; not kept.
    ///
    /// # Errors
    /// As [`Tree::read`], without the demand for UTF-8.
    fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem>;

    /// The text of a tracked regular file that is only glanced at: one already read, else read now
    /// and not kept. None for whatever else it is: larger than `most` bytes, a link, not UTF-8, gone.
    fn glance(&self, path: &RepoPath, most: u64) -> Option<Arc<Source>> {
        let source = self.read(path).ok().flatten()?;
        (source.text.len() as u64 <= most).then_some(source)
    }

    /// The tracked files that could not be read so far (`W0304`), whether or not the reader minded.
    fn unread(&self) -> BTreeSet<RepoPath> {
        BTreeSet::new()
    }

    /// What to say of those among `files` (`W0304`).
    fn why_unread(&self, _files: &BTreeSet<RepoPath>) -> Problems {
        Problems::new()
    }

    /// Whether git tracks a file at this path.
    fn contains(&self, path: &RepoPath) -> bool {
        self.entries().contains_key(path)
    }

    /// The link that leads on the way to a path, or is it; a tree that holds tracked files alone knows of those that
    /// git tracks, and not where they lead.
    fn link(&self, path: &RepoPath) -> Option<Link> {
        let at = path.ancestors().find(|up| self.entries().get(up) == Some(&Mode::Symlink))?;
        Some(Link { at, to: None })
    }

    /// The names of files directly in a folder that git does not track; none where there is no such folder. A tree
    /// that holds tracked files alone knows of no others.
    fn untracked(&self, folder: &RepoPath) -> Option<Vec<String>> {
        let known = folder.is_root() || self.entries().keys().any(|path| path.below(folder).is_some());
        known.then(Vec::new)
    }

    /// The nearest folder, from `folder` up to the root, that holds a tracked file `name`.
    fn nearest(&self, folder: &RepoPath, name: &str) -> Option<RepoPath> {
        folder.ancestors().map(|up| up.child(name)).find(|path| self.contains(path))
    }
}

/// The text of a file's bytes.
///
/// # Errors
/// `W0306` with the line of the first byte that is not UTF-8.
pub fn source(path: &RepoPath, bytes: Vec<u8>) -> Result<Source, Problem> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source { path: path.clone(), text }),
        Err(error) => Err(not_utf8(&path.to_string(), &error)),
    }
}

/// Names the line of the first byte that is not UTF-8.
pub fn not_utf8(file: &str, error: &FromUtf8Error) -> Problem {
    let good = error.utf8_error().valid_up_to();
    let line = 1 + error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count();
    Problem::new(Code::W0306, format!("byte {} of {file} is not UTF-8", good + 1))
        .at_file(file, Some(line))
        .help("save the file as UTF-8")
}

/// Why a path is no regular tracked file, when it or a folder above it is a link or a submodule;
/// only such `entries` matter.
pub fn not_a_file(entries: &BTreeMap<RepoPath, Mode>, path: &RepoPath) -> Option<Problem> {
    if entries.is_empty() {
        return None;
    }
    let (link, mode) = path.ancestors().find_map(|up| match entries.get(&up) {
        Some(mode @ (Mode::Symlink | Mode::Submodule)) => Some((up, *mode)),
        _ => None,
    })?;
    let kind = if mode == Mode::Symlink { "a symbolic link" } else { "a submodule" };
    Some(
        Problem::new(Code::W0307, format!("{path} goes through {link}, which is {kind}"))
            .at(path)
            .why("a link may lead out of the repository, and git would not commit what stands behind it")
            .help("name the real file in the config"),
    )
}

/// A tree in memory.
#[derive(Debug, Default)]
pub struct MemoryTree {
    entries: BTreeMap<RepoPath, Mode>,
    files: BTreeMap<RepoPath, Arc<Source>>,
}

impl MemoryTree {
    /// A tree of regular files, `(path, text)`.
    ///
    /// # Panics
    /// When a path is not one inside a repository.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> MemoryTree {
        let mut tree = MemoryTree::default();
        for (path, text) in files {
            let path = RepoPath::parse(path).unwrap_or_else(|why| panic!("{path} {why}"));
            tree.entries.insert(path.clone(), Mode::File);
            tree.files.insert(path.clone(), Arc::new(Source { path, text: text.to_owned() }));
        }
        tree
    }
}

impl Tree for MemoryTree {
    fn entries(&self) -> &BTreeMap<RepoPath, Mode> {
        &self.entries
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Arc<Source>>, Problem> {
        Ok(self.files.get(path).cloned())
    }

    fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
        Ok(self.files.get(path).map(|source| source.text.clone().into_bytes()))
    }
}
