//! Killed at random times, with all of its children.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::scene::{ABORT, RELEASE, RELEASE_PUSH, RESUME, Scene, each, nightly};

/// Numbers that look random and can be had again (splitmix64, by S. Vigna, public domain).
fn number(seed: u64, round: u64) -> u64 {
    let mut z = seed.wrapping_add(round.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs a release in a process group of its own and kills the group after a while.
fn killed_after(scene: &Scene, args: &[&str], delay: Duration) {
    let mut command = scene.sandbox.command("windlass");
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let begun = Instant::now();
    let mut child = command.spawn().expect("windlass starts");
    while begun.elapsed() < delay && child.try_wait().expect("a child").is_none() {
        std::thread::yield_now();
    }
    let group = format!("-{}", child.id());
    // The child is not waited for yet, so its number is still its own; a group that has ended is fine.
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    child.wait().expect("a child");
    scene.wait_until_dead();
    // The remote is a folder here, so its own git died too; what that leaves is its keeper's to mend.
    for entry in walkdir::WalkDir::new(scene.sandbox.path().join("remote.git")) {
        let entry = entry.expect("a readable folder");
        if entry.path().extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(entry.path()).expect("removed");
        }
    }
}

#[test]
fn at_random_times() {
    let rounds = variable("WINDLASS_KILL_ROUNDS").unwrap_or(if nightly() { 400 } else { 40 });
    let seed = variable("WINDLASS_KILL_SEED").unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(1, |since| since.as_secs())
    });
    println!("WINDLASS_KILL_SEED={seed} WINDLASS_KILL_ROUNDS={rounds}");
    let scene = Scene::direct();
    let before = scene.state();
    let flows = [RELEASE, RELEASE_PUSH].map(|args| {
        let whole = scene.copy();
        let begun = Instant::now();
        assert_eq!(whole.run(args).code, Some(0));
        (args, whole.state(), begun.elapsed())
    });
    let numbers: Vec<u64> = (0..rounds).collect();
    each(&numbers, |round| {
        let (args, after, length) = &flows[usize::from(round % 4 >= 2)];
        let share = (number(seed, *round) % 10_000) as f64 / 10_000.0;
        let delay = length.mul_f64(share);
        let context = format!("seed {seed}, round {round}, {args:?} killed after {delay:?}");
        let scene = scene.copy();
        killed_after(&scene, args, delay);
        if !scene.is_interrupted() {
            // It had not begun, or it was done. Whoever tries a way out is told, and scraps go.
            let run = scene.run(if round % 2 == 0 { RESUME } else { ABORT });
            assert_eq!(run.code, Some(1), "{context}: {run:?}");
            assert!(run.text.contains("W0611"), "{context}: {run:?}");
            let state = scene.state();
            if state.difference(&before).is_empty() {
                scene.must_be(&before, &context);
                assert_eq!(scene.run(args).code, Some(0), "{context}");
            }
            scene.must_be(after, &context);
        } else if round % 2 == 0 {
            scene.must_resume(after, &context);
        } else {
            scene.must_abort(&before, after, &context);
        }
    });
}
