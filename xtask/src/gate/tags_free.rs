//! No tag and no release branch of the version exists, here or on the remote.

use super::protected::unseen;
use super::{Gate, Situation, needs_a_bump, owned};
use crate::model::facts::Remote;
use crate::model::gate::{Finding, Stage, Verdict};
use crate::model::problem::Code;

/// `tags-free`.
pub(super) struct TagsFree;

impl Gate for TagsFree {
    fn name(&self) -> &str {
        "tags-free"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn owns(&self, code: Code) -> bool {
        matches!(code, Code::W0206 | Code::W0214)
    }

    fn firm(&self, _: Stage) -> Option<&'static str> {
        Some("a tag is never moved")
    }

    fn looks_here_alone(&self, situation: &Situation<'_>) -> bool {
        situation.offline
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let Some(plan) = situation.plan else {
            let finding = owned(self, situation, String::new);
            return if finding.verdict.bars() { finding } else { needs_a_bump(situation) };
        };
        let remote = &situation.facts.remote;
        let finding = owned(self, situation, || {
            let names: Vec<&str> = plan.tags.iter().map(|tag| tag.name.as_str()).collect();
            let place = match remote {
                Remote::Seen(seen) => format!("here and on {}", seen.name),
                Remote::Offline => {
                    format!("here; {} was not asked", situation.workspace.config.release.remote)
                }
                _ => "here".to_owned(),
            };
            match names.as_slice() {
                [] => "no tag is made".to_owned(),
                [one] => format!("{one} free {place}"),
                names => format!("{} tags free {place}", names.len()),
            }
        });
        // What nobody saw may be taken.
        match (&finding.verdict, remote) {
            (Verdict::Pass, Remote::Unreachable { name, .. }) if !situation.offline => {
                let told = situation.unmet.iter().find(|problem| problem.code == Code::W0205);
                let seen = unseen(name.as_str(), remote);
                let problems = told.map_or(seen.problems, |problem| vec![problem.clone()]);
                Finding::unknown(seen.seen, problems)
            }
            _ => finding,
        }
    }
}
