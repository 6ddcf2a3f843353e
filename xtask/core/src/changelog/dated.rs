//! Dated headings: which version each gives of which group.
//!
//! A joint heading (`{versions}`) gives one version of each group that the changelog tells of, in the order of its
//! `groups`. A release of one group repeats the versions of the others, so a version stands in several headings;
//! its notes are below the oldest of them.

use crate::model::config::ChangelogRules;
use crate::model::names::Name;
use crate::model::tree::Source;
use crate::model::version::Version;

use super::document::{Document, Section};

/// A dated heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// All that it names, in its order; at least one.
    pub versions: Vec<Version>,
    /// The heading as it stands there.
    pub heading: String,
    /// Its line, from 1.
    pub line: usize,
}

impl Dated {
    /// What it says of a group: the version at the group's place. A heading that holds another number of versions
    /// than there are groups has no such place, and says its first version of each.
    pub fn of(&self, rules: &ChangelogRules, group: &Name) -> Option<Version> {
        at_place(&self.versions, rules, group).or(self.versions.first().copied())
    }
}

/// Every dated heading in the order of the file.
pub fn dated(source: &Source, rules: &ChangelogRules) -> Vec<Dated> {
    let document = Document::parse(source, rules);
    let dated = document.sections.iter().filter(|section| !section.versions().is_empty());
    let read = |section: &Section<'_>| {
        let line = &document.lines[section.heading];
        let heading = line.text.trim_end().to_owned();
        Dated { versions: section.versions().to_vec(), heading, line: line.number }
    };
    dated.map(read).collect()
}

/// The section of a group's version: the oldest that names it at the group's place, else the oldest with another
/// number of versions (made before or after the changelog told of other groups) that names it anywhere.
pub(super) fn find<'d, 'a>(
    document: &'d Document<'a>,
    rules: &ChangelogRules,
    group: &Name,
    version: Version,
) -> Option<&'d Section<'a>> {
    let index = rules.groups.iter().position(|one| one == group)?;
    let oldest_first = || document.sections.iter().rev();
    let at_index = |section: &&Section<'_>| section.versions().get(index) == Some(&version);
    let anywhere = |section: &&Section<'_>| {
        section.versions().len() != rules.groups.len() && section.versions().contains(&version)
    };
    oldest_first().find(at_index).or_else(|| oldest_first().find(anywhere))
}

/// The version at a group's place, where a heading has as many as there are groups.
fn at_place(versions: &[Version], rules: &ChangelogRules, group: &Name) -> Option<Version> {
    let index = rules.groups.iter().position(|one| one == group)?;
    versions.get(index).copied().filter(|_| versions.len() == rules.groups.len())
}
