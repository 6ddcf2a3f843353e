//! What need not be said.

use super::{config, reading};
use crate::model::config::{Config, Flow, Level, TagKind};

/// `name: packages | tags` of every group.
fn groups(config: &Config) -> Vec<String> {
    let words = |words: Vec<&str>| words.join(" ");
    config
        .groups
        .iter()
        .map(|group| {
            let tags = group.tags.iter().map(|tag| tag.name.to_string()).collect::<Vec<_>>().join(" ");
            format!("{}: {} | {tags}", group.name, words(group.packages.iter().map(|p| p.as_str()).collect()))
        })
        .collect()
}

const TWO: &str = "[packages.api]\npath = \"api\"\n[packages.web]\npath = \"web\"\n";

#[test]
fn three_lines_are_enough_for_one_package() {
    let config = config("# windlass.toml\n[packages.my-app]\npath = \".\"\n");
    assert_eq!(groups(&config), ["my-app: my-app | v{version}"]);
    let group = &config.groups[0];
    assert_eq!((group.flow, group.line, group.tags[0].kind), (Flow::Direct, None, TagKind::Annotated));
    assert_eq!(group.tags[0].message.to_string(), "Release {tag}");
    assert!(config.packages[0].path.is_root());
    assert_eq!(config.release.remote.as_str(), "origin");
    assert_eq!(config.release.branches, ["main"]);
    assert_eq!(config.release.commit.to_string(), "chore(release): {version}");
    assert!(config.changelogs.is_empty() && config.hooks.is_empty() && config.ignore.places.is_empty());
}

#[test]
fn even_the_path_goes_without_saying() {
    assert!(config("[packages.my-app]").packages[0].path.is_root());
    assert!(config("packages.my-app = {}").packages[0].path.is_root());
}

#[test]
fn packages_without_groups_move_together() {
    assert_eq!(groups(&config(TWO)), ["default: api web | v{version}"]);
}

#[test]
fn a_package_that_no_group_names_is_one_of_its_own() {
    let config = config(&format!("{TWO}[groups.server]\npackages = [\"api\"]\n"));
    assert_eq!(groups(&config), ["server: api | server-v{version}", "web: web | web-v{version}"]);
    assert_eq!(config.groups[1].line, None);
    assert!(config.default_group().is_none());
}

#[test]
fn the_changelog_at_the_root_is_found() {
    let config = reading(TWO, true).unwrap();
    let [root] = config.changelogs.as_slice() else { panic!("{:?}", config.changelogs) };
    assert_eq!((root.name.as_str(), root.file.as_str(), root.line), ("root", "CHANGELOG.md", None));
    assert_eq!(root.fragments.as_ref().map(|path| path.as_str()), Some("changelog.d"));
    assert_eq!(root.groups.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["default"]);
    assert_eq!(root.heading.to_string(), "## [{version}] - {date}");
    let kinds: Vec<_> = root.kinds.iter().map(|kind| (kind.title.as_str(), kind.level)).collect();
    assert_eq!(
        kinds,
        [
            ("Added", Level::Minor),
            ("Changed", Level::Minor),
            ("Deprecated", Level::Minor),
            ("Removed", Level::Major),
            ("Fixed", Level::Patch),
            ("Security", Level::Patch)
        ]
    );
    assert_eq!(root.zero_major, Level::Minor);
}

#[test]
fn a_configured_changelog_is_the_only_one() {
    let text = format!("{TWO}[changelogs.api]\nfile = \"api/CHANGES.md\"\n");
    let config = reading(&text, true).unwrap();
    let [api] = config.changelogs.as_slice() else { panic!("{:?}", config.changelogs) };
    assert_eq!((api.name.as_str(), api.fragments.as_ref()), ("api", None));
}

#[test]
fn kinds_of_ones_own() {
    let config = config(&format!(
        "{TWO}[changelogs.root]\nfile = \"NEWS.md\"\nfragments = false\n\
         kinds = [\"added\", \"perf\", {{ name = \"fix\", title = \"Repaired\" }}, {{ name = \"removed\", level = \"minor\" }}]\n"
    ));
    let kinds: Vec<_> = config.changelogs[0]
        .kinds
        .iter()
        .map(|kind| format!("{} {} {:?}", kind.name, kind.title, kind.level))
        .collect();
    assert_eq!(
        kinds,
        ["added Added Minor", "perf Perf Patch", "fix Repaired Patch", "removed Removed Minor"]
    );
    assert_eq!(config.changelogs[0].fragments, None);
}

#[test]
fn a_hook_with_everything() {
    let config = config(&format!(
        "{TWO}[[hooks]]\nrun = [\"python\", \"-m\", \"docs\", \"\", \"{{tag}}\"]\nname = \"docs\"\ndir = \"docs\"\n\
         groups = [\"default\"]\nfine = {{ 2 = \"not yet shipped\" }}\n[hooks.env]\nPREVIOUS = \"{{previous}}\"\n"
    ));
    let hook = &config.hooks[0];
    assert_eq!((hook.name.as_str(), hook.dir.as_str(), hook.line), ("docs", "docs", 5));
    assert_eq!(
        hook.run.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["python", "-m", "docs", "", "{tag}"]
    );
    assert_eq!(hook.fine[&2], "not yet shipped");
    assert_eq!(hook.groups.len(), 1);
    assert_eq!(hook.env["PREVIOUS"].to_string(), "{previous}");
}

#[test]
fn places_may_stand_outside_the_package_but_inside_the_repository() {
    let config = config(
        "[packages.api]\npath = \"packages/api\"\n[[packages.api.places]]\nfile = \"../../README.md\"\n\
         pattern = \"api@{version}\"\ncount = 2\n",
    );
    let place = &config.packages[0].places[0];
    assert_eq!((place.file.as_str(), place.line), ("README.md", 3));
}
