//! The plan: everything a release will do, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::config::{Flow, TagKind};
use super::date::Date;
use super::edit::Edit;
use super::gate::{Finding, Skip};
use super::names::{Branch, CommitId, Name, RemoteName, TagName};
use super::path::RepoPath;
use super::problem::Problems;
use super::request::Request;
use super::version::Version;

/// The number of the plan's serialised form; a file with another one is refused.
pub const FORMAT: u32 = 1;

/// Everything a release will do. Serialised as JSON, it can be saved, read and applied later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub format: u32,
    /// SHA-256 in hexadecimal over base, request, edits, deletions, hooks, commit, tags and pushes;
    /// the date, what was unmet, what gates found and what was fetched stay outside.
    pub id: String,
    /// The commit that the release builds on.
    pub base: CommitId,
    /// The branch that moves; none when HEAD was detached (such a plan can't be applied).
    pub branch: Option<Branch>,
    pub date: Date,
    pub request: Request,
    pub groups: Vec<GroupPlan>,
    /// The releases of other repositories that are built on from now on.
    #[serde(default)]
    pub pins: Vec<PinPlan>,
    /// Files that change, in path order.
    pub files: Vec<FilePlan>,
    /// Fragments consumed, in path order.
    pub deletions: Vec<Deletion>,
    pub hooks: Vec<HookPlan>,
    /// The commit; none when nothing in the tree changes and only tags are made.
    pub commit: Option<CommitPlan>,
    /// In the order in which they are pushed.
    pub tags: Vec<TagPlan>,
    /// What goes to the remote, one push a batch, in order.
    pub pushes: Vec<Push>,
    /// What is to be done in other repositories afterwards, by a person.
    #[serde(default)]
    pub downstream: Vec<FollowUp>,
    /// SHA-256 of every file that planning read, the config included: a stale plan is refused.
    pub read: BTreeMap<String, String>,
    /// What forbids the release; empty when it can be applied.
    pub unmet: Problems,
    pub warnings: Problems,
    /// What the gates found, in their order; outside of the id.
    #[serde(default)]
    pub gates: Vec<Finding>,
    /// The gates that were left out on purpose; outside of the id, and in the annotated tags' messages.
    #[serde(default)]
    pub skips: Vec<Skip>,
}

impl Plan {
    /// The id's first twelve digits, for people.
    pub fn short_id(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }
}

/// One group's step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPlan {
    pub name: Name,
    pub flow: Flow,
    pub current: Version,
    pub next: Version,
    pub packages: Vec<PackagePlan>,
}

/// One package's step, in the spelling of its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagePlan {
    pub name: Name,
    pub path: RepoPath,
    /// None when no file holds the version: it lives in the tag alone.
    pub current: Option<String>,
    pub next: String,
}

/// A pin's step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinPlan {
    pub name: Name,
    /// The upstream repository, as the config writes it.
    pub repository: String,
    /// The tags before and after; the same one where the places hold it already.
    pub current: String,
    pub next: String,
}

/// A command for another repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    pub name: Name,
    /// Where that repository is: a path from this one's root or a URL.
    pub repository: String,
    /// Whether it is a path.
    pub local: bool,
    /// Program and arguments.
    pub run: Vec<String>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlan {
    pub path: RepoPath,
    /// SHA-256 of the file's bytes before and after.
    pub before: String,
    pub after: String,
    pub executable: bool,
    pub edits: Vec<Edit>,
}

/// A fragment that is consumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deletion {
    pub path: RepoPath,
    /// SHA-256 of the bytes that were taken into the changelog.
    pub before: String,
}

/// A hook with its templates filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookPlan {
    pub name: String,
    /// Program and arguments.
    pub run: Vec<String>,
    pub dir: RepoPath,
    pub env: BTreeMap<String, String>,
    /// Globs of what it may change.
    pub changes: Vec<String>,
    /// Exit codes besides 0 that are no failure, with their meaning.
    pub fine: BTreeMap<i32, String>,
}

/// The release commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitPlan {
    pub message: String,
    /// The branch that will hold it.
    pub branch: Option<Branch>,
    /// Whether that branch is made for it (the reviewed flow's `release/<version>`).
    pub new_branch: bool,
    /// Whether git's configuration asks for a signature.
    pub signed: bool,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagPlan {
    pub name: TagName,
    pub group: Name,
    pub kind: TagKind,
    /// An annotated tag's message; empty for a lightweight one.
    pub message: String,
    pub signed: bool,
}

/// One `git push`, which the remote takes whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    pub remote: RemoteName,
    /// Full ref names: `refs/heads/main`, `refs/tags/v0.2.0`.
    pub refs: Vec<String>,
}
