//! What people do between the kill and the way out is theirs, and is neither lost nor overwritten.

use std::fs;

use super::scene::{ABORT, RELEASE, RESUME, Run, Scene};

/// A release killed after its first event of a kind.
fn killed_after(scene: &Scene, kind: &str) -> Scene {
    let told = scene.copy().run(RELEASE);
    let point = told.events.iter().position(|event| event == kind).expect("such an event");
    let killed = scene.copy();
    assert_eq!(killed.killed_after(RELEASE, point + 1).code, None);
    killed
}

fn must_conflict(run: &Run, code: &str, name: &str) {
    assert_eq!(run.code, Some(4), "{run:?}");
    assert!(run.text.contains(code) && run.text.contains(name), "{run:?}");
}

#[test]
fn a_fragment_was_mended() {
    let scene = killed_after(&Scene::direct(), "begun");
    let path = scene.sandbox.work().join("changelog.d/new.added.md");
    fs::write(&path, "Two doors.\n").expect("written");
    must_conflict(&scene.run(RESUME), "W0606", "changelog.d/new.added.md");
    assert_eq!(fs::read(&path).expect("still there"), b"Two doors.\n");
}

#[test]
fn a_fragment_was_written_again() {
    let scene = killed_after(&Scene::direct(), "removed");
    let path = scene.sandbox.work().join("changelog.d/new.added.md");
    fs::write(&path, "Two doors.\n").expect("written");
    must_conflict(&scene.run(ABORT), "W0606", "changelog.d/new.added.md");
    assert_eq!(fs::read(&path).expect("still there"), b"Two doors.\n");
}

#[test]
fn a_planned_file_was_edited() {
    let start = Scene::direct();
    let before = start.state();
    let scene = killed_after(&start, "edited");
    let path = scene.sandbox.work().join("CHANGELOG.md");
    fs::write(&path, "Mine.\n").expect("written");
    must_conflict(&scene.run(RESUME), "W0606", "CHANGELOG.md");
    assert_eq!(fs::read(&path).expect("still there"), b"Mine.\n");
    // A hook could have written it: abort sets it aside, and says so.
    let run = scene.run(ABORT);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.events.contains(&"set-aside".to_owned()), "{run:?}");
    let aside = scene.git_folder().join("windlass/aside/CHANGELOG.md");
    assert_eq!(fs::read(aside).expect("kept"), b"Mine.\n");
    scene.must_be(&before, "aborted with an edit set aside");
}

#[test]
fn another_branch_was_checked_out() {
    let start = Scene::direct();
    let (before, whole) = (start.state(), start.copy());
    assert_eq!(whole.run(RELEASE).code, Some(0));
    let scene = killed_after(&start, "moved");
    scene.git(&["symbolic-ref", "HEAD", "refs/heads/other"]);
    must_conflict(&scene.run(RESUME), "W0607", "other");
    must_conflict(&scene.run(ABORT), "W0607", "other");
    scene.git(&["symbolic-ref", "HEAD", "refs/heads/main"]);
    scene.must_come_out(&before, &whole.state(), "back on main");
}

#[test]
fn somebody_committed() {
    let scene = killed_after(&Scene::direct(), "moved");
    let id = scene.git(&["commit-tree", "-p", "HEAD", "-m", "More", "HEAD^{tree}"]);
    scene.git(&["update-ref", "refs/heads/main", &id]);
    let refs = scene.state().refs;
    must_conflict(&scene.run(RESUME), "W0607", "refs/heads/main");
    must_conflict(&scene.run(ABORT), "W0607", "refs/heads/main");
    assert_eq!(scene.state().refs, refs);
}

/// Before the refs have moved, a new commit is nobody's business: resume refuses with nothing touched, and abort takes
/// back the release alone.
#[test]
fn somebody_committed_before_the_refs_had_moved() {
    let start = Scene::direct();
    let before = start.state();
    for kind in ["edited", "hook-done", "written"] {
        let scene = killed_after(&start, kind);
        let id = scene.git(&["commit-tree", "-p", "HEAD", "-m", "More", "HEAD^{tree}"]);
        scene.git(&["update-ref", "refs/heads/main", &id]);
        let killed = scene.state();
        let run = scene.run(RESUME);
        must_conflict(&run, "W0607", "refs/heads/main");
        assert!(run.text.contains("release --abort") && run.text.contains(&format!("..{id}")), "{run:?}");
        assert_eq!(killed.difference(&scene.state()), "", "{kind}");
        assert_eq!(scene.run(ABORT).code, Some(0), "{kind}");
        assert_eq!(scene.git(&["rev-parse", "main"]), id, "{kind}");
        scene.git(&["update-ref", "refs/heads/main", &scene.git(&["rev-parse", "main^"])]);
        scene.must_be(&before, &format!("{kind}, then a commit, then abort"));
    }
}

/// What came when no hook ran is theirs for certain and stays where it is, though a hook declares it.
#[test]
fn somebody_made_files_while_no_hook_ran() {
    let start = Scene::direct();
    for kind in ["begun", "removed", "written", "moved", "indexed"] {
        let scene = killed_after(&start, kind);
        let notes = scene.sandbox.work().join("notes/today.txt");
        fs::create_dir_all(notes.parent().expect("a folder")).expect("a folder");
        fs::write(&notes, "Mine.\n").expect("written");
        let declared = scene.sandbox.work().join("mine.none");
        if matches!(kind, "begun" | "removed") {
            fs::write(&declared, "Mine too.\n").expect("written");
        }
        let script = scene.sandbox.work().join("scripts/stamp.sh");
        fs::write(&script, "exit 0\n").expect("written");
        let run = scene.run(ABORT);
        assert_eq!(run.code, Some(0), "{kind}: {run:?}");
        assert_eq!(fs::read(&notes).expect("still there"), b"Mine.\n", "{kind}");
        assert_eq!(fs::read(&script).expect("still there"), b"exit 0\n", "{kind}");
        assert_eq!(declared.exists(), matches!(kind, "begun" | "removed"), "{kind}");
        assert!(!run.events.contains(&"set-aside".to_owned()), "{kind}: {run:?}");
    }
}

/// What they committed of the planned files stays as they have committed it.
#[test]
fn somebody_committed_the_edits() {
    let scene = killed_after(&Scene::direct(), "written");
    scene.git(&["commit", "--quiet", "-am", "All of it"]);
    assert_eq!(scene.run(ABORT).code, Some(0));
    assert_eq!(scene.git(&["status", "--short", "--untracked-files=no"]), "");
}

/// The commands that a conflict names lead out of it.
#[test]
fn what_is_advised_can_be_done() {
    let start = Scene::direct();
    let (before, whole) = (start.state(), start.copy());
    assert_eq!(whole.run(RELEASE).code, Some(0));
    let scene = killed_after(&start, "moved");
    let id = scene.git(&["commit-tree", "-p", "HEAD", "-m", "More", "HEAD^{tree}"]);
    scene.git(&["update-ref", "refs/heads/main", &id]);
    let text = scene.run(RESUME).text;
    let moved = scene.git(&["rev-parse", "main^"]);
    let command = format!("git update-ref refs/heads/main {moved} {id}");
    assert!(text.contains(&command), "{text}");
    scene.git(&command.split(' ').skip(1).collect::<Vec<_>>());
    scene.must_come_out(&before, &whole.state(), "with the branch brought back");
}

/// Not a kill, but the same way back: a hook that goes over a planned file without saying so.
#[test]
fn a_hook_rewrote_a_planned_file_undeclared() {
    let scene = Scene::direct();
    let stamp = scene.sandbox.work().join("scripts/stamp.sh");
    fs::write(&stamp, "printf 'x\\n' >> packages/go/version.sh\n").expect("written");
    scene.git(&["commit", "--quiet", "-am", "Another hook"]);
    scene.git(&["push", "--quiet", "origin", "main"]);
    let before = scene.state();
    let run = scene.run(RELEASE);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.text.contains("W0604") && run.text.contains("packages/go/version.sh"), "{run:?}");
    scene.must_be(&before, "a hook that was refused");
}
