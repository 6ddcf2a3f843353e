//! The images that a chart asks for are ones that this release publishes: the same name, and a tag that one
//! of the target's templates gives.
//!
//! Names and tags are compared at the version that the tree holds. How one follows from the other does not
//! change with it.

use super::{Gate, Situation};
use crate::ecosystem::rendered::Image;
use crate::model::form::Form;
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::{Target, TargetKind};

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
        if of(TargetKind::Image).next().is_none() {
            return Finding::off("no image is published");
        }
        let images = match situation.images {
            Ok(images) => images,
            Err(problem) => return Finding::unknown(problem.what.clone(), vec![problem.clone()]),
        };
        let mut problems = Problems::new();
        let mut ours = 0;
        for image in images {
            let target = of(TargetKind::Image).find(|target| names(target, &image.repository));
            let claimed = situation.workspace.config.packages.iter().flat_map(|package| &package.images);
            match target {
                Some(target) => {
                    ours += 1;
                    problems.extend(missing(situation, target, image));
                }
                None if claimed.clone().any(|name| *name == image.repository) => {
                    let what = format!("the chart asks for {}, which no target publishes", image.repository);
                    problems.push(problem(image, what).help("add a [[targets]] of kind `image` for it"));
                }
                None => {}
            }
        }
        match (problems.first(), ours) {
            (Some(first), _) => Finding::fail(first.what.clone(), problems),
            (None, 0) => Finding::off("the chart's values name no image that is published here"),
            (None, 1) => Finding::pass("1 image of the chart is one that is published"),
            (None, ours) => Finding::pass(format!("{ours} images of the chart are ones that are published")),
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
    if tags.iter().any(|tag| tag == asked) {
        return None;
    }
    let what =
        format!("the chart asks for {}:{asked}, and {name} gets {}", image.repository, tags.join(", "));
    let help = match image.by_chart {
        true => "let the template spell the tag as the target does, or `tags` of the target as the template",
        false => "set `tag` in the values to one of them, or name it under `tags` of the target",
    };
    Some(problem(image, what).help(help))
}

fn problem(image: &Image, what: String) -> Problem {
    Problem::new(Code::W0825, what)
        .at_line(&image.file, image.line)
        .why("who installs the chart with its own values would pull an image that is not there")
}
