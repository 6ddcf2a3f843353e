//! `cargo metadata --locked` refuses a lock that it would have to change.

use super::room::Room;

const CHECK: &str = "cargo metadata --locked --offline --format-version 1";

#[test]
fn takes_the_lock_as_it_was_written() {
    let mut room = Room::new("cargo");
    for folder in ["", "fuzz"] {
        room.passes(folder, "cargo generate-lockfile --offline");
    }
    room.begin();
    room.passes("", CHECK);
    for words in ["minor alpha", "beta", "release", "patch", "major"] {
        room.release(words);
        room.passes("", CHECK);
        // A crate that is no package, in a workspace of its own.
        room.passes("fuzz", CHECK);
        if words == "minor alpha" {
            assert_eq!(room.changes(), ALPHA);
        }
    }
    // The control: the entry of one package at the version before, then a requirement that nothing meets.
    room.replace(
        "Cargo.lock",
        "name = \"extra\"\nversion = \"1.0.0\"",
        "name = \"extra\"\nversion = \"0.2.1\"",
    );
    room.refuses("", CHECK, "--locked");
    room.restore();
    let entry = |version: &str| format!("name = \"core-of-suite\"\nversion = \"{version}\"");
    room.replace("fuzz/Cargo.lock", &entry("1.0.0"), &entry("0.2.1"));
    room.refuses("fuzz", CHECK, "--locked");
    room.restore();
    room.replace("fuzz/Cargo.toml", "\"1.0.0\"", "\"0.2.1\"");
    room.refuses("fuzz", CHECK, "failed to select a version");
    room.restore();
    room.replace("cli/Cargo.toml", "~1.0", "~0.2");
    room.refuses("", CHECK, "failed to select a version");
    room.restore();
    room.passes("", CHECK);
}

/// Written by hand.
const ALPHA: &[&str] = &[
    r#"Cargo.lock: /package/0/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"Cargo.lock: /package/1/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"Cargo.lock: /package/2/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"Cargo.toml: /workspace/package/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"Cargo.toml: /workspace/dependencies/core-of-suite/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"cli/Cargo.toml: /dependencies/extra/version "~0.1" -> "~0.2.0-alpha.1""#,
    r#"extra/Cargo.toml: /package/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"extra/Cargo.toml: /dev-dependencies/core-of-suite/version ">=0.1.0, <0.2.0" -> ">=0.2.0-alpha.1, <0.3.0""#,
    r#"fuzz/Cargo.lock: /package/0/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"fuzz/Cargo.lock: /package/1/version "0.1.0" -> "0.2.0-alpha.1""#,
    r#"fuzz/Cargo.toml: /dependencies/core-of-suite/version "0.1.0" -> "0.2.0-alpha.1""#,
];
