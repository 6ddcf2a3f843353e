//! What becomes of fragments' texts.

use std::ops::Range;

use crate::model::config::{Body, ChangelogRules};
use crate::model::problem::{Code, Problem, Problems};

use super::document::{Document, Section};
use super::fragment::Fragment;
use super::markdown::starts_with_bullet;

/// The text of each kind's fragments, in the order of the rules' kinds, each note ending with a newline;
/// empty for a kind without fragments.
///
/// # Errors
/// A fragment of a kind that the changelog does not have (`W0402`): its note would get lost.
pub fn texts(rules: &ChangelogRules, fragments: &[Fragment], newline: &str) -> Result<Vec<String>, Problems> {
    let mut texts = vec![String::new(); rules.kinds.len()];
    for (text, kind) in texts.iter_mut().zip(&rules.kinds) {
        let own = fragments.iter().filter(|fragment| fragment.kind == kind.name);
        // A mark, an indent for each line, the line end.
        text.reserve(own.map(|fragment| fragment.body.len() + fragment.body.len() / 16 + 8).sum());
    }
    let mut problems = Problems::new();
    for fragment in fragments {
        match rules.kinds.iter().position(|kind| kind.name == fragment.kind) {
            Some(kind) => write(&mut texts[kind], &fragment.body, rules.body, newline),
            None => problems.push(
                Problem::new(Code::W0402, format!("`{}` is no kind of {}", fragment.kind, rules.file))
                    .at(&fragment.path),
            ),
        }
    }
    if problems.is_empty() { Ok(texts) } else { Err(problems) }
}

/// The bytes of the items in a section that the fragments overtake, in order: lines that say exactly what was
/// written for the earlier note, under its kind, and nothing below them that belongs to the same item.
pub fn overtaken(
    document: &Document<'_>,
    section: &Section<'_>,
    rules: &ChangelogRules,
    fragments: &[Fragment],
) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for fragment in fragments {
        let Some(old) = &fragment.overtakes else { continue };
        let mut item = String::new();
        write(&mut item, old, rules.body, "\n");
        let kind = rules.kinds.iter().position(|kind| kind.name == fragment.kind);
        // Where the new note goes: the last category of its kind.
        let mut own = section.categories.iter().filter(|category| kind.is_some() && category.kind == kind);
        let Some(category) = own.next_back() else { continue };
        parts.extend(category.body.clone().filter_map(|line| {
            let next = document.lines.get(line + 1).filter(|_| line + 1 < category.body.end);
            let alone = next.is_none_or(|next| next.is_blank() || starts_with_bullet(next.text));
            (alone && document.lines[line].text == item.trim_end()).then(|| document.bytes(line..line + 1))
        }));
    }
    parts.sort_by_key(|part| part.start);
    parts.dedup();
    parts
}

fn write(out: &mut String, text: &str, body: Body, newline: &str) {
    match body {
        Body::Verbatim => lines(out, text, "", newline),
        Body::Items if starts_with_bullet(trimmed(text)) => lines(out, trimmed(text), "", newline),
        Body::Items => {
            out.push_str("- ");
            lines(out, trimmed(text).trim_start(), "  ", newline);
        }
    }
}

/// Writes a text line by line, every line but the first and the blank ones behind an indent.
fn lines(out: &mut String, text: &str, indent: &str, newline: &str) {
    for (index, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if index > 0 && !line.trim().is_empty() {
            out.push_str(indent);
        }
        out.push_str(line);
        out.push_str(newline);
    }
}

/// A text without the blank lines before and after it.
fn trimmed(text: &str) -> &str {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    &text[text[..blank].rfind('\n').map_or(0, |newline| newline + 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, body: Body, newline: &str) -> String {
        let mut out = String::new();
        write(&mut out, text, body, newline);
        out
    }

    #[test]
    fn paragraphs_become_items() {
        for (text, item) in [
            ("Plain.", "- Plain.\n"),
            ("**API**: bold.", "- **API**: bold.\n"),
            ("`code` first", "- `code` first\n"),
            ("- a bullet", "- a bullet\n"),
            ("* a star\n  more\n* two", "* a star\n  more\n* two\n"),
            ("+ a plus\n\nnot indented", "+ a plus\n\nnot indented\n"),
            (" - a bullet\n   more", " - a bullet\n   more\n"),
            ("one\ntwo\n\nthree\n  four", "- one\n  two\n\n  three\n    four\n"),
            ("With code:\n```\nx\n\ny\n```", "- With code:\n  ```\n  x\n\n  y\n  ```\n"),
            ("Several:\n- a\n- b", "- Several:\n  - a\n  - b\n"),
            ("\n \n  Late.\n\n", "- Late.\n"),
            ("\n\n- late\n\n", "- late\n"),
            ("1. numbered", "- 1. numbered\n"),
            ("-dash", "- -dash\n"),
            ("a\r\nb\r\n\r\nc", "- a\n  b\n\n  c\n"),
        ] {
            assert_eq!(written(text, Body::Items, "\n"), item, "{text:?}");
        }
        assert_eq!(written("a\nb", Body::Items, "\r\n"), "- a\r\n  b\r\n");
    }

    #[test]
    fn verbatim_is_verbatim() {
        assert_eq!(written("\n  Plain.  \n\n* x", Body::Verbatim, "\n"), "\n  Plain.  \n\n* x\n");
        assert_eq!(written("a\r\nb", Body::Verbatim, "\n"), "a\nb\n");
    }
}
