//! The notes are there, and the changelog can take them.

use super::{Gate, Situation, needs_a_bump, owned};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::Code;

/// `changelog`.
pub(super) struct Changelog;

impl Gate for Changelog {
    fn name(&self) -> &str {
        "changelog"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn owns(&self, code: Code) -> bool {
        code.name().starts_with("W04") || code == Code::W0210
    }

    fn firm(&self, _: Stage) -> Option<&'static str> {
        Some("a release without its notes can't be planned")
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let Some(plan) = situation.plan else {
            let finding = owned(self, situation, String::new);
            return if finding.verdict.bars() { finding } else { needs_a_bump() };
        };
        owned(self, situation, || match plan.deletions.len() {
            0 => "ready".to_owned(),
            1 => "ready, with 1 fragment".to_owned(),
            count => format!("ready, with {count} fragments"),
        })
    }
}
