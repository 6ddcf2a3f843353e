//! A changelog, taken apart: sections, their categories, the foot, and how the file likes to look.

use std::ops::Range;

use crate::model::config::ChangelogRules;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Source;
use crate::model::version::Version;

use super::heading;
pub use super::heading::Title;
use super::markdown::{Kind, Line, Lines};

/// A changelog's lines and what they are to each other. Ranges count lines from 0; [`Document::bytes`] gives
/// their bytes in the file.
pub struct Document<'a> {
    pub text: &'a str,
    pub lines: Vec<Line<'a>>,
    /// In the order of the file.
    pub sections: Vec<Section<'a>>,
    /// Where the foot starts: the link definitions behind the last section. Without any, behind the last line.
    pub foot: usize,
    /// How the file's lines end: as its first one does.
    pub newline: &'static str,
    /// The line of a code block or comment that nothing closes: all that is written below it is in it.
    left_open: Option<usize>,
}

/// A level-2 heading and what follows it, up to the next heading of its level or above, or the foot.
pub struct Section<'a> {
    pub title: Title,
    /// The heading's line.
    pub heading: usize,
    pub body: Range<usize>,
    pub categories: Vec<Category<'a>>,
}

impl Section<'_> {
    /// The versions that a dated heading names; none of any other.
    pub fn versions(&self) -> &[Version] {
        if let Title::Dated(versions) = &self.title { versions } else { &[] }
    }
}

/// A level-3 heading and what follows it in its section.
pub struct Category<'a> {
    pub title: &'a str,
    /// The kind with this title (letter case aside), as an index into the rules' kinds.
    pub kind: Option<usize>,
    pub heading: usize,
    pub body: Range<usize>,
}

/// Whether blank lines follow headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub after_section: bool,
    pub after_category: bool,
}

impl<'a> Document<'a> {
    pub fn parse(source: &'a Source, rules: &ChangelogRules) -> Document<'a> {
        let text = source.text.as_str();
        let mut reader = Lines::new(text, source.body().1);
        let (mut lines, mut left_open) = (Vec::new(), None);
        while let Some(line) = reader.next() {
            left_open = reader.swallows().then(|| left_open.unwrap_or(lines.len()));
            lines.push(line);
        }
        let foot = foot(&lines);
        let mut sections: Vec<Section<'a>> = Vec::new();
        let mut is_open = false;
        for (index, line) in lines.iter().enumerate().take(foot) {
            match (line.kind, sections.last_mut().filter(|_| is_open)) {
                (Kind::Heading(1), _) => is_open = false,
                (Kind::Heading(2), _) => {
                    let title = heading::read(line.text, &rules.heading);
                    let body = index + 1..index + 1;
                    sections.push(Section { title, heading: index, body, categories: Vec::new() });
                    is_open = true;
                }
                (Kind::Heading(3), Some(section)) => {
                    let title = heading::text(line.text);
                    let kind = rules.kinds.iter().position(|kind| kind.title.eq_ignore_ascii_case(title));
                    let body = index + 1..index + 1;
                    section.categories.push(Category { title, kind, heading: index, body });
                    section.body.end = index + 1;
                }
                (_, Some(section)) => {
                    section.body.end = index + 1;
                    if let Some(category) = section.categories.last_mut() {
                        category.body.end = index + 1;
                    }
                }
                (_, None) => {}
            }
        }
        let newline = if lines.first().is_some_and(|line| text[line.end()..line.next].starts_with('\r')) {
            "\r\n"
        } else {
            "\n"
        };
        Document { text, lines, sections, foot, newline, left_open }
    }

    /// What stands above a line that is to be written at, and would swallow what is written (`W0417`).
    pub fn swallows(&self, at: usize, what: &str, source: &Source) -> Option<Problem> {
        let line = self.left_open.filter(|line| *line < at)?;
        Some(
            Problem::new(
                Code::W0417,
                format!("{} opens a code block or comment that nothing closes", source.path),
            )
            .at_line(&source.path, self.lines[line].number)
            .why(format!("{what} would stand inside of it"))
            .help("close it where it ends"),
        )
    }

    /// The first unreleased section.
    pub fn unreleased(&self) -> Option<&Section<'a>> {
        self.sections.iter().find(|section| section.title == Title::Unreleased)
    }

    /// The bytes of some lines, the last line's ending included.
    pub fn bytes(&self, lines: Range<usize>) -> Range<usize> {
        self.start(lines.start)..self.start(lines.end)
    }

    /// The byte where a line starts; the text's end for the line behind the last.
    pub fn start(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), |line| line.start)
    }

    /// Some lines without the blank ones at their end.
    pub fn solid(&self, lines: Range<usize>) -> Range<usize> {
        let blank = self.lines[lines.clone()].iter().rev().take_while(|line| line.is_blank()).count();
        lines.start..lines.end - blank
    }

    /// Whether some lines say nothing.
    pub fn is_blank(&self, lines: Range<usize>) -> bool {
        self.lines[lines].iter().all(Line::is_blank)
    }

    /// What stands in a section above its first category.
    pub fn lead(&self, section: &Section<'a>) -> Range<usize> {
        let end = section.categories.first().map_or(section.body.end, |category| category.heading);
        section.body.start..end
    }

    /// The look of the newest headings with something below them; a blank line after each where there are none.
    pub fn look(&self) -> Look {
        let gap =
            |body: &Range<usize>| (!self.is_blank(body.clone())).then(|| self.lines[body.start].is_blank());
        let dated = self.sections.iter().filter(|section| matches!(section.title, Title::Dated(_)));
        let after_section = dated.chain(self.unreleased()).find_map(|section| gap(&section.body));
        let mut categories = self.sections.iter().flat_map(|section| &section.categories);
        let after_category = categories.find_map(|category| gap(&category.body));
        Look { after_section: after_section.unwrap_or(true), after_category: after_category.unwrap_or(true) }
    }
}

/// The first of the link definitions behind which only more of them, blank lines and comments follow.
fn foot(lines: &[Line<'_>]) -> usize {
    let mut foot = lines.len();
    for (index, line) in lines.iter().enumerate().rev() {
        match line.kind {
            Kind::Blank | Kind::Comment => {}
            Kind::Text if definition(line.text).is_some() => foot = index,
            _ => break,
        }
    }
    foot
}

/// A link definition's label and the bytes of its destination: `[label]: destination`. Footnotes are none.
pub fn definition(line: &str) -> Option<(&str, Range<usize>)> {
    let (label, rest) = line.strip_prefix('[')?.split_once("]:")?;
    if label.trim().is_empty() || label.starts_with('^') || label.contains(['[', ']']) {
        return None;
    }
    let start = line.len() - rest.trim_start().len();
    let length = line[start..].find(char::is_whitespace).unwrap_or(line.len() - start);
    (length > 0).then_some((label, start..start + length))
}
