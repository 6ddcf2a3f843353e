//! One part of a release: some of its targets, or the wheels of one Python.

use super::ready::ready;
use super::shown::shown;
use super::{Making, Wanted, built, whole};
use crate::app::{App, Refusal};
use crate::artifact::part;
use crate::build;
use crate::build::jobs::Keeps;
use crate::build::store::Store;
use crate::cli::Build;
use crate::model::names::PartName;
use crate::model::problem::{Code, Problem};
use crate::model::target::TargetKind;

/// A part as it was asked for.
pub(super) struct Asked<'a> {
    name: PartName,
    only: &'a [String],
    keeps: Keeps,
    python: Option<&'a str>,
}

/// # Errors
/// `W0109` for a name that is none.
pub(super) fn asked(args: &Build) -> Result<Option<Asked<'_>>, Refusal> {
    let Some(text) = &args.part else { return Ok(None) };
    let name = PartName::parse(text)
        .map_err(|why| Refusal::usage(Problem::new(Code::W0109, format!("--part `{text}` {why}"))))?;
    let keeps = match (args.wheels_only, args.sdist_only) {
        (true, _) => Keeps::Wheels,
        (_, true) => Keeps::Sdist,
        _ => Keeps::All,
    };
    Ok(Some(Asked { name, only: &args.only, keeps, python: args.python.as_deref() }))
}

/// Builds the part anew: another Python may be meant by the same name.
pub(super) fn run(
    app: &mut App<'_>,
    making: &Making,
    mut wanted: Wanted,
    asked: &Asked<'_>,
    twice: bool,
) -> Result<serde_json::Value, Refusal> {
    let labels: Vec<String> = wanted.jobs.iter().map(build::jobs::Job::label).collect();
    if let Some(word) = asked.only.iter().find(|word| !wanted.jobs.iter().any(|job| job.is_named(word))) {
        let what = format!("--only `{word}` names no target of {} {}", wanted.group, wanted.version);
        return Err(Refusal::usage(Problem::new(Code::W0109, what).help(labels.join(", "))));
    }
    wanted.jobs.retain(|job| asked.only.is_empty() || asked.only.iter().any(|word| job.is_named(word)));
    if let Some(python) = asked.python
        && !wanted.jobs.iter().any(|job| job.kind == TargetKind::Pypi)
    {
        let what = format!("--python `{python}`: no target of the part `{}` is a Python package", asked.name);
        let labels: Vec<String> = wanted.jobs.iter().map(build::jobs::Job::label).collect();
        return Err(Refusal::usage(Problem::new(Code::W0109, what).help(labels.join(", "))));
    }
    wanted.jobs.iter_mut().for_each(|job| job.keeps = asked.keeps);
    let version = wanted.version.to_string();
    let store = Store::of_part(&making.repository.root, wanted.group.as_str(), &version, &asked.name);
    making.begun(app, &format!("the part `{}` of {} {version}", asked.name, wanted.group));
    let python = ready(app, &making.repository, &wanted.jobs, asked.python)?;
    let order = making.order(python, "build");
    store.begin().map_err(|error| making.unusable(&error))?;
    let ends = built(app, &order, &wanted.jobs, &store.staging).inspect_err(|_| store.abandon())?;
    let artifacts = making.artifacts(&wanted, build::artifacts(&ends));
    if twice {
        whole::compare(app, &order, &wanted.jobs, &artifacts).inspect_err(|_| store.abandon())?;
    }
    let list = part::render(&asked.name, &artifacts);
    store.finish(&list, &build::files(&ends)).map_err(|error| making.unusable(&error))?;
    Ok(shown(app, making, &store, &artifacts, &ends))
}
