//! No tag and no release branch of the version exists, here or on the remote.

use super::{Gate, Situation, needs_a_bump, owned};
use crate::model::facts::Remote;
use crate::model::gate::{Finding, Stage};
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

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let Some(plan) = situation.plan else {
            let finding = owned(self, situation, String::new);
            return if finding.verdict.bars() { finding } else { needs_a_bump() };
        };
        owned(self, situation, || {
            let names: Vec<&str> = plan.tags.iter().map(|tag| tag.name.as_str()).collect();
            let place = match &situation.facts.remote {
                Remote::Seen(seen) => format!("here and on {}", seen.name),
                _ => "here".to_owned(),
            };
            match names.as_slice() {
                [] => "no tag is made".to_owned(),
                names => format!("{} free {place}", names.join(", ")),
            }
        })
    }
}
