//! What becomes of the changelogs and their fragments.

use std::collections::BTreeMap;

use super::pins::{Line, with_lines};
use super::{Standings, Step};
use crate::changelog::assemble::assemble;
use crate::changelog::dated::{Dated, dated};
use crate::changelog::notes;
use crate::changelog::rotate::{Rotation, rotate};
use crate::model::config::{Flow, Group, Rotate, TagRule};
use crate::model::edit::Edit;
use crate::model::facts::Facts;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::plan::Deletion;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::Request;
use crate::model::tree::Source;
use crate::model::version::Version;
use crate::workspace::{Changelog, Workspace};

/// The changelogs' part of a plan.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub edits: BTreeMap<RepoPath, Vec<Edit>>,
    pub deletions: Vec<Deletion>,
    pub problems: Problems,
    pub warnings: Problems,
}

pub(super) fn of_changelogs(
    workspace: &Workspace,
    standings: &Standings,
    facts: &Facts,
    request: &Request,
    steps: &[Step<'_>],
    lines: &[Line<'_>],
) -> Notes {
    let mut all = Notes::default();
    for changelog in &workspace.changelogs {
        let concerned =
            changelog.rules.groups.iter().find_map(|name| steps.iter().find(|step| step.group.name == *name));
        let Some(step) = concerned else { continue };
        let Some(source) = &changelog.source else {
            // One that is there but can't be read is among the workspace's problems.
            if !workspace.entries.contains_key(&changelog.rules.file) {
                all.problems.push(missing(changelog));
            }
            continue;
        };
        let lines: Vec<&Line<'_>> =
            lines.iter().filter(|line| line.concerns(&changelog.rules, steps)).collect();
        let by_hand =
            request.summary.is_none() && lines.is_empty() && is_prepared_by_hand(changelog, source, step);
        all.problems.extend(dated_without_tag(changelog, standings, step, by_hand));
        all.warnings.extend(notes::warnings(source, &changelog.rules));
        if by_hand {
            continue;
        }
        if changelog.rules.rotate == Rotate::Stable && !step.next.is_stable() {
            waiting(&mut all, changelog, source, &lines);
            continue;
        }
        let stable = changelog.rules.rotate == Rotate::Stable;
        let previous = standings.before(&step.group.name, step.next, stable);
        let rule = linked_rule(changelog, source, step.group);
        let named = |version| rule.map(|rule| tag_name(step.group, rule, version));
        let tag = named(step.next);
        let previous = previous.and_then(named).filter(|tag| facts.tags.contains_key(tag));
        let versions = series(workspace, standings, changelog, steps);
        let rotation = Rotation {
            version: step.next,
            versions: &versions,
            date: facts.date,
            summary: request.summary.as_deref(),
            tag: tag.as_deref(),
            previous_tag: previous.as_deref(),
        };
        let fragments = with_lines(&changelog.fragments, lines.into_iter());
        match rotate(source, &changelog.rules, &fragments, &rotation) {
            Ok(edits) => {
                all.edits.insert(changelog.rules.file.clone(), edits);
                all.deletions.extend(deletions(changelog));
            }
            // That there are no notes is not known where their folder could not be read.
            Err(problems) if has_linked_folder(workspace, changelog) => {
                all.problems.extend(problems.into_iter().filter(|problem| problem.code != Code::W0401));
            }
            Err(problems) => all.problems.extend(problems),
        }
    }
    all.deletions.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

fn has_linked_folder(workspace: &Workspace, changelog: &Changelog) -> bool {
    let folder = changelog.rules.fragments.as_ref().map(RepoPath::as_str);
    let mut linked = workspace.problems.iter().filter(|problem| problem.code == Code::W0307);
    linked.any(|problem| problem.at.as_ref().map(|at| at.file.as_str()) == folder)
}

/// A pre-release that dates no section leaves the notes where they are; what it says of pins joins them.
fn waiting(all: &mut Notes, changelog: &Changelog, source: &Source, lines: &[&Line<'_>]) {
    if !changelog.rules.unreleased {
        all.warnings.extend(lines.iter().map(|line| line.homeless(&changelog.rules)));
        return;
    }
    match assemble(source, &changelog.rules, &with_lines(&[], lines.iter().copied())) {
        Ok(edits) if edits.is_empty() => {}
        Ok(edits) => {
            all.edits.insert(changelog.rules.file.clone(), edits);
        }
        Err(problems) => all.problems.extend(problems),
    }
}

/// The versions of all groups that a changelog tells of, in its order of them: the next one of those released now,
/// of the others the one that was released last, which development versions and hand-made bumps are not.
fn series(workspace: &Workspace, standings: &Standings, changelog: &Changelog, steps: &[Step<'_>]) -> String {
    let standing = |name: &Name| {
        let Some(current) = workspace.current(workspace.config.group(name)?) else {
            return standings.newest(name);
        };
        let tagged = Some(current).filter(|current| standings.has_tag(name, *current));
        tagged.or_else(|| standings.before(name, current, false)).or(Some(current))
    };
    let of = |name: &Name| {
        let step = steps.iter().find(|step| step.group.name == *name);
        step.map(|step| step.next).or_else(|| standing(name))
    };
    changelog
        .rules
        .groups
        .iter()
        .filter_map(of)
        .map(|version| version.to_string())
        .collect::<Vec<_>>()
        .join("/")
}

/// The group's root tag for a version.
pub(super) fn root_tag(group: &Group, version: Version) -> Option<String> {
    Some(tag_name(group, group.tags.first()?, version))
}

fn tag_name(group: &Group, rule: &TagRule, version: Version) -> String {
    rule.name.render(version, Form::SEMVER, |_| group.name.to_string())
}

/// Which of a group's tags a changelog's links name: the one that its unreleased link names, else
/// the root tag.
fn linked_rule<'a>(changelog: &Changelog, source: &Source, group: &'a Group) -> Option<&'a TagRule> {
    let linked = notes::linked_tag(source, &changelog.rules);
    let has_its_shape =
        |rule: &&TagRule| linked.as_deref().is_some_and(|tag| rule.name.extract(tag, Form::SEMVER).is_some());
    group.tags.iter().find(has_its_shape).or(group.tags.first())
}

fn deletions(changelog: &Changelog) -> impl Iterator<Item = Deletion> {
    changelog.fragments.iter().map(|fragment| Deletion {
        path: fragment.path.clone(),
        before: changelog.digests.get(&fragment.path).cloned().unwrap_or_default(),
    })
}

fn missing(changelog: &Changelog) -> Problem {
    let file = &changelog.rules.file;
    Problem::new(Code::W0410, format!("{file} is not in the repository"))
        .at(file)
        .why(format!("the changelog `{}` tells of this release", changelog.rules.name))
        .help(format!("create {file} with a `## [Unreleased]` heading and commit it"))
}

/// Whether a version that the manifests hold already is dated already too, with nothing left to date.
fn is_prepared_by_hand(changelog: &Changelog, source: &Source, step: &Step<'_>) -> bool {
    step.current == step.next
        && dated(source, &changelog.rules)
            .iter()
            .any(|one| one.of(&changelog.rules, &step.group.name) == Some(step.next))
        && notes::pending(source, &changelog.rules, &changelog.fragments).trim().is_empty()
}

/// A heading that dates a version which nobody has tagged: made by hand, or left by a release
/// that never happened. Rotating would date the notes twice or not at all.
fn dated_without_tag(
    changelog: &Changelog,
    standings: &Standings,
    step: &Step<'_>,
    by_hand: bool,
) -> Problems {
    let Some(source) = &changelog.source else { return Problems::new() };
    // Sections older than the first tag were released before there were tags.
    let bound = standings.newest(&step.group.name).unwrap_or(step.current);
    // A heading without the group's place gives another group's version, perhaps.
    let others = changelog.rules.groups.iter().filter(|name| **name != step.group.name);
    let known_elsewhere =
        |version| others.clone().any(|name| standings.newest(name).is_some_and(|newest| version <= newest));
    let suspicious = |version: Version| {
        (version == step.next && !by_hand)
            || (version != step.next
                && version > bound
                && !standings.has_tag(&step.group.name, version)
                && !known_elsewhere(version))
    };
    dated(source, &changelog.rules)
        .into_iter()
        .filter_map(|one| Some((one.of(&changelog.rules, &step.group.name)?, one)))
        .filter(|(version, _)| suspicious(*version))
        .map(|(version, Dated { heading, line, .. })| {
            let problem = Problem::new(Code::W0408, format!("`{heading}` dates {version}, which has no tag"))
                .at_line(&changelog.rules.file, line);
            if step.group.flow == Flow::Reviewed && version == step.current {
                return problem
                    .why("this release is prepared: its tags are made once it is merged")
                    .run(format!("cargo xtask release tag --group {}", step.group.name))
                    .help("or, if it is tagged already: $ git fetch --tags");
            }
            problem.why("the release would date these notes a second time, or leave them out").help(
                "put its notes back under `## [Unreleased]` and remove the heading: the release dates them",
            )
        })
        .collect()
}
