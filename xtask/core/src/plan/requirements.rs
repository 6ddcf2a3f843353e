//! What the packages require of each other: brought along by a release, told by `check`.

use std::collections::BTreeMap;

use super::Step;
use crate::model::edit::Edit;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::requirement::{Dialect, Hindrance, Policy, Requirement};
use crate::model::version::Version;
use crate::requirement::{admits, follow};
use crate::workspace::Workspace;

/// Edits by file for every requirement on a package that moves, in whichever group's file it
/// stands, and the requirements that can't be brought along (`W0318`).
pub(super) fn brought_along(
    workspace: &Workspace,
    steps: &[Step<'_>],
) -> (BTreeMap<RepoPath, Vec<Edit>>, Problems) {
    let next: BTreeMap<&Name, Version> = steps
        .iter()
        .flat_map(|step| step.group.packages.iter().map(|package| (package, step.next)))
        .collect();
    let mut edits: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
    let mut problems = Problems::new();
    for one in &workspace.requirements {
        let Some(next) = next.get(&one.sibling) else { continue };
        let policy = policy(workspace, one);
        if is_elsewhere(workspace, one) {
            continue;
        }
        if crosses(workspace, one, *next) {
            if let (Some(why), true) = (&one.hindrance, policy != Policy::Leave) {
                problems.push(hindered(one, &format!("v{next}"), why));
            }
            continue;
        }
        match follow(one.dialect, policy, &one.text, one.seen(*next)) {
            Ok(None) => {}
            Ok(Some(new)) => match &one.hindrance {
                None => edits.entry(one.file.clone()).or_default().push(edit(one, new)),
                Some(why) => problems.push(hindered(one, &new, why)),
            },
            Err(why) => problems.push(stuck(one, &why)),
        }
    }
    (edits, problems)
}

/// Whether a requirement passes over the patch that would meet it, since the patch does not fit.
fn is_elsewhere(workspace: &Workspace, one: &Requirement) -> bool {
    let current = || workspace.current(workspace.config.group_of(&one.sibling)?);
    let fits = |version| admits(one.dialect, &one.text, one.seen(version));
    one.patched && current().is_some_and(|version| fits(version) != Ok(true))
}

/// What is done with a requirement; one of a manifest outside of all packages follows the word for all.
fn policy(workspace: &Workspace, one: &Requirement) -> Policy {
    let config = &workspace.config;
    one.package.as_ref().map_or(config.release.requirements, |package| config.policy(package))
}

/// Whether a requirement is on a module that takes another path, which all that names it follows.
fn crosses(workspace: &Workspace, one: &Requirement, next: Version) -> bool {
    let here =
        |file: &RepoPath, start, end| *file == one.file && start < one.span.end && one.span.start < end;
    workspace
        .crossings
        .iter()
        .filter(|crossing| crossing.package == one.sibling && crossing.next == next)
        .any(|crossing| crossing.spots.iter().any(|spot| here(&spot.file, spot.span.start, spot.span.end)))
}

/// Requirements that do not admit what their sibling holds (`W0319`), and those that can't be read
/// (`W0318`). A package whose version lives in its tags alone holds none.
pub fn not_admitting(workspace: &Workspace) -> Problems {
    let current = |one: &Requirement| workspace.current(workspace.config.group_of(&one.sibling)?);
    let mut problems = Problems::new();
    for one in &workspace.requirements {
        let Some(version) = current(one) else { continue };
        if policy(workspace, one) == Policy::Leave || is_elsewhere(workspace, one) {
            continue;
        }
        let version = one.seen(version);
        match admits(one.dialect, &one.text, version) {
            Ok(true) => {}
            Ok(false) => problems.push(
                Problem::new(
                    Code::W0319,
                    format!(
                        "{} requires `{}` of `{}`, which is at {version}",
                        one.node, one.text, one.sibling
                    ),
                )
                .at_line(&one.file, one.line)
                .help(widened(one, version))
                .help(leave(one)),
            ),
            Err(why) => problems.push(stuck(one, &why)),
        }
    }
    problems
}

fn widened(one: &Requirement, version: Version) -> String {
    match follow(one.dialect, Policy::Satisfy, &one.text, version) {
        Ok(Some(new)) => format!("set it to `{new}`, or as wide as is true"),
        _ => "write a range that admits it".into(),
    }
}

/// A requirement that can't be read or has no spelling for the new version.
fn stuck(one: &Requirement, why: &str) -> Problem {
    let mut problem = left_behind(one, format!("{} on `{}`: `{}` {why}", one.node, one.sibling, one.text));
    let range = match one.dialect {
        Dialect::Go { .. } => return problem,
        Dialect::Pep440 => "`>=0.1,<1`",
        _ => "`^0.1.0`",
    };
    problem.help.insert(0, format!("write it as a range that can follow, such as {range}; or"));
    problem
}

/// A requirement that could follow, but something beside it could not.
fn hindered(one: &Requirement, new: &str, by: &Hindrance) -> Problem {
    let what = format!("{} on `{}` would become `{new}`", one.node, one.sibling);
    let mut problem = left_behind(one, what).why(by.why.as_str());
    if by.by_hook {
        let hook = format!("have a hook refresh `{}`, and list it in `places` of [ignore]; or", by.file);
        problem.help.insert(0, hook);
    }
    problem
}

fn left_behind(one: &Requirement, what: String) -> Problem {
    Problem::new(Code::W0318, what).at_line(&one.file, one.line).help(leave(one))
}

fn leave(one: &Requirement) -> String {
    match &one.package {
        Some(package) => format!("leave it alone: `requirements = \"leave\"` under [packages.{package}]"),
        None => format!("leave it alone: `{}` in `places` of [ignore]", one.file),
    }
}

fn edit(one: &Requirement, new: String) -> Edit {
    Edit {
        start: one.span.start,
        end: one.span.end,
        old: one.text.clone(),
        new,
        node: one.node.clone(),
        dates: Vec::new(),
    }
}
