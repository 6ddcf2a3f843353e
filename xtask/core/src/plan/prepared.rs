//! Whether a branch is a prepared release: its tree is what the release makes of the tree that it started from. Told
//! from the two trees, never from a branch's name or a commit's message, so that a review may add commits, and
//! squash or rebase them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Standings, Step, crossings, edits};
use crate::changelog::dated::{Dated, dated};
use crate::model::config::{Group, Rotate};
use crate::model::date::Date;
use crate::model::edit::{Edit, apply};
use crate::model::facts::Changed;
use crate::model::glob;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::Role;
use crate::model::request::Bump;
use crate::model::version::Version;
use crate::workspace::{Changelog, Workspace};

/// What a branch prepares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// `suite 0.2.0`, for people.
    pub what: String,
    /// What stands against it, for people: `src/main.rs is no part of it`.
    pub against: Option<String>,
}

/// The version of each package that a branch brings forward: what `load::crossings` has to look for in the tree
/// before.
pub fn forward(before: &Workspace, after: &Workspace) -> Vec<(Name, Version)> {
    let steps = moved(before, after);
    steps
        .iter()
        .flat_map(|step| step.group.packages.iter().map(|package| (package.clone(), step.next)))
        .collect()
}

/// What a branch prepares, if it brings a version forward or what waited for a publication along; `read` gives a
/// file's text as the branch has it.
pub fn prepared(
    before: &Workspace,
    after: &Workspace,
    changed: &Changed,
    read: &dyn Fn(&RepoPath) -> Option<String>,
) -> Option<Prepared> {
    let mut steps = moved(before, after);
    let bump = match steps.first() {
        None => {
            steps = followed(before, after);
            Bump::AfterPublish
        }
        Some(step) if step.next.is_dev() => Bump::Next,
        Some(step) => Bump::Exact(step.next),
    };
    let names = steps.iter().map(|step| format!("{} {}", step.group.name, step.next));
    let what = names.collect::<Vec<_>>().join(", ");
    if what.is_empty() {
        return None;
    }
    let expected = expected(before, bump, &steps);
    let told: Vec<&Changelog> =
        after.changelogs.iter().filter(|one| dates(before, one, bump, &steps)).collect();
    let consumed: BTreeSet<&str> = before
        .changelogs
        .iter()
        .filter(|one| told.iter().any(|told| told.rules.name == one.rules.name))
        .flat_map(|one| one.digests.keys().map(RepoPath::as_str))
        .collect();
    let by_hook = |path: &str| {
        let hooks = after.config.hooks.iter().filter(|_| bump != Bump::AfterPublish);
        let mut ours = hooks.filter(|hook| {
            hook.groups.is_empty() || steps.iter().any(|step| hook.groups.contains(&step.group.name))
        });
        ours.any(|hook| glob::any(&hook.changes, path))
    };
    let follows = |path: &str| {
        let Ok(path) = RepoPath::parse(path) else { return false };
        let Some(edits) = expected.get(&path) else { return false };
        let text = before.sources.get(&path).map(|source| source.text.as_str());
        let wanted = text.and_then(|text| apply(text, edits).ok());
        let there = read(&path).and_then(|text| apply(&text, &blanks(after, &path)).ok());
        wanted.is_some() && wanted.map(unified) == there.map(unified)
    };
    let told = |path: &str| told.iter().any(|one| one.rules.file.as_str() == path);
    let pins = |of: &Workspace| -> Vec<String> {
        of.pins.iter().flat_map(|pin| &pin.places).map(|place| place.text.clone()).collect()
    };
    // A pre-release that dates no section writes of a pin all the same.
    let pinned = pins(before) != pins(after);
    let notes = |path: &str| after.changelogs.iter().any(|one| one.rules.file.as_str() == path);
    let strange = |path: &&String| !(told(path) || (pinned && notes(path)) || by_hook(path) || follows(path));
    let kept = |path: &&String| !(consumed.contains(path.as_str()) || by_hook(path));
    let silent = |one: &&Changelog| concerns(one, bump, &steps).is_some() && !told(one.rules.file.as_str());
    let against = match after.changelogs.iter().find(silent) {
        Some(one) => Some(format!("{} has no new section for it", one.rules.file)),
        None => {
            let beside = changed.written.iter().find(strange).or_else(|| changed.removed.iter().find(kept));
            beside.map(|path| format!("{path} is no part of it"))
        }
    };
    Some(Prepared { what, against })
}

/// The groups whose version the branch brings forward. Of one that no file says a version of, the changelog tells.
fn moved<'a>(before: &Workspace, after: &'a Workspace) -> Vec<Step<'a>> {
    let step = |group: &'a Group| {
        let current = before.current(group);
        let next = match (current, after.current(group)) {
            (Some(old), Some(new)) => (old < new).then_some(new),
            (None, None) => {
                let of_group = |one: &&Changelog| one.rules.groups.contains(&group.name);
                after.changelogs.iter().filter(of_group).find_map(|one| news_of(before, one, &group.name))
            }
            _ => None,
        }?;
        Some(Step { group, current: current.unwrap_or(next), next })
    };
    after.config.groups.iter().filter_map(step).collect()
}

/// The groups whose places that wait for a publication have come to say their version.
fn followed<'a>(before: &Workspace, after: &'a Workspace) -> Vec<Step<'a>> {
    let step = |group: &'a Group| {
        let current = after.current(group).filter(|version| !version.is_dev())?;
        let lags = |workspace: &Workspace| {
            let mut waiting = workspace.places_of(group).filter(|place| place.role == Role::Waiting);
            waiting.any(|place| place.text != place.form.render(current))
        };
        (lags(before) && !lags(after)).then_some(Step { group, current, next: current })
    };
    after.config.groups.iter().filter_map(step).collect()
}

/// The one heading that a changelog has come to date.
fn news(before: &Workspace, changelog: &Changelog) -> Option<Dated> {
    let old = headings(before.changelogs.iter().find(|one| one.rules.name == changelog.rules.name)?);
    let mut news = headings(changelog);
    news.retain(|new| old.iter().all(|old| old.versions != new.versions));
    news.pop().filter(|_| news.is_empty())
}

/// The version that a changelog has come to date of a group; others repeat those of before.
fn news_of(before: &Workspace, changelog: &Changelog, group: &Name) -> Option<Version> {
    let of = |one: &Dated| one.of(&changelog.rules, group);
    let old = before.changelogs.iter().find(|one| one.rules.name == changelog.rules.name)?;
    let version = of(&news(before, changelog)?)?;
    headings(old).iter().all(|old| of(old) != Some(version)).then_some(version)
}

fn headings(changelog: &Changelog) -> Vec<Dated> {
    changelog.source.as_ref().map(|source| dated(source, &changelog.rules)).unwrap_or_default()
}

/// The step that a changelog dates a section for.
fn concerns<'s, 'a>(changelog: &Changelog, bump: Bump, steps: &'s [Step<'a>]) -> Option<&'s Step<'a>> {
    let rules = &changelog.rules;
    let mut ours = steps.iter().filter(|step| rules.groups.contains(&step.group.name));
    ours.find(|step| bump.is_release() && (rules.rotate == Rotate::Every || step.next.is_stable()))
}

/// Whether a changelog has the section of what is prepared, which it lacked before.
fn dates(before: &Workspace, changelog: &Changelog, bump: Bump, steps: &[Step<'_>]) -> bool {
    let rules = &changelog.rules;
    let dated = concerns(changelog, bump, steps).and_then(|_| news(before, changelog));
    // A heading without a place for each group gives the first one's version, perhaps, whichever is released.
    let known = |versions: &[Version]| {
        let first = rules.groups.first().and_then(|name| before.config.group(name));
        versions.len() != rules.groups.len()
            && versions.first().copied() == first.and_then(|group| before.current(group))
    };
    dated.is_some_and(|one| {
        steps.iter().any(|step| one.of(rules, &step.group.name) == Some(step.next)) || known(&one.versions)
    })
}

/// The edits that the release makes in each file, changelogs aside; dates and pins are blanked, since what they say
/// is not this tree's to tell.
fn expected(before: &Workspace, bump: Bump, steps: &[Step<'_>]) -> BTreeMap<RepoPath, Vec<Edit>> {
    let none = Standings::of_tags(before, &[]);
    let (mut all, _) = edits::of_places(before, &none, bump, steps, Date::from_unix(0));
    if bump.is_release() {
        crossings::follow(before, steps, &mut all);
    }
    for edits in all.values_mut() {
        edits.retain(|edit| edit.dates.is_empty());
    }
    all.retain(|_, edits| !edits.is_empty());
    let pinned = before.pins.iter().flat_map(|pin| &pin.places).map(|place| &place.file);
    for file in pinned.chain(before.dates.iter().map(|place| &place.file)) {
        all.entry(file.clone()).or_default();
    }
    for (path, edits) in &mut all {
        edits.extend(blanks(before, path));
        edits.sort_by_key(|edit| (edit.start, edit.end));
    }
    all
}

/// The edits that take dates and pins out of a file.
fn blanks(workspace: &Workspace, path: &RepoPath) -> Vec<Edit> {
    let dates = workspace.dates.iter().map(|place| (&place.file, &place.span, &place.text));
    let pins = workspace.pins.iter().flat_map(|pin| &pin.places);
    let all = dates.chain(pins.map(|place| (&place.file, &place.span, &place.text)));
    let blank = |(_, span, text): (&RepoPath, &std::ops::Range<usize>, &String)| Edit {
        start: span.start,
        end: span.end,
        old: text.clone(),
        new: String::new(),
        node: String::new(),
        dates: Vec::new(),
    };
    let mut blanks: Vec<Edit> = all.filter(|(file, ..)| *file == path).map(blank).collect();
    blanks.sort_by_key(|edit| (edit.start, edit.end));
    blanks
}

/// A text whose line ends do not depend on how a work tree is checked out.
fn unified(text: String) -> String {
    text.replace("\r\n", "\n")
}
