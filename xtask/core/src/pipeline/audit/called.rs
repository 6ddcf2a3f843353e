//! Workflows that jobs of a workflow call ("Reuse workflows", "Reusing workflow configurations").

use std::rc::Rc;

use super::GITHUB;
use super::answer::Answer;
use super::document::{Members, Node, Value};
use super::event::Pushed;
use super::github::{document, parts};
use super::merged::Read;

/// How many workflows may be called in a row, the first caller not counted.
const DEEPEST: usize = 9;

/// Whether any job of a reusable workflow runs when a job calls it; `callers` are the files that lead there.
///
/// # Errors
/// Why GitHub would refuse the file that calls it, as what its job does: `calls x.yml, and …`.
pub fn called(
    path: &str,
    job: &Node,
    pushed: &Pushed,
    others: Read<'_>,
    callers: &mut Vec<String>,
) -> Result<Answer, String> {
    let Some(file) = path.strip_prefix("./") else {
        return Ok(Answer::unknown(format!(
            "`uses: {path}` is in another repository, which is not looked into"
        )));
    };
    if callers.iter().any(|caller| caller == file) || callers.len() >= DEEPEST {
        return Err(format!("calls {file}, and these calls never end"));
    }
    let text = others(file).filter(|_| file.starts_with(GITHUB));
    let text = text.ok_or_else(|| format!("calls {file}, and there is no such workflow"))?;
    let inside = |(line, why): (usize, String)| format!("calls {file}, line {line}: {why}");
    let workflow = document(&text).map_err(inside)?;
    let call = workflow.get("on").and_then(|on| match &on.value {
        Value::Table(_) => on.get("workflow_call").cloned(),
        _ => on.texts()?.contains(&"workflow_call").then(|| on.clone()),
    });
    let call = call.ok_or_else(|| format!("calls {file}, which has no `on: workflow_call`"))?;
    given(&call, job).map_err(|why| format!("calls {file}, {why}"))?;
    callers.push(file.to_owned());
    let parts = parts(&workflow, pushed, others, callers).map_err(inside);
    callers.pop();
    Ok(parts?.into_iter().fold(Answer::No, |answer, part| answer.or(part.runs)))
}

/// Whether a job gives what the workflow asks for, and nothing that it does not know.
fn given(call: &Node, job: &Node) -> Result<(), String> {
    let members = |node: Option<&Rc<Node>>| node.map_or(&[] as &[_], |node| node.pairs()).to_vec();
    let required = |node: &Node| {
        node.get("default").is_none() && node.get("required").and_then(|value| value.text()) == Some("true")
    };
    let inherits = job.get("secrets").and_then(|secrets| secrets.text()) == Some("inherit");
    for (asked, own, name) in [("inputs", "with", "input"), ("secrets", "secrets", "secret")] {
        if name == "secret" && inherits {
            continue;
        }
        let (asked, own) = (members(call.get(asked)), members(job.get(own)));
        let lacks = |one: &str, all: &Members| all.iter().all(|(name, _)| !name.eq_ignore_ascii_case(one));
        if let Some((one, _)) = asked.iter().find(|(one, node)| required(node) && lacks(one, &own)) {
            return Err(format!("which requires the {name} `{one}`"));
        }
        if let Some((one, _)) = own.iter().find(|(one, _)| lacks(one, &asked)) {
            return Err(format!("which knows no {name} `{one}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::github::started;
    use super::*;

    fn files(path: &str) -> Option<String> {
        let run = "{runs-on: x, steps: [{run: x}]}";
        Some(match path.strip_prefix(GITHUB)? {
            "called.yml" => format!("on: {{workflow_call: {{}}}}\njobs: {{a: {run}}}\n"),
            "never.yml" => format!("on: workflow_call\njobs: {{a: {{if: false, <<: {run}}}}}\n"),
            "input.yml" => format!("on: workflow_call\njobs: {{a: {{if: inputs.x, <<: {run}}}}}\n"),
            "further.yml" => {
                "on: workflow_call\njobs: {a: {uses: ./.github/workflows/called.yml}}\n".to_owned()
            }
            "endless.yml" => {
                "on: workflow_call\njobs: {a: {uses: ./.github/workflows/endless.yml}}\n".to_owned()
            }
            "push.yml" => format!("on: push\njobs: {{a: {run}}}\n"),
            "broken.yml" => "on: workflow_call\njobs:\n  a: {steps: [{run: x}]}\n".to_owned(),
            _ => return None,
        })
    }

    #[test]
    fn called_workflows_are_followed() {
        let table = [
            ("./.github/workflows/called.yml", "Yes"),
            ("./.github/workflows/further.yml", "Yes"),
            ("./.github/workflows/input.yml", "Unknown"),
            ("example/other/.github/workflows/x.yml@v1", "Unknown"),
            (
                "./.github/workflows/never.yml",
                "3: no job of ./.github/workflows/never.yml runs, which the job `a` calls",
            ),
            (
                "./.github/workflows/none.yml",
                "3: the job `a` calls .github/workflows/none.yml, and there is no such workflow",
            ),
            ("./ci/called.yml", "3: the job `a` calls ci/called.yml, and there is no such workflow"),
            (
                "./.github/workflows/push.yml",
                "3: the job `a` calls .github/workflows/push.yml, which has no `on: workflow_call`",
            ),
            (
                "./.github/workflows/endless.yml",
                "3: the job `a` calls .github/workflows/endless.yml, line 2: the job `a` calls .github/workflows/endless.yml, and these calls never end",
            ),
            (
                "./.github/workflows/broken.yml",
                "3: the job `a` calls .github/workflows/broken.yml, line 3: the job `a` has neither `runs-on` nor `uses`",
            ),
        ];
        for (path, expected) in table {
            let text = format!("on: push\njobs:\n  a: {{uses: {path}}}\n");
            let said = match started(&text, &Pushed::tag("v1", "main"), &files) {
                Err((line, why)) => format!("{line}: {why}"),
                Ok(found) => match (found.any(), found.why) {
                    (Answer::No, Some((line, why))) => format!("{line}: {why}"),
                    (Answer::Unknown(_), None) => "Unknown".to_owned(),
                    (answer, why) => format!("{answer:?}{}", why.map_or("", |_| " why")),
                },
            };
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn what_is_asked_for_must_be_given() {
        let table = [
            ("with: {x: 1}, secrets: {t: y}", None),
            ("with: {x: 1, y: 2}, secrets: inherit", None),
            ("secrets: inherit", Some("which requires the input `x`")),
            ("with: {x: 1}", Some("which requires the secret `t`")),
            ("with: {x: 1, z: 2}, secrets: inherit", Some("which knows no input `z`")),
        ];
        let call = |_: &str| {
            let asked = "inputs: {x: {required: true}, y: {required: false}}, secrets: {t: {required: true}}";
            Some(format!(
                "on: {{workflow_call: {{{asked}}}}}\njobs: {{a: {{runs-on: x, steps: [{{run: x}}]}}}}\n"
            ))
        };
        for (own, expected) in table {
            let text = format!("on: push\njobs:\n  a: {{uses: ./.github/workflows/x.yml, {own}}}\n");
            let found = started(&text, &Pushed::tag("v1", "main"), &call);
            match expected {
                None => assert_eq!(found.unwrap().any(), Answer::Yes, "{own}"),
                Some(why) => assert!(found.unwrap_err().1.ends_with(why), "{own}"),
            }
        }
    }
}
