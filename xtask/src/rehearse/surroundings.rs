//! What stages find around them: the way to the registries on loopback, caches of the rehearsal's own, no
//! credentials of the user's.

use std::path::Path;

use crate::io::env::{path_with, variable};
use crate::io::files;
use crate::model::client_env::ClientEnv;
use crate::model::problem::{Code, Problem};
use crate::model::registry::RegistryKind;
use crate::model::secret::Mask;
use crate::model::target::{Target, TargetKind};

use super::registries::Places;

/// Credentials that publish, by the clients' own names for them.
const CREDENTIALS: [&str; 13] = [
    "TWINE_USERNAME",
    "TWINE_PASSWORD",
    "UV_PUBLISH_TOKEN",
    "UV_PUBLISH_PASSWORD",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
    "CARGO_REGISTRY_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "NPM_ID_TOKEN",
    "PYPI_ID_TOKEN",
    "GITHUB_TOKEN",
    "GH_TOKEN",
];

/// Variables of stages.
#[derive(Debug, Default)]
pub struct Surroundings {
    env: ClientEnv,
    pub mask: Mask,
}

impl Surroundings {
    /// What every stage gets: caches below one folder, tools, what to leave out; the targets' own credential
    /// variables are empty.
    ///
    /// # Errors
    /// `W0783` when a folder can't be made.
    pub fn of_all(
        targets: &[&Target],
        caches: &Path,
        tools: &Path,
        skip: &[String],
    ) -> Result<Surroundings, Problem> {
        let failed =
            |error: std::io::Error| Problem::new(Code::W0783, format!("{}: {error}", caches.display()));
        let cargo = caches.join("cargo");
        files::create_folder(&cargo).map_err(failed)?;
        for name in ["config.toml", "config"] {
            if let Some(home) = cargo_home() {
                files::copy_if_there(&home.join(name), &cargo.join(name)).map_err(failed)?;
            }
        }
        let path = |name: &str| caches.join(name).display().to_string();
        let flags = variable("GOFLAGS").unwrap_or_default();
        let mut env = ClientEnv::default()
            .plain("CARGO_HOME", path("cargo"))
            .plain("npm_config_cache", path("npm"))
            .plain("PIP_CACHE_DIR", path("pip"))
            .plain("XDG_CACHE_HOME", path("xdg"))
            .plain("GOPATH", path("go"))
            .plain("GOMODCACHE", path("go-modules"))
            .plain("GOCACHE", path("go-cache"))
            .plain("GOFLAGS", format!("{flags} -modcacherw").trim())
            .plain("WINDLASS_REHEARSAL", "1")
            .plain("WINDLASS_TOOLS", tools.display().to_string())
            .plain("WINDLASS_LOCAL_SKIP", skip.join(","))
            .plain("WINDLASS_LOCAL_WHEELS", "any")
            // What a stage finds wrong is told to CI once, by the rehearsal.
            .plain("GITHUB_ACTIONS", "");
        let named = targets.iter().flat_map(|target| [&target.credentials.user, &target.credentials.token]);
        for name in named.flatten() {
            env = env.plain(name, "");
        }
        Ok(Surroundings { env, mask: Mask::default() })
    }

    /// What brings the clients that publish and install to the registries, on top of that.
    ///
    /// # Errors
    /// `W0719` when a client's file can't be written.
    pub fn to_registries(
        &self,
        places: &Places,
        targets: &[&Target],
        pip: Option<&str>,
    ) -> Result<Surroundings, Problem> {
        let blank = CREDENTIALS.iter().fold(ClientEnv::default(), |env, name| env.plain(name, ""));
        let mut env = self.env.clone().and(&blank);
        for reach in places.reaches() {
            env = env.and(&reach.install).and(&reach.publish);
        }
        if let Some(reach) = places.reach(RegistryKind::Oci) {
            env = env.plain("WINDLASS_LOCAL_OCI", &reach.index);
        }
        if let (Some(_), Some(index)) = (places.reach(RegistryKind::Pypi), pip) {
            env = env.plain("WINDLASS_LOCAL_PIP_INDEX", index);
        }
        for target in targets {
            let Some(registry) = places.registry(super::registries::kind_of(target.kind)) else { continue };
            if let Some(name) = &target.credentials.user {
                env = env.plain(name, &registry.user);
            }
            if let Some(name) = &target.credentials.token {
                env = env.hidden(name, registry.secret.clone());
            }
            if target.kind == TargetKind::Crates
                && let Some(reach) = places.reach(RegistryKind::Crates)
            {
                let name = target
                    .registry
                    .as_ref()
                    .map(|name| name.as_str().to_ascii_uppercase().replace(['-', '.'], "_"));
                env = match name {
                    None => env.plain("CARGO_REGISTRY_DEFAULT", "local"),
                    Some(name) => env
                        .plain(&format!("CARGO_REGISTRIES_{name}_INDEX"), &reach.index)
                        .plain(&format!("CARGO_REGISTRIES_{name}_CREDENTIAL_PROVIDER"), "cargo:token")
                        .hidden(&format!("CARGO_REGISTRIES_{name}_TOKEN"), registry.secret.clone()),
                };
            }
        }
        let mut mask = Mask::default();
        env.secrets().for_each(|secret| mask.add(secret));
        for registry in places.all().filter(|registry| !registry.secret.is_empty()) {
            mask.add_pair(&registry.user, &registry.secret);
        }
        Ok(Surroundings { env, mask })
    }

    /// The same with one variable more.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Surroundings {
        Surroundings { env: self.env.clone().plain(name, value), mask: self.mask.clone() }
    }

    /// The same with programs of a folder before all others.
    #[must_use]
    pub fn with_programs(&self, folder: &Path) -> Surroundings {
        let path = path_with(folder, &variable("PATH").unwrap_or_default());
        path.map_or_else(|| self.with("WINDLASS_PATH_UNSET", ""), |path| self.with("PATH", &path))
    }

    /// Names and values.
    pub fn variables(&self) -> Vec<(String, String)> {
        self.env.expose().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

fn cargo_home() -> Option<std::path::PathBuf> {
    let user = || variable("HOME").or_else(|| variable("USERPROFILE"));
    match variable("CARGO_HOME") {
        Some(home) => Some(home.into()),
        None => user().map(|user| Path::new(&user).join(".cargo")),
    }
}
