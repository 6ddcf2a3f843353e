//! What GitHub's workflow runs say of a commit. Pure: JSON in, a judgement out.
//!
//! Sources: GitHub's "REST API endpoints for workflow runs" (status and conclusion); "About status checks" and
//! "Troubleshooting required status checks" (skipped and neutral do not stand in the way).

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::{number, promised, text};
use crate::model::forge::{Ci, Trouble};

/// One run, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    workflow: u64,
    number: u64,
    /// The branch or the tag that was pushed.
    pub(super) pushed: String,
    page: String,
    word: Word,
}

/// What a run says of its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Good,
    /// Nothing ran, which is not in the way of what ran.
    Idle,
    Bad(String),
    Running,
    Unforeseen(String),
}

/// The push runs of exactly this commit. The query asks for these already; servers were seen to ignore queries.
///
/// # Errors
/// A run without the fields that are documented.
pub(super) fn read(runs: &[Value], commit: &str) -> Result<Vec<Run>, Trouble> {
    let ours =
        |run: &&Value| run["head_sha"].as_str() == Some(commit) && run["event"].as_str() == Some("push");
    runs.iter().filter(ours).map(one).collect()
}

fn one(run: &Value) -> Result<Run, Trouble> {
    Ok(Run {
        workflow: number(run, "workflow_id", "a workflow run")?,
        // A run that is started again keeps its number, and its status is the newest attempt's.
        number: number(run, "run_number", "a workflow run")?,
        pushed: promised(run, "head_branch", "a workflow run")?,
        page: text(run, "html_url").unwrap_or_default(),
        word: word(&promised(run, "status", "a workflow run")?, run["conclusion"].as_str()),
    })
}

fn word(status: &str, conclusion: Option<&str>) -> Word {
    match (status, conclusion) {
        ("completed", Some("success")) => Word::Good,
        ("completed", Some("skipped" | "neutral")) => Word::Idle,
        (
            "completed",
            Some(
                bad @ ("failure" | "cancelled" | "timed_out" | "action_required" | "stale"
                | "startup_failure"),
            ),
        ) => Word::Bad(bad.to_owned()),
        ("queued" | "in_progress" | "waiting" | "requested" | "pending", _) => Word::Running,
        (status, conclusion) => {
            Word::Unforeseen(format!("{status}, {}", conclusion.unwrap_or("no conclusion")))
        }
    }
}

/// The newest run of each workflow: all must have succeeded, skipped ones aside, and one at least.
///
/// # Errors
/// A word that GitHub does not document.
pub(super) fn judge(runs: &[Run], wanted: &str) -> Result<Ci, Trouble> {
    let mut newest: BTreeMap<u64, &Run> = BTreeMap::new();
    for run in runs {
        let kept = newest.entry(run.workflow).or_insert(run);
        if run.number > kept.number {
            *kept = run;
        }
    }
    let first = |is: &dyn Fn(&Word) -> bool| newest.values().find(|run| is(&run.word));
    if let Some((run, word)) = newest.values().find_map(|run| match &run.word {
        Word::Bad(word) => Some((run, word)),
        _ => None,
    }) {
        return Ok(Ci::Red { run: run.page.clone(), word: word.clone() });
    }
    if let Some((run, words)) = newest.values().find_map(|run| match &run.word {
        Word::Unforeseen(words) => Some((run, words)),
        _ => None,
    }) {
        return Err(Trouble::Unknown { why: format!("{} is `{words}`, which means nothing here", run.page) });
    }
    if let Some(run) = first(&|word| *word == Word::Running) {
        return Ok(Ci::Running { run: run.page.clone() });
    }
    match first(&|word| *word == Word::Good) {
        Some(run) => Ok(Ci::Green { run: run.page.clone() }),
        None => Ok(Ci::Absent { wanted: wanted.to_owned() }),
    }
}

#[cfg(test)]
#[path = "github_runs_tests.rs"]
mod tests;
