//! What happens while a plan is executed, for whoever watches.

use std::path::PathBuf;

use serde::Serialize;

use super::path::RepoPath;

/// One thing that has been done (or is about to take long).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The journal is on disk: from here on an interruption can be resumed or aborted.
    Begun {
        plan: String,
    },
    Edited {
        file: RepoPath,
    },
    /// Fragments removed from the work tree.
    Removed {
        files: usize,
    },
    HookStarted {
        name: String,
    },
    HookDone {
        name: String,
        note: Option<String>,
    },
    /// Commit and tag objects are in the object store; no ref names them yet.
    Written {
        commit: String,
        tags: usize,
    },
    /// Branch and tags moved in one transaction.
    Moved {
        refs: Vec<String>,
    },
    /// The index holds the new commit.
    Indexed,
    /// The remote took a push.
    Pushed {
        remote: String,
        refs: Vec<String>,
    },
    /// The remote shows the pushed refs.
    Verified {
        remote: String,
        refs: Vec<String>,
    },
    /// A lock file that the interrupted release had left was removed.
    LockRemoved {
        file: String,
    },
    /// A file is again as it was.
    Restored {
        file: RepoPath,
    },
    /// Files that came while hooks ran, declared by none, now lie in a folder beside the journal.
    SetAside {
        files: Vec<RepoPath>,
        folder: PathBuf,
    },
    Finished,
    Aborted,
}
