//! `release`: plan, show, confirm, apply.

use std::path::Path;

use super::confirm::{Answer, ask};
use super::gates;
use crate::app::{App, Exit, Refusal, Session};
use crate::cli::Release;
use crate::ecosystem::rendered::Asked;
use crate::execute::{self, World};
use crate::io::{env, files, terminal};
use crate::load;
use crate::model::config::Config;
use crate::model::date::Date;
use crate::model::event::Event;
use crate::model::facts::Facts;
use crate::model::gate::{OFFLINE, Skip, Stage};
use crate::model::path::RepoPath;
use crate::model::plan::{FORMAT, Plan};
use crate::model::problem::{Code, Problem};
use crate::model::request::{Bump, BumpError, Request};
use crate::model::version::{Version, VersionError};
use crate::observe::{self, Look, Question};
use crate::plan;
use crate::report;
use crate::report::problem::Gravity;
use crate::tool::git::Repository;
use crate::tool::git::query::GitConfig;
use crate::workspace::Workspace;

/// A plan with what applying it needs.
pub(super) struct Planned {
    pub plan: Plan,
    pub workspace: Workspace,
    pub repository: Repository,
    pub config: GitConfig,
    pub untracked: Vec<String>,
}

pub fn run(app: &mut App<'_>, args: &Release) -> Result<Exit, Refusal> {
    let saved = args.plan.as_deref().map(read_plan).transpose()?;
    let mut bump = match &saved {
        Some(saved) => saved.request.bump,
        None => Bump::parse(&args.bump).map_err(|error| Refusal::usage(bad_bump(&error)))?,
    };
    let mut shown = false;
    loop {
        let sure = args.yes || app.env.yes;
        let planned = make(app, args, saved.as_ref(), bump, sure && !args.dry_run)?;
        if let Some(saved) = &saved {
            fresh(saved, &planned.plan)?;
        }
        if let Some(out) = &args.out {
            save(&planned, out)?;
        }
        // A second plan, made after the confirmation, is only shown when it is another one.
        if !shown {
            show(app, &planned, args.diff);
        }
        if !planned.plan.unmet.is_empty() {
            return Ok(Exit::Refused);
        }
        if planned.plan.commit.is_none() && planned.plan.tags.is_empty() {
            app.remark("\nEvery place says so already: nothing to do.\n");
            return Ok(Exit::Done);
        }
        if args.dry_run || (args.out.is_some() && !sure) {
            return Ok(Exit::Done);
        }
        if planned.plan.branch.is_none() {
            return Err(Problem::new(
                Code::W0213,
                "HEAD is detached: no branch would hold the release commit",
            )
            .into());
        }
        if sure {
            return apply(app, planned, args.push);
        }
        match ask(app)? {
            Answer::Accept => {
                let again = make(app, args, saved.as_ref(), bump, true)?;
                if again.plan.id == planned.plan.id && again.plan.unmet.is_empty() {
                    return apply(app, again, args.push);
                }
                app.progress("The repository changed meanwhile; this is the plan now.\n\n");
                if !again.plan.unmet.is_empty() {
                    show(app, &again, args.diff);
                    return Ok(Exit::Refused);
                }
                shown = false;
            }
            Answer::Version(version) => {
                bump = version;
                shown = false;
            }
            Answer::Quit => {
                app.progress("Nothing was written.\n");
                return Ok(Exit::Refused);
            }
        }
    }
}

pub(super) fn bad_bump(error: &BumpError) -> Problem {
    let choices = "patch | minor | major [alpha | beta | rc], alpha | beta | rc, release, auto, \
                   after-publish, next, or a version";
    match error {
        BumpError::Missing => Problem::new(Code::W0109, "no bump was named").help(choices),
        BumpError::Unknown(word) => {
            let problem = Problem::new(Code::W0507, format!("`{word}` is no bump and no version"));
            let version = word.strip_prefix(['v', 'V']).filter(|rest| Version::parse(rest).is_ok());
            match version {
                Some(version) => problem.help(format!("did you mean {version}? Tags alone have the `v`")),
                None => problem.help(choices),
            }
        }
        BumpError::Stage(word) => {
            Problem::new(Code::W0507, format!("{}", VersionError::UnknownStage(word.clone()))).help(choices)
        }
        BumpError::Version(text, why) => Problem::new(Code::W0507, format!("`{text}`: {why}")).help(choices),
        BumpError::Development(version) => {
            Problem::new(Code::W0507, format!("{version} carries a development suffix and is never released"))
                .help(format!("to release it: $ cargo xtask release {}", version.core()))
                .help("to open the time after a release: $ cargo xtask release next")
        }
    }
}

/// Loads, observes and plans, and lets the gates look; commands of the config are among them only when
/// the plan is about to be applied.
fn make(
    app: &mut App<'_>,
    args: &Release,
    saved: Option<&Plan>,
    bump: Bump,
    commands: bool,
) -> Result<Planned, Refusal> {
    let date = match (saved, &args.date) {
        (Some(saved), _) => Some(saved.date),
        (None, Some(text)) => Some(Date::parse(text).ok_or_else(|| {
            Refusal::usage(Problem::new(Code::W0109, format!("--date `{text}` is no day; write YYYY-MM-DD")))
        })?),
        (None, None) => None,
    };
    let request = |config: &Config| match saved {
        Some(saved) => Ok(saved.request.clone()),
        None => Ok(Request {
            bump,
            groups: super::groups(config, &args.group)?,
            prepare: args.prepare,
            summary: args.details.summary.clone(),
            force_version: args.details.force_version,
            offline: args.offline,
            pins: super::pins::asked(config, &args.details.pin)?,
        }),
    };
    let seen = see(app, date, true, request)?;
    let mut skips = gates::skips(&seen.workspace.config, Stage::Release, &args.skips)?;
    if !skips.is_empty() && !seen.request.bump.is_release() {
        let what = format!("no gate stands before `{}`", seen.request.bump);
        return Err(Refusal::usage(Problem::new(Code::W0821, what)));
    }
    let mut plan = plan::plan(&seen.workspace, &seen.facts, &seen.request).map_err(Refusal::refused)?;
    // A saved plan keeps its reasons; what --offline leaves out follows from the request.
    skips.extend(saved.iter().flat_map(|saved| &saved.skips).filter(|skip| skip.reason != OFFLINE).cloned());
    gates::before_release(app, &seen.ground(&skips, commands), &mut plan);
    let facts = seen.facts;
    let untracked = facts.untracked.iter().map(ToString::to_string).chain(facts.odd_names).collect();
    Ok(Planned { plan, workspace: seen.workspace, repository: seen.repository, config: seen.git, untracked })
}

/// What a release is planned from.
pub(super) struct Seen {
    pub repository: Repository,
    pub workspace: Workspace,
    pub facts: Facts,
    pub git: GitConfig,
    pub request: Request,
    /// The images that the groups' charts ask for.
    pub images: Result<Asked, Problem>,
}

impl Seen {
    pub(super) fn ground<'a>(&'a self, skips: &'a [Skip], commands: bool) -> gates::Ground<'a> {
        gates::Ground {
            repository: &self.repository,
            git: &self.git,
            workspace: &self.workspace,
            facts: &self.facts,
            images: &self.images,
            skips,
            offline: self.request.offline,
            commands,
        }
    }
}

/// Loads and observes. `decided`: a bump was named, so that what follows a Go module's path is looked for.
pub(super) fn see(
    app: &mut App<'_>,
    date: Option<Date>,
    decided: bool,
    request: impl FnOnce(&Config) -> Result<Request, Refusal>,
) -> Result<Seen, Refusal> {
    let Session { repository, ground, config, text } = app.open(&[Question::Status, Question::Refs])?;
    let request = request(&config)?;
    let tree = ground.tree(&repository.root);
    let look = Look { offline: request.offline, date, source_date_epoch: app.env.source_date_epoch.clone() };
    let asked = observe::ask(&repository, &config, &ground, &look)?;
    let pinned = observe::upstreams::ask(&repository, &config, &request.pins, request.offline)?;
    let mut workspace = load::workspace(&tree, config, &text);
    let (mut facts, git) = observe::facts(&repository, &workspace.config, ground, &look, asked)?;
    facts.upstreams = super::pins::seen(app, &repository, &workspace.config, &request.pins, pinned)?;
    if decided {
        let steps = plan::next_versions(&workspace, &facts, &request);
        load::crossings(&tree, &mut workspace, &steps);
    }
    let images = gates::images(&tree, &workspace.config, &request.groups);
    Ok(Seen { repository, workspace, facts, git, request, images })
}

fn show(app: &mut App<'_>, planned: &Planned, diff: bool) {
    note(app, &planned.plan);
    if app.json() {
        app.result_json(&planned.plan);
        return;
    }
    let mut text = report::plan::plan(&planned.plan, app.style);
    if diff {
        text.push('\n');
        let fragments = planned.workspace.changelogs.iter().flat_map(|changelog| &changelog.fragments);
        let fragments = fragments.map(|fragment| (fragment.path.clone(), fragment.body.clone())).collect();
        text.push_str(&report::diff::of_plan(
            &planned.plan,
            &planned.workspace.sources,
            &fragments,
            app.style,
        ));
    }
    app.result(&text);
}

/// What a plan warns of and what it lacks, for CI.
pub(super) fn note(app: &mut App<'_>, plan: &Plan) {
    app.note(&plan.warnings, Gravity::Warning);
    app.note(&plan.unmet, Gravity::Error);
}

/// Executes a plan that holds.
pub(super) fn apply(app: &mut App<'_>, planned: Planned, push: bool) -> Result<Exit, Refusal> {
    let Planned { plan, repository, config, untracked, .. } = planned;
    if push && plan.pushes.is_empty() {
        return Err(Problem::new(Code::W0205, "there is no remote to push to").into());
    }
    let done = plan.clone();
    let env = app.env.clone();
    let result = {
        let mut watch = |event: &Event| watch(app, event);
        let mut world =
            World { repository: &repository, config: &config, env: &env, watch: &mut watch, count: 0 };
        execute::release(&mut world, plan, untracked, push)
    };
    let written = result?;
    finished(app, &done, &written, push);
    Ok(Exit::Done)
}

/// Tells what stands now.
pub(super) fn finished(
    app: &mut App<'_>,
    plan: &Plan,
    written: &crate::model::written::Written,
    pushed: bool,
) {
    if app.json() {
        // The plan was the result; the outcome is the last line of the event stream.
        let event = serde_json::json!({ "event": "released", "plan": plan.id, "commit": written.commit, "pushed": pushed, "skips": plan.skips });
        app.progress(&format!("{event}\n"));
    } else {
        let text = report::outcome::released(plan, written, pushed, app.style);
        app.result(&format!("\n{text}"));
    }
}

/// Shows an event while a release runs: JSON lines, or a line where something takes long.
pub(super) fn watch(app: &mut App<'_>, event: &Event) {
    if app.json() {
        if let Ok(line) = serde_json::to_string(event) {
            app.progress(&format!("{line}\n"));
        }
        return;
    }
    let line = match event {
        Event::HookStarted { name } => format!("running the hook `{name}`"),
        Event::HookDone { name, note: Some(note) } => format!("`{name}`: {note}"),
        Event::Pushed { remote, refs } => format!("pushed {} to {remote}", refs.join(", ")),
        Event::SetAside { files, folder } => {
            let files = files.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("moved to {}: {files}", folder.display())
        }
        Event::LockRemoved { file } => format!("removed {file}, left by the interrupted release"),
        _ => return,
    };
    app.progress(&format!("{line}\n"));
}

fn read_plan(path: &Path) -> Result<Plan, Refusal> {
    let broken =
        |why: String| Refusal::usage(Problem::new(Code::W0601, format!("{}: {why}", path.display())));
    let bytes = files::read(path)
        .map_err(|error| broken(error.to_string()))?
        .ok_or_else(|| broken("no such file".into()))?;
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| broken(format!("not a plan: {error}")))?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(FORMAT)) {
        let seen = format.map_or_else(|| "none".to_owned(), |format| format.to_string());
        return Err(broken(format!("its format number is {seen}; this windlass reads {FORMAT}")));
    }
    serde_json::from_value(value).map_err(|error| broken(format!("not a plan: {error}")))
}

/// A saved plan is applied only if the same request, planned now, gives the same plan.
fn fresh(saved: &Plan, now: &Plan) -> Result<(), Refusal> {
    if saved.id == now.id {
        return Ok(());
    }
    let what = if saved.base == now.base {
        let changed =
            |(path, digest): (&String, &String)| (now.read.get(path) != Some(digest)).then(|| path.clone());
        let files: Vec<String> = saved.read.iter().filter_map(changed).collect();
        match files.as_slice() {
            [] => "the same request gives another plan now".to_owned(),
            files => format!("changed since: {}", files.join(", ")),
        }
    } else {
        format!("it was made for {}, HEAD is {}", saved.base.short(), now.base.short())
    };
    Err(Refusal::refused(vec![
        Problem::new(Code::W0602, format!("plan {} no longer holds: {what}", saved.short_id()))
            .why("a plan is applied to exactly what it was made for")
            .run(format!("cargo xtask release {} --out FILE", saved.request.typed())),
    ]))
}

/// Saves the plan, never where the release commit or the clean tree would see it.
fn save(planned: &Planned, out: &Path) -> Result<(), Refusal> {
    let failed = |why: String| Refusal::usage(Problem::new(Code::W0612, format!("{}: {why}", out.display())));
    let path = env::current_dir().map_err(|error| failed(error.to_string()))?.join(out);
    let folder = path
        .parent()
        .and_then(|folder| folder.canonicalize().ok())
        .ok_or_else(|| failed("no such folder".into()))?;
    let name = path.file_name().ok_or_else(|| failed("names no file".into()))?;
    let root = planned.repository.root.canonicalize().map_err(|error| failed(error.to_string()))?;
    let path = folder.join(name);
    if let Ok(inside) = path.strip_prefix(&root) {
        let inside = RepoPath::parse(&inside.to_string_lossy()).map_err(|why| failed(why.to_string()))?;
        if !planned.repository.ignores(&inside)? {
            return Err(failed("it would lie in the work tree as an untracked file; save it outside, or where git ignores it".into()));
        }
    }
    let text = serde_json::to_string_pretty(&planned.plan).map_err(|error| failed(error.to_string()))?;
    files::write_named(&path, format!("{text}\n").as_bytes()).map_err(|error| failed(error.to_string()))
}

/// Whether a person could be asked.
pub(super) fn can_ask() -> bool {
    terminal::can_ask()
}
