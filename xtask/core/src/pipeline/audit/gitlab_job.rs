//! One job of a GitLab pipeline: is it there, and does it run ("CI/CD YAML syntax reference": `rules`, `when`).

use std::rc::Rc;

use super::answer::Answer;
use super::document::{Node, Value};
use super::event::{Pushed, RefKind};
use super::merged::Merged;
use super::need::{Need, needed};
use super::only::named;
use super::rule;
use super::variables::Variables;

/// What becomes of one job in the pipeline of a push.
pub struct Part {
    /// Whether it is in the pipeline at all.
    pub there: Answer,
    /// Whether it runs when nothing fails, by itself or when a person says so.
    pub starts: Answer,
    /// Whether it runs only after what it needs has succeeded.
    pub follows: bool,
    pub needs: Vec<Need>,
    /// Its stage is `.pre` or `.post`.
    pub edge: bool,
}

impl Part {
    /// What is not known of a job is said of both.
    pub fn unknown(why: String) -> Part {
        let unknown = Answer::unknown(why);
        Part { there: unknown.clone(), starts: unknown, follows: false, needs: Vec::new(), edge: false }
    }
}

/// What becomes of a job, by its `rules`, or its `only` and `except`, and its `when`.
pub fn part(merged: &Merged, name: &str, job: &Node, pushed: &Pushed, variables: &Variables) -> Part {
    let mut variables = variables.clone();
    if let Some(table) = job.get("variables") {
        variables.add(table);
    }
    let value = |key| merged.value(job, key).map(|found| found.filter(|node| node.value != Value::Null));
    let (rules, only, except) = match (value("rules"), value("only"), value("except")) {
        (Err(why), ..) | (_, Err(why), _) | (.., Err(why)) => return Part::unknown(why),
        (Ok(rules), Ok(only), Ok(except)) => (rules, only, except),
    };
    let when = job.get("when").and_then(|when| when.text()).unwrap_or("on_success");
    let own = needed(merged, job);
    let Some(rules) = rules else {
        let within = only.map_or(Answer::Yes, |only| named(&only, true, pushed, &variables));
        let without = except.map_or(Answer::No, |except| named(&except, false, pushed, &variables));
        let there = within.and(without.opposite());
        let starts = there.clone().and(Answer::of(when != "on_failure"));
        return Part { there, starts, follows: follows(when), needs: own, edge: false };
    };
    let answer = |of: fn(&str) -> bool| ruled(&rules, pushed, &variables, when, of);
    let mut part = Part {
        there: answer(|when| when != "never"),
        starts: answer(|when| !matches!(when, "never" | "on_failure")),
        follows: answer(follows) == Answer::Yes,
        needs: own,
        edge: false,
    };
    // A rule's own `needs` stand in the place of the job's.
    if rules.items().iter().any(|rule| rule.get("needs").is_some()) {
        let answer = |rule: &Rc<Node>| condition(rule, pushed, &variables);
        let first = rules.items().iter().find(|rule| answer(rule) != Answer::No);
        match first.map(|rule| (rule, answer(rule))) {
            Some((rule, Answer::Yes)) => {
                let of: &Node = if rule.get("needs").is_some() { rule } else { job };
                part.needs = needed(merged, of);
            }
            Some(_) => {
                let why = format!("which `needs` the job `{name}` has depends on its `rules`");
                part.starts = part.starts.and(Answer::unknown(why));
            }
            None => {}
        }
    }
    part
}

/// Whether a job with this `when` waits for the success of what it needs.
fn follows(when: &str) -> bool {
    matches!(when, "on_success" | "delayed")
}

/// The first rule that holds decides; when none does, nothing happens. A rule without a `when` has the job's.
pub fn ruled(
    rules: &Node,
    pushed: &Pushed,
    variables: &Variables,
    when: &str,
    of: impl Fn(&str) -> bool,
) -> Answer {
    if !matches!(rules.value, Value::List(_)) {
        return Answer::unknown("`rules` is no list");
    }
    rules.items().iter().rev().fold(Answer::No, |rest, one| {
        let outcome = Answer::of(of(one.get("when").and_then(|when| when.text()).unwrap_or(when)));
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
pub fn condition(rule: &Node, pushed: &Pushed, variables: &Variables) -> Answer {
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
