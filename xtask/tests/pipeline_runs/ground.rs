//! What a run stands on: this repository cut at a release, its remote, registries on loopback.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use windlass::io::env;
use windlass::load::{self, ConfigText};
use windlass::local::Wanted;
use windlass::local::toolbox::{Tool, Toolbox};
use windlass::model::artifact::{ArtifactKind, Artifacts};
use windlass::model::target::{Target, TargetKind};
use windlass::rehearse::registries::{Places, wanted};
use windlass::rehearse::surroundings::Surroundings;
use windlass::tool::clients::Clients;

use super::job::{Job, Run};
use crate::support::sandbox::Sandbox;

/// Variables that lead to the package registries that this machine uses for third-party packages.
const PASSED_ON: [&str; 6] =
    ["PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "https_proxy"];

/// What only a job gets that may show its identity: no registry here can be shown one.
const FOR_IDENTITY: [&str; 3] = ["TWINE_USERNAME", "TWINE_PASSWORD", "WINDLASS_LOCAL_NPM_TOKEN"];

/// Logins that no forge brings along: what a job reads from a registry that asks who reads, it reads by what it was
/// given itself.
const LOGINS: [&str; 2] = ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE"];

/// Where a command's packages come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ThirdParties,
    Registries,
}

pub struct Ground {
    pub sandbox: Sandbox,
    /// In the order in which they are pushed.
    pub tags: Vec<String>,
    /// The release's own tag, by which its artifacts are known.
    pub leading: String,
    pub commit: String,
    targets: Vec<Target>,
    places: Places,
    toolbox: Toolbox,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Ground {
    pub fn lay(group: &str) -> Ground {
        let sandbox = Sandbox::new();
        let source = repository().canonicalize().expect("this repository").display().to_string();
        sandbox.git(&["clone", "--quiet", "--no-tags", &source, "."]);
        Ground::cut(sandbox, group)
    }

    fn cut(sandbox: Sandbox, group: &str) -> Ground {
        sandbox.git(&["checkout", "--quiet", "-B", "main"]);
        sandbox.git(&["remote", "remove", "origin"]);
        sandbox.git(&["clone", "--quiet", "--bare", ".", "../remote.git"]);
        sandbox.git(&["remote", "add", "origin", "../remote.git"]);
        sandbox.git(&["fetch", "--quiet", "origin"]);
        let cut =
            sandbox.windlass(&["release", "minor", "--group", group, "--yes", "--push", "--format", "json"]);
        let said = String::from_utf8_lossy(&cut.stderr).into_owned();
        assert!(cut.status.success(), "{said}{}", String::from_utf8_lossy(&cut.stdout));
        let plan: serde_json::Value = serde_json::from_slice(&cut.stdout).expect("a plan");
        let tags: Vec<(String, bool)> = plan["tags"]
            .as_array()
            .expect("tags")
            .iter()
            .map(|tag| (tag["name"].as_str().expect("a name").to_owned(), tag["kind"] == "annotated"))
            .collect();
        let leading = tags.iter().find(|(_, annotated)| *annotated).expect("an annotated tag").0.clone();
        let commit = sandbox.git(&["rev-parse", "HEAD"]);

        let toolbox = Toolbox::open(
            std::env::var_os("WINDLASS_TOOLS")
                .map_or_else(|| repository().join("target/windlass/tools"), PathBuf::from),
        );
        toolbox.install(&Tool::ALL, &mut |text| eprint!("{text}")).expect("the tools");
        let text = std::fs::read_to_string(sandbox.work().join("windlass.toml")).expect("windlass.toml");
        let text = ConfigText { name: "windlass.toml".into(), text };
        let config = load::config(&text, &BTreeMap::new()).expect("a config");
        let name = windlass::model::names::Name::parse(group).expect("a name");
        let packages = &config.group(&name).expect("the group").packages;
        let ours = config.targets.iter().filter(|target| packages.contains(&target.package));
        let targets: Vec<Target> = ours.cloned().collect();
        let kinds: Vec<TargetKind> = targets.iter().map(|target| target.kind).collect();
        let bare = sandbox.path().join("remote.git");
        let wanted: Vec<Wanted> = wanted(&kinds, &["@tideplan/*".to_owned()], &bare);
        let places =
            Places::start(&wanted, &toolbox, &sandbox.path().join("run"), None).expect("the registries");
        let tags = tags.into_iter().map(|(tag, _)| tag).collect();
        Ground { sandbox, tags, leading, commit, targets, places, toolbox }
    }

    /// Every file of the release commit that could be a pipeline's.
    pub fn files_at_tag(&self) -> Vec<(String, String)> {
        let paths = self.sandbox.git(&["ls-tree", "-r", "--name-only", &self.leading]);
        let paths = paths.lines().filter(|path| path.starts_with(".git"));
        paths
            .map(|path| (path.to_owned(), self.sandbox.git(&["show", &format!("{}:{path}", self.leading)])))
            .collect()
    }

    /// A folder of a job's own.
    pub fn room(&self, job: &str) -> PathBuf {
        let room = self.sandbox.path().join("jobs").join(job);
        for name in ["home", "tmp", "bin"] {
            std::fs::create_dir_all(room.join(name)).expect("a room");
        }
        // `cargo xtask` is the program that was built for this test; all else is cargo's own.
        let cargo = env::find_program("cargo", &room).expect("cargo");
        let windlass = env!("CARGO_BIN_EXE_windlass");
        let shim = format!(
            "#!/bin/sh\nif [ \"$1\" = xtask ]; then shift; exec '{windlass}' \"$@\"; fi\nexec '{}' \"$@\"\n",
            cargo.display()
        );
        let path = room.join("bin/cargo");
        std::fs::write(&path, shim).expect("a program");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&path, mode).expect("a program");
        room
    }

    /// A clone as a forge's runner makes it: every branch of the remote, the tag checked out.
    pub fn checkout(&self, room: &Path, tag: &str) -> PathBuf {
        let work = room.join("work");
        let to = work.display().to_string();
        self.sandbox.git(&["clone", "--quiet", "--no-checkout", "../remote.git", &to]);
        self.sandbox.git(&["-C", &to, "checkout", "--quiet", "--detach", &format!("refs/tags/{tag}")]);
        work
    }

    fn surroundings(&self, room: &Path, way: Way) -> Vec<(String, String)> {
        let targets: Vec<&Target> = self.targets.iter().collect();
        let all =
            Surroundings::of_all(&targets, &room.join("caches"), self.toolbox.root(), &[]).expect("folders");
        if way == Way::ThirdParties {
            return all.variables();
        }
        let pip = self.pip();
        let way = all.to_registries(&self.places, &targets, pip.as_deref()).expect("the registries");
        way.with("WINDLASS_LOCAL_PATIENCE", "20").variables()
    }

    /// The index of third-party Python packages.
    fn pip(&self) -> Option<String> {
        self.targets.iter().any(|target| target.kind == TargetKind::Pypi).then(|| {
            let clients = Clients::new(env::variables(), Duration::from_secs(60));
            let index = windlass::registry::pip::index(&clients, &self.sandbox.work()).expect("pip's index");
            let text = index.base.to_string();
            match &index.login {
                Some(login) => {
                    text.replacen("://", &format!("://{}:{}@", login.user, login.secret.reveal()), 1)
                }
                None => text,
            }
        })
    }

    /// The credentials of this run's registries, by the variables that the config names: what a project's settings
    /// hold. What stands in for a shown identity is not among them.
    pub fn secrets(&self) -> BTreeMap<String, String> {
        let mut all = self.credentials();
        all.retain(|name, _| !FOR_IDENTITY.contains(&name.as_str()));
        all
    }

    /// All of them.
    pub fn credentials(&self) -> BTreeMap<String, String> {
        let named =
            self.targets.iter().flat_map(|target| [&target.credentials.user, &target.credentials.token]);
        let names: Vec<&str> = named.flatten().map(String::as_str).chain(FOR_IDENTITY).collect();
        let all = self.surroundings(&self.room("secrets"), Way::Registries);
        all.into_iter().filter(|(name, value)| names.contains(&name.as_str()) && !value.is_empty()).collect()
    }

    /// A shell in a job's clone: the machine's programs, the way to the registries, the job's own variables, and
    /// credentials only where the job has them.
    pub fn bash(&self, room: &Path, work: &Path, job: &Job, way: Way) -> Command {
        let mut bash = self.sandbox.command("bash");
        let path = format!("{}:{}", room.join("bin").display(), std::env::var("PATH").unwrap_or_default());
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(|| home.join(".rustup"), PathBuf::from);
        bash.current_dir(work)
            .env_remove("SOURCE_DATE_EPOCH")
            .env("PATH", path)
            .env("HOME", room.join("home"))
            .env("TMPDIR", room.join("tmp"))
            .env("RUSTUP_HOME", rustup)
            .env("CI", "true");
        for name in PASSED_ON {
            if let Ok(value) = std::env::var(name) {
                bash.env(name, value);
            }
        }
        let secrets = self.secrets();
        for (name, value) in self.surroundings(room, way) {
            // A rehearsal asks no forge; here there is one.
            let withheld = name == "WINDLASS_REHEARSAL"
                || name == "GITHUB_ACTIONS"
                || LOGINS.contains(&name.as_str())
                || secrets.contains_key(&name)
                || FOR_IDENTITY.contains(&name.as_str()) && !job.identity;
            if !withheld {
                bash.env(name, value);
            }
        }
        bash.envs(&job.env);
        bash
    }

    /// With what the build handed over, every registry has everything as it was built.
    pub fn complete(&self, passed: &BTreeMap<(String, String), Run>) {
        let room = self.room("status");
        let work = self.checkout(&room, &self.leading);
        let built =
            passed.values().map(|run| declared_below(&run.artifacts)).find(|found| found.is_some()).flatten();
        let (folder, name) = built.expect("a job that hands artifacts.json over");
        crate::support::sandbox::copy_tree(&folder, &work.join("target/windlass").join(name));
        let mut bash = self.bash(
            &room,
            &work,
            &Job { identity: true, env: self.secrets(), ..Job::default() },
            Way::Registries,
        );
        let output = bash
            .args(["-c", &format!("cargo xtask status --tag '{}'", self.leading)])
            .output()
            .expect("bash");
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The names of the files that a release entry holds: what was built, but for images, which it names by digest,
    /// and a module's archive, which a proxy makes of the tag; and what says what they are.
    pub fn assets(&self) -> BTreeSet<String> {
        let (folder, _) = declared_below(&self.sandbox.path().join("jobs")).expect("artifacts.json");
        let text = std::fs::read(folder.join("artifacts.json")).expect("artifacts.json");
        let list: Artifacts = serde_json::from_slice(&text).expect("a list of artifacts");
        let files = list
            .artifacts
            .iter()
            .filter(|one| one.target != TargetKind::Go && one.kind != ArtifactKind::Image);
        let names = files.map(|one| one.path.rsplit('/').next().unwrap_or_default().to_owned());
        names.chain(["artifacts.json".to_owned(), "SHA256SUMS".to_owned()]).collect()
    }
}

/// The folder that holds artifacts.json, and its name.
fn declared_below(folder: &Path) -> Option<(PathBuf, String)> {
    let found = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let list = found.into_iter().find(|entry| entry.file_name() == "artifacts.json")?;
    let folder = list.path().parent()?.to_owned();
    let name = folder.file_name()?.to_string_lossy().into_owned();
    Some((folder, name))
}
