//! Whole changelogs in and out. Expected texts are written by hand.

mod assembling;
mod fragments;
mod properties;
mod reading;
mod rotating;

use crate::model::config::{Body, ChangelogRules, Kind, Level, Links, Rotate};
use crate::model::date::Date;
use crate::model::edit::{Edit, apply};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problems};
use crate::model::template::Template;
use crate::model::tree::Source;
use crate::model::version::Version;

use super::assemble::assemble;
use super::fragment::Fragment;
use super::rotate::{Rotation, rotate};

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn source(text: &str) -> Source {
    Source { path: path("CHANGELOG.md"), text: text.into() }
}

fn heading(text: &str) -> Template {
    Template::parse(text, &["date"]).unwrap()
}

/// The default rules: Keep a Changelog's six kinds and heading.
fn rules() -> ChangelogRules {
    let kinds = [
        ("added", "Added", Level::Minor),
        ("changed", "Changed", Level::Minor),
        ("deprecated", "Deprecated", Level::Minor),
        ("removed", "Removed", Level::Major),
        ("fixed", "Fixed", Level::Patch),
        ("security", "Security", Level::Patch),
    ];
    let kind =
        |(name, title, level): (&str, &str, Level)| Kind { name: name.into(), title: title.into(), level };
    ChangelogRules {
        name: Name::parse("root").unwrap(),
        file: path("CHANGELOG.md"),
        fragments: Some(path("changelog.d")),
        groups: vec![Name::parse("tideplan").unwrap()],
        kinds: kinds.into_iter().map(kind).collect(),
        heading: heading("## [{version}] - {date}"),
        rotate: Rotate::Stable,
        links: Links::Off,
        placeholder: None,
        body: Body::Items,
        unreleased: true,
        exempt_branches: vec![],
        exempt_labels: vec![],
        zero_major: Level::Minor,
        line: None,
    }
}

fn with_placeholder() -> ChangelogRules {
    ChangelogRules { placeholder: Some("_Nothing yet._".into()), ..rules() }
}

/// Fragments from `slug.kind` and text.
fn notes(list: &[(&str, &str)]) -> Vec<Fragment> {
    let fragment = |(name, body): &(&str, &str)| Fragment {
        path: path(&format!("changelog.d/{name}.md")),
        kind: name.rsplit('.').next().unwrap().into(),
        body: (*body).into(),
        overtakes: None,
    };
    list.iter().map(fragment).collect()
}

fn rotation<'a>() -> Rotation<'a> {
    Rotation {
        version: Version::new(0, 2, 0),
        versions: "1.45.0/0.2.0",
        date: Date::parse("2026-11-22").unwrap(),
        summary: None,
        tag: None,
        previous_tag: None,
    }
}

fn applied(text: &str, edits: &[Edit]) -> String {
    assert!(edits.iter().all(|edit| edit.old != edit.new && !edit.node.is_empty()), "{edits:#?}");
    apply(text, edits).unwrap()
}

fn assembled(text: &str, rules: &ChangelogRules, fragments: &[(&str, &str)]) -> String {
    applied(text, &assemble(&source(text), rules, &notes(fragments)).unwrap())
}

fn rotated(
    text: &str,
    rules: &ChangelogRules,
    fragments: &[(&str, &str)],
    rotation: &Rotation<'_>,
) -> String {
    applied(text, &rotate(&source(text), rules, &notes(fragments), rotation).unwrap())
}

fn codes(problems: &Problems) -> Vec<Code> {
    problems.iter().map(|problem| problem.code).collect()
}
