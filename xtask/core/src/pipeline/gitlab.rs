//! The pipelines as GitLab's one file.

use super::audit::GITLAB;
use super::file::{File, head};
use super::jobs::{Handover, Job, Pipelines, Stage};
use super::tags::{branch_pattern, pattern};
use super::writer::{Table, Yaml, document};
use crate::model::target::TargetKind;

const REVIEW: &str = "$CI_PIPELINE_SOURCE == \"merge_request_event\"";

/// The file.
pub fn file(all: &Pipelines) -> File {
    let mut lines = head("gitlab");
    lines.push(
        "Secrets are variables of the project's settings: protected, masked, and where a job has an"
            .to_owned(),
    );
    lines.push("environment, of that environment alone.".to_owned());
    let several = all.releases.len() > 1;
    let mut jobs: Vec<(String, Yaml, Stage)> = Vec::new();
    for one in &all.checks {
        let rules = if one.review {
            vec![REVIEW.to_owned()]
        } else {
            vec![REVIEW.to_owned(), "$CI_COMMIT_BRANCH".into()]
        };
        jobs.push((one.id.clone(), job(all, one, "", &rules), one.stage));
    }
    for release in &all.releases {
        let prefix = if several { format!("{}-", release.group) } else { String::new() };
        let rules = vec![of_tag(&release.tag.name)];
        jobs.extend(
            release
                .jobs
                .iter()
                .map(|one| (format!("{prefix}{}", one.id), job(all, one, &prefix, &rules), one.stage)),
        );
    }
    if let Some(companions) = &all.companions {
        let rules: Vec<String> = companions.tags.iter().map(|rule| of_tag(&rule.name)).collect();
        jobs.extend(companions.jobs.iter().map(|one| (one.id.clone(), job(all, one, "", &rules), one.stage)));
    }
    let stages = Stage::ALL.into_iter().filter(|stage| jobs.iter().any(|(_, _, own)| own == stage));
    let mut top = Table::new()
        .with("stages", Yaml::short(stages.map(Stage::name)))
        .with("workflow", workflow(all))
        .apart()
        .saying("Merge requests, the branches that releases are cut from, and exactly the tags that releases make.")
        .with("default", defaults(all))
        .apart()
        .with("variables", variables())
        .apart();
    for (name, job, _) in jobs {
        top = top.with(name, job).apart();
    }
    File { path: GITLAB.to_owned(), text: document(&lines, &top) }
}

fn of_tag(tag: &crate::model::template::Template) -> String {
    format!("$CI_COMMIT_TAG =~ {}", pattern(tag))
}

fn rules(conditions: &[String]) -> Yaml {
    let each = conditions.iter().map(|one| Table::new().with("if", Yaml::text(one.clone())).into());
    Yaml::List(each.collect())
}

fn workflow(all: &Pipelines) -> Yaml {
    let branch = |glob: &String| {
        if glob.contains(['*', '?', '[', '{']) {
            format!("$CI_COMMIT_BRANCH =~ {}", branch_pattern(glob))
        } else {
            format!("$CI_COMMIT_BRANCH == \"{glob}\"")
        }
    };
    let one = |condition: String| Table::new().with("if", Yaml::text(condition));
    // A push that follows would end the checks of the one before, and releases ask for its commit.
    let kept = || Table::new().with("on_new_commit", Yaml::text("none")).into();
    let mut rules = vec![one(REVIEW.to_owned())];
    rules.extend(all.branches.iter().map(|glob| one(branch(glob)).with("auto_cancel", kept())));
    rules.extend(all.releases.iter().map(|release| one(of_tag(&release.tag.name))));
    rules.extend(all.companions.iter().flat_map(|all| all.tags.iter().map(|rule| one(of_tag(&rule.name)))));
    Table::new().with("rules", Yaml::List(rules.into_iter().map(Yaml::Table).collect())).into()
}

fn defaults(all: &Pipelines) -> Yaml {
    let cache = Table::new()
        .with("key", Table::new().with("files", Yaml::short(["Cargo.lock"])).into())
        .with("paths", Yaml::short(["target/cargo/", "target/debug/"]));
    Table::new()
        .with("image", Yaml::text(all.ci.image.clone()))
        .with("timeout", Yaml::text(minutes(all.ci.timeout)))
        .with("interruptible", Yaml::switch(true))
        .with("cache", cache.into())
        .into()
}

fn minutes(number: usize) -> String {
    format!("{number} minutes")
}

fn variables() -> Yaml {
    Table::new()
        .with("GIT_DEPTH", Yaml::text("0"))
        .saying("All of the history, every branch and tag.")
        .with("CARGO_HOME", Yaml::text("$CI_PROJECT_DIR/target/cargo"))
        .into()
}

fn job(all: &Pipelines, one: &Job, prefix: &str, conditions: &[String]) -> Yaml {
    let tagged = conditions.iter().all(|condition| condition.starts_with("$CI_COMMIT_TAG"));
    let mut table = Table::new().with("stage", Yaml::text(one.stage.name())).with("rules", rules(conditions));
    let needs = one.needs.iter().map(|name| format!("{prefix}{name}"));
    table = table.with("needs", Yaml::short(needs));
    if tagged {
        table = table.with("interruptible", Yaml::switch(false));
    }
    if one.waits > 0 {
        table = table.with("timeout", Yaml::text(minutes(all.ci.timeout + one.waits)));
    }
    if let Some(machine) = &one.machine {
        let image = machine.image.as_ref().map(|image| Yaml::text(image.replace("{python}", "$PYTHON")));
        table = table.maybe("image", image);
        if !machine.tags.is_empty() {
            table = table.with("tags", Yaml::short(machine.tags.clone()));
        }
        if !machine.python.is_empty() {
            let matrix = Table::new().with("PYTHON", Yaml::short(machine.python.clone()));
            table =
                table.with("parallel", Table::new().with("matrix", Yaml::List(vec![matrix.into()])).into());
        }
    }
    if one.publishes {
        table = table.with("resource_group", Yaml::text(format!("{prefix}{}", one.id)));
    }
    if let Some(name) = &one.environment {
        // Whoever only reads has the secrets, and no deployment begins.
        let deploys = one.stage == Stage::Publish;
        let read =
            || Table::new().with("name", Yaml::text(name.clone())).with("action", Yaml::text("access"));
        table = table.with("environment", if deploys { Yaml::text(name.clone()) } else { read().into() });
    }
    let tokens = identity(all, one);
    if !tokens.is_empty() {
        table = table.with("id_tokens", tokens.into());
    }
    let own = own_variables(one, tagged);
    if !own.is_empty() {
        table = table.with("variables", own.into());
    }
    table = table.with("script", Yaml::list(one.commands.clone()));
    let kept = match one.gives {
        Some(Handover::Artifacts) => Some("target/windlass/*-*/"),
        Some(Handover::Part) => Some("target/windlass/parts/"),
        None => None,
    };
    if let Some(path) = kept {
        let artifacts =
            Table::new().with("paths", Yaml::short([path])).with("expire_in", Yaml::text("30 days"));
        table = table.with("artifacts", artifacts.into());
    }
    table.into()
}

/// The tokens that say who runs the job: twine reads `PYPI_ID_TOKEN`, npm `NPM_ID_TOKEN`.
fn identity(all: &Pipelines, one: &Job) -> Table {
    let mut table = Table::new();
    let audience = |kind: &TargetKind| all.ci.audiences.get(kind).cloned();
    for kind in &one.identity {
        let (name, audience) = match kind {
            TargetKind::Pypi => ("PYPI_ID_TOKEN", audience(kind).or(Some("pypi".to_owned()))),
            _ => ("NPM_ID_TOKEN", audience(kind)),
        };
        if let Some(audience) = audience {
            table = table.with(name, Table::new().with("aud", Yaml::text(audience)).into());
        }
    }
    table
}

fn own_variables(one: &Job, tagged: bool) -> Table {
    let mut table = Table::new();
    if tagged {
        table = table.with("TAG", Yaml::text("$CI_COMMIT_TAG"));
    }
    if one.review {
        table = table.with("BASE", Yaml::text("$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"));
    }
    if let Some(machine) = &one.machine {
        let python = if machine.python.is_empty() { "" } else { "-py$PYTHON" };
        table = table.with("PART", Yaml::text(format!("{}{python}", machine.name)));
    }
    table
}
