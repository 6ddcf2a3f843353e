//! A changelog's `kinds`: the categories of its notes, in the order in which they are written.

use crate::model::config::{Kind, Level};
use crate::model::problem::{Code, Problem};

use super::entry::Entry;
use super::nearest::nearest;

pub(super) const LEVELS: [(&str, Level); 3] =
    [("patch", Level::Patch), ("minor", Level::Minor), ("major", Level::Major)];

/// The six of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/) and what each calls for.
const USUAL: [(&str, Level); 6] = [
    ("added", Level::Minor),
    ("changed", Level::Minor),
    ("deprecated", Level::Minor),
    ("removed", Level::Major),
    ("fixed", Level::Patch),
    ("security", Level::Patch),
];
const ALLOWED: &str =
    "a kind, such as `\"added\"` or `{ name = \"perf\", title = \"Performance\", level = \"patch\" }`";

/// The default kinds.
pub(super) fn usual() -> Vec<Kind> {
    USUAL.iter().map(|(name, _)| kind(name)).collect()
}

/// The kind that a list's plain string means: one of the six, or a new one whose name is not so
/// near to one of them that a slip is likelier.
pub(super) fn by_name_alone(name: &str) -> Option<Kind> {
    nearly(name).is_none().then(|| kind(name))
}

/// The usual kind that a name misspells.
fn nearly(name: &str) -> Option<&'static str> {
    nearest(name, USUAL.iter().map(|(usual, _)| *usual)).filter(|usual| *usual != name)
}

/// A kind's defaults: one of the six, or a new one titled by its name that calls for a patch.
pub(super) fn kind(name: &str) -> Kind {
    let level = USUAL.iter().find(|(usual, _)| *usual == name).map_or(Level::Patch, |(_, level)| *level);
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    Kind { name: name.to_owned(), title: first.into_iter().chain(letters).collect(), level }
}

/// The kinds of a list; two of one name or one title are refused.
pub(super) fn read(value: &Entry) -> Option<Vec<Kind>> {
    let read = value.some("kinds", |entry| Some((one(entry)?, entry.line())))?;
    let mut kinds: Vec<Kind> = Vec::new();
    for (kind, line) in read {
        if let Some(first) = kinds.iter().find(|first| first.name == kind.name || first.title == kind.title) {
            let what = if first.name == kind.name {
                format!("the kind `{}` is listed twice", kind.name)
            } else {
                format!("the kinds `{}` and `{}` are both titled `{}`", first.name, kind.name, kind.title)
            };
            let problem =
                Problem::new(Code::W0107, what).help("a heading is one kind's: take one of them out");
            value.report_at(line, problem);
        }
        kinds.push(kind);
    }
    Some(kinds)
}

fn one(entry: &Entry) -> Option<Kind> {
    if let Some(text) = entry.as_text() {
        let name = entry.checked(ALLOWED, check_name)?;
        return match nearly(text) {
            Some(usual) => {
                let advice =
                    format!("`\"{usual}\"`; if a kind of your own is meant, `{{ name = \"{text}\" }}`");
                entry.refuse(format!("is `{text}`, which is nearly `{usual}`"), advice)
            }
            None => Some(kind(name)),
        };
    }
    if !entry.is_table() {
        return entry.mistyped(ALLOWED);
    }
    let mut table = entry.section()?;
    let name = table
        .require("name", "the last-but-one part of a fragment's file name, such as: name = \"added\"")
        .and_then(|value| value.checked("letters, digits, `-` and `_`", check_name));
    let title = table.take("title");
    let has_title = title.is_some();
    let title = title.and_then(|value| value.words());
    let level = table.get("level", |value| value.one_of(&LEVELS));
    table.finish();
    let usual = kind(name?);
    let title = if has_title { title?.to_owned() } else { usual.title };
    Some(Kind { name: usual.name, title, level: level.unwrap_or(usual.level) })
}

/// A kind is one dot part of a file name.
fn check_name(text: &str) -> Result<&str, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.is_empty() {
        Err("is empty".to_owned())
    } else if let Some(bad) = text.chars().find(|c| !allowed(*c)) {
        Err(format!("holds {bad:?}; letters, digits, `-` and `_` are allowed"))
    } else {
        Ok(text)
    }
}
