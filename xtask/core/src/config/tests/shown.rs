//! `config show`: everything that was understood, and where it is from.

use super::two_monorepos::{GO_TAG_FIRST, THREE_TAGS};
use super::{config, reading};
use crate::config::show;

const EVERYTHING: &str = include_str!("everything.toml");

#[test]
fn shows_values_with_their_line_or_default() {
    let config = reading("[packages.my-app]\nform = \"semver\"\n", true).unwrap();
    let expected = include_str!("shown.txt");
    assert_eq!(show(&config), expected);
}

#[test]
fn what_is_shown_is_a_config_that_means_the_same() {
    for text in [THREE_TAGS, GO_TAG_FIRST, EVERYTHING] {
        let first = config(text);
        let shown = show(&first);
        let second = config(&shown);
        let plain = |config: &crate::model::config::Config| -> Vec<_> {
            config.settings.iter().map(|setting| (setting.key.clone(), setting.value.clone())).collect()
        };
        assert_eq!(plain(&first), plain(&second), "{shown}");
        assert!(second.settings.iter().all(|setting| setting.line.is_some()), "{shown}");
        assert_eq!(unnumbered(&first), unnumbered(&second));
    }
}

/// The whole config without its line numbers, its settings, and what a default leaves open.
fn unnumbered(config: &crate::model::config::Config) -> String {
    let mut config = config.clone();
    config.settings.clear();
    let groups: Vec<_> = config.groups.iter().map(|group| group.name.clone()).collect();
    config.groups.iter_mut().for_each(|group| group.line = None);
    for package in &mut config.packages {
        package.line = 0;
        package.places.iter_mut().for_each(|place| place.line = 0);
    }
    config.changelogs.iter_mut().for_each(|changelog| changelog.line = None);
    config.targets.iter_mut().for_each(|target| target.line = 0);
    for pin in &mut config.pins {
        pin.line = 0;
        pin.places.iter_mut().for_each(|place| place.line = 0);
        pin.targets.iter_mut().for_each(|target| target.line = 0);
    }
    config.downstream.iter_mut().for_each(|one| one.line = 0);
    let ignore = &mut config.ignore;
    ignore.places.iter_mut().chain(&mut ignore.fragments).for_each(|rule| rule.line = 0);
    ignore.mentions.iter_mut().for_each(|rule| rule.line = 0);
    for hook in &mut config.hooks {
        hook.line = 0;
        if hook.groups.is_empty() {
            hook.groups = groups.clone();
        }
    }
    format!("{config:#?}")
}

#[test]
fn every_key_is_shown_with_its_line() {
    let defaults: Vec<_> = config(EVERYTHING)
        .settings
        .into_iter()
        .filter(|setting| setting.line.is_none())
        .map(|s| s.key)
        .collect();
    let unsaid = [
        "groups.tool.tags[0].kind",
        "groups.tool.tags[0].message",
        "groups.tool.tags[0].push",
        "packages.\"a.b\".places[0].after",
        "packages.\"a.b\".places[1].after",
        "packages.tool.places",
        "packages.tool.images",
        "packages.tool.dates",
    ];
    let (other, rest): (Vec<String>, Vec<String>) =
        defaults.into_iter().partition(|key| key.starts_with("changelogs.tool."));
    assert_eq!(rest, unsaid);
    assert_eq!(other.len(), 8, "{other:?}");
}

#[test]
fn names_the_file_as_people_do() {
    let around = crate::config::Surroundings { exists: &|_| false };
    let config = crate::config::read("../our.toml", "\n[packages.a]\npath = \"a\"", &around).unwrap();
    assert!(show(&config).contains("# ../our.toml:3\n"), "{}", show(&config));
}
