//! XML 1.0, through quick-xml's events: elements and their text, attributes excluded.
//!
//! Names are compared without their namespace's prefix. The text of an element is its one run of
//! character data, white space around it left out, be it plain or in a CDATA section; where
//! comments or references cut it into several, no single span holds it and it is no string.
//! Whatever encoding the declaration names, a file that is not UTF-8 is refused before (`W0306`).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::events::Event;
use quick_xml::{Reader, errors::Error};

use super::{Format, Kind, Node, Scalar, Text};
use crate::model::problem::Problem;

pub const FORMAT: Format = Format {
    name: "XML",
    endings: &["xml", "csproj", "fsproj", "props", "targets", "nuspec"],
    look: |text, keys| {
        let document = parse(text)?;
        keys.iter().map(|key| key.look(document.root())).collect()
    },
};

/// A parsed XML text; its elements stand in one list, so that deep nesting costs no stack.
pub struct Document<'a> {
    text: &'a Text<'a>,
    /// The first stands for the document, whose one child is the root element.
    elements: Vec<Element<'a>>,
}

#[derive(Default)]
struct Element<'a> {
    name: &'a str,
    start: usize,
    /// Where the content starts.
    inside: usize,
    children: Vec<usize>,
    /// The runs of character data that hold more than white space.
    runs: Vec<Range<usize>>,
}

/// An element of an XML text.
#[derive(Clone, Copy)]
pub struct Xml<'a> {
    document: &'a Document<'a>,
    at: usize,
}

/// Reads a text.
///
/// # Errors
/// `W0305` with the line.
pub fn parse<'a>(text: &'a Text<'a>) -> Result<Document<'a>, Problem> {
    let mut reader = Reader::from_str(text.body);
    let mut builder = Builder { text, elements: vec![Element::default()], open: vec![0] };
    loop {
        let start = offset(&reader);
        let event = reader.read_event().map_err(|error| malformed(text, &reader, &error))?;
        let range = start..offset(&reader);
        match event {
            Event::Start(tag) => builder.element(range, tag.name().as_ref().len(), true),
            Event::Empty(tag) => builder.element(range, tag.name().as_ref().len(), false),
            Event::End(_) => builder.close(),
            Event::Text(_) => builder.run(range)?,
            Event::CData(_) => builder.run(within(range, "<![CDATA[", "]]>"))?,
            Event::GeneralRef(_) => builder.run(range)?,
            Event::Eof => return builder.finish(),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn offset(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn within(range: Range<usize>, open: &str, close: &str) -> Range<usize> {
    range.start + open.len()..range.end.saturating_sub(close.len()).max(range.start + open.len())
}

fn malformed(text: &Text<'_>, reader: &Reader<&[u8]>, error: &Error) -> Problem {
    let at = usize::try_from(reader.error_position()).unwrap_or(0);
    text.malformed(text.line(at), FORMAT.name, &error.to_string())
}

struct Builder<'a> {
    text: &'a Text<'a>,
    elements: Vec<Element<'a>>,
    /// The elements that are open, the document first.
    open: Vec<usize>,
}

impl<'a> Builder<'a> {
    fn element(&mut self, range: Range<usize>, name: usize, opens: bool) {
        let qualified = self.text.body.get(range.start + 1..range.start + 1 + name).unwrap_or("");
        let local = qualified.rsplit_once(':').map_or(qualified, |(_, local)| local);
        let at = self.elements.len();
        self.elements.push(Element {
            name: local,
            start: range.start,
            inside: range.end,
            ..Element::default()
        });
        if let Some(parent) = self.open.last().and_then(|parent| self.elements.get_mut(*parent)) {
            parent.children.push(at);
        }
        if opens {
            self.open.push(at);
        }
    }

    /// The document itself stays open.
    fn close(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    fn run(&mut self, range: Range<usize>) -> Result<(), Problem> {
        let text = self.text;
        let raw = text.body.get(range).unwrap_or("");
        let inside = raw.trim_matches([' ', '\t', '\r', '\n']);
        if inside.is_empty() {
            return Ok(());
        }
        let start = text.offset(inside);
        if self.open.len() == 1 {
            return Err(text.malformed(text.line(start), FORMAT.name, "text stands outside of the root"));
        }
        if let Some(element) = self.open.last().and_then(|at| self.elements.get_mut(*at)) {
            element.runs.push(start..start + inside.len());
        }
        Ok(())
    }

    fn finish(self) -> Result<Document<'a>, Problem> {
        let Builder { text, elements, open } = self;
        let wrong = match (open.as_slice(), elements.first().map_or(&[][..], |root| &root.children)) {
            ([_, .., last], _) => {
                let element = &elements[*last];
                Some((element.start, format!("`<{}>` is not closed", element.name)))
            }
            (_, []) => Some((0, "it has no element".to_owned())),
            (_, [_, second, ..]) => Some((elements[*second].start, "a second root starts here".to_owned())),
            _ => None,
        };
        match wrong {
            Some((at, why)) => Err(text.malformed(text.line(at), FORMAT.name, &why)),
            None => Ok(Document { text, elements }),
        }
    }
}

impl Document<'_> {
    pub fn root(&self) -> Xml<'_> {
        Xml { document: self, at: 0 }
    }
}

impl<'a> Xml<'a> {
    fn element(self) -> &'a Element<'a> {
        &self.document.elements[self.at]
    }

    fn children(self) -> impl Iterator<Item = (&'a str, Xml<'a>)> {
        self.element().children.iter().map(move |at| {
            let child = Xml { at: *at, ..self };
            (child.element().name, child)
        })
    }

    /// The one run of text; an element without any has an empty one where its content starts.
    fn run(self) -> Option<Range<usize>> {
        let Element { inside, children, runs, .. } = self.element();
        match (children.as_slice(), runs.as_slice()) {
            ([], [only]) if !self.text().body[only.clone()].starts_with('&') => Some(only.clone()),
            ([], []) => Some(*inside..*inside),
            _ => None,
        }
    }
}

impl<'a> Node<'a> for Xml<'a> {
    fn text(self) -> &'a Text<'a> {
        self.document.text
    }

    fn kind(self) -> Kind {
        match (self.element().children.is_empty(), self.run()) {
            (false, _) => Kind::Table,
            (true, Some(_)) => Kind::Text,
            (true, None) => Kind::Other("a text in pieces"),
        }
    }

    fn start(self) -> usize {
        self.element().start
    }

    fn get(self, key: &str) -> Result<Option<Xml<'a>>, Problem> {
        let mut matching = self.children().filter(|(name, _)| *name == key);
        let found = matching.next().map(|(_, node)| node);
        match matching.next() {
            Some((_, second)) => Err(self.text().twice(second.line(), key)),
            None => Ok(found),
        }
    }

    fn members(self) -> Result<Vec<(Cow<'a, str>, Xml<'a>)>, Problem> {
        let mut seen = BTreeSet::new();
        self.children()
            .map(|(name, node)| match seen.insert(name) {
                true => Ok((Cow::Borrowed(name), node)),
                false => Err(self.text().twice(node.line(), name)),
            })
            .collect()
    }

    /// Elements of one name under one parent are told apart by no key.
    fn items(self) -> Result<Vec<Xml<'a>>, Problem> {
        Ok(Vec::new())
    }

    fn scalar(self) -> Option<Scalar> {
        self.run().map(|run| self.text().scalar(run))
    }

    fn value(self) -> Option<Cow<'a, str>> {
        self.run().and_then(|run| self.text().body.get(run)).map(Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::prove::{all, refused};

    #[test]
    fn keeps_comments_sections_and_endings() {
        for (text, key) in [
            ("<project><version>0.1.0</version></project>", "project.version"),
            (
                "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- \u{e9} <version>9</version> -->\r\n\
                 <!DOCTYPE project>\r\n<project a='>'\r\n  b=\"</version>\">\r\n\t<version >\r\n\t\t0.1.0\t</version\t>\r\n</project>\r\n",
                "project.version",
            ),
            ("<p><v><![CDATA[0.1.0]]></v></p>", "p.v"),
            ("<p><v><!-- 0.1.0 -->0.1.0<!-- \u{e9} --></v></p>", "p.v"),
            ("<p><v><![CDATA[ ]]> 0.1.0<?pi 0.1.0?></v></p>", "/p/v"),
            ("<m:p xmlns:m='127.0.0.1'><m:v>0.1.0</m:v></m:p>", "p.v"),
            ("<p><x><v>1</v></x><y/><v>0.1.0</v><z><v>2</v></z></p>", "p.v"),
            ("<p>text<v>0.1.0</v>text</p>", "p.v"),
        ] {
            all("pom.xml", text, key);
        }
    }

    #[test]
    fn refuses_what_it_cannot_place() {
        let of = |text: &str| refused("pom.xml", text, "p.v");
        assert_eq!(of("<p>\n<v>1</v>\n<v>2</v></p>"), "W0311 pom.xml:3");
        assert_eq!(of("<p>\n<v>0.1<!-- -->.0</v></p>"), "a text in pieces, line 2");
        assert_eq!(of("<p><v>0.1&#46;0</v></p>"), "a text in pieces, line 1");
        assert_eq!(of("<p><v>&version;</v></p>"), "a text in pieces, line 1");
        assert_eq!(of("<p><v><w/></v></p>"), "a table, line 1");
        assert_eq!(of("<p><v></v></p>"), "found ");
        assert_eq!(of("<p><w>1</w></p>"), "missing");
        assert_eq!(refused("pom.xml", "<p><verson>1</verson></p>", "p.version"), "missing, nearest p.verson");
        assert_eq!(of("<p>\n<v>\n</p>"), "W0305 pom.xml:3");
        assert_eq!(of("<p>\n<v>"), "W0305 pom.xml:2");
        assert_eq!(of("<p/>\n<p/>"), "W0305 pom.xml:2");
        assert_eq!(of("<p/>\nx"), "W0305 pom.xml:2");
        assert_eq!(of("</p>"), "W0305 pom.xml:1");
        assert_eq!(of(""), "W0305 pom.xml:1");
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let (open, close) = ("<a>".repeat(50_000), "</a>".repeat(50_000));
        refused("pom.xml", &open, "a.a");
        refused("pom.xml", &format!("{open}{close}"), "a.a");
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            noise in "[a-z\u{e9}\u{1f600}#'\" ]{0,12}",
            ending in prop_oneof![Just("\n"), Just("\r\n"), Just("")],
            mark in prop_oneof![Just(""), Just("\u{feff}")],
            gap in "[ \t]{0,3}",
            section in any::<bool>(),
        ) {
            let version = if section { "<![CDATA[0.1.0]]>" } else { "0.1.0" };
            let text = format!(
                "{mark}<!-- {noise} 0.1.0 -->{ending}<a x=\"{}\">{ending}<other>0.1.0</other><!--{noise}-->{ending}\
                 <b><version>0.1.0</version></b><version{gap}>{gap}{version}{ending}</version{gap}>{noise}<last>0.1.0</last></a>",
                noise.replace('"', ">"),
            );
            all("pom.xml", &text, "a.version");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[\\PC\n\r\t]{0,60}", xml in "[ab<>/!?\\[\\]\"'=&;CDAT -]{0,40}") {
            refused("pom.xml", &text, "a.b");
            refused("pom.xml", &xml, "a.b");
        }
    }
}
