//! A release of every kind at once.

use std::sync::Arc;

use libtest_mimic::Trial;

use super::release::{ALL, Release};
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "everything_once", everything_once)]
}

fn everything_once(scene: &Scene) {
    let release = Release::new(scene, "everything-once", &ALL, None);
    // The module's tag is out: that is its publication.
    release.run(&["status"]).ended(1).says("partial: `publish` completes it");
    release.run(&["publish", "--dry-run"]).ended(0).says("lib/pypi: everything-once is new there");
    release.all_once(0);

    let ran = release.run(&["publish"]).ended(0);
    let ran = ran.says("everything stands there as it was built").says("client/npm: latest names 1.0.0");
    ran.says("web/image: 1.0 names 1.0.0").says("web/image: latest names 1.0.0");
    // Wheel and sdist, npm, crate, chart, image with two floating tags.
    release.all_once(8);

    // What the gates found lies beside the artifacts.
    let gates = release.sandbox.work().join("target/windlass/suite-1.0.0/gates.json");
    let gates = std::fs::read_to_string(gates).expect("the gates");
    assert!(gates.contains("\"gate\": \"protected\"") && !gates.contains("\"fail\""), "{gates}");

    release.run(&["status"]).ended(0).says("complete: everything stands there as it was built");
    release.run(&["publish"]).ended(0);
    release.all_once(8);

    release.run(&["verify"]).ended(0).says("6 of 6 targets install from their registries as built");

    // Without the list nothing is called equal.
    let list = release.sandbox.work().join("target/windlass/suite-1.0.0/artifacts.json");
    let kept = std::fs::read(&list).expect("the list");
    std::fs::remove_file(&list).expect("the list");
    release.run(&["status"]).ended(1).says("unproven");
    std::fs::write(&list, kept).expect("the list");

    // Other bytes under the same version.
    release.build("two");
    release.run(&["status"]).ended(4).says("conflict: other bytes stand there");
    release.run(&["publish"]).ended(4).says("W0754").says("cargo xtask release patch");
    release.run(&["verify"]).ended(4).says("W0754");
    release.all_once(8);
}
