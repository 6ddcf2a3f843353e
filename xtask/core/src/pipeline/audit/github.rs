//! A GitHub workflow: would a push start it, and which of its jobs ("Workflow syntax for GitHub Actions").

use std::collections::BTreeMap;
use std::rc::Rc;

use super::answer::Answer;
use super::condition;
use super::document::{self, Node, Value};
use super::event::{Pushed, RefKind};
use super::merged::Read;
use super::{Job, Started, called::called, filter, github_lint, matrix};

/// Which jobs of a workflow file a push starts.
///
/// # Errors
/// The line and why the file can't be read, or why GitHub calls it invalid. A file that no push starts is not held
/// to that.
pub fn started(text: &str, pushed: &Pushed, others: Read<'_>) -> Result<Started, (usize, String)> {
    let workflow = document(text)?;
    let on = workflow.get("on").ok_or((1, "it has no `on`".to_owned()))?;
    let pipeline = admitted(on, pushed)?;
    if pipeline == Answer::No {
        let jobs = workflow.get("jobs").map_or(&[] as &[_], |jobs| jobs.pairs());
        let none =
            |(name, job): &(String, Rc<Node>)| Job { name: name.clone(), line: job.line, runs: Answer::No };
        return Ok(Started { pipeline, jobs: jobs.iter().map(none).collect(), why: None });
    }
    let parts = parts(&workflow, pushed, others, &mut Vec::new())?;
    let idle = parts.iter().all(|part| part.runs == Answer::No);
    let why = parts.iter().find_map(|part| Some((part.line, part.why.clone()?))).filter(|_| idle);
    let jobs = parts.into_iter().map(|part| Job {
        name: part.name,
        line: part.line,
        runs: pipeline.clone().and(part.runs),
    });
    Ok(Started { pipeline: pipeline.clone(), jobs: jobs.collect(), why })
}

/// A workflow's one document.
pub fn document(text: &str) -> Result<Rc<Node>, (usize, String)> {
    match document::read(text)?.as_slice() {
        [workflow] => Ok(workflow.clone()),
        _ => Err((1, "a workflow is one YAML document".to_owned())),
    }
}

/// A job of a workflow that runs.
pub struct Part {
    name: String,
    line: usize,
    pub runs: Answer,
    /// Why it does not, where neither the push nor its `if` says so.
    why: Option<String>,
}

/// The jobs of a workflow, in the order of the file; `callers` are the files that call it.
///
/// # Errors
/// As [`started`].
pub fn parts(
    workflow: &Node,
    pushed: &Pushed,
    others: Read<'_>,
    callers: &mut Vec<String>,
) -> Result<Vec<Part>, (usize, String)> {
    let jobs = github_lint::check(workflow)?;
    let mut answers: BTreeMap<&str, Answer> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, String> = BTreeMap::new();
    let mut left: Vec<&(String, Rc<Node>)> = jobs.iter().collect();
    while let Some(at) =
        left.iter().position(|(_, job)| needs(job).iter().all(|one| answers.contains_key(one)))
    {
        let (name, job) = left.remove(at);
        let mut answer = runs(job, pushed, &answers);
        let (filled, why) = matrix::filled(job);
        if let (Answer::Yes | Answer::Unknown(_), Answer::No, Some(why)) = (&answer, &filled, why) {
            reasons.insert(name, format!("the job `{name}` has {why}"));
        }
        answer = answer.and(filled);
        if let (Some(path), true) = (job.get("uses").and_then(|uses| uses.text()), answer != Answer::No) {
            let called = called(path, job, pushed, others, callers)
                .map_err(|why| (job.line, format!("the job `{name}` {why}")))?;
            if called == Answer::No {
                reasons.insert(name, format!("no job of {path} runs, which the job `{name}` calls"));
            }
            answer = answer.and(called);
        }
        answers.insert(name, answer);
    }
    if let Some((name, job)) = left.first() {
        return Err((job.line, format!("what the job `{name}` needs goes round in a circle")));
    }
    let part = |(name, job): &(String, Rc<Node>)| Part {
        name: name.clone(),
        line: job.line,
        runs: answers.get(name.as_str()).cloned().unwrap_or(Answer::No),
        why: reasons.get(name.as_str()).cloned(),
    };
    Ok(jobs.iter().map(part).collect())
}

/// Whether the file's `on` lets a push in.
fn admitted(on: &Node, pushed: &Pushed) -> Result<Answer, (usize, String)> {
    let events = match &on.value {
        Value::Table(pairs) => match pairs.iter().find(|(name, _)| name == "push") {
            Some((_, push)) => return filtered(push, pushed),
            None => return Ok(Answer::No),
        },
        _ => on.texts(),
    };
    Ok(match events {
        Some(events) => Answer::of(events.contains(&"push")),
        None => Answer::unknown("`on` is neither an event nor a list of events"),
    })
}

/// The filters of `push`: with those for branches alone no tag is let in, and the other way round. `paths` are not
/// looked at when a tag is pushed.
fn filtered(push: &Node, pushed: &Pushed) -> Result<Answer, (usize, String)> {
    let names = ["branches", "branches-ignore", "tags", "tags-ignore"];
    let said = names.map(|name| push.get(name));
    for (own, ignored) in [(0, 1), (2, 3)] {
        if let (Some(_), Some(other)) = (said[own], said[ignored]) {
            return Err((
                other.line,
                format!("`{}` and `{}` can't stand together", names[own], names[ignored]),
            ));
        }
    }
    let (own, ignored) = match pushed.kind {
        RefKind::Branch => (said[0], said[1]),
        RefKind::Tag => (said[2], said[3]),
    };
    Ok(match (own, ignored) {
        (Some(own), _) => match own.texts() {
            Some(patterns) => paths(push, pushed, filter::admits(&patterns, &pushed.name)),
            None => Answer::unknown("a filter is no list of patterns"),
        },
        (None, Some(ignored)) => match ignored.texts() {
            Some(patterns) => paths(push, pushed, filter::admits(&patterns, &pushed.name).opposite()),
            None => Answer::unknown("a filter is no list of patterns"),
        },
        (None, None) if said.iter().any(Option::is_some) => Answer::No,
        (None, None) => paths(push, pushed, Answer::Yes),
    })
}

fn paths(push: &Node, pushed: &Pushed, admitted: Answer) -> Answer {
    let some = push.get("paths").or(push.get("paths-ignore")).is_some();
    if some && pushed.kind == RefKind::Branch {
        return admitted.and(Answer::unknown("`paths` depends on what the commits change"));
    }
    admitted
}

pub fn needs(job: &Node) -> Vec<&str> {
    job.get("needs").and_then(|needs| needs.texts()).unwrap_or_default()
}

/// Whether a job runs, given that all before it succeed.
fn runs(job: &Node, pushed: &Pushed, others: &BTreeMap<&str, Answer>) -> Answer {
    let condition = job.get("if").filter(|node| node.value != Value::Null);
    let text = match condition.map(|node| node.text()) {
        None => None,
        Some(Some(text)) => Some(text),
        Some(None) => return Answer::unknown("`if` is no text"),
    };
    let own = text.map_or(Answer::Yes, |text| condition::holds(text, pushed));
    if text.is_some_and(condition::asks_for_status) {
        return own;
    }
    needs(job).iter().fold(own, |answer, one| answer.and(others.get(one).cloned().unwrap_or(Answer::No)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(text: &str, tag: &str) -> Vec<String> {
        let started = started(text, &Pushed::tag(tag, "main"), &|_| None).unwrap();
        let shown = |job: &Job| match &job.runs {
            Answer::Yes => Some(job.name.clone()),
            Answer::No => None,
            Answer::Unknown(_) => Some(format!("{}?", job.name)),
        };
        started.jobs.iter().filter_map(shown).collect()
    }

    #[test]
    fn filters_of_push() {
        let job = "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n";
        let table = [
            ("on: push\n", true),
            ("on: [pull_request, push]\n", true),
            ("on: pull_request\n", false),
            ("on: {push: }\n", true),
            ("on: {push: {branches: [main]}}\n", false),
            ("on: {push: {branches-ignore: [x]}}\n", false),
            ("on: {push: {tags: ['v*']}}\n", true),
            ("on: {push: {tags: 'v*'}}\n", true),
            ("on: {push: {tags: ['v*', '!v*-*']}}\n", false),
            ("on: {push: {tags-ignore: ['v*-*']}}\n", false),
            ("on: {push: {tags-ignore: ['w*']}}\n", true),
            ("on: {push: {branches: [main], tags: ['v*']}}\n", true),
            ("on: {push: {tags: ['v*'], paths: [x]}}\n", true),
            ("on: {release: {types: [published]}}\n", false),
        ];
        for (on, expected) in table {
            assert_eq!(jobs(&format!("{on}{job}"), "v1.0.0-rc.1") == ["a"], expected, "{on}");
        }
    }

    #[test]
    fn a_skipped_job_skips_what_needs_it() {
        let text = "on: push\njobs:\n  d: {needs: [c], if: always(), <<: &run {runs-on: x, steps: [{run: x}]}}\n  c: {needs: a, <<: *run}\n  \
            a: {if: github.ref_type == 'branch', <<: *run}\n  b: {needs: e, <<: *run}\n  e: {if: vars.X, <<: *run}\n";
        assert_eq!(jobs(text, "v1"), ["d", "b?", "e?"]);
    }

    #[test]
    fn a_matrix_without_values_starts_nothing() {
        let text =
            "on: push\njobs:\n  a:\n    runs-on: x\n    strategy: {matrix: {x: []}}\n    steps: [{run: x}]\n";
        let found = started(text, &Pushed::tag("v1", "main"), &|_| None).unwrap();
        let why = "the job `a` has a matrix in which `x` holds no value".to_owned();
        assert_eq!((found.any(), found.why), (Answer::No, Some((3, why))));
        let beside = format!(
            "{text}  b: {{needs: a, runs-on: x, steps: [{{run: x}}]}}\n  c: {{runs-on: x, steps: [{{run: x}}]}}\n"
        );
        assert_eq!(jobs(&beside, "v1"), ["c"]);
        let unknown = text.replace("[]", "'${{ fromJSON(vars.ALL) }}'");
        assert_eq!(jobs(&unknown, "v1"), ["a?"]);
    }

    #[test]
    fn what_is_no_workflow_is_refused() {
        let tag = Pushed::tag("v1", "main");
        let none = |_: &str| None;
        assert!(started("jobs: {}\n", &tag, &none).is_err());
        assert!(started("", &tag, &none).is_err());
        assert!(started("on: push\n---\non: push\n", &tag, &none).is_err());
        let both = "on:\n  push:\n    tags: [v*]\n    tags-ignore: [w*]\njobs: {}\n";
        let why = "`tags` and `tags-ignore` can't stand together".to_owned();
        assert_eq!(started(both, &tag, &none).unwrap_err(), (4, why));
    }
}
