//! Executes a plan: every effect there is, in one readable order, and back again.
//!
//! Before each effect the world is asked whether it is there already; the journal says what was
//! meant, never what can be skipped. A kill at any point leaves a repository that `resume`
//! finishes and `abort` brings back.

mod abort;
mod hooks;
mod journal;
mod locks;
mod push;
mod refs;
mod worktree;

pub use journal::{FORMAT, Journal, Record};
pub use push::standing as push_standing;

use std::collections::BTreeSet;

use crate::io::clock;
use crate::io::env::Env;
use crate::model::event::Event;
use crate::model::names::CommitId;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::written::Written;
use crate::tool::failure::Failure;
use crate::tool::git::Repository;
use crate::tool::git::objects::{Objects, TagText};
use crate::tool::git::query::{GitConfig, filtered};
use crate::tool::hook;

/// What execution needs of the world.
pub struct World<'a> {
    pub repository: &'a Repository,
    pub config: &'a GitConfig,
    pub env: &'a Env,
    /// Told of every effect after it happened.
    pub watch: &'a mut dyn FnMut(&Event),
    /// Effects so far.
    pub count: u32,
}

impl World<'_> {
    fn tell(&mut self, event: &Event) {
        (self.watch)(event);
        self.count += 1;
        if self.env.kill_after == Some(self.count) {
            std::process::abort();
        }
    }
}

/// Why execution ended early.
#[derive(Debug)]
pub enum Stop {
    /// Nothing lasting happened, or all of it was taken back: exit code 1.
    Undone(Problems),
    /// Part of it stands and can be resumed or aborted: exit code 3.
    Resumable(Problems),
    /// A person must decide: exit code 4.
    Conflict(Problems),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        let problem = Problem::from(failure).help("the release is unfinished: go on, or take it back");
        Stop::Resumable(vec![problem.run(RESUME).run(ABORT)])
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        Stop::Resumable(vec![problem])
    }
}

/// Executes a fresh plan.
///
/// # Errors
/// See [`Stop`]; a failure before the refs moved is taken back.
pub fn release(
    world: &mut World<'_>,
    plan: Plan,
    untracked: Vec<String>,
    push: bool,
) -> Result<Written, Stop> {
    let undone = |failure: Failure| Stop::Undone(vec![failure.into()]);
    let paths: Vec<_> = plan.files.iter().map(|file| &file.path).collect();
    let attributes = world.repository.start_attributes(&paths).map_err(undone)?;
    let asked = world.repository.start_identities(world.config, world.env.own_author).map_err(undone)?;
    let identities = asked.wait().map_err(|failure| {
        Stop::Undone(vec![
            failure
                .problem(Code::W0211, "git does not know who makes this release")
                .run("git config user.name \"Your Name\"")
                .run("git config user.email you@example.org"),
        ])
    })?;
    let filtered = filtered(attributes, &paths, world.config).map_err(undone)?;
    if let Some(lock) = locks::names(&plan).into_iter().find(|name| world.repository.git_path(name).exists())
    {
        return Err(Stop::Undone(vec![
            Problem::new(Code::W0215, format!("{lock} exists in git's folder"))
                .why("another git process is at work here, or one died")
                .help("wait for it to end; if none runs, remove the file"),
        ]));
    }
    let record = Record {
        format: FORMAT,
        empty_folders: hooks::empty_folders(world.repository, &plan),
        plan,
        identities,
        untracked,
        filtered,
        push,
        began: clock::now(),
        root: world.repository.root.display().to_string(),
    };
    let journal = Journal::begin(world.repository, record).map_err(not_here)?;
    world.tell(&Event::Begun { plan: journal.record.plan.id.clone() });
    let written = match prepare(world, &journal, true) {
        Ok(written) => written,
        Err(problems) => return Err(take_back(world, &journal, problems)),
    };
    match refs::move_all(world, &journal, &written, true) {
        // git refused the whole transaction: a hook of its own, or another process.
        Err(Stop::Resumable(problems)) if refs::none_moved(world, &journal, &written) => {
            return Err(take_back(world, &journal, problems));
        }
        result => result?,
    }
    let touched = worktree::touched(world, &journal)?;
    if journal.record.plan.commit.is_some() {
        world.repository.record_in_index(&touched.iter().collect::<Vec<_>>(), Some(&journal.lock))?;
        world.tell(&Event::Indexed);
    }
    finish(world, &journal, &written)
}

/// How an interrupted release is finished, and how it is taken back.
const RESUME: &str = "cargo xtask release --resume";
const ABORT: &str = "cargo xtask release --abort";

/// Goes on with an interrupted release from wherever it stopped. Where a ref of the release was moved by somebody
/// else, nothing is touched.
///
/// # Errors
/// See [`Stop`]; nothing is taken back.
pub fn resume(world: &mut World<'_>, push: bool) -> Result<(Plan, Written), Stop> {
    let mut journal = Journal::open(world.repository).map_err(not_here)?;
    journal.record.push |= push;
    refs::check_head(world, &journal)?;
    refs::check(world, &journal)?;
    locks::remove_orphans(world, &journal)?;
    let known = match journal.written()? {
        Some(written) if world.repository.has_objects(&ids(&written))? => Some(written),
        _ => None,
    };
    let written = match known {
        Some(written) => written,
        None => {
            hooks::forget(world, &journal, &journal.record.plan.base, &BTreeSet::new())?;
            prepare(world, &journal, false).map_err(|problems| {
                match problems.iter().any(|problem| problem.code == Code::W0606) {
                    true => Stop::Conflict(problems),
                    false => Stop::Resumable(problems),
                }
            })?
        }
    };
    refs::move_all(world, &journal, &written, false)?;
    if journal.record.plan.commit.is_some() {
        world.repository.reset_index(&written.commit, Some(&journal.lock))?;
        world.tell(&Event::Indexed);
    }
    let written = finish(world, &journal, &written)?;
    Ok((journal.record.plan.clone(), written))
}

/// Brings back exactly what was there before an interrupted release, and gives its plan. Commits that somebody made on
/// its branch before it had moved stay there; the last of them is given too.
///
/// # Errors
/// `W0610` when any of its refs is public, a conflict when somebody else moved on.
pub fn abort(world: &mut World<'_>) -> Result<(Plan, Option<CommitId>), Stop> {
    let journal = Journal::open(world.repository).map_err(not_here)?;
    abort::refuse_if_public(world, &journal)?;
    locks::remove_orphans(world, &journal)?;
    refs::check_head(world, &journal)?;
    let stands = abort::bring_back(world, &journal)?;
    world.tell(&Event::Aborted);
    let plan = journal.record.plan.clone();
    let stays = Some(stands).filter(|stands| *stands != plan.base);
    Ok((plan, stays))
}

/// Another release is under way (3, as every command says it), or nothing was begun (1).
fn not_here(problem: Problem) -> Stop {
    match problem.code {
        Code::W0207 => Stop::Resumable(vec![problem]),
        _ => Stop::Undone(vec![problem]),
    }
}

fn ids(written: &Written) -> Vec<&CommitId> {
    std::iter::once(&written.commit).chain(&written.tags).collect()
}

/// All that happens before a ref moves: edits, removals, hooks, objects. Only where a release goes on
/// can there be scraps of an edit.
fn prepare(world: &mut World<'_>, journal: &Journal, first: bool) -> Result<Written, Problems> {
    let plan = &journal.record.plan;
    if !first {
        worktree::remove_staged(world, journal).map_err(|problem| vec![problem])?;
    }
    let edited = worktree::edit(world, journal)?;
    worktree::remove_fragments(world, journal).map_err(|problem| vec![problem])?;
    if !plan.hooks.is_empty() {
        journal.note_hooks().map_err(|problem| vec![problem])?;
    }
    for step in &plan.hooks {
        world.tell(&Event::HookStarted { name: step.name.clone() });
        let note = hook::run(step, &world.repository.root, Some(&journal.lock))
            .map_err(|failure| hook_failed(&step.name, &failure))?;
        world.tell(&Event::HookDone { name: step.name.clone(), note });
    }
    let changes = worktree::changes(world, journal, edited)?;
    let tags: Vec<TagText> = plan
        .tags
        .iter()
        .filter(|tag| !tag.message.is_empty())
        .map(|tag| TagText { name: tag.name.clone(), message: tag.message.clone(), signed: tag.signed })
        .collect();
    let objects = Objects {
        base: &plan.base,
        message: plan.commit.as_ref().map(|commit| commit.message.as_str()),
        sign_commit: plan.commit.as_ref().is_some_and(|commit| commit.signed),
        changes: &changes,
        tags: &tags,
        identities: &journal.record.identities,
    };
    let written = world
        .repository
        .write_objects(&objects, world.config, Some(&journal.lock))
        .map_err(|failure| vec![failure.into()])?;
    journal.note_written(&written).map_err(|problem| vec![problem])?;
    world.tell(&Event::Written { commit: written.commit.to_string(), tags: written.tags.len() });
    Ok(written)
}

fn hook_failed(name: &str, failure: &Failure) -> Problems {
    vec![
        failure
            .problem(Code::W0603, &format!("the hook `{name}` failed"))
            .help("mend it and release again; exit codes that are no failure go under `fine`"),
    ]
}

/// What is left when refs and index are in place.
fn finish(world: &mut World<'_>, journal: &Journal, written: &Written) -> Result<Written, Stop> {
    if journal.record.push {
        push::all(world, journal, written)?;
    }
    journal.finish()?;
    world.tell(&Event::Finished);
    Ok(written.clone())
}

/// A failure before the refs moved: the work tree becomes what it was.
fn take_back(world: &mut World<'_>, journal: &Journal, mut problems: Problems) -> Stop {
    // The git that failed has been waited for; killed, it may have left its locks.
    match locks::remove_orphans(world, journal).and_then(|()| abort::bring_back(world, journal)) {
        Ok(stands) => {
            world.tell(&Event::Aborted);
            let told = match &journal.record.plan.branch {
                Some(branch) if stands != journal.record.plan.base => format!(
                    "the release was taken back; {branch} stays at {}, which is not the release's",
                    stands.short()
                ),
                _ => "the release was taken back: files, index and refs are as they were".to_owned(),
            };
            if let Some(last) = problems.pop() {
                problems.push(last.help(told));
            }
            Stop::Undone(problems)
        }
        Err(Stop::Undone(more) | Stop::Resumable(more)) => {
            problems.extend(more);
            Stop::Resumable(problems)
        }
        Err(Stop::Conflict(more)) => {
            problems.extend(more);
            Stop::Conflict(problems)
        }
    }
}
