//! The edits that bring every place to its group's next version.

use std::collections::BTreeMap;

use super::agreement::{disagreements, left_behind};
use super::{Standings, Step};
use crate::model::edit::Edit;
use crate::model::path::RepoPath;
use crate::model::place::{Place, Role};
use crate::model::problem::Problems;
use crate::model::request::Bump;
use crate::workspace::Workspace;

/// Edits by file, and every place that did not agree before.
pub(super) fn of_places(
    workspace: &Workspace,
    standings: &Standings,
    bump: Bump,
    steps: &[Step<'_>],
) -> (BTreeMap<RepoPath, Vec<Edit>>, Problems) {
    let mut edits: BTreeMap<RepoPath, Vec<Edit>> = BTreeMap::new();
    let mut problems = workspace.problems.clone();
    for step in steps {
        let released = standings.released(&step.group.name);
        problems.extend(disagreements(workspace, step.group, step.current, released));
        if bump.is_release() {
            problems.extend(left_behind(workspace, step.group, step.next, released));
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
    (edits, problems)
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
