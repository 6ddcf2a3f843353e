//! Killed after each effect that a release tells.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::scene::{ABORT, PREPARE, RELEASE, RELEASE_PUSH, RESUME, Scene, TAG, each, nightly};
use super::state::State;

/// An uninterrupted run: what it tells, and what it leaves.
fn whole(scene: &Scene, args: &[&str]) -> (Vec<String>, State) {
    let copy = scene.copy();
    let run = copy.run(args);
    assert_eq!(run.code, Some(0), "{run:?}");
    let after = copy.state();
    copy.must_be(&after, "an uninterrupted release");
    (run.events, after)
}

/// Kills a run after each of its effects, takes both ways out, and checks that these kinds of
/// effect, and no others, were reached.
fn after_each(scene: &Scene, args: &[&str], kinds: &[&str]) {
    let before = scene.state();
    let (told, after) = whole(scene, args);
    let reached = Mutex::new(BTreeSet::new());
    let points: Vec<usize> = (1..=told.len()).collect();
    each(&points, |&point| {
        let scene = scene.copy();
        let run = scene.killed_after(args, point);
        let context = format!("killed after effect {point}, {}", told[point - 1]);
        assert_eq!(run.code, None, "{context}: {run:?}");
        assert_eq!(run.events, told[..point], "{context}");
        reached.lock().unwrap().insert(told[point - 1].clone());
        if point == told.len() {
            assert!(!scene.is_interrupted(), "{context}");
            scene.must_be(&after, &context);
        } else {
            assert!(scene.is_interrupted(), "{context}");
            scene.must_come_out(&before, &after, &context);
        }
    });
    let survivor = scene.copy().killed_after(args, told.len() + 1);
    assert_eq!(survivor.code, Some(0), "one more effect than there are");
    let kinds: BTreeSet<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    assert_eq!(*reached.lock().unwrap(), kinds, "every kind of effect is reached");
    println!("{args:?}: {} points", points.len());
}

#[test]
fn a_release() {
    let kinds = [
        "begun",
        "edited",
        "removed",
        "hook-started",
        "hook-done",
        "written",
        "moved",
        "indexed",
        "finished",
    ];
    after_each(&Scene::direct(), RELEASE, &kinds);
}

#[test]
fn a_release_that_is_pushed() {
    let kinds = [
        "begun",
        "edited",
        "removed",
        "hook-started",
        "hook-done",
        "written",
        "moved",
        "indexed",
        "pushed",
        "verified",
        "finished",
    ];
    after_each(&Scene::direct(), RELEASE_PUSH, &kinds);
}

#[test]
fn a_prepared_branch() {
    let kinds = [
        "begun",
        "edited",
        "removed",
        "hook-started",
        "hook-done",
        "written",
        "moved",
        "indexed",
        "finished",
    ];
    after_each(&Scene::reviewed(), PREPARE, &kinds);
}

#[test]
fn tags_of_a_merged_commit() {
    after_each(&Scene::merged(), TAG, &["begun", "written", "moved", "finished"]);
}

/// The way out is killed too, after each of its own effects, and then either way is taken.
#[test]
fn a_killed_way_out() {
    let scene = Scene::direct();
    let before = scene.state();
    let (told, after) = whole(&scene, RELEASE);
    let wanted = |kind: &String| nightly() || ["removed", "hook-done", "moved"].contains(&kind.as_str());
    let first: Vec<usize> = (1..told.len()).filter(|point| wanted(&told[point - 1])).collect();
    let points: Vec<(usize, &[&str])> =
        first.iter().flat_map(|point| [(*point, RESUME), (*point, ABORT)]).collect();
    let count = Mutex::new(0);
    each(&points, |(point, way)| {
        let start = scene.copy();
        assert_eq!(start.killed_after(RELEASE, *point).code, None);
        for second in 1.. {
            let scene = start.copy();
            let run = scene.killed_after(way, second);
            if run.code == Some(0) {
                assert!(second > 1, "{way:?} tells effects");
                break;
            }
            assert_eq!(run.code, None, "{run:?}");
            *count.lock().unwrap() += 1;
            let last = run.events.last().cloned().unwrap_or_default();
            let context = format!("killed after {}, {way:?} killed after {last}", told[point - 1]);
            match last.as_str() {
                "finished" => scene.must_be(&after, &context),
                "aborted" => scene.must_be(&before, &context),
                _ => scene.must_come_out(&before, &after, &context),
            }
        }
    });
    println!("{} points", count.lock().unwrap());
}
