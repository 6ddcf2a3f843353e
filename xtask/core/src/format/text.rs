//! A text opened for looking: offsets into the file, lines, and what can be wrong with it.

use std::cell::OnceCell;
use std::ops::Range;

use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Source;

/// A file's text without its byte-order mark. Offsets inside it are turned into offsets from
/// the file's first byte by [`Text::scalar`] alone.
pub struct Text<'a> {
    pub path: &'a RepoPath,
    pub body: &'a str,
    /// The length of the byte-order mark.
    shift: usize,
    /// Where each line feed stands, found when the first line number is asked for.
    feeds: OnceCell<Vec<usize>>,
}

/// One token of a text: what an edit replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Quotes excluded, counted from the file's first byte.
    pub span: Range<usize>,
    /// From 1.
    pub line: usize,
    /// The bytes of the span as they are, escapes not resolved.
    pub text: String,
}

impl<'a> Text<'a> {
    pub fn new(source: &'a Source) -> Text<'a> {
        let (body, shift) = source.body();
        Text { path: &source.path, body, shift, feeds: OnceCell::new() }
    }

    /// The line (from 1) of an offset into the body.
    pub fn line(&self, offset: usize) -> usize {
        let feeds = self.feeds.get_or_init(|| {
            self.body.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect()
        });
        1 + feeds.partition_point(|at| *at < offset)
    }

    /// The token at a range of the body.
    pub fn scalar(&self, range: Range<usize>) -> Scalar {
        Scalar {
            line: self.line(range.start),
            text: self.body.get(range.clone()).unwrap_or("").to_owned(),
            span: range.start + self.shift..range.end + self.shift,
        }
    }

    /// The body up to a token.
    pub fn before(&self, token: &Scalar) -> &'a str {
        token.span.start.checked_sub(self.shift).and_then(|end| self.body.get(..end)).unwrap_or_default()
    }

    /// The offset of a slice of the body in the body.
    pub fn offset(&self, part: &str) -> usize {
        (part.as_ptr() as usize).wrapping_sub(self.body.as_ptr() as usize)
    }

    /// The file can't be read as its format (`W0305`).
    pub fn malformed(&self, line: usize, format: &str, why: &str) -> Problem {
        Problem::new(Code::W0305, format!("`{}` is not {format}: {why}", self.path)).at_line(self.path, line)
    }

    /// A key that is asked for stands twice in its table (`W0311`).
    pub fn twice(&self, line: usize, key: &str) -> Problem {
        Problem::new(Code::W0311, format!("the key `{key}` stands twice in one table of `{}`", self.path))
            .at_line(self.path, line)
            .why("programs differ in which of the two they read")
            .help("Remove one of the two.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_byte_order_mark_and_lines() {
        let source =
            Source { path: RepoPath::parse("a.txt").unwrap(), text: "\u{feff}é\r\n0.1.0\r\n".into() };
        let text = Text::new(&source);
        let scalar = text.scalar(4..9);
        assert_eq!(scalar, Scalar { span: 7..12, line: 2, text: "0.1.0".into() });
        assert_eq!(&source.text[scalar.span], "0.1.0");
        assert_eq!((text.line(0), text.line(3), text.line(4), text.line(11)), (1, 1, 2, 3));
    }
}
