//! What a scan makes of several packages, of broken files, of packages without a version.

use super::prove::{config, declare, found, ignore};
use super::scan;
use crate::model::problem::Code;
use crate::model::tree::MemoryTree;

#[test]
fn a_shared_place_stands_once_and_in_every_manifest() {
    let tree = MemoryTree::new([
        ("Cargo.toml", "[workspace.package]\nversion = \"0.1.0\"\n[workspace]\n"),
        ("a/Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true\n"),
        ("b/Cargo.toml", "[package]\nname = \"b\"\nversion.workspace = true\n"),
    ]);
    let read = scan(&tree, &config(&["b=b", "a=a"]));
    let held: Vec<_> = read.manifests.iter().map(|manifest| manifest.places[0].package.as_str()).collect();
    assert_eq!(held, ["b", "a"]);
    assert_eq!(read.places.len(), 1);
    assert_eq!(read.places[0].package.as_str(), "b");
}

#[test]
fn several_ecosystems_in_one_folder_agree_on_its_form() {
    let files = [
        ("Cargo.toml", "[package]\nname = \"e\"\nversion = \"0.2.0-alpha.1\"\n"),
        ("package.json", "{\"version\": \"0.2.0-alpha.1\"}"),
        (
            "pyproject.toml",
            "[project]\nname = \"e\"\ndynamic = [\"version\"]\n[build-system]\nbuild-backend = \"maturin\"\n",
        ),
    ];
    assert_eq!(
        found(&files, &config(&["e=."])),
        [
            "e Cargo.toml:3 package.version = 0.2.0-alpha.1 (semver, Manifest)",
            "e package.json:1 version = 0.2.0-alpha.1 (semver, Manifest)",
        ]
    );
}

#[test]
fn a_broken_manifest_is_one_problem_and_an_ignored_one_none() {
    let files = [("package.json", "{"), ("VERSION", "0.1.0\n")];
    let mut config = config(&["web=."]);
    let broken = "W0305 package.json:1: `package.json` is not JSON: EOF while parsing an object";
    assert_eq!(found(&files, &config), [broken]);
    ignore(&mut config, "package.json");
    assert_eq!(found(&files, &config), ["W0313 windlass.toml:1: `web` has no version anywhere below `.`"]);
    declare(&mut config, "VERSION 1 {version}");
    assert_eq!(found(&files, &config), ["web VERSION:1 {version} = 0.1.0 (semver, Mention)"]);
}

#[test]
fn a_package_without_any_version_is_named() {
    assert_eq!(
        found(&[], &config(&["web=packages/web"])),
        ["W0313 windlass.toml:1: `web` is in `packages/web`, and there is no such folder"]
    );
    assert_eq!(
        found(&[("packages/web/README", "")], &config(&["web=packages/web"])),
        ["W0313 windlass.toml:1: `web` has no version anywhere below `packages/web`"]
    );
}

#[test]
fn a_mention_belongs_to_whoever_declares_it() {
    let mut config = config(&["app=app", "chart=chart"]);
    let mut chart = config.groups[0].clone();
    chart.name = crate::model::names::Name::parse("chart").unwrap();
    chart.packages = config.groups[0].packages.split_off(1);
    config.groups.push(chart);
    declare(&mut config, "chart/Chart.yaml key appVersion");
    let app = ("app/package.json", "{\"version\": \"1.16.0\"}");
    let files = [app, ("chart/Chart.yaml", "version: 0.5.0\nappVersion: 1.16.0\n")];
    assert_eq!(
        found(&files, &config),
        [
            "app app/package.json:1 version = 1.16.0 (semver, Manifest)",
            "chart chart/Chart.yaml:1 version = 0.5.0 (semver, Manifest)",
            "app chart/Chart.yaml:2 appVersion = 1.16.0 (semver, Mention)",
        ]
    );
    declare(&mut config, "chart/Chart.yaml key version");
    assert_eq!(
        found(&files, &config)[3],
        "W0317 chart/Chart.yaml:1: `version` in `chart/Chart.yaml` is a place of `chart` and of `app`, which do not move together"
    );
}

/// What `W0312` advises for a package's files.
fn advised(files: &[(&str, &str)], package: &str) -> Vec<String> {
    let read = scan(&MemoryTree::new(files.iter().copied()), &config(&[package]));
    let misfits = read.problems.into_iter().filter(|problem| problem.code == Code::W0312);
    misfits.flat_map(|problem| problem.help).collect()
}

#[test]
fn a_place_that_differs_from_the_others_gets_a_form_of_its_own() {
    let (json, cff) = (("package.json", "{\"version\": \"1.0.0\"}"), ("CITATION.cff", "version: v1.0.0\n"));
    let alone = "Say so of this place alone, in `places` of `[packages.a]`:";
    let rule = "  { file = \"CITATION.cff\", key = \"version\", form = \"vsemver\" }";
    assert_eq!(advised(&[json, cff], "a=."), [alone, rule]);
    let rule = "  { file = \"package.json\", key = \"version\", form = \"semver\" }";
    assert_eq!(advised(&[json, cff], "a=.:vsemver"), [alone, rule]);
    let mut told = config(&["a=.:vsemver"]);
    declare(&mut told, "package.json:semver key version");
    assert!(!found(&[json, cff], &told).iter().any(|line| line.contains("W0312")));
    // One place, or all alike: the package's form, in the spelling that it has.
    let about = "[project]\nname = \"a\"\ndynamic = [\"version\"]\n[tool.hatch.version]\npath = \"a/v.py\"\n";
    let hatch = [("pyproject.toml", about), ("a/v.py", "VERSION = \"v0.1.0\"\n")];
    assert_eq!(advised(&hatch, "a=."), ["Write `form = \"vpep440\"` in `[packages.a]`."]);
    let both = [hatch[0], hatch[1], ("CITATION.cff", "version: 0.1.0\n")];
    let rule = "  { file = \"a/v.py\", pattern = 'VERSION = \"{version}\"', form = \"vpep440\" }";
    assert_eq!(advised(&both, "a=."), [alone, rule]);
}
