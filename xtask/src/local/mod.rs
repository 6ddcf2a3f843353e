//! Real registries on loopback, for rehearsals: started from nothing, with throw-away data and credentials,
//! and stopped with the value that holds them.
//!
//! | kind | what runs |
//! |---|---|
//! | pypi | devpi-server, one index of one user, versions that stay |
//! | npm | verdaccio: packages of our own stay here, all others come from npm's configured registry |
//! | oci | the distribution registry, Debian's or built by go |
//! | crates | a sparse registry of our own, in this process |
//! | go | a module proxy of our own over a repository's tags, in this process |
//!
//! [`toolbox`] installs the foreign ones into a private folder, from lock files with hashes.

pub mod crates;
pub mod go;
pub mod module_zip;
pub mod npm;
pub mod oci;
pub mod pypi;
mod ready;
pub mod toolbox;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::io::group::Group;
use crate::io::{files, random};
use crate::model::client_env::ClientEnv;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::registry::RegistryKind;
use crate::model::secret::Secret;
use crate::tool::failure::Failure;
use crate::tool::supervised::Supervised;
use crate::tool::watchdog::Watchdog;
use toolbox::{Tool, Toolbox};

/// What planted bytes are: nothing that a release would ever build.
const PLANTED: &str = "planted by a rehearsal before the release";

/// A registry to be started, with what it has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Pypi,
    /// Packages and scopes that never come from elsewhere: `@tideplan/*`; with `private`, reading those asks for the
    /// token as well.
    Npm {
        own: Vec<String>,
        private: bool,
    },
    /// With `private`, reading asks for the token as well.
    Crates {
        private: bool,
    },
    Oci,
    /// The repository, bare or not, whose tags are the versions.
    Go {
        repository: PathBuf,
    },
}

impl Wanted {
    pub fn kind(&self) -> RegistryKind {
        match self {
            Wanted::Pypi => RegistryKind::Pypi,
            Wanted::Npm { .. } => RegistryKind::Npm,
            Wanted::Crates { .. } => RegistryKind::Crates,
            Wanted::Oci => RegistryKind::Oci,
            Wanted::Go { .. } => RegistryKind::Go,
        }
    }

    /// What must be installed for it.
    pub fn tool(&self) -> Option<Tool> {
        match self {
            Wanted::Pypi => Some(Tool::Python),
            Wanted::Npm { .. } => Some(Tool::Node),
            Wanted::Oci => Some(Tool::Distribution),
            Wanted::Go { .. } => Some(Tool::Go),
            Wanted::Crates { .. } => None,
        }
    }
}

/// A running registry.
#[derive(Debug)]
pub struct Registry {
    pub kind: RegistryKind,
    /// `127.0.0.1:PORT`.
    pub host: String,
    pub user: String,
    /// The password or token; a module proxy asks for none, and has an empty one.
    pub secret: Secret,
    held: Held,
}

#[derive(Debug)]
enum Held {
    /// A process of the group that the registries share.
    Process(Box<Supervised>),
    Crates(crates::CrateRegistry),
    Go(go::GoProxy),
}

/// How clients reach a registry, or a proxy that stands before it.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where an upload goes.
    pub url: String,
    /// Where is read what was published: an index's URL; `HOST:PORT` of an OCI registry.
    pub index: String,
    /// For the client that publishes.
    pub publish: ClientEnv,
    /// For the client that installs; third-party dependencies stay reachable unless the kind's `reach` says
    /// otherwise.
    pub install: ClientEnv,
}

/// Bytes to be put under a version before the release gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plant<'a> {
    Pypi {
        name: &'a str,
        version: &'a str,
        file: &'a str,
    },
    Npm {
        name: &'a str,
        version: &'a str,
    },
    Crates {
        name: &'a str,
        version: &'a str,
    },
    /// The repository without the host.
    Oci {
        repository: &'a str,
        tag: &'a str,
    },
}

impl Registry {
    /// How clients reach it at a host: its own, or that of a proxy before it. Files that clients need go into
    /// `folder`.
    ///
    /// # Errors
    /// `W0719` when a file can't be written.
    pub fn reach(&self, host: &str, folder: &Path) -> Result<Reach, Problem> {
        prepare(folder)?;
        match (&self.held, self.kind) {
            (Held::Go(proxy), _) => Ok(proxy.reach(host)),
            (_, RegistryKind::Npm) => npm::reach(host, &self.secret, folder),
            (_, RegistryKind::Oci) => oci::reach(host, &self.secret, folder),
            (_, RegistryKind::Crates) => Ok(crates::reach(host, &self.secret)),
            _ => Ok(pypi::reach(host, &self.secret)),
        }
    }

    /// Puts other bytes under a version, as if somebody had published them before.
    ///
    /// # Errors
    /// `W0720` when the registry refuses them, or takes none of that kind.
    pub fn plant(&self, plant: &Plant<'_>) -> Result<(), Problem> {
        match (plant, &self.held) {
            (Plant::Pypi { name, version, file }, _) => {
                pypi::plant(&self.host, &self.secret, name, version, file)
            }
            (Plant::Npm { name, version }, _) => npm::plant(&self.host, &self.secret, name, version),
            (Plant::Oci { repository, tag }, _) => oci::plant(&self.host, &self.secret, repository, tag),
            (Plant::Crates { name, version }, Held::Crates(registry)) => {
                let planted = registry.plant(name, version, PLANTED.as_bytes());
                planted.map_err(|error| Problem::new(Code::W0720, error))
            }
            (Plant::Crates { .. }, _) => {
                Err(Problem::new(Code::W0720, format!("{} holds no crates", self.kind)))
            }
        }
    }
}

/// The registries of one rehearsal. Dropped, all are stopped; a watchdog does that when this process is killed.
#[derive(Debug)]
pub struct Registries {
    running: Vec<Registry>,
    /// Taken when it ends the group.
    watchdog: Option<Watchdog>,
}

impl Registries {
    /// Starts all that are wanted, side by side, each in a folder of its own under `scratch`. Where one does not
    /// come up, none stays. Should this process be killed, `scratch` is removed.
    ///
    /// # Errors
    /// `W0719`, `W0720`: every registry that did not come up.
    pub fn start(wanted: &[Wanted], toolbox: &Toolbox, scratch: &Path) -> Result<Registries, Problems> {
        prepare(scratch).map_err(|problem| vec![problem])?;
        let unwatched = |failure: Failure| vec![ready::unready(&failure, "the watchdog")];
        let mut watchdog = Watchdog::start().map_err(unwatched)?;
        watchdog.folder(scratch);
        let group = watchdog.group;
        let started: Vec<Result<Registry, Problem>> = thread::scope(|scope| {
            let starting: Vec<_> =
                wanted.iter().map(|wanted| scope.spawn(|| start(wanted, toolbox, scratch, group))).collect();
            let lost = || Problem::new(Code::W0719, "a registry's start ended without a word");
            starting.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(lost()))).collect()
        });
        let (mut running, mut problems) = (Vec::new(), Vec::new());
        for result in started {
            match result {
                Ok(registry) => running.push(registry),
                Err(problem) => problems.push(problem),
            }
        }
        let registries = Registries { running, watchdog: Some(watchdog) };
        if problems.is_empty() { Ok(registries) } else { Err(problems) }
    }

    pub fn get(&self, kind: RegistryKind) -> Option<&Registry> {
        self.running.iter().find(|registry| registry.kind == kind)
    }

    pub fn all(&self) -> &[Registry] {
        &self.running
    }

    /// The processes that run; none once all is stopped.
    pub fn group(&self) -> Option<Group> {
        self.watchdog.as_ref().map(|watchdog| watchdog.group)
    }
}

impl Drop for Registries {
    fn drop(&mut self) {
        if let Some(watchdog) = self.watchdog.take() {
            watchdog.end();
        }
        // They are our own children: taken note of, so that nothing of them stays.
        let until = Instant::now() + Duration::from_secs(5);
        for registry in self.running.drain(..) {
            if let Held::Process(process) = &registry.held {
                process.gone_by(until);
            }
        }
    }
}

fn start(wanted: &Wanted, toolbox: &Toolbox, scratch: &Path, group: Group) -> Result<Registry, Problem> {
    let folder = scratch.join(wanted.kind().name());
    match wanted {
        Wanted::Pypi => pypi::start(toolbox, &folder, group),
        Wanted::Npm { own, private } => npm::start(toolbox, &folder, own, *private, group),
        Wanted::Oci => oci::start(toolbox, &folder, group),
        Wanted::Crates { private } => {
            let failed =
                |error: std::io::Error| Problem::new(Code::W0719, format!("the crate registry: {error}"));
            let secret = random::secret().map_err(failed)?;
            let registry = crates::CrateRegistry::start(secret.clone(), *private).map_err(failed)?;
            let (host, kind) = (registry.host(), RegistryKind::Crates);
            Ok(Registry { kind, host, user: String::new(), secret, held: Held::Crates(registry) })
        }
        Wanted::Go { repository } => {
            prepare(&folder)?;
            let proxy = go::GoProxy::start(repository, &folder)?;
            let (host, kind) = (proxy.host(), RegistryKind::Go);
            Ok(Registry { kind, host, user: String::new(), secret: Secret::new(""), held: Held::Go(proxy) })
        }
    }
}

/// Makes a folder for a registry or a client.
fn prepare(folder: &Path) -> Result<(), Problem> {
    files::create_folder(folder)
        .map_err(|error| Problem::new(Code::W0719, format!("{}: {error}", folder.display())))
}

/// Writes a config file.
fn written(path: &Path, text: &str) -> Result<(), Problem> {
    files::replace(path, text.as_bytes())
        .map_err(|error| Problem::new(Code::W0719, format!("{}: {error}", path.display())))
}
