//! Registries as programs: devpi-server, verdaccio, the distribution registry. All they say goes to `log` in their
//! folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::failure::Failure;
use super::supervised::{Program, Supervised};
use crate::io::group::Group;
use crate::model::secret::Secret;

/// The least memory that devpi's password hashing can do with, in KiB. Its own default takes seconds, and is
/// of no use for a password that lives for minutes.
const ARGON2_MEMORY: &str = "--argon2-memory-cost=8192";

/// How long devpi may take to make its folder.
const INIT_LIMIT: Duration = Duration::from_secs(120);

/// A program, the folder it runs in, and the group of processes that it belongs to.
#[derive(Clone, Debug)]
pub struct Server<'a> {
    pub program: &'a Path,
    pub dir: &'a Path,
    pub group: Group,
}

impl Server<'_> {
    fn start(&self, args: &[String], env: Vec<(String, String)>) -> Result<Supervised, Failure> {
        let words = std::iter::once(self.program.display().to_string()).chain(args.iter().cloned()).collect();
        let program = Program { words, dir: self.dir.to_owned(), env };
        program.start(self.group, &self.log(), None)
    }

    fn log(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Makes a devpi server's folder: no mirror of the public index, a password for the root user.
    ///
    /// # Errors
    /// When devpi-init fails.
    pub fn devpi_init(&self, data: &Path, password: &Secret) -> Result<(), Failure> {
        let args = [format!("--serverdir={}", data.display()), "--no-root-pypi".into()];
        let env = vec![("DEVPISERVER_ROOT_PASSWD".into(), password.expose().to_owned())];
        self.start(&args, env)?.finish(INIT_LIMIT, &|| false)
    }

    /// Starts devpi-server on a port.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn devpi(&self, data: &Path, port: u16) -> Result<Supervised, Failure> {
        let args = [
            format!("--serverdir={}", data.display()),
            "--host=127.0.0.1".into(),
            format!("--port={port}"),
            "--threads=8".into(),
            ARGON2_MEMORY.into(),
        ];
        self.start(&args, Vec::new())
    }

    /// Starts verdaccio with a config on a port; the program is node, which runs its script.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn verdaccio(&self, script: &Path, config: &Path, port: u16) -> Result<Supervised, Failure> {
        let args = [
            script.display().to_string(),
            format!("--config={}", config.display()),
            format!("--listen=127.0.0.1:{port}"),
        ];
        self.start(&args, Vec::new())
    }

    /// Starts the distribution registry with a config, which names its port.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn distribution(&self, config: &Path) -> Result<Supervised, Failure> {
        self.start(&["serve".into(), config.display().to_string()], Vec::new())
    }
}
