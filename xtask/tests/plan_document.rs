//! `docs/plan.md` names every key of the plan's JSON, and no key that is not there.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use support::sandbox::Sandbox;

/// The first columns of the tables, by section; the part before the first section is ``.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in include_str!("../docs/plan.md").lines() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.replace('`', "");
        } else if let Some(row) = line.strip_prefix("| `") {
            let key = row.split('`').next().unwrap_or_default().to_owned();
            sections.entry(section.clone()).or_default().insert(key);
        }
    }
    sections
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().expect("an object").keys().cloned().collect()
}

#[test]
fn names_every_key() {
    let sandbox = Sandbox::new();
    let files = [
        (
            "windlass.toml",
            "[packages.app]\npath = \".\"\n[[hooks]]\nrun = [\"git\", \"--version\"]\nchanges = [\"x\"]\n\
             [pins.oss]\nrepository = \"../remote.git\"\nplaces = [{ file = \"oss.env\", pattern = \"{tag}\" }]\n\
             [downstream.next]\nrepository = \"../next\"\npin = \"app\"\n",
        ),
        ("package.json", "{\"name\": \"app\", \"version\": \"0.1.0\"}\n"),
        (
            "CHANGELOG.md",
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n\n### Fixed\n\n- Two.\n\n### Added\n\n- Three.\n",
        ),
        ("oss.env", "v0.1.0\n"),
        ("changelog.d/a.added.md", "A note.\n"),
    ];
    for (path, text) in files {
        let path = sandbox.work().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    sandbox.begin(true);
    std::fs::write(sandbox.work().join("package.json"), "{\"name\": \"app\", \"version\": \"0.1.0\"} \n")
        .expect("a file");
    let output =
        sandbox.windlass(&["release", "minor", "--pin", "oss=v0.2.0", "--dry-run", "--format", "json"]);
    let plan: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let documented = documented();
    let section = |name: &str| documented.get(name).unwrap_or_else(|| panic!("no section {name}"));
    assert_eq!(&keys(&plan), section(""));
    for name in ["request", "commit"] {
        assert_eq!(&keys(&plan[name]), section(name), "{name}");
    }
    for name in ["groups", "pins", "files", "deletions", "hooks", "tags", "pushes", "downstream"] {
        assert_eq!(&keys(&plan[name][0]), section(name), "{name}");
    }
    for name in ["unmet", "warnings"] {
        let seen = keys(&plan[name][0]);
        let known = section("unmet, warnings");
        assert!(seen.is_subset(known), "{name}: {seen:?}");
        assert!(
            known.iter().all(|key| ["where", "why", "help"].contains(&key.as_str()) || seen.contains(key)),
            "{name}"
        );
    }
}
