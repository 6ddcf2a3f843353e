//! The edits that bring every place to its group's next version, and dates to the release's.

use std::collections::BTreeMap;

use super::Step;
use super::agreement::disagreements;
use crate::model::config::Dates;
use crate::model::date::Date;
use crate::model::edit::Edit;
use crate::model::path::RepoPath;
use crate::model::place::{DatePlace, Place};
use crate::model::problem::Problems;
use crate::workspace::Workspace;

/// Edits by file, and every place that did not agree before.
pub(super) fn of_places(
    workspace: &Workspace,
    steps: &[Step<'_>],
    date: Date,
) -> (BTreeMap<RepoPath, Vec<Edit>>, Problems) {
    let mut edits: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
    let mut problems = workspace.problems.clone();
    for step in steps {
        problems.extend(disagreements(workspace, step.group, step.current));
    }
    let next: BTreeMap<_, _> = steps
        .iter()
        .flat_map(|step| step.group.packages.iter().map(move |package| (package, step.next)))
        .collect();
    for place in &workspace.places {
        let Some(next) = next.get(&place.package) else { continue };
        let new = place.form.render(*next);
        if new != place.text {
            edits.entry(place.file.clone()).or_default().push(edit(place, new));
        }
    }
    for place in &workspace.dates {
        let Some(next) = next.get(&place.package) else { continue };
        let rule = workspace.config.package(&place.package).map(|package| package.dates).unwrap_or_default();
        if rule == Dates::Every || next.is_stable() {
            edits.entry(place.file.clone()).or_default().push(dated(place, date));
        }
    }
    (edits, problems)
}

/// The edit stands in the plan even where the date is right already, so that the plan of another
/// day has the same id.
fn dated(place: &DatePlace, date: Date) -> Edit {
    let new = date.to_string();
    Edit {
        start: place.span.start,
        end: place.span.end,
        old: place.text.clone(),
        node: place.node.clone(),
        dates: std::iter::once(0..new.len()).collect(),
        new,
    }
}

fn edit(place: &Place, new: String) -> Edit {
    Edit {
        start: place.span.start,
        end: place.span.end,
        old: place.text.clone(),
        new,
        node: place.node.clone(),
        dates: Vec::new(),
    }
}
