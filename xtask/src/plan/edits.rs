//! The edits that bring every place to its group's next version, and requirements along with it.

use std::collections::BTreeMap;

use super::Step;
use super::agreement::disagreements;
use super::requirements::brought_along;
use crate::model::edit::Edit;
use crate::model::path::RepoPath;
use crate::model::place::Place;
use crate::model::problem::Problems;
use crate::workspace::Workspace;

/// Edits by file, every place that did not agree before, every requirement left behind.
pub(super) fn of_places(
    workspace: &Workspace,
    steps: &[Step<'_>],
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
    let (more, left_behind) = brought_along(workspace, steps);
    for (file, list) in more {
        edits.entry(file).or_default().extend(list);
    }
    problems.extend(left_behind);
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
