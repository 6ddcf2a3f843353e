//! The nodes of a parsed text, the same for every format.

use std::borrow::Cow;

use super::text::{Scalar, Text};
use crate::model::problem::{Code, Problem};

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Table,
    List,
    /// A string (in YAML any plain or quoted scalar).
    Text,
    /// Anything else, by its name for people: `a number`.
    Other(&'static str),
}

impl Kind {
    /// The name for people.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Table => "a table",
            Kind::List => "a list",
            Kind::Text => "a string",
            Kind::Other(noun) => noun,
        }
    }
}

/// A node of a parsed text. Cheap to copy; looks nothing up before it is asked.
pub trait Node<'a>: Copy {
    /// The text that the node stands in.
    fn text(self) -> &'a Text<'a>;

    fn kind(self) -> Kind;

    /// Where the node starts in the body.
    fn start(self) -> usize;

    /// A table's member.
    ///
    /// # Errors
    /// `W0311` when the key stands twice.
    fn get(self, key: &str) -> Result<Option<Self>, Problem>;

    /// A table's members in the order of the text; none for any other node.
    ///
    /// # Errors
    /// `W0311` when any key stands twice.
    fn members(self) -> Result<Vec<(Cow<'a, str>, Self)>, Problem>;

    /// A list's items; none for any other node.
    ///
    /// # Errors
    /// When the text turns out to be malformed inside.
    fn items(self) -> Result<Vec<Self>, Problem>;

    /// A string's token, escapes as they are written.
    fn scalar(self) -> Option<Scalar>;

    /// A string's value.
    fn value(self) -> Option<Cow<'a, str>>;

    fn line(self) -> usize {
        self.text().line(self.start())
    }

    /// The node at a path of keys.
    ///
    /// # Errors
    /// `W0311` when a key on the way stands twice.
    fn at(self, path: &[&str]) -> Result<Option<Self>, Problem> {
        let mut node = self;
        for key in path {
            match node.get(key)? {
                Some(next) => node = next,
                None => return Ok(None),
            }
        }
        Ok(Some(node))
    }

    /// The value of the string at a path of keys.
    ///
    /// # Errors
    /// As [`Node::at`].
    fn value_at(self, path: &[&str]) -> Result<Option<Cow<'a, str>>, Problem> {
        Ok(self.at(path)?.and_then(Node::value))
    }

    /// The token of a node that should hold a version; `name` is the node's name for people.
    ///
    /// # Errors
    /// `W0312` when the node is no string.
    fn token(self, name: &str) -> Result<Scalar, Problem> {
        token(self, name)
    }
}

/// A string's token, as [`Node::token`] gives it.
pub(super) fn token<'a>(node: impl Node<'a>, name: &str) -> Result<Scalar, Problem> {
    node.scalar().ok_or_else(|| {
        let text = node.text();
        let noun = node.kind().noun();
        Problem::new(Code::W0312, format!("`{name}` in `{}` is {noun}, not a string", text.path))
            .at_line(text.path, node.line())
            .help("Write the version there as a string.")
    })
}
