//! `publish` and `status` against real registries on loopback, through the proxy that brings faults and counts.
//! The registries are started once; each trial releases packages under names of its own.

#[path = "publishing/mod.rs"]
mod publishing;
#[path = "support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use publishing::scene::Scene;
use publishing::{faults, floating, kill, optional, order, pinned, states, whole, wrong_byte};
use windlass::tool::watchdog;

fn main() -> ExitCode {
    if role() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    // Listing must not start anything.
    let scene = (!arguments.list).then(|| Arc::new(Scene::start()));
    let trials = whole::trials(&scene).into_iter().chain(faults::trials(&scene));
    let trials = trials.chain(floating::trials(&scene)).chain(kill::trials(&scene));
    let trials = trials.chain(optional::trials(&scene)).chain(order::trials(&scene));
    let trials = trials.chain(states::trials(&scene)).chain(wrong_byte::trials(&scene));
    let trials = trials.chain(pinned::trials(&scene));
    let conclusion = libtest_mimic::run(&arguments, trials.collect::<Vec<Trial>>());
    // Before the exit, which would run no destructor.
    drop(scene);
    conclusion.exit_code()
}

/// What this program does when the registries' group has started it again as its watchdog. Without this it would
/// start registries of its own, which start it again.
fn role() -> bool {
    match std::env::args().nth(1).as_deref() {
        Some(watchdog::WATCHDOG) => watchdog::watch(&mut std::io::stdin().lock()),
        Some(watchdog::CLEANER) => watchdog::clean(&mut std::io::stdin().lock()),
        // Any other role is of a newer watchdog: better nothing than a chain of registries.
        Some(other) => return other.starts_with("__"),
        None => return false,
    }
    true
}
