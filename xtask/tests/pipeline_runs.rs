//! The generated pipelines, run: each job's commands as its file has them, in a clone of its own, with the artifacts
//! of the jobs that it needs and nothing else of them, against real registries on loopback and a fake of the forge.
//!
//! What is not as a forge has it: `cargo xtask` starts the program that was built already, jobs run one after another,
//! actions are carried out here by what their documentation promises, and an index of packages that can't be shown an
//! identity gets its password where the job might have shown one.

#![cfg(unix)]

#[path = "support/forge/mod.rs"]
mod forge;
#[path = "pipeline_runs/mod.rs"]
mod pipeline_runs;
mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use pipeline_runs::{github, gitlab, run};
use windlass::tool::watchdog;

fn main() -> ExitCode {
    if watchdog::filled_role() {
        return ExitCode::SUCCESS;
    }
    support::deadline::minutes(20);
    let mut trials = vec![
        Trial::test("gitlab_releases_tideplan", || Ok(run::<gitlab::Gitlab>("tideplan"))),
        Trial::test("github_releases_tideplan", || Ok(run::<github::Github>("tideplan"))),
        Trial::test("github_releases_windlass", || Ok(run::<github::Github>("windlass"))),
    ];
    if std::env::var_os("WINDLASS_NIGHTLY").is_some() {
        trials.push(Trial::test("gitlab_releases_windlass", || Ok(run::<gitlab::Gitlab>("windlass"))));
    }
    // One after another: each builds and publishes as much as the machine can.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials).exit_code()
}
