//! A pin moves only to what stands at the registries.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::registry::RegistryKind;
use windlass::model::target::TargetKind::{Image, Npm};

use super::build::npm_name;
use super::ran::Ran;
use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "a_pin_waits_for_its_registries", waits)]
}

fn waits(scene: &Scene) {
    let release = Release::new(scene, "pinned", &[Npm, Image], None);
    let (work, sandbox) = (release.sandbox.work(), &release.sandbox);
    let write = |path: &str, text: String| std::fs::write(work.join(path), text).expect("a file");
    let config = std::fs::read_to_string(work.join("windlass.toml")).expect("a config");
    let pinning = |host: &str| {
        let npm = npm_name("pinned");
        format!(
            "{config}\n[pins.oss]\nrepository = \"../remote.git\"\n\
             places = [{{ file = \"oss.env\", pattern = \"OSS={{version}}\" }}]\n\
             targets = [{{ kind = \"npm\", name = {npm:?} }}, {{ kind = \"image\", name = \"{host}/pinned/web\" }}]\n"
        )
    };
    write("oss.env", "OSS=0.9.0\n".into());
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "-m", "Pin"]);
    sandbox.git(&["push", "--quiet", "origin", "main"]);
    write("../pinned.toml", pinning(&release.host(RegistryKind::Oci)));
    write("../elsewhere.toml", pinning("127.0.0.1:1"));
    let pin = |config: &str, args: &[&str]| -> Ran {
        let words = ["--config", config, "release", "minor", "--pin", "oss=v1.0.0", "--dry-run"];
        release.run(&[&words[..], args].concat())
    };
    let ran = pin("../pinned.toml", &[]).ended(1).says("error W0886: the upstream's release is not complete");
    let ran = ran.says(&format!("npm {} 1.0.0 is not there", npm_name("pinned")));
    ran.says("/pinned/web 1.0.0 is not there").says("2 conditions are not met; nothing was written.");
    release.run(&["publish"]).ended(0);
    pin("../pinned.toml", &[]).ended(0).says("v0.9.0 \u{2192} v1.0.0");
    // What can't be asked is not there either, unless nobody is to be asked.
    let ran = pin("../elsewhere.toml", &[]).ended(1).says("its registry does not say");
    ran.says("1 condition is not met; nothing was written.");
    pin("../elsewhere.toml", &["--offline"]).ended(0).says("was not asked whether it has v1.0.0");
}
