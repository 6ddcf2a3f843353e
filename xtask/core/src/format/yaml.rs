//! YAML 1.2, through saphyr-parser's events. A key is looked up in all documents of a file; who reads
//! a file of a known kind gets its first.
//!
//! A `.yaml` file that holds JSON is read as JSON, so that tabs in it do no harm. Aliases are
//! named, never followed: an edit at an anchor would reach every alias of it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::{Format, Key, Kind, Look, Node, Scalar, Text, json, node, number};
use crate::model::problem::{Code, Problem};

pub const FORMAT: Format = Format {
    name: "YAML",
    endings: &["yaml", "yml", "cff"],
    look: |text, keys| {
        if text.body.trim_start().starts_with('{')
            && let Ok(document) = json::parse(text)
        {
            return keys.iter().map(|key| key.look(document.root())).collect();
        }
        let document = read(text, true)?;
        keys.iter().map(|key| in_all(key, &document)).collect()
    },
};

/// What stands at a key in any of the documents.
fn in_all(key: &Key, document: &Document<'_>) -> Result<Look, Problem> {
    let mut there = Vec::new();
    let mut missing = Look::Missing { nearest: None };
    for root in document.roots() {
        match key.look(root)? {
            Look::Missing { nearest } => {
                if missing == (Look::Missing { nearest: None }) {
                    missing = Look::Missing { nearest };
                }
            }
            Look::Found(scalar) => there.push((scalar.line, Look::Found(scalar))),
            Look::Other { line, noun } => there.push((line, Look::Other { line, noun })),
        }
    }
    if there.len() > 1 {
        let lines: Vec<_> = there.iter().map(|(line, _)| line.to_string()).collect();
        let path = document.text.path;
        let what =
            format!("`{key}` stands in {} documents of `{path}` (lines {})", lines.len(), lines.join(", "));
        return Err(Problem::new(Code::W0311, what)
            .at_line(path, there[1].0)
            .why("which of them is meant can't be told")
            .help(
                "Declare the place by `pattern`, with text around `{version}` that only one of them has.",
            ));
    }
    Ok(there.pop().map_or(missing, |(_, look)| look))
}

/// A parsed YAML document; its nodes stand in one list, so that deep nesting costs no stack.
pub struct Document<'a> {
    text: &'a Text<'a>,
    items: Vec<Item<'a>>,
    /// The items that are documents.
    roots: Vec<usize>,
}

struct Item<'a> {
    start: usize,
    content: Content<'a>,
}

enum Content<'a> {
    /// Plain or quoted: the value and the token's range, quotes excluded.
    Text(Cow<'a, str>, Range<usize>),
    /// Keys and values in turn.
    Table(Vec<usize>),
    List(Vec<usize>),
    Other(&'static str),
}

/// A node of a YAML text.
#[derive(Clone, Copy)]
pub struct Yaml<'a> {
    document: &'a Document<'a>,
    at: usize,
}

/// Reads the first document of a text.
///
/// # Errors
/// `W0305` with the line.
pub fn parse<'a>(text: &'a Text<'a>) -> Result<Document<'a>, Problem> {
    read(text, false)
}

/// Reads the first document, or all.
fn read<'a>(text: &'a Text<'a>, all: bool) -> Result<Document<'a>, Problem> {
    if let Some(at) = text.body.find('\0') {
        return Err(text.malformed(text.line(at), FORMAT.name, "it holds a NUL character"));
    }
    let mut bytes = Bytes { body: text.body, chars: 0, bytes: 0 };
    let mut document = Document { text, items: Vec::new(), roots: Vec::new() };
    let mut open: Vec<usize> = Vec::new();
    for event in Parser::new_from_str(text.body) {
        let (event, span) = event.map_err(|error| malformed(text, &error))?;
        let content = match event {
            Event::DocumentEnd if !all => break,
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop();
                continue;
            }
            Event::SequenceStart(..) => Content::List(Vec::new()),
            Event::MappingStart(..) => Content::Table(Vec::new()),
            Event::Alias(_) => Content::Other("an alias"),
            Event::Scalar(_, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                Content::Other("a block of text")
            }
            Event::Scalar(value, style, ..) => {
                let range = token(text, &mut bytes, span, style, &value)?;
                Content::Text(value, range)
            }
            _ => continue,
        };
        let nests = matches!(content, Content::List(_) | Content::Table(_));
        let at = document.items.len();
        let start = bytes.at(span.start.index());
        document.items.push(Item { start, content });
        if open.is_empty() {
            document.roots.push(at);
        }
        if let Some(parent) = open.last()
            && let Content::List(inside) | Content::Table(inside) = &mut document.items[*parent].content
        {
            inside.push(at);
        }
        if nests {
            open.push(at);
        }
    }
    Ok(document)
}

fn malformed(text: &Text<'_>, error: &ScanError) -> Problem {
    text.malformed(error.marker().line(), FORMAT.name, error.info())
}

/// The bytes of a scalar's token. A quoted scalar's span runs on over blanks and a comment, so
/// its end is looked for; a plain one must be where the parser says.
fn token(
    text: &Text<'_>,
    bytes: &mut Bytes<'_>,
    span: Span,
    style: ScalarStyle,
    value: &str,
) -> Result<Range<usize>, Problem> {
    let start = after_properties(text.body, bytes.at(span.start.index()));
    let range = match style {
        ScalarStyle::SingleQuoted => closing(text.body, start, b'\'').map(|end| start + 1..end),
        ScalarStyle::DoubleQuoted => closing(text.body, start, b'"').map(|end| start + 1..end),
        _ => {
            let end = bytes.at(span.end.index());
            let raw = text.body.get(start..end);
            let one_word = !value.contains(char::is_whitespace);
            let end = if value.is_empty() { start } else { end };
            (!one_word || value.is_empty() || raw == Some(value)).then_some(start..end)
        }
    };
    range.ok_or_else(|| text.malformed(text.line(start), FORMAT.name, "a scalar can't be located"))
}

/// Where a scalar's own text starts after its anchor and tag (YAML 1.2.2, section 6.9), which
/// the parser counts in.
fn after_properties(body: &str, start: usize) -> usize {
    let mut rest = body.get(start..).unwrap_or("");
    while rest.starts_with(['&', '!', '#']) {
        let end = if rest.starts_with('#') { rest.find('\n') } else { rest.find(char::is_whitespace) };
        rest = rest[end.unwrap_or(rest.len())..].trim_start();
    }
    body.len() - rest.len()
}

/// The closing quote of the scalar that opens at `start`.
fn closing(body: &str, start: usize, quote: u8) -> Option<usize> {
    let bytes = body.as_bytes();
    if bytes.get(start) != Some(&quote) {
        return None;
    }
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
}

/// Turns the parser's character counts into byte offsets; it walks from one to the next.
struct Bytes<'a> {
    body: &'a str,
    chars: usize,
    bytes: usize,
}

impl Bytes<'_> {
    fn at(&mut self, chars: usize) -> usize {
        let (before, after) = self.body.split_at(self.bytes);
        let walk = |letters: &mut dyn Iterator<Item = char>, count| -> usize {
            letters.take(count).map(char::len_utf8).sum()
        };
        if chars >= self.chars {
            self.bytes += walk(&mut after.chars(), chars - self.chars);
        } else {
            self.bytes -= walk(&mut before.chars().rev(), self.chars - chars);
        }
        self.chars = chars;
        self.bytes
    }
}

impl Document<'_> {
    fn roots(&self) -> impl Iterator<Item = Yaml<'_>> {
        self.roots.iter().map(|at| Yaml { document: self, at: *at })
    }

    pub fn root(&self) -> Yaml<'_> {
        Yaml { document: self, at: 0 }
    }
}

impl<'a> Yaml<'a> {
    fn content(self) -> &'a Content<'a> {
        self.document.items.get(self.at).map_or(&Content::Other("nothing"), |item| &item.content)
    }

    fn child(self, at: usize) -> Yaml<'a> {
        Yaml { at, ..self }
    }

    /// The members whose keys are scalars.
    pub fn pairs(self) -> impl Iterator<Item = (&'a str, Yaml<'a>)> {
        let pairs = match self.content() {
            Content::Table(inside) => inside.as_slice(),
            _ => &[],
        };
        pairs.chunks_exact(2).filter_map(move |pair| match self.child(pair[0]).content() {
            Content::Text(key, _) => Some((key.as_ref(), self.child(pair[1]))),
            _ => None,
        })
    }
}

impl<'a> Node<'a> for Yaml<'a> {
    fn text(self) -> &'a Text<'a> {
        self.document.text
    }

    fn kind(self) -> Kind {
        match self.content() {
            Content::Text(..) => Kind::Text,
            Content::Table(_) => Kind::Table,
            Content::List(_) => Kind::List,
            Content::Other(noun) => Kind::Other(noun),
        }
    }

    fn start(self) -> usize {
        self.document.items.get(self.at).map_or(0, |item| item.start)
    }

    fn get(self, key: &str) -> Result<Option<Yaml<'a>>, Problem> {
        let mut matching = self.pairs().filter(|(name, _)| *name == key);
        let found = matching.next().map(|(_, node)| node);
        match matching.next() {
            Some((_, second)) => Err(self.text().twice(second.line(), key)),
            None => Ok(found),
        }
    }

    fn members(self) -> Result<Vec<(Cow<'a, str>, Yaml<'a>)>, Problem> {
        let mut seen = BTreeSet::new();
        self.pairs()
            .map(|(name, node)| match seen.insert(name) {
                true => Ok((Cow::Borrowed(name), node)),
                false => Err(self.text().twice(node.line(), name)),
            })
            .collect()
    }

    fn items(self) -> Result<Vec<Yaml<'a>>, Problem> {
        match self.content() {
            Content::List(inside) => Ok(inside.iter().map(|at| self.child(*at)).collect()),
            _ => Ok(Vec::new()),
        }
    }

    fn scalar(self) -> Option<Scalar> {
        match self.content() {
            Content::Text(_, range) => Some(self.text().scalar(range.clone())),
            _ => None,
        }
    }

    /// A number is no version, even if it looks like one.
    fn token(self, name: &str) -> Result<Scalar, Problem> {
        let token = node::token(self, name)?;
        number::check(self.text(), name, &token).map_or(Ok(token), Err)
    }

    fn value(self) -> Option<Cow<'a, str>> {
        match self.content() {
            Content::Text(value, _) => Some(Cow::Borrowed(value)),
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
            ("version: 0.1.0\n", "version"),
            ("version: \"0.1.0\" # \u{e9} 0.1.0\nappVersion: 0.1.0\n", "version"),
            ("# \u{1f600}\u{e9}\r\nname: \u{e9}\r\nversion:   '0.1.0'   # c\r\n", "version"),
            ("\u{feff}a: {b: [x, {version: 0.1.0}]}\n", "a.b[1].version"),
            ("--- # first\na:\n- version: 0.1.0\n...\n---\na: [{other: 9.9.9}]\n", "/a/0/version"),
            ("---\n---\na: 1\n---\nb: 1\nversion: 0.1.0\n---\n", "version"),
            ("version: !!str 0.1.0\n", "version"),
            ("version: &v 0.1.0\nother: *v\n", "version"),
            ("version: !!str &é # '\n  '0.1.0' # '\n", "version"),
            ("'version': \"0.1.0\"\n", "version"),
            ("? version\n: 0.1.0\n", "version"),
            ("{\"info\":\t{\"version\": \"0.1.0\"}}\n", "/info/version"),
            ("{info: {version: 0.1.0}, x: 'it''s'}\n", "info.version"),
            ("version:\n  0.1.0\n", "version"),
        ] {
            all("a.yaml", text, key);
        }
    }

    #[test]
    fn refuses_what_it_cannot_place() {
        assert_eq!(refused("a.yaml", "a: 1\nversion: 0.1.0\nversion: 0.2.0\n", "version"), "W0311 a.yaml:3");
        assert_eq!(refused("a.yaml", "a: [1\nb: }\n", "a"), "W0305 a.yaml:2");
        assert_eq!(refused("a.yaml", "a: 1\n\u{0}b: 2\n", "a"), "W0305 a.yaml:2");
        assert_eq!(refused("a.yaml", "x: &v 0.1.0\nversion: *v\n", "version"), "an alias, line 2");
        assert_eq!(refused("a.yaml", "version: |\n  0.1.0\n", "version"), "a block of text, line 2");
        assert_eq!(refused("a.yaml", "version: {a: 1}\n", "version"), "a table, line 1");
        assert_eq!(
            refused("a.yaml", "info:\n  versoin: 1\n", "info.version"),
            "missing, nearest info.versoin"
        );
        assert_eq!(refused("a.yaml", "", "version"), "missing");
        assert_eq!(refused("a.yaml", "x: 0.1.0\n---\ny: 1\n---\nx: [0.2.0]\n", "x"), "W0311 a.yaml:5");
        assert_eq!(refused("a.yaml", "y: 1\n---\nversoin: 1\n", "version"), "missing, nearest versoin");
        assert_eq!(refused("a.yaml", "y: 1\n---\nx: [1\n", "y"), "W0305 a.yaml:4");
        assert_eq!(refused("a.yaml", "<<: &x {version: 1}\n", "version"), "missing");
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        refused("a.yaml", &"[".repeat(50_000), "a");
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            before in "[a-z\u{e9}\u{1f600}#'\" ]{0,12}",
            quote in prop_oneof![Just(""), Just("'"), Just("\"")],
            ending in prop_oneof![Just("\n"), Just("\r\n")],
            mark in prop_oneof![Just(""), Just("\u{feff}")],
            gap in " {1,3}",
        ) {
            let text = format!(
                "{mark}# {before}{ending}other: 0.1.0{ending}a:{ending}  'k {}': x # {before}{ending}  \
                 version:{gap}{quote}0.1.0{quote}{gap}# 0.1.0 {before}{ending}  last: 0.1.0",
                before.replace('\'', "''"),
            );
            all("a.yml", &text, "a.version");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\PC\n\r\t]{0,60}", yaml in "[-a-c:{}\\[\\]&*!|>'\"#,? \n\r\u{e9}\u{feff}]{0,40}") {
            refused("a.yaml", &text, "a.b[0]");
            refused("a.yaml", &yaml, "a.b[0]");
        }
    }
}
