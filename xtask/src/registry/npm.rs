//! An npm registry, spoken to by npm: which one it is, npm's own configuration says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::Value;

use crate::io::files;
use crate::model::artifact::Coordinate;
use crate::model::digest::sha512_base64;
use crate::model::form::Form;
use crate::model::secret::Secret;
use crate::model::sighting::{Access, Class, Sighting, Trouble};
use crate::model::target::Target;
use crate::model::version::Version;
use crate::publish::classify::of_words;
use crate::publish::floating::{floating, versions};
use crate::registry::npm_rights::{self, Rights};
use crate::registry::world::World;
use crate::registry::{Built, Registry, Wanted};
use crate::tool::clients::Clients;
use crate::tool::failure::Failure;

/// The dist-tag under which a version waits until all of its release is there: npm can't publish without one,
/// and would take `latest`.
pub const STAGED: &str = "staged";

/// The variable from which npm takes the token; its configuration holds only this name.
const TOKEN: &str = "WINDLASS_NPM_TOKEN";

/// What a configuration brings to a package's registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Share {
    /// All that npm asks for.
    All,
    /// Packages of its scope, or all where it has none.
    Own,
}

pub struct Npm<'a> {
    target: &'a Target,
    world: &'a World,
    clients: OnceLock<Result<Clients, String>>,
    /// A package's versions and dist-tags, by its name, until this run changes them: each start of npm takes long.
    seen: Mutex<BTreeMap<String, Option<Value>>>,
}

impl<'a> Npm<'a> {
    pub fn new(target: &'a Target, world: &'a World) -> Npm<'a> {
        Npm { target, world, clients: OnceLock::new(), seen: Mutex::default() }
    }

    /// npm with a cache of its own and, where the target names a token, a throw-away configuration that refers
    /// to it.
    fn clients(&self, name: &str) -> Result<&Clients, String> {
        self.clients.get_or_init(|| self.prepare(name)).as_ref().map_err(Clone::clone)
    }

    fn prepare(&self, name: &str) -> Result<Clients, String> {
        let room = self.world.room("npm").map_err(|error| error.to_string())?;
        let mut clients = self.world.clients_for(self.target);
        for (name, value) in [
            ("npm_config_cache", room.join("cache").display().to_string()),
            ("npm_config_prefer_online", "true".into()),
            ("npm_config_update_notifier", "false".into()),
            ("npm_config_fund", "false".into()),
            ("npm_config_audit", "false".into()),
            // A second attempt is made only after the registry was asked.
            ("npm_config_fetch_retries", "0".into()),
            ("npm_config_ignore_scripts", "true".into()),
        ] {
            clients.put(name, value);
        }
        let token = self.token();
        if token.is_none() && !name.contains('/') {
            return Ok(clients);
        }
        // `npm whoami` and its like ask the default registry, whatever a scope's is.
        let registry = self.registry(&clients, name)?;
        clients.put("npm_config_registry", &registry);
        if token.is_some() {
            self.refer(&mut clients, &room, name, &registry, Share::All)?;
        }
        Ok(clients)
    }

    fn token(&self) -> Option<Secret> {
        self.world.credentials(self.target).1
    }

    /// Lets clients read a package with the target's token, where it is set; what else they install comes from where
    /// it did, unless the package has no scope.
    ///
    /// # Errors
    /// Why the registry is not known, or the file in `room` can't be written.
    pub fn let_in(&self, clients: &mut Clients, room: &Path, name: &str) -> Result<(), String> {
        if self.token().is_none() {
            return Ok(());
        }
        let registry = self.registry(self.clients(name)?, name)?;
        self.refer(clients, room, name, &registry, Share::Own)
    }

    /// A configuration in `room` that names the token's variable.
    fn refer(
        &self,
        clients: &mut Clients,
        room: &Path,
        name: &str,
        registry: &str,
        share: Share,
    ) -> Result<(), String> {
        let Some(token) = self.token() else { return Ok(()) };
        let scope = name.split_once('/').map(|(scope, _)| scope);
        let mut text = String::new();
        if share == Share::All || scope.is_none() {
            text.push_str(&format!("registry={registry}\n"));
        }
        if let Some(scope) = scope {
            text.push_str(&format!("{scope}:registry={registry}\n"));
        }
        let place = registry.split_once(':').map_or("", |(_, place)| place).trim_end_matches('/');
        text.push_str(&format!("{place}/:_authToken=${{{TOKEN}}}\n"));
        let file: PathBuf = room.join("npmrc");
        files::replace(&file, text.as_bytes()).map_err(|error| error.to_string())?;
        clients.put("NPM_CONFIG_USERCONFIG", file.display().to_string());
        clients.put("npm_config_userconfig", file.display().to_string());
        clients.put(TOKEN, token.reveal());
        clients.hide("", &token);
        Ok(())
    }

    /// The registry that npm takes for a name: its scope's, else the default one.
    fn registry(&self, clients: &Clients, name: &str) -> Result<String, String> {
        let get = |key: &str| {
            let output = clients.run("npm", &["config", "get", key], &self.world.root);
            let output = output.map_err(|failure| failure.problem_text())?;
            let text = String::from_utf8_lossy(&output).trim().to_owned();
            Ok::<_, String>((!text.is_empty() && text != "undefined" && text != "null").then_some(text))
        };
        let scoped = match name.split_once('/') {
            Some((scope, _)) if scope.starts_with('@') => get(&format!("{scope}:registry"))?,
            _ => None,
        };
        let registry = match scoped {
            Some(registry) => Some(registry),
            None => get("registry")?,
        };
        registry.filter(|text| text.starts_with("http")).ok_or_else(|| "npm names no registry".into())
    }

    /// What the registry has of a package.
    fn package(&self, name: &str) -> Result<Option<Value>, String> {
        let seen = || self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = seen().get(name) {
            return Ok(known.clone());
        }
        let found = self.view(name, name, &["versions", "dist-tags"])?;
        seen().insert(name.to_owned(), found.clone());
        Ok(found)
    }

    /// What the registry says of a user who is logged in.
    fn rights(&self, clients: &Clients, name: &str, who: String) -> Access {
        let exists = match self.package(name) {
            Ok(package) => package.is_some(),
            Err(why) => return Access::Unknown { why },
        };
        let ask = |words: &[&str]| match clients.run("npm", words, &self.world.root) {
            Ok(output) => serde_json::from_slice(&output).map_err(|_| "npm printed no JSON".to_owned()),
            Err(failure) => {
                let said = code_of(&failure).unwrap_or_else(|| failure.last());
                Err(format!("the registry does not say ({said})"))
            }
        };
        match npm_rights::rights(name, &who, exists, &ask) {
            Rights::May => Access::May { who: Some(who), untold: None },
            Rights::Not(why) => Access::Denied { why },
            Rights::Untold(what) => Access::May { who: Some(who), untold: Some(what) },
        }
    }

    /// Who has nothing but the run's identity may upload; a dist-tag that is to move needs a token.
    fn by_identity(&self, name: &str, version: Option<Version>) -> Access {
        let form = Form::SEMVER;
        let moves = match version {
            Some(version) => {
                let spelled = match self.package(name) {
                    Ok(package) => package.map_or_else(Vec::new, |value| list(&value["versions"])),
                    Err(why) => return Access::Unknown { why },
                };
                let seen = versions(self.target, form, &spelled);
                let tags = floating(self.target, version, form, &seen);
                tags.into_iter().find(|one| one.stays.is_none()).map(|one| format!("`{}`", one.tag))
            }
            None => Some("of the release".to_owned()),
        };
        match moves {
            None => Access::CannotTell {
                why: "the CI run's own identity counts when something is uploaded".into(),
            },
            Some(tag) => Access::Missing {
                set: vec![format!(
                    "{} for the dist-tag {tag}, which the run's own identity cannot move",
                    self.to_set().join(", ")
                )],
            },
        }
    }

    /// What somebody without credentials has to set.
    fn to_set(&self) -> Vec<String> {
        let unset = self.world.unset(self.target);
        if unset.is_empty() { vec!["`npm login`".into()] } else { unset }
    }

    /// Something may have changed there.
    fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// `npm view`: the answer, or none where the registry has no such package or version.
    fn view(&self, name: &str, spec: &str, fields: &[&str]) -> Result<Option<Value>, String> {
        let args = ["view", "--json", "--"].into_iter().chain([spec]).chain(fields.iter().copied());
        let args: Vec<&str> = args.collect();
        match self.clients(name)?.run("npm", &args, &self.world.root) {
            Ok(output) if output.iter().all(u8::is_ascii_whitespace) => Ok(None),
            Ok(output) => {
                serde_json::from_slice(&output).map(Some).map_err(|error| format!("npm view: {error}"))
            }
            Err(failure) if code_of(&failure).as_deref() == Some("E404") => Ok(None),
            Err(failure) => Err(failure.problem_text()),
        }
    }
}

/// npm's own code of an error, in the JSON that it prints, or on the line `npm error code E404`.
fn code_of(failure: &Failure) -> Option<String> {
    let printed: Value = serde_json::from_slice(&failure.printed).unwrap_or_default();
    let on_a_line = || {
        let mut codes = failure.said.iter().filter_map(|line| line.trim_end().split_once("error code "));
        codes.next().map(|(_, code)| code.to_owned())
    };
    printed["error"]["code"].as_str().map(str::to_owned).or_else(on_a_line)
}

fn spec(coordinate: &Coordinate) -> String {
    format!("{}@{}", coordinate.name, coordinate.version)
}

/// The Subresource Integrity of a file, as npm writes it: `sha512-` and base64.
fn integrity(built: &Built<'_>) -> Result<String, String> {
    if let Some(known) = &built.artifact.registry_digest {
        return Ok(known.clone());
    }
    let bytes = files::read(built.path).map_err(|error| error.to_string())?;
    let bytes = bytes.ok_or_else(|| format!("{} is gone", built.path.display()))?;
    Ok(format!("sha512-{}", sha512_base64(&bytes)))
}

/// A list that npm shortens to its one member.
fn list(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}

impl Registry for Npm<'_> {
    /// The user by `npm whoami`, and what the registry says of their right to publish the name. An identity of the
    /// CI run uploads and does nothing else (npm's documentation, "Trusted publishing"): what moves a dist-tag
    /// needs a token.
    fn access(&self, name: &str, version: Option<Version>) -> Access {
        let clients = match self.clients(name) {
            Ok(clients) => clients,
            Err(why) => return Access::Unknown { why },
        };
        let failure = match clients.run("npm", &["whoami", "--json"], &self.world.root) {
            Ok(output) => {
                return match serde_json::from_slice::<String>(&output) {
                    Ok(who) => self.rights(clients, name, who),
                    Err(_) => Access::May { who: None, untold: Some("who asks".into()) },
                };
            }
            Err(failure) => failure,
        };
        let words = failure.words().join(" ");
        let said = |code: &str| words.contains(code);
        let token = self.token();
        let nobody = said("ENEEDAUTH") || said("E401") || said("E403");
        if nobody && token.is_none() && self.world.has_identity(self.target) {
            self.by_identity(name, version)
        } else if said("ENEEDAUTH") {
            Access::Missing { set: self.to_set() }
        } else if nobody {
            Access::Denied { why: failure.last() }
        } else if said("E404") || said("E405") {
            Access::CannotTell { why: "the registry does not say who asks".into() }
        } else {
            Access::Unknown { why: failure.problem_text() }
        }
    }

    fn versions(&self, name: &str) -> Result<Vec<String>, String> {
        Ok(self.package(name)?.map_or_else(Vec::new, |value| list(&value["versions"])))
    }

    fn look(&self, wanted: &Wanted<'_>) -> Sighting {
        let fields = ["version", "dist.integrity"];
        let found = match self.view(&wanted.coordinate.name, &spec(wanted.coordinate), &fields) {
            Ok(Some(found)) => found,
            Ok(None) => return Sighting::Absent,
            Err(why) => return Sighting::Unknown { why },
        };
        let Some(theirs) = found["dist.integrity"].as_str() else {
            return Sighting::unknown("the registry has the version and does not say its integrity");
        };
        // Base64 has two cases, unlike the other registries' digests.
        match wanted.built.map(|built| integrity(&built)).transpose() {
            Ok(Some(ours)) if ours == theirs => Sighting::Equal,
            Ok(Some(_)) => Sighting::Different { theirs: theirs.to_owned() },
            Ok(None) => Sighting::Unproven { theirs: theirs.to_owned() },
            Err(why) => Sighting::Unknown { why },
        }
    }

    fn upload(&self, built: &Built<'_>) -> Result<(), Trouble> {
        let clients = self.clients(&built.artifact.coordinate.name);
        let clients = clients.map_err(|why| Trouble::new(Class::Broken, why))?;
        let file = built.path.display().to_string();
        let args = ["publish", "--tag", STAGED, "--", &file];
        let done = clients.run_holding("npm", &args, &self.world.root, self.world.held());
        self.forget();
        done.map(|_| ()).map_err(|failure| of_words(&failure.words()))
    }

    fn pointed(&self, name: &str, tag: &str) -> Result<Option<String>, String> {
        Ok(self.package(name)?.and_then(|value| value["dist-tags"][tag].as_str().map(str::to_owned)))
    }

    fn point(&self, wanted: &Wanted<'_>, tag: &str) -> Result<(), Trouble> {
        let clients =
            self.clients(&wanted.coordinate.name).map_err(|why| Trouble::new(Class::Broken, why))?;
        let args = ["dist-tag", "add", "--", &spec(wanted.coordinate), tag];
        let done = clients.run_holding("npm", &args, &self.world.root, self.world.held());
        self.forget();
        done.map(|_| ()).map_err(|failure| of_words(&failure.words()))
    }
}
