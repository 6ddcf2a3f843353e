//! `preflight`: every gate looks, and nothing is changed.

use super::gates::{self, Matter};
use super::publish;
use super::release::{bad_bump, see};
use crate::app::{App, Exit, Refusal};
use crate::cli::{For, Preflight};
use crate::gate::{self, Subject};
use crate::model::config::{Config, Flow};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::plan;
use crate::report;
use crate::report::problem::Gravity;

pub fn run(app: &mut App<'_>, args: &Preflight) -> Result<Exit, Refusal> {
    let stage = match (args.stage, &args.tag) {
        (Some(For::Publish), _) | (None, Some(_)) => Stage::Publish,
        (Some(For::Release) | None, None) => Stage::Release,
        (Some(For::Release), Some(_)) => {
            let what = "--tag names a release that was cut; --for release looks at one that is not";
            return Err(Refusal::usage(Problem::new(Code::W0109, what).run("cargo xtask preflight minor")));
        }
    };
    match stage {
        Stage::Release => release(app, args),
        Stage::Publish => {
            if !args.bump.is_empty() || !args.group.is_empty() || !args.details.is_empty() {
                let what = "what is published has a tag; bump, group and pins are for what is released";
                let help = "name the release: --tag TAG [default: the newest of the default group]";
                return Err(Refusal::usage(Problem::new(Code::W0109, what).help(help)));
            }
            let (subject, judged) = publish::preflight(app, args)?;
            Ok(show(app, stage, &[subject], &judged.findings, Vec::new()))
        }
    }
}

/// The gates before a release is cut.
fn release(app: &mut App<'_>, args: &Preflight) -> Result<Exit, Refusal> {
    let bump = match args.bump.as_slice() {
        [] => None,
        words => Some(Bump::parse(words).map_err(|error| Refusal::usage(bad_bump(&error)))?),
    };
    if bump.is_none() && !args.details.is_empty() {
        let what = "--pin, --summary and --force-version go with a bump";
        return Err(Refusal::usage(Problem::new(Code::W0109, what).run("cargo xtask preflight minor")));
    }
    if let Some(bump) = bump.filter(|bump| !bump.is_release()) {
        let what = format!("no gate stands before `{bump}`");
        return Err(Refusal::usage(Problem::new(Code::W0109, what)));
    }
    let request = |config: &Config| {
        let groups = super::groups(config, &args.group)?;
        let reviewed = |group| config.group(group).is_some_and(|group| group.flow == Flow::Reviewed);
        Ok(Request {
            bump: bump.unwrap_or(Bump::Auto),
            prepare: args.prepare || groups.iter().any(reviewed),
            groups,
            summary: args.details.summary.clone(),
            force_version: args.details.force_version,
            offline: args.offline,
            pins: super::pins::asked(config, &args.details.pin)?,
        })
    };
    let seen = see(app, None, bump.is_some(), request)?;
    let skips = gates::skips(&seen.workspace.config, Stage::Release, &args.skips)?;
    let planned = bump.map(|_| plan::plan(&seen.workspace, &seen.facts, &seen.request));
    let (plan, unmet) = match planned {
        Some(Ok(plan)) => {
            let unmet = plan.unmet.clone();
            (Some(plan), unmet)
        }
        Some(Err(unmet)) => (None, unmet),
        None => (None, plan::gates::before_a_bump(&seen.workspace, &seen.facts, &seen.request)),
    };
    let subjects: Vec<Subject> = match &plan {
        Some(plan) => gates::subjects(plan),
        None => seen
            .request
            .groups
            .iter()
            .map(|group| Subject {
                group: group.clone(),
                version: None,
                tag: None,
                commit: seen.facts.head.clone(),
            })
            .collect(),
    };
    let matter = Matter {
        plan: plan.as_ref(),
        bumped: bump.is_some(),
        unmet: &unmet,
        wait: args.waits.wait,
        ..Matter::new(Stage::Release, &subjects)
    };
    let judged = gates::judge(&app.env, &seen.ground(&skips, true), &matter);
    let gates = gate::all(&seen.workspace.config);
    let others = unmet.into_iter().filter(|problem| !gates.iter().any(|gate| gate.owns(problem.code)));
    Ok(show(app, Stage::Release, &subjects, &judged.findings, others.collect()))
}

/// Shows the table, and gives the exit code that goes with it.
fn show(
    app: &mut App<'_>,
    stage: Stage,
    subjects: &[Subject],
    findings: &[Finding],
    others: Problems,
) -> Exit {
    for finding in findings {
        let gravity = if finding.verdict.bars() { Gravity::Error } else { Gravity::Warning };
        app.note(&finding.problems, gravity);
    }
    app.note(&others, Gravity::Error);
    let holds = others.is_empty() && !findings.iter().any(|finding| finding.verdict.bars());
    if app.json() {
        let groups: Vec<_> = subjects
            .iter()
            .map(|subject| {
                serde_json::json!({
                    "group": subject.group,
                    "version": subject.version.map(|version| version.to_string()),
                    "tag": subject.tag,
                    "commit": subject.commit,
                })
            })
            .collect();
        let shown = serde_json::json!({
            "format": 1,
            "for": stage,
            "groups": groups,
            "holds": holds,
            "gates": findings,
            "problems": others,
        });
        app.result_json(&shown);
    } else {
        let names: Vec<String> = subjects
            .iter()
            .map(|subject| match subject.version {
                Some(version) => format!("{} {version}", app.style.bold(subject.group.as_str())),
                None => app.style.bold(subject.group.as_str()),
            })
            .collect();
        let text = format!(
            "{}, before the {}\n\n{}",
            names.join(", "),
            match stage {
                Stage::Release => "release",
                Stage::Publish => "publication",
            },
            report::gates::table(findings, &others, app.style)
        );
        app.result(&text);
    }
    if holds { Exit::Done } else { Exit::Refused }
}
