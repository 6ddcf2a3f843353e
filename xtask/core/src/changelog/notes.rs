//! Reading a changelog: the notes of a release, of the next one, and the bump these call for.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::config::{ChangelogRules, Level, Links};
use crate::model::date::Date;
use crate::model::edit;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Source;
use crate::model::version::Version;

use super::category;
use super::dated;
use super::document::{Document, Title};
use super::draft::Draft;
use super::fragment::Fragment;
use super::rotate::{Rotation, rotate};
use super::{item, links};

/// What the dated section of a version says, without its heading; lines end with `\n` whatever the file does,
/// and no blank lines stand around the text. Of sections that name the version for the group it is the oldest. None
/// when none does, or the changelog does not tell of the group.
pub fn section(source: &Source, rules: &ChangelogRules, group: &Name, version: Version) -> Option<String> {
    let document = Document::parse(source, rules);
    let section = dated::find(&document, rules, group, version)?;
    Some(text(&document, section.body.clone()))
}

/// What the next release would say: exactly the section that [`rotate`] would make, without its heading. Fragments
/// of unknown kinds are left out. Empty when there is nothing to release.
pub fn pending(source: &Source, rules: &ChangelogRules, fragments: &[Fragment]) -> String {
    let is_known = |fragment: &&Fragment| rules.kinds.iter().any(|kind| kind.name == fragment.kind);
    let fragments: Vec<_> = fragments.iter().filter(is_known).cloned().collect();
    rotated(source, rules, &fragments).unwrap_or_else(|| alone(rules, &fragments))
}

/// The section between `[Unreleased]` and the next one, after a rotation. None without `[Unreleased]`.
fn rotated(source: &Source, rules: &ChangelogRules, fragments: &[Fragment]) -> Option<String> {
    let unreleased = |document: &Document<'_>| {
        document.sections.iter().position(|section| section.title == Title::Unreleased)
    };
    let index = unreleased(&Document::parse(source, rules)).filter(|_| rules.unreleased)?;
    let rules = ChangelogRules { links: Links::Off, ..rules.clone() };
    let rotation = Rotation {
        version: Version::new(0, 0, 0),
        versions: "",
        date: Date::from_unix(0),
        summary: None,
        tag: None,
        previous_tag: None,
    };
    let Ok(edits) = rotate(source, &rules, fragments, &rotation) else { return Some(String::new()) };
    let after = Source { path: source.path.clone(), text: edit::apply(&source.text, &edits).ok()? };
    let document = Document::parse(&after, &rules);
    Some(document.sections.get(index + 1).map_or_else(String::new, |made| text(&document, made.body.clone())))
}

/// The notes of fragments that meet no unreleased section.
fn alone(rules: &ChangelogRules, fragments: &[Fragment]) -> String {
    let nothing = Source { path: rules.file.clone(), text: String::new() };
    let look = Document::parse(&nothing, rules).look();
    let notes = item::texts(rules, fragments, "\n").unwrap_or_default();
    let mut draft = Draft::new("", "\n");
    category::write_new(&mut draft, rules, &notes, look);
    draft.finish().into_iter().map(|edit| edit.new).collect()
}

/// The highest level that the fragments' kinds and the categories with notes under `[Unreleased]` call for;
/// none when there are neither.
pub fn pending_level(source: &Source, rules: &ChangelogRules, fragments: &[Fragment]) -> Option<Level> {
    let document = Document::parse(source, rules);
    let section = document.unreleased().filter(|_| rules.unreleased);
    let written = section.into_iter().flat_map(|section| &section.categories);
    let written = written.filter(|category| !document.is_blank(category.body.clone()));
    let of_fragments = rules
        .kinds
        .iter()
        .filter(|kind| fragments.iter().any(|fragment| fragment.kind == kind.name))
        .map(|kind| kind.level);
    written
        .filter_map(|category| rules.kinds.get(category.kind?))
        .map(|kind| kind.level)
        .chain(of_fragments)
        .max()
}

/// The tag that the unreleased link compares with: of a group's tags, those of its shape are linked here.
pub fn linked_tag(source: &Source, rules: &ChangelogRules) -> Option<String> {
    links::compared_tag(&Document::parse(source, rules)).map(str::to_owned)
}

/// What is odd about the unreleased section, but no reason to stop: a category heading that stands several
/// times (`W0416`), once for each such category.
pub fn warnings(source: &Source, rules: &ChangelogRules) -> Problems {
    let document = Document::parse(source, rules);
    let mut lines: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let section = document.unreleased().filter(|_| rules.unreleased);
    for category in section.into_iter().flat_map(|section| &section.categories) {
        lines.entry(category.title.to_lowercase()).or_default().push(document.lines[category.heading].number);
    }
    let several = lines.into_values().filter_map(|lines| Some((*lines.get(1)?, lines)));
    several
        .map(|(second, lines)| {
            let heading = document.lines[second - 1].text.trim_end();
            let numbers: Vec<_> = lines.iter().map(usize::to_string).collect();
            Problem::new(
                Code::W0416,
                format!(
                    "`{heading}` stands {} times under `[Unreleased]`, in lines {}",
                    lines.len(),
                    numbers.join(", ")
                ),
            )
            .at_line(&source.path, second)
            .why("the release would have the category as often")
            .help("move the notes under the last of them, where new ones are added")
        })
        .collect()
}

/// Some lines as a text of their own.
fn text(document: &Document<'_>, lines: Range<usize>) -> String {
    let solid = document.solid(lines);
    let lines = &document.lines[solid];
    let blank = lines.iter().take_while(|line| line.is_blank()).count();
    lines[blank..].iter().flat_map(|line| [line.text, "\n"]).collect()
}
