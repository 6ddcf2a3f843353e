//! The world that registries are reached in: clients with their environment, HTTP, folders, patience.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::io::http::{Client, Manner};
use crate::io::lock::ReleaseLock;
use crate::model::names::Name;
use crate::model::secret::Secret;
use crate::model::target::{Target, TargetKind};
use crate::tool::clients::Clients;

/// How long a call of a client may take, unless `WINDLASS_CALL_LIMIT` (seconds) says otherwise.
pub const CALL_LIMIT: Duration = Duration::from_secs(300);

/// The variable by which a rehearsal takes the place of every OCI registry.
const LOCAL_OCI: &str = "WINDLASS_LOCAL_OCI";

/// Where a job of GitHub's with `id-token: write` asks for its identity.
const GITHUB_IDENTITY: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";

/// The longest answer of a registry that is read: an index page of a package with many versions.
const MOST: u64 = 64 << 20;

/// By default the process's own environment; a rehearsal brings another one.
pub struct World {
    pub clients: Clients,
    pub http: Client,
    /// The repository's root: clients find their project's configuration from there.
    pub root: PathBuf,
    /// A folder of this run's own, for throw-away configurations and caches.
    pub scratch: PathBuf,
    /// How long an index may take to show what was uploaded.
    pub patience: Duration,
    /// The first pause between two looks.
    pub pause: Duration,
    /// Held by every client that uploads, so that a later run knows whether one still lives.
    pub lock: Mutex<Option<ReleaseLock>>,
}

/// A user's name and a secret.
#[derive(Clone, Debug)]
pub struct Login {
    pub user: String,
    pub secret: Secret,
}

impl World {
    /// A world over an environment.
    pub fn new(clients: Clients, root: &Path, scratch: &Path) -> World {
        let http =
            Client::new(Manner { connect: Duration::from_secs(10), most: MOST, redirects: 5, again: true });
        World {
            clients,
            http,
            root: root.to_owned(),
            scratch: scratch.to_owned(),
            patience: CALL_LIMIT,
            pause: Duration::from_millis(200),
            lock: Mutex::new(None),
        }
    }

    /// The lock's file for a client that is about to start.
    pub fn held(&self) -> Option<File> {
        let lock = self.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        lock.as_ref().and_then(|lock| lock.share().ok())
    }

    /// Where a name of an image or a chart is looked for: as it stands, or in a rehearsal under the registry on
    /// loopback that `WINDLASS_LOCAL_OCI` (`127.0.0.1:PORT`) names, whatever host it begins with.
    pub fn place(&self, name: &str) -> String {
        let local = self.clients.get(LOCAL_OCI).filter(|host| host.starts_with("127.0.0.1:"));
        match (local, name.split_once('/')) {
            (Some(host), Some((_, path))) => format!("{host}/{path}"),
            _ => name.to_owned(),
        }
    }

    /// What the target's credential variables hold: the user's name, the token.
    pub fn credentials(&self, target: &Target) -> (Option<String>, Option<Secret>) {
        let read = |name: &Option<String>| name.as_deref().and_then(|name| self.clients.get(name));
        (read(&target.credentials.user).map(str::to_owned), read(&target.credentials.token).map(Secret::new))
    }

    /// The target's variables that are to be set and are not.
    pub fn unset(&self, target: &Target) -> Vec<String> {
        let named = [&target.credentials.user, &target.credentials.token];
        let named = named.into_iter().flatten();
        named.filter(|name| self.clients.get(name).is_none()).cloned().collect()
    }

    /// Whether the CI run has an identity that the target's registry may trust instead of a token (OpenID Connect),
    /// as its client looks for one: twine for the public index alone, npm for whichever registry. Of cargo's
    /// registries no client here asks by an identity.
    pub fn has_identity(&self, target: &Target) -> bool {
        let registry = target.registry.as_ref().map(Name::as_str);
        let variables: &[&str] = match target.kind {
            TargetKind::Pypi if matches!(registry, None | Some("pypi" | "testpypi")) => {
                &[GITHUB_IDENTITY, "PYPI_ID_TOKEN"]
            }
            TargetKind::Npm => &[GITHUB_IDENTITY, "NPM_ID_TOKEN"],
            _ => &[],
        };
        variables.iter().any(|name| self.clients.get(name).is_some())
    }

    /// The clients, with the target's token masked in all that they say.
    pub fn clients_for(&self, target: &Target) -> Clients {
        let mut clients = self.clients.clone();
        if let (user, Some(token)) = self.credentials(target) {
            clients.hide(user.as_deref().unwrap_or_default(), &token);
        }
        clients
    }

    /// A folder of its own below the scratch folder.
    ///
    /// # Errors
    /// The system's.
    pub fn room(&self, name: &str) -> std::io::Result<PathBuf> {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let safe: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let folder = self.scratch.join(format!("{safe}-{number}"));
        crate::io::files::create_folder(&folder)?;
        Ok(folder)
    }

    #[cfg(test)]
    pub fn for_tests(folder: &Path) -> World {
        let clients = Clients::new(crate::io::env::variables(), Duration::from_secs(60));
        let patience = Duration::from_secs(5);
        World { patience, pause: Duration::from_millis(20), ..World::new(clients, folder, folder) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Surroundings, read};

    /// Which kinds of targets each variable speaks for.
    #[test]
    fn an_identity_is_of_its_kind() {
        let folder = tempfile::tempdir().unwrap();
        let tables = TargetKind::ALL.map(|kind| {
            let own = match kind {
                TargetKind::Image | TargetKind::Helm => format!("name = \"ghcr.io/example/{kind}\"\n"),
                TargetKind::Files => "files = [\"dist/*\"]\n".to_owned(),
                _ => String::new(),
            };
            format!("[[targets]]\npackage = \"api\"\nkind = \"{kind}\"\n{own}")
        });
        let more = ["testpypi", "internal"].map(|name| {
            format!("[[targets]]\npackage = \"{name}\"\nkind = \"pypi\"\nregistry = \"{name}\"\n")
        });
        let packages =
            ["api", "testpypi", "internal"].map(|name| format!("[packages.{name}]\npath = \"{name}\"\n"));
        let text = [packages.concat(), tables.concat(), more.concat()].concat();
        let config = read("windlass.toml", &text, &Surroundings { exists: &|_| true }).unwrap();
        let table: [(&str, &[&str]); 5] = [
            ("ACTIONS_ID_TOKEN_REQUEST_URL", &["api/pypi", "api/npm", "testpypi/pypi"]),
            ("PYPI_ID_TOKEN", &["api/pypi", "testpypi/pypi"]),
            ("NPM_ID_TOKEN", &["api/npm"]),
            ("CARGO_ID_TOKEN", &[]),
            ("GITHUB_TOKEN", &[]),
        ];
        for (variable, trusted) in table {
            let mut world = World::for_tests(folder.path());
            for name in [GITHUB_IDENTITY, "PYPI_ID_TOKEN", "NPM_ID_TOKEN"] {
                world.clients.put(name, "");
            }
            world.clients.put(variable, "x");
            let targets = config.targets.iter().filter(|target| world.has_identity(target));
            assert_eq!(targets.map(Target::label).collect::<Vec<_>>(), trusted, "{variable}");
        }
    }

    #[test]
    fn only_loopback_takes_the_place_of_a_registry() {
        let folder = tempfile::tempdir().unwrap();
        let mut world = World::for_tests(folder.path());
        let name = "ghcr.io/example/charts/suite";
        assert_eq!(world.place(name), name);
        world.clients.put(LOCAL_OCI, "127.0.0.1:5000");
        assert_eq!(world.place(name), "127.0.0.1:5000/example/charts/suite");
        world.clients.put(LOCAL_OCI, "elsewhere.example.org");
        assert_eq!(world.place(name), name);
    }
}
