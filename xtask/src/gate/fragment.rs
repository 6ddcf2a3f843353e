//! A merge request brings a fragment, or needs none.

use super::{Gate, Need, Situation, prepared};
use crate::changelog::branch::{self, Branch};
use crate::model::gate::{Finding, Stage};
use crate::model::path::RepoPath;
use crate::plan::prepared::Prepared;

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
            [] => match prepared::of_branch(situation.repository, situation.workspace, &changed) {
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
