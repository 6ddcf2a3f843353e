//! What a forge would start for a push, read from the repository's own pipeline files, written by hand or not.
//!
//! Nothing is guessed: what depends on the forge's settings, on other repositories or on a run is
//! [`Answer::Unknown`] with the reason.

mod answer;
mod called;
mod condition;
mod deciding;
mod document;
mod event;
mod filter;
mod github;
mod github_lint;
mod gitlab;
mod gitlab_job;
mod gitlab_lint;
mod matrix;
mod merged;
mod need;
mod only;
mod pushes;
mod rule;
mod stages;
mod variables;

pub use answer::Answer;
pub use deciding::deciding;
pub use event::{Pushed, RefKind};
pub use pushes::{Forge, skipped_by, too_many};

/// Where GitLab looks for a pipeline.
pub const GITLAB: &str = ".gitlab-ci.yml";
/// The folder in which GitHub looks for workflows.
pub const GITHUB: &str = ".github/workflows/";

/// A job and whether a push starts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub name: String,
    /// Where it stands in its file.
    pub line: usize,
    pub runs: Answer,
}

/// What a push starts by one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Whether there is a run or a pipeline at all.
    pub pipeline: Answer,
    pub jobs: Vec<Job>,
    /// Why a push that is let in starts nothing, where no pattern would help: the line, and what stands there.
    pub why: Option<(usize, String)>,
}

impl Started {
    /// Whether at least one job starts, also one that the file itself does not hold.
    pub fn any(&self) -> Answer {
        let jobs = self.jobs.iter().fold(Answer::No, |answer, job| answer.or(job.runs.clone()));
        match &self.pipeline {
            Answer::Unknown(_) => jobs.or(self.pipeline.clone()),
            _ => jobs,
        }
    }

    /// The names of the jobs that certainly start.
    pub fn certain(&self) -> impl Iterator<Item = &str> {
        self.jobs.iter().filter(|job| job.runs == Answer::Yes).map(|job| job.name.as_str())
    }
}

/// Whose pipeline a file is, by its path; none for any other file.
pub fn forge_of(path: &str) -> Option<Forge> {
    let workflow = |name: &str| !name.contains('/') && (name.ends_with(".yml") || name.ends_with(".yaml"));
    match path.strip_prefix(GITHUB) {
        Some(name) if workflow(name) => Some(Forge::GitHub),
        _ => (path == GITLAB).then_some(Forge::GitLab),
    }
}

/// What a push starts by one pipeline file; `others` gives the text of further files of the repository.
///
/// # Errors
/// The line and why the file can't be read, or why its forge would start nothing with it, whatever is pushed.
pub fn started(
    forge: Forge,
    text: &str,
    pushed: &Pushed,
    others: &dyn Fn(&str) -> Option<String>,
) -> Result<Started, (usize, String)> {
    match forge {
        Forge::GitHub => github::started(text, pushed, others),
        Forge::GitLab => gitlab::started(text, pushed, others),
    }
}
