//! The edits that follow a Go module to its next path.

use std::collections::BTreeMap;

use super::Step;
use crate::model::edit::Edit;
use crate::model::path::RepoPath;
use crate::model::problem::Problems;
use crate::workspace::Workspace;

/// Adds the edits of every crossing; what forbids one is told, and so is a manifest that does not
/// fit its next version though nobody looked for what names it.
pub(super) fn follow(
    workspace: &Workspace,
    steps: &[Step<'_>],
    edits: &mut BTreeMap<RepoPath, Vec<Edit>>,
) -> Problems {
    let mut problems = Problems::new();
    for step in steps {
        let of_step = |package| step.group.packages.contains(package);
        let known =
            || workspace.crossings.iter().filter(|one| of_step(&one.package) && one.next == step.next);
        if known().next().is_none() {
            problems.extend(workspace.misfits(step.group, step.next));
        }
        for crossing in known() {
            problems.extend(crossing.problems.iter().cloned());
            for spot in &crossing.spots {
                let file = edits.entry(spot.file.clone()).or_default();
                let planned = |edit: &Edit| edit.start < spot.span.end && spot.span.start < edit.end;
                if spot.old == spot.new || (spot.yields && file.iter().any(planned)) {
                    continue;
                }
                file.push(Edit {
                    start: spot.span.start,
                    end: spot.span.end,
                    old: spot.old.clone(),
                    new: spot.new.clone(),
                    node: spot.node.clone(),
                    dates: Vec::new(),
                });
            }
        }
    }
    problems
}
