//! What is to be built for a group, worked out before anything is: each job with what must come of it.

use crate::ecosystem::Manifest;
use crate::model::artifact::Coordinate;
use crate::model::config::Group;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::registry_name::normalised_pypi;
use crate::model::target::{Target, TargetKind, TargetName};
use crate::model::template::Template;
use crate::model::version::Version;
use crate::workspace::Workspace;

/// One build of one package. Targets that differ only in where they publish share it.
#[derive(Clone, Debug)]
pub struct Job {
    pub package: Name,
    pub kind: TargetKind,
    /// The package's folder.
    pub folder: RepoPath,
    /// The name that the artifact itself must say; of an image and of files there is none.
    pub own_name: String,
    /// As the kind spells it, inside the artifact too.
    pub version: String,
    /// What the artifact is at each of its registries.
    pub coordinates: Vec<Coordinate>,
    /// Programs that run first, with their arguments.
    pub before: Vec<Vec<String>>,
    pub image: Option<ImageJob>,
    /// Globs from the repository's root.
    pub files: Vec<String>,
    /// Globs of the wheels that a release has.
    pub wheels: Vec<String>,
    /// What is kept of a Python package.
    pub keeps: Keeps,
    /// Crates of the group in the same workspace, this one included.
    pub siblings: Vec<String>,
    /// The registry of the first target that names one.
    pub registry: Option<Name>,
}

/// What a build keeps of a Python package. Each interpreter and platform has a wheel of its own, the sdist is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keeps {
    #[default]
    All,
    Wheels,
    Sdist,
}

/// An image's own part of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageJob {
    pub dockerfile: RepoPath,
    pub context: RepoPath,
    pub args: Vec<(String, String)>,
    /// The name of its layout: `api.oci`.
    pub layout: String,
}

impl Job {
    /// `api/image`.
    pub fn label(&self) -> String {
        format!("{}/{}", self.package, self.kind)
    }

    /// Whether a word of `--only` names it: `api/image`, `api` or `image`.
    pub fn is_named(&self, word: &str) -> bool {
        word == self.label() || word == self.package.as_str() || word == self.kind.name()
    }
}

/// The jobs of a group's targets that take a version, in the config's order.
///
/// # Errors
/// `W0733` for targets that do not fit their packages, all at once; `W0739` when there is nothing to build.
pub fn jobs(workspace: &Workspace, group: &Group, version: Version) -> Result<Vec<Job>, Problems> {
    let ours = |target: &&Target| group.packages.contains(&target.package);
    let targets: Vec<&Target> = workspace.config.targets.iter().filter(ours).collect();
    if !targets.iter().any(|target| target.takes(version)) {
        let what = match targets.len() {
            0 => format!("no target publishes a package of the group `{}`", group.name),
            _ => format!("every target of the group `{}` takes final versions only", group.name),
        };
        let help = "say where it is published: [[targets]] in windlass.toml";
        return Err(vec![Problem::new(Code::W0739, what).help(help)]);
    }
    let mut jobs: Vec<Job> = Vec::new();
    let mut problems = Problems::new();
    for target in targets.into_iter().filter(|target| target.takes(version)) {
        match job(workspace, target, version) {
            Ok(job) => add(&mut jobs, job),
            Err(problem) => problems.push(problem.at_file(&workspace.config.file, Some(target.line))),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let crates: Vec<String> =
        jobs.iter().filter(|job| job.kind == TargetKind::Crates).map(|job| job.own_name.clone()).collect();
    jobs.iter_mut().for_each(|job| job.siblings.clone_from(&crates));
    Ok(jobs)
}

/// Adds a job, or its coordinates to the job that builds the same.
fn add(jobs: &mut Vec<Job>, mut job: Job) {
    let same = |other: &&mut Job| {
        (&other.package, other.kind, &other.own_name, &other.version)
            == (&job.package, job.kind, &job.own_name, &job.version)
            && (&other.before, &other.files) == (&job.before, &job.files)
            && other.image.as_ref().map(|image| (&image.dockerfile, &image.context, &image.args))
                == job.image.as_ref().map(|image| (&image.dockerfile, &image.context, &image.args))
    };
    if let Some(other) = jobs.iter_mut().find(same) {
        other.registry = other.registry.take().or(job.registry);
        for glob in job.wheels {
            if !other.wheels.contains(&glob) {
                other.wheels.push(glob);
            }
        }
        for coordinate in job.coordinates {
            if !other.coordinates.contains(&coordinate) {
                other.coordinates.push(coordinate);
            }
        }
        return;
    }
    let taken =
        |layout: &str| jobs.iter().any(|job| job.image.as_ref().is_some_and(|image| image.layout == layout));
    if let Some(image) = &mut job.image {
        let mut number = 2;
        while taken(&image.layout) {
            image.layout = format!("{}-{number}.oci", job.package);
            number += 1;
        }
    }
    jobs.push(job);
}

fn job(workspace: &Workspace, target: &Target, version: Version) -> Result<Job, Problem> {
    let package = workspace.config.package(&target.package);
    let folder = package.map(|package| package.path.clone()).unwrap_or_default();
    let (own_name, form) = match target.kind {
        TargetKind::Image | TargetKind::Files => (String::new(), Form::SEMVER),
        kind => {
            let manifest = manifest(workspace, target, kind)?;
            let name = manifest
                .name
                .clone()
                .ok_or_else(|| unfit(target, format!("{} says no name", manifest.file)))?;
            if manifest.private && kind != TargetKind::Go {
                return Err(unfit(target, format!("{} says that it is private", manifest.file))
                    .why("its registry's client would refuse to publish it"));
            }
            // A chart is published as its manifest spells its version.
            let own = manifest.places.first().map_or(Form::SEMVER, |place| place.form);
            (name, kind.form().unwrap_or(own))
        }
    };
    let text = |template: &Template| template.render(version, Form::SEMVER, |_| String::new());
    let version_text = match target.tags.first() {
        Some(tag) if target.kind == TargetKind::Image => text(tag),
        _ => form.render(version),
    };
    let name = match &target.name {
        Some(name) => fits(target, name, &own_name)?,
        None => own_name.clone(),
    };
    let programs = target.build.before.iter().map(|program| program.iter().map(text).collect());
    let image = target.build.image.as_ref().map(|image| ImageJob {
        dockerfile: image.dockerfile.clone(),
        context: image.context.clone(),
        args: image.args.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        layout: format!("{}.oci", target.package),
    });
    Ok(Job {
        package: target.package.clone(),
        kind: target.kind,
        folder,
        own_name,
        coordinates: vec![Coordinate { name, version: version_text.clone() }],
        version: version_text,
        before: programs.collect(),
        image,
        files: target.build.files.clone(),
        wheels: target.build.wheels.clone(),
        keeps: Keeps::All,
        siblings: Vec::new(),
        registry: target.registry.clone(),
    })
}

fn manifest<'a>(
    workspace: &'a Workspace,
    target: &Target,
    kind: TargetKind,
) -> Result<&'a Manifest, Problem> {
    let (ecosystem, file) = match kind {
        TargetKind::Pypi => ("pypi", "pyproject.toml"),
        TargetKind::Npm => ("npm", "package.json"),
        TargetKind::Crates => ("cargo", "Cargo.toml"),
        TargetKind::Helm => ("helm", "Chart.yaml"),
        TargetKind::Go => ("go", "go.mod"),
        TargetKind::Image | TargetKind::Files => ("", ""),
    };
    let found = workspace
        .manifests
        .iter()
        .find(|manifest| manifest.package == target.package && manifest.ecosystem == ecosystem);
    found.ok_or_else(|| unfit(target, format!("the folder of the package holds no {file}")))
}

fn unfit(target: &Target, why: String) -> Problem {
    Problem::new(Code::W0733, format!("the target `{}`: {why}", target.label()))
}

/// The name at the registry, when the artifact may be published under it.
fn fits(target: &Target, name: &TargetName, own: &str) -> Result<String, Problem> {
    let said = name.as_str();
    let same = match target.kind {
        TargetKind::Image | TargetKind::Files => true,
        TargetKind::Helm => said.rsplit('/').next() == Some(own),
        TargetKind::Pypi => normalised_pypi(said) == normalised_pypi(own),
        TargetKind::Npm | TargetKind::Crates | TargetKind::Go => said == own,
    };
    if same {
        return Ok(said.to_owned());
    }
    Err(unfit(target, format!("its name is `{said}`, and the manifest says `{own}`"))
        .why("installers find a package by the name inside it; a chart is found below its own name"))
}
