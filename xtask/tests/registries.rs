//! The local registries and the fault proxy against real clients: twine and pip, npm, cargo, go, plain OCI calls.
//! The registries are started once; each trial publishes under a name of its own.

#[path = "registries/mod.rs"]
mod registries;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use registries::scene::Scene;
use registries::{faults, lifecycle, teardown};

fn main() -> ExitCode {
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
