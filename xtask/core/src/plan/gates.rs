//! What the gates found, written into the plan. The id stays: the same release, rehearsed without a
//! gate, is the same release.

use super::{Standings, agreement, conditions, requirements, tidy};
use crate::model::config::TagKind;
use crate::model::facts::Facts;
use crate::model::gate::{Finding, OFFLINE, Skip};
use crate::model::plan::Plan;
use crate::model::problem::{Problem, Problems};
use crate::model::request::Request;
use crate::workspace::Workspace;

/// Adds findings and skips. What bars the release becomes unmet; `passed_over` says which conditions of
/// the plan belong to a gate that is skipped. A line for each skip ends the annotated tags' messages.
pub fn judged(
    plan: &mut Plan,
    findings: Vec<Finding>,
    skips: Vec<Skip>,
    passed_over: &dyn Fn(&Problem) -> bool,
) {
    plan.unmet.retain(|problem| !passed_over(problem));
    let barring = findings.iter().filter(|finding| finding.verdict.bars());
    plan.unmet.extend(barring.flat_map(|finding| finding.problems.iter().cloned()));
    plan.unmet = tidy(std::mem::take(&mut plan.unmet));
    let lines = lines(&skips);
    for tag in plan.tags.iter_mut().filter(|tag| tag.kind == TagKind::Annotated && !lines.is_empty()) {
        tag.message = format!("{}\n\n{lines}", tag.message.trim_end());
    }
    plan.gates = findings;
    plan.skips = skips;
}

/// `Gate skipped: ci-green (the forge is down)`, a line each; what `--offline` left out stands in one.
fn lines(skips: &[Skip]) -> String {
    let (offline, named): (Vec<&Skip>, Vec<&Skip>) = skips.iter().partition(|skip| skip.reason == OFFLINE);
    let mut lines: String =
        named.iter().map(|skip| format!("Gate skipped: {} ({})\n", skip.gate, skip.reason)).collect();
    if !offline.is_empty() {
        let names: Vec<&str> = offline.iter().map(|skip| skip.gate.as_str()).collect();
        lines.push_str(&format!("Gates skipped: {} ({OFFLINE})\n", names.join(", ")));
    }
    lines
}

/// What stands against any release of the request's groups, whatever its version.
pub fn before_a_bump(workspace: &Workspace, facts: &Facts, request: &Request) -> Problems {
    let standings = Standings::new(workspace, facts);
    let groups = request.groups.iter().filter_map(|name| workspace.config.group(name));
    let mut unmet = conditions::unmet(workspace, &standings, facts, request);
    unmet.extend(
        groups.flat_map(|group| agreement::of_group(workspace, group, standings.released(&group.name))),
    );
    unmet.extend(requirements::not_admitting(workspace));
    unmet.extend(workspace.problems.iter().cloned());
    tidy(unmet)
}
