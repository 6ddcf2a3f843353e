//! The parts of a release put together, as one build would have written them.

use super::shown::shown;
use super::{Making, Wanted};
use crate::app::{App, Refusal};
use crate::artifact::{self, list};
use crate::build;
use crate::build::jobs::Job;
use crate::build::store::Store;

/// Joins every part that lies there.
///
/// # Errors
/// All that keeps the parts from being the whole; then what was there before is as it was.
pub(super) fn run(app: &mut App<'_>, making: &Making, wanted: &Wanted) -> Result<serde_json::Value, Refusal> {
    let version = wanted.version.to_string();
    let release = making.release(wanted, &version);
    let root = &making.repository.root;
    let parts = build::join::read(root, &release).map_err(Refusal::refused)?;
    let jobs: Vec<artifact::join::Wanted> = wanted.jobs.iter().map(expected).collect();
    let whole = artifact::join::join(&release, &jobs, &parts).map_err(Refusal::refused)?;
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    app.progress(&format!("Joining the parts of {} {version}: {}\n", wanted.group, names.join(", ")));

    let store = Store::of(root, wanted.group.as_str(), &version);
    store.begin().map_err(|error| making.unusable(&error))?;
    build::join::gather(root, &release, &whole.files, &parts, &store.staging)
        .inspect_err(|_| store.abandon())
        .map_err(Refusal::refused)?;
    let artifacts = making.artifacts(wanted, whole.artifacts);
    let files: Vec<(String, String)> =
        whole.files.into_iter().map(|taken| (taken.path, taken.sha256)).collect();
    store.finish(&list::render(&artifacts), &files).map_err(|error| making.unusable(&error))?;
    Ok(shown(app, making, &store, &artifacts, &[]))
}

fn expected(job: &Job) -> artifact::join::Wanted {
    artifact::join::Wanted {
        package: job.package.clone(),
        kind: job.kind,
        coordinates: job.coordinates.clone(),
        wheels: job.wheels.clone(),
    }
}
