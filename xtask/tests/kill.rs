//! The kill tests: a release is killed after each effect, at each of git's renames and at random
//! times; then `--resume` must finish it and `--abort` must bring back exactly what was there.
//!
//! `WINDLASS_NIGHTLY=1` runs the whole matrix, `WINDLASS_KILL_ROUNDS` and `WINDLASS_KILL_SEED`
//! choose the random rounds.

#![cfg(unix)]

mod support;

mod kill {
    mod effects;
    mod living;
    #[cfg(target_os = "linux")]
    mod locks;
    mod meanwhile;
    #[cfg(target_os = "linux")]
    mod renames;
    mod scene;
    #[cfg(target_os = "linux")]
    mod shim;
    mod state;
    mod times;
}
