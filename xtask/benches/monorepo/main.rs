//! Measures windlass on generated monorepos beside the floor of plain tools, in one run.
//!
//! `cargo bench` prints medians of wall and CPU time, peak memory, git processes, the ratio to the
//! floor and the goal for that ratio. It asserts nothing: the machine is shared and times are not a
//! test. `WINDLASS_BENCH_RUNS` sets the number of runs (5), `WINDLASS_BENCH_SIZES=small` leaves the
//! largest out.

mod cost;
mod repository;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cost::{Cost, calls, cost, git, here, in_turn, quiet, sum, windlass};
use repository::{begin, fragments, fresh, packages};

const EXPLAINED: &str = "\
Wall and CPU time in milliseconds, medians; windlass and its floors take turns, each on a fresh copy.
CPU counts all processes that a command starts. Goals stand where they are set: at the largest size.

floors  bump       cp of the ready files, git add -A, git commit, git tag -a
        fragments  cat of changelog and fragments into the changelog, rm of the fragments
        in process the same reads, write and unlinks in this process, without any other
        dry run    git status
also    at most 64 MiB in every row, at most 12 git processes whatever the size
";

fn main() {
    let runs = std::env::var("WINDLASS_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let small = std::env::var("WINDLASS_BENCH_SIZES").is_ok_and(|sizes| sizes == "small");
    let folder = scratch();
    println!("{runs} runs each, on {}\n\n{EXPLAINED}", folder.path().display());
    println!(
        "{:<26} {:>6} {:>7} {:>7} {:>6} {:>5} {:>7} {:>7} {:>6} {:>5} {:>4}",
        "", "size", "wall", "floor", "ratio", "goal", "CPU", "floor", "ratio", "MiB", "git"
    );
    let last = if small { 2 } else { 3 };
    let bumps: Vec<Cost> =
        [10, 100, 1000][..last].iter().map(|size| bump(folder.path(), *size, runs)).collect();
    let (mut assembled, mut released) = (Vec::new(), Vec::new());
    for size in &[100, 1000, 10_000][..last] {
        let (one, other) = notes(folder.path(), *size, runs);
        assembled.push(one);
        released.push(other);
    }
    dry_run(folder.path(), runs);
    println!("\nGrowth of CPU time from size to size (tenfold each)");
    growth("bump", &bumps);
    growth("fragments", &assembled);
    growth("release of fragments", &released);
}

/// In memory where there is such a place: disks differ more than programs do.
fn scratch() -> tempfile::TempDir {
    let shared = Path::new("/dev/shm");
    let builder = || tempfile::Builder::new().prefix("windlass-bench-").to_owned();
    if shared.is_dir() { builder().tempdir_in(shared) } else { builder().tempdir() }.expect("a folder")
}

const RELEASE: [&str; 5] = ["release", "minor", "--yes", "--offline", "--quiet"];
const ASSEMBLE: [&str; 2] = ["assemble-changelog", "--quiet"];

/// Bump, commit and tag N mixed packages.
fn bump(folder: &Path, size: usize, runs: usize) -> Cost {
    let (origin, ready) = (folder.join(format!("bump-{size}")), folder.join(format!("ready-{size}")));
    packages(&origin, size, "0.1.0");
    begin(&origin);
    packages(&ready, size, "0.2.0");
    let [ours, floor] = in_turn(
        runs,
        [&mut || cost(windlass(&fresh(&origin, folder)).args(RELEASE)), &mut || {
            let copy = fresh(&origin, folder);
            let mut cp = Command::new("cp");
            cp.arg("-r").arg(format!("{}/.", ready.display())).arg(&copy);
            sum(&[
                cost(&mut cp),
                cost(git(&copy).args(["add", "-A"])),
                cost(git(&copy).args(["commit", "-q", "-m", "Release"])),
                cost(git(&copy).args(["tag", "-a", "-m", "Release", "v0.2.0"])),
            ])
        }],
    );
    let calls = calls(folder, &fresh(&origin, folder), &RELEASE);
    row("bump, commit, tag", size, ours, floor, (size == 1000).then_some(1.0), Some(calls));
    ours
}

/// M fragments into a changelog of 500 KiB, alone and as a whole release.
fn notes(folder: &Path, size: usize, runs: usize) -> (Cost, Cost) {
    let origin = folder.join(format!("fragments-{size}"));
    fragments(&origin, size);
    let [assembled, released, processes, within] = in_turn(
        runs,
        [
            &mut || cost(windlass(&fresh(&origin, folder)).args(ASSEMBLE)),
            &mut || cost(windlass(&fresh(&origin, folder)).args(RELEASE)),
            &mut || by_processes(&fresh(&origin, folder)),
            &mut || {
                let copy = fresh(&origin, folder);
                here(|| in_process(&copy))
            },
        ],
    );
    let calls = |args| Some(calls(folder, &fresh(&origin, folder), args));
    row("fragments", size, assembled, processes, (size == 10_000).then_some(1.5), calls(&ASSEMBLE));
    row("  floor in process", size, assembled, within, None, None);
    row("  as a whole release", size, released, processes, None, calls(&RELEASE));
    (assembled, released)
}

/// The fragments' paths, sorted.
fn listed(copy: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(copy.join("changelog.d")).expect("fragments");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("one").path()).collect();
    paths.sort();
    paths
}

fn by_processes(copy: &Path) -> Cost {
    let paths = listed(copy);
    let (changelog, new) = (copy.join("CHANGELOG.md"), copy.join("CHANGELOG.new"));
    let out = fs::File::create(&new).expect("a file");
    let mut cat = quiet("cat", copy);
    let joined = cost(cat.arg(&changelog).args(&paths).stdout(Stdio::from(out)));
    let moved = cost(quiet("mv", copy).arg(&new).arg(&changelog));
    sum(&[joined, moved, cost(quiet("rm", copy).args(&paths))])
}

fn in_process(copy: &Path) {
    let mut all = fs::read(copy.join("CHANGELOG.md")).expect("a changelog");
    let paths = listed(copy);
    for path in &paths {
        all.extend(fs::read(path).expect("a fragment"));
    }
    fs::write(copy.join("CHANGELOG.md"), all).expect("written");
    for path in &paths {
        fs::remove_file(path).expect("removed");
    }
}

/// A dry run in a repository of five packages.
fn dry_run(folder: &Path, runs: usize) {
    let origin = folder.join("dry");
    packages(&origin, 5, "0.1.0");
    begin(&origin);
    let args = ["release", "minor", "--dry-run", "--offline"];
    let [ours, floor] = in_turn(
        runs * 5,
        [&mut || cost(windlass(&origin).args(args)), &mut || {
            cost(git(&origin).args(["status", "--porcelain"]))
        }],
    );
    let calls = calls(folder, &origin, &args);
    row("dry run", 5, ours, floor, Some(3.0), Some(calls));
}

fn row(what: &str, size: usize, ours: Cost, floor: Cost, goal: Option<f64>, calls: Option<usize>) {
    let goal = goal.map_or_else(String::new, |goal| format!("{goal:.1}"));
    let calls = calls.map_or_else(String::new, |calls| calls.to_string());
    println!(
        "{what:<26} {size:>6} {:>7.1} {:>7.1} {:>6.2} {goal:>5} {:>7.1} {:>7.1} {:>6.2} {:>5.1} {calls:>4}",
        ours.seconds * 1000.0,
        floor.seconds * 1000.0,
        ours.seconds / floor.seconds,
        ours.cpu * 1000.0,
        floor.cpu * 1000.0,
        ours.cpu / floor.cpu,
        ours.memory,
    );
}

fn growth(what: &str, costs: &[Cost]) {
    let steps: Vec<String> =
        costs.windows(2).map(|pair| format!("x{:.1}", pair[1].cpu / pair[0].cpu)).collect();
    println!("  {what:<24} {}", steps.join("  "));
}
