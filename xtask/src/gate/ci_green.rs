//! CI succeeded for exactly the commit that is tagged or published.
//!
//! In the direct flow that is the commit before the release, which CI has tried; in the reviewed flow the merged one,
//! right before its tags. At publish it is the tag's.

use std::time::Duration;

use super::{Gate, Need, Situation, forge_is_known};
use crate::forge::{Forge, trouble};
use crate::model::config::Flow;
use crate::model::forge::Ci;
use crate::model::gate::{Finding, Stage};
use crate::model::gate_rules::Wait;
use crate::model::names::CommitId;
use crate::model::problem::{Code, Problem};

/// `ci-green`.
pub(super) struct CiGreen;

/// Between two looks at a run that goes on.
const STEP: Duration = Duration::from_secs(15);
/// How long a run may take to show after the push, where anything is waited for: a branch that is pushed together with
/// its tag is no older than the job that asks.
const BEGIN: Duration = Duration::from_secs(120);

impl Gate for CiGreen {
    fn name(&self) -> &str {
        "ci-green"
    }

    fn stages(&self) -> &[Stage] {
        &Stage::ALL
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        if is_early(situation) { Need::Nothing } else { forge_is_known(situation) }
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        if situation.rehearsal {
            return Finding::off("a rehearsal has no forge");
        }
        if is_early(situation) {
            return Finding::off("asked before the tags, of the merged commit");
        }
        let forge = match situation.forge {
            Ok(Some(forge)) => forge.as_ref(),
            Ok(None) => return Finding::off("[forge] names whose CI to ask"),
            Err(problem) => return Finding::unknown(problem.what.clone(), vec![problem.clone()]),
        };
        let mut commits: Vec<&CommitId> = situation.subjects.iter().map(|subject| &subject.commit).collect();
        commits.sort();
        commits.dedup();
        let findings = commits.into_iter().map(|commit| of(forge, commit, situation));
        // The worst one speaks; there is one commit as a rule.
        findings.max_by_key(|finding| finding.verdict.bars()).unwrap_or_else(|| Finding::off("no commit"))
    }
}

/// Whether the release is only prepared: what it will be made from is not merged yet.
fn is_early(situation: &Situation<'_>) -> bool {
    let reviewed = |name| {
        let group = situation.workspace.config.group(name);
        group.is_some_and(|group| group.flow == Flow::Reviewed)
    };
    situation.stage == Stage::Release
        && match situation.plan {
            Some(plan) => plan.request.prepare,
            None => situation.subjects.iter().all(|subject| reviewed(&subject.group)),
        }
}

/// Looks until the run has ended, for so long at most as the situation allows.
fn of(forge: &dyn Forge, commit: &CommitId, situation: &Situation<'_>) -> Finding {
    let mut waited = Duration::ZERO;
    loop {
        let ci = forge.ci(commit);
        let most = match ci {
            Ok(Ci::Running { .. }) => situation.wait,
            Ok(Ci::Absent { .. }) => situation.wait.min(BEGIN),
            _ => Duration::ZERO,
        };
        let step = STEP.min(most.saturating_sub(waited));
        if !step.is_zero() && forge.pause(step) {
            waited += step;
            continue;
        }
        return match ci {
            Ok(ci) => judge(&ci, commit, waited, situation),
            Err(trouble) => {
                let what = format!("whether CI is green for {}", commit.short());
                let problem = trouble::problem(forge.kind(), forge.project(), &trouble, &what);
                Finding::unknown(trouble.why(), vec![problem])
            }
        };
    }
}

fn judge(ci: &Ci, commit: &CommitId, waited: Duration, situation: &Situation<'_>) -> Finding {
    let short = commit.short();
    let again = situation.again();
    match ci {
        Ci::Green { run } => Finding::pass(format!("{short} succeeded, {run}")),
        Ci::Red { run, word } => {
            let problem = Problem::new(Code::W0805, format!("CI ended with `{word}` for {short}: {run}"))
                .help("run the failed jobs again there, or mend what failed and push")
                .run(again);
            Finding::fail(format!("{short} ended with `{word}`, {run}"), vec![problem])
        }
        Ci::Running { run } => {
            let what = match Wait::of(waited) {
                Some(waited) => format!("CI has not ended for {short} within {waited}: {run}"),
                None => format!("CI has not ended for {short}: {run}"),
            };
            let problem = Problem::new(Code::W0806, what)
                .help("--wait 30m waits for it, as wait = \"30m\" under [gates.ci-green] does")
                .run(again);
            Finding::unknown(format!("{short} has not ended, {run}"), vec![problem])
        }
        Ci::Absent { wanted } => {
            let remote = &situation.workspace.config.release.remote;
            let branch = situation.workspace.config.release.branches.first().map_or("main", String::as_str);
            let problem = Problem::new(Code::W0807, format!("the forge has no {wanted}"))
                .help("it must be pushed, and CI must run for pushes to its branch")
                .run(format!("git push {remote} {branch}"));
            Finding::fail(format!("CI did not run for {short}"), vec![problem])
        }
    }
}
