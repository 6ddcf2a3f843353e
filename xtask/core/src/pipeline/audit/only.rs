//! GitLab's `only` and `except` ("Deprecated keywords").

use super::answer::Answer;
use super::document::{Node, Value};
use super::event::{Pushed, RefKind};
use super::rule;
use super::variables::Variables;

/// `only` (all of its parts hold) and `except` (any of its parts does).
pub fn named(node: &Node, only: bool, pushed: &Pushed, variables: &Variables) -> Answer {
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
