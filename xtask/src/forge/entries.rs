//! Release entries: the writing half of a forge, small enough that every step is one request.

use std::sync::Arc;

use super::call::{Answer, Client};
use super::{github_entries, gitlab_entries};
use crate::io::http::Body;
use crate::model::entry::{Asset, Content, Entry, Found, Look, Step};
use crate::model::forge::{ForgeKind, Trouble};
use crate::model::names::{CommitId, TagName};

/// The release entries of one repository. Nothing is remembered: what was done shows when it is looked at.
pub trait Entries: Send + Sync {
    fn kind(&self) -> ForgeKind;

    /// The commit that a tag leads to; none where there is no such tag.
    ///
    /// # Errors
    /// Why that is not known.
    fn tagged(&self, tag: &TagName) -> Result<Option<CommitId>, Trouble>;

    /// All that stands there of an entry's tag, every asset with its digest. `known` is the id of a draft that was made
    /// a moment ago: lists may not show it yet.
    ///
    /// # Errors
    /// Why that is not known: half a look is none.
    fn look(&self, entry: &Entry, known: Option<&str>) -> Result<Look, Trouble>;

    /// Makes one step, by one request, once. Gives the id of what a [`Step::Draft`] made.
    ///
    /// # Errors
    /// Why it was not made, or why nobody knows.
    fn make(&self, step: &Step, entry: &Entry, found: Option<&Found>) -> Result<Option<String>, Miss>;
}

/// A step that was not seen to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    pub trouble: Trouble,
    /// Whether it may have been made all the same: the answer got lost, or the server failed on the way.
    pub lost: bool,
}

impl From<Trouble> for Miss {
    fn from(trouble: Trouble) -> Miss {
        Miss { lost: matches!(trouble, Trouble::Unknown { .. }), trouble }
    }
}

/// The answer to a step.
pub(super) fn made(answer: &Answer) -> Result<(), Miss> {
    match answer.status {
        200..300 => Ok(()),
        status => Err(Miss { trouble: answer.trouble(), lost: status >= 500 }),
    }
}

/// What is sent of an asset.
pub(super) fn body(asset: &Asset) -> Body {
    match &asset.content {
        Content::File(path) => Body::File(path.clone()),
        Content::Text(text) => Body::Bytes(text.clone().into_bytes()),
    }
}

/// An asset that a step names.
pub(super) fn asset<'a>(entry: &'a Entry, name: &str) -> Result<&'a Asset, Trouble> {
    entry.asset(name).ok_or_else(|| Trouble::Unknown { why: format!("the release has no asset {name}") })
}

/// The entries of the repository that a client speaks to.
pub fn entries(client: Arc<Client>) -> Box<dyn Entries> {
    match client.site().kind {
        ForgeKind::Github => Box::new(github_entries::Github::new(client)),
        ForgeKind::Gitlab => Box::new(gitlab_entries::Gitlab::new(client)),
    }
}
