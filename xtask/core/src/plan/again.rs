//! Declared patterns, looked for again in the texts that a plan leaves.

use std::collections::BTreeMap;

use super::Step;
use crate::ecosystem::declared::{self, Found};
use crate::model::config::{After, Find, PlaceRule};
use crate::model::edit::{Edit, apply};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::Place;
use crate::model::plan::FilePlan;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::Bump;
use crate::model::tree::Source;
use crate::model::version::Version;
use crate::workspace::Workspace;

/// Every pattern in an edited file that is not found again as its rule says: as often, where it is
/// moved with the next version, else with what it found before (`W0325`).
pub(super) fn lost(workspace: &Workspace, bump: Bump, steps: &[Step<'_>], files: &[FilePlan]) -> Problems {
    let config = &workspace.config;
    let edited: BTreeMap<&RepoPath, &FilePlan> = files.iter().map(|file| (&file.path, file)).collect();
    let next = |package: &Name| {
        let step = steps.iter().find(|step| step.group.packages.contains(package))?;
        Some(step.next)
    };
    let mut problems = Problems::new();
    let mut after: BTreeMap<&RepoPath, Source> = BTreeMap::new();
    for package in &config.packages {
        for rule in package.places.iter().filter(|rule| matches!(rule.find, Find::Pattern { .. })) {
            let Some((file, before)) = edited.get(&rule.file).zip(workspace.sources.get(&rule.file)) else {
                continue;
            };
            let moves = (rule.after == After::Publish) == (bump == Bump::AfterPublish);
            let next = next(&package.name).filter(|_| moves);
            let Some(form) = form_of(workspace, rule, before) else { continue };
            let source = after.entry(&rule.file).or_insert_with(|| Source {
                path: rule.file.clone(),
                text: apply(&before.text, &file.edits).unwrap_or_default(),
            });
            let look = |source: &Source| declared::in_text(config, rule, source, form);
            let Ok(known) = look(before) else { continue };
            let why = match look(source) {
                Ok(found) => differs(rule, &known, &found, next),
                Err(problem) => Some(problem.what),
            };
            problems.extend(why.map(|why| problem(workspace, rule, file, &why)));
        }
    }
    problems
}

/// The form in which a rule's `{version}` was read: the one in which it finds the places as they are.
/// None where they were not found: that is told already.
fn form_of(workspace: &Workspace, rule: &PlaceRule, source: &Source) -> Option<Form> {
    let first = workspace.places.partition_point(|place| place.file < rule.file);
    let here: Vec<&Place> =
        workspace.places[first..].iter().take_while(|place| place.file == rule.file).collect();
    let mut forms: Vec<Form> = here.iter().map(|place| place.form).collect();
    forms.extend([Form::SEMVER, Form::PEP440, Form::MAVEN]);
    forms.sort();
    forms.dedup();
    forms.into_iter().find(|form| {
        let found = declared::in_text(&workspace.config, rule, source, *form).unwrap_or_default();
        let is_place = |(_, scalar, form): &Found| {
            here.iter().any(|place| place.span == scalar.span && place.form == *form)
        };
        !found.is_empty() && found.iter().all(is_place)
    })
}

/// In what one look differs from what the other should lead to.
fn differs(rule: &PlaceRule, before: &[Found], after: &[Found], next: Option<Version>) -> Option<String> {
    before.iter().zip(after).find_map(|((_, old, _), (node, new, form))| {
        let meant = next.map_or_else(|| old.text.clone(), |next| form.render(next));
        let at = format!("`{node}` finds `{}` in `{}` (line {})", new.text, rule.file, new.line);
        (new.text != meant).then(|| format!("{at}, not `{meant}`"))
    })
}

fn problem(workspace: &Workspace, rule: &PlaceRule, file: &FilePlan, why: &str) -> Problem {
    let Find::Pattern { pattern, .. } = &rule.find else { unreachable!("patterns alone are looked for") };
    let text = pattern.to_string();
    let inside = |edit: &&Edit| !edit.old.is_empty() && text.contains(&edit.old);
    let problem = Problem::new(Code::W0325, format!("once this release is made, {why}"))
        .at_file(&workspace.config.file, Some(rule.line));
    match file.edits.iter().find(inside) {
        Some(edit) => problem.why(format!("`{}` in the pattern is changed by the release", edit.old)),
        None => problem.why("the next check would fail on the release's commit"),
    }
    .help("choose another text around `{version}`, one that stays")
}
