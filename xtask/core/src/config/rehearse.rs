//! `[rehearse]`: what a rehearsal needs of the machine.

use crate::model::config::{Preparation, RehearseRules};
use crate::model::target::TargetKind;

use super::entry::Entry;
use super::hooks::program;
use super::reader::Section;

const RUN: &str = "the program and each argument, such as: run = [\"scripts/docker\"]";

pub(super) fn read(mut table: Section) -> RehearseRules {
    let setup = table.get("setup", |value| value.each("commands", preparation)).unwrap_or_default();
    table.finish();
    RehearseRules { setup }
}

/// A list of words, or a table with `run` and the kinds of targets that need it.
fn preparation(entry: &Entry) -> Option<Preparation> {
    if !entry.is_table() {
        return Some(Preparation { run: program(entry, &[])?, kinds: Vec::new() });
    }
    let mut table = entry.section()?;
    let run = table.require("run", RUN).and_then(|value| program(&value, &[]));
    let words = TargetKind::ALL.map(|kind| (kind.name(), kind));
    let kinds = table.get("kinds", |value| value.some("kinds of targets", |entry| entry.one_of(&words)));
    table.finish();
    Some(Preparation { run: run?, kinds: kinds.unwrap_or_default() })
}

/// The value of `setup` in TOML's spelling.
pub(super) fn shown(rules: &RehearseRules) -> String {
    let list = |texts: Vec<String>| texts.into_iter().collect::<toml_edit::Array>().to_string();
    let one = |one: &Preparation| {
        let run = list(one.run.iter().map(ToString::to_string).collect());
        match one.kinds.as_slice() {
            [] => run,
            kinds => {
                let kinds = list(kinds.iter().map(|kind| kind.name().to_owned()).collect());
                format!("{{ run = {run}, kinds = {kinds} }}")
            }
        }
    };
    format!("[{}]", rules.setup.iter().map(one).collect::<Vec<_>>().join(", "))
}
