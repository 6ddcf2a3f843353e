//! All of a release built at once, by one machine.

use super::ready::ready;
use super::shown::shown;
use super::{Making, Wanted, built};
use crate::app::{App, Refusal};
use crate::artifact::{list, wheels};
use crate::build::jobs::Job;
use crate::build::store::Store;
use crate::build::{self, Order};
use crate::cli::Build;
use crate::io::files;
use crate::io::scratch::Scratch;
use crate::model::artifact::{ArtifactKind, Artifacts};
use crate::model::names::{CommitId, Name};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::TargetKind;

/// Builds what is not built yet.
pub(super) fn run(
    app: &mut App<'_>,
    making: &Making,
    wanted: &Wanted,
    args: &Build,
) -> Result<serde_json::Value, Refusal> {
    let version = wanted.version.to_string();
    let store = Store::of(&making.repository.root, wanted.group.as_str(), &version);
    let same = |whole: &Artifacts| !args.again && !args.twice && is_same(whole, wanted, &making.commit);
    if let Some(whole) = store.whole().filter(same) {
        app.progress("Nothing to do: this commit is built, and every byte is as its digest says\n");
        return Ok(shown(app, making, &store, &whole, &[]));
    }
    making.begun(app, &format!("{} {version}", wanted.group));
    let python = ready(app, &making.repository, &wanted.jobs, None)?;
    let order = making.order(python, "build");
    store.begin().map_err(|error| making.unusable(&error))?;
    let ends = built(app, &order, &wanted.jobs, &store.staging).inspect_err(|_| store.abandon())?;
    let artifacts = making.artifacts(wanted, build::artifacts(&ends));
    expected(app, wanted, &artifacts).inspect_err(|_| store.abandon())?;
    if args.twice {
        compare(app, &order, &wanted.jobs, &artifacts).inspect_err(|_| store.abandon())?;
    }
    store.finish(&list::render(&artifacts), &build::files(&ends)).map_err(|error| making.unusable(&error))?;
    Ok(shown(app, making, &store, &artifacts, &ends))
}

/// Refuses a list that lacks a wheel of the config's. A rehearsal goes on with what one machine can build.
fn expected(app: &mut App<'_>, wanted: &Wanted, artifacts: &Artifacts) -> Result<(), Refusal> {
    let mut problems = Problems::new();
    for job in wanted.jobs.iter().filter(|job| job.kind == TargetKind::Pypi) {
        let wheels: Vec<&str> = artifacts
            .artifacts
            .iter()
            .filter(|one| one.package == job.package && one.kind == ArtifactKind::Wheel)
            .map(|one| one.path.as_str())
            .collect();
        problems.extend(wheels::unmet(&job.label(), &job.wheels, &wheels));
    }
    if app.env.any_wheels {
        let told = problems.iter().map(|problem| format!("  left to other machines: {}\n", problem.what));
        let told: String = told.collect();
        app.progress(&told);
        return Ok(());
    }
    if problems.is_empty() { Ok(()) } else { Err(Refusal::refused(problems)) }
}

/// Whether an earlier build is of the same commit, and of the same targets.
fn is_same(whole: &Artifacts, wanted: &Wanted, commit: &CommitId) -> bool {
    let held = |job: &Job| {
        let ours =
            || whole.artifacts.iter().filter(|one| one.package == job.package && one.target == job.kind);
        match job.kind {
            TargetKind::Files => ours().next().is_some(),
            _ => job.coordinates.iter().all(|wanted| ours().any(|one| one.coordinate == *wanted)),
        }
    };
    let known = |package: &Name, kind: TargetKind| {
        wanted.jobs.iter().any(|job| job.package == *package && job.kind == kind)
    };
    whole.commit == *commit
        && whole.group == wanted.group
        && wanted.jobs.iter().all(held)
        && whole.artifacts.iter().all(|one| known(&one.package, one.target))
}

/// Builds once more, elsewhere, and compares.
pub(super) fn compare(
    app: &mut App<'_>,
    order: &Order<'_>,
    jobs: &[Job],
    first: &Artifacts,
) -> Result<(), Refusal> {
    app.progress("Building once more, in another folder\n");
    let unusable = |error: std::io::Error| Problem::new(Code::W0735, error.to_string());
    let scratch = Scratch::new("second-artifacts").map_err(unusable)?;
    let store = Store { folder: scratch.path().join("whole"), staging: scratch.path().join("staging") };
    files::create_folder(&store.staging).map_err(unusable)?;
    let order = Order {
        repository: order.repository,
        commit: order.commit,
        ambient: order.ambient.clone(),
        python: order.python.clone(),
        label: "the-second-of-two-builds",
    };
    let ends = built(app, &order, jobs, &store.staging)?;
    let differences = build::differences(&first.artifacts, &build::artifacts(&ends));
    if differences.is_empty() {
        app.progress("Both builds gave the same bytes\n");
        return Ok(());
    }
    let count = differences.len();
    let what = format!("{count} of {} artifacts came out differently", first.artifacts.len());
    let problem = Problem::new(Code::W0736, what).why("something of the machine or the moment is in them");
    let problem = differences.into_iter().fold(problem, Problem::help);
    Err(Refusal::refused(vec![problem]))
}
