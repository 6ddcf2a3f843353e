//! What was found, held against what should be: every step that is left, or in what it is another entry.

use crate::model::entry::{Asset, Difference, Entry, Found, Look, State, Step, Stored};
use crate::model::forge::ForgeKind;

/// Every step that is left, in order; none when the entry is whole.
///
/// # Errors
/// In what the entry that stands there is another one: nothing may be done then.
pub fn judge(entry: &Entry, look: &Look, forge: ForgeKind) -> Result<Vec<Step>, Vec<Difference>> {
    match look.entries.as_slice() {
        [] => Ok(from_nothing(entry, forge)),
        [found] => from(entry, found, forge),
        several => Err(vec![Difference {
            of: "number of entries".into(),
            ours: "1".into(),
            theirs: several.iter().map(name).collect::<Vec<_>>().join(", "),
        }]),
    }
}

/// How many of the steps are made before the forge is looked at again: a draft's place is known once it is there,
/// and an entry names nothing that was not compared.
pub fn batch(steps: &[Step]) -> usize {
    let brings = |step: &Step| matches!(step, Step::Upload { .. } | Step::Discard { .. });
    let links = |step: &Step| matches!(step, Step::Link { .. });
    let leading = |is: &dyn Fn(&Step) -> bool| steps.iter().take_while(|step| is(step)).count();
    match steps.first() {
        None => 0,
        Some(step) if brings(step) => leading(&brings),
        Some(step) if links(step) => leading(&links),
        Some(_) => 1,
    }
}

fn from_nothing(entry: &Entry, forge: ForgeKind) -> Vec<Step> {
    let draft = (forge == ForgeKind::Github).then_some(Step::Draft);
    draft.into_iter().chain(entry.assets.iter().map(upload)).chain([Step::Publish]).collect()
}

fn from(entry: &Entry, found: &Found, forge: ForgeKind) -> Result<Vec<Step>, Vec<Difference>> {
    let mut differences = said(entry, found);
    differences.extend(found.assets.iter().filter_map(|stored| of_asset(entry, stored)));
    differences.extend(twice(found));
    let (mut bring, mut links) = (Vec::new(), Vec::new());
    for asset in &entry.assets {
        let link = || Step::Link { asset: asset.name.clone() };
        match found.assets.iter().find(|stored| stored.name == asset.name).map(|stored| &stored.state) {
            None => {
                bring.push(upload(asset));
                links.extend((forge == ForgeKind::Gitlab).then(link));
            }
            Some(State::Unfinished) => {
                bring.extend([Step::Discard { asset: asset.name.clone() }, upload(asset)]);
            }
            Some(State::Unlinked { .. }) => links.push(link()),
            Some(State::Whole { .. } | State::Elsewhere { .. }) => {}
        }
    }
    if found.draft {
        // The last step makes all links at once.
        bring.push(Step::Publish);
    } else {
        differences.extend(frozen(found, bring.iter().chain(&links)));
        bring.append(&mut links);
        bring.extend((entry.latest && found.latest == Some(false)).then_some(Step::Latest));
    }
    if differences.is_empty() { Ok(bring) } else { Err(differences) }
}

fn upload(asset: &Asset) -> Step {
    Step::Upload { asset: asset.name.clone(), bytes: asset.size }
}

/// What a published entry does not let anybody do any more: an immutable one anything, others removing an asset.
fn frozen<'a>(found: &Found, steps: impl Iterator<Item = &'a Step>) -> Option<Difference> {
    let (asset, state) = steps.into_iter().find_map(|step| match step {
        Step::Discard { asset } => Some((asset, "its upload did not end, and the entry is published")),
        Step::Upload { asset, .. } | Step::Link { asset } if found.immutable => {
            Some((asset, "missing, and the entry is immutable"))
        }
        _ => None,
    })?;
    Some(Difference { of: format!("asset {asset}"), ours: "whole".into(), theirs: state.into() })
}

/// What an entry says of itself.
fn said(entry: &Entry, found: &Found) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut differs = |of: &str, ours: String, theirs: Option<String>| {
        if let Some(theirs) = theirs.filter(|theirs| *theirs != ours) {
            differences.push(Difference { of: of.into(), ours, theirs });
        }
    };
    differs("title", entry.title.clone(), found.title.clone());
    differs("notes", text(&entry.notes), found.notes.as_deref().map(text));
    let mark = |prerelease: bool| if prerelease { "pre-release" } else { "final" }.to_owned();
    differs("kind", mark(entry.prerelease), found.prerelease.map(mark));
    differs("commit", entry.commit.to_string(), found.commit.as_ref().map(ToString::to_string));
    differences
}

/// Forges bring line ends and blank lines at the end into a form of their own.
fn text(notes: &str) -> String {
    notes.replace("\r\n", "\n").trim_end().to_owned()
}

fn of_asset(entry: &Entry, stored: &Stored) -> Option<Difference> {
    let of = format!("asset {}", stored.name);
    let Some(asset) = entry.asset(&stored.name) else {
        return Some(Difference { of, ours: "none of this name".into(), theirs: "there".into() });
    };
    let theirs = match &stored.state {
        State::Whole { sha256 } | State::Unlinked { sha256 }
            if sha256.eq_ignore_ascii_case(&asset.sha256) =>
        {
            return None;
        }
        State::Unfinished => return None,
        State::Whole { sha256 } | State::Unlinked { sha256 } => format!("sha256:{sha256}"),
        State::Elsewhere { url } => url.clone(),
    };
    Some(Difference { of, ours: format!("sha256:{}", asset.sha256), theirs })
}

fn twice(found: &Found) -> Option<Difference> {
    let mut names: Vec<&str> = found.assets.iter().map(|stored| stored.name.as_str()).collect();
    names.sort_unstable();
    let name = names.windows(2).find(|two| two[0] == two[1])?[0];
    Some(Difference { of: format!("asset {name}"), ours: "1".into(), theirs: "there several times".into() })
}

fn name(found: &Found) -> String {
    let kind = if found.draft { "draft" } else { "entry" };
    format!("{kind} {}", found.id)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
