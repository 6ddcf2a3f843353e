//! windlass killed at every step of a publication, and run again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::{self, Crates, Helm, Image, Npm, Pypi};

use super::release::Release;
use super::scene::{Scene, trial};

/// Where an upload is under way, in a client or in windlass itself, and how many it makes. An index may show it late; an
/// OCI registry shows at once what it took, and takes the same again.
const UPLOADS: [(TargetKind, Option<&str>, usize); 5] = [
    (Pypi, Some("pypi:late@2"), 2),
    (Npm, Some("npm:late@2"), 1),
    (Crates, Some("crates:late@2"), 1),
    (Image, None, 3),
    (Helm, None, 1),
];

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let mut trials = vec![trial(scene, "killed_at_every_effect", every_effect)];
    trials.extend(UPLOADS.map(|(kind, fault, count)| {
        trial(scene, &format!("killed_while_it_uploads::{kind}"), move |scene| {
            while_it_uploads(scene, kind, fault, count);
        })
    }));
    trials
}

/// Killed after its first effect, its second and so on, each run going on from where the last one died.
fn every_effect(scene: &Scene) {
    let nightly = std::env::var_os("WINDLASS_NIGHTLY").is_some();
    let (kinds, uploads): (&[TargetKind], usize) = match nightly {
        // Wheel and sdist more.
        true => (&[Pypi, Crates, Image, Npm, Helm], 8),
        // Crate, npm, image, two floating tags, chart.
        false => (&[Crates, Image, Npm, Helm], 6),
    };
    let release = Release::new(scene, "every-effect", kinds, None);
    let mut killed = 0;
    for after in 1..40 {
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
    release.all_once(uploads);
    release.run(&["status"]).ended(0);
}

/// The process dies while twine or npm is at work, or its own request is under way. The next run waits for a client
/// that lives on, and finds what was taken.
fn while_it_uploads(scene: &Scene, kind: TargetKind, fault: Option<&str>, count: usize) {
    let release = Release::new(scene, &format!("killed-{kind}"), &[kind], fault);
    let mut child = release.start(&["publish"]);
    let begun = Instant::now();
    while release.attempted() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "no upload has begun");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("killed");
    child.wait().expect("gone");
    release.run(&["publish"]).ended(0);
    release.all_once(count);
    release.run(&["status"]).ended(0);
}
