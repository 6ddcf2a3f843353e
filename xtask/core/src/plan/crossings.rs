//! The edits that follow a Go module to its next path.

use std::collections::BTreeMap;

use super::Step;
use crate::ecosystem::Crossing;
use crate::model::edit::Edit;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::requirement::Policy;
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
            for spot in crossing.spots.iter().filter(|spot| !stays(workspace, crossing, &spot.file)) {
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

/// Whether a file is another module's whose requirements are left alone: it goes on with the old path.
fn stays(workspace: &Workspace, crossing: &Crossing, file: &RepoPath) -> bool {
    let modules = workspace.manifests.iter().filter(|manifest| manifest.ecosystem == "go");
    let around = modules.filter(|module| file.below(&module.folder).is_some());
    let nearest = around.max_by_key(|module| module.folder.components().count());
    nearest.is_some_and(|module| {
        module.package != crossing.package && workspace.config.policy(&module.package) == Policy::Leave
    })
}

/// What goes on naming a path that a module leaves, for a person to look at.
pub(super) fn named(workspace: &Workspace, steps: &[Step<'_>]) -> Problems {
    let of_steps = |crossing: &&Crossing| {
        steps.iter().any(|step| step.group.packages.contains(&crossing.package) && step.next == crossing.next)
    };
    let crossings = workspace.crossings.iter().filter(of_steps).filter(|one| !one.named.is_empty());
    let warning = |crossing: &Crossing| {
        let what = format!("`{}` is named where nothing follows it to its next path", crossing.from);
        let first = &crossing.named[0];
        let problem = Problem::new(Code::W0331, what).at_line(&first.file, first.lines[0]);
        crossing.named.iter().fold(problem, |problem, one| {
            let lines: Vec<_> = one.lines.iter().map(usize::to_string).collect();
            let s = if lines.len() == 1 { "" } else { "s" };
            problem.help(format!("look at `{}`, line{s} {}", one.file, lines.join(", ")))
        })
    };
    crossings.map(warning).collect()
}
