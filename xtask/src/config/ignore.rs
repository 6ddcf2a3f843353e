//! `[ignore]`: files that are left alone.

use crate::model::config::{Ignore, IgnoreRule};

use super::entry::Entry;
use super::reader::Section;

pub(super) fn read(mut table: Section) -> Ignore {
    let mut rules = |key: &'static str| table.get(key, |value| value.each("globs", rule)).unwrap_or_default();
    let ignore = Ignore { places: rules("places"), fragments: rules("fragments") };
    table.finish();
    ignore
}

/// A glob, or a table `{ glob, reason }`.
fn rule(entry: &Entry) -> Option<IgnoreRule> {
    if !entry.is_table() {
        return entry.path_glob().map(|glob| IgnoreRule { glob, reason: None });
    }
    let mut table = entry.section()?;
    let glob = table
        .require("glob", "the files to leave alone, such as: glob = \"website/**\"")
        .and_then(|value| value.path_glob());
    let reason = table.get("reason", |value| value.words().map(str::to_owned));
    table.finish();
    Some(IgnoreRule { glob: glob?, reason })
}
