//! What GitLab refuses a whole file for, so that no push has a pipeline ("CI/CD YAML syntax reference": `stages`,
//! `script`, `when`, `rules`, `needs`, `dependencies`).

use super::document::{Node, Value};
use super::merged::{Found, Merged};
use super::need::{Need, circle, needed};
use super::stages::{Stages, stage};

/// The words of a job's `when`; `never` is one of rules alone.
const WHEN: [&str; 5] = ["on_success", "on_failure", "always", "manual", "delayed"];

/// What is wrong with a job.
struct Fault {
    why: String,
    /// A file that is not looked into may put it right.
    open: bool,
}

impl Fault {
    fn certain(why: String) -> Option<Fault> {
        Some(Fault { why, open: false })
    }

    fn open(why: String) -> Option<Fault> {
        Some(Fault { why, open: true })
    }
}

/// Holds every job to what GitLab asks of it; the jobs of which that is not known, with what would have to be.
///
/// # Errors
/// The line of the first job for which GitLab refuses the file, and why.
pub fn check(
    merged: &Merged,
    stages: &Stages,
    jobs: &[(String, Found)],
) -> Result<Vec<(String, String)>, (usize, String)> {
    let mut doubts = Vec::new();
    for (name, job) in jobs {
        let fault = match job {
            Ok(job) => of_job(merged, stages, jobs, name, job),
            Err(why) => Fault::open(format!("the job `{name}`: {why}")),
        };
        match fault {
            Some(fault) if fault.open && !merged.beyond.is_empty() => {
                doubts.push((name.clone(), format!("{}; {}", fault.why, merged.unseen())));
            }
            Some(fault) => {
                let (line, file) = merged.stands(name);
                return Err((line, format!("{file}{}", fault.why)));
            }
            None => {}
        }
    }
    match circle(merged, jobs) {
        Some(name) => {
            let (line, file) = merged.stands(name);
            Err((line, format!("{file}what the job `{name}` needs goes round in a circle")))
        }
        None => Ok(doubts),
    }
}

fn of_job(
    merged: &Merged,
    stages: &Stages,
    jobs: &[(String, Found)],
    name: &str,
    job: &Node,
) -> Option<Fault> {
    if !matches!(job.value, Value::Table(_)) {
        return Fault::certain(format!("`{name}` is neither a job nor a keyword"));
    }
    let has = |key: &str| job.get(key).is_some_and(|node| node.value != Value::Null);
    for key in ["script", "rules", "only", "except", "needs"] {
        if let Err(why) = merged.value(job, key) {
            return Fault::open(format!("the job `{name}`: {why}"));
        }
    }
    let runs = has("script") || has("run");
    match has("trigger") {
        true if runs => return Fault::certain(format!("the job `{name}` has `trigger` and a script")),
        false if !runs => {
            return Fault::open(format!("the job `{name}` has no `script`, `run` or `trigger`"));
        }
        _ => {}
    }
    of_when(merged, name, job).or_else(|| of_others(merged, stages, jobs, name, job))
}

/// `when`, beside the job and in its rules.
fn of_when(merged: &Merged, name: &str, job: &Node) -> Option<Fault> {
    let when = job.get("when").and_then(|when| when.text());
    match when {
        Some("never") => {
            return Fault::certain(format!("the job `{name}` has `when: never`, which only rules may have"));
        }
        Some("delayed") if job.get("start_in").is_none() => {
            return Fault::certain(format!("the job `{name}` is delayed without `start_in`"));
        }
        Some(other) if !WHEN.contains(&other) => {
            return Fault::certain(format!("the job `{name}` has an unknown `when: {other}`"));
        }
        _ => {}
    }
    let rules = merged.value(job, "rules").ok()?.filter(|rules| rules.value != Value::Null)?;
    if let Some(other) = ["only", "except"].into_iter().find(|key| job.get(key).is_some()) {
        return Fault::certain(format!("the job `{name}` has `rules` and `{other}`"));
    }
    let words = rules.items().iter().filter_map(|rule| rule.get("when")?.text());
    let odd = words.into_iter().find(|word| *word != "never" && !WHEN.contains(word))?;
    Fault::certain(format!("a rule of the job `{name}` has an unknown `when: {odd}`"))
}

/// The stage, and the jobs that are named.
fn of_others(
    merged: &Merged,
    stages: &Stages,
    jobs: &[(String, Found)],
    name: &str,
    job: &Node,
) -> Option<Fault> {
    let Some(own) = stages.at(job) else {
        return Fault::open(format!("the stage `{}` of the job `{name}` is not in `stages`", stage(job)));
    };
    let mut named = needed(merged, job);
    if let Ok(Some(rules)) = merged.value(job, "rules") {
        named.extend(rules.items().iter().flat_map(|rule| needed(merged, rule)));
    }
    if let Ok(Some(list)) = merged.value(job, "dependencies") {
        let texts = list.texts().unwrap_or_default().into_iter();
        named.extend(texts.map(|job| Need { job: job.to_owned(), optional: false }));
    }
    for need in &named {
        let other = &need.job;
        match need.among(jobs) {
            None if need.optional => {}
            None => return Fault::open(format!("the job `{name}` needs `{other}`, which is no job")),
            Some(at) => {
                let later = jobs[at].1.as_ref().is_ok_and(|job| stages.at(job).is_some_and(|at| at > own));
                if later {
                    let why = format!("the job `{name}` needs `{other}`, whose stage comes later");
                    return Fault::open(why);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::event::Pushed;
    use super::super::gitlab::started;

    #[test]
    fn one_bad_job_refuses_the_file() {
        let table = [
            ("a: {script: [x], when: never}", "2: the job `a` has `when: never`, which only rules may have"),
            ("a: {script: [x], when: sometimes}", "2: the job `a` has an unknown `when: sometimes`"),
            ("a: {script: [x], when: delayed}", "2: the job `a` is delayed without `start_in`"),
            ("a: {script: [x], rules: [{when: x}]}", "2: a rule of the job `a` has an unknown `when: x`"),
            ("a: {script: [x], rules: [{if: $X}], only: [tags]}", "2: the job `a` has `rules` and `only`"),
            ("a: {script: [x], stage: none}", "2: the stage `none` of the job `a` is not in `stages`"),
            ("stages: [test]\na: {script: [x], stage: build}", "3: the stage `build` of the job `a` is not"),
            ("a: {image: x}", "2: the job `a` has no `script`, `run` or `trigger`"),
            ("a: {script: }", "2: the job `a` has no `script`, `run` or `trigger`"),
            (".t: {image: x}\na: {extends: .t}", "3: the job `a` has no `script`"),
            ("a: {trigger: x/y, script: [x]}", "2: the job `a` has `trigger` and a script"),
            ("a: [x]", "2: `a` is neither a job nor a keyword"),
            ("a: ", "2: `a` is neither a job nor a keyword"),
            ("a: {extends: .t}", "2: the job `a`: `extends: .t` is not in the repository"),
            ("a: {extends: a, script: [x]}", "2: the job `a`: `extends` goes further than GitLab follows it"),
            (
                "a: {script: !reference [.t, script]}",
                "2: the job `a`: a `!reference` in `script` leads nowhere",
            ),
            (
                ".x: {rules: !reference [.x, rules]}\na: {rules: !reference [.x, rules], script: [x]}",
                "3: the job `a`: a `!reference` in `rules` leads nowhere",
            ),
            ("a: {script: [x], needs: [c]}", "2: the job `a` needs `c`, which is no job"),
            ("a: {script: [x], dependencies: [c]}", "2: the job `a` needs `c`, which is no job"),
            (
                "a: {script: [x], rules: [{when: always, needs: [c]}]}",
                "2: the job `a` needs `c`, which is no job",
            ),
            (
                "a: {script: [x], stage: build, needs: [ok]}",
                "2: the job `a` needs `ok`, whose stage comes later",
            ),
            (
                "a: {script: [x], needs: [b]}\nb: {script: [x], needs: [a]}",
                "2: what the job `a` needs goes round",
            ),
            ("a: {script: [x], needs: [a]}", "2: what the job `a` needs goes round in a circle"),
        ];
        let start =
            |text: &str| started(text, &Pushed::tag("v1", "main"), &|_| None).map(|found| found.any());
        for (text, expected) in table {
            let text = format!("ok: {{script: [x]}}\n{text}\n");
            let (line, why) = start(&text).unwrap_err();
            let said = format!("{line}: {why}");
            assert!(said.starts_with(expected), "{text}{said}");
        }
    }

    #[test]
    fn what_gitlab_takes_is_not_refused() {
        let table = [
            ".t: {script: [x]}\na: {extends: .t}",
            ".t: {script: [x], stage: .post}\na: {script: !reference [.t, script], stage: .pre}",
            ".t: [any, thing]\n.u: {when: never}",
            "a: {trigger: {include: x.yml}}",
            "a: {run: [{name: x, script: y}]}",
            "stages: [test, one]\na: {script: [x], stage: one, needs: [ok], dependencies: [ok]}",
            "a: {script: [x], needs: [{job: c, optional: true}, {pipeline: $UP, job: d}]}",
            "a: {script: [x], parallel: 2}\nb: {script: [x], needs: ['a 1/2']}",
            "a: {script: [x], rules: [{if: $X, when: never}, {if: $Y, when: delayed, start_in: 1 day}]}",
            "a: {script: [x], only: [tags], except: [branches]}",
            "default: {image: x}\nvariables: {A: b}\nimage: x\nbefore_script: [x]",
        ];
        for text in table {
            let text = format!("ok: {{script: [x]}}\n{text}\n");
            let found = started(&text, &Pushed::tag("v1", "main"), &|_| None);
            assert!(
                found.as_ref().is_ok_and(|found| found.certain().any(|job| job == "ok")),
                "{text}{found:?}"
            );
        }
    }

    /// What an include of another project may bring is not called missing.
    #[test]
    fn what_includes_may_mend_is_unknown() {
        for job in
            ["{script: [x], stage: none}", "{image: x}", "{extends: .t}", "{script: [x], dependencies: [c]}"]
        {
            let text =
                format!("include: {{template: X.yml}}\nworkflow: {{}}\nok: {{script: [x]}}\na: {job}\n");
            let found = started(&text, &Pushed::tag("v1", "main"), &|_| None).unwrap();
            assert_eq!(found.certain().collect::<Vec<_>>(), ["ok"], "{text}");
            assert!(matches!(found.jobs[1].runs, super::super::Answer::Unknown(_)), "{text}");
        }
        let never = "include: {template: X.yml}\na: {script: [x], when: never}\n";
        assert!(started(never, &Pushed::tag("v1", "main"), &|_| None).is_err());
    }
}
