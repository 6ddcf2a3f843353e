//! Every kind of artifact, built by the real builders. Images need a container engine: where CI has a way to
//! start one (`scripts/docker`) it must answer; elsewhere they are left out when none does.

#[path = "build/parts.rs"]
mod parts;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::canary::credential;
use support::sandbox::Sandbox;
use windlass::artifact::archive;

const FOLDER: &str = "target/windlass/all-1.2.0-rc.1";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn has(program: &str) -> bool {
    Command::new(program).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn engine() -> bool {
    let answers = Command::new("docker").arg("version").output().is_ok_and(|output| output.status.success());
    let must = std::env::var_os("CI").is_some() && repository().join("scripts/docker").is_file();
    assert!(answers || !must, "no container engine answers; start it: scripts/docker");
    answers
}

/// A repository with a package of each kind; without an engine, without the image.
fn sandbox(change: impl FnOnce(&Sandbox)) -> Sandbox {
    let sandbox = Sandbox::new();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build/in");
    support::sandbox::copy_tree(&files, &sandbox.work());
    if !engine() {
        edit(
            &sandbox,
            "windlass.toml",
            "kind = \"image\"\nname = \"ghcr.io/example/img\"\ntags = [\"{version}\", \"latest\"]",
            "kind = \"files\"\nfiles = [\"img/hello\"]",
        );
    }
    change(&sandbox);
    sandbox.begin(false);
    sandbox.git(&["tag", "v1.2.0-rc.1"]);
    sandbox
}

fn edit(sandbox: &Sandbox, file: &str, from: &str, to: &str) {
    let path = sandbox.work().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} holds no {from}");
    fs::write(path, text.replace(from, to)).unwrap();
}

/// Leaves one target in the config.
fn only(sandbox: &Sandbox, package: &str) {
    let path = sandbox.work().join("windlass.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (head, _) = text.split_once("[[targets]]").unwrap();
    let targets: Vec<&str> = text.split("[[targets]]").skip(1).collect();
    let ours = targets.iter().find(|target| target.contains(&format!("package = \"{package}\""))).unwrap();
    fs::write(path, format!("{head}[[targets]]{ours}")).unwrap();
}

fn command(sandbox: &Sandbox, args: &[&str]) -> Command {
    let mut command = sandbox.command("windlass");
    let home = std::env::var("HOME").unwrap_or_default();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let usual = Path::new(&home).join(folder).display().to_string();
        command.env(name, std::env::var(name).unwrap_or(usual));
    }
    // Python's builder is installed once for all tests, and for whoever works here.
    let tools = std::env::var("WINDLASS_TOOLS")
        .unwrap_or_else(|_| repository().join("target/windlass/tools").display().to_string());
    let installing = ["PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy"];
    for name in installing {
        if let Ok(value) = std::env::var(name) {
            command.env(name, value);
        }
    }
    command
        .env("WINDLASS_TOOLS", tools)
        .env("NPM_TOKEN", credential("NPM_TOKEN"))
        .env("NODE_ENV", "production");
    command.arg("build").args(args);
    command
}

fn build(sandbox: &Sandbox, args: &[&str]) -> Output {
    command(sandbox, args).output().unwrap()
}

fn succeeded(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}{}", String::from_utf8_lossy(&output.stdout));
    errors
}

fn list(sandbox: &Sandbox) -> Value {
    let path = sandbox.work().join(FOLDER).join("artifacts.json");
    serde_json::from_slice(&fs::read(path).expect("a list")).unwrap()
}

fn bytes(sandbox: &Sandbox, path: &str) -> Vec<u8> {
    fs::read(sandbox.work().join(FOLDER).join(path)).expect(path)
}

#[test]
fn every_kind_is_built_once_from_what_git_has() {
    let sandbox = sandbox(|_| {});
    // What is not committed is not built.
    fs::write(sandbox.work().join("py/src/tiny_py/__init__.py"), "DIRTY = 1\n").unwrap();
    fs::write(sandbox.work().join("chart/untracked.yaml"), "x").unwrap();
    let before = sandbox.git(&["status", "--porcelain"]);
    succeeded(&build(&sandbox, &["--tag", "v1.2.0-rc.1"]));

    let list = list(&sandbox);
    let rows: Vec<String> = list["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |pointer: &str| one.pointer(pointer).unwrap().as_str().unwrap();
            let (kind, path) = (text("/kind"), text("/path"));
            format!("{kind} {path} {} {}", text("/coordinate/name"), text("/coordinate/version"))
        })
        .collect();
    let image =
        if engine() { "image img.oci ghcr.io/example/img 1.2.0-rc.1" } else { "file hello hello 1.2.0-rc.1" };
    assert_eq!(
        rows,
        [
            "wheel tiny_py-1.2.0rc1-py3-none-any.whl tiny-py 1.2.0rc1",
            "sdist tiny_py-1.2.0rc1.tar.gz tiny-py 1.2.0rc1",
            "npm tiny-js-1.2.0-rc.1.tgz @tiny/js 1.2.0-rc.1",
            "crate tiny-rs-1.2.0-rc.1.crate tiny-rs 1.2.0-rc.1",
            "chart charts/tiny-1.2.0-rc.1.tgz ghcr.io/example/tiny 1.2.0-rc.1",
            "module gomod-v1.2.0-rc.1.zip example.org/tiny/gomod v1.2.0-rc.1",
            image,
            "file a.txt a.txt 1.2.0-rc.1",
            "file made.txt made.txt 1.2.0-rc.1",
        ]
    );
    let sdist = archive::files(&bytes(&sandbox, "tiny_py-1.2.0rc1.tar.gz")).unwrap();
    assert_eq!(sdist["tiny_py-1.2.0rc1/src/tiny_py/__init__.py"], b"X = 1\n");
    let chart = archive::files(&bytes(&sandbox, "charts/tiny-1.2.0-rc.1.tgz")).unwrap();
    assert!(!chart.contains_key("tiny/untracked.yaml") && !chart.contains_key("tiny/ci/values.yaml"));
    let npm = archive::files(&bytes(&sandbox, "tiny-js-1.2.0-rc.1.tgz")).unwrap();
    let seen = String::from_utf8_lossy(&npm["package/dist/seen.txt"]).into_owned();
    let epoch = support::sandbox::EPOCH;
    assert_eq!(seen, format!("NPM_TOKEN=undefined\nNODE_ENV=undefined\nSOURCE_DATE_EPOCH={epoch}\nTZ=UTC\n"));
    assert_eq!(bytes(&sandbox, "made.txt"), b"1.2.0-rc.1");

    // Nothing of it is in the repository.
    assert_eq!(sandbox.git(&["status", "--porcelain"]), before);
    assert_eq!(sandbox.git(&["worktree", "list"]).lines().count(), 1);

    // The same commit is not built again, unless its bytes are no longer as their digests say.
    assert!(succeeded(&build(&sandbox, &[])).contains("Nothing to do"));
    fs::write(sandbox.work().join(FOLDER).join("made.txt"), "tampered").unwrap();
    assert!(succeeded(&build(&sandbox, &[])).contains("built img/files"));
    assert_eq!(bytes(&sandbox, "made.txt"), b"1.2.0-rc.1");
    let folder = sandbox.work().join(FOLDER);
    let sums =
        Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(folder).status();
    assert!(sums.is_ok_and(|status| status.success()) || !has("sha256sum"));
}

#[test]
fn two_builds_of_every_kind_give_the_same_bytes() {
    let sandbox = sandbox(|_| {});
    let said = succeeded(&build(&sandbox, &["--twice"]));
    assert!(said.contains("Both builds gave the same bytes"), "{said}");
    assert_eq!(list(&sandbox)["artifacts"].as_array().unwrap().len(), 9);
}

#[test]
fn what_differs_between_two_builds_is_named() {
    let sandbox = sandbox(|sandbox| {
        only(sandbox, "js");
        edit(sandbox, "js/build.js", "process.env[name]", "process.hrtime.bigint()");
    });
    let output = build(&sandbox, &["--twice"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error W0736") && said.contains("1 of 1 artifacts came out differently"), "{said}");
    assert!(said.contains("tiny-js-1.2.0-rc.1.tgz: "), "{said}");
    assert!(!sandbox.work().join(FOLDER).exists());
}

#[test]
fn an_archive_of_another_version_is_refused() {
    let sandbox = sandbox(|sandbox| {
        only(sandbox, "js");
        let change = "const p = JSON.parse(fs.readFileSync('package.json')); p.version = '9.0.0';\n\
            fs.writeFileSync('package.json', JSON.stringify(p));\nfs.mkdirSync";
        edit(sandbox, "js/build.js", "fs.mkdirSync", change);
    });
    let output = build(&sandbox, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error W0734") && said.contains("says @tiny/js 9.0.0"), "{said}");
    assert!(!sandbox.work().join(FOLDER).exists());
}

#[test]
fn a_killed_build_leaves_nothing_that_looks_whole() {
    let sandbox = sandbox(|sandbox| {
        only(sandbox, "img");
        let marker = sandbox.path().join("begun");
        let wait = "import os, sys, time\np = os.getppid()\nopen(sys.argv[1], 'w').close()\n\
            while os.getppid() == p and os.path.exists(sys.argv[1]): time.sleep(0.02)";
        fs::write(sandbox.work().join("wait.py"), wait).unwrap();
        let before = format!(
            "kind = \"files\"\nfiles = [\"data/*.txt\"]\nbefore = [[\"python3\", \"wait.py\", \"{}\"]]",
            marker.display()
        );
        let path = sandbox.work().join("windlass.toml");
        let text = fs::read_to_string(&path).unwrap();
        let (head, _) = text.split_once("kind = \"").unwrap();
        fs::write(&path, format!("{head}{before}\n")).unwrap();
    });
    let marker = sandbox.path().join("begun");
    let mut running = command(&sandbox, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !marker.exists() {
        assert!(Instant::now() < deadline, "the build did not begin");
        std::thread::yield_now();
    }
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(!sandbox.work().join(FOLDER).exists());

    // The next one finds its way: without the marker its program ends at once.
    fs::remove_file(&marker).unwrap();
    let mut again = command(&sandbox, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !marker.exists() {
        assert!(Instant::now() < deadline, "the build did not begin");
        std::thread::yield_now();
    }
    fs::remove_file(&marker).unwrap();
    assert!(again.wait().unwrap().success());
    assert_eq!(list(&sandbox)["artifacts"][0]["path"], "a.txt");
    let left: Vec<_> = fs::read_dir(sandbox.work().join("target/windlass")).unwrap().flatten().collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().ends_with(".building")), "{left:?}");
}

#[test]
fn the_go_command_computes_the_same_sum() {
    if !has("go") {
        assert!(std::env::var_os("CI").is_none(), "CI has Go");
        return;
    }
    let sandbox = sandbox(|sandbox| only(sandbox, "gomod"));
    succeeded(&build(&sandbox, &[]));
    let list = list(&sandbox);
    let artifact = &list["artifacts"][0];
    let zip = bytes(&sandbox, artifact["path"].as_str().unwrap());
    let served = sandbox.path().join("proxy/example.org/tiny/gomod/@v");
    fs::create_dir_all(&served).unwrap();
    let version = "v1.2.0-rc.1";
    fs::write(served.join(format!("{version}.info")), format!("{{\"Version\":\"{version}\"}}")).unwrap();
    fs::copy(sandbox.work().join("gomod/go.mod"), served.join(format!("{version}.mod"))).unwrap();
    fs::write(served.join(format!("{version}.zip")), zip).unwrap();
    let output = sandbox
        .command("go")
        .args(["mod", "download", "-json", &format!("example.org/tiny/gomod@{version}")])
        .env("GOPROXY", format!("file://{}", sandbox.path().join("proxy").display()))
        .envs([
            ("GONOSUMDB", "*"),
            ("GONOSUMCHECK", "1"),
            ("GOSUMDB", "off"),
            ("GOTOOLCHAIN", "local"),
            ("GOFLAGS", "-modcacherw"),
        ])
        .output()
        .unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["Error"], Value::Null);
    assert_eq!(said["Sum"], artifact["registry_digest"]);
}

#[test]
fn helm_packages_the_same_files() {
    let own = repository().join(".tools/bin/helm");
    let helm = if own.is_file() { own.display().to_string() } else { "helm".to_owned() };
    if !has(&helm) {
        return;
    }
    let sandbox = sandbox(|sandbox| only(sandbox, "chart"));
    succeeded(&build(&sandbox, &[]));
    let ours = archive::files(&bytes(&sandbox, "charts/tiny-1.2.0-rc.1.tgz")).unwrap();
    let out = sandbox.path().join("theirs");
    let output =
        sandbox.command(&helm).args(["package", "chart", "--destination"]).arg(&out).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let theirs = archive::files(&fs::read(out.join("tiny-1.2.0-rc.1.tgz")).unwrap()).unwrap();
    // helm writes Chart.yaml anew; every other file is the same.
    let without_manifest = |mut files: BTreeMap<String, Vec<u8>>| {
        assert!(files.remove("tiny/Chart.yaml").is_some());
        files
    };
    assert_eq!(without_manifest(ours), without_manifest(theirs));
}

#[test]
fn an_image_is_a_layout_that_names_its_own_bytes() {
    if !engine() {
        return;
    }
    let sandbox = sandbox(|sandbox| only(sandbox, "img"));
    succeeded(&build(&sandbox, &[]));
    let json = |path: &str| -> Value { serde_json::from_slice(&bytes(&sandbox, path)).unwrap() };
    let index = json("img.oci/index.json");
    let entry = &index["manifests"][0];
    assert_eq!(entry["annotations"]["org.opencontainers.image.ref.name"], "1.2.0-rc.1");
    let blob = |digest: &Value| format!("img.oci/blobs/{}", digest.as_str().unwrap().replace(':', "/"));
    let manifest = json(&blob(&entry["digest"]));
    let config = json(&blob(&manifest["config"]["digest"]));
    assert_eq!(config["created"], "2026-07-01T00:00:00Z");
    assert_eq!(config["config"]["Cmd"][0], "/hello");
    let layer = archive::files(&bytes(&sandbox, &blob(&manifest["layers"][0]["digest"]))).unwrap();
    assert_eq!(layer["hello"], b"hi\n");
    let artifact = &list(&sandbox)["artifacts"][0];
    assert_eq!(artifact["registry_digest"], entry["digest"]);
}
