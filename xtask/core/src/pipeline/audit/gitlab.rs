//! A GitLab pipeline: would a push start it, and which of its jobs ("CI/CD YAML syntax reference": `workflow`,
//! `rules`, `only`, `except`, `needs`).

use super::answer::Answer;
use super::document::{Node, Value};
use super::event::{Pushed, RefKind};
use super::merged::{Merged, Read};
use super::rule;
use super::variables::Variables;
use super::{Job, Started};

/// Which jobs of a `.gitlab-ci.yml` a push starts; a job that waits for a person counts as started.
///
/// # Errors
/// The line and why the file can't be read.
pub fn started(text: &str, pushed: &Pushed, others: Read<'_>) -> Result<Started, (usize, String)> {
    let merged = Merged::read(text, others)?;
    let mut variables = Variables::of(pushed);
    if let Some(table) = merged.get("variables") {
        variables.add(&table);
    }
    let admitted = admitted(&merged, pushed, &mut variables);
    let mut jobs = Vec::new();
    let mut needed: Vec<(usize, String)> = Vec::new();
    for (index, (name, job)) in merged.jobs().into_iter().enumerate() {
        let (line, runs) = match &job {
            Ok(job) => {
                needed.extend(needs(job).into_iter().map(|one| (index, one)));
                (job.line, runs(&merged, job, pushed, &variables))
            }
            Err(why) => (1, Answer::unknown(why.clone())),
        };
        jobs.push(Job { name, line, runs });
    }
    let any = jobs.iter().fold(Answer::No, |answer, job| answer.or(job.runs.clone()));
    let any = if merged.beyond.is_empty() { any } else { any.or(beyond(&merged)) };
    let whole = needed.iter().fold(Answer::Yes, |answer, (index, one)| {
        let there = jobs.iter().find(|job| job.name == *one).map(|job| job.runs.clone());
        let there = there.unwrap_or(if merged.beyond.is_empty() { Answer::No } else { beyond(&merged) });
        answer.and(jobs[*index].runs.clone().opposite().or(there))
    });
    let pipeline = admitted.and(any).and(whole);
    for job in &mut jobs {
        job.runs = pipeline.clone().and(job.runs.clone());
    }
    Ok(Started { pipeline, jobs })
}

fn beyond(merged: &Merged) -> Answer {
    Answer::unknown(format!("the file uses {}, which is not looked into", merged.beyond.join(", ")))
}

/// `workflow: rules`; without any, each push of a branch or a tag has a pipeline.
fn admitted(merged: &Merged, pushed: &Pushed, variables: &mut Variables) -> Answer {
    let Some(workflow) = merged.get("workflow") else {
        return if merged.beyond.is_empty() { Answer::Yes } else { beyond(merged) };
    };
    match workflow.get("rules") {
        None => Answer::Yes,
        Some(rules) => {
            let answer = ruled(rules, pushed, variables);
            let taken = rules.items().iter().find(|one| condition(one, pushed, variables) == Answer::Yes);
            if let Some(table) = taken.and_then(|one| one.get("variables")) {
                variables.add(table);
            }
            answer
        }
    }
}

/// The jobs that must be in the same pipeline, else GitLab makes none at all.
fn needs(job: &Node) -> Vec<String> {
    let items = job.get("needs").map_or(&[] as &[_], |needs| needs.items());
    let elsewhere = |item: &Node| item.get("pipeline").or(item.get("project")).is_some();
    let optional = |item: &Node| item.get("optional").and_then(|node| node.text()) == Some("true");
    let kept = items.iter().filter(|item| !elsewhere(item) && !optional(item));
    kept.filter_map(|item| item.text().or_else(|| item.get("job")?.text()).map(str::to_owned)).collect()
}

fn runs(merged: &Merged, job: &Node, pushed: &Pushed, variables: &Variables) -> Answer {
    let mut variables = variables.clone();
    if let Some(table) = job.get("variables") {
        variables.add(table);
    }
    let value = |key| match merged.value(job, key) {
        Ok(found) => Ok(found.filter(|node| node.value != Value::Null)),
        Err(why) => Err(Answer::unknown(why)),
    };
    match (value("rules"), value("only"), value("except")) {
        (Err(unknown), ..) | (_, Err(unknown), _) | (.., Err(unknown)) => unknown,
        (Ok(Some(rules)), ..) => ruled(&rules, pushed, &variables),
        (Ok(None), Ok(only), Ok(except)) => {
            let within = only.map_or(Answer::Yes, |only| named(&only, true, pushed, &variables));
            let without = except.map_or(Answer::No, |except| named(&except, false, pushed, &variables));
            within.and(without.opposite())
        }
    }
}

/// The first rule that holds decides; when none does, nothing happens.
fn ruled(rules: &Node, pushed: &Pushed, variables: &Variables) -> Answer {
    if !matches!(rules.value, Value::List(_)) {
        return Answer::unknown("`rules` is no list");
    }
    rules.items().iter().rev().fold(Answer::No, |rest, one| {
        let when = one.get("when").and_then(|when| when.text()).unwrap_or("on_success");
        let outcome = Answer::of(!matches!(when, "never" | "on_failure"));
        match condition(one, pushed, variables) {
            Answer::Yes => outcome,
            Answer::No => rest,
            Answer::Unknown(_) if rest == outcome => rest,
            unknown => unknown,
        }
    })
}

/// `if`, `changes`, `exists`: all that a rule says. What changed is not asked when a tag is pushed: there
/// `changes` always holds.
fn condition(rule: &Node, pushed: &Pushed, variables: &Variables) -> Answer {
    let said = match rule.get("if").map(|node| node.text()) {
        None => Answer::Yes,
        Some(Some(text)) => rule::holds(text, variables),
        Some(None) => Answer::unknown("`if` is no text"),
    };
    let changes = match rule.get("changes") {
        Some(_) if pushed.kind == RefKind::Branch => Answer::unknown("`changes` depends on the commits"),
        _ => Answer::Yes,
    };
    let exists = rule.get("exists").map_or(Answer::Yes, |_| Answer::unknown("`exists` depends on the files"));
    said.and(changes).and(exists)
}

/// `only` (all of its parts hold) and `except` (any of its parts does).
fn named(node: &Node, only: bool, pushed: &Pushed, variables: &Variables) -> Answer {
    let refs = |node: &Node| match node.texts() {
        Some(names) => names.iter().fold(Answer::No, |answer, name| answer.or(is_ref(name, pushed))),
        None => Answer::unknown("`only` and `except` list refs"),
    };
    if !matches!(node.value, Value::Table(_)) {
        return refs(node);
    }
    let join = |a: Answer, b: Answer| if only { a.and(b) } else { a.or(b) };
    let mut answer = if only { Answer::Yes } else { Answer::No };
    for (key, value) in node.pairs() {
        let part = match key.as_str() {
            "refs" => refs(value),
            "variables" => match value.texts() {
                Some(rules) => rules.iter().fold(Answer::No, |any, one| any.or(rule::holds(one, variables))),
                None => Answer::unknown("`variables` lists expressions"),
            },
            "changes" if pushed.kind == RefKind::Tag => Answer::Yes,
            other => Answer::unknown(format!("`{other}` is known to a run alone")),
        };
        answer = join(answer, part);
    }
    answer
}

/// Whether a keyword, a name or a pattern of `only` means what was pushed.
fn is_ref(name: &str, pushed: &Pushed) -> Answer {
    const OTHERS: [&str; 10] = [
        "api",
        "chat",
        "external",
        "external_pull_requests",
        "merge_requests",
        "pipelines",
        "schedules",
        "triggers",
        "web",
        "parent_pipeline",
    ];
    match name {
        "branches" => Answer::of(pushed.kind == RefKind::Branch),
        "tags" => Answer::of(pushed.kind == RefKind::Tag),
        "pushes" => Answer::Yes,
        other if OTHERS.contains(&other) => Answer::No,
        other if other.contains('@') => Answer::unknown(format!("`{other}` names another project")),
        other if other.starts_with('/') => match rule::pattern(other) {
            Some(pattern) => Answer::of(pattern.is_match(&pushed.name)),
            None => Answer::unknown(format!("the pattern `{other}` is not understood")),
        },
        other => Answer::of(other == pushed.name),
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
        let started = started(text, &Pushed::tag(tag, "main"), &others).unwrap();
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
            ("include: [{local: /ci/base.yml}]\na: {extends: .other, script: [x]}\n", vec!["included", "a?"]),
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
            ("a: {extends: a, script: [x]}\n", vec!["a?"]),
            (
                ".x: {rules: !reference [.x, rules]}\na: {rules: !reference [.x, rules], script: [x]}\n",
                vec!["a?"],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(jobs(text, "v1.0.0"), expected, "{text}");
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
        assert_eq!(started("", &tag, &|_| None).unwrap().pipeline, Answer::No);
    }
}
