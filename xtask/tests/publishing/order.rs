//! Crates of one release that require each other.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::Crates;

use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "a_crate_goes_after_the_one_that_it_requires", in_order)]
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

fn in_order(scene: &Scene) {
    let files = [
        ("windlass.toml", CONFIG),
        (".gitignore", "/target/\n"),
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"base\", \"top\"]\n"),
        ("base/Cargo.toml", BASE),
        ("base/src/lib.rs", "pub const ONE: u8 = 1;\n"),
        ("top/Cargo.toml", TOP),
        ("top/src/lib.rs", "pub use order_base::ONE;\n"),
    ];
    let release = Release::of_files(scene, "order", &[Crates], &files);
    release.run(&["publish"]).ended(0).says("everything stands there as it was built");
    assert_eq!(release.order(), ["order-base 1.0.0", "order-top 1.0.0"]);
    release.run(&["verify"]).ended(0).says("2 of 2 targets install from their registries as built");
}
