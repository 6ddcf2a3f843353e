//! git killed at each of its renames, links and unlinks: alone, so that windlass sees it die, and
//! together with windlass, so that only the next command can clean up.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::scene::{ABORT, PREPARE, RELEASE, RELEASE_PUSH, RESUME, Scene, each, nightly};
use super::shim::{self, CALLS, Strike};
use super::state::State;

/// A command under way, and the gits of it that are struck.
struct Stage {
    name: &'static str,
    /// Where the release stands when the command is started.
    start: Scene,
    args: &'static [&'static str],
    subcommands: &'static [&'static str],
    /// git's children are struck too. Not on a push: the remote's own git is not ours to mend.
    children: bool,
    /// Whether git is struck alone too, windlass living on.
    alone: bool,
    before: State,
    after: State,
}

impl Stage {
    /// The release `first`, killed after its first event of a kind if one is named, then `args`.
    fn new(
        name: &'static str,
        scene: &Scene,
        first: (&'static [&'static str], &str),
        args: &'static [&'static str],
        subcommands: &'static [&'static str],
    ) -> Stage {
        let before = scene.state();
        let whole = scene.copy();
        let told = whole.run(first.0);
        assert_eq!(told.code, Some(0), "{told:?}");
        let start = scene.copy();
        if let Some(point) = told.events.iter().position(|event| event == first.1) {
            assert_eq!(start.killed_after(first.0, point + 1).code, None);
        }
        let children = !args.contains(&"--push");
        Stage { name, start, args, subcommands, children, alone: true, before, after: whole.state() }
    }

    /// Strikes until git survives; the number of points, and how many of them left the branch
    /// moved and a tag missing.
    fn strike(&self, subcommand: &'static str, calls: &'static str, both: bool) -> (usize, usize) {
        let mut torn = 0;
        // Objects are written long before a ref moves, at many points that leave the same: every
        // few of them are enough for an ordinary day.
        let many = ["hash-object", "fast-import"].contains(&subcommand);
        let step = if many && !nightly() { 5 } else { 1 };
        for (points, count) in (1..).step_by(step).enumerate() {
            let strike = Strike { subcommand, calls, count, children: self.children, both };
            let context = format!("{}, {strike:?}", self.name);
            let scene = self.start.copy();
            let (struck, run) = shim::run(&scene, self.args, &strike);
            if !struck {
                assert_eq!(run.code, Some(0), "{context}: {run:?}");
                return (points, torn);
            }
            let refs = scene.state().refs;
            let tags = |refs: &str| refs.matches("refs/tags/").count();
            let moved = !self.before.refs.lines().all(|line| refs.contains(line));
            torn += usize::from(moved && tags(&refs) < tags(&self.after.refs));
            match run.code {
                // git's child was struck, and git could do without.
                Some(0) if self.args == ABORT => scene.must_be(&self.before, &context),
                Some(0) => scene.must_be(&self.after, &context),
                Some(1) => {
                    assert!(self.args != ABORT && self.args != RESUME, "{context}: {run:?}");
                    assert!(!scene.is_interrupted(), "{context}: {run:?}");
                    scene.must_be(&self.before, &context);
                }
                code => {
                    assert!(code == if both { None } else { Some(3) }, "{context}: {run:?}");
                    assert!(both || run.text.contains("W0209") || run.text.contains("W0609"), "{run:?}");
                    assert!(scene.is_interrupted(), "{context}: {run:?}");
                    scene.must_come_out(&self.before, &self.after, &context);
                }
            }
        }
        unreachable!()
    }
}

/// Strikes every stage; every subcommand named must have had a point.
fn strike_all(stages: &[Stage]) -> usize {
    let mut jobs = Vec::new();
    for stage in stages {
        for subcommand in stage.subcommands {
            for calls in CALLS {
                let ways = [false, true].into_iter().filter(|both| *both || stage.alone);
                jobs.extend(ways.map(|both| (stage, *subcommand, calls, both)));
            }
        }
    }
    let counts = Mutex::new(BTreeMap::new());
    let torn = Mutex::new(0);
    each(&jobs, |(stage, subcommand, calls, both)| {
        let (points, torn_here) = stage.strike(subcommand, calls, *both);
        *counts.lock().unwrap().entry((stage.name, *subcommand)).or_insert(0) += points;
        *torn.lock().unwrap() += torn_here;
    });
    for ((stage, subcommand), points) in counts.lock().unwrap().iter() {
        println!("{stage}: git {subcommand} struck at {points} points");
        assert!(*points > 0, "{stage}: git {subcommand} was struck nowhere");
    }
    *torn.lock().unwrap()
}

#[test]
fn in_a_release() {
    shim::assert_strace();
    let scene = Scene::direct();
    let whole = (RELEASE, "");
    let stage = |name, subcommands| Stage::new(name, &scene, whole, RELEASE, subcommands);
    let torn = strike_all(&[stage("release", &["hash-object", "fast-import", "update-ref", "update-index"])]);
    assert!(torn > 0, "no kill left the branch moved and a tag missing");
    println!("{torn} kills left the branch moved and a tag missing");
}

#[test]
fn in_a_prepared_branch() {
    shim::assert_strace();
    let scene = Scene::reviewed();
    strike_all(&[
        Stage::new("prepare", &scene, (PREPARE, ""), PREPARE, &["update-ref", "symbolic-ref"]),
        Stage::new("abort of prepare", &scene, (PREPARE, "moved"), ABORT, &["update-ref", "symbolic-ref"]),
    ]);
}

#[test]
fn in_a_push() {
    shim::assert_strace();
    let scene = Scene::direct();
    strike_all(&[Stage::new("push", &scene, (RELEASE_PUSH, ""), RELEASE_PUSH, &["push"])]);
}

#[test]
fn in_a_resume() {
    shim::assert_strace();
    let scene = Scene::direct();
    let mut stages = vec![Stage::new(
        "resume after the hook",
        &scene,
        (RELEASE, "hook-done"),
        RESUME,
        &["checkout", "read-tree", "update-index", "update-ref"],
    )];
    if nightly() {
        stages.push(Stage::new(
            "resume after the move",
            &scene,
            (RELEASE, "moved"),
            RESUME,
            &["read-tree", "update-index"],
        ));
    }
    strike_all(&stages);
}

#[test]
fn in_an_abort() {
    shim::assert_strace();
    let scene = Scene::direct();
    let after_move = |name, subcommands| Stage::new(name, &scene, (RELEASE, "moved"), ABORT, subcommands);
    let mut packed = after_move("abort with packed refs", &["update-ref"]);
    packed.alone = nightly();
    packed.start.git(&["pack-refs", "--all"]);
    strike_all(&[after_move("abort", &["update-ref", "read-tree", "update-index", "checkout"]), packed]);
}
