//! A GitHub workflow: would a push start it, and which of its jobs ("Workflow syntax for GitHub Actions").

use std::collections::BTreeMap;
use std::rc::Rc;

use super::answer::Answer;
use super::condition;
use super::document::{self, Node, Value};
use super::event::{Pushed, RefKind};
use super::filter;
use super::{Job, Started};

/// Which jobs of a workflow file a push starts.
///
/// # Errors
/// The line and why the file can't be read.
pub fn started(text: &str, pushed: &Pushed) -> Result<Started, (usize, String)> {
    let documents = document::read(text)?;
    let [workflow] = documents.as_slice() else {
        return Err((1, "a workflow is one YAML document".to_owned()));
    };
    let on = workflow.get("on").ok_or((1, "it has no `on`".to_owned()))?;
    let pipeline = admitted(on, pushed);
    let jobs = workflow.get("jobs").map_or(&[] as &[_], |jobs| jobs.pairs());
    let mut answers: BTreeMap<&str, Answer> = BTreeMap::new();
    let mut left: Vec<&(String, Rc<Node>)> = jobs.iter().collect();
    // Jobs after those that they need; what is left needs itself or nothing that is there.
    while let Some(at) =
        left.iter().position(|(_, job)| needs(job).iter().all(|one| answers.contains_key(one)))
    {
        let (name, job) = left.remove(at);
        let answer = runs(job, pushed, &answers);
        answers.insert(name, answer);
    }
    for (name, _) in left {
        answers.insert(name, Answer::unknown(format!("the job `{name}` needs a job that never comes")));
    }
    let jobs = jobs.iter().map(|(name, node)| Job {
        name: name.clone(),
        line: node.line,
        runs: pipeline.clone().and(answers.get(name.as_str()).cloned().unwrap_or(Answer::No)),
    });
    Ok(Started { pipeline: pipeline.clone(), jobs: jobs.collect() })
}

/// Whether the file's `on` lets a push in.
fn admitted(on: &Node, pushed: &Pushed) -> Answer {
    let events = match &on.value {
        Value::Table(pairs) => match pairs.iter().find(|(name, _)| name == "push") {
            Some((_, push)) => return filtered(push, pushed),
            None => return Answer::No,
        },
        _ => on.texts(),
    };
    match events {
        Some(events) => Answer::of(events.contains(&"push")),
        None => Answer::unknown("`on` is neither an event nor a list of events"),
    }
}

/// The filters of `push`: with those for branches alone no tag is let in, and the other way round. `paths` are not
/// looked at when a tag is pushed.
fn filtered(push: &Node, pushed: &Pushed) -> Answer {
    let names = ["branches", "branches-ignore", "tags", "tags-ignore"];
    let said = names.map(|name| push.get(name));
    let (own, ignored) = match pushed.kind {
        RefKind::Branch => (said[0], said[1]),
        RefKind::Tag => (said[2], said[3]),
    };
    match (own, ignored) {
        (Some(_), Some(_)) => Answer::unknown("a filter and its `-ignore` can't stand together"),
        (Some(own), None) => match own.texts() {
            Some(patterns) => paths(push, pushed, filter::admits(&patterns, &pushed.name)),
            None => Answer::unknown("a filter is no list of patterns"),
        },
        (None, Some(ignored)) => match ignored.texts() {
            Some(patterns) => paths(push, pushed, filter::admits(&patterns, &pushed.name).opposite()),
            None => Answer::unknown("a filter is no list of patterns"),
        },
        (None, None) if said.iter().any(Option::is_some) => Answer::No,
        (None, None) => paths(push, pushed, Answer::Yes),
    }
}

fn paths(push: &Node, pushed: &Pushed, admitted: Answer) -> Answer {
    let some = push.get("paths").or(push.get("paths-ignore")).is_some();
    if some && pushed.kind == RefKind::Branch {
        return admitted.and(Answer::unknown("`paths` depends on what the commits change"));
    }
    admitted
}

fn needs(job: &Node) -> Vec<&str> {
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
        let started = started(text, &Pushed::tag(tag, "main")).unwrap();
        let shown = |job: &Job| match &job.runs {
            Answer::Yes => Some(job.name.clone()),
            Answer::No => None,
            Answer::Unknown(_) => Some(format!("{}?", job.name)),
        };
        started.jobs.iter().filter_map(shown).collect()
    }

    #[test]
    fn filters_of_push() {
        let job = "jobs: {a: {steps: []}}\n";
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
        let text = "on: push\njobs:\n  d: {needs: [c], if: always()}\n  c: {needs: a}\n  a: {if: github.ref_type == 'branch'}\n  \
            b: {needs: e}\n  e: {if: vars.X}\n  f: {needs: f}\n";
        assert_eq!(jobs(text, "v1"), ["d", "b?", "e?", "f?"]);
    }

    #[test]
    fn what_is_no_workflow_is_refused() {
        let tag = Pushed::tag("v1", "main");
        assert!(started("jobs: {}\n", &tag).is_err());
        assert!(started("", &tag).is_err());
        assert!(started("on: push\n---\non: push\n", &tag).is_err());
    }
}
