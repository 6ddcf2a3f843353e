//! A GitLab pipeline: would a push start it, and which of its jobs ("CI/CD YAML syntax reference": `workflow`,
//! `rules`, `only`, `except`, `needs`).

use super::answer::Answer;
use super::event::Pushed;
use super::gitlab_job::{Part, condition, part, ruled};
use super::merged::{Found, Merged, Read};
use super::stages::Stages;
use super::variables::Variables;
use super::{Job, Started, gitlab_lint};

/// Which jobs of a `.gitlab-ci.yml` a push starts; a job that waits for a person counts as started.
///
/// # Errors
/// The line and why the file can't be read, or what GitLab refuses it for.
pub fn started(text: &str, pushed: &Pushed, others: Read<'_>) -> Result<Started, (usize, String)> {
    let merged = Merged::read(text, others)?;
    let stages = Stages::of(&merged);
    let jobs = merged.jobs();
    let doubts = gitlab_lint::check(&merged, &stages, &jobs)?;
    let mut variables = Variables::of(pushed);
    if let Some(table) = merged.get("variables") {
        variables.add(&table);
    }
    let admitted = admitted(&merged, pushed, &mut variables);
    let mut parts: Vec<Part> = Vec::new();
    for (name, job) in &jobs {
        let doubt = doubts.iter().find(|(of, _)| of == name).map(|(_, why)| why.clone());
        let mut part = match (job, doubt) {
            (Ok(job), None) => part(&merged, name, job, pushed, &variables),
            (_, Some(why)) => Part::unknown(why),
            (Err(why), None) => Part::unknown(why.clone()),
        };
        part.edge = job.as_ref().is_ok_and(|job| stages.is_edge(job));
        parts.push(part);
    }
    wait(&jobs, &mut parts);
    let beyond = |answer: Answer| if merged.beyond.is_empty() { answer } else { answer.or(beyond(&merged)) };
    let core = parts.iter().filter(|part| !part.edge);
    let core = beyond(core.fold(Answer::No, |answer, part| answer.or(part.there.clone())));
    let (whole, lacking) = whole(&merged, &jobs, &parts, &beyond(Answer::No));
    let pipeline = admitted.clone().and(core.clone()).and(whole.clone());
    let why = match (&admitted, &core, &whole) {
        (Answer::No, ..) => None,
        (_, Answer::No, _) => edges_alone(&merged, &jobs, &parts),
        (.., Answer::No) => lacking,
        _ if parts.iter().all(|part| part.starts == Answer::No) => failures_alone(&merged, &jobs, &parts),
        _ => None,
    };
    let job = |((name, _), part): (&(String, _), Part)| Job {
        name: name.clone(),
        line: merged.stands(name).0,
        runs: pipeline.clone().and(part.starts),
    };
    let jobs = jobs.iter().zip(parts).map(job).collect();
    Ok(Started { pipeline: pipeline.clone(), jobs, why })
}

/// A job that needs one that runs only after a failure is skipped with it.
fn wait(jobs: &[(String, Found)], parts: &mut [Part]) {
    loop {
        let idle: Vec<usize> = (0..parts.len())
            .filter(|at| parts[*at].follows && parts[*at].starts != Answer::No)
            .filter(|at| {
                let needs = parts[*at].needs.iter().filter_map(|need| need.among(jobs));
                needs
                    .map(|need| &parts[need])
                    .any(|need| need.there == Answer::Yes && need.starts == Answer::No)
            })
            .collect();
        for at in &idle {
            parts[*at].starts = Answer::No;
        }
        if idle.is_empty() {
            return;
        }
    }
}

/// Whether every job has those that it needs, else GitLab makes no pipeline at all; and the job that lacks one.
fn whole(
    merged: &Merged,
    jobs: &[(String, Found)],
    parts: &[Part],
    missing: &Answer,
) -> (Answer, Option<(usize, String)>) {
    let mut answer = Answer::Yes;
    let mut lacking = None;
    for ((name, _), part) in jobs.iter().zip(parts) {
        for need in part.needs.iter().filter(|need| !need.optional) {
            let there = need.among(jobs).map_or(missing.clone(), |at| parts[at].there.clone());
            let one = part.there.clone().opposite().or(there);
            if one == Answer::No && lacking.is_none() {
                let (line, file) = merged.stands(name);
                let why = format!("{file}the job `{name}` needs `{}`, which would not be there", need.job);
                lacking = Some((line, why));
            }
            answer = answer.and(one);
        }
    }
    (answer, lacking)
}

/// The first job of `.pre` or `.post` where no other is left.
fn edges_alone(merged: &Merged, jobs: &[(String, Found)], parts: &[Part]) -> Option<(usize, String)> {
    let (name, _) = jobs.iter().zip(parts).find(|(_, part)| part.edge && part.there != Answer::No)?.0;
    let (line, file) = merged.stands(name);
    let why = format!(
        "{file}only jobs such as `{name}` are left, in `.pre` or `.post`, and GitLab makes no pipeline of these alone"
    );
    Some((line, why))
}

/// The first job that would run after a failure only, where no other is left.
fn failures_alone(merged: &Merged, jobs: &[(String, Found)], parts: &[Part]) -> Option<(usize, String)> {
    let (name, _) = jobs.iter().zip(parts).find(|(_, part)| part.there == Answer::Yes)?.0;
    let (line, file) = merged.stands(name);
    Some((line, format!("{file}the job `{name}` runs only after another has failed")))
}

fn beyond(merged: &Merged) -> Answer {
    Answer::unknown(merged.unseen())
}

/// `workflow: rules`; without any, each push of a branch or a tag has a pipeline.
fn admitted(merged: &Merged, pushed: &Pushed, variables: &mut Variables) -> Answer {
    let Some(workflow) = merged.get("workflow") else {
        return if merged.beyond.is_empty() { Answer::Yes } else { beyond(merged) };
    };
    match workflow.get("rules") {
        None => Answer::Yes,
        Some(rules) => {
            let answer = ruled(rules, pushed, variables, "always", |when| when != "never");
            let taken = rules.items().iter().find(|one| condition(one, pushed, variables) == Answer::Yes);
            if let Some(table) = taken.and_then(|one| one.get("variables")) {
                variables.add(table);
            }
            answer
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(text: &str, tag: &str) -> Vec<String> {
        let others = |path: &str| {
            let text = match path {
                "ci/base.yml" => {
                    ".base:\n  rules:\n    - if: $CI_COMMIT_TAG =~ /^v/\nincluded: {script: [x], only: [tags]}\n"
                }
                _ => return None,
            };
            Some(text.to_owned())
        };
        let started = match started(text, &Pushed::tag(tag, "main"), &others) {
            Ok(started) => started,
            Err((line, why)) => return vec![format!("{line}: {why}")],
        };
        let shown = |job: &Job| match &job.runs {
            Answer::Yes => Some(job.name.clone()),
            Answer::No => None,
            Answer::Unknown(_) => Some(format!("{}?", job.name)),
        };
        started.jobs.iter().filter_map(shown).collect()
    }

    #[test]
    fn rules_only_and_except() {
        let table = [
            ("a: {script: [x]}\n", vec!["a"]),
            ("a: {script: [x], only: [main]}\n", vec![]),
            ("a: {script: [x], only: [tags]}\n", vec!["a"]),
            ("a: {script: [x], only: [/^v/, schedules]}\n", vec!["a"]),
            ("a: {script: [x], only: {refs: [tags], variables: [$CI_COMMIT_TAG =~ /^w/]}}\n", vec![]),
            ("a: {script: [x], except: [tags]}\n", vec![]),
            ("a: {script: [x], except: {variables: [$NIGHTLY]}}\n", vec!["a?"]),
            ("a: {script: [x], rules: [{changes: [y]}]}\n", vec!["a"]),
            ("a: {script: [x], rules: [{exists: [y]}]}\n", vec!["a?"]),
            ("a: {script: [x], rules: [{if: $NIGHTLY, when: never}, {when: on_success}]}\n", vec!["a?"]),
            ("a: {script: [x], rules: [{if: $NIGHTLY, when: manual}, {when: on_success}]}\n", vec!["a"]),
            ("a: {script: [x], rules: [{if: $CI_COMMIT_TAG, when: never}, {when: always}]}\n", vec![]),
            ("variables: {NIGHTLY: ''}\na: {script: [x], rules: [{if: $NIGHTLY}]}\n", vec![]),
            (".t: {rules: [{if: $CI_COMMIT_TAG}]}\na: {extends: .t, script: [x]}\n", vec!["a"]),
            (
                ".t: {rules: [{if: $CI_COMMIT_BRANCH}]}\na: {rules: [!reference [.t, rules], {if: $CI_COMMIT_TAG}], script: [x]}\n",
                vec!["a"],
            ),
            ("include: ci/base.yml\na: {extends: .base, script: [x]}\n", vec!["included", "a"]),
            (
                "include: [{local: /ci/base.yml}, {template: X.yml}]\na: {extends: .other, script: [x]}\n",
                vec!["included?", "a?"],
            ),
            ("include: {template: X.yml}\na: {script: [x]}\n", vec!["a?"]),
            (
                "include: {template: X.yml}\nworkflow: {rules: [{if: $CI_COMMIT_TAG}]}\na: {script: [x]}\n",
                vec!["a"],
            ),
            ("a: {script: [x], needs: [b]}\nb: {script: [x], rules: [{if: $CI_COMMIT_BRANCH}]}\n", vec![]),
            (
                "a: {script: [x], needs: [{job: b, optional: true}]}\nb: {script: [x], only: [main]}\n",
                vec!["a"],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(jobs(text, "v1.0.0"), expected, "{text}");
        }
    }

    /// Jobs that are in a pipeline, or would be, and do not run for it.
    #[test]
    fn jobs_that_do_not_start() {
        let table = [
            (
                "a: {stage: .pre, script: [x]}\n",
                "1: only jobs such as `a` are left, in `.pre` or `.post`, and GitLab makes no pipeline of these alone",
            ),
            (
                "a: {stage: .pre, script: [x]}\nb: {script: [x], only: [main]}\nc: {stage: .post, script: [x]}\n",
                "1: only jobs such as `a`",
            ),
            ("a: {stage: .pre, script: [x]}\nb: {script: [x]}\n", "a b"),
            ("a: {stage: .pre, script: [x]}\nb: {script: [x], rules: [{if: $X}]}\n", "a? b?"),
            ("include: {template: X.yml}\nworkflow: {}\na: {stage: .pre, script: [x]}\n", "a?"),
            ("a: {script: [x], when: on_failure}\n", "1: the job `a` runs only after another has failed"),
            (
                "a: {script: [x], when: on_failure}\nb: {script: [x], needs: [a]}\n",
                "1: the job `a` runs only after another has failed",
            ),
            ("a: {script: [x], when: on_failure}\nb: {script: [x], needs: [a], when: always}\n", "b"),
            (
                "a: {script: [x], when: on_failure, rules: [{if: $CI_COMMIT_TAG}]}\n",
                "1: the job `a` runs only",
            ),
            ("a: {script: [x], when: on_failure, rules: [{if: $CI_COMMIT_TAG, when: always}]}\n", "a"),
            (
                "a: {script: [x], rules: [{if: $CI_COMMIT_TAG, when: on_failure}]}\nb: {script: [x], stage: deploy}\n",
                "b",
            ),
            ("a: {script: [x], when: manual}\n", "a"),
            ("a: {script: [x], when: manual, rules: [{if: $CI_COMMIT_TAG}]}\n", "a"),
            ("a: {script: [x], when: delayed, start_in: 1 hour}\n", "a"),
            (
                "b: {script: [x], only: [main]}\na: {script: [x], needs: [b]}\n",
                "2: the job `a` needs `b`, which would not be there",
            ),
            (
                "a: {script: [x], needs: [b], rules: [{if: $CI_COMMIT_TAG, needs: []}]}\nb: {script: [x], only: [main]}\n",
                "a",
            ),
            (
                "a: {script: [x], rules: [{if: $CI_COMMIT_TAG, needs: [b]}]}\nb: {script: [x], only: [main]}\n",
                "1: the job `a` needs `b`, which would",
            ),
            ("a: {script: [x], rules: [{if: $X, needs: []}, {if: $CI_COMMIT_TAG}]}\n", "a?"),
            (
                ".n: {needs: [b]}\na: {script: [x], needs: !reference [.n, needs]}\nb: {script: [x], only: [main]}\n",
                "2: the job `a` needs `b`",
            ),
        ];
        for (text, expected) in table {
            let started = started(text, &Pushed::tag("v1.0.0", "main"), &|_| None).unwrap();
            match &started.why {
                Some((line, why)) => {
                    assert_eq!(started.any(), Answer::No, "{text}");
                    let said = format!("{line}: {why}");
                    assert!(said.starts_with(expected), "{text}{said}");
                }
                None => assert_eq!(jobs(text, "v1.0.0").join(" "), expected, "{text}"),
            }
        }
    }

    /// Twice a tag's prefix was missing in `workflow: rules`, and a pushed tag made no pipeline.
    #[test]
    fn a_workflow_that_lacks_a_prefix_starts_nothing() {
        let file = "workflow:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'\n    \
            - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n    - if: $CI_COMMIT_TAG =~ /^v/\n\
            publish: {script: [x], rules: [{if: $CI_COMMIT_TAG =~ /^scheduler-v/}]}\nimages: {script: [x], only: [/^v/]}\n";
        assert_eq!(jobs(file, "v0.4.0"), ["images"]);
        assert_eq!(jobs(file, "scheduler-v0.4.0b1"), [""; 0]);
        let mended = file.replace("=~ /^v/\n", "=~ /^(scheduler-)?v/\n");
        assert_eq!(jobs(&mended, "scheduler-v0.4.0b1"), ["publish"]);
    }

    #[test]
    fn what_is_no_pipeline_is_refused() {
        let tag = Pushed::tag("v1", "main");
        assert!(started("- a\n", &tag, &|_| None).is_err());
        assert!(started("a: [\n", &tag, &|_| None).is_err());
        let endless = |_: &str| Some("include: x.yml\n".to_owned());
        assert!(started("include: x.yml\n", &tag, &endless).is_err());
        let lost = "stages: [test]\ninclude: ci/none.yml\n";
        let why = "it includes ci/none.yml, and there is no such file".to_owned();
        assert_eq!(started(lost, &tag, &|_| None).unwrap_err(), (2, why));
        let broken = |_: &str| Some("b: {script: [x]}\na: {when: never, script: [x]}\n".to_owned());
        let why = "in ci/x.yml the job `a` has `when: never`, which only rules may have".to_owned();
        assert_eq!(started("include:\n  - ci/x.yml\n", &tag, &broken).unwrap_err(), (2, why));
        assert_eq!(started("", &tag, &|_| None).unwrap().pipeline, Answer::No);
    }
}
