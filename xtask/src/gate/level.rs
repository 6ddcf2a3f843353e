//! HEAD is level with the remote's branch, the release before is there; the commit to tag is on it.

use super::{Gate, Situation, owned};
use crate::model::facts::Remote;
use crate::model::gate::{Finding, OFFLINE, Stage, Verdict};
use crate::model::problem::Code;

/// `level`.
pub(super) struct Level;

impl Gate for Level {
    fn name(&self) -> &str {
        "level"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn owns(&self, code: Code) -> bool {
        matches!(code, Code::W0204 | Code::W0205 | Code::W0212 | Code::W0216 | Code::W0220)
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let remote = &situation.workspace.config.release.remote;
        let finding = owned(self, situation, || match &situation.facts.branch {
            Some(branch) => format!("{branch} is level with {remote}"),
            None => format!("the commit is on {remote}"),
        });
        let silent = !matches!(situation.facts.remote, Remote::Seen(_));
        match finding.verdict {
            Verdict::Pass if situation.offline => Finding::skipped(OFFLINE),
            Verdict::Fail if situation.offline => finding,
            Verdict::Fail if silent => Finding { verdict: Verdict::Unknown, ..finding },
            _ => finding,
        }
    }
}
