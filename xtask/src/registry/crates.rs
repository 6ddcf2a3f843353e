//! A cargo registry. What was built is uploaded by its documented web API ("Registry Web API"), byte for byte:
//! `cargo publish` would package anew. Which registry it is, cargo's own configuration says; of the public one
//! cargo itself is asked.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::io::files;
use crate::io::http::{Body, Header, Request, Response};
use crate::model::artifact::Coordinate;
use crate::model::method::Method;
use crate::model::secret::Secret;
use crate::model::sighting::{Access, Class, Sighting, Trouble};
use crate::model::target::Target;
use crate::model::url::Url;
use crate::publish::classify::of_status;
use crate::registry::cargo_config::CargoConfig;
use crate::registry::crate_metadata;
use crate::registry::world::World;
use crate::registry::{Built, Registry, Wanted};

pub struct Crates<'a> {
    target: &'a Target,
    world: &'a World,
    place: OnceLock<Result<Place, String>>,
}

/// The variable that holds the public registry's token, for cargo itself as well.
const PUBLIC_TOKEN: &str = "CARGO_REGISTRY_TOKEN";

/// The registry that cargo is set to.
struct Place {
    /// Its name in cargo's configuration; none is the public one.
    name: Option<String>,
    /// Its sparse index, where it can be asked by HTTP.
    index: Option<Url>,
    config: CargoConfig,
}

impl<'a> Crates<'a> {
    pub fn new(target: &'a Target, world: &'a World) -> Crates<'a> {
        Crates { target, world, place: OnceLock::new() }
    }

    fn place(&self) -> Result<&Place, String> {
        self.place.get_or_init(|| self.find()).as_ref().map_err(Clone::clone)
    }

    fn find(&self) -> Result<Place, String> {
        let clients = &self.world.clients;
        let config = CargoConfig::read(clients, &self.world.root);
        let named = self.target.registry.as_ref().map(ToString::to_string);
        let name = named.or_else(|| config.default_registry(clients)).filter(|name| name != "crates-io");
        let index = match &name {
            None => None,
            Some(name) => {
                let index = config.index(clients, name);
                let index =
                    index.ok_or_else(|| format!("cargo's configuration has no [registries.{name}]"))?;
                let sparse = index.strip_prefix("sparse+").ok_or_else(|| {
                    format!("[registries.{name}] has an index in git; a sparse one is needed")
                })?;
                Some(Url::parse(sparse).map_err(|why| format!("the index of [registries.{name}] {why}"))?)
            }
        };
        Ok(Place { name, index, config })
    }

    fn token(&self, place: &Place) -> Option<Secret> {
        let (_, token) = self.world.credentials(self.target);
        // The public registry's token stays with it, whatever a target's default is.
        let token = token.filter(|_| place.name.is_none() || !self.is_public_variable());
        token.or_else(|| place.config.token(&self.world.clients, place.name.as_deref()))
    }

    fn is_public_variable(&self) -> bool {
        self.target.credentials.token.as_deref() == Some(PUBLIC_TOKEN)
    }

    /// A crate's lines of a sparse index ("Registry Index"); none when it has never heard of the crate.
    fn lines(&self, index: &Url, name: &str, token: Option<&Secret>) -> Result<Option<Vec<Value>>, String> {
        let answer = self.get(&index.below(&index_path(name))?, token)?;
        match answer.head.status {
            200 => {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                let lines = text.lines().filter(|line| !line.is_empty());
                let lines: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
                lines.map(Some).map_err(|error| format!("the index's lines: {error}"))
            }
            404 | 410 | 451 => Ok(None),
            status => Err(format!("the index answered with status {status}")),
        }
    }

    fn get(&self, url: &Url, token: Option<&Secret>) -> Result<Response, String> {
        let ask = |token: Option<&Secret>| {
            let mut request = Request::new(Method::Get, url.clone()).header("cache-control", "no-cache");
            if let Some(token) = token {
                request.headers.push(("authorization".into(), Header::Hidden(token.clone())));
            }
            self.world.http.send(&request.limit(self.world.clients.limit)).map_err(|fault| fault.to_string())
        };
        let answer = ask(None)?;
        // A registry that lets nobody read without a token says so ("Registry Authentication").
        if answer.head.status == 401 && token.is_some() { ask(token) } else { Ok(answer) }
    }

    /// What cargo writes into a lock for exactly this version; none when its registry has no such version.
    fn locked(&self, place: &Place, coordinate: &Coordinate) -> Result<Option<String>, String> {
        let (printed, room) = self.lock(place, &coordinate.name, &format!("={}", coordinate.version))?;
        if let Some(absent) = printed {
            return if absent { Ok(None) } else { Err("cargo did not say".into()) };
        }
        let lock =
            files::read(&room.join("Cargo.lock")).map_err(|error| error.to_string())?.unwrap_or_default();
        let lock: toml_edit::DocumentMut =
            String::from_utf8_lossy(&lock).parse().map_err(|error| format!("cargo's lock: {error}"))?;
        let packages = lock["package"].as_array_of_tables().into_iter().flatten();
        let ours = |package: &&toml_edit::Table| {
            let is =
                |key: &str, value: &str| package.get(key).and_then(toml_edit::Item::as_str) == Some(value);
            is("name", &coordinate.name) && is("version", &coordinate.version)
        };
        let checksum = packages.into_iter().find(ours).and_then(|package| package.get("checksum")?.as_str());
        checksum.map(|text| Some(text.to_owned())).ok_or_else(|| "cargo's lock holds no checksum".into())
    }

    /// Lets cargo resolve one requirement in a project and a `CARGO_HOME` of their own: whether the registry has
    /// nothing for it (else nothing is said), and the project's folder.
    fn lock(
        &self,
        place: &Place,
        name: &str,
        requirement: &str,
    ) -> Result<(Option<bool>, std::path::PathBuf), String> {
        let room = self.world.room("cargo").map_err(|error| error.to_string())?;
        let manifest = format!(
            "[package]\nname = \"look\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n\
            [workspace]\n[dependencies]\n\"{name}\" = \"{requirement}\"\n"
        );
        for (file, text) in [("Cargo.toml", manifest.as_str()), ("lib.rs", "")] {
            files::replace(&room.join(file), text.as_bytes()).map_err(|error| error.to_string())?;
        }
        let mut clients = self.world.clients.clone();
        clients.put("CARGO_HOME", room.join("home").display().to_string());
        clients.put("CARGO_TERM_COLOR", "never");
        let configs: Vec<String> = place.config.paths().map(|path| path.display().to_string()).collect();
        // The last one given wins, and the nearest was read first.
        let configs = configs.iter().rev().flat_map(|path| ["--config", path.as_str()]);
        let args: Vec<&str> = ["generate-lockfile"].into_iter().chain(configs).collect();
        match clients.run("cargo", &args, &room) {
            Ok(_) => Ok((None, room)),
            Err(failure) => {
                let words = failure.words().join(" ");
                let absent = words.contains("no matching package named")
                    || words.contains("failed to select a version for the requirement");
                if absent { Ok((Some(true), room)) } else { Err(failure.problem_text()) }
            }
        }
    }

    /// Where the web API is: what `config.json` of the index says.
    fn api(&self, place: &Place, name: &str) -> Result<Url, String> {
        let config = match &place.index {
            Some(index) => self.get(&index.below("config.json")?, self.token(place).as_ref())?.body,
            None => {
                // cargo keeps the file beside what it fetched of the index, here for one crate only.
                let (_, room) = self.lock(place, name, "*")?;
                let kept = files::files_below(&room.join("home/registry/index"));
                let mut found = kept
                    .iter()
                    .filter(|(_, path)| path.ends_with("/config.json") && path.matches('/').count() == 1);
                let (first, more) = (found.next(), found.next());
                match (first, more) {
                    (Some((path, _)), None) => {
                        files::read(path).map_err(|error| error.to_string())?.unwrap_or_default()
                    }
                    _ => return Err("cargo keeps no single index; name the registry in the target".into()),
                }
            }
        };
        let config: Value =
            serde_json::from_slice(&config).map_err(|error| format!("the index's config.json: {error}"))?;
        let api =
            config["api"].as_str().ok_or("the registry takes no uploads: its config.json names no api")?;
        let api = Url::parse(api).map_err(|why| format!("the registry's api {why}"))?;
        if super::oci_auth::is_safe(&api) {
            Ok(api)
        } else {
            Err("the registry's api is not encrypted".into())
        }
    }

    fn put(&self, built: &Built<'_>) -> Result<(), Trouble> {
        let broken = |why: String| Trouble::new(Class::Broken, why);
        let place = self.place().map_err(broken)?;
        let token = self.token(place).ok_or_else(|| Trouble::new(Class::Refused, "there is no token"))?;
        let api = self.api(place, &built.artifact.coordinate.name);
        let api = api.map_err(|why| Trouble::new(Class::Retry { after: None }, why))?;
        let archive = read(built.path).map_err(broken)?;
        let index = place.name.as_deref().and_then(|name| place.config.index(&self.world.clients, name));
        // What names no registry goes to the public one. Where another is the default, that one stands in for it: for
        // what is published there as well, though not for all else.
        let none = BTreeSet::new();
        let siblings = if self.target.registry.is_none() { built.siblings } else { &none };
        let metadata = crate_metadata::of(&archive, index.as_deref(), siblings).map_err(broken)?.to_string();
        let mut request = Request::new(Method::Put, api.below("api/v1/crates/new").map_err(broken)?)
            .header("content-type", "application/octet-stream")
            .header("accept", "application/json")
            .body(Body::Bytes(body(metadata.as_bytes(), &archive)))
            .limit(self.world.clients.limit);
        request.headers.push(("authorization".into(), Header::Hidden(token)));
        let answer = self.world.http.send(&request);
        let answer = answer.map_err(|fault| Trouble::new(Class::Retry { after: None }, fault.to_string()))?;
        let said: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let errors = said["errors"].as_array().into_iter().flatten();
        let errors: Vec<&str> = errors.filter_map(|error| error["detail"].as_str()).collect();
        // The public registry tells errors with status 200 as well.
        match (answer.head.status, errors.is_empty()) {
            (200..=299, true) => Ok(()),
            (200..=299, false) => Err(Trouble::new(Class::Refused, errors.join("\n"))),
            (status, _) => {
                let after = answer.head.header("retry-after").and_then(|text| text.trim().parse().ok());
                Err(of_status(status, after, format!("status {status} {}", errors.join("\n"))))
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    files::read(path).map_err(|error| error.to_string())?.ok_or_else(|| format!("{} is gone", path.display()))
}

/// Length (32 bits, little-endian) and JSON, length and archive.
fn body(metadata: &[u8], archive: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(metadata.len() + archive.len() + 8);
    for part in [metadata, archive] {
        body.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
        body.extend(part);
    }
    body
}

/// Where the index keeps a crate ("Index files"): `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcd`.
fn index_path(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.len() {
        1 => format!("1/{name}"),
        2 => format!("2/{name}"),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => match (name.get(..2), name.get(2..4)) {
            (Some(first), Some(second)) => format!("{first}/{second}/{name}"),
            _ => name,
        },
    }
}

impl Registry for Crates<'_> {
    /// A registry says who asks only to its own page, so a token is taken for what it is.
    fn access(&self, _name: &str) -> Access {
        let place = match self.place() {
            Ok(place) => place,
            Err(why) => return Access::Unknown { why },
        };
        if self.token(place).is_some() {
            return Access::CannotTell {
                why: "a registry tries a token only when something is uploaded".into(),
            };
        }
        let mut set = self.world.unset(self.target);
        set.retain(|name| place.name.is_none() || name != PUBLIC_TOKEN);
        let usual = match &place.name {
            Some(name) => format!("CARGO_REGISTRIES_{}_TOKEN", name.to_ascii_uppercase().replace('-', "_")),
            None => PUBLIC_TOKEN.into(),
        };
        Access::Missing { set: if set.is_empty() { vec![usual] } else { set } }
    }

    fn versions(&self, name: &str) -> Result<Vec<String>, String> {
        let place = self.place()?;
        match &place.index {
            Some(index) => {
                let lines = self.lines(index, name, self.token(place).as_ref())?.unwrap_or_default();
                Ok(lines.iter().filter_map(|line| line["vers"].as_str().map(str::to_owned)).collect())
            }
            // Whether there is any is all that is known, and all that is asked.
            None => match self.lock(place, name, "*")? {
                (Some(true), _) => Ok(Vec::new()),
                _ => Ok(vec!["*".into()]),
            },
        }
    }

    fn look(&self, wanted: &Wanted<'_>) -> Sighting {
        let checksum = self.place().and_then(|place| match &place.index {
            Some(index) => {
                let lines = self.lines(index, &wanted.coordinate.name, self.token(place).as_ref())?;
                let version = wanted.coordinate.version.as_str();
                let line = lines.unwrap_or_default().into_iter().find(|line| line["vers"] == version);
                Ok(line.and_then(|line| line["cksum"].as_str().map(str::to_owned)))
            }
            None => self.locked(place, wanted.coordinate),
        });
        match checksum {
            Ok(Some(theirs)) => {
                Sighting::of(&theirs, wanted.built.map(|built| built.artifact.sha256.as_str()))
            }
            Ok(None) => Sighting::Absent,
            Err(why) => Sighting::Unknown { why },
        }
    }

    fn upload(&self, built: &Built<'_>) -> Result<(), Trouble> {
        self.put(built)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_index_layout_and_the_uploads_shape() {
        let paths = ["a", "ab", "Abc", "Windlass"].map(index_path);
        assert_eq!(paths, ["1/a", "2/ab", "3/a/abc", "wi/nd/windlass"]);
        assert_eq!(body(b"{}", b"abc"), b"\x02\0\0\0{}\x03\0\0\0abc");
    }
}
