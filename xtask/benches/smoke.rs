//! Measures a smoke test: its time beside that of the boot, and what of it is windlass's own.
//!
//! `cargo bench --bench smoke` prints medians for the product of the tests, and for the folder that
//! `WINDLASS_BENCH_PRODUCT` names (a clean clone of this repository, set up). It asserts nothing: the
//! machine is shared. `WINDLASS_BENCH_RUNS` sets the number of runs (5).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// One run, in seconds; memory in MiB.
struct Cost {
    wall: f64,
    boot: f64,
    /// Processor time of windlass itself, without what it starts.
    own: f64,
    memory: f64,
}

fn main() {
    let runs = std::env::var("WINDLASS_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5);
    let scratch = tempfile::tempdir().expect("a folder");
    let product = scratch.path().join("product");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smoke/product"), &product);
    println!("{runs} runs each, medians\n");
    println!(
        "{:<12} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "product", "wall s", "boot s", "own s", "own share", "peak MiB"
    );
    row("tests' own", &product, runs);
    if let Some(folder) = std::env::var_os("WINDLASS_BENCH_PRODUCT") {
        row("tideplan", &PathBuf::from(folder), runs);
    }
}

fn row(name: &str, folder: &Path, runs: usize) {
    let mut costs: Vec<Cost> = (0..runs).map(|_| run(folder)).collect();
    let mut median = |of: fn(&Cost) -> f64| {
        costs.sort_by(|a, b| of(a).total_cmp(&of(b)));
        of(&costs[costs.len() / 2])
    };
    let (wall, boot) = (median(|cost| cost.wall), median(|cost| cost.boot));
    let (own, memory) = (median(|cost| cost.own), median(|cost| cost.memory));
    let share = own / wall * 100.0;
    println!("{name:<12} {wall:>8.2} {boot:>8.2} {own:>8.3} {share:>7.1} % {memory:>9.1}");
}

fn run(folder: &Path) -> Cost {
    let began = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_windlass"));
    command.args(["release-smoke", "--quiet", "--format", "json"]).current_dir(folder).stdout(Stdio::piped());
    let mut child = command.spawn().expect("windlass");
    let output = child.stdout.take().expect("piped");
    let document = std::thread::spawn(move || serde_json::from_reader::<_, serde_json::Value>(output));
    let (own, memory) = usage(child.id());
    let wall = began.elapsed().as_secs_f64();
    child.wait().expect("its end");
    let document = document.join().expect("a thread").expect("JSON");
    assert_eq!(document["passed"], true, "{document:#}");
    let ms = |value: &serde_json::Value| value.as_f64().unwrap_or_default() / 1e3;
    Cost { wall, boot: ms(&document["boot_ms"]), own, memory }
}

/// Waits for the end of a process, not yet taking note of it, and gives its own processor time in
/// seconds (its children's is counted apart) and its peak memory in MiB. Linux only (proc(5)).
fn usage(pid: u32) -> (f64, f64) {
    let mut memory = 0.0;
    loop {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory = peak.map_or(memory, |kib: f64| kib / 1024.0);
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        if fields.first() == Some(&"Z") {
            let ticks: f64 = fields[11..13].iter().filter_map(|field| field.parse::<f64>().ok()).sum();
            // A tick is 1/100 s on every Linux of today.
            return (ticks / 100.0, memory);
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the product") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
    for args in [
        &["init", "--quiet"][..],
        &["add", "--all"],
        &["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "Start"],
    ] {
        assert!(Command::new("git").args(args).current_dir(to).status().expect("git").success());
    }
}
