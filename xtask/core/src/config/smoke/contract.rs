//! `[smoke.contract]`: the OpenAPI document, and what it does not say itself.

use std::collections::BTreeMap;

use crate::model::smoke::{ContractRule, OperationRule};

use super::super::entry::Entry;
use super::super::reader::Section;
use super::texts::{Texts, path};

pub(super) fn read(mut table: Section, texts: &Texts) -> Option<ContractRule> {
    let file = table.require("file", "file = \"openapi.json\"").and_then(|value| value.path_from_root());
    let url = table.get("url", path);
    let minimum = table.get("minimum", |value| value.number(0..=100)).unwrap_or(100);
    let values = table.get("values", |value| texts.shapes(value)).unwrap_or_default();
    let operations = table.get("operations", |value| operations(value, texts)).unwrap_or_default();
    table.finish();
    Some(ContractRule { file: file?, url, minimum, values, operations })
}

fn operations(value: &Entry, texts: &Texts) -> Option<BTreeMap<String, OperationRule>> {
    let mut rules = BTreeMap::new();
    for (name, entry) in value.section()?.pairs() {
        let Some(mut table) = entry.section() else { continue };
        let body = table.get("body", |value| texts.shape(value));
        let values = table.get("values", |value| texts.shapes(value)).unwrap_or_default();
        let skip = table.get("skip", |value| value.words().map(str::to_owned));
        table.finish();
        rules.insert(name.to_owned(), OperationRule { body, values, skip });
    }
    Some(rules)
}
