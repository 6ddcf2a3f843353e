//! Finds the repository. Short questions, one after the other: `xshell`.

use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell};

use super::query::GitConfig;
use super::{Repository, nowhere};
use crate::model::problem::{Code, Problem};
use crate::tool::call::{Call, Running};
use crate::tool::failure::{Failure, ending};
use crate::tool::process::SCRUBBED;

/// Runs a short question in a folder.
pub(super) fn ask(shell: &Shell, question: Cmd<'_>) -> Result<String, Failure> {
    let words: Vec<String> = question.to_string().split(' ').map(String::from).collect();
    let mut question = question.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").ignore_status();
    for name in SCRUBBED {
        question = question.env_remove(name);
    }
    let dir = shell.current_dir();
    let output = question.output().map_err(|error| Failure::new(&words, &dir, error.to_string(), ""))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    Err(Failure::new(&words, &dir, ending(output.status), &String::from_utf8_lossy(&output.stderr)))
}

/// A shell that stands in a folder.
pub(super) fn shell_in(dir: &Path) -> Result<Shell, Failure> {
    let shell = Shell::new().map_err(|error| Failure::new(&["git".into()], dir, error.to_string(), ""))?;
    shell.change_dir(dir);
    Ok(shell)
}

/// Where the repository is, as far as that can be told before git answers.
pub enum Place {
    /// Most likely a plain one: its root.
    Root(PathBuf),
    /// git has been asked.
    Asked(Result<Running, Failure>),
}

impl Place {
    /// Looks at a folder in a work tree; git is asked unless the folder is the root and holds its
    /// git folder itself (gitrepository-layout(5)).
    pub fn of(dir: &Path) -> Place {
        match dir.canonicalize() {
            Ok(root) if cfg!(unix) && is_line(&root) && is_git_dir(&root.join(".git")) => Place::Root(root),
            _ => Place::Asked(start_locate(dir)),
        }
    }

    /// The repository, given git's configuration in it.
    ///
    /// # Errors
    /// As [`Repository::locate`].
    pub fn repository(self, dir: &Path, config: &GitConfig) -> Result<Repository, Problem> {
        match self {
            Place::Root(root) if is_plain(config) => {
                let git_dir = root.join(".git");
                Ok(Repository {
                    shallow: git_dir.join("shallow").exists(),
                    object_format: config.get("extensions.objectformat").unwrap_or("sha1").to_owned(),
                    common_dir: git_dir.clone(),
                    git_dir,
                    root,
                    plain: true,
                })
            }
            Place::Root(_) => Repository::locate(dir),
            Place::Asked(asked) => Repository::located(dir, asked),
        }
    }
}

/// Whether a path is one that git's answers can hold.
fn is_line(path: &Path) -> bool {
    path.to_str().is_some_and(|path| !path.contains('\n'))
}

/// Whether git would take a folder for its own, and for the only one of its repository.
fn is_git_dir(folder: &Path) -> bool {
    let is_folder = |path: &Path| path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    let head = || std::fs::read_to_string(folder.join("HEAD")).unwrap_or_default();
    let is_head = |text: &str| {
        let text = text.trim_end();
        text.starts_with("ref: refs/")
            || text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    is_folder(folder)
        && is_folder(&folder.join("objects"))
        && is_folder(&folder.join("refs"))
        && !folder.join("commondir").exists()
        && is_head(&head())
}

/// Whether git read the repository's own configuration, and nothing in it moves the work tree or asks for another
/// layout. Without its format git took it for none, or for somebody else's (`safe.directory`).
fn is_plain(config: &GitConfig) -> bool {
    let formats = ["extensions.objectformat"];
    matches!(config.get("core.repositoryformatversion"), Some("0" | "1"))
        && config.get("core.worktree").is_none()
        && !config.is_true("core.bare")
        && config.sections(&["extensions"]).all(|(key, _)| formats.contains(&key))
}

/// Asks where the repository is; `dir` is any folder in its work tree.
fn start_locate(dir: &Path) -> Result<Running, Failure> {
    let args = [
        "rev-parse",
        "--path-format=absolute",
        "--show-toplevel",
        "--git-dir",
        "--git-common-dir",
        "--show-object-format",
        "--is-shallow-repository",
    ];
    Call::git(dir, &args).read_only().start()
}

impl Repository {
    /// The repository whose work tree holds a folder.
    ///
    /// # Errors
    /// `W0201` when there is none, `W0208` when git itself is missing.
    pub fn locate(dir: &Path) -> Result<Repository, Problem> {
        Repository::located(dir, start_locate(dir))
    }

    /// As [`Repository::locate`], with the question asked already.
    fn located(dir: &Path, asked: Result<Running, Failure>) -> Result<Repository, Problem> {
        if !dir.is_dir() {
            return Err(Problem::new(Code::W0201, format!("{} is no folder", dir.display())));
        }
        let answer = asked.and_then(Running::wait).map_err(|failure| {
            if crate::io::env::find_program("git", dir).is_none() {
                return Problem::new(Code::W0208, "git is not on the PATH").help("install git 2.31 or newer");
            }
            nowhere::problem(dir, &failure)
        })?;
        let answer = String::from_utf8_lossy(&answer);
        let lines: Vec<&str> = answer.lines().collect();
        let [root, git_dir, common_dir, object_format, shallow] = lines.as_slice() else {
            return Err(Problem::new(
                Code::W0201,
                format!("git describes {} in {} lines instead of 5", dir.display(), lines.len()),
            )
            .why("a path with a line break cannot be released from"));
        };
        Ok(Repository {
            root: PathBuf::from(root),
            git_dir: PathBuf::from(git_dir),
            common_dir: PathBuf::from(common_dir),
            object_format: (*object_format).to_owned(),
            shallow: *shallow == "true",
            plain: false,
        })
    }
}
