//! One value of the config: read as the kind that is wanted, or refused saying what was seen.

use std::fmt;
use std::ops::RangeInclusive;

use toml_edit::{ArrayOfTables, Table, TableLike, Value};

use crate::model::problem::{Code, Problem};

use super::reader::{Reader, Section, join, plain};

/// A value in either of TOML's two ways of writing tables.
#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    Value(&'a Value),
    Table(&'a Table),
    Tables(&'a ArrayOfTables),
}

/// A key's value, or one entry of a list.
pub(super) struct Entry<'a> {
    reader: &'a Reader<'a>,
    node: Node<'a>,
    path: String,
    line: usize,
}

impl<'a> Entry<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, node: Node<'a>, path: String, line: usize) -> Entry<'a> {
        Entry { reader, node, path, line }
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The value as people speak of it: `` `release.remote` ``, `` an entry of `release.branches` ``.
    pub(super) fn label(&self) -> String {
        match self.path.strip_suffix(']').and_then(|path| path.rsplit_once('[')) {
            Some((list, _)) => format!("an entry of `{}`", plain(list)),
            None => format!("`{}`", plain(&self.path)),
        }
    }

    pub(super) fn report(&self, problem: Problem) {
        self.reader.report(self.line, problem);
    }

    /// Reports a problem of one of the value's lines.
    pub(super) fn report_at(&self, line: usize, problem: Problem) {
        self.reader.report(line, problem);
    }

    pub(super) fn node(&self) -> Node<'a> {
        self.node
    }

    /// The number, whole or not, if the value is one; nothing is reported.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self.node {
            Node::Value(Value::Integer(number)) => Some(*number.value() as f64),
            Node::Value(Value::Float(number)) => Some(*number.value()),
            _ => None,
        }
    }

    pub(super) fn is_table(&self) -> bool {
        matches!(self.node, Node::Table(_) | Node::Value(Value::InlineTable(_)))
    }

    /// Refuses the value, saying what was seen and what is allowed. Always none.
    pub(super) fn refuse<T>(&self, what: impl fmt::Display, allowed: impl fmt::Display) -> Option<T> {
        let what = format!("{} {what}", self.label());
        self.report(Problem::new(Code::W0104, what).help(format!("allowed: {allowed}")));
        None
    }

    /// Refuses a value of the wrong type.
    pub(super) fn mistyped<T>(&self, allowed: impl fmt::Display) -> Option<T> {
        self.refuse(format!("is {}", self.seen()), allowed)
    }

    /// Notes that this value stands for the key `key` of a table in its place.
    pub(super) fn stands_for(&self, key: &str) {
        self.reader.note(join(&self.path, key), self.line);
    }

    /// The text, if the value is one; nothing is reported.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        match self.node {
            Node::Value(value) => value.as_str(),
            _ => None,
        }
    }

    /// The switch, if the value is one; nothing is reported.
    pub(super) fn as_switch(&self) -> Option<bool> {
        match self.node {
            Node::Value(value) => value.as_bool(),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&'a str> {
        self.as_text().or_else(|| self.mistyped("a string"))
    }

    pub(super) fn switch(&self) -> Option<bool> {
        self.as_switch().or_else(|| self.mistyped("`true` or `false`"))
    }

    pub(super) fn number(&self, range: RangeInclusive<usize>) -> Option<usize> {
        let number = match self.node {
            Node::Value(value) => value.as_integer(),
            _ => None,
        };
        let within = number.and_then(|number| usize::try_from(number).ok()).filter(|n| range.contains(n));
        within.or_else(|| self.mistyped(format!("a number from {} to {}", range.start(), range.end())))
    }

    /// One of a few words.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let allowed = || words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ");
        let found = self
            .as_text()
            .and_then(|text| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value));
        found.or_else(|| self.mistyped(allowed()))
    }

    /// A text that passes a check, which says what is wrong as the end of a sentence.
    pub(super) fn checked<T>(
        &self,
        allowed: &str,
        check: impl FnOnce(&'a str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.as_text().or_else(|| self.mistyped(allowed))?;
        match check(text) {
            Ok(value) => Some(value),
            Err(_) if text.is_empty() => self.refuse("is empty", allowed),
            Err(why) => self.refuse(format!("is `{}`, which {why}", printable(text)), allowed),
        }
    }

    /// The entries of a list, `[…]` or `[[…]]`.
    pub(super) fn list(&self, of: &str) -> Option<Vec<Entry<'a>>> {
        let nodes: Vec<(Node<'a>, _)> = match self.node {
            Node::Value(Value::Array(array)) => {
                array.iter().map(|value| (Node::Value(value), value.span())).collect()
            }
            Node::Tables(tables) => tables.iter().map(|table| (Node::Table(table), table.span())).collect(),
            _ => return self.mistyped(format!("a list of {of}")),
        };
        let entries = nodes.into_iter().enumerate().map(|(index, (node, span))| {
            let line = span.map_or(self.line, |span| self.reader.line(span.start));
            Entry::new(self.reader, node, format!("{}[{index}]", self.path), line)
        });
        Some(entries.collect())
    }

    /// A list of `of`, each read by `how`; refused entries are left out.
    pub(super) fn each<T>(&self, of: &str, how: impl Fn(&Entry<'a>) -> Option<T>) -> Option<Vec<T>> {
        Some(self.list(of)?.iter().filter_map(how).collect())
    }

    /// As [`Entry::each`], for a list that must not be empty.
    pub(super) fn some<T>(&self, of: &str, how: impl Fn(&Entry<'a>) -> Option<T>) -> Option<Vec<T>> {
        let entries = self.list(of)?;
        if entries.is_empty() {
            return self.refuse("is empty", format!("a list of {of}, at least one"));
        }
        Some(entries.iter().filter_map(how).collect())
    }

    /// The value as a table.
    pub(super) fn section(&self) -> Option<Section<'a>> {
        let table: &'a dyn TableLike = match self.node {
            Node::Table(table) => table,
            Node::Value(Value::InlineTable(table)) => table,
            _ => return self.mistyped("a table"),
        };
        Some(Section::new(self.reader, Some(table), self.path.clone(), self.line))
    }

    /// What stands there: `` the integer `3` ``, `a list`.
    fn seen(&self) -> String {
        let value = match self.node {
            Node::Table(_) => return "a table".to_owned(),
            Node::Tables(_) => return "a list of tables".to_owned(),
            Node::Value(value) => value,
        };
        let kind = match value {
            Value::String(_) => "string",
            Value::Integer(_) => "integer",
            Value::Float(_) => "number",
            Value::Boolean(_) => "switch",
            Value::Datetime(_) => "date",
            Value::Array(_) => return "a list".to_owned(),
            Value::InlineTable(_) => return "a table".to_owned(),
        };
        let raw = value.span().and_then(|span| self.reader.text().get(span)).unwrap_or_default();
        if raw.is_empty() || raw.len() > 60 || raw.contains('\n') {
            format!("a {kind}")
        } else {
            format!("the {kind} `{raw}`")
        }
    }
}

/// The text with its control characters spelled out.
pub(super) fn printable(text: &str) -> String {
    let spell = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(spell).collect()
}
