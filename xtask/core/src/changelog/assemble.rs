//! Assembling: fragments into the unreleased section.

use crate::model::config::ChangelogRules;
use crate::model::edit::Edit;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Source;

use super::category::{Categories, Empty};
use super::document::Document;
use super::draft::Draft;
use super::fragment::Fragment;
use super::item;
use super::lead::Lead;

/// The edits that put the fragments into the unreleased section: each at the end of the last category of its
/// kind, or in a new category at its place in the order of kinds. The placeholder makes room for the first notes;
/// prose and other categories stay. No fragments, no edits.
///
/// # Errors
/// There is no unreleased section (`W0409`), a block in or above it is left open (`W0417`), or a fragment's kind is
/// unknown (`W0402`).
pub fn assemble(
    source: &Source,
    rules: &ChangelogRules,
    fragments: &[Fragment],
) -> Result<Vec<Edit>, Problems> {
    if fragments.is_empty() {
        return Ok(Vec::new());
    }
    if !rules.unreleased {
        return Err(vec![
            Problem::new(Code::W0409, format!("{} keeps no unreleased section", rules.file))
                .at(&source.path)
                .why("its fragments wait until the release that collects them"),
        ]);
    }
    let document = Document::parse(source, rules);
    let notes = item::texts(rules, fragments, document.newline)?;
    let section = document.unreleased().ok_or_else(|| vec![no_unreleased(source)])?;
    if let Some(problem) = document.swallows(section.body.end, "the notes", source) {
        return Err(vec![problem]);
    }
    let look = document.look();
    let lead = Lead::read(&document, section, rules);

    let mut draft = Draft::new(document.text, document.newline);
    draft.drop_all(item::overtaken(&document, section, rules, fragments));
    draft.keep_to(document.start(section.body.start));
    draft.after_heading(look.after_section);
    draft.name("[Unreleased]");
    if lead.has_placeholder {
        for part in lead.comments.into_iter().chain(lead.prose) {
            draft.separate();
            draft.keep(document.bytes(part));
        }
        if !section.categories.is_empty() {
            draft.separate();
        }
        draft.skip_to(document.start(document.lead(section).end));
    } else {
        let solid = document.solid(section.body.clone()).end;
        let end = document.lead(section).end.min(solid);
        draft.keep(document.bytes(section.body.start..end));
    }
    Categories { document: &document, section, rules, notes: &notes, look, empty: Empty::Keep }
        .write(&mut draft);
    Ok(draft.finish())
}

pub(super) fn no_unreleased(source: &Source) -> Problem {
    Problem::new(Code::W0409, format!("{} has no `## [Unreleased]` section", source.path))
        .at(&source.path)
        .why("there is no place for the next release's notes")
        .help("write `## [Unreleased]` above the newest release, or set `unreleased = false` for this changelog")
}
