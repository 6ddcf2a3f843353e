//! Every place agrees with its group's version: the next one can be decided, and a tag means what stands in
//! its commit.

use super::{Gate, Situation, owned};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problems};
use crate::plan::{Standings, agreement, requirements};

/// `versions`.
pub(super) struct Versions;

impl Gate for Versions {
    fn name(&self) -> &str {
        "versions"
    }

    fn stages(&self) -> &[Stage] {
        &Stage::ALL
    }

    fn owns(&self, code: Code) -> bool {
        code != Code::W0316 && ["W03", "W05", "W01"].iter().any(|range| code.name().starts_with(range))
    }

    fn firm(&self, stage: Stage) -> Option<&'static str> {
        (stage == Stage::Release).then_some("without it nobody knows what would be released")
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        match situation.stage {
            Stage::Release => owned(self, situation, || agreeing(situation)),
            Stage::Publish => tagged(situation),
        }
    }
}

/// `12 places agree`.
fn agreeing(situation: &Situation<'_>) -> String {
    let config = &situation.workspace.config;
    let groups = situation.subjects.iter().filter_map(|subject| config.group(&subject.group));
    match groups.map(|group| situation.released.places_of(group).count()).sum() {
        0 => "the version lives in its tags alone".to_owned(),
        1 => "1 place agrees".to_owned(),
        count => format!("{count} places agree"),
    }
}

/// What `check --tag` says of the tag's commit.
fn tagged(situation: &Situation<'_>) -> Finding {
    let workspace = situation.released;
    let tags: Vec<&str> = situation.facts.tags.keys().map(String::as_str).collect();
    let standings = Standings::of_tags(workspace, &tags);
    let mut problems: Problems = workspace.problems.clone();
    for subject in situation.subjects {
        if let Some(group) = workspace.config.group(&subject.group) {
            problems.extend(agreement::of_group(workspace, group, standings.released(&group.name)));
        }
        if let Some(tag) = &subject.tag {
            problems.extend(agreement::of_tag(workspace, tag.as_str()));
        }
    }
    problems.extend(requirements::not_admitting(workspace));
    problems.sort();
    problems.dedup();
    match problems.first() {
        None => Finding::pass(agreeing(situation)),
        Some(first) => Finding::fail(first.what.clone(), problems),
    }
}
