//! The plan that only makes tags: the second half of the reviewed flow. Where they stand already, it pushes those
//! that the remote lacks, or does nothing.

use super::{
    Standings, Step, agreement, conditions, follow_ups, group_plans, id, outcome, released_directly, tidy,
};
use crate::model::config::{Flow, TagKind};
use crate::model::facts::{Facts, Remote};
use crate::model::names::Name;
use crate::model::plan::{FORMAT, Plan, TagPlan};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::workspace::Workspace;

/// Tags for what a commit holds; without tags in the plan all of them stand, and its pushes are what is left.
/// `facts.head` is that commit; `merged` says whether the remote's
/// main branch descends from it (none: the remote was not asked).
///
/// # Errors
/// When a group has no version there.
pub fn tags_only(
    workspace: &Workspace,
    facts: &Facts,
    groups: &[Name],
    offline: bool,
    merged: Option<bool>,
) -> Result<Plan, Problems> {
    let mut unmet: Problems = workspace.problems.clone();
    let standings = Standings::new(workspace, facts);
    let (mut steps, mut unreleased) = (Vec::new(), Vec::new());
    let mut undecided = Problems::new();
    for group in groups.iter().filter_map(|name| workspace.config.group(name)) {
        unmet.extend(agreement::of_group(workspace, group, standings.released(&group.name)));
        match workspace.current(group) {
            Some(current) if current.is_dev() => {
                unmet.push(agreement::in_development(&workspace.config, group, current));
                unreleased.push(Step { group, current, next: current });
            }
            Some(current) => steps.push(Step { group, current, next: current }),
            None => undecided.push(
                Problem::new(Code::W0313, format!("no file of {} says its version", group.name))
                    .help("such a group is tagged by `release` itself"),
            ),
        }
    }
    if !undecided.is_empty() {
        undecided.extend(unmet);
        return Err(tidy(undecided));
    }
    let bump = steps.first().or(unreleased.first()).map_or(Bump::Auto, |step| Bump::Exact(step.current));
    let request = Request {
        bump,
        groups: groups.to_vec(),
        prepare: false,
        summary: None,
        force_version: false,
        offline,
        pins: Vec::new(),
    };
    let mut problems = Problems::new();
    let mut tags = outcome::tags(facts, &request, &steps, &mut problems);
    let pushes = if !tags.is_empty() && tags.iter().all(|tag| stands(facts, tag)) {
        let unpushed: Vec<TagPlan> = tags.drain(..).filter(|tag| !on_the_remote(facts, tag)).collect();
        outcome::pushes(workspace, facts, None, &steps, &unpushed)
    } else {
        let direct = steps.iter().filter(|step| step.group.flow == Flow::Direct);
        unmet.extend(direct.map(|Step { group, current, .. }| {
            released_directly(group, &format!("{current} --group {}", group.name))
        }));
        outcome::pushes(workspace, facts, None, &steps, &tags)
    };
    for tag in &tags {
        unmet.extend(agreement::of_tag(workspace, tag.name.as_str()));
    }
    unmet.extend(problems);
    unmet.extend(steps.iter().flat_map(|step| workspace.misfits(step.group, step.next)));
    unmet.extend(conditions::of_outcome(facts, None, &tags));
    unmet.extend(on_the_branch(workspace, facts, merged, offline));
    let mut plan = Plan {
        format: FORMAT,
        id: String::new(),
        base: facts.head.clone(),
        branch: None,
        date: facts.date,
        request,
        groups: group_plans(workspace, &[steps.as_slice(), &unreleased].concat()),
        pins: Vec::new(),
        files: Vec::new(),
        deletions: Vec::new(),
        hooks: Vec::new(),
        commit: None,
        downstream: follow_ups::of_release(workspace, bump, &steps, &tags),
        tags,
        pushes,
        read: workspace.digests.clone(),
        unmet: tidy(unmet),
        warnings: Problems::new(),
        gates: Vec::new(),
        skips: Vec::new(),
    };
    plan.id = id::of(&plan);
    Ok(plan)
}

/// Whether a tag is what it would become: of its kind, on that commit, and no other one on the remote.
fn stands(facts: &Facts, tag: &TagPlan) -> bool {
    let name = tag.name.as_str();
    let seen = match &facts.remote {
        Remote::Seen(seen) => Some(seen),
        _ => None,
    };
    let theirs = seen.and_then(|seen| seen.tags.get(name));
    match (facts.tags.get(name), theirs) {
        (Some(ours), theirs) => {
            ours.commit == facts.head
                && ours.annotated == (tag.kind == TagKind::Annotated)
                && theirs.is_none_or(|theirs| *theirs == ours.object)
        }
        // Not fetched.
        (None, Some(theirs)) => seen.and_then(|seen| seen.peeled.get(name)).unwrap_or(theirs) == &facts.head,
        (None, None) => false,
    }
}

fn on_the_remote(facts: &Facts, tag: &TagPlan) -> bool {
    matches!(&facts.remote, Remote::Seen(seen) if seen.tags.contains_key(tag.name.as_str()))
}

fn on_the_branch(
    workspace: &Workspace,
    facts: &Facts,
    merged: Option<bool>,
    offline: bool,
) -> Option<Problem> {
    let (main, remote) = (workspace.config.release.branches.first()?, &workspace.config.release.remote);
    match (merged, &facts.remote) {
        (Some(true), _) => None,
        (Some(false), _) => Some(
            Problem::new(Code::W0216, format!("{} is not on {remote}/{main}", facts.head.short()))
                .why("a release is tagged on what went through review")
                .help("merge the release branch first"),
        ),
        (None, _) if offline => None,
        (None, Remote::Unreachable { name, why }) => Some(
            Problem::new(Code::W0205, format!("{name} does not answer"))
                .why(why.clone())
                .help("to tag without asking it: --offline"),
        ),
        (None, _) => Some(
            Problem::new(Code::W0205, format!("{remote} shows no branch {main}"))
                .help("to tag without asking it: --offline"),
        ),
    }
}
