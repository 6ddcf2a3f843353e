//! The clean room: each target's package installed from its registry the way a user would, then its own check.
//!
//! A room has its own home, its own caches and nothing of the user's environment but programs, certificates and
//! what brings a client to its registry. Versions are pinned, and hashes to what was built.

mod cargo;
mod go;
mod keys;
mod npm;
mod oci;
mod pip;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::model::artifact::{Artifact, ArtifactKind};
use crate::model::publication::Event;
use crate::model::target::{Target, TargetKind};
use crate::publish::Upload;
use crate::registry::World;
use crate::tool::clients::Clients;
use crate::tool::failure::Failure;

/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// How often an installation is tried whose failure does not sound like an index that lags behind.
const ODD: u32 = 3;

/// What clients say when an index lags behind, or does not answer.
const LAG: [&str; 19] = [
    "no matching distribution",
    "from versions:",
    "e404",
    "etarget",
    "notarget",
    "not found",
    "there is no",
    "no matching package",
    "failed to select a version",
    "unknown revision",
    "manifest unknown",
    "404",
    "429",
    "500",
    "502",
    "503",
    "econn",
    "connection",
    "time",
];

fn is_lag(said: &[String]) -> bool {
    let text = said.join(" ").to_ascii_lowercase();
    LAG.iter().any(|word| text.contains(word))
}

/// How an installation went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// By what it was installed: `pip`, `npm`, `windlass's own OCI client`.
    pub by: &'static str,
    pub millis: u64,
    /// How often it was tried before the registry's index had caught up.
    pub attempts: u32,
    /// Whether the target's check ran, too.
    pub checked: bool,
}

/// Why an attempt did not come to an end.
#[derive(Clone, Debug)]
pub enum Setback {
    /// The index may not show it yet.
    NotYet(Vec<String>),
    /// Waiting does not mend this: another digest, a failed check, a missing program.
    Wrong(Vec<String>),
}

/// One target's clean room.
pub struct Room<'a> {
    pub target: &'a Target,
    pub world: &'a World,
    /// The artifacts that were built for the target; at least one.
    pub artifacts: Vec<(&'a Artifact, PathBuf)>,
    pub version: &'a str,
    /// The check with its version filled in; empty for none.
    pub check: Vec<String>,
    /// What was built of the siblings that the package requires; a rehearsal's index holds nothing else.
    pub siblings: Vec<&'a Artifact>,
    folder: PathBuf,
    clients: Clients,
}

/// What brings each kind's client to its registry and is no setting of a user's machine.
const BRINGS: [&str; 17] = [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "NPM_CONFIG_USERCONFIG",
    "NPM_CONFIG_REGISTRY",
    "npm_config_registry",
    "GOPROXY",
    "GOSUMDB",
    "GONOSUMDB",
    "GONOPROXY",
    "GOPRIVATE",
    "GOTOOLCHAIN",
    "DOCKER_CONFIG",
    "REGISTRY_AUTH_FILE",
    "CARGO_REGISTRY_DEFAULT",
    "CARGO_NET_GIT_FETCH_WITH_CLI",
    "GOROOT",
];

impl<'a> Room<'a> {
    /// A fresh room.
    ///
    /// # Errors
    /// The system's, for its folder.
    pub fn new(
        target: &'a Target,
        world: &'a World,
        uploads: &[&'a Upload],
        folder: &std::path::Path,
        version: &'a str,
        check: Vec<String>,
    ) -> std::io::Result<Room<'a>> {
        let room = world.room("clean")?;
        let (home, temporary) = (room.join("home"), room.join("temporary"));
        crate::io::files::create_folder(&home)?;
        crate::io::files::create_folder(&temporary)?;
        let mut clients = world.clients.cleared(&home);
        for name in ["TMPDIR", "TMP", "TEMP"] {
            clients.put(name, temporary.display().to_string());
        }
        for name in BRINGS {
            if let Some(value) = world.clients.get(name) {
                clients.put(name, value);
            }
        }
        for (name, value) in world.clients.named("CARGO_REGISTRIES_") {
            clients.put(&name, value);
        }
        // A token that npm's configuration refers to; npm warns of each that is not set.
        for (name, value) in world.clients.named("WINDLASS_LOCAL_") {
            clients.put(&name, value);
        }
        let built = |upload: &&'a Upload| {
            let artifact = upload.artifact.as_ref()?;
            Some((artifact, folder.join(&artifact.path)))
        };
        let artifacts = uploads.iter().filter_map(built).collect();
        Ok(Room { target, world, artifacts, version, check, siblings: Vec::new(), folder: room, clients })
    }

    /// Installs and checks, again and again until the index has caught up or patience ends.
    ///
    /// # Errors
    /// The last words of what failed.
    pub fn prove(&self, say: &dyn Fn(Event)) -> Result<Installed, Vec<String>> {
        let begun = Instant::now();
        let mut pause = self.world.pause;
        for attempts in 1.. {
            let setback = match self.install() {
                Ok(by) => {
                    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                    return Ok(Installed { by, millis, attempts, checked: !self.check.is_empty() });
                }
                Err(setback) => setback,
            };
            match setback {
                Setback::NotYet(said)
                    if begun.elapsed() < self.world.patience && (is_lag(&said) || attempts < ODD) =>
                {
                    let artifact =
                        self.artifacts.first().map_or(String::new(), |(one, _)| one.coordinate.to_string());
                    let why = said.last().cloned().unwrap_or_default();
                    let seconds = pause.as_secs_f64().ceil() as u64;
                    say(Event::Waiting { target: self.target.label(), artifact, seconds, why });
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Setback::NotYet(said) | Setback::Wrong(said) => return Err(said),
            }
        }
        Err(Vec::new())
    }

    fn install(&self) -> Result<&'static str, Setback> {
        match self.target.kind {
            TargetKind::Pypi => pip::install(self),
            TargetKind::Npm => npm::install(self),
            TargetKind::Crates => cargo::install(self),
            TargetKind::Go => go::install(self),
            TargetKind::Image => oci::image(self),
            TargetKind::Helm => oci::chart(self),
            TargetKind::Files => Ok("nothing"),
        }
    }

    fn artifact(&self, kind: ArtifactKind) -> Option<&'a Artifact> {
        self.artifacts.iter().find(|(one, _)| one.kind == kind).map(|(one, _)| *one)
    }

    /// Runs the target's check in the room, programs of `bin` first.
    fn check(&self, bin: Option<&std::path::Path>) -> Result<(), Setback> {
        let Some((program, args)) = self.check.split_first() else { return Ok(()) };
        let mut clients = self.clients.clone();
        if let Some(bin) = bin {
            clients.first_on_path(bin);
        }
        let own = bin.map(|bin| bin.join(program)).filter(|path| path.is_file());
        let program = own.map_or(program.clone(), |path| path.display().to_string());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let done = clients.run(&program, &args, &self.folder);
        done.map(|_| ()).map_err(|failure| Setback::Wrong(words("the check failed", &failure)))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Setback> {
        let path = self.folder.join(name);
        crate::io::files::replace(&path, text.as_bytes())
            .map_err(|error| wrong(format!("{}: {error}", path.display())))
    }
}

fn wrong(said: impl Into<String>) -> Setback {
    Setback::Wrong(vec![said.into()])
}

fn words(what: &str, failure: &Failure) -> Vec<String> {
    let head = format!("{what}: `{}` ended with {}", failure.command, failure.status);
    std::iter::once(head).chain(failure.said.iter().cloned()).collect()
}

/// A client's failure: words that speak of a wrong digest or a missing program end the waiting.
fn setback(what: &str, failure: &Failure, final_words: &[&str]) -> Setback {
    let said = words(what, failure);
    let text = said.join(" ");
    let is_final = failure.status == "not found" || final_words.iter().any(|word| text.contains(word));
    if is_final { Setback::Wrong(said) } else { Setback::NotYet(said) }
}
