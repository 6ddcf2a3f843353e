//! Every place agrees with its group's version, and the next version can be decided.

use super::{Gate, Situation, owned};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::Code;

/// `versions`.
pub(super) struct Versions;

impl Gate for Versions {
    fn name(&self) -> &str {
        "versions"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn owns(&self, code: Code) -> bool {
        ["W03", "W05", "W01"].iter().any(|range| code.name().starts_with(range))
    }

    fn firm(&self, stage: Stage) -> Option<&'static str> {
        (stage == Stage::Release).then_some("without it nobody knows what would be released")
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        owned(self, situation, || {
            let config = &situation.workspace.config;
            let groups = situation.subjects.iter().filter_map(|subject| config.group(&subject.group));
            let count = groups.map(|group| situation.workspace.places_of(group).count()).sum();
            match count {
                0 => "the version lives in its tags alone".to_owned(),
                1 => "1 place agrees".to_owned(),
                count => format!("{count} places agree"),
            }
        })
    }
}
