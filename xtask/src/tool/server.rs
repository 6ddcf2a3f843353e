//! Servers as child processes: started, watched while they come up, ended with the value that holds them.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::client_env::ClientEnv;
use crate::tool::call::Call;
use crate::tool::failure::{Failure, ending};

/// A running server. Dropped, it is ended.
#[derive(Debug)]
pub struct Server {
    words: Vec<String>,
    dir: PathBuf,
    log: PathBuf,
    handle: duct::Handle,
}

impl Server {
    /// Starts a server in a folder; all that it says goes to `log`.
    fn start(words: Vec<String>, dir: &Path, log: &Path, env: &ClientEnv) -> Result<Server, Failure> {
        let failed = |error: std::io::Error| Failure::new(&words, dir, error.to_string(), "");
        let (program, args) =
            words.split_first().ok_or_else(|| failed(std::io::ErrorKind::NotFound.into()))?;
        let file = File::create(log).map_err(failed)?;
        let mut expression = duct::cmd(program, args).dir(dir).unchecked().stdin_null();
        expression = expression.stderr_to_stdout().stdout_file(file);
        for (name, value) in env.expose() {
            expression = expression.env(name, value);
        }
        let handle = expression.start().map_err(failed)?;
        Ok(Server { words, dir: dir.to_owned(), log: log.to_owned(), handle })
    }

    /// How it ended, if it has.
    pub fn ended(&self) -> Option<Failure> {
        let output = self.handle.try_wait().ok()??;
        Some(self.failure(ending(output.status)))
    }

    /// Its command and the last lines it said, with what is wrong about it.
    pub fn failure(&self, what: impl Into<String>) -> Failure {
        let said = std::fs::read(&self.log).unwrap_or_default();
        Failure::new(&self.words, &self.dir, what, &String::from_utf8_lossy(&said))
    }

    /// The process's id.
    pub fn pid(&self) -> Option<u32> {
        self.handle.pids().first().copied()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.handle.kill();
        let _ = self.handle.wait();
    }
}

/// The least memory that devpi's password hashing can do with, in KiB. Its own default takes seconds, and is
/// of no use for a password that lives for minutes.
const ARGON2_MEMORY: &str = "--argon2-memory-cost=8192";

/// Makes a devpi server's folder: no mirror of the public index, the root user's password from `DEVPISERVER_ROOT_PASSWD`.
///
/// # Errors
/// When devpi-init fails.
pub fn devpi_init(program: &Path, data: &Path, env: &ClientEnv, dir: &Path) -> Result<(), Failure> {
    let words = vec![
        program.display().to_string(),
        format!("--serverdir={}", data.display()),
        "--no-root-pypi".into(),
    ];
    let mut call = Call::program(words, dir).merged();
    for (name, value) in env.expose() {
        call = call.env(name, value);
    }
    call.start()?.wait_at_most(Duration::from_secs(120)).map(|_| ())
}

/// Starts devpi-server on a port.
///
/// # Errors
/// When it can't be started.
pub fn devpi(program: &Path, data: &Path, port: u16, dir: &Path) -> Result<Server, Failure> {
    let words = vec![
        program.display().to_string(),
        format!("--serverdir={}", data.display()),
        "--host=127.0.0.1".into(),
        format!("--port={port}"),
        "--threads=8".into(),
        ARGON2_MEMORY.into(),
    ];
    Server::start(words, dir, &dir.join("log"), &ClientEnv::default())
}

/// Starts verdaccio with a config on a port.
///
/// # Errors
/// When it can't be started.
pub fn verdaccio(script: &Path, config: &Path, port: u16, dir: &Path) -> Result<Server, Failure> {
    let words = vec![
        "node".into(),
        script.display().to_string(),
        format!("--config={}", config.display()),
        format!("--listen=127.0.0.1:{port}"),
    ];
    Server::start(words, dir, &dir.join("log"), &ClientEnv::default())
}

/// Starts the distribution registry with a config, which names its port.
///
/// # Errors
/// When it can't be started.
pub fn distribution(program: &Path, config: &Path, dir: &Path) -> Result<Server, Failure> {
    let words = vec![program.display().to_string(), "serve".into(), config.display().to_string()];
    Server::start(words, dir, &dir.join("log"), &ClientEnv::default())
}
