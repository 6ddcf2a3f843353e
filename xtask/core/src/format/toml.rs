//! TOML 1.1, through toml_edit's spanned parse.

use std::borrow::Cow;

use toml_edit::{Array, ArrayOfTables, Item, TableLike, Value};

use super::{Format, Kind, Node, Scalar, Text};
use crate::model::problem::Problem;

pub const FORMAT: Format = Format {
    name: "TOML",
    endings: &["toml", "Cargo.lock", "uv.lock", "poetry.lock"],
    look: |text, keys| {
        let document = parse(text)?;
        keys.iter().map(|key| key.look(document.root())).collect()
    },
};

/// A parsed TOML text.
pub struct Document<'a> {
    text: &'a Text<'a>,
    parsed: toml_edit::Document<&'a str>,
}

/// A node of a TOML text.
#[derive(Clone, Copy)]
pub struct Toml<'a> {
    text: &'a Text<'a>,
    at: At<'a>,
}

#[derive(Clone, Copy)]
enum At<'a> {
    Table { table: &'a dyn TableLike, start: usize },
    Tables(&'a ArrayOfTables),
    List(&'a Array),
    Value(&'a Value),
}

/// Reads a text.
///
/// # Errors
/// `W0305` with the line; `W0311` for a key that stands twice, which TOML forbids.
pub fn parse<'a>(text: &'a Text<'a>) -> Result<Document<'a>, Problem> {
    let parsed = toml_edit::Document::parse(text.body).map_err(|error| {
        let span = error.span().unwrap_or_default();
        let line = text.line(span.start);
        match error.message() {
            why if why.starts_with("duplicate key") => {
                text.twice(line, text.body.get(span).unwrap_or("").trim())
            }
            why => text.malformed(line, FORMAT.name, &why.replace('\n', "; ")),
        }
    })?;
    Ok(Document { text, parsed })
}

impl Document<'_> {
    pub fn root(&self) -> Toml<'_> {
        Toml { text: self.text, at: At::Table { table: self.parsed.as_table(), start: 0 } }
    }
}

impl<'a> Toml<'a> {
    fn item(self, item: &'a Item) -> Option<Toml<'a>> {
        let at = match item {
            Item::None => return None,
            Item::Value(value) => return Some(self.node(value)),
            Item::Table(table) => At::Table { table, start: item.span().map_or(0, |span| span.start) },
            Item::ArrayOfTables(tables) => At::Tables(tables),
        };
        Some(Toml { at, ..self })
    }

    fn node(self, value: &'a Value) -> Toml<'a> {
        let at = match value {
            Value::InlineTable(table) => {
                At::Table { table, start: value.span().map_or(0, |span| span.start) }
            }
            Value::Array(list) => At::List(list),
            _ => At::Value(value),
        };
        Toml { at, ..self }
    }

    pub fn is_true(self) -> bool {
        matches!(self.at, At::Value(Value::Boolean(value)) if *value.value())
    }

    pub fn is_false(self) -> bool {
        matches!(self.at, At::Value(Value::Boolean(value)) if !value.value())
    }

    pub fn is_empty_list(self) -> bool {
        matches!(self.at, At::List(list) if list.is_empty())
    }

    pub fn integer(self) -> Option<i64> {
        match self.at {
            At::Value(value) => value.as_integer(),
            _ => None,
        }
    }
}

impl<'a> Node<'a> for Toml<'a> {
    fn text(self) -> &'a Text<'a> {
        self.text
    }

    fn kind(self) -> Kind {
        match self.at {
            At::Table { .. } => Kind::Table,
            At::Tables(_) | At::List(_) => Kind::List,
            At::Value(Value::String(_)) => Kind::Text,
            At::Value(Value::Boolean(_)) => Kind::Other("a boolean"),
            At::Value(Value::Datetime(_)) => Kind::Other("a date"),
            At::Value(_) => Kind::Other("a number"),
        }
    }

    fn start(self) -> usize {
        let span = match self.at {
            At::Table { start, .. } => return start,
            At::Tables(tables) => tables.span(),
            At::List(list) => list.span(),
            At::Value(value) => value.span(),
        };
        span.map_or(0, |span| span.start)
    }

    fn get(self, key: &str) -> Result<Option<Toml<'a>>, Problem> {
        match self.at {
            At::Table { table, .. } => Ok(table.get(key).and_then(|item| self.item(item))),
            _ => Ok(None),
        }
    }

    fn members(self) -> Result<Vec<(Cow<'a, str>, Toml<'a>)>, Problem> {
        let At::Table { table, .. } = self.at else { return Ok(Vec::new()) };
        let member = |(key, item): (&'a str, &'a Item)| Some((Cow::Borrowed(key), self.item(item)?));
        Ok(table.iter().filter_map(member).collect())
    }

    fn items(self) -> Result<Vec<Toml<'a>>, Problem> {
        Ok(match self.at {
            At::Tables(tables) => {
                let start = |table: &toml_edit::Table| table.span().map_or(0, |span| span.start);
                tables
                    .iter()
                    .map(|table| Toml { at: At::Table { table, start: start(table) }, ..self })
                    .collect()
            }
            At::List(list) => list.iter().map(|value| self.node(value)).collect(),
            _ => Vec::new(),
        })
    }

    fn scalar(self) -> Option<Scalar> {
        let At::Value(value @ Value::String(_)) = self.at else { return None };
        let span = value.span()?;
        let raw = self.text.body.get(span.clone())?;
        let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
        (raw.len() >= 2 * quotes).then(|| self.text.scalar(span.start + quotes..span.end - quotes))
    }

    fn value(self) -> Option<Cow<'a, str>> {
        match self.at {
            At::Value(value) => value.as_str().map(Cow::Borrowed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::prove::{all, refused};

    #[test]
    fn keeps_quotes_comments_and_endings() {
        for (text, key) in [
            ("[project]\nversion = \"0.1.0\"\n", "project.version"),
            ("[project]\r\n# \u{e9}\u{1f600}\r\nversion\t=\t'0.1.0' # 0.1.0\r\n", "project.version"),
            ("\u{feff}project.version = \"0.1.0\"", "project.version"),
            ("project = { name = \"0.1.0\", version = \"0.1.0\" }\n", "/project/version"),
            ("[[package]]\nversion = \"0.1.0\"\n[[package]]\nversion = \"0.1.0\"\n", "package[1].version"),
            ("x = [ { y = 1 }, [ \"0.1.0\" ] ]\n", "/x/1/0"),
            ("[tool.\"a.b\"]\nversion = \"\"\"0.1.0\"\"\"\n", "tool.\"a.b\".version"),
        ] {
            all("a.toml", text, key);
        }
    }

    #[test]
    fn refuses_what_it_cannot_place() {
        assert_eq!(refused("a.toml", "a = 1\nb = 2\na = 3\n", "a"), "W0311 a.toml:3");
        assert_eq!(refused("a.toml", "a = 1\nb = = 2\n", "a"), "W0305 a.toml:2");
        assert_eq!(refused("a.toml", "a = 1\n\nversion = 0.1\n", "version"), "a number, line 3");
        assert_eq!(refused("a.toml", "version.workspace = true\n", "version"), "a table, line 1");
        assert_eq!(
            refused("a.toml", "[package]\nverion = \"1\"\n", "package.version"),
            "missing, nearest package.verion"
        );
        assert_eq!(refused("a.toml", "[package]\n", "/package/0/version"), "missing");
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            noise in "[a-z\u{e9}\u{1f600}#' ]{0,12}",
            quote in prop_oneof![Just("'"), Just("\"")],
            ending in prop_oneof![Just("\n"), Just("\r\n")],
            mark in prop_oneof![Just(""), Just("\u{feff}")],
        ) {
            let text = format!(
                "{mark}# {noise}{ending}[other]{ending}version = \"0.1.0\"{ending}[a] # {noise}{ending}\
                 x = \"{noise}\"{ending}version  = {quote}0.1.0{quote} # 0.1.0 {noise}{ending}last = '0.1.0'",
            );
            all("a.toml", &text, "a.version");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\PC\n\r\t]{0,60}", toml in "[a-c=.\\[\\]{}'\"#,0-9 \n\r\u{e9}]{0,40}") {
            refused("a.toml", &text, "a.b[0]");
            refused("a.toml", &toml, "a.b[0]");
        }
    }
}
