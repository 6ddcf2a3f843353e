//! What GitLab's pipelines say of a commit. Pure: JSON in, a judgement out.
//!
//! Sources: GitLab's "Pipelines API" (status), "Predefined CI/CD variables" (`CI_PIPELINE_SOURCE`).

use serde_json::Value;

use super::fields::{number, promised, text};
use crate::model::forge::{Ci, Trouble};

/// Where pipelines come from that try a branch's commit as a whole. Left out are those of merge requests, child
/// pipelines, those that another project starts, schedules, and what runs a few jobs only.
const SOURCES: [&str; 3] = ["push", "web", "external"];

/// The ids of pipelines that may count, newest first.
///
/// # Errors
/// A pipeline without the fields that are documented.
pub(super) fn candidates(pipelines: &[Value], commit: &str) -> Result<Vec<u64>, Trouble> {
    let counts = |pipeline: &&Value| {
        pipeline["sha"].as_str() == Some(commit)
            && pipeline["source"].as_str().is_some_and(|source| SOURCES.contains(&source))
    };
    let ids: Result<Vec<u64>, Trouble> =
        pipelines.iter().filter(counts).map(|pipeline| number(pipeline, "id", "a pipeline")).collect();
    let mut ids = ids?;
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    Ok(ids)
}

/// What one pipeline, asked for by itself, says of its commit; nothing when it is a tag's, or another commit's.
///
/// # Errors
/// A status that GitLab does not document, or a missing field.
pub(super) fn judge(pipeline: &Value, commit: &str) -> Result<Option<Ci>, Trouble> {
    let unknown = |why: String| Trouble::Unknown { why };
    let tag = pipeline["tag"].as_bool().ok_or_else(|| unknown("a pipeline without `tag`".into()))?;
    if tag || pipeline["sha"].as_str() != Some(commit) {
        return Ok(None);
    }
    let run = text(pipeline, "web_url").unwrap_or_default();
    let status = promised(pipeline, "status", "a pipeline")?;
    match status.as_str() {
        "success" => Ok(Some(Ci::Green { run })),
        "failed" | "canceled" | "skipped" => Ok(Some(Ci::Red { run, word: status })),
        "created"
        | "waiting_for_resource"
        | "preparing"
        | "waiting_for_callback"
        | "pending"
        | "running"
        | "canceling"
        | "manual"
        | "scheduled" => Ok(Some(Ci::Running { run })),
        other => Err(unknown(format!("the pipeline {run} is `{other}`, which means nothing here"))),
    }
}

#[cfg(test)]
#[path = "gitlab_pipelines_tests.rs"]
mod tests;
