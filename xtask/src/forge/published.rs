//! What a published entry offers: read by whoever has nothing built here to compare with.

use super::call::Client;
use super::fields::{number, promised};
use super::gitlab_entries;
use super::page::{all, plain};
use crate::model::forge::{ForgeKind, Trouble};
use crate::model::names::{Name, TagName};
use crate::model::secret::percent_encoded;
use crate::model::url::Url;
use crate::model::version::Version;

/// The bytes of an asset of a release's entry, as `forge-release` made it; none where there is no entry, or it has no
/// such asset.
///
/// # Errors
/// Why that is not known.
pub fn asset(
    client: &Client,
    group: &Name,
    version: Version,
    tag: &TagName,
    name: &str,
) -> Result<Option<Vec<u8>>, Trouble> {
    let place = match client.site().kind {
        ForgeKind::Github => github(client, tag, name),
        ForgeKind::Gitlab => gitlab(client, group, version, tag, name),
    };
    place?.map(|url| client.bytes(&url)).transpose()
}

/// "Get a release by tag name": drafts are not found.
fn github(client: &Client, tag: &TagName, name: &str) -> Result<Option<Url>, Trouble> {
    let repository = client.site().path();
    let answer = client.get(&format!("{repository}/releases/tags/{}", percent_encoded(tag.as_str())))?;
    if answer.status == 404 {
        return Ok(None);
    }
    let release = number(&answer.ok()?, "id", "a release")?;
    let assets = all(client, &format!("{repository}/releases/{release}/assets?per_page=100"), &plain)?;
    for one in assets.iter().filter(|one| one["state"].as_str() == Some("uploaded")) {
        if promised(one, "name", "an asset")? == name {
            let id = number(one, "id", "an asset")?;
            return client.url(&format!("{repository}/releases/assets/{id}")).map(Some);
        }
    }
    Ok(None)
}

/// "Release links API": a link of ours leads to a file in the generic package registry.
fn gitlab(
    client: &Client,
    group: &Name,
    version: Version,
    tag: &TagName,
    name: &str,
) -> Result<Option<Url>, Trouble> {
    let release = format!("{}/releases/{}", client.site().path(), percent_encoded(tag.as_str()));
    let answer = client.get(&release)?;
    if answer.status == 404 {
        return Ok(None);
    }
    answer.ok()?;
    let own = gitlab_entries::file(client, group, version, name)?;
    for link in all(client, &format!("{release}/assets/links?per_page=100"), &plain)? {
        if promised(&link, "name", "a link")? == name && promised(&link, "url", "a link")? == own.to_string()
        {
            return Ok(Some(own));
        }
    }
    Ok(None)
}
