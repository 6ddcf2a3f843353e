//! The journal of a release in flight: what is meant, and what was there before.
//!
//! It lies in the work tree's git folder, under `windlass/`: `release.json` (this record),
//! `hooks.json`, `push.json` and `back.json` (running hooks, pushing, or taking back has begun),
//! `written.json` (the ids of the new objects), `removed/` (consumed fragments), `kept/` (files as they were before hooks may
//! change them). Two things stay: the `lock`, and `aside/` (what hooks changed undeclared) until
//! the next release begins.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::io::files;
use crate::io::lock::ReleaseLock;
use crate::model::path::RepoPath;
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem};
use crate::model::written::Written;
use crate::tool::git::Repository;
use crate::tool::git::objects::Identities;

/// The number of the journal's serialised form.
pub const FORMAT: u32 = 1;

/// The file whose lock a living release holds.
const LOCK: &str = "lock";

/// What is left of a journal when its release has ended.
const STAYS: [&str; 2] = [LOCK, "aside"];

/// What `release.json` holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub format: u32,
    pub plan: Plan,
    pub identities: Identities,
    /// Untracked paths that were there before.
    pub untracked: Vec<String>,
    /// Empty folders where hooks may make files; git does not know of them.
    pub empty_folders: BTreeSet<RepoPath>,
    /// Planned files whose bytes git converts on their way into the object store.
    pub filtered: Vec<RepoPath>,
    /// Whether pushing belongs to this release.
    pub push: bool,
    /// When it began, in Unix seconds, for people too.
    pub began: i64,
    /// The work tree's root, for people who find the file.
    pub root: String,
}

/// The opened journal, its lock held.
#[derive(Debug)]
pub struct Journal {
    pub record: Record,
    pub lock: ReleaseLock,
    folder: PathBuf,
}

fn broken(path: &Path, error: impl std::fmt::Display) -> Problem {
    Problem::new(Code::W0601, format!("{} can't be used: {error}", path.display()))
}

impl Journal {
    /// What every other command says when there is a journal: that a release was interrupted, or
    /// that one is still running.
    pub fn notice(repository: &Repository) -> Option<Problem> {
        let folder = repository.journal_dir();
        if !folder.join("release.json").exists() {
            return None;
        }
        Some(take_lock(&folder).map_or_else(|problem| problem, |_| interrupted()))
    }

    /// Starts a journal; from here on the release can be resumed or aborted.
    ///
    /// # Errors
    /// `W0207` when there is one already, or a living release holds the lock.
    pub fn begin(repository: &Repository, record: Record) -> Result<Journal, Problem> {
        let folder = repository.journal_dir();
        std::fs::create_dir_all(&folder).map_err(|error| broken(&folder, error))?;
        let lock = take_lock(&folder)?;
        let path = folder.join("release.json");
        if path.exists() {
            return Err(interrupted());
        }
        // What the last release set aside, or left when it was killed while it ended its journal.
        files::clear_folder(&folder, &[LOCK]).map_err(|error| broken(&folder, error))?;
        let journal = Journal { record, lock, folder };
        journal.save(&path, &journal.record)?;
        Ok(journal)
    }

    /// Opens the journal of an interrupted release.
    ///
    /// # Errors
    /// `W0611` when there is none, `W0207` when that release still runs, `W0601` when it can't be read.
    pub fn open(repository: &Repository) -> Result<Journal, Problem> {
        let folder = repository.journal_dir();
        let path = folder.join("release.json");
        let none = || Problem::new(Code::W0611, "no release was interrupted in this work tree");
        if !folder.exists() {
            return Err(none());
        }
        let lock = take_lock(&folder)?;
        if !path.exists() {
            // Killed before it began or after it ended, a release may have left scraps.
            files::clear_folder(&folder, &STAYS).map_err(|error| broken(&folder, error))?;
            return Err(none());
        }
        let bytes = files::read(&path).map_err(|error| broken(&path, error))?.ok_or_else(none)?;
        let record: Record = serde_json::from_slice(&bytes).map_err(|error| broken(&path, error))?;
        if record.format != FORMAT {
            return Err(broken(
                &path,
                format!("its format is {}, this windlass writes {FORMAT}", record.format),
            )
            .help("finish it with the windlass that began it"));
        }
        Ok(Journal { record, lock, folder })
    }

    /// Notes the objects that the refs will name, before any ref moves.
    pub(super) fn note_written(&self, written: &Written) -> Result<(), Problem> {
        self.save(&self.folder.join("written.json"), written)
    }

    /// The objects noted, if it came that far.
    pub(super) fn written(&self) -> Result<Option<Written>, Problem> {
        let path = self.folder.join("written.json");
        let Some(bytes) = files::read(&path).map_err(|error| broken(&path, error))? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| broken(&path, error))
    }

    /// Forgets the objects: every ref is back, and whoever resumes begins with the files again.
    pub(super) fn forget_written(&self) -> Result<(), Problem> {
        let path = self.folder.join("written.json");
        files::remove(&path).map_err(|error| broken(&path, error))
    }

    /// Notes that hooks may change files from now on.
    pub(super) fn note_hooks(&self) -> Result<(), Problem> {
        self.save(&self.folder.join("hooks.json"), &true)
    }

    pub(super) fn hooks_begun(&self) -> bool {
        self.folder.join("hooks.json").exists()
    }

    /// Notes that refs may be on the remote from now on.
    pub(super) fn note_push(&self) -> Result<(), Problem> {
        self.save(&self.folder.join("push.json"), &true)
    }

    pub(super) fn push_begun(&self) -> bool {
        self.folder.join("push.json").exists()
    }

    /// Notes that refs are taken back from now on.
    pub(super) fn note_back(&self) -> Result<(), Problem> {
        self.save(&self.folder.join("back.json"), &true)
    }

    pub(super) fn back_begun(&self) -> bool {
        self.folder.join("back.json").exists()
    }

    /// When the release began, by the clock of the file system that git's lock files are on.
    pub(super) fn began(&self) -> std::io::Result<SystemTime> {
        std::fs::metadata(self.folder.join("release.json"))?.modified()
    }

    /// Where a planned file's bytes from before wait while hooks may change them.
    pub(super) fn kept(&self, path: &RepoPath) -> PathBuf {
        self.folder.join("kept").join(path.as_str())
    }

    /// Where a consumed fragment waits until the release is done.
    pub(super) fn removed(&self, path: &RepoPath) -> PathBuf {
        self.folder.join("removed").join(path.as_str())
    }

    /// Where is kept what came during hooks and was not declared, until the next release begins.
    pub(super) fn aside(&self, path: &RepoPath) -> PathBuf {
        self.folder.join("aside").join(path.as_str())
    }

    /// Ends the journal. The record goes first: without it there is no interrupted release.
    pub(super) fn finish(&self) -> Result<(), Problem> {
        let path = self.folder.join("release.json");
        files::remove(&path).map_err(|error| broken(&path, error))?;
        files::clear_folder(&self.folder, &STAYS).map_err(|error| broken(&path, error))
    }

    fn save(&self, path: &Path, value: &impl Serialize) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(value).map_err(|error| broken(path, error))?;
        files::replace_durably(path, &bytes).map_err(|error| broken(path, error))
    }
}

fn take_lock(folder: &Path) -> Result<ReleaseLock, Problem> {
    let path = folder.join(LOCK);
    let lock = ReleaseLock::take(&path).map_err(|error| broken(&path, error))?;
    lock.ok_or_else(|| {
        Problem::new(
            Code::W0207,
            "a release, or a program that it started, is still running in this work tree",
        )
        .help("wait for it to end, then run the command again")
    })
}

fn interrupted() -> Problem {
    Problem::new(Code::W0207, "a release was interrupted in this work tree")
        .help("to finish it:  $ cargo xtask release --resume")
        .help("to undo it:    $ cargo xtask release --abort")
}
