//! GitLab's releases, their links, and the generic package registry, which takes the same file twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use windlass::model::digest::sha256;

use super::api::{Api, Asked, Reply, page};

pub const PROJECT: &str = "example/group/tool";
const PAGE: usize = 2;

pub struct Gitlab {
    /// Tags with their commits.
    pub tags: BTreeMap<String, String>,
    pub releases: Vec<Release>,
    pub files: Vec<File>,
    /// `upload NAME`, `release TAG`, `link NAME`, `tag NAME`: what was carried out.
    pub done: Vec<String>,
    /// Whether files have a digest.
    pub digests: bool,
    next: u64,
}

#[derive(Clone, Debug)]
pub struct Release {
    pub tag: String,
    pub name: String,
    pub description: String,
    /// Id, name, URL, type.
    pub links: Vec<(u64, String, String, String)>,
}

#[derive(Clone, Debug)]
pub struct File {
    pub id: u64,
    pub package: String,
    pub version: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Gitlab {
    pub fn new(tags: BTreeMap<String, String>) -> Gitlab {
        let (releases, files, done) = (Vec::new(), Vec::new(), Vec::new());
        Gitlab { tags, releases, files, done, digests: true, next: 100 }
    }

    pub fn id(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub fn of(&self, tag: &str) -> Vec<&Release> {
        self.releases.iter().filter(|release| release.tag == tag).collect()
    }

    fn shown(&self, release: &Release, base: &str) -> Value {
        let host = base.strip_suffix(Gitlab::BASE).unwrap_or(base);
        let page = format!("{host}/{PROJECT}/-");
        let tag = &release.tag;
        json!({
            "tag_name": tag,
            "name": release.name,
            "description": release.description,
            "created_at": "2026-07-01T00:00:00.000Z",
            "released_at": "2026-07-01T00:00:00.000Z",
            "upcoming_release": false,
            "author": {
                "id": 1, "username": "ada", "name": "Ada Example", "state": "active", "locked": false,
                "avatar_url": null, "web_url": format!("{host}/ada"),
            },
            "commit": self.commit(self.tags.get(tag).map_or("", String::as_str)),
            "commit_path": format!("/{PROJECT}/-/commit/x"),
            "tag_path": format!("/{PROJECT}/-/tags/{tag}"),
            "assets": {
                "count": release.links.len() + 1,
                "sources": [{ "format": "zip", "url": format!("{page}/archive/{tag}/tool-{tag}.zip") }],
                "links": release.links.iter().map(link).collect::<Vec<_>>(),
            },
            "evidences": [],
            "_links": { "self": format!("{page}/releases/{tag}"), "edit_url": format!("{page}/releases/{tag}/edit") },
        })
    }

    fn commit(&self, id: &str) -> Value {
        json!({
            "id": id, "short_id": id.get(..8), "created_at": "2026-07-01T00:00:00.000+00:00", "parent_ids": [],
            "title": "Release", "message": "Release\n", "author_name": "Ada Example",
            "author_email": "ada@example.org", "authored_date": "2026-07-01T00:00:00.000+00:00",
            "committer_name": "Ada Example", "committer_email": "ada@example.org",
            "committed_date": "2026-07-01T00:00:00.000+00:00", "trailers": {}, "extended_trailers": {},
        })
    }

    fn create(&mut self, asked: &Asked) -> Reply {
        let wanted = asked.json();
        let text = |key: &str| wanted[key].as_str().unwrap_or_default().to_owned();
        let tag = text("tag_name");
        if self.releases.iter().any(|release| release.tag == tag) {
            return message(409, "Release already exists");
        }
        if !self.tags.contains_key(&tag) {
            if wanted["ref"].is_null() {
                return message(422, "Ref is not specified");
            }
            self.done.push(format!("tag {tag}"));
        }
        let mut release =
            Release { tag, name: text("name"), description: text("description"), links: Vec::new() };
        for one in wanted["assets"]["links"].as_array().into_iter().flatten() {
            let id = self.id();
            release.links.push(read(id, one));
        }
        self.done.push(format!("release {}", release.tag));
        self.releases.push(release.clone());
        Reply::json(201, &self.shown(&release, &asked.base))
    }

    fn add_link(&mut self, tag: &str, asked: &Asked) -> Reply {
        let new = read(self.id(), &asked.json());
        let Some(release) = self.releases.iter_mut().find(|release| release.tag == tag) else {
            return missing();
        };
        if release.links.iter().any(|(_, name, url, _)| *name == new.1 || *url == new.2) {
            return Reply::json(400, &json!({ "message": { "name": ["has already been taken"] } }));
        }
        self.done.push(format!("link {}", new.1));
        release.links.push(new.clone());
        Reply::json(201, &link(&new))
    }

    fn upload(&mut self, package: &str, version: &str, name: &str, asked: &Asked) -> Reply {
        let (package, version) = (package.to_owned(), version.to_owned());
        let file = File { id: self.id(), package, version, name: name.to_owned(), bytes: asked.body.clone() };
        self.done.push(format!("upload {name}"));
        self.files.push(file);
        message(201, "201 Created")
    }

    fn packages(&self, asked: &Asked) -> Reply {
        let wanted = |name: &str| asked.query(name).unwrap_or_default().to_owned();
        let mut names: Vec<(&str, &str)> =
            self.files.iter().map(|file| (file.package.as_str(), file.version.as_str())).collect();
        names.sort_unstable();
        names.dedup();
        // The name is searched for, the version compared.
        names.retain(|(name, version)| {
            name.contains(&wanted("package_name")) && *version == wanted("package_version")
        });
        let all: Vec<Value> = names.iter().map(|(name, version)| package(name, version)).collect();
        page(asked, &all, PAGE, Value::Array)
    }

    fn package_files(&self, id: u64, asked: &Asked) -> Reply {
        let of = |file: &&File| package_id(&file.package, &file.version) == id;
        let shown = |file: &File| {
            json!({
                "id": file.id, "package_id": id, "created_at": "2026-07-01T00:00:00.000Z",
                "file_name": file.name, "size": file.bytes.len(), "file_md5": null, "file_sha1": null,
                "file_sha256": self.digests.then(|| sha256(&file.bytes)), "pipelines": [],
            })
        };
        let all: Vec<Value> = self.files.iter().filter(of).map(shown).collect();
        page(asked, &all, PAGE, Value::Array)
    }

    fn download(&self, package: &str, version: &str, name: &str) -> Reply {
        let is = |file: &&File| file.package == package && file.version == version && file.name == name;
        match self.files.iter().rev().find(is) {
            Some(file) => Reply { status: 200, fields: Vec::new(), body: file.bytes.clone() },
            None => missing(),
        }
    }
}

impl Api for Gitlab {
    const BASE: &'static str = "/api/v4";

    fn stranger(&self) -> Reply {
        message(401, "401 Unauthorized")
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        let parts = asked.parts();
        let ["projects", project, rest @ ..] = parts.as_slice() else { return missing() };
        if *project != PROJECT {
            return message(404, "404 Project Not Found");
        }
        let base = asked.base.as_str();
        match (asked.method.as_str(), rest) {
            ("GET", ["repository", "tags", tag]) => match self.tags.get(*tag) {
                Some(commit) => Reply::json(
                    200,
                    &json!({
                        "name": tag, "message": format!("Release {tag}"), "target": sha256(tag.as_bytes())[..40],
                        "commit": self.commit(commit), "release": null, "protected": true,
                        "created_at": "2026-07-01T00:00:00.000+00:00",
                    }),
                ),
                None => message(404, "404 Tag Not Found"),
            },
            ("POST", ["releases"]) => self.create(asked),
            ("GET", ["releases", tag]) => {
                let found = self.releases.iter().find(|release| release.tag == *tag);
                found.map_or_else(missing, |release| Reply::json(200, &self.shown(release, base)))
            }
            ("GET", ["releases", tag, "assets", "links"]) => {
                let found = self.releases.iter().find(|release| release.tag == *tag);
                let Some(release) = found else { return missing() };
                let all: Vec<Value> = release.links.iter().map(link).collect();
                page(asked, &all, PAGE, Value::Array)
            }
            ("POST", ["releases", tag, "assets", "links"]) => self.add_link(tag, asked),
            ("GET", ["packages"]) => self.packages(asked),
            ("GET", ["packages", id, "package_files"]) => self.package_files(id.parse().unwrap_or(0), asked),
            ("PUT", ["packages", "generic", package, version, name]) => {
                self.upload(package, version, name, asked)
            }
            ("GET", ["packages", "generic", package, version, name]) => self.download(package, version, name),
            _ => missing(),
        }
    }
}

fn read(id: u64, one: &Value) -> (u64, String, String, String) {
    let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
    (id, text("name"), text("url"), text("link_type"))
}

fn link((id, name, url, kind): &(u64, String, String, String)) -> Value {
    json!({ "id": id, "name": name, "url": url, "direct_asset_url": url, "link_type": kind })
}

fn package_id(name: &str, version: &str) -> u64 {
    let digest = sha256(format!("{name} {version}").as_bytes());
    u64::from_str_radix(&digest[..8], 16).unwrap_or(0)
}

fn package(name: &str, version: &str) -> Value {
    json!({
        "id": package_id(name, version), "name": name, "version": version, "package_type": "generic",
        "status": "default", "_links": { "web_path": format!("/{PROJECT}/-/packages/1") },
        "created_at": "2026-07-01T00:00:00.000Z", "last_downloaded_at": null, "tags": [],
    })
}

fn message(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({ "message": text }))
}

fn missing() -> Reply {
    message(404, "404 Not Found")
}
