//! Edits: exact replacements of bytes in a text.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Replaces the bytes of `start..end`, which must still hold `old`, by `new`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Byte offsets into the file before any edit.
    pub start: usize,
    pub end: usize,
    pub old: String,
    pub new: String,
    /// What is edited, for people: `project.version`, `## [0.2.0]`.
    pub node: String,
    /// Where `new` holds the release date (byte ranges): the plan's id leaves them out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<Range<usize>>,
}

impl Edit {
    /// `new` with every date masked, so that the same release planned tomorrow has the same id.
    pub fn undated(&self) -> String {
        let mut text = self.new.clone();
        for range in self.dates.iter().rev() {
            text.replace_range(range.clone(), "{date}");
        }
        text
    }

    /// The edit that takes this one back, given how far earlier edits have shifted its start.
    fn inverse(&self, shift: isize) -> Edit {
        let start = self.start.checked_add_signed(shift).unwrap_or(self.start);
        Edit {
            start,
            end: start + self.new.len(),
            old: self.new.clone(),
            new: self.old.clone(),
            node: self.node.clone(),
            dates: Vec::new(),
        }
    }
}

/// Why edits can't be applied to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditError {
    /// The span doesn't hold the old text any more (or lies outside the text).
    Changed { node: String },
    /// Two edits touch the same bytes.
    Overlap { first: String, second: String },
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EditError::Changed { node } => write!(f, "{node} no longer holds what was read"),
            EditError::Overlap { first, second } => write!(f, "{first} and {second} share bytes"),
        }
    }
}

/// The text after all `edits`, which are sorted by `start`.
///
/// # Errors
/// When an edit's old text is not in its span, or two edits overlap. Nothing is applied then.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    let mut out = String::with_capacity(text.len() + edits.iter().map(|edit| edit.new.len()).sum::<usize>());
    let mut at = 0;
    for (index, edit) in edits.iter().enumerate() {
        if edit.start < at {
            let first = edits[index.saturating_sub(1)].node.clone();
            return Err(EditError::Overlap { first, second: edit.node.clone() });
        }
        if text.get(edit.start..edit.end) != Some(edit.old.as_str()) {
            return Err(EditError::Changed { node: edit.node.clone() });
        }
        out.push_str(&text[at..edit.start]);
        out.push_str(&edit.new);
        at = edit.end;
    }
    out.push_str(&text[at..]);
    Ok(out)
}

/// The edits that turn `apply(text, edits)` back into `text`.
pub fn inverse(edits: &[Edit]) -> Vec<Edit> {
    let mut shift = 0isize;
    edits
        .iter()
        .map(|edit| {
            let back = edit.inverse(shift);
            shift += edit.new.len().cast_signed() - edit.old.len().cast_signed();
            back
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(start: usize, old: &str, new: &str) -> Edit {
        Edit {
            start,
            end: start + old.len(),
            old: old.into(),
            new: new.into(),
            node: "n".into(),
            dates: vec![],
        }
    }

    #[test]
    fn refuses_changed_text_and_overlaps() {
        assert_eq!(apply("abc", &[edit(1, "x", "y")]), Err(EditError::Changed { node: "n".into() }));
        assert_eq!(apply("abc", &[edit(9, "", "y")]), Err(EditError::Changed { node: "n".into() }));
        assert!(matches!(
            apply("abc", &[edit(0, "ab", ""), edit(1, "b", "")]),
            Err(EditError::Overlap { .. })
        ));
    }

    #[test]
    fn masks_dates_for_the_id() {
        let mut dated = edit(0, "", "## 1.0 - 2026-11-22\n");
        dated.dates.push(9..19);
        assert_eq!(dated.undated(), "## 1.0 - {date}\n");
    }

    proptest! {
        #[test]
        fn inverse_brings_back_every_byte(text in "[a-zé\n]{0,40}", cuts in proptest::collection::vec((0usize..40, 0usize..6, "[x-z]{0,8}"), 0..5)) {
            let mut edits = Vec::new();
            let mut at = 0;
            for (skip, len, new) in cuts {
                let start = at + skip;
                let end = start + len;
                if text.get(start..end).is_none() { continue; }
                edits.push(edit(start, &text[start..end], &new));
                at = end;
            }
            let after = apply(&text, &edits).unwrap();
            prop_assert_eq!(apply(&after, &inverse(&edits)).unwrap(), text);
        }
    }
}
