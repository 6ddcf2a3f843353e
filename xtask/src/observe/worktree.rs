//! The tracked files of a work tree, each read at most once, and the config.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::io::files;
use crate::load::{CONFIG, ConfigText};
use crate::model::command::paste;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Link, Mode, Source, Tree, not_a_file, not_utf8, source};
use crate::tool::git::query::GitConfig;

/// The tracked files of a work tree.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    entries: BTreeMap<RepoPath, Mode>,
    /// The entries that are no regular files.
    links: BTreeMap<RepoPath, Mode>,
    odd_names: Vec<String>,
    sparse: Sparse,
    sources: RefCell<BTreeMap<RepoPath, Arc<Source>>>,
    /// Why a tracked file could not be read.
    unread: RefCell<BTreeMap<RepoPath, Unread>>,
}

/// Whether git leaves tracked files out of the work tree (git-sparse-checkout(1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sparse {
    No,
    /// Whole folders are in or out.
    Cone,
    /// By patterns.
    Patterns,
}

#[derive(Clone, Debug)]
enum Unread {
    Gone,
    Failed(String),
}

impl Sparse {
    /// As git is configured.
    pub fn of(config: &GitConfig) -> Sparse {
        match (config.is_true("core.sparsecheckout"), config.is_true("core.sparsecheckoutcone")) {
            (false, _) => Sparse::No,
            (true, true) => Sparse::Cone,
            (true, false) => Sparse::Patterns,
        }
    }
}

impl WorkTree {
    pub fn new(
        root: &Path,
        entries: BTreeMap<RepoPath, Mode>,
        odd_names: Vec<String>,
        sparse: Sparse,
    ) -> WorkTree {
        let links = entries.iter().filter(|(_, mode)| matches!(mode, Mode::Symlink | Mode::Submodule));
        let links = links.map(|(path, mode)| (path.clone(), *mode)).collect();
        let (sources, unread) = (RefCell::default(), RefCell::default());
        WorkTree { root: root.to_owned(), entries, links, odd_names, sparse, sources, unread }
    }

    fn note(&self, path: &RepoPath, why: &Unread) {
        self.unread.borrow_mut().insert(path.clone(), why.clone());
    }

    /// What to say of a file that could not be read.
    fn problem(&self, path: &RepoPath, why: &Unread) -> Problem {
        match why {
            Unread::Gone => self.gone(&[path]),
            Unread::Failed(what) => Problem::new(Code::W0304, what).at(path).run("git status"),
        }
    }

    /// What to say of tracked files that are not there: one problem, since one command mends it.
    fn gone(&self, files: &[&RepoPath]) -> Problem {
        let problem = match files {
            [path] => {
                Problem::new(Code::W0304, format!("{path} is tracked by git but gone from the work tree"))
                    .at(path)
            }
            _ => Problem::new(
                Code::W0304,
                format!("{} are tracked by git but gone from the work tree", some(files)),
            ),
        };
        if self.sparse == Sparse::No {
            return match files.len() <= SHOWN {
                true => {
                    problem.run(command(&["git", "restore", "--"], files.iter().map(|path| path.as_str())))
                }
                false => problem.run("git status"),
            };
        }
        let problem =
            problem.why("this checkout is sparse: what git leaves out can't be read or changed here");
        let folders: BTreeSet<RepoPath> = files.iter().filter_map(|path| path.parent()).collect();
        let named =
            folders.iter().all(|folder| !folder.as_str().is_empty() && !folder.as_str().starts_with('-'));
        let problem = match self.sparse == Sparse::Cone && named && folders.len() <= SHOWN {
            true => problem.run(command(
                &["git", "sparse-checkout", "add"],
                folders.iter().map(|folder| folder.as_str()),
            )),
            false => problem,
        };
        problem.run("git sparse-checkout disable   (brings all files)")
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
        let why = match files::read(&self.root.join(path.as_str())) {
            Ok(Some(bytes)) => return Ok(Some(bytes)),
            Ok(None) => Unread::Gone,
            Err(error) if error.kind() == ErrorKind::IsADirectory => {
                Unread::Failed(format!("{path} is a folder in the work tree, and a file to git"))
            }
            Err(error) => Unread::Failed(format!("{path} can't be read: {error}")),
        };
        self.note(path, &why);
        Err(self.problem(path, &why))
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
        let place = self.root.join(path.as_str());
        match files::read_at_most(&place, most) {
            Ok(Some(bytes)) => return source(path, bytes).ok().map(Arc::new),
            Ok(None) if files::is_there(&place) => {}
            Ok(None) => self.note(path, &Unread::Gone),
            Err(error) => self.note(path, &Unread::Failed(format!("{path} can't be read: {error}"))),
        }
        None
    }

    fn unread(&self) -> BTreeSet<RepoPath> {
        self.unread.borrow().keys().cloned().collect()
    }

    fn why_unread(&self, files: &BTreeSet<RepoPath>) -> Problems {
        let unread = self.unread.borrow();
        let found = || unread.iter().filter(|(path, _)| files.contains(path));
        let gone: Vec<_> =
            found().filter(|(_, why)| matches!(why, Unread::Gone)).map(|(path, _)| path).collect();
        let failed = found().filter(|(_, why)| matches!(why, Unread::Failed(_)));
        let failed = failed.map(|(path, why)| self.problem(path, why));
        failed.chain((!gone.is_empty()).then(|| self.gone(&gone))).collect()
    }
}

/// How many files or folders a problem names.
const SHOWN: usize = 3;

/// The first files, and how many more there are.
fn some(files: &[&RepoPath]) -> String {
    let first: Vec<&str> = files.iter().take(SHOWN).map(|path| path.as_str()).collect();
    match files.len().saturating_sub(SHOWN) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A command and the paths that it is for.
fn command<'a>(words: &[&'a str], paths: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.iter().copied().chain(paths).map(str::to_owned).collect();
    paste(&words)
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
