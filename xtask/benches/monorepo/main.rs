//! Measures windlass on generated monorepos beside the floor of plain git, in one run.
//!
//! `cargo bench` prints medians, peak memory, git processes and the ratio to the floor. It asserts
//! nothing: the machine is shared and times are not a test. `WINDLASS_BENCH_RUNS` sets the number of
//! runs (5), `WINDLASS_BENCH_SIZES=small` leaves the largest out.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// What one command cost.
#[derive(Clone, Copy)]
struct Cost {
    seconds: f64,
    /// Peak resident memory of the largest process, MiB.
    memory: f64,
}

fn main() {
    let runs = std::env::var("WINDLASS_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let small = std::env::var("WINDLASS_BENCH_SIZES").is_ok_and(|sizes| sizes == "small");
    let folder = scratch();
    println!("{runs} runs each, medians; floors measured in the same run, on {}\n", folder.path().display());
    println!(
        "{:<44} {:>6} {:>9} {:>9} {:>7} {:>8} {:>5}",
        "what", "size", "windlass", "floor", "ratio", "MiB", "git"
    );
    for size in [10, 100, 1000] {
        if !(small && size == 1000) {
            bump(folder.path(), size, runs);
        }
    }
    for size in [100, 1000, 10_000] {
        if !(small && size == 10_000) {
            assemble(folder.path(), size, runs);
        }
    }
    dry_run(folder.path(), runs);
}

/// In memory where there is such a place: disks differ more than programs do.
fn scratch() -> tempfile::TempDir {
    let shared = Path::new("/dev/shm");
    let builder = || tempfile::Builder::new().prefix("windlass-bench-").to_owned();
    if shared.is_dir() { builder().tempdir_in(shared) } else { builder().tempdir() }.expect("a folder")
}

/// Bump, commit and tag N mixed packages: against copying ready files, `git add -A`, commit, tag.
fn bump(folder: &Path, size: usize, runs: usize) {
    let (origin, ready) = (folder.join(format!("bump-{size}")), folder.join(format!("ready-{size}")));
    packages(&origin, size, "0.1.0");
    begin(&origin);
    packages(&ready, size, "0.2.0");
    let ours = median(runs, || {
        let copy = fresh(&origin, folder);
        cost(windlass(&copy).args(["release", "minor", "--yes", "--offline", "--quiet"]))
    });
    let floor = median(runs, || {
        let copy = fresh(&origin, folder);
        let mut cp = Command::new("cp");
        cp.arg("-r").arg(format!("{}/.", ready.display())).arg(&copy);
        sum(&[
            cost(&mut cp),
            cost(git(&copy).args(["add", "-A"])),
            cost(git(&copy).args(["commit", "-q", "-m", "Release"])),
            cost(git(&copy).args(["tag", "-a", "-m", "Release", "v0.2.0"])),
        ])
    });
    let copy = fresh(&origin, folder);
    let calls = calls(folder, &copy, &["release", "minor", "--yes", "--offline", "--quiet"]);
    row("bump, commit and tag N mixed packages", size, ours, floor, calls);
}

/// M fragments into a 500 KiB changelog: against reading, writing and unlinking the same bytes.
fn assemble(folder: &Path, size: usize, runs: usize) {
    let origin = folder.join(format!("fragments-{size}"));
    packages(&origin, 1, "0.1.0");
    let mut changelog = String::from("# Changelog\n\n## [Unreleased]\n");
    let mut patch = 0;
    while changelog.len() < 500 * 1024 {
        let _ = write!(
            changelog,
            "\n## [0.0.{patch}] - 2020-01-01\n\n### Fixed\n\n- Something small that mattered to somebody.\n"
        );
        patch += 1;
    }
    write(&origin, "CHANGELOG.md", &changelog);
    for n in 0..size {
        let kind = ["added", "changed", "fixed", "security"][n % 4];
        let text = format!("The {n}th change does what users of it have long asked for.\n").repeat(8);
        write(&origin, &format!("changelog.d/note-{n}.{kind}.md"), &text);
    }
    begin(&origin);
    let ours = median(runs, || {
        let copy = fresh(&origin, folder);
        cost(windlass(&copy).args(["assemble-changelog", "--quiet"]))
    });
    let floor = median(runs, || {
        let copy = fresh(&origin, folder);
        let started = Instant::now();
        let mut all = fs::read(copy.join("CHANGELOG.md")).expect("a changelog");
        let mut paths: Vec<PathBuf> = fs::read_dir(copy.join("changelog.d"))
            .expect("fragments")
            .map(|entry| entry.expect("one").path())
            .collect();
        paths.sort();
        for path in &paths {
            all.extend(fs::read(path).expect("a fragment"));
        }
        fs::write(copy.join("CHANGELOG.md"), all).expect("written");
        for path in &paths {
            fs::remove_file(path).expect("removed");
        }
        Cost { seconds: started.elapsed().as_secs_f64(), memory: 0.0 }
    });
    let copy = fresh(&origin, folder);
    let calls = calls(folder, &copy, &["assemble-changelog", "--quiet"]);
    row("assemble M fragments, remove them", size, ours, floor, calls);
    let ours = median(runs, || {
        let copy = fresh(&origin, folder);
        cost(windlass(&copy).args(["release", "minor", "--yes", "--offline", "--quiet"]))
    });
    row("a whole release with M fragments", size, ours, floor, 0);
}

/// A dry run in a repository of five packages: against `git status`.
fn dry_run(folder: &Path, runs: usize) {
    let origin = folder.join("dry");
    packages(&origin, 5, "0.1.0");
    begin(&origin);
    let args = ["release", "minor", "--dry-run", "--offline"];
    let ours = median(runs * 3, || cost(windlass(&origin).args(args)));
    let floor = median(runs * 3, || cost(git(&origin).args(["status", "--porcelain"])));
    let calls = calls(folder, &origin, &args);
    row("dry run (floor: git status)", 5, ours, floor, calls);
}

fn row(what: &str, size: usize, ours: Cost, floor: Cost, calls: usize) {
    let calls = if calls == 0 { String::new() } else { calls.to_string() };
    println!(
        "{what:<44} {size:>6} {:>7.1}ms {:>7.1}ms {:>7.2} {:>8.1} {calls:>5}",
        ours.seconds * 1000.0,
        floor.seconds * 1000.0,
        ours.seconds / floor.seconds,
        ours.memory,
    );
}

/// N packages: 40 % npm, 20 % Python, 20 % Cargo, 10 % Helm, 10 % Go, the first four with lock files.
fn packages(root: &Path, size: usize, version: &str) {
    let mut config = String::from("[release]\nbranches = [\"main\"]\n");
    let mut names = Vec::new();
    for n in 0..size {
        let (name, folder) = (format!("p{n}"), format!("packages/p{n}"));
        let put = |file: &str, text: String| write(root, &format!("{folder}/{file}"), &text);
        match n % 10 {
            0..=3 => {
                put(
                    "package.json",
                    format!(
                        "{{\n  \"name\": \"{name}\",\n  \"version\": \"{version}\",\n  \"dependencies\": {{ \"left\": \"^1.0.0\" }}\n}}\n"
                    ),
                );
                put(
                    "package-lock.json",
                    format!(
                        "{{\n  \"name\": \"{name}\",\n  \"version\": \"{version}\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{\n      \"name\": \"{name}\",\n      \"version\": \"{version}\"\n    }},\n    \"node_modules/left\": {{\n      \"version\": \"1.0.0\"\n    }}\n  }}\n}}\n"
                    ),
                );
            }
            4 | 5 => {
                put(
                    "pyproject.toml",
                    format!("[project]\nname = \"{name}\"\nversion = \"{version}\" # ours\n"),
                );
                put(
                    "uv.lock",
                    format!(
                        "version = 1\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ editable = \".\" }}\n"
                    ),
                );
            }
            6 | 7 => {
                put(
                    "Cargo.toml",
                    format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n"),
                );
                put(
                    "Cargo.lock",
                    format!("version = 4\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n"),
                );
                put("src/lib.rs", String::new());
            }
            8 => put(
                "Chart.yaml",
                format!("apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: \"{version}\"\n"),
            ),
            _ => put("go.mod", format!("module example.org/mono/{folder}\n\ngo 1.22\n")),
        }
        let _ = writeln!(config, "[packages.{name}]\npath = \"{folder}\"");
        names.push(format!("\"{name}\""));
    }
    let _ = writeln!(config, "[groups.all]\ntags = [\"v{{version}}\"]\npackages = [{}]", names.join(", "));
    write(root, "windlass.toml", &config);
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn begin(root: &Path) {
    for args in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "Start"]] {
        assert!(git(root).args(args).status().expect("git").success());
    }
}

/// A copy with a fresh index, so that no run profits from the one before.
fn fresh(origin: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("copy");
    let _ = fs::remove_dir_all(&copy);
    assert!(Command::new("cp").arg("-a").arg(origin).arg(&copy).status().expect("cp").success());
    assert!(git(&copy).args(["update-index", "-q", "--refresh"]).status().expect("git").success());
    copy
}

fn git(dir: &Path) -> Command {
    quiet("git", dir)
}

fn windlass(dir: &Path) -> Command {
    quiet(env!("CARGO_BIN_EXE_windlass"), dir)
}

fn quiet(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::null());
    for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")] {
        command.env(name, value);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.org");
    }
    command
}

/// Wall time and peak memory of one command.
#[expect(clippy::zombie_processes, reason = "wait4 reaps it")]
fn cost(command: &mut Command) -> Cost {
    // The child is its own group, so that its usage can be told from earlier children's.
    command.process_group(0);
    let started = Instant::now();
    let child = command.spawn().expect("started");
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    let mut status = 0;
    let pid = i32::try_from(child.id()).expect("a pid");
    // SAFETY: both pointers are to locals that outlive the call, and the child is ours to wait for.
    let waited = unsafe { libc::wait4(pid, &mut status, 0, usage.as_mut_ptr()) };
    let seconds = started.elapsed().as_secs_f64();
    assert!(waited == pid && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "{command:?}");
    // SAFETY: wait4 succeeded and filled it in.
    let usage = unsafe { usage.assume_init() };
    Cost { seconds, memory: usage.ru_maxrss as f64 / 1024.0 }
}

fn sum(costs: &[Cost]) -> Cost {
    Cost {
        seconds: costs.iter().map(|cost| cost.seconds).sum(),
        memory: costs.iter().map(|cost| cost.memory).fold(0.0, f64::max),
    }
}

fn median(runs: usize, mut run: impl FnMut() -> Cost) -> Cost {
    let mut costs: Vec<Cost> = (0..runs.max(1)).map(|_| run()).collect();
    costs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    costs[costs.len() / 2]
}

/// How often a command of windlass starts git.
fn calls(folder: &Path, repository: &Path, args: &[&str]) -> usize {
    let shims = folder.join("shims");
    let log = folder.join("calls");
    fs::create_dir_all(&shims).expect("a folder");
    let _ = fs::remove_file(&log);
    let path = std::env::var("PATH").unwrap_or_default();
    let real =
        std::env::split_paths(&path).map(|dir| dir.join("git")).find(|git| git.is_file()).expect("git");
    fs::write(
        shims.join("git"),
        format!("#!/bin/sh\necho 1 >> '{}'\nexec '{}' \"$@\"\n", log.display(), real.display()),
    )
    .expect("a shim");
    fs::set_permissions(shims.join("git"), fs::Permissions::from_mode(0o755)).expect("executable");
    let status = windlass(repository).args(args).env("PATH", format!("{}:{path}", shims.display())).status();
    assert!(status.expect("windlass").success());
    fs::read_to_string(&log).unwrap_or_default().lines().count()
}
