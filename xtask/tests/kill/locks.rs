//! A lock file that is not the interrupted release's stays, and stops both ways out.

use std::fs;
use std::time::{Duration, SystemTime};

use super::scene::{ABORT, RELEASE, RESUME, Scene};
use super::shim::{self, Strike};

/// A release of which git died before its second ref: locks of its own lie about.
fn torn() -> (Scene, Scene) {
    shim::assert_strace();
    let whole = Scene::direct();
    let torn = whole.copy();
    let strike =
        Strike { subcommand: "update-ref", calls: shim::CALLS[0], count: 2, children: false, both: true };
    let (struck, run) = shim::run(&torn, RELEASE, &strike);
    assert!(struck && run.code.is_none(), "{run:?}");
    assert!(torn.git_folder().join("refs/tags/v0.2.0.lock").exists(), "git left its lock");
    (whole, torn)
}

/// The lock stays and both ways out are refused; without it both are right.
fn must_stay(whole: &Scene, torn: &Scene, lock: &str, context: &str) {
    let path = torn.git_folder().join(lock);
    let held = fs::read(&path).expect("the lock");
    for way in [RESUME, ABORT] {
        let run = torn.run(way);
        assert_eq!(run.code, Some(4), "{context}, {way:?}: {run:?}");
        assert!(run.text.contains("W0608") && run.text.contains(lock), "{context}: {run:?}");
        assert_eq!(fs::read(&path).expect("still there"), held, "{context}");
    }
    assert!(torn.is_interrupted());
    fs::remove_file(path).expect("removed");
    let before = whole.state();
    assert_eq!(whole.run(RELEASE).code, Some(0));
    torn.must_come_out(&before, &whole.state(), context);
}

#[test]
fn of_another_id() {
    let (whole, torn) = torn();
    let lock = "refs/tags/v0.2.0.lock";
    fs::write(torn.git_folder().join(lock), format!("{}\n", "5".repeat(40))).expect("a lock");
    must_stay(&whole, &torn, lock, "another id");
}

#[test]
fn older_than_the_release() {
    let (whole, torn) = torn();
    let lock = "refs/tags/v0.2.0.lock";
    let file = fs::File::options().append(true).open(torn.git_folder().join(lock)).expect("the lock");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("a time");
    must_stay(&whole, &torn, lock, "an old lock");
}

#[test]
fn of_another_git_on_the_index() {
    let (whole, torn) = torn();
    fs::write(torn.git_folder().join("index.lock"), "").expect("a lock");
    must_stay(&whole, &torn, "index.lock", "a foreign index.lock");
}

#[test]
fn of_another_git_on_packed_refs() {
    let (whole, torn) = torn();
    fs::write(torn.git_folder().join("packed-refs.lock"), "").expect("a lock");
    must_stay(&whole, &torn, "packed-refs.lock", "a foreign packed-refs.lock");
}

/// Before the release came to its refs, no lock on them is its own.
#[test]
fn before_the_refs() {
    let whole = Scene::direct();
    let killed = whole.copy();
    assert_eq!(killed.killed_after(RELEASE, 1).code, None);
    fs::write(killed.git_folder().join("HEAD.lock"), "").expect("a lock");
    must_stay(&whole, &killed, "HEAD.lock", "a HEAD.lock before the refs");
}

/// A lock that was there before is no release's: it does not even begin.
#[test]
fn before_the_release() {
    let scene = Scene::direct();
    let before = scene.state();
    let lock = scene.git_folder().join("refs/heads/main.lock");
    fs::write(&lock, "").expect("a lock");
    let run = scene.run(RELEASE);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.text.contains("W0215"), "{run:?}");
    assert!(lock.exists());
    fs::remove_file(lock).expect("removed");
    scene.must_be(&before, "a release that found a lock");
}
