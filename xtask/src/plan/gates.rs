//! What the gates found, written into the plan. The id stays: the same release, rehearsed without a
//! gate, is the same release.

use super::tidy;
use crate::model::config::TagKind;
use crate::model::gate::{Finding, Skip, Verdict};
use crate::model::plan::Plan;
use crate::model::problem::Problem;

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
    let lines: String = skips.iter().map(line).collect();
    for tag in plan.tags.iter_mut().filter(|tag| tag.kind == TagKind::Annotated && !lines.is_empty()) {
        tag.message = format!("{}\n\n{lines}", tag.message.trim_end());
    }
    plan.gates = findings;
    plan.skips = skips;
}

/// `Gate skipped: ci-green (the forge is down)`.
fn line(skip: &Skip) -> String {
    format!("Gate skipped: {} ({})\n", skip.gate, skip.reason)
}

/// The skips among findings.
pub fn skips(findings: &[Finding]) -> Vec<Skip> {
    let skip = |finding: &Finding| match &finding.verdict {
        Verdict::Skipped { reason } => Some(Skip { gate: finding.gate.clone(), reason: reason.clone() }),
        _ => None,
    };
    findings.iter().filter_map(skip).collect()
}
