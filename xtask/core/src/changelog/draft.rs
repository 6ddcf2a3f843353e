//! A new text, told from start to end as what is kept of the old one and what is written between; the edits
//! follow from the telling, so no byte outside of them can change.

use std::ops::Range;

use crate::model::edit::Edit;

/// A text on its way from old to new.
pub struct Draft<'a> {
    text: &'a str,
    newline: &'a str,
    /// The old text is told up to here; what lies between here and the next kept bytes is left out.
    at: usize,
    /// The old text is left out up to here, if that is further.
    left_out: usize,
    /// Written since then.
    new: String,
    dates: Vec<Range<usize>>,
    node: String,
    edits: Vec<Edit>,
    /// Parts of the old text that are left out wherever they would be kept, in order.
    dropped: Vec<Range<usize>>,
    /// Whether the new text stands at the start of a line, and whether the line before is blank or absent.
    at_line_start: bool,
    after_blank: bool,
    /// Behind a heading that likes no blank line.
    tight: bool,
}

impl<'a> Draft<'a> {
    pub fn new(text: &'a str, newline: &'a str) -> Draft<'a> {
        Draft {
            text,
            newline,
            at: 0,
            left_out: 0,
            new: String::new(),
            dates: Vec::new(),
            node: String::new(),
            edits: Vec::new(),
            dropped: Vec::new(),
            at_line_start: true,
            after_blank: true,
            tight: false,
        }
    }

    /// What is being edited from here on, for people; what was written before and not yet parted by kept text
    /// keeps its name.
    pub fn name(&mut self, node: &str) {
        if self.new.is_empty() {
            node.clone_into(&mut self.node);
        }
    }

    /// Leaves out these parts, in order, even where what is around them is kept.
    pub fn drop_all(&mut self, parts: Vec<Range<usize>>) {
        self.dropped = parts;
    }

    /// Keeps some bytes of the old text and leaves out what was not kept before them.
    pub fn keep(&mut self, range: Range<usize>) {
        let mut from = range.start;
        for part in self.dropped.clone() {
            if from <= part.start && part.end <= range.end {
                self.keep_all(from..part.start);
                from = part.end;
            }
        }
        self.keep_all(from..range.end);
    }

    fn keep_all(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        if range.start > self.at || !self.new.is_empty() {
            self.flush(range.start);
        }
        self.at = range.end;
        self.follow(&self.text[range]);
    }

    /// Keeps everything up to a byte that was not left out.
    pub fn keep_to(&mut self, end: usize) {
        let start = self.at.max(self.left_out);
        self.keep(start..end.max(start));
    }

    /// Leaves out everything up to a byte.
    pub fn skip_to(&mut self, end: usize) {
        self.left_out = self.left_out.max(end);
    }

    pub fn write(&mut self, text: &str) {
        if !text.is_empty() {
            self.new.push_str(text);
            self.follow(text);
        }
    }

    /// Writes a line, on a line of its own.
    pub fn line(&mut self, text: &str) {
        self.end_line();
        self.write(text);
        self.write(self.newline);
    }

    /// Writes a line in which dates stand.
    pub fn dated_line(&mut self, text: &str, dates: &[Range<usize>]) {
        self.end_line();
        let start = self.new.len();
        self.dates.extend(dates.iter().map(|date| start + date.start..start + date.end));
        self.line(text);
    }

    /// Ends the line, where one is begun.
    pub fn end_line(&mut self) {
        if !self.at_line_start {
            self.write(self.newline);
        }
    }

    /// A blank line before what follows, unless there is one (or a heading that likes none).
    pub fn separate(&mut self) {
        self.end_line();
        if !self.after_blank && !self.tight {
            self.write(self.newline);
        }
    }

    /// Whether a blank line follows the heading just written or kept.
    pub fn after_heading(&mut self, blank: bool) {
        self.tight = !blank;
    }

    /// Keeps the rest of the old text and gives the edits.
    pub fn finish(mut self) -> Vec<Edit> {
        self.keep_to(self.text.len());
        if self.at < self.text.len() || !self.new.is_empty() {
            self.flush(self.text.len());
        }
        self.edits
    }

    fn follow(&mut self, text: &str) {
        if text == "\u{feff}" {
            return;
        }
        let ended = text.strip_suffix('\n');
        let (before, last) = match ended.unwrap_or(text).rsplit_once('\n') {
            Some((_, last)) => (true, last),
            None => (self.at_line_start, ended.unwrap_or(text)),
        };
        self.at_line_start = ended.is_some();
        self.after_blank = ended.is_some() && before && last.trim().is_empty();
        self.tight = false;
    }

    /// Makes the edit that puts what was written in place of the old text up to `end`.
    fn flush(&mut self, end: usize) {
        let new = std::mem::take(&mut self.new);
        let dates = std::mem::take(&mut self.dates);
        let old = &self.text[self.at..end];
        let first_date = dates.first().map_or(usize::MAX, |date| date.start);
        let last_date = dates.last().map_or(0, |date| date.end);
        let same = |(a, b): &(&str, &str)| a == b;
        let (mut prefix, mut suffix) = (0, 0);
        for (line, _) in old.split_inclusive('\n').zip(new.split_inclusive('\n')).take_while(same) {
            if !line.ends_with('\n') || prefix + line.len() > first_date {
                break;
            }
            prefix += line.len();
        }
        let rest = (&old[prefix..], &new[prefix..]);
        for (line, _) in lines_backwards(rest.0).zip(lines_backwards(rest.1)).take_while(same) {
            if new.len() - suffix - line.len() < last_date {
                break;
            }
            suffix += line.len();
        }
        let old = &rest.0[..rest.0.len() - suffix];
        if old != &rest.1[..rest.1.len() - suffix] {
            let start = self.at + prefix;
            // What was written may be large: it is cut, not copied.
            let mut text = new;
            text.truncate(text.len() - suffix);
            text.replace_range(..prefix, "");
            self.edits.push(Edit {
                start,
                end: start + old.len(),
                old: old.to_owned(),
                new: text,
                node: self.node.clone(),
                dates: dates.iter().map(|date| date.start - prefix..date.end - prefix).collect(),
            });
        }
        self.at = end;
    }
}

fn lines_backwards(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').rev()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::edit::apply;

    #[test]
    fn what_is_told_becomes_edits() {
        let text = "a\nb\nc\nd\n";
        let mut draft = Draft::new(text, "\n");
        draft.keep(0..2);
        draft.name("first");
        draft.line("x");
        draft.keep(4..6);
        draft.name("second");
        draft.separate();
        draft.separate();
        draft.dated_line("on 2026-11-22", std::slice::from_ref(&(3..13)));
        let edits = draft.finish();
        assert_eq!(apply(text, &edits).unwrap(), "a\nx\nc\n\non 2026-11-22\nd\n");
        assert_eq!(
            edits.iter().map(|edit| (&*edit.old, &*edit.node)).collect::<Vec<_>>(),
            [("b\n", "first"), ("", "second")]
        );
        assert_eq!(edits[1].undated(), "\non {date}\n");
    }

    #[test]
    fn only_changed_lines_are_edited() {
        let text = "a\nb\nc\nd\n";
        for (new, edit) in [
            ("a\nb\nc\nd\n", None),
            ("a\nx\nc\nd\n", Some((2, "b\n", "x\n"))),
            ("a\nb\nb\nc\nd\n", Some((4, "", "b\n"))),
            ("a\nd\n", Some((2, "b\nc\n", ""))),
            ("a\nb\nc\nd\ne", Some((8, "", "e"))),
        ] {
            let mut draft = Draft::new(text, "\n");
            draft.write(new);
            draft.skip_to(text.len());
            let edits = draft.finish();
            let found = edits.first().map(|edit| (edit.start, &*edit.old, &*edit.new));
            assert_eq!(found, edit, "{new:?}");
            assert_eq!(apply(text, &edits).unwrap(), new);
        }
    }

    #[test]
    fn the_date_of_an_equal_line_stays_in_the_edit() {
        let text = "on 2026-11-22\n";
        let mut draft = Draft::new(text, "\n");
        draft.dated_line(text.trim_end(), std::slice::from_ref(&(3..13)));
        draft.line("more");
        draft.skip_to(text.len());
        let edits = draft.finish();
        assert_eq!(edits[0].undated(), "on {date}\nmore\n");
        assert_eq!(apply(text, &edits).unwrap(), "on 2026-11-22\nmore\n");
    }

    #[test]
    fn blank_lines_are_not_doubled() {
        for (text, expected) in
            [("", "x\n"), ("a", "a\n\nx\n"), ("a\n", "a\n\nx\n"), ("a\n \n", "a\n \nx\n"), ("\n", "\nx\n")]
        {
            let mut draft = Draft::new(text, "\n");
            draft.keep_to(text.len());
            draft.separate();
            draft.line("x");
            assert_eq!(apply(text, &draft.finish()).unwrap(), expected, "{text:?}");
        }
    }
}
