//! `[ci]`: the pipelines that are generated.

use std::collections::BTreeMap;

use crate::model::action::{Action, ActionVersion};
use crate::model::ci::{CiBuild, CiRules, CiSetup, IMAGE, RUNNER, TIMEOUT, names};
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::target::{Target, TargetKind};

use super::entry::Entry;
use super::nearest::advice;
use super::reader::Section;
use super::settings::{array, inline, quoted};

const RUN: &str = "the program and each argument, such as: run = [\"scripts/setup\"]";
const COMMANDS: &str = "commands, each a list of the program and its arguments";
const LONGEST_MINUTES: usize = 24 * 60;

pub(super) fn read(mut table: Section, targets: &[Target]) -> CiRules {
    let publish = table.get("publish", Entry::switch).unwrap_or(true);
    let commands = |value: &Entry| value.each(COMMANDS, words);
    let tests = table.get("tests", commands).unwrap_or_default();
    let scan = table.get("scan", commands).unwrap_or_default();
    let setup = table.get("setup", |value| value.each("commands", setup)).unwrap_or_default();
    let runner = table.get("runner", word).unwrap_or_else(|| RUNNER.to_owned());
    let image = table.get("image", word).unwrap_or_else(|| IMAGE.to_owned());
    let timeout = table.get("timeout", |value| value.number(1..=LONGEST_MINUTES)).unwrap_or(TIMEOUT);
    let actions = table.get("actions", actions).unwrap_or_default();
    let environments = table.get("environments", |value| by_target(value, targets)).unwrap_or_default();
    let audiences = table.get("audiences", audiences).unwrap_or_default();
    let builds: Vec<CiBuild> = table
        .get("builds", |value| value.each("tables, each `[[ci.builds]]`", |entry| build(entry, targets)))
        .unwrap_or_default();
    for (index, one) in builds.iter().enumerate() {
        if builds[..index].iter().any(|other| other.name == one.name) {
            let what = format!("two of `ci.builds` are named `{}`", one.name);
            table.report(Problem::new(Code::W0107, what).help("give one of them another name"));
        }
    }
    table.finish();
    CiRules { publish, tests, scan, setup, runner, image, timeout, actions, environments, audiences, builds }
}

/// A text that a pipeline file can hold as it is.
fn word(entry: &Entry) -> Option<String> {
    entry.checked("a text on one line, without `${{`", check_word).filter(|text| !text.is_empty()).or_else(
        || {
            if entry.as_text() == Some("") { entry.refuse("is empty", "a text") } else { None }
        },
    )
}

fn check_word(text: &str) -> Result<String, String> {
    if text.contains(char::is_control) {
        Err("holds a line break or another control character".into())
    } else if text.contains("${{") {
        Err("holds `${{`, which GitHub would replace".into())
    } else {
        Ok(text.to_owned())
    }
}

fn words(entry: &Entry) -> Option<Vec<String>> {
    let words = entry.some("strings (the program and each argument)", |one| {
        one.checked("a text on one line, without `${{`", check_word)
    })?;
    if words.first().is_some_and(|program| program.trim().is_empty()) {
        return entry.refuse("starts with an empty program", "the program first, then its arguments");
    }
    Some(words)
}

/// A list of words, or a table with `run` and the kinds of targets that need it.
fn setup(entry: &Entry) -> Option<CiSetup> {
    if !entry.is_table() {
        return Some(CiSetup { run: words(entry)?, kinds: Vec::new() });
    }
    let mut table = entry.section()?;
    let run = table.require("run", RUN).and_then(|value| words(&value));
    let all = TargetKind::ALL.map(|kind| (kind.name(), kind));
    let kinds = table.get("kinds", |value| value.some("kinds of targets", |entry| entry.one_of(&all)));
    table.finish();
    Some(CiSetup { run: run?, kinds: kinds.unwrap_or_default() })
}

fn by_target(value: &Entry, targets: &[Target]) -> Option<BTreeMap<String, String>> {
    let pairs = value.section()?.pairs();
    let read = pairs.into_iter().filter_map(|(key, entry)| {
        known(&entry, key, targets)?;
        Some((key.to_owned(), word(&entry)?))
    });
    Some(read.collect())
}

/// Refuses a word that names no target.
fn known(entry: &Entry, text: &str, targets: &[Target]) -> Option<()> {
    if targets.iter().any(|target| names(target, text)) {
        return Some(());
    }
    let labels: Vec<String> = targets.iter().map(Target::label).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let what = format!("{} names the target `{}`, which does not exist", entry.label(), text.escape_debug());
    entry.report(Problem::new(Code::W0105, what).help(advice(text, "target", &labels)));
    None
}

fn audiences(value: &Entry) -> Option<BTreeMap<TargetKind, String>> {
    let mut table = value.section()?;
    let mut audiences = BTreeMap::new();
    for (key, kind) in [("pypi", TargetKind::Pypi), ("npm", TargetKind::Npm)] {
        if let Some(text) = table.get(key, word) {
            audiences.insert(kind, text);
        }
    }
    table.finish();
    Some(audiences)
}

fn actions(value: &Entry) -> Option<BTreeMap<Action, ActionVersion>> {
    let mut table = value.section()?;
    let allowed = "a tag or a commit, such as `v5` or `<commit> # v5.0.1`";
    let mut actions = BTreeMap::new();
    for action in Action::ALL {
        if let Some(version) = table.get(action.name(), |value| value.checked(allowed, ActionVersion::parse))
        {
            actions.insert(action, version);
        }
    }
    table.finish();
    Some(actions)
}

fn build(entry: &Entry, targets: &[Target]) -> Option<CiBuild> {
    let mut table = entry.section()?;
    let name = table
        .require("name", "the part's name, such as: name = \"linux\"")
        .and_then(|value| value.checked("letters, digits, `-`, `_` and `.`", Name::parse));
    let runner = table.get("runner", word);
    let image = table.get("image", word);
    let tags = table.get("tags", |value| value.each("tags of runners", word)).unwrap_or_default();
    let wanted =
        table.require("targets", "what it builds, such as: targets = [\"api/pypi\"]").and_then(|value| {
            value.some("targets, packages or kinds", |one| {
                let text = one.text()?;
                known(one, text, targets).map(|()| text.to_owned())
            })
        });
    let python = table.get("python", |value| {
        value.each("versions of Python, such as \"3.12\"", |one| {
            one.checked("a version, such as `3.12`", |text| {
                let fits = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
                if fits && text.starts_with(|c: char| c.is_ascii_digit()) {
                    Ok(text.to_owned())
                } else {
                    Err("is no version of Python".into())
                }
            })
        })
    });
    table.finish();
    let (name, targets) = (name?, wanted?);
    Some(CiBuild { name, runner, image, tags, targets, python: python.unwrap_or_default() })
}

/// The keys of `[ci]` in TOML's spelling, with the table that each stands in.
pub(super) fn shown(ci: &CiRules) -> Vec<(String, &'static str, String)> {
    let list = |texts: &[String]| array(texts.iter().map(|text| quoted(text)));
    let commands = |all: &[Vec<String>]| array(all.iter().map(|one| list(one)));
    let setup = |one: &CiSetup| match one.kinds.as_slice() {
        [] => list(&one.run),
        kinds => {
            let kinds = array(kinds.iter().map(|kind| quoted(kind.name())));
            inline([("run", list(&one.run)), ("kinds", kinds)])
        }
    };
    let table = || "ci".to_owned();
    let mut rows = vec![
        (table(), "publish", ci.publish.to_string()),
        (table(), "tests", commands(&ci.tests)),
        (table(), "scan", commands(&ci.scan)),
        (table(), "setup", array(ci.setup.iter().map(setup))),
        (table(), "runner", quoted(&ci.runner)),
        (table(), "image", quoted(&ci.image)),
        (table(), "timeout", ci.timeout.to_string()),
        (
            table(),
            "actions",
            inline(ci.actions.iter().map(|(action, one)| (action.name(), quoted(&one.to_string())))),
        ),
        (
            table(),
            "environments",
            inline(ci.environments.iter().map(|(key, text)| (quoted(key), quoted(text)))),
        ),
        (table(), "audiences", inline(ci.audiences.iter().map(|(kind, text)| (kind, quoted(text))))),
    ];
    for (index, one) in ci.builds.iter().enumerate() {
        let table = || format!("ci.builds[{index}]");
        rows.push((table(), "name", quoted(one.name.as_str())));
        rows.extend(one.runner.iter().map(|text| (table(), "runner", quoted(text))));
        rows.extend(one.image.iter().map(|text| (table(), "image", quoted(text))));
        rows.push((table(), "tags", list(&one.tags)));
        rows.push((table(), "targets", list(&one.targets)));
        rows.push((table(), "python", list(&one.python)));
    }
    rows
}
