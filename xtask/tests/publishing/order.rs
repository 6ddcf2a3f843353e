//! Crates of one release that require each other.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::Crates;

use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![
        trial(scene, "a_crate_goes_after_the_one_that_it_requires", |scene| in_order(scene, "order", true)),
        trial(scene, "a_default_registry_stands_in_for_the_public_one", |scene| {
            in_order(scene, "stands-in", false);
        }),
    ]
}

/// The config names the one that requires first; a registry would refuse it first.
const CONFIG: &str = r#"
[groups.suite]
packages = ["top", "base"]
tags = ["v{version}"]

[packages.top]
path = "top"

[packages.base]
path = "base"

[[targets]]
package = "top"
kind = "crates"
registry = "local"

[[targets]]
package = "base"
kind = "crates"
registry = "local"
"#;

const TOP: &str = r#"[package]
name = "order-top"
version = "1.0.0"
edition = "2021"
description = "Requires the other one."
license = "MIT"

[dependencies]
order-base = { version = "1.0.0", path = "../base", registry = "local" }
"#;

const BASE: &str = r#"[package]
name = "order-base"
version = "1.0.0"
edition = "2021"
description = "Required by the other one."
license = "MIT"
"#;

/// Either everything names the registry, or nothing does and it is the default.
fn in_order(scene: &Scene, prefix: &str, named: bool) {
    let text = |text: &str| {
        let text = text.replace("order-", &format!("{prefix}-"));
        if named {
            text
        } else {
            text.replace("registry = \"local\"\n", "").replace(", registry = \"local\"", "")
        }
    };
    let (config, top, base) = (text(CONFIG), text(TOP), text(BASE));
    let library = format!("pub use {}_base::ONE;\n", prefix.replace('-', "_"));
    let files = [
        ("windlass.toml", config.as_str()),
        (".gitignore", "/target/\n"),
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"base\", \"top\"]\n"),
        ("base/Cargo.toml", &base),
        ("base/src/lib.rs", "pub const ONE: u8 = 1;\n"),
        ("top/Cargo.toml", &top),
        ("top/src/lib.rs", &library),
    ];
    let mut release = Release::of_files(scene, prefix, &[Crates], &files);
    if !named {
        release.env = vec![("CARGO_REGISTRY_DEFAULT".into(), "local".into())];
    }
    release.run(&["publish"]).ended(0).says("everything stands there as it was built");
    assert_eq!(release.order(), [format!("{prefix}-base 1.0.0"), format!("{prefix}-top 1.0.0")]);
    release.run(&["verify"]).ended(0).says("2 of 2 targets install from their registries as built");
}
