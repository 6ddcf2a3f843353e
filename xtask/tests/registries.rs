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
    if held() || watchdog::filled_role() {
        return ExitCode::SUCCESS;
    }
    support::deadline::minutes(15);
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

/// What this program does when it started itself again to be killed.
fn held() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    let held = arguments.next().filter(|role| role == teardown::HOLD).and(arguments.next());
    if let Some(folder) = &held {
        teardown::hold(folder.as_ref());
    }
    held.is_some()
}
