//! The pipelines as GitHub's workflows: one file for checks, one for each group's tags, one for its other tags.

use super::audit::GITHUB;
use super::file::{File, head};
use super::jobs::{Forge, Handover, Job, Packages, Pipelines, Source};
use super::tags::filters;
use super::writer::{Table, Yaml, document};
use crate::model::action::Action;
use crate::model::ci::CiRules;
use crate::model::config::TagRule;
use crate::model::toolbox::REQUIREMENTS;

const ACTIONS: &str = "No action is used but those of the forge's own `actions` organisation.";
/// What GitHub starts the checks of a review for by itself.
const REVIEWED: [&str; 3] = ["opened", "synchronize", "reopened"];
/// What else does where a label spares the note.
const LABELLED: [&str; 2] = ["labeled", "unlabeled"];

/// The workflow files.
pub fn files(all: &Pipelines) -> Vec<File> {
    let mut files = vec![checks(all)];
    for release in &all.releases {
        let name = match all.releases.len() {
            1 => "release".to_owned(),
            _ => format!("release-{}", release.group),
        };
        let mut top = Table::new()
            .with("name", Yaml::text(format!("Release {}", release.group)))
            .with("on", on_tags(std::slice::from_ref(&release.tag)))
            .apart()
            .with("permissions", Table::new().into())
            .apart()
            .with("concurrency", concurrency("release-${{ github.ref }}", Yaml::switch(false)))
            .apart()
            .saying("One run of a tag at a time. One that publishes is never broken off.");
        top = top.with("env", Table::new().with("TAG", Yaml::text("${{ github.ref_name }}")).into()).apart();
        let top = shell(top).with("jobs", jobs(all, &release.jobs, true)).apart();
        files.push(file(&name, &top));
    }
    if let Some(companions) = &all.companions {
        let top = Table::new()
            .with("name", Yaml::text("Tags"))
            .with("on", on_tags(&companions.tags))
            .apart()
            .with("permissions", Table::new().into())
            .apart()
            .with("env", Table::new().with("TAG", Yaml::text("${{ github.ref_name }}")).into())
            .apart();
        let top = shell(top).with("jobs", jobs(all, &companions.jobs, true)).apart();
        files.push(file("tags", &top));
    }
    files
}

fn file(name: &str, top: &Table) -> File {
    let mut lines = head("github");
    lines.push(ACTIONS.to_owned());
    File { path: format!("{GITHUB}{name}.yml"), text: document(&lines, top) }
}

fn checks(all: &Pipelines) -> File {
    let push =
        Table::new().with("branches", Yaml::short(all.branches.iter().flat_map(|glob| alternatives(glob))));
    let cancel = Yaml::text("${{ github.event_name == 'pull_request' }}");
    let mut review = Table::new();
    if all.labels_count {
        review = review.with("types", Yaml::short(REVIEWED.into_iter().chain(LABELLED)));
    }
    let group = "checks-${{ github.event.pull_request.number || github.run_id }}";
    let top = Table::new()
        .with("name", Yaml::text("Checks"))
        .with("on", Table::new().with("pull_request", review.into()).with("push", push.into()).into())
        .apart()
        .with("permissions", Table::new().into())
        .apart()
        .with("concurrency", concurrency(group, cancel))
        .apart()
        .saying(
            "Every push runs to its end, since releases ask for its commit; of a review the newest does.",
        );
    let top = shell(top).with("jobs", jobs(all, &all.checks, false)).apart();
    file("checks", &top)
}

/// One shell on every runner: on Windows it would be another, to which `$TAG` says nothing.
fn shell(top: Table) -> Table {
    let run = Table::new().with("shell", Yaml::text("bash"));
    top.with("defaults", Table::new().with("run", run.into()).into()).apart()
}

fn on_tags(tags: &[TagRule]) -> Yaml {
    let patterns = tags.iter().flat_map(|rule| filters(&rule.name));
    let push = Table::new().with("tags", Yaml::list(patterns));
    Table::new().with("push", push.into()).into()
}

fn concurrency(group: &str, cancel: Yaml) -> Yaml {
    Table::new().with("group", Yaml::text(group)).with("cancel-in-progress", cancel).into()
}

/// `{a,b}` of a branch glob spelled out: GitHub's patterns have none.
fn alternatives(glob: &str) -> Vec<String> {
    let Some((before, rest)) = glob.split_once('{') else { return vec![glob.to_owned()] };
    let Some((inside, after)) = rest.split_once('}') else { return vec![glob.to_owned()] };
    inside.split(',').flat_map(|one| alternatives(&format!("{before}{one}{after}"))).collect()
}

fn jobs(all: &Pipelines, jobs: &[Job], tagged: bool) -> Yaml {
    let each = jobs.iter().enumerate().fold(Table::new(), |table, (index, one)| {
        let table = table.with(one.id.clone(), job(all, one, tagged));
        if index > 0 { table.apart() } else { table }
    });
    each.into()
}

fn job(all: &Pipelines, one: &Job, tagged: bool) -> Yaml {
    let own = one.machine.as_ref();
    let runner = own.and_then(|machine| machine.runner.clone()).unwrap_or_else(|| all.ci.runner.clone());
    let mut table = Table::new().with("name", Yaml::text(one.title.clone()));
    if one.review {
        table = table.with("if", Yaml::text("github.event_name == 'pull_request'"));
    }
    if !one.needs.is_empty() {
        table = table.with("needs", Yaml::short(one.needs.clone()));
    }
    let python = own.filter(|machine| !machine.python.is_empty());
    if let Some(machine) = python {
        let matrix = Table::new().with("python", Yaml::short(machine.python.clone()));
        let strategy = Table::new().with("fail-fast", Yaml::switch(false)).with("matrix", matrix.into());
        table = table.with("strategy", strategy.into());
    }
    let limit = Yaml::number(all.ci.timeout + one.waits);
    table = table.with("runs-on", Yaml::text(runner)).with("timeout-minutes", limit);
    if let Some(name) = &one.environment {
        table = table.with("environment", Yaml::text(name.clone()));
    }
    table = table.with("permissions", permissions(one));
    let env = env(one);
    if !env.is_empty() {
        table = table.with("env", env.into());
    }
    table.with("steps", Yaml::List(steps(&all.ci, one, tagged))).into()
}

fn permissions(one: &Job) -> Yaml {
    let contents = if one.forge == Forge::Releases { "write" } else { "read" };
    let mut table = Table::new().with("contents", Yaml::text(contents));
    if one.forge == Forge::Reads {
        table = table.with("actions", Yaml::text("read"));
    }
    if !one.identity.is_empty() {
        table = table.with("id-token", Yaml::text("write"));
    }
    table = match one.packages {
        Packages::Nothing => table,
        Packages::Reads => table.with("packages", Yaml::text("read")),
        Packages::Writes => table.with("packages", Yaml::text("write")),
    };
    table.into()
}

fn env(one: &Job) -> Table {
    let mut table = Table::new();
    if let Some(part) = part(one) {
        table = table.with("PART", Yaml::text(part));
        if one.machine.as_ref().is_some_and(|machine| !machine.python.is_empty()) {
            table = table.with("PYTHON", Yaml::text("${{ matrix.python }}"));
        }
    }
    if one.review {
        table = table.with("BASE", Yaml::text("${{ github.base_ref }}")).with(
            "CI_MERGE_REQUEST_LABELS",
            Yaml::text("${{ join(github.event.pull_request.labels.*.name, ',') }}"),
        );
    }
    for (name, source) in &one.secrets {
        let value = match source {
            Source::Settings => format!("${{{{ secrets.{name} }}}}"),
            Source::OwnToken => "${{ github.token }}".to_owned(),
            Source::OwnUser => "${{ github.actor }}".to_owned(),
        };
        table = table.with(name.clone(), Yaml::text(value));
    }
    let forge = one.forge != Forge::Nothing && !one.secrets.contains_key("GITHUB_TOKEN");
    if forge { table.with("GITHUB_TOKEN", Yaml::text("${{ github.token }}")) } else { table }
}

/// The part's name, the interpreter's version in it.
fn part(one: &Job) -> Option<String> {
    let machine = one.machine.as_ref()?;
    let python = if machine.python.is_empty() { "" } else { "-py${{ matrix.python }}" };
    Some(format!("{}{python}", machine.name))
}

fn uses(action: String, with: Table) -> Table {
    // Of what an action's version may hold nothing asks for quotes, and a comment must not have any.
    let step = Table::new().with("uses", Yaml::Bare(action));
    if with.is_empty() { step } else { step.with("with", with.into()) }
}

/// The module `build` as the toolbox's lock has it: `build==1.2.3`.
fn python_build() -> &'static str {
    let lines = REQUIREMENTS.lines().filter_map(|line| line.split_whitespace().next());
    lines.into_iter().find(|word| word.starts_with("build==")).unwrap_or("build")
}

fn steps(ci: &CiRules, one: &Job, tagged: bool) -> Vec<Yaml> {
    let uses = |action: Action, with: Table| uses(ci.uses(action), with);
    let asks_remote = tagged && one.forge == Forge::Reads;
    let checkout = Table::new()
        .with("fetch-depth", Yaml::number(0))
        .with("persist-credentials", Yaml::switch(asks_remote));
    let mut steps = vec![uses(Action::Checkout, checkout)];
    if asks_remote {
        let fetch = "git fetch --force origin \"refs/tags/$TAG:refs/tags/$TAG\"";
        let why = "The checkout makes an annotated tag a lightweight one.";
        steps.push(Table::new().with("run", Yaml::text(fetch)).saying(why));
    }
    let kept = ["~/.cargo/registry/index", "~/.cargo/registry/cache", "~/.cargo/git/db", "target/debug"];
    let cache = Table::new()
        .with("key", Yaml::text("xtask-${{ runner.os }}-${{ runner.arch }}-${{ hashFiles('Cargo.lock') }}"))
        .with("path", Yaml::Lines(kept.map(str::to_owned).to_vec()));
    steps.push(uses(Action::Cache, cache));
    if one.machine.as_ref().is_some_and(|machine| !machine.python.is_empty()) {
        steps.push(uses(
            Action::Python,
            Table::new().with("python-version", Yaml::text("${{ matrix.python }}")),
        ));
        let install = format!("python -m pip install {}", python_build());
        steps.push(Table::new().with("run", Yaml::text(install)));
    }
    match one.takes {
        Some(Handover::Artifacts) => {
            let from = Table::new()
                .with("name", Yaml::text("artifacts"))
                .with("path", Yaml::text("target/windlass"));
            steps.push(uses(Action::Download, from));
        }
        Some(Handover::Part) => {
            let from = Table::new()
                .with("pattern", Yaml::text("part-*"))
                .with("merge-multiple", Yaml::switch(true))
                .with("path", Yaml::text("target/windlass/parts"));
            steps.push(uses(Action::Download, from));
        }
        None => {}
    }
    steps.extend(one.commands.iter().map(|line| Table::new().with("run", Yaml::text(line.clone()))));
    let kept = match one.gives {
        Some(Handover::Artifacts) => Some(("artifacts".to_owned(), "target/windlass/*-*/")),
        Some(Handover::Part) => {
            Some((format!("part-{}", part(one).unwrap_or_default()), "target/windlass/parts/*"))
        }
        None => None,
    };
    if let Some((name, path)) = kept {
        let to = Table::new()
            .with("name", Yaml::text(name))
            .with("path", Yaml::text(path))
            .with("if-no-files-found", Yaml::text("error"))
            .with("overwrite", Yaml::switch(true));
        steps.push(uses(Action::Upload, to));
    }
    steps.into_iter().map(Yaml::Table).collect()
}
