//! Optional targets: what goes wrong there is said, and stops nothing else.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::{Image, Npm, Pypi};

use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "an_optional_target_stops_no_other", stops_no_other)]
}

/// npm is refused while the wheel is on its way; the sdist, which begins after that, still goes out, and the
/// image's floating tags move.
fn stops_no_other(scene: &Scene) {
    let kinds = [Npm, Pypi, Image];
    let release = Release::with_optional(scene, "optional", &kinds, Some("npm:forbidden"), &[Npm]);
    let ran = release.run(&["publish"]).ended(0).says("warning W0759");
    let ran =
        ran.says("everything required stands there as it was built").says("web/image: latest names 1.0.0");
    assert!(ran.stdout.contains("absent  (optional)"), "{}", ran.stdout);
    // Wheel, sdist, image and two floating tags.
    release.all_once(5);
    release.run(&["status"]).ended(0).says("complete: everything required stands there as it was built");
    release.heal();
    release.run(&["publish"]).ended(0).says("everything stands there as it was built");
    release.all_once(6);
}
