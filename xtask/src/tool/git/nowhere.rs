//! Why a folder is in no repository that can be released from, and what to do about it.

use std::path::Path;

use crate::model::command::paste;
use crate::model::problem::{Code, Problem};
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// What to say where git does not show a work tree in `dir`; `failure` is its answer.
pub(super) fn problem(dir: &Path, failure: &Failure) -> Problem {
    if let Some(repository) = distrusted(&failure.said) {
        return distrust(&repository);
    }
    match git_folder(dir) {
        Some((folder, true)) => Problem::new(Code::W0201, format!("{folder} is a bare repository"))
            .why("a release is made in a work tree")
            .run(paste(&["git", "clone", "--", &folder, "work"].map(String::from)))
            .help("then name the clone: -C work"),
        Some(_) => Problem::new(Code::W0201, format!("{} is a folder of git's own", dir.display()))
            .why("a release is made in a work tree")
            .help("start in the folder above it, or name that: -C FOLDER"),
        None => failure
            .problem(Code::W0201, &format!("{} is not in a git repository with a work tree", dir.display()))
            .run("git init   (for a new repository)"),
    }
}

/// git's own folder that `dir` is in, and whether its repository is a bare one.
fn git_folder(dir: &Path) -> Option<(String, bool)> {
    let args = ["rev-parse", "--absolute-git-dir", "--is-bare-repository"];
    let text = Call::git(dir, &args).read_only().text().ok()?;
    let mut lines = text.lines();
    Some((lines.next()?.to_owned(), lines.next()? == "true"))
}

/// The repository that git does not trust, as it names it (git-config(1), "safe.directory").
fn distrusted(said: &[String]) -> Option<String> {
    let line = said.iter().find(|line| {
        line.contains("detected dubious ownership in repository") || line.contains("unsafe repository (")
    })?;
    let (_, rest) = line.split_once('\'')?;
    let (path, _) = rest.rsplit_once('\'')?;
    Some(path.to_owned())
}

fn distrust(repository: &str) -> Problem {
    let add = ["git", "config", "--global", "--add", "safe.directory", repository].map(String::from);
    Problem::new(Code::W0217, format!("git reads nothing of {repository}: another user owns it"))
        .why("what such a repository configures could run programs as you")
        .help("if you trust it, as in a container of CI that mounts it:")
        .run(paste(&add))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_of_gits_sentences() {
        let of = |line: &str| distrusted(&["warning: x".to_owned(), line.to_owned()]);
        let now = "fatal: detected dubious ownership in repository at '/it's/here'";
        let then = "fatal: unsafe repository ('/srv/app' is owned by someone else)";
        assert_eq!(of(now).as_deref(), Some("/it's/here"));
        assert_eq!(of(then).as_deref(), Some("/srv/app"));
        assert_eq!(of("fatal: not a git repository (or any of the parent directories): .git"), None);
    }
}
