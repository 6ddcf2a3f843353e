//! A cargo registry with a sparse index, in this process.
//!
//! Source of the rules: the Cargo book, "Registry Web API" and "Registry Index". Published versions stay for
//! ever, as at the public registry: the same version again is refused whatever its bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use super::Reach;
use crate::io::loopback::{Loopback, Request, Response};
use crate::model::client_env::ClientEnv;
use crate::model::digest::sha256;
use crate::model::secret::Secret;

/// The name under which cargo knows it: `cargo publish --registry local`.
pub const NAME: &str = "local";

/// The most that one upload may take; the public registry takes 10 MiB.
const UPLOAD_LIMIT: usize = 10 * 1024 * 1024;

/// A running registry. Dropped, it is gone with all that was published.
#[derive(Debug)]
pub struct CrateRegistry {
    server: Loopback,
    shelf: Arc<Mutex<Shelf>>,
    token: Secret,
}

/// What was published, by the crate's canonical name: lower case, `_` for `-`.
#[derive(Debug, Default)]
struct Shelf {
    crates: BTreeMap<String, Vec<Published>>,
}

#[derive(Clone, Debug)]
struct Published {
    name: String,
    version: semver::Version,
    /// Its line of the index, without a line end.
    line: String,
    bytes: Vec<u8>,
}

impl CrateRegistry {
    /// Starts an empty registry that lets `token` publish. With `private`, reading asks for it as well.
    ///
    /// # Errors
    /// The system's.
    pub fn start(token: Secret, private: bool) -> std::io::Result<CrateRegistry> {
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let server = {
            let (shelf, token) = (shelf.clone(), token.clone());
            Loopback::serve(move |request| answer(request, &shelf, &token, private))?
        };
        Ok(CrateRegistry { server, shelf, token })
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.server.host()
    }

    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Puts other bytes under a version, as if somebody had published them before.
    ///
    /// # Errors
    /// When the name or the version is none, or the version stands there already.
    pub fn plant(&self, name: &str, version: &str, bytes: &[u8]) -> Result<(), String> {
        let metadata = json!({ "name": name, "vers": version, "deps": [], "features": {} });
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.publish(&metadata, bytes)
    }
}

/// How cargo reaches it at a host, under the name [`NAME`]. Crates of the public registry stay where they are.
pub fn reach(host: &str, secret: &Secret) -> Reach {
    let index = format!("sparse+http://{host}/index/");
    let install = ClientEnv::default().plain("CARGO_REGISTRIES_LOCAL_INDEX", &index);
    let publish = install.clone().hidden("CARGO_REGISTRIES_LOCAL_TOKEN", secret.clone());
    Reach { url: format!("http://{host}/api/v1/crates/new"), index, publish, install }
}

impl Shelf {
    /// Takes a crate, or says why not.
    fn publish(&mut self, metadata: &Value, bytes: &[u8]) -> Result<(), String> {
        let text = |key: &str| metadata[key].as_str().ok_or_else(|| format!("the metadata lacks `{key}`"));
        let (name, version) = (text("name")?, text("vers")?);
        check_name(name)?;
        let version =
            semver::Version::parse(version).map_err(|error| format!("version {version}: {error}"))?;
        let published = self.crates.entry(canonical(name)).or_default();
        if let Some(other) = published.iter().find(|other| other.name != name) {
            return Err(format!("crate was previously named `{}`", other.name));
        }
        // Build metadata does not make another version.
        let same = |a: &semver::Version| a.cmp_precedence(&version).is_eq();
        if published.iter().any(|other| same(&other.version)) {
            return Err(format!("crate version `{version}` is already uploaded"));
        }
        let line = index_line(metadata, &sha256(bytes)).to_string();
        published.push(Published { name: name.to_owned(), version, line, bytes: bytes.to_vec() });
        Ok(())
    }
}

fn answer(request: &Request, shelf: &Mutex<Shelf>, token: &Secret, private: bool) -> Response {
    let given = request.head.field("authorization");
    let publishing = request.path.starts_with("/api/");
    if private || publishing {
        match given {
            None => {
                return refusal(401, "this action requires authentication")
                    .field("WWW-Authenticate", "Cargo login_url=\"http://127.0.0.1/\"");
            }
            Some(given) if given != token.expose() => return refusal(403, "authentication failed"),
            Some(_) => {}
        }
    }
    let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    let parts: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    match (request.method.as_str(), parts.as_slice()) {
        ("PUT", ["api", "v1", "crates", "new"]) => {
            let published =
                unpack(&request.body).and_then(|(metadata, bytes)| shelf.publish(&metadata, bytes));
            match published {
                Ok(()) => {
                    let none: [&str; 0] = [];
                    let warnings =
                        json!({ "invalid_categories": none, "invalid_badges": none, "other": none });
                    Response::json(200, &json!({ "warnings": warnings }))
                }
                Err(detail) => refusal(400, &detail),
            }
        }
        ("GET" | "HEAD", ["index", "config.json"]) => {
            let base = format!("http://{}", request.host());
            let config = json!({ "dl": format!("{base}/dl"), "api": base, "auth-required": private });
            Response::json(200, &config)
        }
        ("GET" | "HEAD", ["index", folders @ .., name]) => {
            let published = shelf.crates.get(&canonical(name));
            match published.filter(|_| folders == index_folders(name)) {
                Some(published) => {
                    let lines: String =
                        published.iter().map(|version| format!("{}\n", version.line)).collect();
                    let tag = format!("\"{}\"", sha256(lines.as_bytes()));
                    if request.head.field("if-none-match") == Some(tag.as_str()) {
                        return Response::text(304, "").field("ETag", tag);
                    }
                    Response::text(200, lines).field("ETag", tag)
                }
                None => refusal(404, "no such crate"),
            }
        }
        ("GET" | "HEAD", ["dl", name, version, "download"]) => {
            let published = shelf.crates.get(&canonical(name));
            let version =
                published.and_then(|all| all.iter().find(|one| one.version.to_string() == *version));
            match version {
                Some(version) => Response::new(200, "application/gzip", version.bytes.clone()),
                None => refusal(404, "no such version"),
            }
        }
        _ => refusal(404, "not found"),
    }
}

/// The body of an upload: a length (32 bits, little-endian) and JSON, a length and the `.crate` file.
fn unpack(body: &[u8]) -> Result<(Value, &[u8]), String> {
    let part = |body: &'_ [u8]| -> Option<(usize, usize)> {
        let length = u32::from_le_bytes(body.get(..4)?.try_into().ok()?);
        let length = usize::try_from(length).ok()?;
        (body.len() - 4 >= length).then_some((4, 4 + length))
    };
    let broken = || "the upload is cut or malformed".to_owned();
    if body.len() > UPLOAD_LIMIT {
        return Err(format!("max upload size is {UPLOAD_LIMIT}"));
    }
    let (from, to) = part(body).ok_or_else(broken)?;
    let (json, rest) = (&body[from..to], &body[to..]);
    let (from, to) = part(rest).ok_or_else(broken)?;
    if to != rest.len() {
        return Err(broken());
    }
    let metadata =
        serde_json::from_slice(json).map_err(|error| format!("the metadata is no JSON: {error}"))?;
    Ok((metadata, &rest[from..to]))
}

/// A version's line of the index. What the upload calls `version_req` and a renamed dependency's name stand
/// there under other keys; features that older cargos can't read go into `features2`.
fn index_line(metadata: &Value, checksum: &str) -> Value {
    let dependency = |upload: &Value| {
        let renamed = upload["explicit_name_in_toml"].as_str();
        json!({
            "name": renamed.map_or(upload["name"].clone(), Value::from),
            "req": upload["version_req"],
            "features": upload["features"],
            "optional": upload["optional"],
            "default_features": upload["default_features"],
            "target": upload["target"],
            "kind": upload["kind"],
            "registry": upload["registry"],
            "package": renamed.map(|_| upload["name"].clone()),
        })
    };
    let dependencies: Vec<Value> =
        metadata["deps"].as_array().into_iter().flatten().map(dependency).collect();
    let (mut old, mut new) = (serde_json::Map::new(), serde_json::Map::new());
    for (feature, enables) in metadata["features"].as_object().into_iter().flatten() {
        let words = || enables.as_array().into_iter().flatten().filter_map(Value::as_str);
        let is_new = words().any(|word| word.starts_with("dep:") || word.contains("?/"));
        if is_new { &mut new } else { &mut old }.insert(feature.clone(), enables.clone());
    }
    let mut line = json!({
        "name": metadata["name"],
        "vers": metadata["vers"],
        "deps": dependencies,
        "cksum": checksum,
        "features": old,
        "yanked": false,
        "links": metadata["links"],
        "rust_version": metadata["rust_version"],
        "v": 1,
    });
    if !new.is_empty() {
        line["features2"] = Value::Object(new);
        line["v"] = 2.into();
    }
    line
}

/// The folders of a crate's index file: `1`, `2`, `3/a`, `ab/cd`.
fn index_folders(name: &str) -> Vec<&str> {
    match name.len() {
        1 => vec!["1"],
        2 => vec!["2"],
        3 => vec!["3", name.get(..1).unwrap_or("")],
        _ => vec![name.get(..2).unwrap_or(""), name.get(2..4).unwrap_or("")],
    }
}

fn canonical(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

fn check_name(name: &str) -> Result<(), String> {
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let holds = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if starts && holds && name.len() <= 64 { Ok(()) } else { Err(format!("`{name}` is no crate name")) }
}

fn refusal(status: u16, detail: &str) -> Response {
    Response::json(status, &json!({ "errors": [{ "detail": detail }] }))
}

#[cfg(test)]
#[path = "crates_tests.rs"]
mod tests;
