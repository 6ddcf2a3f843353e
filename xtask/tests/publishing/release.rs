//! One trial's repository: packages, targets, a tagged release, proxies before the registries.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use windlass::fault::{Entry, Proxy};
use windlass::local::{Reach, Registries, Registry, Wanted};
use windlass::model::fault::Fault;
use windlass::model::registry::RegistryKind;
use windlass::model::target::TargetKind;

use super::build::{Build, module_path, npm_name, package};
use super::logins::{LOGINS, token_of, user_of};
use super::ran::Ran;
use super::scene::Scene;
use crate::support::canary::Canary;
use crate::support::sandbox::Sandbox;

pub const ALL: [TargetKind; 6] = [
    TargetKind::Pypi,
    TargetKind::Npm,
    TargetKind::Crates,
    TargetKind::Image,
    TargetKind::Helm,
    TargetKind::Go,
];

pub struct Release<'a> {
    scene: &'a Scene,
    pub sandbox: Sandbox,
    pub name: String,
    kinds: Vec<TargetKind>,
    /// Those whose targets are not required.
    optional: Vec<TargetKind>,
    proxies: BTreeMap<RegistryKind, Proxy>,
    modules: Option<Registries>,
    pub version: String,
    /// Whether the registries are private: the targets name credentials, and no client is logged in.
    private: bool,
    /// Variables on top, for one trial's twist.
    pub env: Vec<(String, String)>,
}

fn registry_of(kind: TargetKind) -> RegistryKind {
    match kind {
        TargetKind::Pypi => RegistryKind::Pypi,
        TargetKind::Npm => RegistryKind::Npm,
        TargetKind::Crates => RegistryKind::Crates,
        TargetKind::Go => RegistryKind::Go,
        _ => RegistryKind::Oci,
    }
}

impl<'a> Release<'a> {
    /// A repository whose 1.0.0 is tagged and built for some kinds, before each registry a proxy.
    pub fn new(scene: &'a Scene, name: &str, kinds: &[TargetKind], fault: Option<&str>) -> Release<'a> {
        Release::with_optional(scene, name, kinds, fault, &[])
    }

    /// The same where the targets of some kinds are not required.
    pub fn with_optional(
        scene: &'a Scene,
        name: &str,
        kinds: &[TargetKind],
        fault: Option<&str>,
        optional: &[TargetKind],
    ) -> Release<'a> {
        let fault = fault.map(|text| Fault::parse(text).expect("a fault"));
        let mut release = Release::bare(scene, name, kinds, fault);
        release.optional = optional.to_vec();
        release.write();
        release.sandbox.begin(true);
        if kinds.contains(&TargetKind::Go) {
            release.serve_modules(fault);
        }
        release.tag_and_build("1.0.0", "one");
        release
    }

    /// The same with private targets, whose credentials are in variables of the trial's own.
    pub fn private(scene: &'a Scene, name: &str, kinds: &[TargetKind]) -> Release<'a> {
        let mut release = Release::bare(scene, name, kinds, None);
        release.private = true;
        for name in LOGINS {
            release.env.push((name.into(), String::new()));
        }
        for kind in kinds {
            let registry = release.registry(*kind);
            let (user, secret) = (registry.user.clone(), registry.secret.expose().to_owned());
            release.env.extend([(user_of(*kind), user), (token_of(*kind), secret)]);
        }
        release.write();
        release.sandbox.begin(true);
        release.tag_and_build("1.0.0", "one");
        release
    }

    /// A repository of these files, whose 1.0.0 windlass itself builds.
    pub fn of_files(
        scene: &'a Scene,
        name: &str,
        kinds: &[TargetKind],
        files: &[(&str, &str)],
    ) -> Release<'a> {
        let release = Release::bare(scene, name, kinds, None);
        for (path, text) in files {
            let path = release.sandbox.work().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        release.sandbox.begin(true);
        release.sandbox.git(&["tag", "-a", "v1.0.0", "-m", "Release v1.0.0"]);
        release.sandbox.git(&["push", "--quiet", "origin", "v1.0.0"]);
        release.run(&["build", "--tag", "v1.0.0"]).ended(0);
        release
    }

    /// An empty repository, and the proxies.
    fn bare(scene: &'a Scene, name: &str, kinds: &[TargetKind], fault: Option<Fault>) -> Release<'a> {
        let sandbox = Sandbox::new();
        let mut proxies = BTreeMap::new();
        for kind in kinds.iter().map(|kind| registry_of(*kind)).filter(|kind| *kind != RegistryKind::Go) {
            let upstream = &scene.registry(kind).host;
            let own = fault.filter(|fault| fault.target == kind);
            proxies.entry(kind).or_insert_with(|| Proxy::start(kind, upstream, own).expect("a proxy"));
        }
        Release {
            scene,
            sandbox,
            name: name.into(),
            kinds: kinds.to_vec(),
            optional: Vec::new(),
            proxies,
            modules: None,
            version: "1.0.0".into(),
            private: false,
            env: Vec::new(),
        }
    }

    /// A module proxy over what is pushed, and the fault before it if it is meant.
    fn serve_modules(&mut self, fault: Option<Fault>) {
        let repository = self.sandbox.path().join("remote.git");
        let folder = self.sandbox.path().join("go-proxy");
        let started = Registries::start(&[Wanted::Go { repository }], &self.scene.toolbox, &folder);
        let modules = started.expect("a module proxy");
        if let Some(fault) = fault.filter(|fault| fault.target == RegistryKind::Go) {
            let upstream = &modules.get(RegistryKind::Go).expect("started").host;
            let proxy = Proxy::start(RegistryKind::Go, upstream, Some(fault)).expect("a proxy");
            self.proxies.insert(RegistryKind::Go, proxy);
        }
        self.modules = Some(modules);
    }

    /// The proxy before a registry, `127.0.0.1:PORT`.
    pub fn host(&self, kind: RegistryKind) -> String {
        self.proxies.get(&kind).map(Proxy::host).unwrap_or_default()
    }

    /// Files of the packages and the config.
    fn write(&self) {
        let (name, oci) = (&self.name, self.host(RegistryKind::Oci));
        let write = |path: &str, text: String| {
            let path = self.sandbox.work().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        let packages: Vec<String> = self.kinds.iter().map(|kind| format!("{:?}", package(*kind))).collect();
        let mut config = format!(
            "[groups.suite]\npackages = [{}]\ntags = [{{ name = \"module/v{{version}}\", kind = \"lightweight\", push = \"first\" }}, \"v{{version}}\"]\n",
            packages.join(", ")
        );
        for kind in &self.kinds {
            let package = package(*kind);
            config.push_str(&format!("\n[packages.{package}]\npath = {package:?}\n\n[[targets]]\npackage = {package:?}\nkind = \"{kind}\"\n"));
            if self.optional.contains(kind) {
                config.push_str("required = false\n");
            }
            if self.private {
                let user = match kind {
                    TargetKind::Image | TargetKind::Helm => format!("user = \"{}\", ", user_of(*kind)),
                    _ => String::new(),
                };
                let token = token_of(*kind);
                config.push_str(&format!("credentials = {{ {user}token = \"{token}\" }}\nprivate = true\n"));
            }
            let version = &self.version;
            match kind {
                TargetKind::Pypi => write(
                    "lib/pyproject.toml",
                    format!("[project]\nname = \"{name}\"\nversion = \"{version}\"\n"),
                ),
                TargetKind::Npm => write(
                    "client/package.json",
                    format!("{{\n  \"name\": \"{}\",\n  \"version\": \"{version}\"\n}}\n", npm_name(name)),
                ),
                TargetKind::Crates => {
                    config.push_str("registry = \"local\"\n");
                    write(
                        "tool/Cargo.toml",
                        format!(
                            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n"
                        ),
                    );
                }
                TargetKind::Image => {
                    config.push_str(&format!("name = \"{oci}/{name}/web\"\ntags = [\"{{version}}\", \"{{version:X.Y}}\", \"latest\"]\n"));
                    write(
                        "web/package.json",
                        format!("{{\n  \"name\": \"web\",\n  \"version\": \"{version}\"\n}}\n"),
                    );
                    write("web/Dockerfile", "FROM scratch\n".into());
                }
                TargetKind::Helm => {
                    config.push_str(&format!("name = \"{oci}/charts/{name}\"\n"));
                    write("chart/Chart.yaml", format!("apiVersion: v2\nname: {name}\nversion: {version}\n"));
                }
                TargetKind::Go => {
                    write("module/go.mod", format!("module {}\n\ngo 1.19\n", module_path(name)));
                    write("module/a.go", "package module\n".into());
                }
                TargetKind::Files => {}
            }
        }
        write(".gitignore", "/target/\n".into());
        write("windlass.toml", config);
    }

    /// Commits a version, tags it, pushes branch and tags, and puts artifacts there.
    pub fn tag_and_build(&mut self, version: &str, contents: &str) {
        self.version = version.into();
        self.write();
        self.sandbox.git(&["commit", "--quiet", "--allow-empty", "-am", "Release"]);
        let (module, root) = (format!("module/v{version}"), format!("v{version}"));
        self.sandbox.git(&["tag", &module]);
        self.sandbox.git(&["tag", "-a", &root, "-m", "Release"]);
        for name in ["main", &module, &root] {
            self.sandbox.git(&["push", "--quiet", "origin", name]);
        }
        self.build(contents);
    }

    /// Builds the current version with these contents.
    pub fn build(&self, contents: &str) {
        let folder = self.sandbox.work().join(format!("target/windlass/suite-{}", self.version));
        let files = self.sandbox.files();
        let module = files
            .iter()
            .filter_map(|(path, bytes)| Some((path.strip_prefix("module/")?.to_owned(), bytes.clone())));
        let build = Build {
            folder: &folder,
            version: &self.version,
            name: &self.name,
            oci_host: &self.host(RegistryKind::Oci),
            contents,
            kinds: &self.kinds,
        };
        build.write(&self.sandbox.git(&["rev-parse", "HEAD"]), &module.collect());
    }

    pub fn registry(&self, kind: TargetKind) -> &Registry {
        match &self.modules {
            Some(modules) if kind == TargetKind::Go => modules.get(RegistryKind::Go).expect("started"),
            _ => self.scene.registry(registry_of(kind)),
        }
    }

    /// What the clients need, as a user would have set it.
    fn reaches(&self) -> Vec<Reach> {
        let folder = self.sandbox.path().join("clients");
        let mut reaches = Vec::new();
        for kind in &self.kinds {
            let registry = self.registry(*kind);
            let proxy = self.proxies.get(&registry.kind);
            let host = proxy.map_or_else(|| registry.host.clone(), Proxy::host);
            let folder = folder.join(registry.kind.name());
            reaches.push(registry.reach(&host, &folder).expect("a reach"));
        }
        reaches
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = self.sandbox.command("windlass");
        command.args(args);
        let twine = self.scene.toolbox.python("twine");
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", twine.parent().expect("a folder").display()));
        for reach in self.reaches() {
            for (name, value) in reach.install.and(&reach.publish).expose() {
                command.env(name, value);
            }
        }
        // Programs that rustup stands for find their toolchain.
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(|| home.join(".rustup"), PathBuf::from);
        command.env("RUSTUP_HOME", rustup).env("WINDLASS_CALL_LIMIT", "60");
        command.envs(self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        command
    }

    /// Runs windlass with the clients set to the registries.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[])
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let canary = self.canary(env);
        let mut command = self.command(args);
        command.envs(env.iter().copied());
        let (output, mut leaks) = canary.during(|| command.output().expect("windlass"));
        let Output { status, stdout, stderr } = output;
        leaks.extend(canary.in_bytes("stdout", &stdout));
        leaks.extend(canary.in_bytes("stderr", &stderr));
        for folder in ["work", "remote.git", "home"] {
            leaks.extend(canary.below(&self.sandbox.path().join(folder)));
        }
        Canary::silent(&leaks);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// The credentials of all that takes part: the registries' own, and those that a trial sets instead.
    fn canary(&self, env: &[(&str, &str)]) -> Canary {
        let mut canary = Canary::default();
        for kind in &self.kinds {
            let registry = self.registry(*kind);
            canary.watch(registry.kind.name(), registry.secret.expose());
        }
        let own = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(env.iter().copied()) {
            if ["TOKEN", "PASSWORD"].iter().any(|word| name.ends_with(word)) {
                canary.watch(name, value);
            }
        }
        canary
    }

    /// Starts windlass without waiting for it.
    pub fn start(&self, args: &[&str]) -> std::process::Child {
        self.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("windlass")
    }

    /// What was uploaded, in the order in which it came to its end.
    pub fn order(&self) -> Vec<String> {
        let taken = self.proxies.values().flat_map(Proxy::log).filter(Entry::accepted);
        taken.filter_map(|entry| entry.artifact).collect()
    }

    /// What clients need where something stands before a registry.
    pub fn through(&self, kind: TargetKind, host: &str) -> Vec<(String, String)> {
        let folder = self.sandbox.path().join("through");
        let reach = self.registry(kind).reach(host, &folder).expect("a reach");
        let mut env = reach.install.and(&reach.publish);
        if registry_of(kind) == RegistryKind::Oci {
            env = env.plain("WINDLASS_LOCAL_OCI", host);
        }
        env.expose().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Where a kind's clients go: to the proxy before its registry.
    pub fn front(&self, kind: TargetKind) -> String {
        let proxy = self.proxies.get(&registry_of(kind));
        proxy.map_or_else(|| self.registry(kind).host.clone(), Proxy::host)
    }

    /// How often each artifact was taken by its registry: `probe 1.0.0`, `probe/web:latest`.
    pub fn accepted(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.proxies.values().flat_map(Proxy::log).filter(Entry::accepted) {
            *counts.entry(entry.artifact.unwrap_or_default()).or_default() += 1;
        }
        counts
    }

    /// Every artifact was taken once, and there are so many.
    #[track_caller]
    pub fn all_once(&self, count: usize) {
        let accepted = self.accepted();
        assert!(accepted.values().all(|times| *times == 1) && accepted.len() == count, "{accepted:?}");
    }

    pub fn attempted(&self) -> usize {
        self.proxies.values().map(Proxy::attempted).sum()
    }

    pub fn heal(&self) {
        self.proxies.values().for_each(|proxy| proxy.heal().expect("healed"));
    }
}
