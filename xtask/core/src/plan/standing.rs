//! Where each group stands before its next version is chosen.

use std::collections::BTreeMap;

use super::notes::root_tag;
use super::pins::{Line, with_lines};
use super::{Step, flow_problem};
use crate::changelog::notes;
use crate::model::config::{Flow, Group, Level};
use crate::model::facts::{Facts, Remote};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::Role;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::model::version::Version;
use crate::resolve::{Standing, resolve};
use crate::workspace::Workspace;

/// The versions that each group's tags name, ascending.
#[derive(Debug)]
pub struct Standings {
    tags: BTreeMap<Name, Vec<Version>>,
    /// Whether a maintenance branch is checked out, which stays in its series.
    maintenance: bool,
}

/// The versions that a group's tags name, by semver order.
pub fn tag_versions<'a>(group: &Group, tags: impl Iterator<Item = &'a str>) -> Vec<Version> {
    let mut versions: Vec<Version> = tags
        .filter_map(|tag| group.tags.iter().find_map(|rule| rule.name.extract(tag, Form::SEMVER)))
        .collect();
    versions.sort();
    versions.dedup();
    versions
}

impl Standings {
    /// On the main branch every tag counts, here or on the remote; on a maintenance branch those that
    /// HEAD descends from.
    pub fn new(workspace: &Workspace, facts: &Facts) -> Standings {
        let theirs = match &facts.remote {
            Remote::Seen(seen) => Some(seen.tags.keys()),
            _ => None,
        };
        let tags: Vec<&str> = match &facts.merged {
            Some(merged) => merged.iter().map(String::as_str).collect(),
            None => facts.tags.keys().chain(theirs.into_iter().flatten()).map(String::as_str).collect(),
        };
        Standings { maintenance: facts.merged.is_some(), ..Standings::of_tags(workspace, &tags) }
    }

    /// From tags that somebody else has listed.
    pub fn of_tags(workspace: &Workspace, tags: &[&str]) -> Standings {
        let of = |group: &Group| tag_versions(group, tags.iter().copied());
        let tags = workspace.config.groups.iter().map(|group| (group.name.clone(), of(group))).collect();
        Standings { tags, maintenance: false }
    }

    /// The versions that a group has released, ascending.
    pub fn released(&self, group: &Name) -> &[Version] {
        self.tags.get(group).map_or(&[], Vec::as_slice)
    }

    pub fn newest(&self, group: &Name) -> Option<Version> {
        self.tags.get(group)?.last().copied()
    }

    /// The newest tagged version below another, final ones only if asked.
    pub fn before(&self, group: &Name, version: Version, stable: bool) -> Option<Version> {
        let older = self.tags.get(group)?.iter().rev().filter(|tag| **tag < version);
        older.copied().find(|tag| !stable || tag.is_stable())
    }

    pub fn has_tag(&self, group: &Name, version: Version) -> bool {
        self.tags.get(group).is_some_and(|tags| tags.contains(&version))
    }
}

/// Each group's step, or why it has none; a group whose version may stand in a file that could not be
/// read has none, and the file's problem says why.
pub(super) fn decide<'a>(
    workspace: &'a Workspace,
    standings: &Standings,
    request: &Request,
    lines: &[Line<'_>],
) -> (Vec<Step<'a>>, Problems) {
    let mut steps = Vec::new();
    let mut problems = Problems::new();
    if let (Bump::Exact(version), [_, _, ..]) = (request.bump, request.groups.as_slice()) {
        problems.push(
            Problem::new(
                Code::W0511,
                format!("{version} cannot be the next version of several groups at once"),
            )
            .help("release one group at a time, or ask for a bump such as `minor`"),
        );
    }
    for group in request.groups.iter().filter_map(|name| workspace.config.group(name)) {
        problems.extend(flow_problem(&workspace.config, request, group));
        if workspace.places_of(group).next().is_none() && has_broken_place(workspace) {
            continue;
        }
        match next(workspace, standings, request, group, lines) {
            Ok((current, next)) => steps.push(Step { group, current, next }),
            Err(problem) => problems.push(problem),
        }
    }
    (steps, problems)
}

/// Whether a version may stand in a file that could not be read.
fn has_broken_place(workspace: &Workspace) -> bool {
    workspace.problems.iter().any(|problem| problem.code.name().starts_with("W03"))
}

fn next(
    workspace: &Workspace,
    standings: &Standings,
    request: &Request,
    group: &Group,
    lines: &[Line<'_>],
) -> Result<(Version, Version), Problem> {
    let newest = standings.newest(&group.name);
    if let Some(problem) = trouble(workspace, group) {
        return Err(problem.clone());
    }
    // A group without any place (Go modules only) has its version in its tags alone.
    let current = match (workspace.current(group), newest) {
        (Some(current), _) => current,
        (None, Some(newest)) if workspace.places_of(group).next().is_none() => newest,
        (None, None) if workspace.places_of(group).next().is_none() => Version::new(0, 0, 0),
        (None, _) => return Err(no_current(workspace, group)),
    };
    let option = workspace.config.option_for(group);
    let tag = newest.and_then(|newest| root_tag(group, newest));
    let standing = Standing {
        group: group.name.as_str(),
        option: &option,
        reviewed: group.flow == Flow::Reviewed,
        current,
        newest: newest.zip(tag.as_deref()),
        tagged: standings.has_tag(&group.name, current),
        notes: pending_level(workspace, group, current, lines),
        // The next minor of a maintenance branch is the main branch's, and mostly out.
        development: group.development.map(|level| if standings.maintenance { Level::Patch } else { level }),
        waits: workspace.places_of(group).any(|place| place.role == Role::Waiting),
    };
    Ok((current, resolve(&standing, request.bump, request.force_version)?))
}

/// Why nothing holds the version of a group that is no Go module.
fn trouble<'a>(workspace: &'a Workspace, group: &Group) -> Option<&'a Problem> {
    if workspace.places_of(group).next().is_some() {
        return None;
    }
    let mut packages = group.packages.iter().filter_map(|name| workspace.config.package(name));
    let inside = |problem: &Problem, folder: &RepoPath| {
        let path = problem.at.as_ref().and_then(|at| RepoPath::parse(&at.file).ok());
        path.is_some_and(|path| path.below(folder).is_some())
    };
    packages.find_map(|package| {
        workspace.problems.iter().find(|problem| match problem.code {
            Code::W0313 => problem.at.as_ref().is_some_and(|at| at.line == Some(package.line)),
            _ => problem.code.name().starts_with("W03") && inside(problem, &package.path),
        })
    })
}

fn no_current(workspace: &Workspace, group: &Group) -> Problem {
    match workspace.base_place(group) {
        Some(place) => Problem::new(
            Code::W0312,
            format!("{} holds `{}`, which is no version in the form {}", place.node, place.text, place.form),
        )
        .at_line(&place.file, place.line),
        None => Problem::new(Code::W0313, format!("no file says the whole version of {}", group.name))
            .why("the base of a bump is what the manifests hold; forms such as X.Y.Z drop the stage")
            .help(format!("name the package that holds it: `base = \"…\"` under [groups.{}]", group.name)),
    }
}

/// The highest level that a group's changelogs call for, the rule for 0.x applied.
fn pending_level(
    workspace: &Workspace,
    group: &Group,
    current: Version,
    lines: &[Line<'_>],
) -> Option<Level> {
    let of = |changelog: &crate::workspace::Changelog| {
        let source = changelog.source.as_ref()?;
        let lines = lines.iter().filter(|line| line.pin.groups.contains(&group.name));
        let fragments = with_lines(&changelog.fragments, lines);
        let level = notes::pending_level(source, &changelog.rules, &fragments)?;
        let zero = current.major == 0 && level == Level::Major;
        Some(if zero { changelog.rules.zero_major } else { level })
    };
    workspace
        .changelogs
        .iter()
        .filter(|changelog| changelog.rules.groups.contains(&group.name))
        .filter_map(of)
        .max()
}

/// What is odd about the steps, though it forbids nothing.
pub(super) fn warnings(standings: &Standings, facts: &Facts, steps: &[Step<'_>]) -> Problems {
    let mut warnings = Problems::new();
    for Step { group, current, next } in steps {
        let newest = standings.newest(&group.name);
        if newest.is_some_and(|newest| newest < *current) && current != next && current.is_stable() {
            warnings.push(
                Problem::new(
                    Code::W0509,
                    format!("{} holds {current}, which has no tag; {next} skips it", group.name),
                )
                .help(format!("to release it as it stands: $ cargo xtask release {current}")),
            );
        }
        if newest.is_none() && facts.shallow {
            warnings.push(
                Problem::new(Code::W0212, format!("this shallow clone has no tag of {}", group.name))
                    .why("whether the version is above the newest tag could not be checked")
                    .run("git fetch --tags --unshallow"),
            );
        }
    }
    warnings
}
