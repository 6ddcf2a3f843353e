//! The configs of two real monorepos: six packages with three tags in one commit on GitLab, and
//! eight coupled ones with a reviewed flow and a Go tag on GitHub.

use super::config;
use crate::config::show;
use crate::model::config::{Config, Find, Flow, Links, Rotate, TagKind};

pub(super) const THREE_TAGS: &str = include_str!("three_tags.toml");

pub(super) const GO_TAG_FIRST: &str = include_str!("go_tag_first.toml");

fn tags(config: &Config) -> Vec<String> {
    config.groups[0]
        .tags
        .iter()
        .map(|tag| format!("{:?} {} {}", tag.kind, tag.name, tag.push_first))
        .collect()
}

#[test]
fn one_commit_with_three_tags_in_two_spellings() {
    let config = config(THREE_TAGS);
    assert_eq!(config.release.branches, ["main", "release/*"]);
    assert_eq!(config.release.commit.to_string(), "chore(release): bump version to {version}");
    let [group] = config.groups.as_slice() else { panic!("{:?}", config.groups) };
    assert_eq!((group.line, group.default, group.flow), (Some(5), true, Flow::Direct));
    assert_eq!(group.base.as_ref().map(|name| name.as_str()), Some("api"));
    assert_eq!(group.packages.len(), 6);
    assert_eq!(
        tags(&config),
        [
            "Annotated v{version} false",
            "Annotated scheduler-v{version:pep440} false",
            "Annotated mcp-v{version:pep440} false"
        ]
    );
    assert_eq!(group.tags[1].message.to_string(), "Release {tag}");

    let mcp = &config.packages[3];
    assert_eq!((mcp.name.as_str(), mcp.path.as_str(), mcp.line), ("mcp", "packages/mcp", 23));
    let places: Vec<_> = mcp.places.iter().map(|place| (place.file.as_str(), place.line)).collect();
    assert_eq!(
        places,
        [
            ("packages/mcp/src/trueppm_mcp/__init__.py", 26),
            ("packages/mcp/server.json", 27),
            ("packages/mcp/server.json", 28)
        ]
    );
    assert!(matches!(&mcp.places[0].find, Find::Pattern { count: 1, .. }));
    assert!(matches!(&mcp.places[2].find, Find::Key(key) if key == "/packages/0/version"));
    assert_eq!(mcp.places[1].form.map(|form| form.to_string()).as_deref(), Some("semver"));
    assert_eq!(mcp.places[2].form, None);
    assert_eq!(config.packages[5].form.map(|form| form.to_string()).as_deref(), Some("X.Y.Z"));

    let [root, scheduler] = config.changelogs.as_slice() else { panic!("{:?}", config.changelogs) };
    assert_eq!(
        root.kinds.iter().map(|kind| kind.title.as_str()).collect::<Vec<_>>(),
        ["Added", "Changed", "Fixed", "Security"]
    );
    assert_eq!((root.rotate, &root.links), (Rotate::Every, &Links::Off));
    assert_eq!(root.heading.to_string(), "## [{version}] \u{2014} {date}");
    assert_eq!(scheduler.fragments, None);
    assert_eq!((scheduler.rotate, &scheduler.links), (Rotate::Stable, &Links::Continue));
    assert_eq!(scheduler.groups, root.groups);

    let [hook] = config.hooks.as_slice() else { panic!("{:?}", config.hooks) };
    assert_eq!((hook.name.as_str(), hook.line), ("bash scripts/export-openapi.sh", 47));
    assert_eq!(hook.env["TRUEPPM_VERSION"].to_string(), "{version:pep440}");
    assert_eq!(hook.changes, ["docs/api/openapi.json"]);
    assert_eq!(config.ignore.places[1].glob, "packages/helm/charts/**");
}

#[test]
fn coupled_packages_in_a_reviewed_flow() {
    let config = config(GO_TAG_FIRST);
    let [group] = config.groups.as_slice() else { panic!("{:?}", config.groups) };
    assert_eq!(group.flow, Flow::Reviewed);
    assert_eq!(tags(&config), ["Lightweight clients/go/v{version} true", "Annotated v{version} false"]);
    assert_eq!(group.tags[0].kind, TagKind::Lightweight);
    assert_eq!(config.default_group().map(|group| group.name.as_str()), Some("sketchlog"));
    let places: Vec<_> =
        config.packages.iter().flat_map(|package| &package.places).map(|place| place.file.as_str()).collect();
    assert_eq!(
        places,
        ["protocol/openapi.yaml", "website/src/components/HeroSection.jsx", "README.md", "README.md"]
    );
    let root = &config.changelogs[0];
    assert_eq!(root.fragments.as_ref().map(|path| path.as_str()), Some("changelog.d"));
    assert!(!root.unreleased);
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    for text in [THREE_TAGS, GO_TAG_FIRST] {
        let plain = show(&config(text));
        assert_eq!(show(&config(&text.replace('\n', "\r\n"))), plain);
        assert_eq!(show(&config(&format!("\u{feff}{text}"))), plain);
    }
}

#[test]
fn a_milestone_is_named_after_the_version() {
    let text =
        THREE_TAGS.replace("flow = \"direct\"\n", "flow = \"direct\"\nmilestone = \"{version:X.Y}\"\n");
    let milestone = config(&text).groups[0].milestone.clone().unwrap();
    let version = crate::model::version::Version::parse("0.4.0-alpha.1").unwrap();
    assert_eq!(milestone.render(version, crate::model::form::Form::SEMVER, |_| String::new()), "0.4");
}
