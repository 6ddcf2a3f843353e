//! What was observed of the world: git, the remote, the clock. Planning sees nothing else of it.

use std::collections::BTreeMap;

use super::date::Date;
use super::names::{Branch, CommitId, Name, RemoteName};
use super::path::RepoPath;
use super::pin::Upstream;

/// A snapshot taken before planning.
#[derive(Clone, Debug)]
pub struct Facts {
    pub head: CommitId,
    /// The checked-out branch; none when HEAD is detached.
    pub branch: Option<Branch>,
    pub shallow: bool,
    /// Tracked paths that differ from HEAD, staged or not, as git names them.
    pub changes: Vec<String>,
    /// Paths that git neither tracks nor ignores.
    pub untracked: Vec<RepoPath>,
    /// Untracked paths that are not UTF-8, shown with replacement characters.
    pub odd_names: Vec<String>,
    /// Every local tag by its name.
    pub tags: BTreeMap<String, TagFact>,
    /// The names of the local tags that HEAD descends from; none when nobody asked.
    pub merged: Option<Vec<String>>,
    /// Every local branch.
    pub branches: BTreeMap<String, CommitId>,
    pub remote: Remote,
    /// The release date: `--date`, else `SOURCE_DATE_EPOCH`, else today in UTC.
    pub date: Date,
    /// Programs that hooks name and that were not found.
    pub missing: Vec<String>,
    /// Lock files of git that exist now (`index.lock`), as paths in its folder.
    pub locks: Vec<String>,
    pub signing: Signing,
    /// The upstreams of the pins that were asked for.
    pub upstreams: BTreeMap<Name, Upstream>,
}

/// A local tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagFact {
    /// What the ref holds: a tag object's id or the commit's.
    pub object: CommitId,
    /// The commit it leads to.
    pub commit: CommitId,
    pub annotated: bool,
}

/// The remote's refs, as far as they could be asked for.
#[derive(Clone, Debug)]
pub enum Remote {
    /// No remote of the configured name.
    Absent(RemoteName),
    /// Not asked, on purpose.
    Offline,
    /// Asked without an answer; git's last words.
    Unreachable {
        name: RemoteName,
        why: String,
    },
    Seen(Seen),
}

/// What the remote showed.
#[derive(Clone, Debug)]
pub struct Seen {
    pub name: RemoteName,
    pub branches: BTreeMap<String, CommitId>,
    /// Tags by name, with the id that the ref holds.
    pub tags: BTreeMap<String, CommitId>,
    /// The commits that annotated tags name.
    pub peeled: BTreeMap<String, CommitId>,
    /// Where HEAD stands against the remote's branch of the same name.
    pub relation: Relation,
}

/// HEAD against the remote's branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Level,
    /// Commits that only HEAD has, and commits that only the remote has.
    Apart {
        ahead: u64,
        behind: u64,
    },
    /// The remote has commits that this clone has never seen.
    Unfetched,
    /// The remote has no such branch, or HEAD is detached.
    NoBranch,
}

/// Whether git would sign, by the user's own configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signing {
    /// `commit.gpgSign`.
    pub commits: bool,
    /// `tag.gpgSign` or `tag.forceSignAnnotated`.
    pub tags: bool,
}

/// What a branch has changed since it started, the work tree included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The commit that it started from.
    pub fork: CommitId,
    /// Paths added or changed, as git has them.
    pub written: Vec<String>,
    /// Paths removed.
    pub removed: Vec<String>,
}
