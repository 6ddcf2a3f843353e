//! The edits that bring every place to its group's next version, requirements along with it, and
//! dates to the release's.

use std::collections::BTreeMap;

use super::agreement::{disagreements, left_behind};
use super::requirements::brought_along;
use super::{Standings, Step};
use crate::model::config::Dates;
use crate::model::date::Date;
use crate::model::edit::Edit;
use crate::model::path::RepoPath;
use crate::model::place::{DatePlace, Place, Role};
use crate::model::problem::Problems;
use crate::model::request::Bump;
use crate::workspace::Workspace;

/// Edits by file, every place that did not agree before, every requirement left behind.
pub(super) fn of_places(
    workspace: &Workspace,
    standings: &Standings,
    bump: Bump,
    steps: &[Step<'_>],
    date: Date,
) -> (BTreeMap<RepoPath, Vec<Edit>>, Problems) {
    let mut edits: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
    let mut problems = workspace.problems.clone();
    for step in steps {
        let released = standings.released(&step.group.name);
        problems.extend(disagreements(workspace, step.group, step.current, released));
        if bump != Bump::AfterPublish {
            problems.extend(left_behind(workspace, step.group, step.current, step.next, released));
        }
    }
    let next: BTreeMap<_, _> = steps
        .iter()
        .flat_map(|step| step.group.packages.iter().map(move |package| (package, step.next)))
        .collect();
    // What waits for a publication follows in a commit of its own, and alone.
    let waiting = bump == Bump::AfterPublish;
    for place in workspace.places.iter().filter(|place| (place.role == Role::Waiting) == waiting) {
        let Some(next) = next.get(&place.package) else { continue };
        let new = place.form.render(*next);
        if new != place.text {
            edits.entry(place.file.clone()).or_default().push(edit(place, new));
        }
    }
    let (more, left_behind) = brought_along(workspace, steps);
    for (file, list) in more {
        edits.entry(file).or_default().extend(list);
    }
    problems.extend(left_behind);
    for place in workspace.dates.iter().filter(|_| bump.is_release()) {
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
