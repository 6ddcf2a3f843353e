//! What hooks changed besides the planned edits, and all of it back again.

use std::collections::BTreeSet;

use super::worktree::{State, io_problem, move_file, place, state};
use super::{Journal, Stop, World};
use crate::io::files;
use crate::model::event::Event;
use crate::model::glob;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::plan::{FilePlan, Plan};
use crate::model::problem::Problem;
use crate::tool::git::Repository;

/// Whether a hook may change a path.
pub(super) fn declared(plan: &Plan, path: &str) -> bool {
    plan.hooks.iter().any(|hook| glob::any(&hook.changes, path))
}

/// The paths that hooks changed besides the planned ones: tracked ones, then new ones.
pub(super) fn paths(world: &World<'_>, journal: &Journal) -> Result<(Vec<String>, Vec<String>), Problem> {
    let record = &journal.record;
    if record.plan.hooks.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let status = world.repository.status()?;
    let planned = |path: &str| {
        record.plan.files.iter().any(|file| file.path.as_str() == path)
            || record.plan.deletions.iter().any(|deletion| deletion.path.as_str() == path)
    };
    let tracked = status.changes.into_iter().filter(|path| !planned(path)).collect();
    let untracked = status.untracked.iter().map(|path| path.as_str().to_owned()).chain(status.odd_names);
    Ok((tracked, untracked.filter(|path| !record.untracked.contains(path)).collect()))
}

/// The paths that no hook declared: of those given, and planned files that are not as planned.
pub(super) fn undeclared<'a>(
    world: &World<'_>,
    journal: &Journal,
    changed: impl Iterator<Item = &'a String>,
) -> Result<Vec<String>, Problem> {
    let plan = &journal.record.plan;
    let mut paths: Vec<String> = changed.filter(|path| !declared(plan, path)).cloned().collect();
    if !plan.hooks.is_empty() {
        for file in plan.files.iter().filter(|file| !declared(plan, file.path.as_str())) {
            if matches!(state(world, file)?, State::Other) {
                paths.push(file.path.to_string());
            }
        }
    }
    paths.sort();
    Ok(paths)
}

/// Keeps a planned file as it is: a hook may go over it, and then no edit leads back.
pub(super) fn keep(world: &World<'_>, journal: &Journal, path: &RepoPath) -> std::io::Result<()> {
    let kept = journal.kept(path);
    if let Some(folder) = kept.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let staged = files::staging(&kept);
    std::fs::copy(place(world, path), &staged)?;
    std::fs::rename(staged, kept)
}

/// Folders that hooks might have made (each declared glob up to its first wildcard, and all below)
/// and that are empty, which git does not tell.
pub(super) fn empty_folders(repository: &Repository, plan: &Plan) -> BTreeSet<RepoPath> {
    let globs = plan.hooks.iter().flat_map(|hook| &hook.changes);
    globs
        .flat_map(|glob| {
            let (folder, literal) = glob::folder(glob);
            files::empty_folders(&repository.root.join(folder), !literal, &repository.root)
        })
        .filter_map(|folder| RepoPath::parse(folder.strip_prefix(&repository.root).ok()?.to_str()?).ok())
        .collect()
}

/// Takes back what hooks changed: planned files from what was kept of them, other tracked ones as
/// `base` has them, new ones and new folders removed. The index becomes that commit's. What is in `committed` stays.
pub(super) fn forget(
    world: &mut World<'_>,
    journal: &Journal,
    base: &CommitId,
    committed: &BTreeSet<RepoPath>,
) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    if !journal.hooks_begun() {
        return Ok(());
    }
    world.repository.reset_index(base, Some(&journal.lock))?;
    let own = |file: &&FilePlan| declared(plan, file.path.as_str()) && !committed.contains(&file.path);
    for file in plan.files.iter().filter(own) {
        let kept = journal.kept(&file.path);
        if matches!(state(world, file)?, State::Other) && kept.exists() {
            move_file(&kept, &place(world, &file.path)).map_err(|error| io_problem(&file.path, &error))?;
        }
    }
    let (tracked, new) = paths(world, journal)?;
    let own = |paths: Vec<String>| -> Vec<RepoPath> {
        let paths = paths.iter().filter(|path| declared(plan, path));
        paths.filter_map(|path| RepoPath::parse(path).ok()).collect()
    };
    let tracked = own(tracked);
    world.repository.check_out(base, &tracked.iter().collect::<Vec<_>>(), Some(&journal.lock))?;
    for path in own(new) {
        files::remove(&place(world, &path)).map_err(|error| io_problem(&path, &error))?;
    }
    // The release itself empties the folder of the fragments that it consumes.
    let emptied: BTreeSet<RepoPath> =
        plan.deletions.iter().filter_map(|deletion| deletion.path.parent()).collect();
    // A folder that holds only empty ones is empty after the next look.
    loop {
        let made = empty_folders(world.repository, plan).into_iter();
        let removed =
            made.filter(|folder| !journal.record.empty_folders.contains(folder) && !emptied.contains(folder));
        if removed.filter(|folder| std::fs::remove_dir(place(world, folder)).is_ok()).count() == 0 {
            return Ok(());
        }
    }
}

/// What came while hooks ran though none declared it: out of the work tree, and kept beside the
/// journal, since it may be somebody's work. What is in `committed` stays, and so does what came when no hook ran:
/// before the first began, or, `done`, after the last had ended with nothing undeclared. Planned files never do.
pub(super) fn set_aside(
    world: &mut World<'_>,
    journal: &Journal,
    base: &CommitId,
    committed: &BTreeSet<RepoPath>,
    done: bool,
) -> Result<(), Stop> {
    let plan = &journal.record.plan;
    let (tracked, new) = paths(world, journal)?;
    let changed = undeclared(world, journal, tracked.iter().chain(&new))?;
    let mut changed: Vec<RepoPath> = changed.iter().filter_map(|path| RepoPath::parse(path).ok()).collect();
    let ran = journal.hooks_begun() && !done;
    let planned = |path: &RepoPath| plan.files.iter().any(|file| file.path == *path);
    changed.retain(|path| !committed.contains(path) && (ran || planned(path)));
    let mut tracked = Vec::new();
    for path in &changed {
        let (file, aside, kept) = (place(world, path), journal.aside(path), journal.kept(path));
        if let Some(folder) = aside.parent() {
            std::fs::create_dir_all(folder).map_err(|error| io_problem(path, &error))?;
        }
        move_file(&file, &aside).map_err(|error| io_problem(path, &error))?;
        if new.iter().any(|new| new == path.as_str()) {
            if let Some(folder) = file.parent() {
                files::remove_empty_folders(folder, &world.repository.root);
            }
        } else if kept.exists() {
            move_file(&kept, &file).map_err(|error| io_problem(path, &error))?;
        } else {
            tracked.push(path);
        }
    }
    world.repository.check_out(base, &tracked, Some(&journal.lock))?;
    if !changed.is_empty() {
        world.tell(&Event::SetAside { files: changed, folder: journal.aside(&RepoPath::default()) });
    }
    Ok(())
}
