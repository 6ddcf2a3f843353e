//! Lock files that a killed git left behind.
//!
//! git makes `X.lock` before it moves `X` by a rename; killed in between, it leaves the lock and
//! every later git refuses. Such a file is removed only when all of this holds: this process holds
//! the release lock, so neither the interrupted windlass nor any git it started lives; the file is
//! one that this release's own transaction makes; it is not older than the release; and a ref's
//! lock holds nothing or an id that the release writes.

use std::time::{Duration, UNIX_EPOCH};

use super::{Journal, Stop, World, refs};
use crate::io::files;
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem, Problems};

/// The lock files of a release's own transaction, as names in git's folder.
pub(super) fn names(plan: &Plan) -> Vec<String> {
    let branch = plan.commit.as_ref().and_then(|commit| commit.branch.as_ref()).map(|branch| branch.full());
    let tags = plan.tags.iter().map(|tag| tag.name.full());
    let refs = branch.into_iter().chain(tags).chain(["HEAD", "index", "packed-refs"].map(String::from));
    refs.map(|name| format!("{name}.lock")).collect()
}

pub(super) fn remove_orphans(world: &mut World<'_>, journal: &Journal) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let ours: Vec<CommitId> = match journal.written() {
        Some(written) => {
            let moves = refs::moves(plan, &written);
            moves.into_iter().flat_map(|step| [step.old, step.new]).flatten().collect()
        }
        None => Vec::new(),
    };
    let mut doubtful = Problems::new();
    for name in names(plan) {
        let path = world.repository.git_path(&name);
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        let began = u64::try_from(journal.record.began).unwrap_or(0);
        let young = metadata.modified().is_ok_and(|time| time >= UNIX_EPOCH + Duration::from_secs(began));
        let holds_ours = !name.starts_with("refs/") || {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            text.is_empty() || ours.iter().any(|id| id.as_str() == text.trim_end())
        };
        if young && holds_ours {
            files::remove(&path)
                .map_err(|error| Problem::new(Code::W0608, format!("{}: {error}", path.display())))?;
            world.tell(&Event::LockRemoved { file: name });
        } else {
            doubtful.push(
                Problem::new(Code::W0608, format!("{name} lies in git's folder and is not this release's"))
                    .why("a lock of another living process must not be removed")
                    .help(format!(
                        "if no git runs here, remove {} and run the command again",
                        path.display()
                    )),
            );
        }
    }
    if doubtful.is_empty() { Ok(()) } else { Err(Stop::Conflict(doubtful)) }
}
