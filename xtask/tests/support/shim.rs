//! A git before git that notes what is asked of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use super::sandbox::Sandbox;

/// Runs windlass in a folder; what came of it, and the subcommands of git that it started, in order.
pub fn noted(sandbox: &Sandbox, dir: &Path, args: &[&str], env: &[(&str, &str)]) -> (Output, Vec<String>) {
    let shims = sandbox.path().join("shims");
    let log = sandbox.path().join("calls");
    fs::create_dir_all(&shims).expect("a folder");
    let real = sandbox.git(&["--exec-path"]);
    let shim = format!("#!/bin/sh\necho \"$1\" >> '{}'\nexec '{real}/git' \"$@\"\n", log.display());
    fs::write(shims.join("git"), shim).expect("a shim");
    fs::set_permissions(shims.join("git"), fs::Permissions::from_mode(0o755)).expect("executable");
    fs::write(&log, "").expect("a log");
    let path = format!("{}:{}", shims.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = sandbox.command("windlass");
    command.args(args).current_dir(dir).env("PATH", path).envs(env.iter().copied());
    let output = command.output().expect("windlass");
    let calls = fs::read_to_string(&log).expect("calls").lines().map(String::from).collect();
    (output, calls)
}
