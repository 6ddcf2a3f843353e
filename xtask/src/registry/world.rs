//! The world that registries are reached in: clients with their environment, HTTP, folders, patience.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::io::http::{Client, Manner};
use crate::io::lock::ReleaseLock;
use crate::model::secret::Secret;
use crate::model::target::Target;
use crate::tool::clients::Clients;

/// How long a call of a client may take, unless `WINDLASS_CALL_LIMIT` (seconds) says otherwise.
pub const CALL_LIMIT: Duration = Duration::from_secs(300);

/// The variable by which a rehearsal takes the place of every OCI registry.
const LOCAL_OCI: &str = "WINDLASS_LOCAL_OCI";

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

    /// Whether a CI run has an identity that registries may trust instead of a token (OpenID Connect: GitHub's and
    /// GitLab's variables).
    pub fn has_identity(&self) -> bool {
        ["ACTIONS_ID_TOKEN_REQUEST_URL", "NPM_ID_TOKEN", "PYPI_ID_TOKEN"]
            .iter()
            .any(|name| self.clients.get(name).is_some())
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
