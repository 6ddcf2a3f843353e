//! GitLab's releases ("Releases API", "Release links API", "Packages API", "GitLab generic packages repository").
//!
//! There are no drafts. Files go to the generic package registry first, under the group's name and the version; then
//! one request makes the entry with a link to each. A file of the same name may be uploaded twice: so it is looked
//! for before, and sent once. There is no mark for a pre-release, and the latest entry is the one released last.

use std::collections::BTreeMap;
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
use crate::model::names::{CommitId, Name, TagName};
use crate::model::secret::percent_encoded;
use crate::model::url::Url;
use crate::model::version::Version;

pub(super) struct Gitlab {
    client: Arc<Client>,
}

/// A file of the package: its id and its digest.
type Files = BTreeMap<String, Vec<(u64, String)>>;

impl Gitlab {
    pub(super) fn new(client: Arc<Client>) -> Gitlab {
        Gitlab { client }
    }

    /// A path below the project's own.
    fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.client.site().path())
    }

    fn release(&self, entry: &Entry) -> String {
        self.path(&format!("/releases/{}", percent_encoded(entry.tag.as_str())))
    }

    /// Where an asset is sent to, and where its link leads.
    fn file(&self, entry: &Entry, name: &str) -> Result<Url, Trouble> {
        file(&self.client, &entry.group, entry.version, name)
    }

    /// The entry's own files in the package registry. What else is in the package is nobody's business here.
    fn files(&self, entry: &Entry) -> Result<Files, Trouble> {
        let (name, version) = (entry.group.as_str(), entry.version.to_string());
        let query =
            format!("package_type=generic&package_name={name}&package_version={version}&per_page=100");
        let packages = all(&self.client, &self.path(&format!("/packages?{query}")), &plain)?;
        // The name is a search: longer names are found too.
        let ours = |one: &&Value| {
            one["name"].as_str() == Some(name) && one["version"].as_str() == Some(version.as_str())
        };
        let mut files = Files::new();
        for package in packages.iter().filter(ours) {
            let id = number(package, "id", "a package")?;
            let path = self.path(&format!("/packages/{id}/package_files?per_page=100"));
            for file in all(&self.client, &path, &plain)? {
                let name = promised(&file, "file_name", "a package's file")?;
                let Some(asset) = entry.asset(&name) else { continue };
                let known = file["file_sha256"].as_str();
                let sha256 = of_asset(&self.client, Some(asset), known, &self.file(entry, &name)?)?;
                let same = files.entry(name).or_default();
                // The same bytes once more are no other file.
                if !same.iter().any(|(_, known)| *known == sha256) {
                    same.push((number(&file, "id", "a package's file")?, sha256));
                }
            }
        }
        Ok(files)
    }

    /// The links of the entry, and what is uploaded without one.
    fn stored(&self, entry: &Entry, links: &[Value], files: Files) -> Result<Vec<Stored>, Trouble> {
        let mut stored = Vec::new();
        let mut linked = Vec::new();
        for link in links {
            let id = number(link, "id", "a link")?.to_string();
            let name = promised(link, "name", "a link")?;
            let url = promised(link, "url", "a link")?;
            if entry.asset(&name).is_some() && url == self.file(entry, &name)?.to_string() {
                linked.push(name);
            } else {
                stored.push(Stored { id, name, state: State::Elsewhere { url } });
            }
        }
        for (name, copies) in files {
            for (id, sha256) in copies {
                let state = match linked.contains(&name) {
                    true => State::Whole { sha256 },
                    false => State::Unlinked { sha256 },
                };
                stored.push(Stored { id: id.to_string(), name: name.clone(), state });
            }
        }
        Ok(stored)
    }

    fn link(&self, entry: &Entry, name: &str) -> Result<Value, Trouble> {
        let url = self.file(entry, name)?.to_string();
        Ok(json!({ "name": name, "url": url, "link_type": "package" }))
    }
}

/// The address of a release's file in the generic package registry.
pub(super) fn file(client: &Client, group: &Name, version: Version, name: &str) -> Result<Url, Trouble> {
    let version = percent_encoded(&version.to_string());
    let name = percent_encoded(name);
    client.url(&format!("{}/packages/generic/{group}/{version}/{name}", client.site().path()))
}

impl Entries for Gitlab {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Gitlab
    }

    fn tagged(&self, tag: &TagName) -> Result<Option<CommitId>, Trouble> {
        let path = self.path(&format!("/repository/tags/{}", percent_encoded(tag.as_str())));
        let answer = self.client.get(&path)?;
        // A project that this token may not see is `404 Project Not Found`.
        let said = answer.json["message"].as_str().unwrap_or_default();
        if answer.status == 404 && !said.contains("Project") {
            return Ok(None);
        }
        commit(&promised(&answer.ok()?["commit"], "id", "a tag's commit")?).map(Some)
    }

    fn look(&self, entry: &Entry, _known: Option<&str>) -> Result<Look, Trouble> {
        let answer = self.client.get(&self.release(entry))?;
        let release = if answer.status == 404 { None } else { Some(answer.ok()?) };
        let files = self.files(entry)?;
        let found = match release {
            None if files.is_empty() => None,
            None => Some(Found {
                id: format!("{} {}", entry.group, entry.version),
                draft: true,
                title: None,
                notes: None,
                prerelease: None,
                latest: None,
                immutable: false,
                commit: None,
                page: None,
                uploads: None,
                assets: self.stored(entry, &[], files)?,
            }),
            Some(release) => {
                let path = format!("{}/assets/links?per_page=100", self.release(entry));
                let links = all(&self.client, &path, &plain)?;
                Some(Found {
                    id: promised(&release, "tag_name", "a release")?,
                    draft: false,
                    title: Some(text(&release, "name").unwrap_or_default()),
                    notes: Some(release["description"].as_str().unwrap_or_default().to_owned()),
                    prerelease: None,
                    latest: None,
                    immutable: false,
                    commit: Some(commit(&promised(&release["commit"], "id", "a release's commit")?)?),
                    page: text(&release["_links"], "self"),
                    uploads: None,
                    assets: self.stored(entry, &links, files)?,
                })
            }
        };
        Ok(Look { entries: found.into_iter().collect(), others: Vec::new() })
    }

    fn make(&self, step: &Step, entry: &Entry, _found: Option<&Found>) -> Result<Option<String>, Miss> {
        let answer = match step {
            Step::Upload { asset: name, .. } => {
                let asset = asset(entry, name)?;
                let limit = self.client.limit(asset.size);
                self.client.upload(Method::Put, &self.file(entry, name)?, body(asset), limit)?
            }
            Step::Publish => {
                let links = entry.assets.iter().map(|asset| self.link(entry, &asset.name));
                // No `ref`: a tag that is not there is refused then, and never made.
                let wanted = json!({
                    "tag_name": entry.tag,
                    "name": entry.title,
                    "description": entry.notes,
                    "assets": { "links": links.collect::<Result<Vec<_>, _>>()? },
                });
                self.client.post(&self.path("/releases"), &wanted)?
            }
            Step::Link { asset: name } => {
                let path = format!("{}/assets/links", self.release(entry));
                self.client.post(&path, &self.link(entry, name)?)?
            }
            Step::Draft | Step::Discard { .. } | Step::Latest => {
                return Err(Trouble::Unknown { why: "GitLab has no drafts".into() }.into());
            }
        };
        made(&answer)?;
        Ok(None)
    }
}
