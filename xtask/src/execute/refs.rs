//! Branch and tags: all together, each from the id that it had.

use super::{ABORT, Journal, RESUME, Stop, World};
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::written::Written;
use crate::tool::git::query::RemoteRefs;
use crate::tool::git::refs::RefMove;

/// Every ref of the release with its id before and after.
pub(super) fn moves(plan: &Plan, written: &Written) -> Vec<RefMove> {
    let mut moves = Vec::new();
    if let Some(commit) = &plan.commit
        && let Some(branch) = &commit.branch
    {
        let old = (!commit.new_branch).then(|| plan.base.clone());
        moves.push(RefMove { name: branch.full(), old, new: Some(written.commit.clone()) });
    }
    let mut objects = written.tags.iter();
    for tag in &plan.tags {
        let object = if tag.message.is_empty() { None } else { objects.next() };
        let new = object.unwrap_or(&written.commit).clone();
        moves.push(RefMove { name: tag.name.full(), old: None, new: Some(new) });
    }
    moves
}

/// The moves still to be made, given the ids that the refs hold now; of refs that are elsewhere it says so.
fn remaining(
    world: &World<'_>,
    moves: Vec<RefMove>,
    now: &[Option<CommitId>],
    written: &Written,
) -> Result<Vec<RefMove>, Stop> {
    let (known, foreign): (Vec<_>, Vec<_>) =
        moves.into_iter().zip(now).partition(|(step, now)| **now == step.new || **now == step.old);
    if foreign.is_empty() {
        let left = known.into_iter().filter(|(step, now)| **now != step.new);
        return Ok(left.map(|(step, _)| step).collect());
    }
    let all: Vec<_> = known.iter().chain(&foreign).map(|(step, now)| (step, now.as_ref())).collect();
    let ours = !nothing_in(world, &all, written)?;
    let say = |(step, now): &(RefMove, &Option<CommitId>)| moved_by_others(step, now.as_ref(), ours);
    Err(Stop::Conflict(foreign.iter().map(say).collect()))
}

/// What to say of a ref that is neither as before nor as planned; `ours`, whether the release has moved others already.
fn moved_by_others(step: &RefMove, now: Option<&CommitId>, ours: bool) -> Problem {
    let RefMove { name, old, new } = step;
    let at =
        |id: Option<&CommitId>| id.map_or_else(|| "nowhere".to_owned(), |id| format!("at {}", id.short()));
    let what = format!(
        "{name} is {}, which this release did not do; it was {} when the release began",
        at(now),
        at(old.as_ref())
    );
    let problem = Problem::new(Code::W0607, what).why("a ref is only moved from the id that the plan saw");
    let problem = match (old, now) {
        (Some(old), Some(now)) => problem.run(format!("git log --oneline {old}..{now}")),
        (_, Some(now)) => problem.run(format!("git show --no-patch {now}")),
        _ => problem.run(format!("git reflog {name}")),
    };
    if !ours {
        return problem.run(format!("{ABORT}   (takes the release back; {name} stays where it is)"));
    }
    // The release stands in part: only from here on can it be finished or taken back.
    let problem = match now {
        Some(now) => {
            problem.run(format!("git branch kept-{} {now}   (so that nothing is lost)", now.short()))
        }
        None => problem,
    };
    let held = |id: Option<&CommitId>| id.map(ToString::to_string).unwrap_or_default();
    let problem = match new {
        Some(new) => problem.run(format!("git update-ref {name} {new} {}", held(now)).trim_end()),
        None => problem.run(format!("git update-ref -d {name} {}", held(now)).trim_end()),
    };
    problem.run(RESUME).run(format!("{ABORT}   (in its place)"))
}

/// Every ref of the release is as it was or as planned, before anything is done.
pub(super) fn check(world: &World<'_>, journal: &Journal) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let Some(written) = journal.written()? else {
        // No ref moves before the objects are noted.
        let moves = moves(plan, &Written { commit: plan.base.clone(), tags: Vec::new() });
        let now = now(world, &moves)?;
        let moved = moves.iter().zip(&now).filter(|(step, now)| **now != step.old);
        let conflicts: Problems =
            moved.map(|(step, now)| moved_by_others(step, now.as_ref(), false)).collect();
        return if conflicts.is_empty() { Ok(()) } else { Err(Stop::Conflict(conflicts)) };
    };
    open_moves(world, moves(plan, &written), &written).map(|_| ())
}

/// Whether no ref holds anything of the release: neither its ids nor, on the branch, commits upon its commit.
pub(super) fn hold_nothing(world: &World<'_>, journal: &Journal, written: &Written) -> Result<bool, Stop> {
    let moves = moves(&journal.record.plan, written);
    let now = now(world, &moves)?;
    let all: Vec<_> = moves.iter().zip(&now).map(|(step, now)| (step, now.as_ref())).collect();
    nothing_in(world, &all, written)
}

fn nothing_in(
    world: &World<'_>,
    refs: &[(&RefMove, Option<&CommitId>)],
    written: &Written,
) -> Result<bool, Stop> {
    for (step, now) in refs {
        let Some(now) = now.filter(|now| Some(*now) != step.old.as_ref()) else { continue };
        if step.new.as_ref() == Some(now) || world.repository.descends(now, &written.commit)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The commit that the branch of the release is at now: its base, unless somebody went on there.
pub(super) fn stands(world: &World<'_>, journal: &Journal) -> Result<CommitId, Stop> {
    let base = &journal.record.plan.base;
    let Some(branch) = world.repository.head()? else { return Ok(base.clone()) };
    let now = world.repository.ref_ids(&[&branch.full()])?.pop().flatten();
    Ok(now.unwrap_or_else(|| base.clone()))
}

/// Moves every ref, and HEAD when the release made a branch. A fresh release has moved none yet;
/// the transaction itself holds each ref to the id that the plan saw.
pub(super) fn move_all(
    world: &mut World<'_>,
    journal: &Journal,
    written: &Written,
    fresh: bool,
) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let all = moves(plan, written);
    let left = if fresh { all } else { open_moves(world, all, written)? };
    let reason = format!(
        "release {}",
        plan.groups.iter().map(|group| group.next.to_string()).collect::<Vec<_>>().join(", ")
    );
    if !left.is_empty() {
        world.repository.move_refs(&left, &reason, Some(&journal.lock))?;
    }
    if let Some(commit) = &plan.commit
        && commit.new_branch
        && let Some(branch) = &commit.branch
        && (fresh || world.repository.head()?.as_ref() != Some(branch))
    {
        world.repository.point_head(branch, &reason, Some(&journal.lock))?;
    }
    world.tell(&Event::Moved { refs: left.into_iter().map(|step| step.name).collect() });
    Ok(())
}

/// HEAD is on the branch where the release began, or on the one that it makes: index and work tree
/// belong to that branch.
pub(super) fn check_head(world: &World<'_>, journal: &Journal) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let Some(commit) = &plan.commit else { return Ok(()) };
    let head = world.repository.head()?;
    if head.is_some() && (head == plan.branch || head == commit.branch) {
        return Ok(());
    }
    let at = head.map_or_else(|| "on no branch".to_owned(), |branch| format!("on {branch}"));
    let mut problem = Problem::new(Code::W0607, format!("HEAD is {at}, which this release did not do"))
        .why("the files of a release belong to the branch where it began");
    if let Some(branch) = &plan.branch {
        problem = problem.run(format!("git switch {branch}"));
    }
    Err(Stop::Conflict(vec![problem.help("then resume or abort")]))
}

fn open_moves(world: &World<'_>, moves: Vec<RefMove>, written: &Written) -> Result<Vec<RefMove>, Stop> {
    let now = now(world, &moves)?;
    remaining(world, moves, &now, written)
}

/// The refs of the release that a remote has: at their new ids, or a branch further on.
pub(super) fn public(
    world: &World<'_>,
    journal: &Journal,
    written: &Written,
    seen: &RemoteRefs,
) -> Result<Vec<String>, Stop> {
    let mut public = Vec::new();
    for RefMove { name, new, .. } in moves(&journal.record.plan, written) {
        let (there, is_branch) = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
            (Some(branch), _) => (seen.branches.get(branch), true),
            (_, Some(tag)) => (seen.tags.get(tag), false),
            _ => (None, false),
        };
        let Some(there) = there else { continue };
        if Some(there) == new.as_ref() || is_branch && world.repository.descends(there, &written.commit)? {
            public.push(name);
        }
    }
    Ok(public)
}

/// What each ref holds now.
fn now(world: &World<'_>, moves: &[RefMove]) -> Result<Vec<Option<CommitId>>, Stop> {
    let names: Vec<&str> = moves.iter().map(|step| step.name.as_str()).collect();
    Ok(world.repository.ref_ids(&names)?)
}

/// Whether every ref is still where it was before.
pub(super) fn none_moved(world: &World<'_>, journal: &Journal, written: &Written) -> bool {
    let moves = moves(&journal.record.plan, written);
    let count = moves.len();
    open_moves(world, moves, written).is_ok_and(|left| left.len() == count)
}

/// Takes every ref back that has moved, HEAD first when the release made a branch.
pub(super) fn move_back(world: &mut World<'_>, journal: &Journal, written: &Written) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let moved = moves(plan, written);
    let now = now(world, &moved)?;
    remaining(world, moved.clone(), &now, written)?;
    let moved = moved.into_iter().zip(now).filter(|(step, now)| *now == step.new && *now != step.old);
    let left: Vec<RefMove> =
        moved.map(|(step, _)| RefMove { name: step.name, old: step.new, new: step.old }).collect();
    let reason = "release aborted";
    if plan.commit.as_ref().is_some_and(|commit| commit.new_branch)
        && let Some(branch) = &plan.branch
        && world.repository.head()?.as_ref() != Some(branch)
    {
        world.repository.point_head(branch, reason, Some(&journal.lock))?;
    }
    if !left.is_empty() {
        world.repository.move_refs(&left, reason, Some(&journal.lock))?;
    }
    Ok(())
}
