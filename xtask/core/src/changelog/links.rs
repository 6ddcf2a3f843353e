//! Compare links: the definitions at a changelog's foot that `[Unreleased]` and `[0.2.0]` refer to.

use crate::model::config::{ChangelogRules, Links};
use crate::model::form::Form;
use crate::model::template::Template;

use super::document::{Document, definition};
use super::draft::Draft;
use super::rotate::Rotation;

const UNRELEASED: &str = "unreleased";

/// Moves the unreleased link on to this version's tag and adds this version's own link below it.
///
/// Without a tag nothing is linked; without a tag before it the version gets no link of its own, having nothing
/// to be compared with.
pub fn write(
    draft: &mut Draft<'_>,
    document: &Document<'_>,
    rules: &ChangelogRules,
    rotation: &Rotation<'_>,
    label: &str,
) {
    let Some(tag) = rotation.tag else { return };
    match &rules.links {
        Links::Off => {}
        Links::Continue => {
            let old = destinations(document).find(|(name, _)| is(name, UNRELEASED));
            if let Some(compare) = old.and_then(|(_, destination)| Compare::read(destination)) {
                let unreleased = compare.with(tag, compare.to);
                let own = rotation.previous_tag.map(|previous| compare.with(previous, tag));
                write_links(draft, document, Some(&unreleased), own.as_deref(), label);
            }
        }
        Links::Template(template) => {
            let unreleased = rules.unreleased.then(|| render(template, rotation, tag, "HEAD"));
            let own = rotation.previous_tag.map(|previous| render(template, rotation, previous, tag));
            write_links(draft, document, unreleased.as_deref(), own.as_deref(), label);
        }
    }
}

/// The tag that the unreleased link compares with.
pub fn compared_tag<'a>(document: &Document<'a>) -> Option<&'a str> {
    let (_, destination) = destinations(document).find(|(name, _)| is(name, UNRELEASED))?;
    Compare::read(destination).map(|compare| compare.from)
}

fn render(template: &Template, rotation: &Rotation<'_>, previous: &str, tag: &str) -> String {
    template.render(rotation.version, Form::SEMVER, |name| match name {
        "previous" => previous.to_owned(),
        _ => tag.to_owned(),
    })
}

/// A compare link taken apart: `https://example.org/compare/` `v0.1.0` `...` `HEAD`.
struct Compare<'a> {
    base: &'a str,
    from: &'a str,
    to: &'a str,
    /// The `>` of a destination in angle brackets.
    end: &'a str,
}

impl<'a> Compare<'a> {
    /// Reads the links of GitHub and Gitea (`/compare/A...B`) and GitLab (`/-/compare/A...B`).
    fn read(destination: &'a str) -> Option<Compare<'a>> {
        const COMPARE: &str = "/compare/";
        let (destination, end) = match destination.strip_suffix('>').filter(|_| destination.starts_with('<'))
        {
            Some(inside) => (inside, ">"),
            None => (destination, ""),
        };
        let (from, to) = destination.split_once("...")?;
        let base = from.rfind(COMPARE)? + COMPARE.len();
        Some(Compare { base: &destination[..base], from: &from[base..], to, end })
    }

    fn with(&self, from: &str, to: &str) -> String {
        format!("{}{from}...{to}{}", self.base, self.end)
    }
}

/// Rewrites the definitions of both labels where the foot has them; adds those it lacks, the version's below the
/// unreleased one and that on top of the foot.
fn write_links(
    draft: &mut Draft<'_>,
    document: &Document<'_>,
    unreleased: Option<&str>,
    own: Option<&str>,
    label: &str,
) {
    let foot = || document.lines[document.foot..].iter();
    let has = |wanted: &str| destinations(document).any(|(name, _)| is(name, wanted));
    let mut own = own.map(|own| (own, !has(label)));
    draft.keep_to(document.start(document.foot));
    draft.name("links");
    let add = |draft: &mut Draft<'_>, own: &mut Option<(&str, bool)>| {
        if let Some((own, _)) = own.take_if(|(_, is_new)| *is_new) {
            draft.line(&format!("[{label}]: {own}"));
        }
    };
    let top = unreleased.filter(|_| !has(UNRELEASED));
    if top.is_some() || unreleased.is_none() && own.is_some_and(|(_, is_new)| is_new) {
        draft.separate();
        if let Some(unreleased) = top {
            draft.line(&format!("[{UNRELEASED}]: {unreleased}"));
        }
        add(draft, &mut own);
    }
    for line in foot() {
        let Some((name, destination)) = definition(line.text) else { continue };
        let new = match (unreleased, own) {
            (Some(unreleased), _) if is(name, UNRELEASED) => unreleased,
            (_, Some((own, false))) if is(name, label) => own,
            _ => continue,
        };
        draft.keep_to(line.start);
        draft.name("links");
        draft.line(&format!("{}{new}{}", &line.text[..destination.start], &line.text[destination.end..]));
        if is(name, UNRELEASED) {
            add(draft, &mut own);
        }
        draft.skip_to(line.next);
    }
}

/// The labels and destinations of the foot's definitions.
fn destinations<'a>(document: &Document<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let lines = document.lines[document.foot..].iter().map(|line| line.text);
    lines.filter_map(|text| definition(text).map(|(label, destination)| (label, &text[destination])))
}

/// Labels are compared without regard to letter case (CommonMark, "matches").
fn is(label: &str, wanted: &str) -> bool {
    label.trim().to_lowercase() == wanted.to_lowercase()
}
