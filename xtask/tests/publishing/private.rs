//! Registries that nobody unknown reads from: `status` and `verify` have the targets' credentials, and nothing else.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::{Crates, Helm, Image, Npm};

use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "private_packages_are_read_with_their_credentials", |_| read())]
}

fn read() {
    let scene = Scene::private();
    let release = Release::private(&scene, "private", &[Npm, Crates, Image, Helm]);
    release.run(&["publish"]).ended(0).says("everything stands there as it was built");
    release.run(&["status"]).ended(0).says("complete: everything stands there as it was built");
    release.run(&["verify"]).ended(0).says("4 of 4 targets install from their registries as built");

    // Without them nothing is read.
    let none = release.env.iter().filter(|(name, _)| name.ends_with("_TOKEN"));
    let none: Vec<(&str, &str)> = none.map(|(name, _)| (name.as_str(), "")).collect();
    release.run_with(&["status"], &none).ended(1);
    let patience = [none, vec![("WINDLASS_LOCAL_PATIENCE", "1")]].concat();
    let ran = release.run_with(&["verify"], &patience).ended(1);
    for target in ["client/npm", "tool/crates", "web/image", "chart/helm"] {
        assert!(ran.stderr.contains(target) || ran.stdout.contains(target), "{target}: {ran:?}");
    }
}
