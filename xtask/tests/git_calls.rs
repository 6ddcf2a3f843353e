//! git is started a constant number of times, whatever the size of the repository.

#![cfg(unix)]

mod support;

use std::fmt::Write as _;
use std::fs;

use support::sandbox::Sandbox;
use support::shim::noted;

/// The most calls of git that a release may make, signatures and pushes apart.
const MOST: usize = 12;

/// A repository of `size` packages, fragments and tags of its own, level with its remote.
fn repository(size: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    let mut config = String::from("[groups.all]\ntags = [");
    let tags: Vec<String> = (0..size).map(|n| format!("\"p{n}-v{{version}}\"")).collect();
    let packages: Vec<String> = (0..size).map(|n| format!("\"p{n}\"")).collect();
    let _ = writeln!(config, "{}]\npackages = [{}]", tags.join(", "), packages.join(", "));
    let write = |path: String, text: String| {
        let path = sandbox.work().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    for n in 0..size {
        let _ = writeln!(config, "[packages.p{n}]\npath = \"p{n}\"");
        write(format!("p{n}/package.json"), format!("{{\"name\": \"p{n}\", \"version\": \"0.1.0\"}}\n"));
        write(format!("changelog.d/note-{n}.fixed.md"), format!("Note {n}.\n"));
    }
    write("windlass.toml".into(), config);
    write("CHANGELOG.md".into(), "# Changelog\n\n## [Unreleased]\n".into());
    sandbox.begin(true);
    sandbox
}

/// The subcommands of git that a command of windlass starts, in order.
fn calls(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let (output, calls) = noted(sandbox, &sandbox.work(), args, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    calls
}

#[test]
fn a_release_starts_git_a_constant_number_of_times() {
    let few = calls(&repository(2), &["release", "minor", "--yes"]);
    let many = calls(&repository(60), &["release", "minor", "--yes"]);
    let sorted = |mut calls: Vec<String>| {
        calls.sort();
        calls
    };
    assert!(few.len() <= MOST, "{} calls: {few:?}", few.len());
    assert_eq!(sorted(few), sorted(many));
}

#[test]
fn a_dry_run_only_asks() {
    let calls = calls(&repository(2), &["release", "minor", "--dry-run", "--offline"]);
    let mut calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    calls.sort_unstable();
    assert_eq!(calls, ["config", "status"]);
}

#[test]
fn a_pin_asks_its_upstream_once() {
    let sandbox = repository(2);
    let config = fs::read_to_string(sandbox.work().join("windlass.toml")).expect("a config");
    let pins: String = ["one", "two"]
        .iter()
        .map(|name| {
            format!(
                "[pins.{name}]\nrepository = \"../remote.git\"\n\
                 places = [{{ file = \"{name}.env\", pattern = \"TAG={{tag}}\" }}]\n"
            )
        })
        .collect();
    fs::write(sandbox.work().join("windlass.toml"), config + &pins).expect("a file");
    for name in ["one", "two"] {
        fs::write(sandbox.work().join(format!("{name}.env")), "TAG=v0.1.0\n").expect("a file");
    }
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "-m", "Pin"]);
    sandbox.git(&["push", "--quiet", "origin", "main", "main:refs/tags/v0.2.0"]);
    let asked = |args: &[&str]| {
        let calls = calls(&sandbox, &[&["release", "minor", "--dry-run"], args].concat());
        calls.iter().filter(|call| *call == "ls-remote").count()
    };
    assert_eq!(asked(&[]), 1);
    assert_eq!(asked(&["--pin", "one=v0.2.0"]), 2);
    assert_eq!(asked(&["--pin", "one=v0.2.0", "--pin", "two=v0.2.0"]), 3);
    assert_eq!(asked(&["--pin", "one=v0.2.0", "--offline"]), 0);
}
