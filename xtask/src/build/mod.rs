//! Builds every artifact of a release once, each from a clean checkout of its own.
//!
//! [`jobs`] says beforehand what is to be built; one file a kind builds it; [`store`] writes down what came of
//! it, last and at once. Nothing is built in the work tree, and nothing of it is read.

mod crates;
mod files;
mod go;
mod helm;
mod image;
pub mod jobs;
pub mod join;
mod npm;
mod pypi;
pub mod store;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use crate::artifact::metadata;
use crate::io::files as disk;
use crate::io::scratch::{Scratch, plain_modes};
use crate::model::artifact::{Artifact, ArtifactKind};
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::registry_name::normalised_pypi;
use crate::model::target::TargetKind;
use crate::tool::ambient::Ambient;
use crate::tool::failure::Failure;
use crate::tool::git::Repository;

use jobs::Job;
use store::Stored;

/// What all jobs of one build have in common.
#[derive(Debug)]
pub struct Order<'a> {
    pub repository: &'a Repository,
    pub commit: &'a CommitId,
    pub ambient: Ambient,
    /// A Python that has `build`; asked for only when a job needs it.
    pub python: PathBuf,
    /// What the folders of this build are named after: the second build of a comparison has other paths.
    pub label: &'static str,
}

/// Where one job works.
struct Site<'a> {
    order: &'a Order<'a>,
    job: &'a Job,
    /// The clean checkout's root.
    checkout: PathBuf,
    /// An empty folder beside it.
    out: PathBuf,
    /// Where the artifacts go.
    staging: &'a Path,
}

impl Site<'_> {
    /// A path of the repository in the checkout.
    fn at(&self, path: &RepoPath) -> PathBuf {
        self.checkout.join(path.as_str())
    }

    /// The package's folder.
    fn folder(&self) -> PathBuf {
        self.at(&self.job.folder)
    }

    fn problem(&self, code: Code, what: impl std::fmt::Display) -> Problem {
        Problem::new(code, format!("{}: {what}", self.job.label()))
    }

    /// A program failed.
    fn failed(&self, failure: &Failure) -> Problem {
        let program = failure.command.split(' ').next().unwrap_or_default();
        let program = program.rsplit('/').next().unwrap_or_default().to_owned();
        failure.problem(Code::W0735, &format!("{}: {program} failed", self.job.label()))
    }

    /// The disk failed.
    fn unusable(&self, path: &Path, error: &std::io::Error) -> Problem {
        self.problem(Code::W0735, format!("{}: {error}", path.display()))
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, Problem> {
        let bytes = disk::read(path).map_err(|error| self.unusable(path, &error))?;
        bytes.ok_or_else(|| self.problem(Code::W0738, format!("{} was not made", path.display())))
    }

    /// Refuses an archive that says another name or version than the release.
    fn identified(&self, kind: ArtifactKind, file: &str, bytes: &[u8]) -> Result<(), Problem> {
        let identity =
            metadata::read(kind, bytes).map_err(|why| self.problem(Code::W0734, format!("{file} {why}")))?;
        let job = self.job;
        let same_name = match job.kind {
            TargetKind::Pypi => normalised_pypi(&identity.name) == normalised_pypi(&job.own_name),
            _ => identity.name == job.own_name,
        };
        if same_name && identity.version == job.version {
            return Ok(());
        }
        let what = format!(
            "{file} says {} {}, and the release is {} {}",
            identity.name, identity.version, job.own_name, job.version
        );
        Err(self.problem(Code::W0734, what))
    }
}

/// A job's end.
#[derive(Debug)]
pub struct Finished {
    pub label: String,
    pub stored: Vec<Stored>,
    pub took: Duration,
}

/// Runs the jobs, as many at a time as there are processors, and gives their ends in the jobs' order. `say`
/// hears of each. The artifacts lie in `staging`, which must exist and be empty.
///
/// # Errors
/// Every problem of the jobs that were under way; after the first no further one is begun.
pub fn run(
    order: &Order<'_>,
    jobs: &[Job],
    staging: &Path,
    say: &mut dyn FnMut(&Finished),
) -> Result<Vec<Finished>, Problems> {
    let queue: Mutex<VecDeque<usize>> = Mutex::new((0..jobs.len()).collect());
    let next = || queue.lock().ok().and_then(|mut queue| queue.pop_front());
    let stop = || queue.lock().map(|mut queue| queue.clear());
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    let mut ends: Vec<Option<Finished>> = jobs.iter().map(|_| None).collect();
    let mut problems = Problems::new();
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..workers {
            let sender = sender.clone();
            scope.spawn(move || {
                while let Some(index) = next() {
                    let began = Instant::now();
                    let stored = run_one(order, &jobs[index], staging);
                    if stored.is_err() {
                        let _ = stop();
                    }
                    let _ = sender.send((index, stored, began.elapsed()));
                }
            });
        }
        drop(sender);
        for (index, stored, took) in receiver {
            match stored {
                Ok(stored) => {
                    let finished = Finished { label: jobs[index].label(), stored, took };
                    say(&finished);
                    ends[index] = Some(finished);
                }
                Err(problem) => problems.push(problem),
            }
        }
    });
    problems.sort();
    if problems.is_empty() { Ok(ends.into_iter().flatten().collect()) } else { Err(problems) }
}

fn run_one(order: &Order<'_>, job: &Job, staging: &Path) -> Result<Vec<Stored>, Problem> {
    let unusable = |error: std::io::Error| Problem::new(Code::W0735, format!("{}: {error}", job.label()));
    let scratch = Scratch::new(order.label).map_err(unusable)?;
    let checkout = scratch.path().join("checkout");
    let out = scratch.path().join("out");
    disk::create_folder(&out).map_err(unusable)?;
    let site = Site { order, job, checkout, out, staging };
    if job.kind == TargetKind::Go {
        return go::build(&site);
    }
    order.repository.checkout(order.commit, &site.checkout).map_err(|failure| site.failed(&failure))?;
    plain_modes(&site.checkout).map_err(unusable)?;
    for program in &job.before {
        let program = in_checkout(program, &site.checkout);
        order.ambient.run(program, &site.checkout).map_err(|failure| site.failed(&failure))?;
    }
    match job.kind {
        TargetKind::Pypi => pypi::build(&site),
        TargetKind::Npm => npm::build(&site),
        TargetKind::Crates => crates::build(&site),
        TargetKind::Helm => helm::build(&site),
        TargetKind::Image => {
            plain_modes(&site.checkout).map_err(unusable)?;
            image::build(&site)
        }
        TargetKind::Files => files::build(&site),
        TargetKind::Go => Ok(Vec::new()),
    }
}

/// A program that is named by its path is the checkout's own; a relative one would otherwise be looked for from
/// the folder in which windlass was started.
fn in_checkout(program: &[String], checkout: &Path) -> Vec<String> {
    let mut words = program.to_vec();
    if let Some(first) = words.first_mut().filter(|first| first.contains('/')) {
        *first = checkout.join(&*first).display().to_string();
    }
    words
}

/// Every artifact of the ends: one for each coordinate.
pub fn artifacts(ends: &[Finished]) -> Vec<Artifact> {
    ends.iter().flat_map(|end| &end.stored).flat_map(|stored| stored.artifacts.iter().cloned()).collect()
}

/// Every file of the ends with its digest.
pub fn files(ends: &[Finished]) -> Vec<(String, String)> {
    ends.iter().flat_map(|end| &end.stored).flat_map(|stored| stored.files.clone()).collect()
}

/// The artifacts that came out of two builds with different bytes, or of one of them only.
pub fn differences(one: &[Artifact], other: &[Artifact]) -> Vec<String> {
    let digest = |list: &[Artifact], path: &str| {
        list.iter().find(|artifact| artifact.path == path).map(|artifact| artifact.sha256.clone())
    };
    let mut paths: Vec<&str> = one.iter().chain(other).map(|artifact| artifact.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let differs = |path: &&str| digest(one, path) != digest(other, path);
    let short =
        |digest: Option<String>| digest.map_or("not there".to_owned(), |digest| digest[..12].to_owned());
    paths
        .into_iter()
        .filter(differs)
        .map(|path| format!("{path}: {} and {}", short(digest(one, path)), short(digest(other, path))))
        .collect()
}
