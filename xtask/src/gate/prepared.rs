//! Whether a branch that adds no fragment is a prepared release, which consumes them.

use crate::io::files;
use crate::load::{self, ConfigText};
use crate::model::facts::Changed;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::plan::prepared::{self, Prepared};
use crate::tool::git::Repository;
use crate::workspace::Workspace;

/// What a branch prepares, by the tree that it started from; `after` is the work tree. None where it prepares nothing.
///
/// # Errors
/// When git fails.
pub fn of_branch(
    repository: &Repository,
    after: &Workspace,
    changed: &Changed,
) -> Result<Option<Prepared>, Problem> {
    let tree = repository.commit_tree(&changed.fork)?;
    // A config that changed is a change beside the release, so that one is enough for both.
    let text = ConfigText { name: load::CONFIG.to_owned(), text: String::new() };
    let mut before = load::workspace(&tree, after.config.clone(), &text);
    let forward = prepared::forward(&before, after);
    load::crossings(&tree, &mut before, &forward);
    let read =
        |path: &RepoPath| String::from_utf8(files::read(&repository.root.join(path.as_str())).ok()??).ok();
    Ok(prepared::prepared(&before, after, changed, &read))
}
