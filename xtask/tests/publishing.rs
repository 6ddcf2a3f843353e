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
use publishing::{
    faults, floating, kill, optional, order, pinned, private, rights, states, whole, wrong_byte,
};
use windlass::tool::watchdog;

fn main() -> ExitCode {
    if watchdog::filled_role() {
        return ExitCode::SUCCESS;
    }
    support::deadline::minutes(30);
    let arguments = Arguments::from_args();
    // Listing must not start anything.
    let scene = (!arguments.list).then(|| Arc::new(Scene::start()));
    let trials = whole::trials(&scene).into_iter().chain(faults::trials(&scene));
    let trials = trials.chain(floating::trials(&scene)).chain(kill::trials(&scene));
    let trials = trials.chain(optional::trials(&scene)).chain(order::trials(&scene));
    let trials = trials.chain(states::trials(&scene)).chain(wrong_byte::trials(&scene));
    let trials =
        trials.chain(pinned::trials(&scene)).chain(private::trials(&scene)).chain(rights::trials(&scene));
    let conclusion = libtest_mimic::run(&arguments, trials.collect::<Vec<Trial>>());
    // Before the exit, which would run no destructor.
    drop(scene);
    conclusion.exit_code()
}
