//! Markdown line by line: as much of [CommonMark](https://spec.commonmark.org/0.31.2/) as it takes to tell
//! a heading from a line that only looks like one.
//!
//! Fenced code blocks and comments are followed, also those that a list item opens and ends with; headings are
//! ATX headings at the very start of a line. Setext headings and block quotes are text.

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only white space, outside code and comments.
    Blank,
    /// `# ` to `###### `, with its level.
    Heading(usize),
    /// Of a fenced code block, the fences included.
    Code,
    /// Of an HTML comment that stands on lines of its own.
    Comment,
    Text,
}

/// A line and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Without its ending.
    pub text: &'a str,
    /// The byte offset of its start, and of the next line's start.
    pub start: usize,
    pub next: usize,
    /// From 1.
    pub number: usize,
    pub kind: Kind,
}

impl Line<'_> {
    pub fn is_blank(&self) -> bool {
        self.kind == Kind::Blank
    }

    /// The byte offset of its end, without the ending.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// The lines of a text.
pub struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
    open: Option<Open>,
    /// The column where the text of the outermost open list item starts; 0 outside of lists.
    item: usize,
}

/// A block whose lines are no Markdown, until it is closed or the list item around it ends.
#[derive(Clone, Copy)]
struct Open {
    block: Block,
    item: usize,
}

#[derive(Clone, Copy)]
enum Block {
    Fence { mark: u8, length: usize },
    Comment,
}

impl<'a> Lines<'a> {
    /// The lines of `text` from the byte `at` on.
    pub fn new(text: &'a str, at: usize) -> Lines<'a> {
        Lines { text, at, number: 0, open: None, item: 0 }
    }

    /// Whether a line at the margin would be in a code block or a comment that is open behind the lines read so far.
    pub fn swallows(&self) -> bool {
        self.open.is_some_and(|open| open.item == 0)
    }

    /// Whether a code block or a comment is still open behind the lines read so far.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    fn kind(&mut self, text: &str) -> Kind {
        let (column, at) = indent(text, 0);
        let rest = &text[at..];
        if let Some(open) = self.open {
            if rest.is_empty() || column >= open.item {
                if open.closes(column, rest) {
                    self.open = None;
                }
                return open.kind();
            }
            self.open = None;
        }
        if rest.is_empty() {
            return Kind::Blank;
        }
        if column < self.item {
            self.item = 0;
        }
        if column == 0
            && let Some(level) = heading_level(rest)
        {
            return Kind::Heading(level);
        }
        // Four columns make an indented code block, except inside of a list.
        if self.item == 0 && column > 3 {
            return Kind::Text;
        }
        let inner = self.enter_items(column, rest);
        self.open = Block::opened_by(inner).map(|block| Open { block, item: self.item });
        match self.open {
            _ if inner.len() < rest.len() => Kind::Text,
            Some(open) => open.kind(),
            None if inner.starts_with("<!--") && inner.trim_end().ends_with("-->") => Kind::Comment,
            None => Kind::Text,
        }
    }

    /// What follows the list markers at the start of a line.
    fn enter_items<'t>(&mut self, mut column: usize, mut rest: &'t str) -> &'t str {
        while let Some(width) = marker(rest) {
            let (content, skip) = indent(&rest[width..], column + width);
            let is_code = content > column + width + 4;
            if self.item == 0 {
                let is_empty = width + skip == rest.len();
                self.item = if is_empty || is_code { column + width + 1 } else { content };
            }
            if is_code {
                return "";
            }
            column = content;
            rest = &rest[width + skip..];
        }
        rest
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (text, length) = match rest.find('\n') {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        let text = text.strip_suffix('\r').unwrap_or(text);
        let start = self.at;
        self.at += length;
        self.number += 1;
        Some(Line { text, start, next: self.at, number: self.number, kind: self.kind(text) })
    }
}

impl Open {
    fn kind(self) -> Kind {
        match self.block {
            Block::Fence { .. } => Kind::Code,
            Block::Comment => Kind::Comment,
        }
    }

    fn closes(self, column: usize, rest: &str) -> bool {
        match self.block {
            Block::Fence { mark, length } => {
                let rest = rest.trim_end().as_bytes();
                (self.item > 0 || column <= 3)
                    && rest.len() >= length
                    && rest.iter().all(|byte| *byte == mark)
            }
            Block::Comment => rest.contains("-->"),
        }
    }
}

impl Block {
    fn opened_by(text: &str) -> Option<Block> {
        if let Some(comment) = text.strip_prefix("<!--") {
            return (!comment.contains("-->")).then_some(Block::Comment);
        }
        let mark = *text.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
        let length = text.bytes().take_while(|byte| *byte == mark).count();
        let is_fence = length >= 3 && (mark == b'~' || !text[length..].contains('`'));
        is_fence.then_some(Block::Fence { mark, length })
    }
}

/// The column after the white space at the start of a text that starts in `column`, and its bytes.
fn indent(text: &str, mut column: usize) -> (usize, usize) {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' => column += 1,
            b'\t' => column = (column / 4 + 1) * 4,
            b'\r' => {}
            _ => return (column, at),
        }
    }
    (column, text.len())
}

fn heading_level(text: &str) -> Option<usize> {
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let ends = matches!(text.as_bytes().get(level), None | Some(b' ' | b'\t'));
    ((1..=6).contains(&level) && ends).then_some(level)
}

/// How many bytes a list marker at the start of the text takes (`-`, `*`, `+`, `1.`, `1)`).
fn marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let end = match (digits, text.as_bytes().get(digits)) {
        (0, Some(b'-' | b'*' | b'+')) => 1,
        (1..=9, Some(b'.' | b')')) => digits + 1,
        _ => return None,
    };
    matches!(text.as_bytes().get(end), None | Some(b' ' | b'\t')).then_some(end)
}

/// Whether a text starts with a bullet: `- `, `* ` or `+ `.
pub fn starts_with_bullet(text: &str) -> bool {
    let text = &text[indent(text, 0).1..];
    !text.starts_with(|c: char| c.is_ascii_digit()) && marker(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter for each line: blank, heading level, code, `!` comment, text.
    fn kinds(text: &str) -> String {
        Lines::new(text, 0)
            .map(|line| match line.kind {
                Kind::Blank => '_',
                Kind::Heading(level) => char::from_digit(u32::try_from(level).unwrap(), 10).unwrap(),
                Kind::Code => 'c',
                Kind::Comment => '!',
                Kind::Text => 't',
            })
            .collect()
    }

    #[test]
    fn tells_headings_from_their_likes() {
        for (text, expected) in [
            ("# a\n## b\n###### c\n####### d\n#e\n##\n ## f\n", "126tt2t"),
            ("```\n## a\n```\n## b\n", "ccc2"),
            ("~~~~ md\n## a\n~~~\n~~~~~\n## b\n", "cccc2"),
            ("```a`b\n## b\n", "t2"),
            ("    ```\n## b\n", "t2"),
            ("<!--\n## a\n-->\n## b\n<!-- c -->\n<!-- d --> e\n", "!!!2!t"),
            ("> ```\n## b\n", "t2"),
            ("a\r\n\r\n## b\r\n", "t_2"),
            ("```\n\n## a", "ccc"),
        ] {
            assert_eq!(kinds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_list_item_ends_its_code_block() {
        for (text, expected) in [
            ("- ```rust\n  ## a\n  ```\n## b\n", "tcc2"),
            ("- a\n\n  ```\n  ## a\n\n## b\n", "t_ccc2"),
            ("10. a\n    ```\n    ## a\n    ```\n## b\n", "tccc2"),
            ("- a\n  - b\n\n    ```\n## c\n", "tt_c2"),
            ("-\ta\n\n\t```\n\tx\n\t```\n## c\n", "t_ccc2"),
            ("-     code\n  ```\n  x\n## c\n", "tcc2"),
        ] {
            assert_eq!(kinds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn knows_what_is_left_open() {
        for (text, open) in
            [("```\na", true), ("```\na\n```", false), ("- ```\n  a\nb", false), ("<!-- a", true)]
        {
            let mut lines = Lines::new(text, 0);
            lines.by_ref().for_each(drop);
            assert_eq!(lines.is_open(), open, "{text:?}");
        }
    }

    #[test]
    fn numbers_and_spans_cover_the_text() {
        let text = "a\r\n\nb\n\nc";
        let lines: Vec<_> = Lines::new(text, 0).collect();
        assert_eq!(lines.len(), 5);
        assert!(lines.windows(2).all(|pair| pair[0].next == pair[1].start));
        assert_eq!((lines[4].number, lines[4].next, lines[0].end()), (5, text.len(), 1));
    }
}
