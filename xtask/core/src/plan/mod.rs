//! Builds the plan. Pure: the same workspace, facts and request give the same bytes.

mod again;
pub mod agreement;
mod conditions;
mod crossings;
mod edits;
mod follow_ups;
pub mod gates;
pub mod hotfix;
mod id;
mod notes;
mod outcome;
pub mod pins;
pub mod prepared;
pub mod requirements;
mod standing;
mod tagging;
mod unpushed;

use std::collections::BTreeMap;

use crate::model::config::{Config, Flow, Group};
use crate::model::digest::sha256;
use crate::model::edit::Edit;
use crate::model::facts::Facts;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::Place;
use crate::model::plan::{FORMAT, FilePlan, GroupPlan, PackagePlan, Plan};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::model::tree::Mode;
use crate::model::version::Version;
use crate::workspace::Workspace;

pub use standing::{Standings, tag_versions};
pub use tagging::tags_only;

/// One group's step, decided.
#[derive(Clone, Debug)]
pub(crate) struct Step<'a> {
    pub group: &'a Group,
    pub current: Version,
    pub next: Version,
}

/// The version that each package would be released as; nothing for groups that can't be decided, and
/// where no module's path could change.
pub fn next_versions(workspace: &Workspace, facts: &Facts, request: &Request) -> Vec<(Name, Version)> {
    if !request.bump.is_release() || workspace.manifests.iter().all(|manifest| manifest.ecosystem != "go") {
        return Vec::new();
    }
    let moves = pins::of_request(workspace, facts, request);
    let (steps, _) = standing::decide(workspace, &Standings::new(workspace, facts), request, &moves.lines);
    steps
        .iter()
        .flat_map(|step| step.group.packages.iter().map(|package| (package.clone(), step.next)))
        .collect()
}

/// Everything a release will do, with whatever forbids it in `unmet`.
///
/// # Errors
/// When a group's next version can't be decided: there is no plan then, and every other unmet
/// condition is told too.
pub fn plan(workspace: &Workspace, facts: &Facts, request: &Request) -> Result<Plan, Problems> {
    let standings = Standings::new(workspace, facts);
    let moves = pins::of_request(workspace, facts, request);
    let (steps, mut undecided) = standing::decide(workspace, &standings, request, &moves.lines);
    let mut unmet = conditions::unmet(workspace, &standings, facts, request);
    if steps.len() < request.groups.len() || !undecided.is_empty() {
        // On another branch the manifests hold what that branch holds.
        if unmet.iter().any(|problem| problem.code == Code::W0203) {
            undecided.retain(|problem| problem.code != Code::W0506);
        }
        undecided.append(&mut unmet);
        undecided.extend(moves.problems);
        undecided.extend(workspace.problems.iter().cloned());
        return Err(tidy(undecided));
    }
    let (mut edits, mut problems) = edits::of_places(workspace, &standings, request.bump, &steps, facts.date);
    let notes = match request.bump.is_release() {
        true => notes::of_changelogs(workspace, &standings, facts, request, &steps, &moves.lines),
        false => notes::Notes::default(),
    };
    for (path, more) in notes.edits.into_iter().chain(moves.edits) {
        edits.entry(path).or_default().extend(more);
    }
    problems.extend(notes.problems);
    problems.extend(moves.problems);
    let (unfinished, meant) = pins::unfinished(workspace, request, &steps);
    problems.extend(unfinished);
    let mut named = Problems::new();
    if request.bump.is_release() {
        problems.extend(crossings::follow(workspace, &steps, &mut edits));
        named = crossings::named(workspace, &steps);
    }
    let files = files(workspace, edits, &mut problems);
    problems.extend(again::lost(workspace, request.bump, &steps, &files));
    let changes = !(files.is_empty() && notes.deletions.is_empty());
    let tags = outcome::tags(facts, request, &steps, &mut problems);
    let hooks = match request.bump {
        Bump::AfterPublish => Vec::new(),
        // Opened already: there is nothing that hooks could bring along.
        Bump::Next if steps.iter().all(|step| step.current == step.next) => Vec::new(),
        _ => outcome::hooks(workspace, &steps, &tags),
    };
    let commit = (changes || !hooks.is_empty()).then(|| outcome::commit(workspace, facts, request, &steps));
    let pushes = outcome::pushes(workspace, facts, commit.as_ref(), &steps, &tags);
    unmet.extend(conditions::of_outcome(facts, commit.as_ref(), &tags));
    unmet.extend(problems);
    let mut plan = Plan {
        format: FORMAT,
        id: String::new(),
        base: facts.head.clone(),
        branch: facts.branch.clone(),
        date: facts.date,
        request: request.clone(),
        groups: group_plans(workspace, &steps),
        pins: moves.steps,
        files,
        deletions: notes.deletions,
        hooks,
        commit,
        downstream: follow_ups::of_release(workspace, request.bump, &steps, &tags),
        tags,
        pushes,
        read: workspace.digests.clone(),
        unmet: tidy(unmet),
        warnings: tidy(
            [
                notes.warnings,
                moves.warnings,
                meant,
                named,
                standing::warnings(&standings, facts, &steps),
                unpushed::told(workspace, &standings, facts, request).1,
            ]
            .concat(),
        ),
        gates: Vec::new(),
        skips: Vec::new(),
    };
    plan.id = id::of(&plan);
    Ok(plan)
}

/// What a plan says of the packages of each group.
fn group_plans(workspace: &Workspace, steps: &[Step<'_>]) -> Vec<GroupPlan> {
    let mut manifests: BTreeMap<&Name, &Place> = BTreeMap::new();
    for place in &workspace.places {
        let first = manifests.entry(&place.package).or_insert(place);
        if place.role < first.role {
            *first = place;
        }
    }
    let paths: BTreeMap<&Name, &RepoPath> =
        workspace.config.packages.iter().map(|package| (&package.name, &package.path)).collect();
    let package = |name: &Name, next: Version| {
        let manifest = manifests.get(name);
        let form = manifest.map_or(Form::SEMVER, |place| place.form);
        PackagePlan {
            name: name.clone(),
            path: paths.get(name).copied().cloned().unwrap_or_default(),
            current: manifest.map(|place| place.text.clone()),
            next: form.render(next),
        }
    };
    let group = |step: &Step<'_>| GroupPlan {
        name: step.group.name.clone(),
        flow: step.group.flow,
        current: step.current,
        next: step.next,
        packages: step.group.packages.iter().map(|name| package(name, step.next)).collect(),
    };
    steps.iter().map(group).collect()
}

/// Each file with its sorted edits and its digests before and after.
fn files(
    workspace: &Workspace,
    edits: BTreeMap<RepoPath, Vec<Edit>>,
    problems: &mut Problems,
) -> Vec<FilePlan> {
    let mut files = Vec::new();
    for (path, mut edits) in edits {
        edits.sort_by_key(|edit| (edit.start, edit.end));
        let Some(source) = workspace.sources.get(&path) else { continue };
        match crate::model::edit::apply(&source.text, &edits) {
            Ok(after) if after == source.text => {}
            Ok(after) => files.push(FilePlan {
                before: sha256(source.text.as_bytes()),
                after: sha256(after.as_bytes()),
                executable: workspace.entries.get(&path) == Some(&Mode::Executable),
                path,
                edits,
            }),
            Err(error) => problems.push(
                Problem::new(Code::W0317, format!("{path}: {error}"))
                    .at(&path)
                    .help("declare each spot once: by format, by key or by pattern"),
            ),
        }
    }
    files
}

/// Sorted, each problem once: the order of discovery is no information.
fn tidy(mut problems: Problems) -> Problems {
    problems.sort();
    problems.dedup();
    problems
}

/// Whether the request's flow is the groups' own.
pub(crate) fn flow_problem(config: &Config, request: &Request, group: &Group) -> Option<Problem> {
    let name = config.option_for(group);
    match (group.flow, request.prepare) {
        (Flow::Reviewed, false) => {
            let what = match request.bump.is_release() {
                true => format!("{} is released by review: first a branch, then its tags", group.name),
                false => format!("{} changes by review: on a branch of its own", group.name),
            };
            let problem = Problem::new(Code::W0510, what)
                .run(format!("cargo xtask release {}{name} --prepare", request.typed()));
            Some(match request.bump.is_release() {
                true => problem.help(format!("and after the merge: $ cargo xtask release tag{name}")),
                // There is no tag to make.
                false => problem.help("and merge it"),
            })
        }
        (Flow::Direct, true) => Some(released_directly(group, &format!("{}{name}", request.typed()))),
        _ => None,
    }
}

/// Why half of the reviewed flow is nothing for a group, and the command that is.
fn released_directly(group: &Group, command: &str) -> Problem {
    Problem::new(Code::W0510, format!("{} is released directly: commit and tags together", group.name))
        .run(format!("cargo xtask release {command}"))
        .help(format!("or set `flow = \"reviewed\"` under [groups.{}]", group.name))
}
