//! GitHub's releases: drafts that only the list shows, several drafts of a tag, one published entry, immutable ones.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use windlass::model::digest::sha256;

use super::api::{Api, Asked, Reply, page};

/// The repository that the fake has.
pub const PROJECT: &str = "example/tool";
/// Lists are cut into pages of this length, whatever is asked for.
const PAGE: usize = 2;

pub struct Github {
    /// Tags with their commits. Each is annotated: its object is another one.
    pub tags: BTreeMap<String, String>,
    pub releases: Vec<Release>,
    pub latest: Option<u64>,
    /// Whether a release is immutable once it is published.
    pub freezes: bool,
    /// Whether assets have a digest.
    pub digests: bool,
    /// Where the bytes of assets are; without one the interface gives them itself.
    pub store: Option<String>,
    /// An upload that fails on the way leaves an asset in this state, once.
    pub leaves: Option<&'static str>,
    /// `upload TAG NAME`, `delete NAME`, `tag NAME`: what was carried out.
    pub done: Vec<String>,
    next: u64,
}

#[derive(Clone, Debug)]
pub struct Release {
    pub id: u64,
    pub tag: String,
    pub target: String,
    pub name: String,
    pub body: String,
    pub draft: bool,
    pub prerelease: bool,
    pub immutable: bool,
    pub assets: Vec<Asset>,
}

#[derive(Clone, Debug)]
pub struct Asset {
    pub id: u64,
    pub name: String,
    pub state: &'static str,
    pub bytes: Vec<u8>,
}

impl Github {
    pub fn new(tags: BTreeMap<String, String>) -> Github {
        Github {
            tags,
            releases: Vec::new(),
            latest: None,
            freezes: false,
            digests: true,
            store: None,
            leaves: None,
            done: Vec::new(),
            next: 100,
        }
    }

    pub fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A published release without assets.
    pub fn publish(&mut self, tag: &str) -> &mut Release {
        let id = self.id();
        self.latest = Some(id);
        let (tag, target) = (tag.to_owned(), "main".to_owned());
        let (name, body) = (tag.clone(), String::new());
        let assets = Vec::new();
        let release = Release {
            id,
            tag,
            target,
            name,
            body,
            draft: false,
            prerelease: false,
            immutable: false,
            assets,
        };
        self.releases.insert(0, release);
        &mut self.releases[0]
    }

    pub fn of(&self, tag: &str) -> Vec<&Release> {
        self.releases.iter().filter(|release| release.tag == tag).collect()
    }

    fn shown(&self, release: &Release, base: &str) -> Value {
        let host = base.strip_suffix(Github::BASE).unwrap_or(base);
        let api = format!("{base}/repos/{PROJECT}/releases");
        let page = format!("{host}/{PROJECT}/releases");
        let id = release.id;
        let assets: Vec<Value> = release.assets.iter().map(|asset| self.asset(asset, base)).collect();
        let tag = if release.draft { format!("untagged-{id:08x}") } else { release.tag.clone() };
        json!({
            "url": format!("{api}/{id}"),
            "assets_url": format!("{api}/{id}/assets"),
            "upload_url": format!("{host}/api/uploads/repos/{PROJECT}/releases/{id}/assets{{?name,label}}"),
            "html_url": format!("{page}/tag/{tag}"),
            "id": id,
            "author": user(base),
            "node_id": format!("RE_{id:08x}"),
            "tag_name": release.tag,
            "target_commitish": release.target,
            "name": release.name,
            "draft": release.draft,
            "immutable": release.immutable,
            "prerelease": release.prerelease,
            "created_at": "2026-07-01T00:00:00Z",
            "updated_at": "2026-07-01T00:00:01Z",
            "published_at": if release.draft { Value::Null } else { "2026-07-01T00:00:02Z".into() },
            "assets": assets,
            "tarball_url": format!("{base}/repos/{PROJECT}/tarball/{tag}"),
            "zipball_url": format!("{base}/repos/{PROJECT}/zipball/{tag}"),
            "body": release.body,
        })
    }

    fn asset(&self, asset: &Asset, base: &str) -> Value {
        let id = asset.id;
        let digest =
            (self.digests && asset.state == "uploaded").then(|| format!("sha256:{}", sha256(&asset.bytes)));
        json!({
            "url": format!("{base}/repos/{PROJECT}/releases/assets/{id}"),
            "id": id,
            "node_id": format!("RA_{id:08x}"),
            "name": asset.name,
            "label": "",
            "uploader": user(base),
            "content_type": "application/octet-stream",
            "state": asset.state,
            "size": asset.bytes.len(),
            "digest": digest,
            "download_count": 0,
            "created_at": "2026-07-01T00:00:00Z",
            "updated_at": "2026-07-01T00:00:01Z",
            "browser_download_url": format!("{base}/{PROJECT}/releases/download/x/{}", asset.name),
        })
    }

    fn create(&mut self, asked: &Asked) -> Reply {
        let wanted = asked.json();
        let tag = wanted["tag_name"].as_str().unwrap_or_default().to_owned();
        if self.releases.iter().any(|release| release.tag == tag && !release.draft) {
            return exists("Release", "tag_name");
        }
        let draft = wanted["draft"].as_bool().unwrap_or(false);
        let (id, text) = (self.id(), |key: &str| wanted[key].as_str().unwrap_or_default().to_owned());
        let release = Release {
            id,
            target: text("target_commitish"),
            name: text("name"),
            body: text("body"),
            draft,
            prerelease: wanted["prerelease"].as_bool().unwrap_or(false),
            immutable: false,
            assets: Vec::new(),
            tag,
        };
        self.done.push(format!("create {}", release.tag));
        self.releases.insert(0, release.clone());
        Reply::json(201, &self.shown(&release, &asked.base))
    }

    fn change(&mut self, id: u64, asked: &Asked) -> Reply {
        let wanted = asked.json();
        let Some(at) = self.releases.iter().position(|release| release.id == id) else { return missing() };
        let tag = wanted["tag_name"].as_str().map_or(self.releases[at].tag.clone(), str::to_owned);
        let publishes = self.releases[at].draft && wanted["draft"] == json!(false);
        if publishes && self.releases.iter().any(|other| other.tag == tag && !other.draft) {
            return exists("Release", "tag_name");
        }
        if self.releases[at].immutable
            && wanted.get("tag_name").is_some_and(|new| *new != json!(self.releases[at].tag))
        {
            return refused("tag_name can't be changed of an immutable release");
        }
        let release = &mut self.releases[at];
        let texts = [
            ("name", &mut release.name),
            ("body", &mut release.body),
            ("target_commitish", &mut release.target),
        ];
        for (key, field) in texts {
            if let Some(text) = wanted[key].as_str() {
                *field = text.to_owned();
            }
        }
        release.prerelease = wanted["prerelease"].as_bool().unwrap_or(release.prerelease);
        if publishes {
            release.draft = false;
            release.immutable = self.freezes;
            self.done.push(format!("publish {tag}"));
            if !self.tags.contains_key(&tag) {
                self.done.push(format!("tag {tag}"));
            }
        }
        let latest = wanted["make_latest"].as_str().unwrap_or(if publishes { "true" } else { "" });
        let release = self.releases[at].clone();
        if latest == "true" && (release.draft || release.prerelease) && wanted["make_latest"].is_string() {
            return refused("Latest release cannot be draft or prerelease.");
        }
        if latest == "true" && !release.prerelease {
            self.latest = Some(id);
        }
        Reply::json(200, &self.shown(&release, &asked.base))
    }

    fn upload(&mut self, id: u64, asked: &Asked) -> Reply {
        let name = asked.query("name").unwrap_or_default().to_owned();
        let leaves = self.leaves.take();
        let asset_id = self.id();
        let Some(release) = self.releases.iter_mut().find(|release| release.id == id) else {
            return missing();
        };
        if release.immutable {
            return refused("Cannot upload assets to an immutable release.");
        }
        if release.assets.iter().any(|asset| asset.name == name) {
            return exists("ReleaseAsset", "name");
        }
        if asked.body.is_empty() {
            return Reply::json(400, &json!({ "message": "Bad Content-Length", "status": "400" }));
        }
        if let Some(state) = leaves {
            release.assets.push(Asset { id: asset_id, name, state, bytes: Vec::new() });
            return Reply::json(502, &json!({ "message": "Bad Gateway" }));
        }
        let asset = Asset { id: asset_id, name, state: "uploaded", bytes: asked.body.clone() };
        release.assets.push(asset.clone());
        self.done.push(format!("upload {} {}", release.tag, asset.name));
        Reply::json(201, &self.asset(&asset, &asked.base))
    }

    fn delete(&mut self, id: u64) -> Reply {
        for release in &mut self.releases {
            if let Some(at) = release.assets.iter().position(|asset| asset.id == id) {
                let gone = release.assets.remove(at);
                let of = if release.draft { "draft" } else { "entry" };
                self.done.push(format!("delete {} asset of {of} {}", gone.state, gone.name));
                return Reply::empty(204);
            }
        }
        missing()
    }

    fn bytes(&self, id: u64, asked: &Asked) -> Reply {
        let assets = self.releases.iter().flat_map(|release| &release.assets);
        let Some(asset) = assets.into_iter().find(|asset| asset.id == id) else { return missing() };
        if asked.field("accept") != Some("application/octet-stream") {
            return Reply::json(200, &self.asset(asset, &asked.base));
        }
        match &self.store {
            Some(store) => {
                let fields = vec![("Location".into(), format!("{store}/{id}?signature=abc"))];
                Reply { status: 302, fields, body: Vec::new() }
            }
            None => Reply { status: 200, fields: Vec::new(), body: asset.bytes.clone() },
        }
    }
}

impl Api for Github {
    const BASE: &'static str = "/api/v3";

    fn stranger(&self) -> Reply {
        let said = json!({
            "message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401",
        });
        Reply::json(401, &said)
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        let parts = asked.parts();
        let (owner, name) = PROJECT.split_once('/').unwrap_or_default();
        let upload = parts.starts_with(&["api", "uploads"]);
        let rest = match &parts[if upload { 2 } else { 0 }..] {
            ["repos", o, n, rest @ ..] if *o == owner && *n == name => rest,
            _ => return missing(),
        };
        let base = asked.base.as_str();
        let number = |text: &str| text.parse::<u64>().unwrap_or(0);
        match (asked.method.as_str(), rest) {
            ("POST", ["releases", id, "assets"]) if upload => self.upload(number(id), asked),
            _ if upload => missing(),
            ("GET", ["git", "ref", "tags", tag @ ..]) => {
                let tag = tag.join("/");
                match self.tags.contains_key(&tag) {
                    true => Reply::json(200, &reference(&tag, base)),
                    false => missing(),
                }
            }
            ("GET", ["git", "tags", object]) => {
                let of = self.tags.iter().find(|(tag, _)| tag_object(tag) == *object);
                of.map_or_else(missing, |(tag, commit)| Reply::json(200, &annotated(tag, commit, base)))
            }
            ("GET", ["releases"]) => {
                let all: Vec<Value> = self.releases.iter().map(|release| self.shown(release, base)).collect();
                page(asked, &all, PAGE, Value::Array)
            }
            ("POST", ["releases"]) => self.create(asked),
            ("GET", ["releases", "latest"]) => {
                let latest = self.releases.iter().find(|release| Some(release.id) == self.latest);
                latest.map_or_else(missing, |release| Reply::json(200, &self.shown(release, base)))
            }
            ("GET", ["releases", "tags", tag @ ..]) => {
                let tag = tag.join("/");
                let found = self.releases.iter().find(|release| release.tag == tag && !release.draft);
                found.map_or_else(missing, |release| Reply::json(200, &self.shown(release, base)))
            }
            ("GET", ["releases", "assets", id]) => self.bytes(number(id), asked),
            ("DELETE", ["releases", "assets", id]) => self.delete(number(id)),
            ("GET", ["releases", id]) => {
                let found = self.releases.iter().find(|release| release.id == number(id));
                found.map_or_else(missing, |release| Reply::json(200, &self.shown(release, base)))
            }
            ("PATCH", ["releases", id]) => self.change(number(id), asked),
            ("GET", ["releases", id, "assets"]) => {
                let found = self.releases.iter().find(|release| release.id == number(id));
                let Some(release) = found else { return missing() };
                let all: Vec<Value> = release.assets.iter().map(|asset| self.asset(asset, base)).collect();
                page(asked, &all, PAGE, Value::Array)
            }
            _ => missing(),
        }
    }
}

/// An annotated tag's own id.
fn tag_object(tag: &str) -> String {
    sha256(tag.as_bytes())[..40].to_owned()
}

fn reference(tag: &str, base: &str) -> Value {
    let object = tag_object(tag);
    json!({
        "ref": format!("refs/tags/{tag}"),
        "node_id": "REF_1",
        "url": format!("{base}/repos/{PROJECT}/git/refs/tags/{tag}"),
        "object": { "sha": object, "type": "tag", "url": format!("{base}/repos/{PROJECT}/git/tags/{object}") },
    })
}

fn annotated(tag: &str, commit: &str, base: &str) -> Value {
    json!({
        "node_id": "TAG_1",
        "sha": tag_object(tag),
        "url": format!("{base}/repos/{PROJECT}/git/tags/{}", tag_object(tag)),
        "tagger": { "name": "Ada Example", "email": "ada@example.org", "date": "2026-07-01T00:00:00Z" },
        "object": { "sha": commit, "type": "commit", "url": format!("{base}/repos/{PROJECT}/git/commits/{commit}") },
        "tag": tag,
        "message": format!("Release {tag}\n"),
        "verification": {
            "verified": false, "reason": "unsigned", "signature": null, "payload": null, "verified_at": null,
        },
    })
}

fn user(base: &str) -> Value {
    json!({
        "login": "ada", "id": 1, "node_id": "U_1", "type": "User", "user_view_type": "public", "site_admin": false,
        "url": format!("{base}/users/ada"), "html_url": format!("{base}/ada"),
    })
}

fn missing() -> Reply {
    Reply::json(
        404,
        &json!({
            "message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404",
        }),
    )
}

fn exists(resource: &str, field: &str) -> Reply {
    Reply::json(
        422,
        &json!({
            "message": "Validation Failed",
            "errors": [{ "resource": resource, "code": "already_exists", "field": field }],
            "documentation_url": "https://docs.github.com/rest", "status": "422",
        }),
    )
}

fn refused(message: &str) -> Reply {
    Reply::json(
        422,
        &json!({
            "message": "Validation Failed",
            "errors": [{ "resource": "Release", "code": "custom", "message": message }],
            "documentation_url": "https://docs.github.com/rest", "status": "422",
        }),
    )
}
