//! Pushes the release, batch by batch; each is seen on the remote before the next one goes.

use std::collections::BTreeMap;

use super::{Journal, Stop, World, refs};
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Push;
use crate::model::problem::{Code, Problem};
use crate::model::written::Written;

/// The pushes of a release, once its refs stand here.
pub(super) fn all(world: &mut World<'_>, journal: &Journal, written: &Written) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let ids =
        refs::moves(plan, written).into_iter().filter_map(|step| Some((step.name, step.new?))).collect();
    batches(world, &plan.pushes, &ids, Some(journal))
}

/// Pushes refs that an earlier release left here; `ids` says what each of them holds.
///
/// # Errors
/// [`Stop::Conflict`] where the remote holds another tag, else [`Stop::Resumable`]: some of them may be there, and
/// the same command pushes the rest.
pub fn standing(
    world: &mut World<'_>,
    pushes: &[Push],
    ids: &BTreeMap<String, CommitId>,
) -> Result<(), Stop> {
    batches(world, pushes, ids, None)
}

fn batches(
    world: &mut World<'_>,
    pushes: &[Push],
    ids: &BTreeMap<String, CommitId>,
    journal: Option<&Journal>,
) -> Result<(), Stop> {
    let again = match journal {
        Some(_) => "the release stands here; mend the cause, then: $ cargo xtask release --resume",
        None => "the tags stand here; mend the cause, then run the same command again",
    };
    let lock = journal.map(|journal| &journal.lock);
    for push in pushes {
        let missing = missing(world, push, ids, journal.is_some())?;
        if !missing.is_empty() {
            if let Some(journal) = journal {
                journal.note_push()?;
            }
            let part = Push { remote: push.remote.clone(), refs: missing };
            world.repository.push(&part, lock).map_err(|failure| {
                let what = format!("{} did not take {}", push.remote, short(&part.refs));
                Stop::Resumable(vec![failure.problem(Code::W0609, &what).help(again)])
            })?;
            world.tell(&Event::Pushed { remote: push.remote.to_string(), refs: part.refs });
        }
        let absent = self::missing(world, push, ids, journal.is_some())?;
        if !absent.is_empty() {
            let what = format!("{} does not show {} after the push", push.remote, short(&absent));
            let problem = Problem::new(Code::W0609, what).run(format!("git ls-remote {}", push.remote));
            return Err(Stop::Resumable(vec![match journal {
                Some(_) => problem.run("cargo xtask release --resume"),
                None => problem.help(again),
            }]));
        }
        world.tell(&Event::Verified { remote: push.remote.to_string(), refs: push.refs.clone() });
    }
    Ok(())
}

/// The refs of a batch that the remote does not show at their new ids.
fn missing(
    world: &World<'_>,
    push: &Push,
    ids: &BTreeMap<String, CommitId>,
    released: bool,
) -> Result<Vec<String>, Stop> {
    let seen = world.repository.remote_refs(&push.remote).map_err(|failure| {
        let again = match released {
            true => "the release stands here; when the remote is back: $ cargo xtask release --resume",
            false => "the tags stand here; when the remote is back, run the same command again",
        };
        Stop::Resumable(vec![
            failure.problem(Code::W0205, &format!("{} does not answer", push.remote)).help(again),
        ])
    })?;
    let mut missing = Vec::new();
    for name in &push.refs {
        let there = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
            (Some(branch), _) => seen.branches.get(branch),
            (_, Some(tag)) => seen.tags.get(tag),
            _ => None,
        };
        match (there, ids.get(name)) {
            (Some(there), Some(id)) if there == id => {}
            (Some(there), _) if name.starts_with("refs/tags/") => {
                let what = format!(
                    "{} has {} at {} already",
                    push.remote,
                    short(std::slice::from_ref(name)),
                    there.short()
                );
                let problem = Problem::new(Code::W0607, what)
                    .why("a tag is never moved; somebody else released this version");
                return Err(Stop::Conflict(vec![problem.help(match released {
                    true => {
                        "take this release back, then release the next version: $ cargo xtask release --abort"
                    }
                    false => "release the next version",
                })]));
            }
            _ => missing.push(name.clone()),
        }
    }
    Ok(missing)
}

fn short(refs: &[String]) -> String {
    let name =
        |full: &String| full.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/").to_owned();
    refs.iter().map(name).collect::<Vec<_>>().join(", ")
}
