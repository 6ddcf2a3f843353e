//! `release tag`: the second half of the reviewed flow, on exactly the merged commit. Tags that stand there are
//! pushed where that is left.

use std::collections::BTreeMap;

use super::confirm::{Answer, ask};
use super::gates;
use super::release::{Planned, apply, note, watch};
use crate::app::{App, Exit, Refusal, Session};
use crate::cli::Tag;
use crate::execute::{self, World};
use crate::load::{self, CONFIG, ConfigText};
use crate::model::event::Event;
use crate::model::facts::{Facts, Remote};
use crate::model::gate::Stage;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Tree;
use crate::observe::{self, Look, Question};
use crate::plan;
use crate::report;
use crate::tool::git::Repository;

pub fn run(app: &mut App<'_>, args: &Tag) -> Result<Exit, Refusal> {
    let sure = args.yes || app.env.yes;
    let (mut planned, mut ids) = make(app, args, sure && !args.dry_run)?;
    note(app, &planned.plan);
    if app.json() {
        app.result_json(&planned.plan);
    } else {
        let text = report::plan::plan(&planned.plan, app.style);
        app.result(&text);
    }
    if !planned.plan.unmet.is_empty() {
        return Ok(Exit::Refused);
    }
    let stand = planned.plan.tags.is_empty();
    if stand && planned.plan.pushes.is_empty() {
        app.progress("Every tag stands where it should: nothing to do.\n");
        return Ok(Exit::Done);
    }
    if args.dry_run {
        return Ok(Exit::Done);
    }
    if stand && !args.push {
        if !app.json() {
            app.result(&format!("\n{}", report::outcome::unpushed(&planned.plan, app.style)));
        }
        return Ok(Exit::Done);
    }
    if !sure {
        match ask(app)? {
            Answer::Accept => {
                let (again, now) = make(app, args, true)?;
                if again.plan.id != planned.plan.id || !again.plan.unmet.is_empty() {
                    app.progress("The repository changed meanwhile; this is the plan now.\n\n");
                    let text = report::plan::plan(&again.plan, app.style);
                    app.result(&text);
                    return Ok(Exit::Refused);
                }
                (planned, ids) = (again, now);
            }
            Answer::Version(_) => {
                return Err(Refusal::usage(Problem::new(
                    Code::W0109,
                    "the version is what the commit holds; it can't be chosen here",
                )));
            }
            Answer::Quit => {
                app.progress("Nothing was written.\n");
                return Ok(Exit::Refused);
            }
        }
    }
    if planned.plan.tags.is_empty() {
        return push_standing(app, &planned, &ids);
    }
    apply(app, planned, args.push)
}

/// Pushes tags that stand here.
fn push_standing(
    app: &mut App<'_>,
    planned: &Planned,
    ids: &BTreeMap<String, CommitId>,
) -> Result<Exit, Refusal> {
    let env = app.env.clone();
    let mut watch = |event: &Event| watch(app, event);
    let mut world = World {
        repository: &planned.repository,
        config: &planned.config,
        env: &env,
        watch: &mut watch,
        count: 0,
    };
    execute::push_standing(&mut world, &planned.plan.pushes, ids)?;
    Ok(Exit::Done)
}

/// The plan, and what the tags here hold, by their refs.
fn make(
    app: &mut App<'_>,
    args: &Tag,
    commands: bool,
) -> Result<(Planned, BTreeMap<String, CommitId>), Refusal> {
    let Session { repository, ground, config, text } = app.open(&[Question::Status, Question::Refs])?;
    let look =
        Look { offline: args.offline, date: None, source_date_epoch: app.env.source_date_epoch.clone() };
    let asked = observe::ask(&repository, &config, &ground, &look)?;
    let (mut facts, git_config) = observe::facts(&repository, &config, ground, &look, asked)?;
    let main = config.release.branches.first().cloned().unwrap_or_default();
    let tip = remote_tip(&facts, &main);
    let commit = match &args.commit {
        Some(revision) => repository.commit(revision)?.ok_or_else(|| {
            Problem::new(Code::W0414, format!("`{revision}` names no commit here"))
                .run(format!("git fetch {}", config.release.remote))
        })?,
        None => tip
            .clone()
            .or_else(|| facts.branches.get(&main).filter(|_| args.offline).cloned())
            .ok_or_else(|| {
                Problem::new(
                    Code::W0216,
                    format!("there is no branch {main} on {} to tag", config.release.remote),
                )
                .help("name the commit: --commit SHA")
            })?,
    };
    known_here(&repository, &config.release.remote, &main, &commit, args.dry_run)?;
    let tree = repository.commit_tree(&commit)?;
    // The commit is judged by the config that it holds, unless one was named.
    let (config, text) = match (&app.global.config, tree.read(&RepoPath::parse(CONFIG).unwrap_or_default())?)
    {
        (None, Some(source)) => {
            let text = ConfigText { name: CONFIG.to_owned(), text: source.text.clone() };
            (load::config(&text, tree.entries()).map_err(Refusal::config)?, text)
        }
        _ => (config, text),
    };
    let groups = super::groups(&config, &args.group)?;
    let merged = match &tip {
        Some(tip) => Some(repository.is_ancestor(&commit, tip)?),
        None => None,
    };
    facts.head = commit;
    facts.branch = None;
    let workspace = load::workspace(&tree, config, &text);
    let mut plan =
        plan::tags_only(&workspace, &facts, &groups, args.offline, merged).map_err(Refusal::refused)?;
    let skips = gates::skips(&workspace.config, Stage::Release, &args.skips)?;
    let ground = gates::Ground {
        repository: &repository,
        git: &git_config,
        workspace: &workspace,
        facts: &facts,
        images: &gates::images(&tree, &workspace.config, &groups),
        skips: &skips,
        offline: args.offline,
        commands,
    };
    // Nothing stands before what has been done.
    if !(plan.tags.is_empty() && plan.pushes.is_empty()) {
        gates::before_release(app, &ground, &mut plan);
    }
    let ids =
        facts.tags.iter().map(|(name, tag)| (format!("refs/tags/{name}"), tag.object.clone())).collect();
    Ok((Planned { plan, workspace, repository, config: git_config, untracked: Vec::new() }, ids))
}

fn remote_tip(facts: &Facts, main: &str) -> Option<CommitId> {
    match &facts.remote {
        Remote::Seen(seen) => seen.branches.get(main).cloned(),
        _ => None,
    }
}

/// Fetches the remote's branch when its tip is not here yet; a dry run only says so.
fn known_here(
    repository: &Repository,
    remote: &crate::model::names::RemoteName,
    main: &str,
    commit: &CommitId,
    dry_run: bool,
) -> Result<(), Refusal> {
    if repository.commit(commit.as_str())?.is_some() {
        return Ok(());
    }
    if dry_run {
        return Err(Problem::new(
            Code::W0216,
            format!("{} of {remote}/{main} is not here yet", commit.short()),
        )
        .run(format!("git fetch {remote} {main}"))
        .into());
    }
    repository.fetch(remote, main)?;
    Ok(())
}
