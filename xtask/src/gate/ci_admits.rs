//! CI admits the tags: the repository's own pipeline files would start jobs for each tag that this release makes, in
//! pushes that the forge starts pipelines for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::{Gate, Need, Situation, needs_a_bump};
use crate::io::files;
use crate::model::config::Config;
use crate::model::gate::{Finding, Stage};
use crate::model::path::RepoPath;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Mode, Source, Tree, not_a_file, source};
use crate::pipeline::admission::{self, Message, Wanted};
use crate::pipeline::audit::Forge;

/// `ci-admits`.
pub(super) struct CiAdmits;

impl Gate for CiAdmits {
    fn name(&self) -> &str {
        "ci-admits"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        // The message of a commit that is there already is git's to tell.
        if situation.plan.is_some_and(|plan| plan.commit.is_none()) { Need::Programs } else { Need::Nothing }
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let config = &situation.workspace.config;
        if config.ci.as_ref().is_some_and(|ci| !ci.publish) {
            return Finding::off("CI publishes nothing: publish = false under [ci]");
        }
        let entries = &situation.workspace.entries;
        if !entries.keys().any(|path| crate::pipeline::audit::forge_of(path.as_str()).is_some()) {
            return Finding::off("no pipeline file; cargo xtask ci generate github, or gitlab");
        }
        let Some(plan) = situation.plan else { return needs_a_bump(situation) };
        if plan.tags.is_empty() {
            return Finding::off("no tag is made");
        }
        let only = config.forge.as_ref().and_then(|forge| forge.kind).map(Forge::from);
        let main = config.release.branches.first().map_or("main", String::as_str);
        // What is only tagged has its pipeline with it, wherever the work tree stands.
        let tagged = match &plan.commit {
            Some(_) => None,
            None => match situation.repository.commit_tree(&plan.base) {
                Ok(tree) => Some(tree),
                Err(problem) => return Finding::unknown(problem.what.clone(), vec![problem]),
            },
        };
        let files = Files { root: &situation.repository.root, entries };
        let tree: &dyn Tree = tagged.as_ref().map_or(&files as &dyn Tree, |tree| tree);
        let judged = match admission::judge(tree, &wanted(config, plan), main, only) {
            Ok(judged) => judged,
            Err(problem) => return Finding::unknown(problem.what.clone(), vec![problem]),
        };
        let mut problems: Problems = judged.problems;
        let forges: BTreeSet<Forge> = judged.admissions.iter().map(|one| one.forge).collect();
        let refs: Vec<&[String]> = plan.pushes.iter().map(|push| push.refs.as_slice()).collect();
        let there = match &plan.commit {
            Some(_) => None,
            None => match situation.repository.message(&plan.base) {
                Ok(text) => Some(text),
                Err(failure) => return Finding::unknown(failure.problem_text(), vec![failure.into()]),
            },
        };
        let planned = plan.commit.as_ref().map(|commit| Message::Planned(&commit.message));
        let message = planned.or(there.as_deref().map(Message::There));
        problems.extend(forges.into_iter().flat_map(|forge| admission::pushes(forge, &refs, message)));
        let seen = match problems.as_slice() {
            [] => {
                let tags: BTreeSet<&str> = judged.admissions.iter().map(|one| one.tag.as_str()).collect();
                return Finding::pass(format!(
                    "jobs start for {}",
                    tags.into_iter().collect::<Vec<_>>().join(", ")
                ));
            }
            [one] => one.what.clone(),
            [first, rest @ ..] => format!("{}, and {} more", first.what, rest.len()),
        };
        if problems.iter().all(|problem| problem.code == Code::W0863) {
            Finding::unknown(seen, problems)
        } else {
            Finding::fail(seen, problems)
        }
    }
}

/// The plan's tags with their templates.
fn wanted(config: &Config, plan: &Plan) -> Vec<Wanted> {
    let groups = plan.groups.iter().filter_map(|step| Some((config.group(&step.name)?, step.next)));
    let all: Vec<Wanted> = groups.flat_map(|(group, next)| Wanted::of(group, next)).collect();
    let made: BTreeSet<&str> = plan.tags.iter().map(|tag| tag.name.as_str()).collect();
    all.into_iter().filter(|one| made.contains(one.tag.as_str())).collect()
}

/// The work tree's tracked files, read when they are asked for.
struct Files<'a> {
    root: &'a Path,
    entries: &'a BTreeMap<RepoPath, Mode>,
}

impl Tree for Files<'_> {
    fn entries(&self) -> &BTreeMap<RepoPath, Mode> {
        self.entries
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Arc<Source>>, Problem> {
        self.bytes(path)?.map(|bytes| source(path, bytes).map(Arc::new)).transpose()
    }

    fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
        let links: BTreeMap<RepoPath, Mode> = self
            .entries
            .iter()
            .filter(|(_, mode)| matches!(mode, Mode::Symlink | Mode::Submodule))
            .map(|(path, mode)| (path.clone(), *mode))
            .collect();
        if let Some(problem) = not_a_file(&links, path) {
            return Err(problem);
        }
        if !self.contains(path) {
            return Ok(None);
        }
        files::read(&self.root.join(path.as_str()))
            .map_err(|error| Problem::new(Code::W0304, error.to_string()).at(path))
    }
}
