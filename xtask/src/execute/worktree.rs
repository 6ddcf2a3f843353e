//! The work tree: edits, consumed fragments, what the commit holds of them, and all of it back again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Journal, Stop, World, hooks};
use crate::io::files;
use crate::model::digest::sha256;
use crate::model::edit;
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::plan::FilePlan;
use crate::model::problem::{Code, Problem, Problems};
use crate::tool::git::objects::{Change, Content};

pub(super) fn place(world: &World<'_>, path: &RepoPath) -> PathBuf {
    world.repository.root.join(path.as_str())
}

pub(super) fn io_problem(path: &RepoPath, error: &std::io::Error) -> Problem {
    Problem::new(Code::W0304, format!("{path}: {error}")).at(path)
}

fn changed_meanwhile(path: &RepoPath) -> Problem {
    Problem::new(Code::W0606, format!("{path} is neither as planned nor as it was"))
        .at(path)
        .why("somebody else wrote it during the release; their work is not overwritten")
        .help("put your version aside, then run the command again")
        .run(format!("git diff -- {path}"))
}

/// A planned file's bytes as they are, sorted into before, after, or neither.
pub(super) enum State {
    Before(String),
    After(String),
    Other,
}

pub(super) fn state(world: &World<'_>, file: &FilePlan) -> Result<State, Problem> {
    let bytes = files::read(&place(world, &file.path)).map_err(|error| io_problem(&file.path, &error))?;
    let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(State::Other) };
    let digest = sha256(text.as_bytes());
    Ok(match digest {
        digest if digest == file.after => State::After(text),
        digest if digest == file.before => State::Before(text),
        _ => State::Other,
    })
}

/// Brings every planned file to its planned text and gives the texts. Nothing is written unless
/// every file is as it was or as planned.
pub(super) fn edit(
    world: &mut World<'_>,
    journal: &Journal,
) -> Result<BTreeMap<RepoPath, Vec<u8>>, Problems> {
    let mut texts = BTreeMap::new();
    let mut pending = Vec::new();
    let mut problems = Problems::new();
    let plan = &journal.record.plan;
    for file in &plan.files {
        match state(world, file) {
            Ok(State::After(text)) => {
                texts.insert(file.path.clone(), text.into_bytes());
            }
            Ok(State::Before(text)) => match edit::apply(&text, &file.edits) {
                Ok(after) => pending.push((&file.path, after.into_bytes())),
                Err(_) => problems.push(changed_meanwhile(&file.path)),
            },
            Ok(State::Other) => problems.push(changed_meanwhile(&file.path)),
            Err(problem) => problems.push(problem),
        }
    }
    for deletion in &plan.deletions {
        match files::read(&place(world, &deletion.path)) {
            Ok(Some(bytes)) if sha256(&bytes) != deletion.before => {
                problems.push(changed_meanwhile(&deletion.path));
            }
            Ok(_) => {}
            Err(error) => problems.push(io_problem(&deletion.path, &error)),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    for (path, bytes) in pending {
        if !plan.hooks.is_empty() {
            hooks::keep(world, journal, path).map_err(|error| vec![io_problem(path, &error)])?;
        }
        files::replace(&place(world, path), &bytes).map_err(|error| vec![io_problem(path, &error)])?;
        world.tell(&Event::Edited { file: path.clone() });
        texts.insert(path.clone(), bytes);
    }
    Ok(texts)
}

/// Removes what a kill between writing new bytes and the rename left beside the files.
pub(super) fn remove_staged(world: &World<'_>, journal: &Journal) -> Result<(), Problem> {
    let plan = &journal.record.plan;
    let deleted = plan.deletions.iter().map(|deletion| &deletion.path);
    for path in plan.files.iter().map(|file| &file.path).chain(deleted) {
        files::remove(&files::staging(&place(world, path))).map_err(|error| io_problem(path, &error))?;
    }
    Ok(())
}

/// Moves the consumed fragments out of the work tree; the journal keeps them until the end.
pub(super) fn remove_fragments(world: &mut World<'_>, journal: &Journal) -> Result<(), Problem> {
    let deletions = &journal.record.plan.deletions;
    let mut folders = BTreeSet::new();
    for deletion in deletions {
        let kept = journal.removed(&deletion.path);
        if let Some(folder) = kept.parent()
            && folders.insert(folder.to_owned())
        {
            std::fs::create_dir_all(folder).map_err(|error| io_problem(&deletion.path, &error))?;
        }
        move_file(&place(world, &deletion.path), &kept)
            .map_err(|error| io_problem(&deletion.path, &error))?;
    }
    if !deletions.is_empty() {
        world.tell(&Event::Removed { files: deletions.len() });
    }
    Ok(())
}

/// Moves a file, across file systems too; one that is gone was moved before.
pub(super) fn move_file(from: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            let staged = files::staging(to);
            std::fs::copy(from, &staged)?;
            std::fs::rename(&staged, to)?;
            std::fs::remove_file(from)
        }
        Err(error) => Err(error),
    }
}

/// Every path of the release commit with its content.
pub(super) fn changes(
    world: &mut World<'_>,
    journal: &Journal,
    edited: BTreeMap<RepoPath, Vec<u8>>,
) -> Result<Vec<Change>, Problems> {
    let plan = &journal.record.plan;
    let one = |problem: Problem| vec![problem];
    let (tracked, new) = hooks::paths(world, journal).map_err(one)?;
    let undeclared = hooks::undeclared(world, journal, tracked.iter().chain(&new)).map_err(one)?;
    if let Some(first) = undeclared.first() {
        return Err(vec![
            Problem::new(Code::W0604, format!("a hook changed {}", undeclared.join(", ")))
                .why("the release commit holds exactly what is planned or declared")
                .help(format!("declare it: `changes = [\"{first}\"]` under [[hooks]]")),
        ]);
    }
    let mut changes: Vec<Change> = Vec::new();
    let mut filtered: Vec<(RepoPath, bool)> = Vec::new();
    let executables: BTreeSet<&RepoPath> =
        plan.files.iter().filter(|file| file.executable).map(|file| &file.path).collect();
    for (path, bytes) in edited {
        let executable = executables.contains(&path);
        if journal.record.filtered.binary_search(&path).is_ok() {
            filtered.push((path, executable));
        } else if !hooks::declared(plan, path.as_str()) {
            changes.push(Change { path, content: Content::Bytes { bytes, executable } });
        } else {
            // A hook may have gone over it: git stores what stands there now.
            filtered.push((path, executable));
        }
    }
    for path in tracked.iter().chain(&new) {
        let path = RepoPath::parse(path)
            .map_err(|why| vec![Problem::new(Code::W0604, format!("a hook's output {path} {why}"))])?;
        let file = place(world, &path);
        if file.exists() {
            filtered.push((path, files::is_executable(&file)));
        } else {
            changes.push(Change { path, content: Content::Deleted });
        }
    }
    let paths: Vec<&RepoPath> = filtered.iter().map(|(path, _)| path).collect();
    let blobs = world
        .repository
        .store_filtered(&paths, Some(&journal.lock))
        .map_err(|failure| one(failure.into()))?;
    for ((path, executable), id) in filtered.into_iter().zip(blobs) {
        changes.push(Change { path, content: Content::Blob { id, executable } });
    }
    changes.extend(
        plan.deletions
            .iter()
            .map(|deletion| Change { path: deletion.path.clone(), content: Content::Deleted }),
    );
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(changes)
}

/// Every path that the commit changes.
pub(super) fn touched(world: &World<'_>, journal: &Journal) -> Result<Vec<RepoPath>, Stop> {
    let plan = &journal.record.plan;
    let mut paths: Vec<RepoPath> = plan.files.iter().map(|file| file.path.clone()).collect();
    paths.extend(plan.deletions.iter().map(|deletion| deletion.path.clone()));
    let (tracked, new) = hooks::paths(world, journal)?;
    paths.extend(tracked.iter().chain(&new).filter_map(|path| RepoPath::parse(path).ok()));
    Ok(paths)
}

/// The planned files that are as a commit upon the release's base has them: whoever made it has taken them over.
fn committed(world: &World<'_>, journal: &Journal, base: &CommitId) -> Result<BTreeSet<RepoPath>, Stop> {
    let plan = &journal.record.plan;
    if *base == plan.base {
        return Ok(BTreeSet::new());
    }
    let changed = world.repository.status()?.changes;
    let paths = plan.files.iter().map(|file| &file.path);
    Ok(paths.filter(|path| !changed.iter().any(|one| one == path.as_str())).cloned().collect())
}

/// The work tree as it was, byte for byte; `base` is the commit that its branch is at. Planned files that somebody
/// committed meanwhile stay as that commit has them. `hooked`: the hooks had ended.
pub(super) fn restore(
    world: &mut World<'_>,
    journal: &Journal,
    base: &CommitId,
    hooked: bool,
) -> Result<(), Stop> {
    remove_staged(world, journal)?;
    let committed = committed(world, journal, base)?;
    hooks::forget(world, journal, base, &committed)?;
    hooks::set_aside(world, journal, base, &committed, hooked)?;
    let plan = &journal.record.plan;
    let mut conflicts = Problems::new();
    for file in plan.files.iter().filter(|file| !committed.contains(&file.path)) {
        match state(world, file)? {
            State::Before(_) => {}
            State::After(text) => {
                let back = edit::apply(&text, &edit::inverse(&file.edits))
                    .map_err(|_| changed_meanwhile(&file.path))?;
                files::replace(&place(world, &file.path), back.as_bytes())
                    .map_err(|error| io_problem(&file.path, &error))?;
                world.tell(&Event::Restored { file: file.path.clone() });
            }
            State::Other => conflicts.push(changed_meanwhile(&file.path)),
        }
    }
    for (kept, path) in files::files_below(&journal.removed(&RepoPath::default())) {
        let Ok(path) = RepoPath::parse(&path) else { continue };
        let back = place(world, &path);
        if let Some(bytes) = files::read(&back).map_err(|error| io_problem(&path, &error))? {
            let same = files::read(&kept).is_ok_and(|kept| kept.as_ref() == Some(&bytes));
            if !same {
                conflicts.push(changed_meanwhile(&path));
            }
            continue;
        }
        if let Some(folder) = back.parent() {
            std::fs::create_dir_all(folder).map_err(|error| io_problem(&path, &error))?;
        }
        move_file(&kept, &back).map_err(|error| io_problem(&path, &error))?;
        world.tell(&Event::Restored { file: path });
    }
    if conflicts.is_empty() { Ok(()) } else { Err(Stop::Conflict(conflicts)) }
}
