//! Lock files that a killed git left behind.
//!
//! git makes `X.lock` before it moves `X` by a rename; killed in between, it leaves the lock and
//! every later git refuses. Such a file is removed only when all of this holds:
//!
//! - this process holds the release lock, so neither the interrupted windlass nor any git that it
//!   started lives;
//! - the file is one that this release's own steps make, and it came as far as that step;
//! - it is not older than the release;
//! - it holds what this release writes there: a ref's lock nothing yet or one of its ids, HEAD's
//!   nothing or one of its branches, the index's windlass's own words.

use std::path::Path;

use super::{Journal, Stop, World, refs};
use crate::io::files;
use crate::model::event::Event;
use crate::model::names::Branch;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem, Problems};
use crate::tool::git::index::INDEX_LOCK;

fn branch(plan: &Plan) -> Option<&Branch> {
    plan.commit.as_ref()?.branch.as_ref()
}

/// The files, as names in git's folder, that exclude the steps of this release.
pub(super) fn names(plan: &Plan) -> Vec<String> {
    let refs = branch(plan).map(Branch::full).into_iter().chain(plan.tags.iter().map(|tag| tag.name.full()));
    // A push brings the clone's own view of the branch along.
    let views = plan.pushes.iter().filter_map(|push| {
        let branch = push.refs.iter().find_map(|name| name.strip_prefix("refs/heads/"))?;
        Some(format!("refs/remotes/{}/{branch}", push.remote))
    });
    let others = ["HEAD", "index", "packed-refs"].map(String::from);
    let locks = refs.chain(views).chain(others).map(|name| format!("{name}.lock"));
    locks.chain(["packed-refs.new".to_owned()]).collect()
}

/// Whether what a lock file holds is what this release writes there.
fn is_ours(name: &str, text: &str, journal: &Journal) -> Result<bool, Problem> {
    let plan = &journal.record.plan;
    let text = text.trim_end();
    if name == "index.lock" {
        return Ok(text == INDEX_LOCK.trim_end());
    }
    // No ref is touched before the objects are noted, none deleted before taking back is.
    let Some(written) = journal.written()? else { return Ok(false) };
    if name.starts_with("packed-refs") {
        return Ok(journal.back_begun());
    }
    if name == "HEAD.lock" {
        let mut branches = branch(plan).into_iter().chain(&plan.branch);
        return Ok(text.is_empty() || branches.any(|branch| text == format!("ref: {}", branch.full())));
    }
    let mut ids = refs::moves(plan, &written).into_iter().flat_map(|step| [step.old, step.new]).flatten();
    Ok(text.is_empty() || ids.any(|id| id.as_str() == text))
}

pub(super) fn remove_orphans(world: &mut World<'_>, journal: &Journal) -> Result<(), Stop> {
    let mut doubtful = Problems::new();
    for name in names(&journal.record.plan) {
        let path = world.repository.git_path(&name);
        if let Ok(metadata) = std::fs::symlink_metadata(&path) {
            let young =
                metadata.modified().is_ok_and(|time| journal.began().is_ok_and(|began| time >= began));
            let bytes = files::read(&path).ok().flatten().unwrap_or_default();
            if young && is_ours(&name, &String::from_utf8_lossy(&bytes), journal)? {
                files::remove(&path).map_err(|error| doubt(&name, &path).why(error.to_string()))?;
                world.tell(&Event::LockRemoved { file: name.clone() });
            } else {
                doubtful
                    .push(doubt(&name, &path).why("a lock of another living process must not be removed"));
            }
        }
        // git makes a ref's folders before its lock.
        if name.starts_with("refs/")
            && let Some(folder) = path.parent()
        {
            let kind = name.split('/').take(2).collect::<Vec<_>>().join("/");
            files::remove_empty_folders(folder, &world.repository.git_path(&kind));
        }
    }
    if doubtful.is_empty() { Ok(()) } else { Err(Stop::Conflict(doubtful)) }
}

fn doubt(name: &str, path: &Path) -> Problem {
    Problem::new(Code::W0608, format!("{name} lies in git's folder and is not this release's"))
        .help(format!("if no git runs here, remove {} and run the command again", path.display()))
}
