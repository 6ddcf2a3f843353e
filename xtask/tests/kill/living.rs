//! A living release, or a living child of a dead one, is not taken for an interrupted release.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::scene::{ABORT, RELEASE, RESUME, Scene};

/// A release whose hook waits until something is written into a pipe.
struct Waiting {
    scene: Scene,
    windlass: Child,
    pipe: std::path::PathBuf,
}

impl Waiting {
    fn start(scene: Scene) -> Waiting {
        let pipe = scene.sandbox.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        let mut command = scene.sandbox.command("windlass");
        command.args(RELEASE).env("STAMP_WAITS", &pipe).stdout(Stdio::null()).stderr(Stdio::null());
        let windlass = command.spawn().expect("windlass starts");
        let mut waiting = Waiting { scene, windlass, pipe };
        let here = waiting.pipe.with_extension("here");
        let deadline = Instant::now() + Duration::from_secs(30);
        while !here.exists() {
            let ended = waiting.windlass.try_wait().expect("a child");
            assert!(ended.is_none() && Instant::now() < deadline, "the hook does not start: {ended:?}");
            std::thread::yield_now();
        }
        waiting
    }

    /// Resume and abort are refused, and other commands say that something runs.
    fn must_be_left_alone(&self) {
        for (args, code) in [(RESUME, 3), (ABORT, 3), (&["check"] as &[&str], 3), (RELEASE, 3)] {
            let run = self.scene.run(args);
            assert_eq!(run.code, Some(code), "{args:?}: {run:?}");
            assert!(run.text.contains("W0207") && run.text.contains("still running"), "{run:?}");
        }
    }

    /// Lets the hook end.
    fn go_on(&self) {
        let mut pipe = fs::File::options().write(true).open(&self.pipe).expect("a reader");
        pipe.write_all(b"go\n").expect("written");
    }
}

#[test]
fn a_living_release() {
    let scene = Scene::direct();
    let whole = scene.copy();
    assert_eq!(whole.run(RELEASE).code, Some(0));
    let mut waiting = Waiting::start(scene);
    waiting.must_be_left_alone();
    waiting.go_on();
    assert!(waiting.windlass.wait().expect("a child").success());
    waiting.scene.must_be(&whole.state(), "after two others wanted in");
}

#[test]
fn a_living_child_of_a_dead_release() {
    let scene = Scene::direct();
    let (before, whole) = (scene.state(), scene.copy());
    assert_eq!(whole.run(RELEASE).code, Some(0));
    let mut waiting = Waiting::start(scene);
    waiting.windlass.kill().expect("killed");
    waiting.windlass.wait().expect("a child");
    waiting.must_be_left_alone();
    waiting.go_on();
    waiting.scene.wait_until_dead();
    assert!(waiting.scene.is_interrupted());
    waiting.scene.must_come_out(&before, &whole.state(), "after the hook ended alone");
}
