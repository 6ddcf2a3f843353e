//! A release of every kind at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use libtest_mimic::Trial;

use super::release::{ALL, Release};
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "everything_once", everything_once)]
}

/// What `status` says of each target; a module's word is its tag, which is out before anything is published.
fn states(release: &Release) -> BTreeMap<String, BTreeSet<String>> {
    let ran = release.run(&["status", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let mut states: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in shown["artifacts"].as_array().expect("rows") {
        let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        states.entry(word("target")).or_default().insert(word("state"));
    }
    assert_eq!(states.len(), ALL.len(), "{shown:#}");
    states
}

#[track_caller]
fn all_are(release: &Release, state: &str, module: &str) {
    for (target, found) in states(release) {
        let expected = if target.ends_with("/go") { module } else { state };
        assert_eq!(found, [expected.to_owned()].into(), "{target}");
    }
}

fn everything_once(scene: &Scene) {
    let release = Release::new(scene, "everything-once", &ALL, None);
    // The module's tag is out: that is its publication.
    release.run(&["status"]).ended(1).says("partial: `publish` completes it");
    all_are(&release, "absent", "equal");
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
    all_are(&release, "equal", "equal");
    release.run(&["publish"]).ended(0);
    release.all_once(8);

    release.run(&["verify"]).ended(0).says("6 of 6 targets install from their registries as built");

    // Without the list nothing is called equal.
    let list = release.sandbox.work().join("target/windlass/suite-1.0.0/artifacts.json");
    let kept = std::fs::read(&list).expect("the list");
    std::fs::remove_file(&list).expect("the list");
    release.run(&["status"]).ended(1).says("unproven");
    all_are(&release, "unproven", "unproven");
    std::fs::write(&list, kept).expect("the list");

    // Other bytes under the same version.
    release.build("two");
    release.run(&["status"]).ended(4).says("conflict: other bytes stand there");
    all_are(&release, "different", "equal");
    release.run(&["publish"]).ended(4).says("W0754").says("cargo xtask release patch");
    release.run(&["verify"]).ended(4).says("W0754");
    release.all_once(8);
}
