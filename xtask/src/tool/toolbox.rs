//! The installers behind the toolbox: python's venv and pip, npm, go. Each fills one folder and nothing else.

use std::path::Path;
use std::time::Duration;

use crate::io::env::program_file;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// How long an installation may take: a slow line, a slow machine.
const LIMIT: Duration = Duration::from_secs(900);

/// The version of the distribution registry that is built where the system has none.
pub const DISTRIBUTION: &str = "v3.0.0";

/// Whether this Python can make environments with pip, and is not too old for the lock file.
///
/// # Errors
/// What Python says when it can't.
pub fn python_fits(python: &Path, dir: &Path) -> Result<(), Failure> {
    let question = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
    let words = vec![python.display().to_string(), "-I".into(), "-c".into(), question.into()];
    Call::program(words, dir).run().map(|_| ())
}

/// Makes a virtual environment in `folder` and installs what the lock file names, each by its hash.
///
/// # Errors
/// When Python or pip fails.
pub fn python_environment(python: &Path, folder: &Path, lock: &Path, dir: &Path) -> Result<(), Failure> {
    let words = ["-m", "venv", "--clear", "--"].map(String::from);
    let all =
        std::iter::once(python.display().to_string()).chain(words).chain([folder.display().to_string()]);
    Call::program(all.collect(), dir).merged().start()?.wait_at_most(LIMIT)?;
    let words = [
        program(folder, "python").as_str(),
        "-I",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "--no-deps",
        "--requirement",
        &lock.display().to_string(),
    ]
    .map(String::from);
    Call::program(words.to_vec(), dir).merged().start()?.wait_at_most(LIMIT).map(|_| ())
}

/// Installs the package-lock.json that lies in `folder`. Install scripts stay unrun: none is needed.
///
/// # Errors
/// When npm fails.
pub fn npm_folder(folder: &Path) -> Result<(), Failure> {
    let words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    Call::program(words.map(String::from).to_vec(), folder).merged().start()?.wait_at_most(LIMIT).map(|_| ())
}

/// Builds the distribution registry into `folder`. Go's checksum database vouches for its sources.
///
/// # Errors
/// When go fails.
pub fn distribution_registry(folder: &Path) -> Result<(), Failure> {
    let module = format!("github.com/distribution/distribution/v3/cmd/registry@{DISTRIBUTION}");
    let words = vec!["go".into(), "install".into(), module];
    let call = Call::program(words, folder).env("GOBIN", folder.display().to_string());
    call.env("GOFLAGS", "-modcacherw").merged().start()?.wait_at_most(LIMIT).map(|_| ())
}

/// Where a virtual environment keeps a program.
pub fn program(environment: &Path, name: &str) -> String {
    let folder = if cfg!(windows) { "Scripts" } else { "bin" };
    environment.join(folder).join(program_file(name)).display().to_string()
}

/// The registry that npm is configured to install from.
///
/// # Errors
/// When npm fails.
pub fn npm_registry(dir: &Path) -> Result<String, Failure> {
    let words = ["npm", "config", "get", "registry", "--loglevel=error", "--logs-max=0"].map(String::from);
    let output = Call::program(words.to_vec(), dir).start()?.wait_at_most(Duration::from_secs(60))?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}

/// Where go is configured to look for modules: `GOPROXY`.
///
/// # Errors
/// When go fails.
pub fn go_proxies(dir: &Path) -> Result<String, Failure> {
    let words = ["go", "env", "GOPROXY"].map(String::from);
    let output = Call::program(words.to_vec(), dir).start()?.wait_at_most(Duration::from_secs(60))?;
    Ok(String::from_utf8_lossy(&output).trim().to_owned())
}
