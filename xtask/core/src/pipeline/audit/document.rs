//! A pipeline file as a tree of values: aliases followed, merge keys (`<<`) merged, `!reference` kept.
//!
//! Edits never use it: a value has no span here, only the line on which it begins.

use std::collections::BTreeMap;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

/// Aliases of aliases grow without a bound; past this many values nothing more is read.
const MOST: usize = 200_000;
/// As deep as anything written by hand, and no deeper, so that walking it is safe.
const DEEPEST: usize = 100;

/// A table's members, in the order of the file.
pub type Members = [(String, Rc<Node>)];

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// From 1; of a table's member the line of its key.
    pub line: usize,
    pub value: Value,
    /// How many values it holds, itself included.
    size: usize,
    depth: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    /// The text, whatever its style; numbers and switches are texts too.
    Text(String),
    List(Vec<Rc<Node>>),
    /// In the order of the file.
    Table(Vec<(String, Rc<Node>)>),
    /// GitLab's `!reference [job, key]`.
    Reference(Vec<String>),
}

impl Node {
    fn new(line: usize, value: Value) -> Node {
        let children: Vec<&Node> = match &value {
            Value::List(items) => items.iter().map(Rc::as_ref).collect(),
            Value::Table(pairs) => pairs.iter().map(|(_, node)| node.as_ref()).collect(),
            _ => Vec::new(),
        };
        let size = children.iter().fold(1_usize, |sum, node| sum.saturating_add(node.size));
        let depth = children.iter().map(|node| node.depth + 1).max().unwrap_or(0);
        Node { line, value, size, depth }
    }

    /// A table made of others' members.
    pub fn table(line: usize, pairs: Vec<(String, Rc<Node>)>) -> Node {
        Node::new(line, Value::Table(pairs))
    }

    /// A list made of others' items.
    pub fn list(line: usize, items: Vec<Rc<Node>>) -> Node {
        Node::new(line, Value::List(items))
    }

    pub fn get(&self, key: &str) -> Option<&Rc<Node>> {
        self.pairs().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// A table's members; none of anything else.
    pub fn pairs(&self) -> &Members {
        match &self.value {
            Value::Table(pairs) => pairs,
            _ => &[],
        }
    }

    /// A list's items; none of anything else.
    pub fn items(&self) -> &[Rc<Node>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The one text, or a list's texts; none where anything else stands.
    pub fn texts(&self) -> Option<Vec<&str>> {
        match &self.value {
            Value::Text(text) => Some(vec![text]),
            Value::List(items) => items.iter().map(|item| item.text()).collect(),
            _ => None,
        }
    }
}

/// What an open list or table has so far.
struct Open {
    line: usize,
    anchor: usize,
    reference: bool,
    table: bool,
    items: Vec<Rc<Node>>,
}

/// Reads every document of a text.
///
/// # Errors
/// The line and what is wrong, for people.
pub fn read(text: &str) -> Result<Vec<Rc<Node>>, (usize, String)> {
    let mut anchors: BTreeMap<usize, Rc<Node>> = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut documents = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| (error.marker().line(), error.info().to_owned()))?;
        let line = span.start.line();
        let (node, anchor) = match event {
            Event::SequenceStart(anchor, tag) => {
                let reference = is_reference(tag.as_deref());
                open.push(Open { line, anchor, reference, table: false, items: Vec::new() });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open { line, anchor, reference: false, table: true, items: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(closed) = open.pop() else { continue };
                (Rc::new(closed.node()?), closed.anchor)
            }
            Event::Scalar(value, style, anchor, _) => (Rc::new(scalar(line, &value, style)), anchor),
            Event::Alias(anchor) => match anchors.get(&anchor) {
                Some(node) => (node.clone(), 0),
                None => return Err((line, "an alias is used before its anchor ends".to_owned())),
            },
            _ => continue,
        };
        if node.size > MOST || node.depth > DEEPEST {
            return Err((line, "it is larger or deeper than a pipeline can be".to_owned()));
        }
        if anchor > 0 {
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            Some(parent) => parent.items.push(node),
            None => documents.push(node),
        }
    }
    Ok(documents)
}

fn is_reference(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| tag.handle == "!" && tag.suffix == "reference")
}

fn scalar(line: usize, value: &str, style: ScalarStyle) -> Node {
    let null = style == ScalarStyle::Plain && matches!(value, "" | "~" | "null" | "Null" | "NULL");
    Node::new(line, if null { Value::Null } else { Value::Text(value.to_owned()) })
}

impl Open {
    fn node(&self) -> Result<Node, (usize, String)> {
        let line = self.line;
        if self.reference {
            let path: Option<Vec<String>> =
                self.items.iter().map(|item| item.text().map(str::to_owned)).collect();
            let path = path.filter(|path| path.len() >= 2);
            return path.map(|path| Node::new(line, Value::Reference(path))).ok_or_else(|| {
                (line, "a `!reference` names a job and a key, such as [.setup, script]".to_owned())
            });
        }
        if !self.table {
            return Ok(Node::list(line, self.items.clone()));
        }
        let mut pairs: Vec<(String, Rc<Node>)> = Vec::new();
        let mut merged: Vec<Rc<Node>> = Vec::new();
        for pair in self.items.chunks_exact(2) {
            let key = match &pair[0].value {
                Value::Text(key) => key.clone(),
                Value::Null => "null".to_owned(),
                _ => return Err((pair[0].line, "a key is no text".to_owned())),
            };
            if key == "<<" {
                match &pair[1].value {
                    Value::List(items) => merged.extend(items.iter().cloned()),
                    _ => merged.push(pair[1].clone()),
                }
            } else if pairs.iter().any(|(known, _)| *known == key) {
                return Err((pair[0].line, format!("the key `{key}` stands twice")));
            } else {
                let at_key = Node { line: pair[0].line, ..Node::clone(&pair[1]) };
                pairs.push((key, Rc::new(at_key)));
            }
        }
        for (key, node) in merged.iter().flat_map(|table| table.pairs()) {
            if !pairs.iter().any(|(known, _)| known == key) {
                pairs.push((key.clone(), node.clone()));
            }
        }
        Ok(Node::table(line, pairs))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> Rc<Node> {
        read(text).unwrap().remove(0)
    }

    #[test]
    fn follows_aliases_and_merges() {
        let text =
            ".a: &a\n  image: x\n  tags: [one]\njob:\n  <<: [*a, {stage: s}]\n  image: y\n  again: *a\n";
        let document = one(text);
        let job = document.get("job").unwrap();
        assert_eq!(job.get("image").unwrap().text(), Some("y"));
        assert_eq!(job.get("stage").unwrap().text(), Some("s"));
        assert_eq!(job.get("tags").unwrap().texts(), Some(vec!["one"]));
        assert_eq!(job.get("again").unwrap().get("image").unwrap().text(), Some("x"));
        assert_eq!(job.line, 4);
    }

    #[test]
    fn keeps_references_and_every_document() {
        let text = "spec: {inputs: {a: {}}}\n---\njob:\n  rules:\n    - !reference [.base, rules]\n    - if: |\n        $A\n  when: ~\n";
        let documents = read(text).unwrap();
        assert_eq!(documents.len(), 2);
        let job = documents[1].get("job").unwrap();
        let rules = job.get("rules").unwrap().items();
        assert_eq!(rules[0].value, Value::Reference(vec![".base".into(), "rules".into()]));
        assert_eq!(rules[1].get("if").unwrap().text(), Some("$A\n"));
        assert_eq!(job.get("when").unwrap().value, Value::Null);
    }

    #[test]
    fn refuses_what_is_none() {
        assert_eq!(read("a: 1\na: 2\n").unwrap_err().0, 2);
        assert!(read("a: [").is_err());
        assert!(read("a: *b\n").is_err());
        assert!(read("a: !reference [x]\n").is_err());
        let bomb: String = (1..30).fold("a0: &a0 [x, x]\n".into(), |text, n| {
            format!("{text}a{n}: &a{n} [*a{0}, *a{0}, *a{0}, *a{0}]\n", n - 1)
        });
        assert!(read(&bomb).unwrap_err().1.contains("larger"));
        assert!(read(&format!("a: {}", "[".repeat(5000))).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-a-c:{}\\[\\]&*!|>'\"#,?<~ \n]{0,60}") {
            let _ = read(&text);
        }
    }
}
