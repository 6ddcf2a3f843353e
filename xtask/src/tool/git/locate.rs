//! Finds the repository. Short questions, one after the other: `xshell`.

use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell};

use super::Repository;
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

/// Asks where the repository is; `dir` is any folder in its work tree.
///
/// # Errors
/// When git can't be started.
pub fn start_locate(dir: &Path) -> Result<Running, Failure> {
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
    ///
    /// # Errors
    /// As [`Repository::locate`].
    pub fn located(dir: &Path, asked: Result<Running, Failure>) -> Result<Repository, Problem> {
        if !dir.is_dir() {
            return Err(Problem::new(Code::W0201, format!("{} is no folder", dir.display())));
        }
        let answer = asked.and_then(Running::wait).map_err(|failure| {
            if crate::io::env::find_program("git", dir).is_none() {
                return Problem::new(Code::W0208, "git is not on the PATH").help("install git 2.31 or newer");
            }
            failure
                .problem(
                    Code::W0201,
                    &format!("{} is not in a git repository with a work tree", dir.display()),
                )
                .run("git init   (for a new repository)")
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
        })
    }
}
