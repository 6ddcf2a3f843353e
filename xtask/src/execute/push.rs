//! Pushes the release, batch by batch; each is seen on the remote before the next one goes.

use std::collections::BTreeMap;

use super::{Journal, Stop, World, refs};
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Push;
use crate::model::problem::{Code, Problem};
use crate::model::written::Written;

pub(super) fn all(world: &mut World<'_>, journal: &Journal, written: &Written) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let ids: BTreeMap<String, CommitId> =
        refs::moves(plan, written).into_iter().filter_map(|step| Some((step.name, step.new?))).collect();
    for push in &plan.pushes {
        let missing = missing(world, push, &ids)?;
        if !missing.is_empty() {
            journal.note_push()?;
            let part = Push { remote: push.remote.clone(), refs: missing };
            world.repository.push(&part, Some(&journal.lock)).map_err(|failure| {
                Stop::Resumable(vec![
                    failure
                        .problem(Code::W0609, &format!("{} did not take {}", push.remote, short(&part.refs)))
                        .help(
                            "the release stands here; mend the cause, then: $ cargo xtask release --resume",
                        ),
                ])
            })?;
            world.tell(&Event::Pushed { remote: push.remote.to_string(), refs: part.refs });
        }
        let absent = self::missing(world, push, &ids)?;
        if !absent.is_empty() {
            return Err(Stop::Resumable(vec![
                Problem::new(
                    Code::W0609,
                    format!("{} does not show {} after the push", push.remote, short(&absent)),
                )
                .run(format!("git ls-remote {}", push.remote))
                .run("cargo xtask release --resume"),
            ]));
        }
        world.tell(&Event::Verified { remote: push.remote.to_string(), refs: push.refs.clone() });
    }
    Ok(())
}

/// The refs of a batch that the remote does not show at their new ids.
fn missing(world: &World<'_>, push: &Push, ids: &BTreeMap<String, CommitId>) -> Result<Vec<String>, Stop> {
    let seen = world.repository.remote_refs(&push.remote).map_err(|failure| {
        Stop::Resumable(vec![
            failure
                .problem(Code::W0205, &format!("{} does not answer", push.remote))
                .help("the release stands here; when the remote is back: $ cargo xtask release --resume"),
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
                return Err(Stop::Conflict(vec![
                    Problem::new(Code::W0607, format!("{} has {} at {} already", push.remote, short(std::slice::from_ref(name)), there.short()))
                        .why("a tag is never moved; somebody else released this version")
                        .help("take this release back, then release the next version: $ cargo xtask release --abort"),
                ]));
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
