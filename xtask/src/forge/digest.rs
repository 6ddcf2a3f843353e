//! The digests by which assets are compared, and what stands in for one that a forge does not tell.

use super::call::Client;
use crate::model::entry::Asset;
use crate::model::forge::Trouble;
use crate::model::names::CommitId;
use crate::model::url::Url;

/// An asset's SHA-256: as the forge says it, else of the bytes themselves. What is none of ours needs none.
pub(super) fn of_asset(
    client: &Client,
    ours: Option<&Asset>,
    known: Option<&str>,
    url: &Url,
) -> Result<String, Trouble> {
    if let Some(known) = known.filter(|known| known.len() == 64) {
        return Ok(known.to_ascii_lowercase());
    }
    let Some(ours) = ours else { return Ok(String::new()) };
    client.digest(url, client.limit(ours.size))
}

/// A commit's id as a forge writes it.
pub(super) fn commit(text: &str) -> Result<CommitId, Trouble> {
    CommitId::parse(text).map_err(|why| Trouble::Unknown { why: format!("the commit `{text}` {why}") })
}
