//! What stands above the first category of an unreleased section: comments, a placeholder, prose.

use std::ops::Range;

use crate::model::config::ChangelogRules;

use super::document::{Document, Section};
use super::markdown::{Kind, Line};

/// The parts of a lead as ranges of lines, without blank lines around them and without the placeholder.
pub struct Lead {
    /// Comments above all else: they speak to those who edit the file, and stay with the unreleased section.
    pub comments: Vec<Range<usize>>,
    /// Everything else opens the next dated section.
    pub prose: Vec<Range<usize>>,
    pub has_placeholder: bool,
}

impl Lead {
    pub fn read(document: &Document<'_>, section: &Section<'_>, rules: &ChangelogRules) -> Lead {
        let lead = document.lead(section);
        let is_placeholder = |index: usize| is_placeholder(&document.lines[index], rules);
        let is_prose = |index: usize| {
            !matches!(document.lines[index].kind, Kind::Blank | Kind::Comment) && !is_placeholder(index)
        };
        let prose = lead.clone().find(|index| is_prose(*index)).unwrap_or(lead.end);
        let parts = |lines: Range<usize>| {
            let mut parts = Vec::new();
            let mut start = lines.start;
            for end in lines.clone().filter(|index| is_placeholder(*index)).chain([lines.end]) {
                let blank = document.lines[start..end].iter().take_while(|line| line.is_blank()).count();
                parts.push(document.solid(start + blank..end));
                start = end + 1;
            }
            parts.retain(|part| !part.is_empty());
            parts
        };
        Lead {
            comments: parts(lead.start..prose),
            prose: parts(prose..lead.end),
            has_placeholder: lead.clone().any(is_placeholder),
        }
    }
}

/// Whether a line is the placeholder, white space around it aside.
fn is_placeholder(line: &Line<'_>, rules: &ChangelogRules) -> bool {
    placeholder(rules).is_some_and(|placeholder| placeholder == line.text.trim())
}

/// The line under a fresh unreleased heading, if the changelog has one.
pub fn placeholder(rules: &ChangelogRules) -> Option<&str> {
    rules.placeholder.as_deref().map(str::trim).filter(|placeholder| !placeholder.is_empty())
}
