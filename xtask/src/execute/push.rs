//! Pushes the release, batch by batch; each is seen on the remote before the next one goes.

use std::collections::BTreeMap;

use super::{ABORT, Journal, RESUME, Stop, World, refs};
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Push;
use crate::model::problem::{Code, Problem};
use crate::model::written::Written;
use crate::tool::failure::Failure;

/// What is pushed: a release in flight, or refs that an earlier one left here.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Flight { journal: &'a Journal, written: &'a Written },
    Earlier,
}

impl Whose<'_> {
    /// How to go on after a failure.
    fn again(self, problem: Problem, when: &str) -> Problem {
        match self {
            Whose::Flight { .. } => {
                problem.help(format!("the release stands here; {when}, then go on")).run(RESUME)
            }
            Whose::Earlier => {
                problem.help(format!("the tags stand here; {when}, then run the same command again"))
            }
        }
    }

    /// Where the branch stood before the release, where that is known.
    fn base(&self) -> Option<&CommitId> {
        match self {
            Whose::Flight { journal, .. } => Some(&journal.record.plan.base),
            Whose::Earlier => None,
        }
    }
}

/// The pushes of a release, once its refs stand here.
pub(super) fn all(world: &mut World<'_>, journal: &Journal, written: &Written) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let ids =
        refs::moves(plan, written).into_iter().filter_map(|step| Some((step.name, step.new?))).collect();
    batches(world, &plan.pushes, &ids, Whose::Flight { journal, written })
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
    batches(world, pushes, ids, Whose::Earlier)
}

fn batches(
    world: &mut World<'_>,
    pushes: &[Push],
    ids: &BTreeMap<String, CommitId>,
    whose: Whose<'_>,
) -> Result<(), Stop> {
    for push in pushes {
        let missing = missing(world, push, ids, whose)?;
        if !missing.is_empty() {
            let lock = match whose {
                Whose::Flight { journal, .. } => {
                    journal.note_push()?;
                    Some(&journal.lock)
                }
                Whose::Earlier => None,
            };
            let part = Push { remote: push.remote.clone(), refs: missing };
            if let Err(failure) = world.repository.push(&part, lock) {
                return Err(refused(world, whose, &part, failure));
            }
            world.tell(&Event::Pushed { remote: push.remote.to_string(), refs: part.refs });
        }
        let absent = self::missing(world, push, ids, whose)?;
        if !absent.is_empty() {
            let what = format!("{} does not show {} after the push", push.remote, short(&absent));
            let problem = Problem::new(Code::W0609, what).run(format!("git ls-remote {}", push.remote));
            return Err(Stop::Resumable(vec![whose.again(problem, "look there")]));
        }
        world.tell(&Event::Verified { remote: push.remote.to_string(), refs: push.refs.clone() });
    }
    Ok(())
}

/// What to do about a push that was refused: where the remote's branch has moved, no push of this release can succeed.
fn refused(world: &World<'_>, whose: Whose<'_>, part: &Push, mut failure: Failure) -> Stop {
    // What git advises would go beneath the release that stands here.
    failure.said.retain(|line| !line.starts_with("hint:"));
    let problem =
        failure.problem(Code::W0609, &format!("{} did not take {}", part.remote, short(&part.refs)));
    let Whose::Flight { journal, written } = whose else {
        return Stop::Resumable(vec![whose.again(problem, "mend the cause")]);
    };
    let Ok(Some(moved)) = moved(world, journal, written, part) else {
        return Stop::Resumable(vec![whose.again(problem, "mend the cause")]);
    };
    let (remote, branch) = (&part.remote, &moved.branch);
    let what = format!("{remote} did not take {}: its {branch} has moved meanwhile", short(&part.refs));
    let problem = failure.problem(Code::W0609, &what);
    Stop::Conflict(vec![match moved.public.as_slice() {
        [] => problem
            .help("nothing of this release is public; take it back and make it on what is there now")
            .run(ABORT)
            .run(format!("git pull --ff-only {remote} {branch}"))
            .help("then release again"),
        public => problem
            .help(format!("{} is public already, so this release stays", short(public)))
            .help(format!("merge its commit into {branch} of {remote}, by a request or by hand; then go on"))
            .run(format!("git push {remote} {}:refs/heads/merge-{}", written.commit, written.commit.short()))
            .run(format!("git fetch {remote} {branch}   (when it is merged)"))
            .run(RESUME),
    }])
}

/// A branch of the remote's that went elsewhere, and what of the release the remote has.
struct Moved {
    branch: String,
    public: Vec<String>,
}

fn moved(
    world: &World<'_>,
    journal: &Journal,
    written: &Written,
    part: &Push,
) -> Result<Option<Moved>, Stop> {
    let seen = world.repository.remote_refs(&part.remote)?;
    for branch in part.refs.iter().filter_map(|name| name.strip_prefix("refs/heads/")) {
        if let Some(there) = seen.branches.get(branch)
            && !world.repository.descends(&written.commit, there)?
        {
            let public = refs::public(world, journal, written, &seen)?;
            return Ok(Some(Moved { branch: branch.to_owned(), public }));
        }
    }
    Ok(None)
}

/// The refs of a batch that the remote does not show at their new ids.
fn missing(
    world: &World<'_>,
    push: &Push,
    ids: &BTreeMap<String, CommitId>,
    whose: Whose<'_>,
) -> Result<Vec<String>, Stop> {
    let seen = world.repository.remote_refs(&push.remote).map_err(|failure| {
        let problem = failure.problem(Code::W0205, &format!("{} does not answer", push.remote));
        Stop::Resumable(vec![whose.again(problem, "wait until the remote is back")])
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
                let tag = short(std::slice::from_ref(name));
                let what = format!("{} has {tag} at {} already", push.remote, there.short());
                let problem = Problem::new(Code::W0607, what)
                    .why("a tag is never moved; somebody else released this version");
                return Err(Stop::Conflict(vec![match whose {
                    Whose::Flight { .. } => {
                        problem.help("take this release back, then release the next version").run(ABORT)
                    }
                    Whose::Earlier => problem.help("release the next version"),
                }]));
            }
            (Some(there), Some(id))
                if Some(there) != whose.base() && went_on(world, push, name, there, id)? => {}
            _ => missing.push(name.clone()),
        }
    }
    Ok(missing)
}

/// Whether somebody went on upon the release, or has merged it, there. A commit that is not known here is fetched first;
/// while it can't be, it is nobody's descendant.
fn went_on(
    world: &World<'_>,
    push: &Push,
    name: &str,
    there: &CommitId,
    id: &CommitId,
) -> Result<bool, Stop> {
    let Some(branch) = name.strip_prefix("refs/heads/") else { return Ok(false) };
    if !world.repository.has_objects(&[there])? {
        let _ = world.repository.fetch(&push.remote, branch);
    }
    Ok(world.repository.descends(there, id)?)
}

fn short(refs: &[String]) -> String {
    let name =
        |full: &String| full.trim_start_matches("refs/heads/").trim_start_matches("refs/tags/").to_owned();
    refs.iter().map(name).collect::<Vec<_>>().join(", ")
}
