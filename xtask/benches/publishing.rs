//! Measures a publication beside the slowest of what has to go one after the other, and one that is done already.
//!
//! `cargo bench --bench publishing` starts the local registries (installing them first where they are not) and prints
//! medians of wall time. Ratios count: registries, clients and windlass share the machine. It asserts nothing.
//! `WINDLASS_BENCH_RUNS` sets the number of runs (3).
#![allow(dead_code, reason = "the releases are those of tests/publishing, which need more")]

#[path = "../tests/publishing/mod.rs"]
mod publishing;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use publishing::release::{ALL, Release};
use publishing::scene::Scene;
use windlass::model::target::TargetKind::{self, Crates, Go, Helm, Image, Npm, Pypi};
use windlass::tool::watchdog;

/// What goes one after the other; all chains go side by side.
const CHAINS: [(&str, &[TargetKind]); 5] = [
    ("wheel, sdist", &[Pypi]),
    ("npm archive", &[Npm]),
    ("crate", &[Crates]),
    ("image, chart", &[Image, Helm]),
    ("module", &[Go]),
];

fn main() {
    if watchdog::filled_role() {
        return;
    }
    let runs = std::env::var("WINDLASS_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(3);
    let scene = Scene::start();
    let mut chains = [const { Vec::new() }; CHAINS.len()];
    let (mut whole, mut again) = (Vec::new(), Vec::new());
    // In turn, so that what else the machine does meets all of them.
    for run in 0..runs {
        for (number, (_, kinds)) in CHAINS.iter().enumerate() {
            let release = Release::new(&scene, &format!("chain-{number}-{run}"), kinds, None);
            chains[number].push(publish(&release));
        }
        let release = Release::new(&scene, &format!("whole-{run}"), &ALL, None);
        whole.push(publish(&release));
        again.push(publish(&release));
    }
    println!("{runs} runs each, medians of wall time in seconds\n");
    let mut slowest: f64 = 0.0;
    for ((name, _), times) in CHAINS.iter().zip(chains) {
        let time = median(times);
        slowest = slowest.max(time);
        println!("{name:<28} {time:>6.2}");
    }
    let (whole, again) = (median(whole), median(again));
    println!("{:<28} {whole:>6.2}   {:.2} of the slowest (goal 1.15)", "all side by side", whole / slowest);
    println!(
        "{:<28} {again:>6.2}   {:.2} of the first (goal 3 s)",
        "the same when all is there",
        again / whole
    );
}

fn publish(release: &Release<'_>) -> f64 {
    let began = Instant::now();
    release.run(&["publish"]).ended(0);
    began.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
