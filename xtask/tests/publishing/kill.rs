//! windlass killed at every step of a publication, and run again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::{Crates, Image, Npm, Pypi};

use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![
        trial(scene, "killed_at_every_effect", every_effect),
        trial(scene, "killed_while_a_client_uploads", orphan),
    ]
}

/// Killed after its first effect, its second and so on, each run going on from where the last one died.
fn every_effect(scene: &Scene) {
    let release = Release::new(scene, "every-effect", &[Crates, Image, Npm], None);
    let mut killed = 0;
    for after in 1..30 {
        let ran = release.run_with(&["publish"], &[("WINDLASS_KILL_AFTER", &after.to_string())]);
        match ran.code {
            None => killed += 1,
            Some(_) => {
                ran.ended(0);
                break;
            }
        }
    }
    assert!(killed >= 4, "killed {killed} times");
    // Crate, npm, image, two floating tags.
    release.all_once(5);
    release.run(&["status"]).ended(0);
}

/// The process dies while twine is at work. The next run waits for twine, and finds what it has uploaded.
fn orphan(scene: &Scene) {
    let release = Release::new(scene, "orphan", &[Pypi], Some("pypi:late@2"));
    let mut child = release.start(&["publish"]);
    let begun = Instant::now();
    while release.attempted() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "twine has not begun");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    release.run(&["publish"]).ended(0);
    release.all_once(2);
}
