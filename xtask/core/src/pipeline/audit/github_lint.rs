//! What GitHub calls an invalid workflow file, of which no job runs ("Workflow syntax for GitHub Actions": `jobs`).

use super::document::{Members, Node, Value};
use super::github::needs;

/// The jobs of a workflow, each of a shape that GitHub takes.
///
/// # Errors
/// The line and what GitHub refuses.
pub fn check(workflow: &Node) -> Result<&Members, (usize, String)> {
    let jobs = workflow.get("jobs").map_or(&[] as &[_], |jobs| jobs.pairs());
    if jobs.is_empty() {
        let line = workflow.get("jobs").map_or(1, |jobs| jobs.line);
        return Err((line, "it has no `jobs`".to_owned()));
    }
    for (name, job) in jobs {
        of_job(name, job)?;
        if let Some(other) = needs(job).into_iter().find(|need| jobs.iter().all(|(name, _)| name != need)) {
            return Err((job.line, format!("the job `{name}` needs `{other}`, which is no job")));
        }
    }
    Ok(jobs)
}

fn of_job(name: &str, job: &Node) -> Result<(), (usize, String)> {
    let refused = |why: &str| Err((job.line, format!("the job `{name}` {why}")));
    let has = |key: &str| job.get(key).is_some_and(|node| node.value != Value::Null);
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || !name.chars().all(letters) {
        return refused("has a name that is none: letters, digits, `-` and `_`, and a letter or `_` first");
    }
    if has("uses") {
        return match ["runs-on", "steps"].into_iter().find(|key| has(key)) {
            Some(key) => refused(&format!("has `uses` and `{key}`")),
            None => Ok(()),
        };
    }
    if !has("runs-on") {
        return refused("has neither `runs-on` nor `uses`");
    }
    let steps = job.get("steps").map_or(&[] as &[_], |steps| steps.items());
    if steps.is_empty() {
        return refused("has no `steps`");
    }
    for step in steps {
        let both = [step.get("run"), step.get("uses")];
        if both.iter().flatten().count() != 1 {
            let why = format!("a step of the job `{name}` has not either `run` or `uses`");
            return Err((step.line, why));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Answer;
    use super::super::event::Pushed;
    use super::super::github::started;

    #[test]
    fn one_bad_job_refuses_the_file() {
        let table = [
            ("a: {steps: [{run: x}]}", "4: the job `a` has neither `runs-on` nor `uses`"),
            ("a: {runs-on: x}", "4: the job `a` has no `steps`"),
            ("a: {runs-on: x, steps: []}", "4: the job `a` has no `steps`"),
            (
                "a: {runs-on: x, steps: [{name: y}]}",
                "4: a step of the job `a` has not either `run` or `uses`",
            ),
            ("a: {runs-on: x, steps: [{run: y, uses: z}]}", "4: a step of the job `a` has not either"),
            ("a: {uses: ./x.yml, runs-on: x}", "4: the job `a` has `uses` and `runs-on`"),
            ("a: {needs: c, runs-on: x, steps: [{run: y}]}", "4: the job `a` needs `c`, which is no job"),
            (
                "a: {needs: [a], runs-on: x, steps: [{run: y}]}",
                "4: what the job `a` needs goes round in a circle",
            ),
            ("a b: {runs-on: x, steps: [{run: y}]}", "4: the job `a b` has a name that is none"),
            ("a: ", "4: the job `a` has neither `runs-on` nor `uses`"),
        ];
        for (job, expected) in table {
            let with =
                |on: &str| format!("on: {on}\njobs:\n  ok: {{runs-on: x, steps: [{{run: y}}]}}\n  {job}\n");
            let start = |text: &str| started(text, &Pushed::tag("v1", "main"), &|_| None);
            let (line, why) = start(&with("push")).unwrap_err();
            let said = format!("{line}: {why}");
            assert!(said.starts_with(expected), "{job}: {said}");
            // What no tag starts is not held to it.
            assert_eq!(start(&with("pull_request")).unwrap().any(), Answer::No, "{job}");
        }
        let none = started("on: push\njobs: {}\n", &Pushed::tag("v1", "main"), &|_| None);
        assert_eq!(none.unwrap_err(), (2, "it has no `jobs`".to_owned()));
    }
}
