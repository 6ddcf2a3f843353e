//! `[ignore]`: files that are left alone, and mentions of versions that are meant as they are.

use crate::model::config::{Ignore, IgnoreMention, IgnoreRule};

use super::entry::Entry;
use super::reader::Section;

pub(super) fn read(mut table: Section) -> Ignore {
    let mut rules = |key: &'static str| table.get(key, |value| value.each("globs", rule)).unwrap_or_default();
    let (places, fragments) = (rules("places"), rules("fragments"));
    let mentions = table.get("mentions", |value| value.each("globs", mention)).unwrap_or_default();
    table.finish();
    Ignore { places, fragments, mentions }
}

/// A glob, or a table `{ glob, reason }`.
fn rule(entry: &Entry) -> Option<IgnoreRule> {
    let line = entry.line();
    if !entry.is_table() {
        return entry.path_glob().map(|glob| IgnoreRule { glob, reason: None, line });
    }
    let mut table = entry.section()?;
    let glob = table
        .require("glob", "the files to leave alone, such as: glob = \"website/**\"")
        .and_then(|value| value.path_glob());
    let reason = table.get("reason", |value| value.words().map(str::to_owned));
    table.finish();
    Some(IgnoreRule { glob: glob?, reason, line })
}

/// A glob, or a table `{ glob, text, reason }` with one of the first two at least.
fn mention(entry: &Entry) -> Option<IgnoreMention> {
    let line = entry.line();
    if !entry.is_table() {
        let meant = |glob| IgnoreMention { glob: Some(glob), text: None, reason: None, line };
        return entry.path_glob().map(meant);
    }
    let mut table = entry.section()?;
    let (glob, text) = (table.take("glob"), table.take("text"));
    if glob.is_none() && text.is_none() {
        table.lacks(&["glob", "text"], "the mentions that are meant, such as: text = \"since v1.2.0\"");
    }
    let said = glob.is_some() || text.is_some();
    let glob = glob.map(|value| value.path_glob());
    let text = text.map(|value| value.words().map(str::to_owned));
    let reason = table.get("reason", |value| value.words().map(str::to_owned));
    table.finish();
    let usable = said && !matches!(glob, Some(None)) && !matches!(text, Some(None));
    usable.then(|| IgnoreMention { glob: glob.flatten(), text: text.flatten(), reason, line })
}
