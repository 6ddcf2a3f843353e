//! Reads the repository: the work tree's files, each at most once, and the config.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::files;
use crate::model::digest::sha256;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::{Mode, Source, Tree};

/// The tracked files of a work tree.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    entries: BTreeMap<RepoPath, Mode>,
    sources: RefCell<BTreeMap<RepoPath, Arc<Source>>>,
}

impl WorkTree {
    pub fn new(root: &Path, entries: BTreeMap<RepoPath, Mode>) -> WorkTree {
        WorkTree { root: root.to_owned(), entries, sources: RefCell::default() }
    }

    /// The bytes of a tracked file, not kept.
    ///
    /// # Errors
    /// `W0304` when it can't be read, `W0307` when it is a symbolic link.
    pub fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
        if let Some(problem) = not_a_file(&self.entries, path) {
            return Err(problem);
        }
        if !self.contains(path) {
            return Ok(None);
        }
        match files::read(&self.root.join(path.as_str())) {
            Ok(Some(bytes)) => Ok(Some(bytes)),
            Ok(None) => Err(Problem::new(
                Code::W0304,
                format!("{path} is tracked by git but gone from the work tree"),
            )
            .at(path)
            .run(format!("git restore -- {path}"))),
            Err(error) => Err(Problem::new(Code::W0304, format!("{path} can't be read: {error}")).at(path)),
        }
    }

    /// The digest of every file read so far.
    pub fn read_digests(&self) -> BTreeMap<String, String> {
        self.sources
            .borrow()
            .iter()
            .map(|(path, source)| (path.to_string(), sha256(source.text.as_bytes())))
            .collect()
    }
}

impl Tree for WorkTree {
    fn entries(&self) -> &BTreeMap<RepoPath, Mode> {
        &self.entries
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Arc<Source>>, Problem> {
        if let Some(source) = self.sources.borrow().get(path) {
            return Ok(Some(source.clone()));
        }
        let Some(bytes) = self.bytes(path)? else { return Ok(None) };
        let source = Arc::new(source(path, bytes)?);
        self.sources.borrow_mut().insert(path.clone(), source.clone());
        Ok(Some(source))
    }
}

/// The text of a file's bytes.
///
/// # Errors
/// `W0306` with the line of the first byte that is not UTF-8.
pub fn source(path: &RepoPath, bytes: Vec<u8>) -> Result<Source, Problem> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source { path: path.clone(), text }),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count();
            Err(Problem::new(Code::W0306, format!("byte {} of {path} is not UTF-8", good + 1))
                .at_line(path, line)
                .help("save the file as UTF-8"))
        }
    }
}

/// Why a path is no regular tracked file, when it or a folder above it is a link or a submodule.
pub fn not_a_file(entries: &BTreeMap<RepoPath, Mode>, path: &RepoPath) -> Option<Problem> {
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
