//! The repository under the knife: files of several kinds, fragments, three tags, a pin, a hook, a remote.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use super::state::State;
use crate::support::sandbox::Sandbox;

/// What is typed for the direct flow, the same with a push, and the reviewed flow's two halves.
pub const RELEASE: &[&str] = &["release", "minor", "--pin", "oss=oss-v0.2.0", "--yes"];
pub const RELEASE_PUSH: &[&str] = &["release", "minor", "--yes", "--push"];
pub const PREPARE: &[&str] = &["release", "minor", "--prepare", "--yes"];
pub const TAG: &[&str] = &["release", "tag", "--yes"];
pub const RESUME: &[&str] = &["release", "--resume"];
pub const ABORT: &[&str] = &["release", "--abort"];

const CONFIG: &str = r#"
[groups.suite]
default = true
packages = ["api", "web", "go"]
base = "api"
FLOW
tags = [
  { name = "packages/go/v{version}", kind = "lightweight", push = "first" },
  "v{version}",
  { name = "api-v{version:pep440}", message = "Release api {version:pep440}" },
]

[packages.api]
path = "packages/api"
[packages.web]
path = "packages/web"
[packages.go]
path = "packages/go"
places = [{ file = "version.sh", pattern = 'VERSION={version}' }]

[changelogs.root]
file = "CHANGELOG.md"
fragments = "changelog.d"

[pins.oss]
repository = "../remote.git"
tag = "oss-v{version}"
places = [{ file = "packages/go/version.sh", pattern = "OSS={tag}" }]

[[hooks]]
name = "stamp"
run = ["sh", "scripts/stamp.sh"]
changes = ["**/*.none", "packages/web/package.json", "packages/web/made/**", "packages/web/old.txt", "NOTICE"]
"#;

/// Appends, so that a hook that ran twice over its own output shows.
const STAMP: &str = r#"set -eu
printf '\n' >> packages/web/package.json
printf 'stamped %s\n' "$WINDLASS_VERSION" >> NOTICE
mkdir -p packages/web/made/deep
printf 'export const version = "%s";\n' "$WINDLASS_VERSION" >> packages/web/made/deep/version.ts
rm -f packages/web/old.txt
if [ -n "${STAMP_WAITS:-}" ]; then printf 'here\n' > "$STAMP_WAITS.here"; read -r _ < "$STAMP_WAITS"; fi
"#;

const FILES: &[(&str, &str, u32)] = &[
    (".gitattributes", "packages/api/pyproject.toml text eol=crlf\n", 0o644),
    (".gitignore", "*.ignored\n", 0o644),
    (
        "CHANGELOG.md",
        "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A leak.\n\n## [0.1.0] - 2026-01-01\n\n- Start.\n",
        0o644,
    ),
    ("NOTICE", "Made by many.\n", 0o644),
    ("changelog.d/fast.changed.md", "Everything is faster.\n", 0o644),
    ("changelog.d/new.added.md", "A door.\n", 0o640),
    ("packages/api/pyproject.toml", "[project]\r\nname = \"api\"\r\nversion = \"0.1.0\"\r\n", 0o644),
    ("packages/go/go.mod", "module example.org/suite/packages/go\n", 0o644),
    ("packages/go/version.sh", "#!/bin/sh\nVERSION=0.1.0\nOSS=oss-v0.1.0\n", 0o755),
    ("packages/web/old.txt", "old\n", 0o644),
    ("packages/web/package.json", "{\n  \"name\": \"web\",\n  \"version\": \"0.1.0\"\n}\n", 0o600),
    ("scripts/stamp.sh", STAMP, 0o644),
];

/// A repository, its remote and its home in a folder of their own.
pub struct Scene {
    pub sandbox: Sandbox,
}

impl Scene {
    /// The direct flow.
    pub fn direct() -> Scene {
        Scene::make("")
    }

    /// The reviewed flow.
    pub fn reviewed() -> Scene {
        Scene::make("flow = \"reviewed\"")
    }

    /// The reviewed flow with its commit merged and pushed, its tags not made.
    pub fn merged() -> Scene {
        let scene = Scene::reviewed();
        assert_eq!(scene.run(PREPARE).code, Some(0));
        scene.git(&["push", "--quiet", "origin", "HEAD:main"]);
        scene.git(&["checkout", "--quiet", "main"]);
        scene.git(&["pull", "--quiet", "--ff-only", "origin", "main"]);
        scene
    }

    fn make(flow: &str) -> Scene {
        let sandbox = Sandbox::new();
        let work = sandbox.work();
        for (path, text, mode) in FILES {
            write(&work.join(path), text, *mode);
        }
        write(&work.join("windlass.toml"), &CONFIG.replace("FLOW", flow), 0o644);
        // Hooks and examples would only slow the copies down.
        sandbox.git(&["init", "--quiet", "--initial-branch=main", "--template="]);
        sandbox.git(&["config", "gc.auto", "0"]);
        sandbox.begin(true);
        sandbox.git(&["push", "--quiet", "origin", "main:refs/tags/oss-v0.2.0"]);
        write(&work.join("mine.txt"), "untracked\n", 0o644);
        write(&work.join("mine.ignored"), "ignored\n", 0o644);
        fs::create_dir_all(work.join("packages/web/made/mine")).expect("an empty folder");
        Scene { sandbox }
    }

    /// The same, bytes, modes and times, in another folder.
    pub fn copy(&self) -> Scene {
        let sandbox = Sandbox::new();
        copy_exactly(self.sandbox.path(), sandbox.path());
        Scene { sandbox }
    }

    pub fn git(&self, args: &[&str]) -> String {
        self.sandbox.git(args)
    }

    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    /// Runs windlass with more variables; its events come as JSON lines.
    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Run {
        let mut command = self.sandbox.command("windlass");
        command.args(["--format", "json"]).args(args).envs(env.iter().copied());
        Run::read(&command.output().expect("windlass starts"))
    }

    /// Runs windlass until it has told `count` events.
    pub fn killed_after(&self, args: &[&str], count: usize) -> Run {
        self.run_with(args, &[("WINDLASS_KILL_AFTER", &count.to_string())])
    }

    /// Waits until no process of a killed release holds its lock.
    pub fn wait_until_dead(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while let Ok(file) = fs::File::open(self.git_folder().join("windlass/lock")) {
            if file.try_lock().is_ok() {
                return;
            }
            assert!(Instant::now() < deadline, "a process of the release lives on");
            std::thread::yield_now();
        }
    }

    pub fn state(&self) -> State {
        State::of(self)
    }

    pub fn git_folder(&self) -> std::path::PathBuf {
        self.sandbox.work().join(".git")
    }

    /// Whether the next ordinary command sees an interrupted release, and says so rightly.
    pub fn is_interrupted(&self) -> bool {
        let run = self.run(&["check"]);
        match run.code {
            Some(3) => {
                assert!(run.text.contains("W0207"), "{}", run.text);
                true
            }
            Some(0) => false,
            _ => panic!("check: {run:?}"),
        }
    }

    /// From wherever it stands, `--resume` ends in `after`.
    pub fn must_resume(&self, after: &State, context: &str) {
        let run = self.run(RESUME);
        assert_eq!(run.code, Some(0), "{context}, then resume: {run:?}");
        self.must_be(after, &format!("{context}, then resume"));
    }

    /// From wherever it stands, `--abort` ends in `before`; once public, it is refused and the
    /// release can still be finished.
    pub fn must_abort(&self, before: &State, after: &State, context: &str) {
        let public = self.state().remote != before.remote;
        let run = self.run(ABORT);
        if public {
            assert_eq!(run.code, Some(4), "{context}, then abort: {run:?}");
            assert!(run.text.contains("W0610"), "{}", run.text);
            self.must_resume(after, &format!("{context}, then a refused abort"));
        } else {
            assert_eq!(run.code, Some(0), "{context}, then abort: {run:?}");
            self.must_be(before, &format!("{context}, then abort"));
        }
    }

    /// Both ways out, each from a copy.
    pub fn must_come_out(&self, before: &State, after: &State, context: &str) {
        self.copy().must_resume(after, context);
        self.copy().must_abort(before, after, context);
    }

    pub fn must_be(&self, state: &State, context: &str) {
        let wrong = state.difference(&self.state());
        assert!(wrong.is_empty(), "{context}:\n{wrong}");
        super::state::assert_settled(self, context);
    }
}

/// How windlass ended and what it told.
pub struct Run {
    /// None when a signal ended it.
    pub code: Option<i32>,
    pub events: Vec<String>,
    pub text: String,
}

impl Run {
    pub fn read(output: &Output) -> Run {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let events = errors.lines().filter_map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            let name = value.get("event")?.as_str()?;
            // The outcome is a line of the same stream, and no effect.
            (name != "released").then(|| name.to_owned())
        });
        let events: Vec<String> = events.collect();
        let text = errors + &String::from_utf8_lossy(&output.stdout);
        Run { code: output.status.code(), events, text }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The plan comes first and is long; what went wrong comes last.
        let lines: Vec<&str> = self.text.lines().collect();
        let last = lines[lines.len().saturating_sub(30)..].join("\n");
        write!(f, "exit {:?}\n{last}", self.code)
    }
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

fn copy_exactly(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("a readable folder");
        let target = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).expect("a folder");
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target).expect("a copy");
            let time = entry.metadata().expect("metadata").modified().expect("a time");
            let file = fs::File::options().append(true).open(&target);
            // git's objects are read-only; nobody asks their times.
            if let Ok(file) = file {
                file.set_modified(time).expect("a time");
            }
        }
    }
}

/// Whether the whole matrix is wanted.
pub fn nightly() -> bool {
    std::env::var_os("WINDLASS_NIGHTLY").is_some_and(|value| value == "1")
}

/// Runs `work` on every item, a few at a time; the first panic ends the test.
pub fn each<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                    work(item);
                }
            });
        }
    });
}
