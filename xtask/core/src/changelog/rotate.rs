//! Rotating: what is unreleased becomes a dated section.

use crate::model::config::ChangelogRules;
use crate::model::date::Date;
use crate::model::edit::Edit;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Source;
use crate::model::version::Version;

use super::assemble::no_unreleased;
use super::category::{self, Categories, Empty};
use super::document::{Document, Section, Title};
use super::draft::Draft;
use super::fragment::{self, Fragment};
use super::heading::{self, Written};
use super::item;
use super::lead::{self, Lead};
use super::links;

/// What a dated section is made for.
#[derive(Clone, Copy, Debug)]
pub struct Rotation<'a> {
    pub version: Version,
    /// The versions of every series that the changelog tells of: `1.45.0/0.67.0`.
    pub versions: &'a str,
    pub date: Date,
    /// Opens the section in place of the prose above the first category; one of only white space is none.
    pub summary: Option<&'a str>,
    /// The tag of this version, and that of the one before: for the compare links.
    pub tag: Option<&'a str>,
    pub previous_tag: Option<&'a str>,
}

/// The edits that collect the fragments and turn what is unreleased into a dated section, in one go.
///
/// `## [Unreleased]` stays on top with its comments and a fresh placeholder. The dated section opens with the
/// summary, else with the prose that stood above the first category; the categories follow, except those that
/// say nothing. In a changelog without an unreleased section the dated one goes above the newest.
///
/// # Errors
/// There is nothing to release (`W0401`), no unreleased section (`W0409`), the summary is only the placeholder
/// (`W0415`) or would break the section (`W0405`, `W0417`), a block above is left open (`W0417`), a fragment's kind is unknown (`W0402`).
pub fn rotate(
    source: &Source,
    rules: &ChangelogRules,
    fragments: &[Fragment],
    rotation: &Rotation<'_>,
) -> Result<Vec<Edit>, Problems> {
    let summary = rotation.summary.map(str::trim).filter(|summary| !summary.is_empty());
    let mut problems = summary.map_or_else(Problems::new, |summary| summary_problems(rules, summary));
    let document = Document::parse(source, rules);
    let notes = item::texts(rules, fragments, document.newline).unwrap_or_else(|unknown| {
        problems.extend(unknown);
        Vec::new()
    });
    let section = document.unreleased().filter(|_| rules.unreleased);
    let lead = section.map(|section| Lead::read(&document, section, rules));
    let newest = document.sections.iter().find(|section| matches!(section.title, Title::Dated(_)));
    let place = newest.map_or(document.foot, |newest| newest.heading);
    let end = section.map_or(place, |section| section.body.end);
    problems.extend(document.swallows(end, "the dated section", source));
    if rules.unreleased && section.is_none() {
        problems.push(no_unreleased(source));
    } else if fragments.is_empty() && summary.is_none() && is_empty(&document, section, lead.as_ref()) {
        problems.push(nothing(source, rules));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let heading = heading::write(&rules.heading, rotation.version, rotation.versions, rotation.date);
    let look = document.look();
    let mut draft = Draft::new(document.text, document.newline);
    match section.zip(lead) {
        Some((section, lead)) => {
            draft.drop_all(item::overtaken(&document, section, rules, fragments));
            draft.keep_to(document.start(section.body.start));
            draft.after_heading(look.after_section);
            draft.name("[Unreleased]");
            keep(&mut draft, &document, lead.comments);
            write_heading(&mut draft, &heading, lead::placeholder(rules));
            draft.after_heading(look.after_section);
            match summary {
                Some(summary) => write_summary(&mut draft, summary),
                None => keep(&mut draft, &document, lead.prose),
            }
            draft.skip_to(document.start(document.lead(section).end));
            let empty = Empty::Drop;
            Categories { document: &document, section, rules, notes: &notes, look, empty }.write(&mut draft);
        }
        None => {
            draft.keep_to(document.start(place));
            write_heading(&mut draft, &heading, None);
            draft.after_heading(look.after_section);
            if let Some(summary) = summary {
                write_summary(&mut draft, summary);
            }
            category::write_new(&mut draft, rules, &notes, look);
            if place < document.lines.len() {
                draft.separate();
            }
        }
    }
    links::write(&mut draft, &document, rules, rotation, &heading.label);
    Ok(draft.finish())
}

/// Whether an unreleased section says nothing; a section that is not there says nothing.
fn is_empty(document: &Document<'_>, section: Option<&Section<'_>>, lead: Option<&Lead>) -> bool {
    let categories = section.map_or(&[][..], |section| &section.categories);
    lead.is_none_or(|lead| lead.prose.is_empty())
        && categories.iter().all(|category| document.is_blank(category.body.clone()))
}

fn keep(draft: &mut Draft<'_>, document: &Document<'_>, parts: Vec<std::ops::Range<usize>>) {
    for part in parts {
        draft.separate();
        draft.keep(document.bytes(part));
    }
}

/// The placeholder, where there is one, and the dated heading behind a blank line.
fn write_heading(draft: &mut Draft<'_>, heading: &Written, placeholder: Option<&str>) {
    draft.name(&heading.name);
    if let Some(placeholder) = placeholder {
        draft.separate();
        draft.line(placeholder);
    }
    draft.after_heading(true);
    draft.separate();
    draft.dated_line(&heading.text, &heading.dates);
}

fn write_summary(draft: &mut Draft<'_>, summary: &str) {
    draft.separate();
    summary.lines().for_each(|line| draft.line(line));
}

fn summary_problems(rules: &ChangelogRules, summary: &str) -> Problems {
    if lead::placeholder(rules) == Some(summary) {
        return vec![
            Problem::new(
                Code::W0415,
                format!("the summary is `{summary}`, the placeholder of {}", rules.file),
            )
            .why("the release would open with a line that says there is nothing in it")
            .help("say in a sentence what the release brings, or leave `--summary` out"),
        ];
    }
    fragment::faults(summary)
        .into_iter()
        .map(|fault| {
            Problem::new(fault.code, format!("the summary {}", fault.what)).why(fault.why).help(fault.help)
        })
        .collect()
}

fn nothing(source: &Source, rules: &ChangelogRules) -> Problem {
    let what = match (&rules.fragments, rules.unreleased) {
        (Some(folder), true) => {
            format!("neither `## [Unreleased]` in {} nor {folder}/ holds a note", source.path)
        }
        (Some(folder), false) => format!("{folder}/ holds no note for {}", source.path),
        (None, true) => format!("`## [Unreleased]` in {} holds no note", source.path),
        (None, false) => format!("{} has no fragments, and there is no summary", source.path),
    };
    let problem = Problem::new(Code::W0401, what).at(&source.path);
    let kinds: Vec<_> = rules.kinds.iter().map(|kind| kind.name.as_str()).collect();
    match kinds.first().filter(|_| rules.fragments.is_some()) {
        Some(kind) => problem
            .run(format!("cargo xtask changelog new {kind} \"…\""))
            .help(format!("the kinds are {}", kinds.join(", "))),
        None if rules.unreleased => problem.help("write the notes there, or give the release a `--summary`"),
        None => problem.help("give the release a `--summary`"),
    }
}
