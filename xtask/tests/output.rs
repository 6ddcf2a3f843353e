//! What becomes of results that can't be written.

#![cfg(target_os = "linux")]

mod support;

use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use support::sandbox::Sandbox;

/// Takes no byte, as a full disk.
const FULL: &str = "/dev/full";

fn sandbox() -> Sandbox {
    Sandbox::with(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/release/minor/in"))
}

/// Exit code and standard error of a command whose results go to a file that is opened for it.
fn into(sandbox: &Sandbox, line: &str, file: File) -> (Option<i32>, String) {
    let mut command = sandbox.command("windlass");
    let output =
        command.args(line.split(' ')).stdout(file).stderr(Stdio::piped()).output().expect("windlass");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn full() -> File {
    File::options().write(true).open(FULL).expect("the device")
}

#[test]
fn lost_results_are_an_error() {
    let sandbox = sandbox();
    for line in [
        "config schema",
        "man",
        "check",
        "changelog show",
        "completions bash",
        "explain W0101",
        "release minor --dry-run",
        "release minor --dry-run --format json",
    ] {
        let (exit, stderr) = into(&sandbox, line, full());
        assert_eq!(exit, Some(1), "{line}: {stderr}");
        assert!(stderr.contains("error W0112: the output is not whole"), "{line}: {stderr}");
    }
    for line in ["--help", "release --help", "--version"] {
        assert_eq!(into(&sandbox, line, full()).0, Some(1), "{line}");
    }
    assert_eq!(into(&sandbox, "release nonsense", full()).0, Some(2), "the first failure's code stays");
}

#[test]
fn a_closed_pipe_is_none() {
    let sandbox = sandbox();
    for line in ["config schema", "man", "--help"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = sandbox.command("windlass");
        let output = command.args(line.split(' ')).stdout(writer).output().expect("windlass");
        assert_eq!(output.status.code(), Some(0), "{line}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
    }
}

#[test]
fn a_report_goes_into_a_device_and_never_in_its_place() {
    let sandbox = sandbox();
    // By a link, so that a rename would hurt nothing but the link.
    let link = sandbox.path().join("report");
    std::os::unix::fs::symlink(FULL, &link).expect("a link");
    let out = File::create(sandbox.path().join("out")).expect("a file");
    let (exit, stderr) = into(&sandbox, &format!("check --code-quality {}", link.display()), out);
    assert_eq!(exit, Some(1), "{stderr}");
    assert!(stderr.contains("error W0746"), "{stderr}");
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
}
