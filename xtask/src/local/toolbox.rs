//! The private folder of programs that a rehearsal needs, installed from lock files with hashes.
//!
//! Each tool has a folder named after its lock's digest, so another lock is another folder. A folder is whole
//! when the file `installed` lies in it; that is written last, and a folder without it is made anew. (A folder
//! that was filled elsewhere and renamed would not do: Python's programs name their interpreter by its path.)

use std::path::{Path, PathBuf};

use crate::io::env::{find_program, program_file};
use crate::io::exclusive::Exclusive;
use crate::io::files;
use crate::model::digest::sha256;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::toolbox::{NPM_LOCK, NPM_PACKAGE, REQUIREMENTS};
use crate::tool::failure::Failure;
use crate::tool::toolbox as installer;

/// What says that a folder is whole.
const INSTALLED: &str = "installed";

/// A set of programs that is installed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// devpi-server, build, hatchling, twine.
    Python,
    /// verdaccio.
    Node,
    /// The distribution registry; nothing is installed where `docker-registry` is on the path.
    Distribution,
    /// go itself, which is asked for where modules are rehearsed. It is never installed, only missed.
    Go,
}

impl Tool {
    /// What can be installed.
    pub const ALL: [Tool; 3] = [Tool::Python, Tool::Node, Tool::Distribution];

    /// What people read.
    pub fn holds(self) -> &'static str {
        match self {
            Tool::Python => "devpi-server, build, hatchling, twine",
            Tool::Node => "verdaccio",
            Tool::Distribution => "the distribution registry",
            Tool::Go => "go",
        }
    }

    fn folder_name(self) -> String {
        let (name, digest) = match self {
            Tool::Python => ("python", sha256(REQUIREMENTS.as_bytes())),
            Tool::Node => ("node", sha256(format!("{NPM_PACKAGE}{NPM_LOCK}").as_bytes())),
            Tool::Distribution => ("distribution", sha256(installer::DISTRIBUTION.as_bytes())),
            Tool::Go => ("go", sha256(b"")),
        };
        format!("{name}-{}", &digest[..12])
    }
}

/// The folder, and what is in it.
#[derive(Clone, Debug)]
pub struct Toolbox {
    root: PathBuf,
}

impl Toolbox {
    /// The toolbox in a folder, which need not exist yet.
    pub fn open(root: impl Into<PathBuf>) -> Toolbox {
        Toolbox { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn has(&self, tool: Tool) -> bool {
        match tool {
            Tool::Go => find_program("go", &self.root).is_some(),
            Tool::Distribution if self.system_registry().is_some() => true,
            _ => self.folder(tool).join(INSTALLED).is_file(),
        }
    }

    /// A program of the Python environment: `twine`, `devpi-server`.
    pub fn python(&self, program: &str) -> PathBuf {
        PathBuf::from(installer::program(&self.folder(Tool::Python), program))
    }

    /// verdaccio's start script, for `node`.
    pub fn verdaccio(&self) -> PathBuf {
        self.folder(Tool::Node).join("node_modules/verdaccio/bin/verdaccio")
    }

    /// The distribution registry: Debian's, else the one that was built here.
    pub fn distribution(&self) -> PathBuf {
        let own = || self.folder(Tool::Distribution).join(program_file("registry"));
        self.system_registry().unwrap_or_else(own)
    }

    /// Installs what is missing of these tools, one after the other; `say` hears of each that takes long. Several
    /// processes may ask at once: one installs, the others wait for it.
    ///
    /// # Errors
    /// `W0717` for programs that the system lacks, all at once; `W0718` when an installation fails.
    pub fn install(&self, tools: &[Tool], say: &mut dyn FnMut(&str)) -> Result<(), Problems> {
        if tools.iter().all(|tool| self.has(*tool)) {
            return Ok(());
        }
        let unusable = |error: std::io::Error| {
            vec![Problem::new(Code::W0718, format!("{}: {error}", self.root.display()))]
        };
        files::create_folder(&self.root).map_err(unusable)?;
        let waiting = || say("Another windlass is installing; waiting for it\n");
        let _lock = Exclusive::wait(&self.root.join("lock"), waiting).map_err(unusable)?;
        let missing: Vec<Tool> = tools.iter().copied().filter(|tool| !self.has(*tool)).collect();
        let lacks: Problems = missing.iter().filter_map(|tool| self.lacks(*tool)).collect();
        if !lacks.is_empty() {
            return Err(lacks);
        }
        for tool in missing {
            say(&format!("Installing {} into {}\n", tool.holds(), self.folder(tool).display()));
            self.fill(tool).map_err(|problem| vec![problem])?;
        }
        Ok(())
    }

    fn folder(&self, tool: Tool) -> PathBuf {
        self.root.join(tool.folder_name())
    }

    fn system_registry(&self) -> Option<PathBuf> {
        find_program("docker-registry", &self.root)
    }

    /// What the system lacks to install a tool.
    fn lacks(&self, tool: Tool) -> Option<Problem> {
        let lacks = |what: &str, why: String, help: &str| {
            let why = format!("it installs {}, which a rehearsal needs{why}", tool.holds());
            Some(Problem::new(Code::W0717, what).why(why).help(help))
        };
        match tool {
            Tool::Python => {
                let Some(python) = find_program("python3", &self.root) else {
                    return lacks(
                        "python3 is not on the PATH",
                        String::new(),
                        "install Python 3.11 or newer",
                    );
                };
                let failure = installer::python_fits(&python, &self.root).err()?;
                let said = failure.said.last().map_or(String::new(), |line| format!("; it says: {line}"));
                lacks(
                    "python3 is older than 3.11, or has no ensurepip or venv",
                    said,
                    "Debian and Ubuntu: apt-get install python3-venv",
                )
            }
            Tool::Node => {
                match ["node", "npm"].into_iter().find(|name| find_program(name, &self.root).is_none()) {
                    Some(name) => lacks(
                        &format!("{name} is not on the PATH"),
                        String::new(),
                        "install Node.js 20 or newer, with npm",
                    ),
                    None => None,
                }
            }
            Tool::Distribution if find_program("go", &self.root).is_none() => lacks(
                "there is neither docker-registry nor go on the PATH",
                String::new(),
                "Debian and Ubuntu: apt-get install docker-registry; elsewhere install Go, and it is built",
            ),
            Tool::Distribution => None,
            Tool::Go => Some(
                Problem::new(Code::W0717, "go is not on the PATH")
                    .why("it installs what a module proxy shows, as a rehearsal of Go modules does")
                    .help("Debian and Ubuntu: apt-get install golang-go; elsewhere install Go 1.19 or newer"),
            ),
        }
    }

    fn fill(&self, tool: Tool) -> Result<(), Problem> {
        let folder = self.folder(tool);
        let write = |name: &str, text: &str| files::create(&folder.join(name), text.as_bytes());
        let failed =
            |error: std::io::Error| Problem::new(Code::W0718, format!("{}: {error}", folder.display()));
        let failure = |failure: Failure| {
            failure
                .problem(Code::W0718, &format!("{} could not be installed", tool.holds()))
                .run("cargo xtask tools install   (again; what is half installed is removed)")
        };
        files::remove_folder(&folder).map_err(failed)?;
        files::create_folder(&folder).map_err(failed)?;
        match tool {
            Tool::Python => {
                let lock = self.root.join("requirements.txt");
                files::replace(&lock, REQUIREMENTS.as_bytes()).map_err(failed)?;
                let python = find_program("python3", &self.root).unwrap_or_else(|| "python3".into());
                installer::python_environment(&python, &folder, &lock, &self.root).map_err(failure)?;
            }
            Tool::Node => {
                write("package.json", NPM_PACKAGE)
                    .and_then(|()| write("package-lock.json", NPM_LOCK))
                    .map_err(failed)?;
                installer::npm_folder(&folder).map_err(failure)?;
            }
            Tool::Distribution => installer::distribution_registry(&folder).map_err(failure)?,
            Tool::Go => {}
        }
        write(INSTALLED, "").map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_half_installed_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let toolbox = Toolbox::open(folder.path());
        let node = toolbox.folder(Tool::Node);
        files::create_folder(&node.join("node_modules")).unwrap();
        assert!(!toolbox.has(Tool::Node));
        files::create(&node.join(INSTALLED), b"").unwrap();
        assert!(toolbox.has(Tool::Node) && !toolbox.has(Tool::Python));
        toolbox.install(&[Tool::Node], &mut |text| panic!("{text}")).unwrap();
    }

    #[test]
    fn the_locks_name_no_place_to_load_from() {
        for lock in [REQUIREMENTS, NPM_LOCK] {
            assert!(!lock.contains("://") && !lock.contains("--index"), "a lock file names a host");
        }
        let packages = |text: &str| text.lines().filter(|line| line.contains("==")).count();
        assert!(packages(REQUIREMENTS) > 20 && REQUIREMENTS.matches("--hash=sha256:").count() > 40);
    }
}
