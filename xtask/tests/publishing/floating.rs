//! Floating tags over several releases.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::{Image, Npm};

use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "floating_tags_never_go_back", never_back)]
}

fn never_back(scene: &Scene) {
    let mut release = Release::new(scene, "never-back", &[Npm, Image], None);
    release.run(&["publish"]).ended(0);
    release.tag_and_build("2.0.0", "two");
    release
        .run(&["publish"])
        .ended(0)
        .says("client/npm: latest names 2.0.0")
        .says("web/image: 2.0 names 2.0.0");
    release.tag_and_build("1.0.1", "three");
    let ran = release.run(&["publish", "--tag", "v1.0.1"]).ended(0);
    let ran =
        ran.says("client/npm: latest stays, 2.0.0 is newer").says("web/image: latest stays, 2.0.0 is newer");
    ran.says("web/image: 1.0 names 1.0.1");
    release.tag_and_build("2.1.0-rc.1", "four");
    let ran = release.run(&["publish"]).ended(0).says("client/npm: next names 2.1.0-rc.1");
    assert!(!ran.stderr.contains("latest"), "{}", ran.stderr);
    // 4 npm, 4 images; image: latest twice, 1.0 twice, 2.0.
    let accepted = release.accepted();
    assert_eq!(accepted["never-back/web:latest"], 2, "{accepted:?}");
    assert_eq!(accepted["never-back/web:1.0"], 2, "{accepted:?}");
}
