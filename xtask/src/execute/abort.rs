//! Takes an unfinished release back.

use super::{Journal, RESUME, Stop, World, refs, worktree};
use crate::model::names::CommitId;
use crate::model::problem::{Code, Problem};

/// A ref that others may have fetched is never taken back.
pub(super) fn refuse_if_public(world: &World<'_>, journal: &Journal) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let (Some(written), Some(push)) = (journal.written()?, plan.pushes.first()) else { return Ok(()) };
    let seen = match world.repository.remote_refs(&push.remote) {
        Ok(seen) => seen,
        // Nothing was pushed by this release, so an unreachable remote cannot hold it.
        Err(_) if !journal.push_begun() => return Ok(()),
        Err(failure) => {
            return Err(Stop::Resumable(vec![
                failure
                    .problem(Code::W0205, &format!("{} does not answer", push.remote))
                    .why("a push had begun; whether it arrived is not known, and what is public stays"),
            ]));
        }
    };
    let public = refs::public(world, journal, &written, &seen)?;
    if public.is_empty() {
        return Ok(());
    }
    Err(Stop::Conflict(vec![
        Problem::new(Code::W0610, format!("{} has {} already", push.remote, public.join(", ")))
            .why("others may have fetched it, and registries may be publishing it")
            .run(format!("{RESUME}   (finishes it)")),
    ]))
}

/// Refs, index, work tree, journal: in the reverse order of the release. Gives the commit that the branch is at.
pub(super) fn bring_back(world: &mut World<'_>, journal: &Journal) -> Result<CommitId, Stop> {
    let plan = &journal.record.plan;
    let written = journal.written()?;
    if let Some(written) = &written {
        if !refs::hold_nothing(world, journal, written)? {
            journal.note_back()?;
            refs::move_back(world, journal, written)?;
        }
        // From here on there is nothing to resume but the whole: the files are about to go back.
        journal.forget_written()?;
    }
    let mut stands = plan.base.clone();
    if plan.commit.is_some() {
        stands = refs::stands(world, journal)?;
        worktree::restore(world, journal, &stands, written.is_some())?;
        world.repository.reset_index(&stands, Some(&journal.lock))?;
    }
    journal.finish()?;
    Ok(stands)
}
