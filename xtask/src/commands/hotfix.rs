//! `hotfix`: starts the fix of a released version on a branch of its own.

use crate::app::{App, Exit, Refusal, Session};
use crate::cli;
use crate::load::{self, CONFIG, ConfigText};
use crate::model::config::{Config, Flow};
use crate::model::path::RepoPath;
use crate::model::problem::Problems;
use crate::model::tree::Tree as _;
use crate::observe::{self, Look, Question};
use crate::plan;
use crate::plan::hotfix::{Asked, Hotfix, hotfix, not_released_from};
use crate::report;
use crate::report::problem::Gravity;
use crate::tool::git::Repository;
use crate::workspace::Workspace;

pub fn run(app: &mut App<'_>, args: &cli::Hotfix) -> Result<Exit, Refusal> {
    let Session { repository, ground, config, text } = app.open(&[Question::Status, Question::Refs])?;
    let look =
        Look { offline: args.offline, date: None, source_date_epoch: app.env.source_date_epoch.clone() };
    let tree = ground.tree(&repository.root);
    let asked = observe::ask(&repository, &config, &ground, &look)?;
    let workspace = load::workspace(&tree, config, &text);
    let (facts, _) = observe::facts(&repository, &workspace.config, ground, &look, asked)?;
    let asked = Asked {
        tag: &args.tag,
        name: args.name.as_deref(),
        maintenance: args.maintenance,
        offline: args.offline,
    };
    let start = hotfix(&workspace, &facts, &asked).map_err(refused)?;
    let (mut warnings, mut waits) = (Problems::new(), false);
    if start.maintenance {
        let own = app.global.config.is_some().then(|| (workspace.config.clone(), text));
        let then = workspace_then(&repository, &start, own)?;
        warnings = not_released_from(&start, then.as_ref().map(|then| &then.config));
        waits = then.is_some_and(|then| plan::hotfix::waits(&start, &then));
    }
    if let Err(failure) = repository.switch_to_new(&start.branch, &start.commit) {
        // A hook that fails after the switch takes nothing back.
        if repository.head()?.as_ref() != Some(&start.branch) {
            return Err(failure.into());
        }
        app.progress_always(&format!("{}\n", failure.said.join("\n")));
    }
    show(app, &start, &warnings, waits);
    Ok(Exit::Done)
}

/// A name that no branch can have is wrong usage; all else is about the repository.
fn refused(problems: Problems) -> Refusal {
    if problems.iter().all(|problem| problem.code.name().starts_with("W01")) {
        Refusal::config(problems)
    } else {
        Refusal::refused(problems)
    }
}

/// The release to be fixed as planning sees it; none where it holds no config that can be read. A config that is kept
/// elsewhere, `own`, is the same on every branch.
fn workspace_then(
    repository: &Repository,
    start: &Hotfix,
    own: Option<(Config, ConfigText)>,
) -> Result<Option<Workspace>, Refusal> {
    let tree = repository.commit_tree(&start.commit)?;
    if let Some((config, text)) = own {
        return Ok(Some(load::workspace(&tree, config, &text)));
    }
    let Ok(Some(source)) = tree.read(&RepoPath::parse(CONFIG).unwrap_or_default()) else { return Ok(None) };
    let text = ConfigText { name: CONFIG.to_owned(), text: source.text.clone() };
    let config = load::config(&text, tree.entries()).ok();
    Ok(config.map(|config| load::workspace(&tree, config, &text)))
}

fn show(app: &mut App<'_>, start: &Hotfix, warnings: &Problems, waits: bool) {
    let said = app.problems(warnings, Gravity::Warning);
    let (next, other) = ways(start, waits);
    if app.json() {
        app.result_json(
            &serde_json::json!({ "hotfix": start, "next": next, "other": other, "warnings": warnings }),
        );
        return;
    }
    let text = report::hotfix::started(
        &report::hotfix::Started {
            branch: start.branch.as_str(),
            tag: start.tag.as_str(),
            commit: &start.commit,
            next: &next,
            other: &other,
        },
        app.style,
    );
    app.result(&text);
    if !warnings.is_empty() {
        app.result(&format!("\n{said}"));
    }
}

/// The commands of the way that was begun, and those of the other one. `waits`: the tag holds places that lag behind it.
fn ways(start: &Hotfix, waits: bool) -> (Vec<String>, Vec<String>) {
    let Hotfix { tag, branch, remote, main, version, .. } = start;
    let group = if start.default { String::new() } else { format!(" --group {}", start.group) };
    let release = match start.flow {
        Flow::Reviewed if !start.maintenance => format!("$ cargo xtask release patch{group} --prepare"),
        _ => format!("$ cargo xtask release patch{group} --push"),
    };
    if start.maintenance {
        let mut next = vec![
            "commit the fix and a note of it, or take both from where they are:".to_owned(),
            "$ git cherry-pick -x COMMIT".to_owned(),
            format!("$ git push -u {remote} {branch}"),
        ];
        if waits {
            next.push(format!("what waited for the publication of {version} follows here too:"));
            next.push(format!("$ cargo xtask release after-publish{group} --push"));
        }
        next.extend([
            release,
            format!("bring the fix with its note to {main}, and copy the section of the changelog:"),
            format!("$ git switch {main}"),
            "$ git cherry-pick -x COMMIT".to_owned(),
        ]);
        let other = vec![
            format!("fix it on {main} alone:"),
            format!("$ git switch {main}"),
            format!("$ git branch -d {branch}"),
            format!("$ cargo xtask hotfix {tag}"),
        ];
        return (next, other);
    }
    let next = vec![
        "commit the fix and a note of it:".to_owned(),
        "$ cargo xtask changelog new fixed \"what was wrong\"".to_owned(),
        format!("$ git push -u {remote} {branch}"),
        format!("merge it into {main}, and release {main}:"),
        format!("$ git switch {main}"),
        format!("$ git pull --ff-only {remote} {main}"),
        release,
    ];
    let other = vec![
        format!(
            "where {main} holds what {}.{} must not get, release it by itself:",
            version.major, version.minor
        ),
        format!("$ cargo xtask hotfix {tag} --maintenance"),
    ];
    (next, other)
}
