//! Branch and tags: all together, each from the id that it had.

use super::{Journal, Stop, World};
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem};
use crate::model::written::Written;
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

/// The moves still to be made, given the ids that the refs hold now.
fn remaining(moves: Vec<RefMove>, now: &[Option<CommitId>]) -> Result<Vec<RefMove>, Stop> {
    let mut left = Vec::new();
    let mut conflicts = Vec::new();
    for (step, now) in moves.into_iter().zip(now) {
        match now {
            now if *now == step.new => {}
            now if *now == step.old => left.push(step),
            other => conflicts.push(moved_by_others(&step.name, other.as_ref())),
        }
    }
    if conflicts.is_empty() { Ok(left) } else { Err(Stop::Conflict(conflicts)) }
}

fn moved_by_others(name: &str, now: Option<&CommitId>) -> Problem {
    let at = now.map_or_else(|| "gone".to_owned(), |id| format!("at {}", id.short()));
    Problem::new(Code::W0607, format!("{name} is {at}, which this release did not do"))
        .why("a ref is only moved from the id that the plan saw")
        .run(format!("git log --oneline -3 {name}"))
        .help("bring it back to where it was, then resume or abort")
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
    let left = if fresh { all } else { open_moves(world, all)? };
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

fn open_moves(world: &World<'_>, moves: Vec<RefMove>) -> Result<Vec<RefMove>, Stop> {
    let names: Vec<&str> = moves.iter().map(|step| step.name.as_str()).collect();
    let now = world.repository.ref_ids(&names)?;
    remaining(moves, &now)
}

/// Whether every ref is still where it was before.
pub(super) fn none_moved(world: &World<'_>, journal: &Journal, written: &Written) -> bool {
    let moves = moves(&journal.record.plan, written);
    let count = moves.len();
    open_moves(world, moves).is_ok_and(|left| left.len() == count)
}

/// Takes every ref back that has moved, HEAD first when the release made a branch.
pub(super) fn move_back(world: &mut World<'_>, journal: &Journal, written: &Written) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let back = moves(plan, written).into_iter().map(|step| RefMove {
        name: step.name,
        old: step.new,
        new: step.old,
    });
    let left = open_moves(world, back.collect())?;
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
