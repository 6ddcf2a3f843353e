//! One repository with five releases, all built, for every test: `forge-release` changes nothing in it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Output;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::forge::server::Server;
use crate::forge::{github_releases as github, gitlab_releases as gitlab};
use crate::support::canary::{Canary, Leak};
use crate::support::sandbox::Sandbox;

/// A version and its fixes, the newest final version, the next pre-release.
pub const TAGS: [&str; 5] = ["v0.1.0", "v0.1.1", "v0.1.2", "v0.2.0", "v0.3.0-rc.1"];

/// Far more than any call here takes, in seconds.
pub const LIMIT: u64 = 60;

const CONFIG: &str = r#"
[release]
branches = ["main", "maintenance"]
[packages.app]
path = "."
[changelogs.root]
file = "CHANGELOG.md"
fragments = "changelog.d"
[[targets]]
package = "app"
kind = "files"
files = ["docs/*.txt"]
"#;

/// The token that must be seen nowhere.
pub fn token() -> String {
    format!("canary-{}", "of-the-forge")
}

struct Scene {
    sandbox: Sandbox,
    commits: BTreeMap<String, String>,
}

fn scene() -> &'static Scene {
    static SCENE: OnceLock<Scene> = OnceLock::new();
    SCENE.get_or_init(|| {
        let sandbox = Sandbox::new();
        let release = |version: &str, changelog: &str, fragment: Option<&str>| {
            write(&sandbox, "package.json", &format!("{{\"name\": \"app\", \"version\": \"{version}\"}}\n"));
            write(&sandbox, "CHANGELOG.md", changelog);
            write(&sandbox, "docs/manual.txt", &format!("The manual of {version}.\n"));
            write(&sandbox, "docs/licences.txt", "All of them.\n");
            if let Some(fragment) = fragment {
                write(&sandbox, "changelog.d/one.added.md", fragment);
            }
            sandbox.git(&["add", "--all"]);
            sandbox.git(&["commit", "--quiet", "-m", version]);
            sandbox.git(&["tag", "-a", "-m", version, &format!("v{version}")]);
        };
        write(&sandbox, "windlass.toml", CONFIG);
        write(&sandbox, ".gitignore", "target/\n");
        sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
        let first =
            "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-05-01\n\n### Added\n\n- The first.\n";
        release("0.1.0", first, None);
        let fix =
            first.replace("## [0.1.0]", "## [0.1.1] - 2026-07-01\n\n### Fixed\n\n- A fix.\n\n## [0.1.0]");
        release("0.1.1", &fix, None);
        release("0.1.2", &fix.replace("0.1.1", "0.1.2"), None);
        let second = first.replace(
            "## [0.1.0]",
            "## [0.2.0] - 2026-06-01\n\n### Added\n\n- A second `thing`.\n\n## [0.1.0]",
        );
        release("0.2.0", &second, None);
        release("0.3.0-rc.1", &second, Some("A third thing.\n"));
        for tag in TAGS {
            let built = sandbox.windlass(&["build", "--tag", tag]);
            assert!(built.status.success(), "{}", text(&built));
        }
        let commit = |tag: &str| sandbox.git(&["rev-parse", &format!("{tag}^{{commit}}")]);
        let commits = TAGS.map(|tag| (tag.to_owned(), commit(tag))).into();
        Scene { sandbox, commits }
    })
}

fn write(sandbox: &Sandbox, path: &str, text: &str) {
    let path = sandbox.work().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

pub fn commits() -> BTreeMap<String, String> {
    scene().commits.clone()
}

/// What was built of a version, by name, with what comes along.
pub fn built(version: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = scene().sandbox.work().join(format!("target/windlass/app-{version}"));
    let read = |path: PathBuf| std::fs::read(path).expect("a file");
    let mut files = BTreeMap::new();
    for name in ["manual.txt", "licences.txt", "artifacts.json"] {
        files.insert(name.to_owned(), read(folder.join(name)));
    }
    let digest =
        |(name, bytes): (&String, &Vec<u8>)| format!("{}  {name}\n", windlass::model::digest::sha256(bytes));
    let sums: String = files.iter().map(digest).collect();
    files.insert("SHA256SUMS".into(), sums.into_bytes());
    files
}

pub fn github() -> Server<github::Github> {
    Server::start(github::Github::new(commits())).only_with("authorization", &format!("Bearer {}", token()))
}

pub fn gitlab() -> Server<gitlab::Gitlab> {
    Server::start(gitlab::Gitlab::new(commits())).only_with("private-token", &token())
}

/// `[forge]` for a fake.
pub fn on_github(server: &Server<github::Github>) -> String {
    format!(
        "kind = \"github\"\napi = \"{}\"\nproject = \"{}\"\ntoken = \"TOKEN\"\n",
        server.api(),
        github::PROJECT
    )
}

pub fn on_gitlab(server: &Server<gitlab::Gitlab>) -> String {
    format!(
        "kind = \"gitlab\"\napi = \"{}\"\nproject = \"{}\"\ntoken = \"TOKEN\"\n",
        server.api(),
        gitlab::PROJECT
    )
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of the one problem.
    pub fn code(&self) -> String {
        let line = self.stderr.lines().find_map(|line| line.strip_prefix("error "));
        line.map_or_else(|| panic!("{self:?}"), |line| line[..5].to_owned())
    }
}

/// Adds an image to what was built of 0.1.0, which no other test releases.
pub fn add_image(name: &str, digest: &str) {
    let path = scene().sandbox.work().join("target/windlass/app-0.1.0/artifacts.json");
    let mut list: Value = serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
    let image = json!({
        "package": "app", "target": "image", "kind": "image", "path": "app.oci", "size": 1,
        "sha256": digest.trim_start_matches("sha256:"),
        "coordinate": { "name": name, "version": "0.1.0" },
    });
    list["artifacts"].as_array_mut().expect("a list").push(image);
    std::fs::write(&path, list.to_string()).expect("a file");
}

/// Does something while a file of 0.1.2, which no other test releases, has a byte more than was built.
pub fn with_changed_file<T>(act: impl FnOnce() -> T) -> T {
    let path = scene().sandbox.work().join("target/windlass/app-0.1.2/manual.txt");
    let bytes = std::fs::read(&path).expect("a file");
    std::fs::write(&path, [bytes.as_slice(), b"!"].concat()).expect("a file");
    let result = act();
    std::fs::write(&path, bytes).expect("a file");
    result
}

/// Runs `forge-release`; no secret may show.
pub fn forge_release(forge: &str, args: &[&str]) -> Ended {
    with_token(forge, args, Some(&token()), "")
}

/// As [`forge_release`], with another token and more of a config.
pub fn with_token(forge: &str, args: &[&str], token: Option<&str>, config: &str) -> Ended {
    run(forge, args, token, config, LIMIT)
}

/// As [`forge_release`], with a limit for each call in seconds.
pub fn in_a_hurry(forge: &str, args: &[&str], limit: u64) -> Ended {
    run(forge, args, Some(&token()), "", limit)
}

fn run(forge: &str, args: &[&str], token: Option<&str>, config: &str, limit: u64) -> Ended {
    let (ended, leaks) = watched(forge, args, token, config, limit);
    Canary::silent(&leaks);
    ended
}

/// A run, and wherever its token was found: printed, in a command line, in what lies in the repository.
pub fn watched(
    forge: &str,
    args: &[&str],
    token: Option<&str>,
    config: &str,
    limit: u64,
) -> (Ended, Vec<Leak>) {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let sandbox = &scene().sandbox;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = sandbox.path().join(format!("config-{number}.toml"));
    let forge = if forge.is_empty() { String::new() } else { format!("[forge]\n{forge}") };
    std::fs::write(&path, format!("{CONFIG}\n{config}\n{forge}")).expect("a file");
    let mut command = sandbox.command("windlass");
    command.arg("forge-release").args(args).arg("--config").arg(&path);
    command.env("WINDLASS_LOCAL_PATIENCE", "0").env("WINDLASS_CALL_LIMIT", limit.to_string());
    let mut canary = Canary::default();
    canary.watch("TOKEN", &self::token());
    if let Some(token) = token {
        command.env("TOKEN", token);
        canary.watch("TOKEN", token);
    }
    let (output, leaks) = canary.run(&mut command, sandbox.path());
    let ended = Ended {
        exit: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    };
    (ended, leaks)
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
