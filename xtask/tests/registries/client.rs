//! The clients, each with a tiny artifact: what a person or CI would run.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use windlass::io::http::{Body, Client, Manner, Request, Response};
use windlass::local::Reach;
use windlass::model::client_env::ClientEnv;
use windlass::model::digest::sha256;
use windlass::model::method::Method;
use windlass::model::registry::RegistryKind;
use windlass::model::url::Url;

use super::scene::Scene;
use crate::support::canary::Canary;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// How long a client may take. Those that meet a silent server are ended far earlier.
const LIMIT: Duration = Duration::from_secs(60);

/// What became of a client.
#[derive(Debug)]
pub struct Outcome {
    /// None when it was ended.
    pub code: Option<i32>,
    pub said: String,
}

impl Outcome {
    /// # Panics
    /// When it failed.
    pub fn succeeded(&self) {
        assert_eq!(self.code, Some(0), "{}", self.said);
    }

    pub fn is_done(&self) -> bool {
        self.code == Some(0)
    }
}

/// An artifact that can be built and published in no time.
#[derive(Clone, Debug)]
pub struct Probe<'a> {
    pub kind: RegistryKind,
    pub name: String,
    pub version: &'a str,
    /// What makes its bytes differ from those of another one.
    pub mark: &'a str,
}

impl<'a> Probe<'a> {
    pub fn new(kind: RegistryKind, what: &str) -> Probe<'a> {
        let name = match kind {
            RegistryKind::Npm => format!("@windlass-probe/{what}"),
            RegistryKind::Go => "example.test/probe/clients/!go".to_owned(),
            _ => format!("windlass-probe-{what}"),
        };
        Probe { kind, name, version: if kind == RegistryKind::Go { "v1.2.3" } else { "1.0.0" }, mark: "one" }
    }
}

/// Runs a program to its end, or to the limit; its environment is what is named here and little else.
pub fn run_for(limit: Duration, words: &[&str], dir: &Path, home: &Path, env: &[(&str, &str)]) -> Outcome {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir(dir).env_clear().stdin(Stdio::null());
    // What leads to the package registries, and to the compilers; never credentials.
    for (name, value) in std::env::vars() {
        let kept =
            ["PATH", "SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "GOPROXY"];
        if kept.contains(&name.as_str()) || name.starts_with("RUSTUP_") {
            command.env(name, value);
        }
    }
    for (name, value) in [
        ("HOME", home.display().to_string()),
        ("LC_ALL", "C.UTF-8".into()),
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
        ("GIT_AUTHOR_NAME", "Ada Example".into()),
        ("GIT_AUTHOR_EMAIL", "ada@example.org".into()),
        ("GIT_COMMITTER_NAME", "Ada Example".into()),
        ("GIT_COMMITTER_EMAIL", "ada@example.org".into()),
        ("CARGO_HOME", home.join("cargo").display().to_string()),
        ("CARGO_NET_RETRY", "0".into()),
        ("NPM_CONFIG_CACHE", home.join("npm").display().to_string()),
        ("NPM_CONFIG_FETCH_RETRIES", "0".into()),
        ("NPM_CONFIG_UPDATE_NOTIFIER", "false".into()),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1".into()),
        ("GOPATH", home.join("go").display().to_string()),
        ("GOCACHE", home.join("go-build").display().to_string()),
    ] {
        command.env(name, value);
    }
    if std::env::var_os("RUSTUP_HOME").is_none()
        && let Some(own) = std::env::var_os("HOME")
    {
        command.env("RUSTUP_HOME", Path::new(&own).join(".rustup"));
    }
    command.envs(env.iter().copied());
    let log = tempfile::tempfile().expect("a file");
    let copy = || Stdio::from(log.try_clone().expect("a copy"));
    let mut child =
        command.stdout(copy()).stderr(copy()).spawn().unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let begun = Instant::now();
    let code = loop {
        if let Some(status) = child.try_wait().expect("a status") {
            break Some(status.code().unwrap_or(-1));
        }
        if begun.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut said = String::new();
    let mut log = log;
    std::io::Seek::rewind(&mut log).expect("the start");
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes).expect("the log");
    said.push_str(&String::from_utf8_lossy(&bytes));
    Outcome { code, said }
}

pub fn run(words: &[&str], dir: &Path, home: &Path, env: &[(&str, &str)]) -> Outcome {
    run_for(LIMIT, words, dir, home, env)
}

/// Runs a client, and looks for its credentials in what it says, what it writes and what it starts.
fn searched(env: &ClientEnv, folders: &[&Path], run: impl FnOnce() -> Outcome) -> Outcome {
    let mut canary = Canary::default();
    env.secrets().for_each(|secret| canary.watch("the registry's secret", secret.expose()));
    let (outcome, mut leaks) = canary.during(run);
    leaks.extend(canary.in_bytes("the client's output", outcome.said.as_bytes()));
    leaks.extend(folders.iter().flat_map(|folder| canary.below(folder)));
    Canary::silent(&leaks);
    outcome
}

/// Publishes a probe with its real client; gives up after `limit`.
pub fn publish(scene: &Scene, probe: &Probe<'_>, reach: &Reach, limit: Duration) -> Outcome {
    let folder =
        scene.fresh(&format!("build/{}/{}-{}", probe.kind, probe.name.replace('/', "-"), probe.mark));
    let env: Vec<(&str, &str)> = reach.publish.expose().collect();
    let home = scene.fresh("home");
    let go = |words: &[&str]| {
        searched(&reach.publish, &[&folder, &home], || run_for(limit, words, &folder, &home, &env))
    };
    match probe.kind {
        RegistryKind::Pypi => {
            let wheel = wheel(probe, &folder);
            let twine = scene.toolbox.python("twine").display().to_string();
            go(&[&twine, "upload", "--disable-progress-bar", &wheel])
        }
        RegistryKind::Npm => {
            let manifest = json!({ "name": probe.name, "version": probe.version, "description": probe.mark });
            fs::write(folder.join("package.json"), manifest.to_string()).expect("a manifest");
            go(&["npm", "publish", "--access", "public", "--loglevel=error"])
        }
        RegistryKind::Crates => {
            let manifest = format!(
                "[package]\nname = \"{}\"\nversion = \"{}\"\nedition = \"2021\"\ndescription = \"{}\"\n\
                 license = \"MIT\"\n[workspace]\n",
                probe.name, probe.version, probe.mark
            );
            fs::create_dir_all(folder.join("src")).expect("a folder");
            fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
            fs::write(folder.join("src/lib.rs"), "").expect("a file");
            go(&[&cargo(), "publish", "--quiet", "--registry", "local", "--no-verify", "--allow-dirty"])
        }
        RegistryKind::Oci => push(scene, probe, &reach.index, limit),
        RegistryKind::Go => Outcome { code: Some(0), said: "published by its tag".into() },
    }
}

/// The cargo that runs the tests, not a proxy of it.
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// Installs a probe from an empty home and gives what was installed.
pub fn install(scene: &Scene, probe: &Probe<'_>, reach: &Reach) -> Outcome {
    let what = probe.name.replace('/', "-");
    let folder = scene.fresh(&format!("install/{}/{what}", probe.kind));
    let home = scene.fresh(&format!("install/{}/{what}-home", probe.kind));
    let env: Vec<(&str, &str)> = reach.install.expose().collect();
    let go =
        |words: &[&str]| searched(&reach.install, &[&folder, &home], || run(words, &folder, &home, &env));
    let pinned = format!(
        "{}{}{}",
        probe.name,
        if probe.kind == RegistryKind::Pypi { "==" } else { "@" },
        probe.version
    );
    match probe.kind {
        RegistryKind::Pypi => {
            let python = scene.toolbox.python("python").display().to_string();
            go(&[
                &python,
                "-m",
                "pip",
                "install",
                "--no-deps",
                "--no-cache-dir",
                "--target",
                "there",
                &pinned,
            ])
        }
        // A dependency of somebody else's comes through the same registry.
        RegistryKind::Npm => go(&["npm", "install", "--no-audit", "--no-fund", &pinned, "isarray@2.0.5"]),
        RegistryKind::Crates => {
            let manifest = format!(
                "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n\
                 {} = {{ version = \"={}\", registry = \"local\" }}\n",
                probe.name, probe.version
            );
            fs::create_dir_all(folder.join("src")).expect("a folder");
            fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
            fs::write(folder.join("src/lib.rs"), "").expect("a file");
            go(&[&cargo(), "fetch", "--verbose"])
        }
        RegistryKind::Oci => {
            let digest = scene.shown(probe.kind, &reach.index, &probe.name, probe.version);
            Outcome { code: Some(i32::from(digest.is_none())), said: digest.unwrap_or_default() }
        }
        RegistryKind::Go => go(&["go", "mod", "download", "-json", &pinned.replace("!go", "Go")]),
    }
}

/// A wheel by hand: the binary distribution format asks for a METADATA, a WHEEL and a RECORD.
fn wheel(probe: &Probe<'_>, folder: &Path) -> String {
    let module = probe.name.replace('-', "_");
    let info = format!("{module}-{}.dist-info", probe.version);
    let path = folder.join(format!("{module}-{}-py3-none-any.whl", probe.version));
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).expect("a file"));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in [
        (format!("{module}.py"), format!("MARK = {:?}\n", probe.mark)),
        (
            format!("{info}/METADATA"),
            format!("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", probe.name, probe.version),
        ),
        (
            format!("{info}/WHEEL"),
            "Wheel-Version: 1.0\nGenerator: probe\nRoot-Is-Purelib: true\nTag: py3-none-any\n".into(),
        ),
        (
            format!("{info}/RECORD"),
            format!("{module}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"),
        ),
    ] {
        archive.start_file(name, options).expect("a file");
        archive.write_all(text.as_bytes()).expect("a file");
    }
    archive.finish().expect("an archive");
    path.display().to_string()
}

/// Pushes an image of one blob over plain HTTP, as the OCI distribution specification has it.
fn push(scene: &Scene, probe: &Probe<'_>, host: &str, limit: Duration) -> Outcome {
    let send = |method: Method, url: &str, kind: &str, body: &[u8]| -> Result<Response, String> {
        let url = Url::parse(url)?;
        let request = Request::new(method, url)
            .header("content-type", kind)
            .header("authorization", scene.basic())
            .body(Body::Bytes(body.to_vec()))
            .limit(limit);
        let answer = Client::new(Manner::default()).send(&request).map_err(|fault| fault.to_string())?;
        if (200..300).contains(&answer.head.status) {
            Ok(answer)
        } else {
            Err(format!("{} {}", answer.head.status, String::from_utf8_lossy(&answer.body)))
        }
    };
    let pushed = || -> Result<(), String> {
        let base = format!("http://{host}/v2/{}", probe.name);
        let config = json!({ "mark": probe.mark }).to_string();
        let digest = format!("sha256:{}", sha256(config.as_bytes()));
        let opened = send(Method::Post, &format!("{base}/blobs/uploads/"), "application/octet-stream", b"")?;
        let place = opened.head.header("location").ok_or("no place")?;
        assert!(place.starts_with(&format!("http://{host}/")), "{place} leads past {host}");
        send(
            Method::Put,
            &format!("{place}&digest={digest}"),
            "application/octet-stream",
            config.as_bytes(),
        )?;
        let kind = "application/vnd.oci.image.config.v1+json";
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": [],
            "config": { "mediaType": kind, "digest": digest, "size": config.len() },
        });
        let url = format!("{base}/manifests/{}", probe.version);
        send(Method::Put, &url, MANIFEST, manifest.to_string().as_bytes()).map(|_| ())
    };
    match pushed() {
        Ok(()) => Outcome { code: Some(0), said: String::new() },
        Err(said) => Outcome { code: Some(1), said },
    }
}
