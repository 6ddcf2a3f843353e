//! The work tree is clean, and no other git is at work in it.

use super::{Gate, Situation, owned};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::Code;

/// `tree`.
pub(super) struct Tree;

impl Gate for Tree {
    fn name(&self) -> &str {
        "tree"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn owns(&self, code: Code) -> bool {
        matches!(code, Code::W0202 | Code::W0215)
    }

    fn firm(&self, _: Stage) -> Option<&'static str> {
        Some("what is not committed would become part of the release commit")
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        owned(self, situation, || "nothing differs from HEAD".into())
    }
}
