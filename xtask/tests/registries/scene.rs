//! The running registries, and what stands in them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::Value;
use windlass::io::http::{Client, Manner, Request, Response};
use windlass::local::toolbox::{Tool, Toolbox};
use windlass::local::{Registries, Registry, Wanted};
use windlass::model::digest::sha256;
use windlass::model::method::Method;
use windlass::model::registry::RegistryKind;
use windlass::model::url::Url;

use super::client::{self, run};

pub struct Scene {
    pub registries: Registries,
    pub toolbox: Toolbox,
    pub folder: tempfile::TempDir,
    pub repository: PathBuf,
}

impl Scene {
    /// Starts every registry.
    ///
    /// # Panics
    /// When one does not come up.
    pub fn start() -> Scene {
        let folder = tempfile::Builder::new().prefix("windlass-").tempdir().expect("a folder");
        let toolbox = toolbox();
        let repository = repository(folder.path());
        let wanted = [
            Wanted::Pypi,
            Wanted::Npm { own: vec!["@windlass-probe/*".into()], private: false },
            Wanted::Crates { private: false },
            Wanted::Oci,
            Wanted::Go { repository: repository.clone() },
        ];
        let registries = Registries::start(&wanted, &toolbox, &folder.path().join("registries"));
        Scene { registries: registries.expect("the registries"), toolbox, folder, repository }
    }

    pub fn registry(&self, kind: RegistryKind) -> &Registry {
        self.registries.get(kind).expect("started")
    }

    /// A fresh folder.
    pub fn fresh(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// What a registry shows of a version, asked at a host; none when it is not there. For an index it is the
    /// digest that the index states.
    pub fn shown(&self, kind: RegistryKind, host: &str, name: &str, version: &str) -> Option<String> {
        let get = |path: &str, accept: &str| self.get(kind, host, path, accept);
        match kind {
            RegistryKind::Pypi => {
                let page =
                    get(&format!("/root/local/+simple/{name}/"), "application/vnd.pypi.simple.v1+json");
                let page: Value = serde_json::from_slice(&page?.body).expect("JSON");
                let files = page["files"].as_array()?.clone();
                let file = files.iter().find(|file| {
                    file["filename"].as_str().is_some_and(|name| name.contains(&format!("-{version}-")))
                })?;
                Some(file["hashes"]["sha256"].as_str()?.to_owned())
            }
            RegistryKind::Npm => {
                let page = get(&format!("/{}", name.replace('/', "%2f")), "application/json")?;
                let page: Value = serde_json::from_slice(&page.body).expect("JSON");
                Some(page["versions"][version]["dist"]["integrity"].as_str()?.to_owned())
            }
            RegistryKind::Crates => {
                let folders = format!("{}/{}", &name[..2], &name[2..4]);
                let page = get(&format!("/index/{folders}/{name}"), "*/*")?;
                let lines = String::from_utf8(page.body).expect("text");
                let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
                let line = lines.find(|line| line["vers"] == version)?;
                Some(line["cksum"].as_str()?.to_owned())
            }
            RegistryKind::Oci => {
                let page = get(&format!("/v2/{name}/manifests/{version}"), client::MANIFEST)?;
                Some(sha256(&page.body))
            }
            RegistryKind::Go => {
                let page = get(&format!("/{name}/@v/{version}.info"), "*/*")?;
                let page: Value = serde_json::from_slice(&page.body).expect("JSON");
                Some(page["Time"].as_str()?.to_owned())
            }
        }
    }

    fn get(&self, kind: RegistryKind, host: &str, path: &str, accept: &str) -> Option<Response> {
        let url = Url::parse(&format!("http://{host}{path}")).expect("a URL");
        let mut request = Request::new(Method::Get, url).header("accept", accept);
        if kind == RegistryKind::Oci {
            request = request.header("authorization", self.basic());
        }
        let answer = Client::new(Manner::default()).send(&request).expect("an answer");
        match answer.head.status {
            200 => Some(answer),
            404 => None,
            status => panic!("{path}: {status} {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// The OCI registry's user, as a header.
    pub fn basic(&self) -> String {
        let registry = self.registry(RegistryKind::Oci);
        let pair = format!("{}:{}", registry.user, registry.secret.expose());
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
    }
}

/// The toolbox that `scripts/setup` fills; what is missing is installed.
pub fn toolbox() -> Toolbox {
    let root = std::env::var_os("WINDLASS_TOOLS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/windlass/tools"),
        PathBuf::from,
    );
    let toolbox = Toolbox::open(root);
    toolbox.install(&Tool::ALL, &mut |text| eprint!("{text}")).expect("the tools");
    toolbox
}

/// A bare repository with two Go modules: one at the root, one below with a capital in its path.
fn repository(folder: &Path) -> PathBuf {
    let work = folder.join("go-work");
    for (path, text) in [
        ("go.mod", "module example.test/probe\n\ngo 1.19\n"),
        ("probe.go", "package probe\n\nconst Version = 1\n"),
        ("LICENSE", "Do as you like.\n"),
        ("clients/go/go.mod", "module example.test/probe/clients/Go\n\ngo 1.19\n"),
        ("clients/go/client.go", "package client\n\nconst Version = 1\n"),
    ] {
        let path = work.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let bare = folder.join("go.git");
    let tag = "clients/go/v1.2.3";
    let steps: [&[&str]; 7] = [
        &["init", "--quiet", "--initial-branch=main"],
        &["add", "--all"],
        &["commit", "--quiet", "-m", "Start"],
        &["tag", tag],
        &["tag", "-a", "-m", "Release", "v1.0.0"],
        &["tag", "v1.1.0-rc.1"],
        &["clone", "--quiet", "--bare", ".", &bare.display().to_string()],
    ];
    for step in steps {
        let words = std::iter::once("git").chain(step.iter().copied());
        run(&words.collect::<Vec<_>>(), &work, folder, &[]).succeeded();
    }
    bare
}
