//! The branch is one that releases are cut from.

use super::{Gate, Situation, owned};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::Code;

/// `branch`.
pub(super) struct Branch;

impl Gate for Branch {
    fn name(&self) -> &str {
        "branch"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn owns(&self, code: Code) -> bool {
        matches!(code, Code::W0203 | Code::W0213)
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        owned(self, situation, || match &situation.facts.branch {
            Some(branch) => branch.to_string(),
            None => "no branch is checked out".into(),
        })
    }
}
