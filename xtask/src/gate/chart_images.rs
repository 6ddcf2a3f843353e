//! The images that a chart asks for are ones that this release publishes: the same name, and a tag that one
//! of the target's templates gives.
//!
//! Names and tags are compared at the version that the tree holds. How one follows from the other does not
//! change with it, but where a tag is spelled out and nothing moves it.

use super::{Gate, Situation};
use crate::ecosystem::rendered::{By, Image};
use crate::model::form::Form;
use crate::model::gate::{Finding, Stage};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::{TagHold, Target, TargetKind, hold};

/// `chart-images`.
pub(super) struct ChartImages;

impl Gate for ChartImages {
    fn name(&self) -> &str {
        "chart-images"
    }

    fn stages(&self) -> &[Stage] {
        &Stage::ALL
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let of =
            |kind: TargetKind| situation.targets.iter().copied().filter(move |target| target.kind == kind);
        if of(TargetKind::Helm).next().is_none() {
            return Finding::off("no chart is published");
        }
        let claims = || situation.workspace.config.packages.iter().flat_map(|package| &package.images);
        if of(TargetKind::Image).next().is_none() && claims().next().is_none() {
            return Finding::off("no image is published");
        }
        let asked = match situation.images {
            Ok(asked) => asked,
            Err(problem) => return Finding::unknown(problem.what.clone(), vec![problem.clone()]),
        };
        let mut problems = Problems::new();
        let mut ours = 0;
        for image in &asked.images {
            let all = &situation.workspace.config.targets;
            if let Some(target) = of(TargetKind::Image).find(|target| names(target, &image.repository)) {
                ours += 1;
                problems.extend(missing(situation, target, image));
            } else if all.iter().any(|target| names(target, &image.repository)) {
                // Another group's release publishes it.
            } else if claims().any(|name| *name == image.repository) {
                let what = format!("the chart asks for {}, which no target publishes", image.repository);
                problems.push(problem(image, what).help("add a [[targets]] of kind `image` for it"));
            }
        }
        let finding = match (problems.first(), ours) {
            (Some(first), _) => Finding::fail(first.what.clone(), problems),
            (None, 0) => Finding::off("the chart names no image that is published here"),
            (None, 1) => Finding::pass("1 image of the chart is one that is published"),
            (None, ours) => Finding::pass(format!("{ours} images of the chart are ones that are published")),
        };
        match asked.unread.as_slice() {
            [] => finding,
            unread => finding.remind(format!(
                "chart-images: which images the chart asks for at {}, which only helm can render",
                unread.join(", ")
            )),
        }
    }
}

/// Whether a target is the image that a chart names; its registry may be said elsewhere in the values.
fn names(target: &Target, repository: &str) -> bool {
    let Some(name) = target.oci().map(|name| name.as_str()) else { return false };
    let end = name.strip_suffix(repository).is_some_and(|before| before.ends_with('/'));
    name == repository || (end && repository.contains('/'))
}

/// Why nobody could pull what the chart asks for.
fn missing(situation: &Situation<'_>, target: &Target, image: &Image) -> Option<Problem> {
    let config = &situation.released.config;
    let package = config.package(&target.package)?;
    let version = situation.released.current(config.group_of(&target.package)?)?;
    let form = package.form.unwrap_or(Form::SEMVER);
    let tags: Vec<String> =
        target.tags.iter().map(|tag| tag.render(version, form, |_| target.package.to_string())).collect();
    let name = target.oci()?.as_str();
    let asked = image.tag.as_deref().unwrap_or("latest");
    let Some(given) = tags.iter().position(|tag| tag == asked) else {
        let what = format!("the chart asks for {}, and {name} gets {}", image.shown(), tags.join(", "));
        let help = match image.by {
            By::Chart => {
                "let the template spell the tag as the target does, or `tags` of the target as the template"
            }
            By::Values => "set `tag` in the values to one of them, or name it under `tags` of the target",
            By::Template | By::Letter => {
                "let the template ask for one of them, such as the chart's appVersion, or name it under `tags` of the target"
            }
        };
        return Some(problem(image, what).help(help));
    };
    // What is spelled out says the version of the release before, unless the release changes it.
    let spelled = matches!(image.by, By::Letter | By::Values);
    let lags =
        situation.stage == Stage::Release && spelled && hold(&target.tags[given], form) == TagHold::Fixed;
    let places = &situation.released.places;
    let moves = || places.iter().any(|place| place.file == image.file && place.line == image.line);
    (lags && !moves()).then(|| {
        let what = format!("the chart asks for {} whatever is released", image.shown());
        let pattern = format!("{}:{}", image.repository, asked.replace(&version.to_string(), "{version}"));
        let place = format!(
            "places = [{{ file = \"{}\", pattern = \"{pattern}\" }}]",
            seen_from(&package.path, &image.file)
        );
        problem(image, what).help(format!(
            "let the chart's appVersion say the tag, or declare it as a place of the package {}: {place}",
            target.package
        ))
    })
}

/// A file as a place of a package names it: from the package's folder.
fn seen_from(folder: &RepoPath, file: &RepoPath) -> String {
    match file.below(folder) {
        Some(inside) => inside.to_owned(),
        None => "../".repeat(folder.as_str().split('/').count()) + file.as_str(),
    }
}

fn problem(image: &Image, what: String) -> Problem {
    Problem::new(Code::W0825, what)
        .at_line(&image.file, image.line)
        .why("who installs the chart with its own values would pull an image that is not there")
}
