//! A merge request brings a fragment, or needs none: a prepared release consumes them.

use super::{Gate, Need, Situation};
use crate::changelog::branch::{self, Branch};
use crate::io::files;
use crate::load::{self, ConfigText};
use crate::model::facts::Changed;
use crate::model::gate::{Finding, Stage};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::plan::prepared::{self, Prepared};
use crate::tool::git::Repository;
use crate::workspace::Workspace;

/// `fragment`.
pub(super) struct Fragment;

impl Gate for Fragment {
    fn name(&self) -> &str {
        "fragment"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        if situation.env.branch.is_some() { Need::Programs } else { Need::Nothing }
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let Some(name) = &situation.env.branch else {
            return Finding::off("no CI run of a merge request");
        };
        let config = &situation.workspace.config;
        let asked = Branch { name: Some(name), labels: &situation.env.labels };
        if let Some(why) = branch::exempt(&config.changelogs, &asked) {
            return Finding::pass(why);
        }
        let base = branch::base(config);
        let changed = match situation.repository.commit(&base) {
            Ok(Some(commit)) => situation.repository.changed_since(&commit),
            Ok(None) => {
                let problem = branch::no_base(config, &base);
                return Finding::unknown(problem.what.clone(), vec![problem]);
            }
            Err(failure) => Err(failure),
        };
        let changed = match changed {
            Ok(Some(changed)) => changed,
            Ok(None) => {
                let problem = branch::nothing_in_common(&base);
                return Finding::unknown(problem.what.clone(), vec![problem]);
            }
            Err(failure) => return Finding::unknown(failure.problem_text(), vec![failure.into()]),
        };
        let fragments = situation.workspace.changelogs.iter().flat_map(|changelog| &changelog.fragments);
        let added: Vec<&RepoPath> = fragments
            .map(|fragment| &fragment.path)
            .filter(|path| changed.written.iter().any(|changed| changed == path.as_str()))
            .collect();
        match added.as_slice() {
            [] => match prepared_by(situation.repository, situation.workspace, &changed) {
                Ok(Some(Prepared { what, against: None })) => Finding::pass(branch::prepares(&what)),
                Ok(other) => {
                    let problem = branch::none_added(config, &base);
                    let problem = match other {
                        Some(Prepared { what, against: Some(why) }) => branch::against(problem, &what, &why),
                        _ => problem,
                    };
                    Finding::fail(problem.what.clone(), vec![problem])
                }
                Err(problem) => Finding::unknown(problem.what.clone(), vec![problem]),
            },
            [one] => Finding::pass(one.to_string()),
            [first, rest @ ..] => Finding::pass(format!("{first} and {} more", rest.len())),
        }
    }
}

/// What a branch prepares, by the tree that it started from; `after` is the work tree. None where it prepares nothing.
///
/// # Errors
/// When git fails.
pub fn prepared_by(
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
