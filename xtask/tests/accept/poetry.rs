//! `poetry check --lock` compares the hash of what a manifest requires; `poetry lock` would write
//! stale versions of packages from folders again.

use super::room::Room;

const CHECK: &str = "poetry check --lock";
const RELOCK: &str = "poetry lock";

#[test]
fn takes_the_lock_as_it_was_written() {
    let mut room = Room::new("poetry");
    room.passes("api", RELOCK);
    room.begin();
    for words in ["minor alpha", "release"] {
        room.release(words);
        if words == "minor alpha" {
            assert_eq!(room.changes(), ALPHA);
        }
    }
    room.passes("api", CHECK);
    room.passes("api", RELOCK);
    assert_eq!(room.touched(), "");
    // The control.
    room.replace("api/pyproject.toml", "\"scheduler\"", "\"scheduler>=0.2\"");
    room.refuses("api", CHECK, "poetry.lock");
    room.restore();
    room.replace("api/poetry.lock", "version = \"0.2.0\"", "version = \"0.1.0\"");
    room.passes("api", RELOCK);
    assert_eq!(room.touched(), "", "poetry brings a stale version up to date");
}

/// Written by hand.
const ALPHA: &[&str] = &[
    r#"api/poetry.lock: /package/0/version "0.1.0" -> "0.2.0a1""#,
    r#"api/pyproject.toml: /project/version "0.1.0" -> "0.2.0a1""#,
    r#"scheduler/pyproject.toml: /tool/poetry/version "0.1.0" -> "0.2.0a1""#,
];
