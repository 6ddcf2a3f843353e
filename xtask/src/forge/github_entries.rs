//! GitHub's releases ("REST API endpoints for releases", "… for release assets", "… for Git references").
//!
//! A draft is seen in the list alone, and only with the right to push. Two drafts of one tag are possible, two
//! published entries are not. An immutable release keeps its assets and its tag for ever ("About immutable releases").

use std::sync::Arc;

use serde_json::{Value, json};

use super::call::Client;
use super::digest::{commit, of_asset};
use super::entries::{Entries, Miss, asset, body, made};
use super::fields::{number, promised, text};
use super::page::{all, plain};
use crate::model::entry::{Entry, Found, Look, State, Step, Stored};
use crate::model::forge::{ForgeKind, Trouble};
use crate::model::method::Method;
use crate::model::names::{CommitId, TagName};
use crate::model::secret::percent_encoded;
use crate::model::url::Url;

/// How many tags may name each other before one names a commit.
const DEEPEST: usize = 5;

pub(super) struct Github {
    client: Arc<Client>,
}

impl Github {
    pub(super) fn new(client: Arc<Client>) -> Github {
        Github { client }
    }

    /// A path below the repository's own.
    fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.client.site().path())
    }

    fn found(&self, release: &Value, entry: &Entry) -> Result<Found, Trouble> {
        let id = number(release, "id", "a release")?.to_string();
        let draft = flag(release, "draft")?;
        let prerelease = flag(release, "prerelease")?;
        let latest = if draft || prerelease { None } else { Some(self.latest()?.as_deref() == Some(&id)) };
        let path = self.path(&format!("/releases/{id}/assets?per_page=100"));
        let assets = all(&self.client, &path, &plain)?;
        Ok(Found {
            draft,
            title: Some(text(release, "name").unwrap_or_default()),
            notes: Some(release["body"].as_str().unwrap_or_default().to_owned()),
            prerelease: Some(prerelease),
            latest,
            immutable: release["immutable"].as_bool().unwrap_or(false),
            commit: None,
            page: text(release, "html_url"),
            uploads: text(release, "upload_url"),
            assets: assets.iter().map(|one| self.stored(one, entry)).collect::<Result<_, _>>()?,
            id,
        })
    }

    fn stored(&self, one: &Value, entry: &Entry) -> Result<Stored, Trouble> {
        let id = number(one, "id", "an asset")?.to_string();
        let name = promised(one, "name", "an asset")?;
        let state = match one["state"].as_str() {
            Some("uploaded") => {
                let url = self.client.url(&self.path(&format!("/releases/assets/{id}")))?;
                let known = one["digest"].as_str().and_then(|digest| digest.strip_prefix("sha256:"));
                State::Whole { sha256: of_asset(&self.client, entry.asset(&name), known, &url)? }
            }
            // `open` by the documentation, `starter` by its words on an upload that failed.
            _ => State::Unfinished,
        };
        Ok(Stored { id, name, state })
    }

    /// The id of the release that is shown as the latest, if there is one.
    fn latest(&self) -> Result<Option<String>, Trouble> {
        let answer = self.client.get(&self.path("/releases/latest"))?;
        if answer.status == 404 {
            return Ok(None);
        }
        Ok(Some(number(&answer.ok()?, "id", "the latest release")?.to_string()))
    }

    fn upload(&self, name: &str, entry: &Entry, found: &Found) -> Result<(), Miss> {
        let asset = asset(entry, name)?;
        let lacks = || Trouble::Unknown { why: "the release names no address for uploads".into() };
        // `https://…/assets{?name,label}` (RFC 6570).
        let base = found.uploads.as_deref().and_then(|url| url.split('{').next()).ok_or_else(lacks)?;
        let url = Url::parse(&format!("{base}?name={}", percent_encoded(name)))
            .map_err(|why| Trouble::Unknown { why: format!("the address for uploads {why}") })?;
        let limit = self.client.limit(asset.size);
        made(&self.client.upload(Method::Post, &url, body(asset), limit)?)
    }
}

impl Entries for Github {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Github
    }

    fn tagged(&self, tag: &TagName) -> Result<Option<CommitId>, Trouble> {
        let name: Vec<String> = tag.as_str().split('/').map(percent_encoded).collect();
        let answer = self.client.get(&self.path(&format!("/git/ref/tags/{}", name.join("/"))))?;
        if answer.status == 404 {
            return Ok(None);
        }
        let mut leads = answer.ok()?;
        for _ in 0..DEEPEST {
            let object = &leads["object"];
            let id = commit(&promised(object, "sha", "a reference")?)?;
            match object["type"].as_str() {
                Some("commit") => return Ok(Some(id)),
                Some("tag") => leads = self.client.get(&self.path(&format!("/git/tags/{id}")))?.ok()?,
                other => {
                    let what = other.unwrap_or("nothing");
                    return Err(Trouble::Unknown { why: format!("the tag {tag} names a {what}") });
                }
            }
        }
        Err(Trouble::Unknown { why: format!("the tag {tag} names a tag that names a tag") })
    }

    fn look(&self, entry: &Entry, known: Option<&str>) -> Result<Look, Trouble> {
        let releases = all(&self.client, &self.path("/releases?per_page=100"), &plain)?;
        let mut look = Look::default();
        for release in &releases {
            let tag = promised(release, "tag_name", "a release")?;
            if tag == entry.tag.as_str() {
                look.entries.push(self.found(release, entry)?);
            } else if !flag(release, "draft")? {
                look.others.push(tag);
            }
        }
        if let Some(id) = known.filter(|id| !look.entries.iter().any(|found| found.id == *id)) {
            let release = self.client.get(&self.path(&format!("/releases/{id}")))?.ok()?;
            look.entries.push(self.found(&release, entry)?);
        }
        Ok(look)
    }

    fn make(&self, step: &Step, entry: &Entry, found: Option<&Found>) -> Result<Option<String>, Miss> {
        let there = || found.ok_or_else(|| Trouble::Unknown { why: "there is no draft".into() });
        match step {
            Step::Draft => {
                let wanted = json!({
                    "tag_name": entry.tag,
                    // Of no meaning while the tag is there; and if it vanished, never the default branch's tip.
                    "target_commitish": entry.commit,
                    "name": entry.title,
                    "body": entry.notes,
                    "draft": true,
                    "prerelease": entry.prerelease,
                });
                let answer = self.client.post(&self.path("/releases"), &wanted)?;
                made(&answer)?;
                return Ok(answer.json["id"].as_u64().map(|id| id.to_string()));
            }
            Step::Discard { asset: name } => {
                let found = there()?;
                let gone = |one: &&Stored| one.name == *name && one.state == State::Unfinished && found.draft;
                let Some(stored) = found.assets.iter().find(gone) else { return Ok(None) };
                let path = self.path(&format!("/releases/assets/{}", stored.id));
                let answer = self.client.delete(&path)?;
                if answer.status != 404 {
                    made(&answer)?;
                }
            }
            Step::Upload { asset: name, .. } => self.upload(name, entry, there()?)?,
            Step::Publish => {
                let wanted = json!({
                    "tag_name": entry.tag,
                    "target_commitish": entry.commit,
                    "name": entry.title,
                    "body": entry.notes,
                    "draft": false,
                    "prerelease": entry.prerelease,
                    "make_latest": if entry.latest { "true" } else { "false" },
                });
                let path = self.path(&format!("/releases/{}", there()?.id));
                made(&self.client.patch(&path, &wanted)?)?;
            }
            Step::Latest => {
                let path = self.path(&format!("/releases/{}", there()?.id));
                made(&self.client.patch(&path, &json!({ "make_latest": "true" }))?)?;
            }
            Step::Link { .. } => {
                return Err(Trouble::Unknown { why: "GitHub's releases have no links".into() }.into());
            }
        }
        Ok(None)
    }
}

fn flag(release: &Value, key: &str) -> Result<bool, Trouble> {
    release[key].as_bool().ok_or_else(|| Trouble::Unknown { why: format!("a release without `{key}`") })
}
