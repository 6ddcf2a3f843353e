//! The local registries and the fault proxy against real clients: twine and pip, npm, cargo, go, plain OCI calls.
//! The registries are started once; each trial publishes under a name of its own.

#[path = "registries/mod.rs"]
mod registries;
#[path = "support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use registries::scene::Scene;
use registries::{faults, lifecycle, teardown};
use windlass::tool::watchdog;

fn main() -> ExitCode {
    if role() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    // Listing must not start anything.
    let scene = (!arguments.list).then(|| Arc::new(Scene::start()));
    let trials =
        lifecycle::trials(&scene).into_iter().chain(faults::trials(&scene)).chain(teardown::trials(&scene));
    let conclusion = libtest_mimic::run(&arguments, trials.collect::<Vec<Trial>>());
    // Before the exit, which would run no destructor.
    drop(scene);
    conclusion.exit_code()
}

/// What this program does when it started itself again, as the registries' watchdog or to be killed.
fn role() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    let (role, folder) = (arguments.next().unwrap_or_default(), arguments.next());
    match (role.to_str(), folder) {
        (Some(watchdog::WATCHDOG), _) => watchdog::watch(&mut std::io::stdin().lock()),
        (Some(watchdog::CLEANER), _) => watchdog::clean(&mut std::io::stdin().lock()),
        (Some(teardown::HOLD), Some(folder)) => teardown::hold(folder.as_ref()),
        _ => return false,
    }
    true
}
