//! The surroundings in which registries' clients run: which registry, which credentials, how long.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::io::env::path_with;
use crate::model::client_env::ClientEnv;
use crate::model::secret::{Mask, Secret};
use crate::tool::call::Call;
use crate::tool::failure::Failure;
use crate::tool::process::SCRUBBED;

/// What a clean room keeps of the environment: where programs and certificates are, and the locale.
const KEPT: [&str; 19] = [
    "PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "NPM_CONFIG_CAFILE",
    "CARGO_HTTP_CAINFO",
    "GIT_SSL_CAINFO",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "SystemRoot",
];

/// An environment for clients, a time limit for each of their calls, and where their programs are.
#[derive(Clone)]
pub struct Clients {
    variables: BTreeMap<String, String>,
    mask: Mask,
    pub limit: Duration,
    /// Programs that are not looked for on `PATH`: `twine` of a private folder.
    programs: BTreeMap<String, PathBuf>,
}

/// Values stay unseen: any of them may be a secret.
impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clients")
            .field("variables", &self.variables.keys())
            .field("limit", &self.limit)
            .finish()
    }
}

impl Clients {
    /// Clients in an environment, usually the process's own.
    pub fn new(variables: BTreeMap<String, String>, limit: Duration) -> Clients {
        let variables =
            variables.into_iter().filter(|(name, _)| !SCRUBBED.contains(&name.as_str())).collect();
        let mut clients = Clients { variables, mask: Mask::default(), limit, programs: BTreeMap::new() };
        clients.put("LC_ALL", "C.UTF-8");
        clients
    }

    /// The same with these variables on top; their secrets are masked in whatever a client says.
    #[must_use]
    pub fn with(&self, env: &ClientEnv) -> Clients {
        let mut clients = self.clone();
        for (name, value) in env.expose() {
            clients.put(name, value);
        }
        env.secrets().for_each(|secret| clients.mask.add(secret));
        clients
    }

    /// The same with a program taken from a given path.
    #[must_use]
    pub fn with_program(mut self, name: &str, path: PathBuf) -> Clients {
        self.programs.insert(name.to_owned(), path);
        self
    }

    /// An environment without anything of the user's own but programs and certificates, at home in `home`.
    #[must_use]
    pub fn cleared(&self, home: &Path) -> Clients {
        let variables =
            KEPT.iter().filter_map(|name| Some(((*name).to_owned(), self.variables.get(*name)?.clone())));
        let mut clients = Clients { variables: variables.collect(), ..self.clone() };
        for name in ["HOME", "USERPROFILE"] {
            clients.put(name, home.display().to_string());
        }
        clients.put("LC_ALL", "C.UTF-8");
        clients.put("NO_COLOR", "1");
        clients
    }

    pub fn put(&mut self, name: &str, value: impl Into<String>) {
        self.variables.insert(name.to_owned(), value.into());
    }

    /// A variable that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The variables whose names start so.
    pub fn named(&self, start: &str) -> Vec<(String, String)> {
        let named = self.variables.iter().filter(|(name, _)| name.starts_with(start));
        named.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Lets programs of a folder be found before all others.
    pub fn first_on_path(&mut self, folder: &Path) {
        if let Some(path) = path_with(folder, self.get("PATH").unwrap_or_default()) {
            self.put("PATH", path);
        }
    }

    /// A variable's value as a secret, masked from then on.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let secret = Secret::new(self.get(name)?);
        self.mask.add(&secret);
        Some(secret)
    }

    /// Masks user and password in whatever is said, also as HTTP sends them.
    pub fn hide(&mut self, user: &str, password: &Secret) {
        self.mask.add_pair(user, password);
    }

    pub fn mask(&self, text: &str) -> String {
        self.mask.cover(text)
    }

    /// A call of a client. What it says is kept apart from its results.
    pub fn call(&self, program: &str, args: &[&str], dir: &Path) -> Call {
        let program =
            self.programs.get(program).map_or(program.to_owned(), |path| path.display().to_string());
        let words = std::iter::once(program).chain(args.iter().map(|word| (*word).to_owned())).collect();
        Call::program(words, dir).only_env(self.variables.clone()).masked(self.mask.clone())
    }

    /// Runs a client to its end, but no longer than the limit, and gives what it wrote to standard output.
    ///
    /// # Errors
    /// When it can't be started, fails, or takes too long.
    pub fn run(&self, program: &str, args: &[&str], dir: &Path) -> Result<Vec<u8>, Failure> {
        self.call(program, args, dir).start()?.wait_at_most(self.limit)
    }

    /// As [`Clients::run`]; the client and whatever it starts hold `lock` open while they live.
    ///
    /// # Errors
    /// As [`Clients::run`].
    pub fn run_holding(
        &self,
        program: &str,
        args: &[&str],
        dir: &Path,
        lock: Option<File>,
    ) -> Result<Vec<u8>, Failure> {
        self.call(program, args, dir).input(lock).merged().start()?.wait_at_most(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Clients {
        let mut variables = crate::io::env::variables();
        variables.insert("GIT_DIR".into(), "/nowhere".into());
        Clients::new(variables, Duration::from_secs(20))
    }

    #[test]
    fn a_failure_names_no_secret() {
        let env = ClientEnv::default().hidden("TOKEN_FOR_THIS", Secret::new("s3cr3t-value"));
        let clients = clients().with(&env);
        let args = ["-c", "import os, sys; sys.exit(os.environ['TOKEN_FOR_THIS'])"];
        let failure = clients.run("python3", &args, Path::new(".")).unwrap_err();
        assert_eq!(failure.said, ["***"]);
        assert!(!format!("{clients:?}").contains("s3cr3t"));
    }

    #[test]
    fn a_clean_room_keeps_programs_and_certificates_alone() {
        let mut clients = clients();
        clients.put("PIP_FIND_LINKS", "/somewhere");
        clients.put("SSL_CERT_FILE", "/cert");
        let clean = clients.cleared(Path::new("/home"));
        assert_eq!((clean.get("PIP_FIND_LINKS"), clean.get("HOME")), (None, Some("/home")));
        assert_eq!(clean.get("SSL_CERT_FILE"), Some("/cert"));
        assert!(clean.get("PATH").is_some() && clean.get("GIT_DIR").is_none());
    }
}
