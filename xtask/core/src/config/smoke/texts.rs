//! Texts with placeholders, and JSON that holds such texts.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use toml_edit::Value;

use crate::model::names::Name;
use crate::model::smoke::{SecretRule, Shape};
use crate::model::template::Template;

use super::super::entry::{Entry, Node};

/// What the texts of `[smoke]` may hold; it grows with each value that a check saves.
pub(super) struct Texts {
    placeholders: Vec<String>,
}

impl Texts {
    pub(super) fn new(services: &[&Name], secrets: &[SecretRule]) -> Texts {
        let mut placeholders = vec!["port".to_owned(), "url".to_owned(), "data".to_owned()];
        placeholders.extend(services.iter().flat_map(|name| [format!("port:{name}"), format!("url:{name}")]));
        placeholders.extend(secrets.iter().map(|secret| format!("secret:{}", secret.name)));
        Texts { placeholders }
    }

    pub(super) fn save(&mut self, name: &str) {
        self.placeholders.push(format!("saved:{name}"));
    }

    pub(super) fn into_placeholders(self) -> Vec<String> {
        self.placeholders
    }

    pub(super) fn allowed(&self) -> Vec<&str> {
        self.placeholders.iter().map(String::as_str).collect()
    }

    pub(super) fn template(&self, entry: &Entry) -> Option<Template> {
        entry.template(&self.allowed())
    }

    /// A table of texts by name.
    pub(super) fn by_name(&self, entry: &Entry) -> Option<BTreeMap<String, Template>> {
        let pairs = entry.section()?.pairs();
        Some(
            pairs
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), self.template(&value)?)))
                .collect(),
        )
    }

    /// JSON written as TOML; every text in it is a template.
    pub(super) fn shape(&self, entry: &Entry) -> Option<Shape> {
        match entry.node() {
            Node::Value(value) => self.json(entry, value),
            Node::Table(_) => self.shapes(entry).map(|pairs| Json::Object(pairs.into_iter().collect())),
            Node::Tables(_) => entry.each("tables", |entry| self.shape(entry)).map(Json::Array),
        }
    }

    /// A table of JSON by name.
    pub(super) fn shapes(&self, entry: &Entry) -> Option<BTreeMap<String, Shape>> {
        let pairs = entry.section()?.pairs();
        Some(
            pairs
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), self.shape(&value)?)))
                .collect(),
        )
    }

    fn json(&self, entry: &Entry, value: &Value) -> Option<Json> {
        match value {
            Value::String(text) => {
                if let Err(why) = Template::parse(text.value(), &self.allowed()) {
                    return entry.refuse(format!("has the text `{}`, which {why}", text.value()), "a text");
                }
                Some(Json::from(text.value().as_str()))
            }
            Value::Integer(number) => Some(Json::from(*number.value())),
            Value::Float(number) => Some(Json::from(*number.value())),
            Value::Boolean(switch) => Some(Json::from(*switch.value())),
            Value::Datetime(date) => Some(Json::from(date.value().to_string())),
            Value::Array(items) => items.iter().map(|item| self.json(entry, item)).collect(),
            Value::InlineTable(table) => table
                .iter()
                .map(|(key, value)| Some((key.to_owned(), self.json(entry, value)?)))
                .collect::<Option<serde_json::Map<_, _>>>()
                .map(Json::Object),
        }
    }
}

/// A JSON pointer: empty, or starting with `/`.
pub(super) fn pointer(entry: &Entry) -> Option<String> {
    let text = entry.text()?;
    if text.is_empty() || text.starts_with('/') {
        return Some(text.to_owned());
    }
    entry.refuse(
        format!("is `{text}`, which does not start with `/`"),
        "a JSON pointer, such as `/items/0/id`",
    )
}

/// A path at a service.
pub(super) fn path(entry: &Entry) -> Option<String> {
    entry.checked("a path, such as `/health`", |text| {
        if !text.starts_with('/') {
            Err("does not start with `/`".to_owned())
        } else if text.contains(|c: char| c.is_control() || c == ' ') {
            Err("holds a blank".to_owned())
        } else {
            Ok(text.to_owned())
        }
    })
}
