//! Writing categories: those a section has, with notes added to them, and new ones at their place.

use crate::model::config::ChangelogRules;

use super::document::{Category, Document, Look, Section};
use super::draft::Draft;

/// What becomes of a category without notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    Keep,
    Drop,
}

/// Writes categories that the file does not have yet.
pub fn write_new(draft: &mut Draft<'_>, rules: &ChangelogRules, notes: &[String], look: Look) {
    let kinds = 0..rules.kinds.len();
    write_some(draft, rules, notes, look, kinds);
}

fn write_some(
    draft: &mut Draft<'_>,
    rules: &ChangelogRules,
    notes: &[String],
    look: Look,
    kinds: impl IntoIterator<Item = usize>,
) {
    for (kind, text) in kinds.into_iter().filter_map(|kind| Some((rules.kinds.get(kind)?, notes.get(kind)?)))
    {
        if text.is_empty() {
            continue;
        }
        let heading = format!("### {}", kind.title);
        draft.name(&heading);
        draft.separate();
        draft.line(&heading);
        draft.after_heading(look.after_category);
        draft.separate();
        draft.write(text);
    }
}

/// The categories of a section, and what is to be added to them.
pub struct Categories<'d, 'a> {
    pub document: &'d Document<'a>,
    pub section: &'d Section<'a>,
    pub rules: &'d ChangelogRules,
    /// The text of each of the rules' kinds, empty for none.
    pub notes: &'d [String],
    pub look: Look,
    pub empty: Empty,
}

impl Categories<'_, '_> {
    /// Writes a section from its first category to its end, the blank lines at its end included. A kind's notes
    /// go to the end of the last category with its title, else into a new one.
    pub fn write(&self, draft: &mut Draft<'_>) {
        let section = self.section;
        let last = self.last_of_kinds();
        let new = self.new_kinds(&last);
        let notes_of = |index: usize| {
            let kind = section.categories[index].kind.filter(|kind| last[*kind] == Some(index));
            kind.map_or("", |kind| self.notes[kind].as_str())
        };
        let stays = |index: usize| {
            self.empty == Empty::Keep
                || !notes_of(index).is_empty()
                || !self.is_empty(&section.categories[index])
        };
        let count = section.categories.len();
        let last_to_stay = (0..count).rev().find(|index| stays(*index));
        // Whether the blank lines behind a category are the section's last.
        let ends_section = |index: usize| {
            index + 1 == count || Some(index) == last_to_stay && new[index + 1..].iter().all(Vec::is_empty)
        };
        let mut parted = self.empty == Empty::Keep;
        for (index, category) in section.categories.iter().enumerate() {
            self.write_new(draft, &new[index]);
            parted &= new[index].is_empty();
            if !stays(index) {
                continue;
            }
            if !parted {
                draft.separate();
            }
            parted = true;
            self.write_one(draft, category, notes_of(index), ends_section(index));
        }
        self.write_new(draft, &new[count]);
        self.write_end(draft);
    }

    fn is_empty(&self, category: &Category<'_>) -> bool {
        self.document.is_blank(category.body.clone())
    }

    /// Writes an existing category; the last one without the blank lines at its end.
    fn write_one(&self, draft: &mut Draft<'_>, category: &Category<'_>, notes: &str, is_last: bool) {
        let document = self.document;
        let end = document.solid(category.heading..category.body.end).end;
        draft.keep(document.bytes(category.heading..end));
        if !notes.is_empty() {
            draft.name(&format!("### {}", category.title));
            draft.end_line();
            if self.is_empty(category) {
                draft.after_heading(self.look.after_category);
                draft.separate();
            }
            draft.write(notes);
        }
        if is_last {
            return;
        }
        draft.keep(document.bytes(end..category.body.end));
        if !notes.is_empty() && self.is_empty(category) {
            draft.separate();
        }
    }

    fn write_new(&self, draft: &mut Draft<'_>, kinds: &[usize]) {
        write_some(draft, self.rules, self.notes, self.look, kinds.iter().copied());
    }

    /// Keeps the blank lines at the section's end, and parts it from what follows.
    fn write_end(&self, draft: &mut Draft<'_>) {
        let (document, body) = (self.document, &self.section.body);
        let solid = document.solid(body.clone()).end;
        draft.skip_to(document.start(solid));
        draft.keep(document.bytes(solid..body.end));
        if body.end < document.lines.len() {
            draft.separate();
        }
    }

    /// The last category of each kind.
    fn last_of_kinds(&self) -> Vec<Option<usize>> {
        let mut last = vec![None; self.rules.kinds.len()];
        for (index, category) in self.section.categories.iter().enumerate() {
            if let Some(last) = category.kind.and_then(|kind| last.get_mut(kind)) {
                *last = Some(index);
            }
        }
        last
    }

    /// The kinds to write anew before each category, and (last) behind all of them: before the first category
    /// of a later kind, else behind the last one of an earlier kind.
    fn new_kinds(&self, last: &[Option<usize>]) -> Vec<Vec<usize>> {
        let categories = &self.section.categories;
        let mut new = vec![Vec::new(); categories.len() + 1];
        for (kind, notes) in self.notes.iter().enumerate() {
            if notes.is_empty() || last[kind].is_some() {
                continue;
            }
            let later = categories.iter().position(|category| category.kind > Some(kind));
            let earlier =
                || categories.iter().rposition(|category| category.kind.is_some_and(|known| known < kind));
            let place = later.or_else(|| earlier().map(|index| index + 1));
            new[place.unwrap_or(categories.len())].push(kind);
        }
        new
    }
}
