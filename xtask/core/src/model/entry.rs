//! A release's entry at its forge: what it should be, what was found, what is left to do.

use std::path::PathBuf;

use serde::Serialize;

use super::names::{CommitId, Name, TagName};
use super::version::Version;

/// What the entry of one release should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub group: Name,
    pub version: Version,
    pub tag: TagName,
    /// Where the tag must lead to.
    pub commit: CommitId,
    pub title: String,
    /// Markdown; lines end with `\n`.
    pub notes: String,
    pub prerelease: bool,
    /// Whether it is to be the one that the forge shows first; of meaning on GitHub only.
    pub latest: bool,
    /// By name.
    pub assets: Vec<Asset>,
}

/// A file that the entry offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The file's own name, without folders.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub content: Content,
}

/// Where an asset's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    File(PathBuf),
    Text(String),
}

impl Entry {
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.iter().find(|asset| asset.name == name)
    }
}

/// All that a forge shows of a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Every entry of the tag, drafts included. More than one is nobody's wish, and possible.
    pub entries: Vec<Found>,
    /// The tags of the other entries that are published.
    pub others: Vec<String>,
}

/// An entry as the forge shows it. On GitLab, which has no drafts, files that were uploaded for an entry that
/// does not exist yet are shown as a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How the forge's interface names it.
    pub id: String,
    pub draft: bool,
    /// None where it is made by the last step (GitLab).
    pub title: Option<String>,
    pub notes: Option<String>,
    /// None where the forge has no such mark (GitLab).
    pub prerelease: Option<bool>,
    /// None where the forge has no such mark (GitLab), and of drafts.
    pub latest: Option<bool>,
    /// The forge lets nobody change its assets and its tag any more.
    pub immutable: bool,
    /// The commit, where the forge says it with the entry.
    pub commit: Option<CommitId>,
    /// Where a person sees it.
    pub page: Option<String>,
    /// Where assets are sent to, where the forge says so.
    pub uploads: Option<String>,
    pub assets: Vec<Stored>,
}

/// An asset as the forge shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// How the forge's interface names it.
    pub id: String,
    pub name: String,
    pub state: State,
}

/// What is known of an asset that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Uploaded, and the entry names it.
    Whole { sha256: String },
    /// Uploaded, and the entry does not name it yet (GitLab).
    Unlinked { sha256: String },
    /// Its upload did not come to an end (GitHub's `starter`).
    Unfinished,
    /// The entry names it, and it is none of our uploads (GitLab: a link to somewhere else).
    Elsewhere { url: String },
}

/// One thing to do, which one request does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// Make a draft without assets.
    Draft,
    /// Remove from a draft an asset whose upload did not come to an end.
    Discard { asset: String },
    /// Upload an asset.
    Upload { asset: String, bytes: u64 },
    /// Let a published entry name what is uploaded.
    Link { asset: String },
    /// Publish the draft; on GitLab make the entry, with a link to each asset.
    Publish,
    /// Let the forge show it as the latest.
    Latest,
}

/// In what an entry that was found is another one than ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `title`, `asset tool-1.0.0.tgz`.
    pub of: String,
    pub ours: String,
    pub theirs: String,
}
