//! The tracked files of a work tree, each read at most once, and the config.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::files;
use crate::load::{CONFIG, ConfigText};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::{Link, Mode, Source, Tree, not_a_file, not_utf8, source};

/// The tracked files of a work tree.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    entries: BTreeMap<RepoPath, Mode>,
    /// The entries that are no regular files.
    links: BTreeMap<RepoPath, Mode>,
    odd_names: Vec<String>,
    sources: RefCell<BTreeMap<RepoPath, Arc<Source>>>,
}

impl WorkTree {
    pub fn new(root: &Path, entries: BTreeMap<RepoPath, Mode>, odd_names: Vec<String>) -> WorkTree {
        let links = entries.iter().filter(|(_, mode)| matches!(mode, Mode::Symlink | Mode::Submodule));
        let links = links.map(|(path, mode)| (path.clone(), *mode)).collect();
        WorkTree { root: root.to_owned(), entries, links, odd_names, sources: RefCell::default() }
    }
}

impl Tree for WorkTree {
    fn entries(&self) -> &BTreeMap<RepoPath, Mode> {
        &self.entries
    }

    fn odd_names(&self) -> &[String] {
        &self.odd_names
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

    fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
        if let Some(problem) = not_a_file(&self.links, path) {
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
            Err(error) => {
                let what = match error.kind() {
                    ErrorKind::IsADirectory => {
                        format!("{path} is a folder in the work tree, and a file to git")
                    }
                    _ => format!("{path} can't be read: {error}"),
                };
                Err(Problem::new(Code::W0304, what).at(path).run("git status"))
            }
        }
    }

    fn link(&self, path: &RepoPath) -> Option<Link> {
        link(&self.root, path)
    }

    fn untracked(&self, folder: &RepoPath) -> Option<Vec<String>> {
        let there = self.root.join(folder.as_str());
        there.is_dir().then(|| {
            let names = files::files_in(&there).into_iter();
            let names = names.filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned()));
            names.filter(|name| folder.join(name).is_ok_and(|path| !self.contains(&path))).collect()
        })
    }

    fn glance(&self, path: &RepoPath, most: u64) -> Option<Arc<Source>> {
        if let Some(source) = self.sources.borrow().get(path) {
            return (source.text.len() as u64 <= most).then(|| source.clone());
        }
        if not_a_file(&self.links, path).is_some() || !self.contains(path) {
            return None;
        }
        let bytes = files::read_at_most(&self.root.join(path.as_str()), most).ok().flatten()?;
        source(path, bytes).ok().map(Arc::new)
    }
}

/// The link on the way to a path of the work tree, tracked by git or not.
pub fn link(root: &Path, path: &RepoPath) -> Option<Link> {
    let at =
        path.ancestors().filter(|up| !up.is_root()).find(|up| files::is_link(&root.join(up.as_str())))?;
    let to = files::below(&root.join(path.as_str()), root).and_then(|path| RepoPath::parse(&path).ok());
    Some(Link { at, to })
}

/// Reads the config: `windlass.toml` at the root, or the file that `--config` names.
///
/// # Errors
/// `W0101` when there is none, `W0306` when it is not UTF-8.
pub fn config_text(root: &Path, named: Option<&Path>) -> Result<ConfigText, Problem> {
    let path = named.map_or_else(|| root.join(CONFIG), Path::to_owned);
    let name = match path.strip_prefix(root) {
        Ok(inside) => inside.display().to_string(),
        Err(_) => path.display().to_string(),
    };
    match files::read(&path) {
        Ok(Some(bytes)) => match String::from_utf8(bytes) {
            Ok(text) => Ok(ConfigText { name, text }),
            Err(error) => Err(not_utf8(&name, &error)),
        },
        Ok(None) => Err(Problem::new(Code::W0101, format!("{} does not exist", path.display()))
            .help("two lines are enough to start:")
            .help("  [packages.app]")
            .help("  path = \".\"")
            .help("or name a config kept elsewhere: --config FILE")),
        Err(error) => {
            let what = match error.kind() {
                ErrorKind::IsADirectory => format!("{} is a folder", path.display()),
                _ => format!("{} can't be read: {error}", path.display()),
            };
            Err(Problem::new(Code::W0101, what).help("name a config kept elsewhere: --config FILE"))
        }
    }
}
