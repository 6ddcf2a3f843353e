//! `check`: every place agrees with its group's version in its own form, every requirement admits
//! its sibling, and nothing else speaks of a version of ours.
//!
//! What nobody declared is guessed from texts, so it warns; `--strict` makes it fail, for CI
//! that has been calm once.

use std::collections::BTreeSet;

use crate::app::{App, Exit, Refusal};
use crate::cli::Check;
use crate::forge::remote::remote;
use crate::load;
use crate::mention;
use crate::model::config::{Config, Flow, Group};
use crate::model::forge::ForgeKind;
use crate::model::path::RepoPath;
use crate::model::pin::{Pin, Pinned};
use crate::model::place::Place;
use crate::model::problem::Problems;
use crate::model::tree::Tree;
use crate::observe::Question;
use crate::plan::{Standings, agreement, pins, requirements};
use crate::report::problem::Gravity;
use crate::tool::git::query::GitConfig;
use crate::workspace::Workspace;

/// What agrees, group by group.
#[derive(serde::Serialize)]
struct Agreement {
    group: String,
    version: Option<String>,
    places: usize,
    files: usize,
    /// Places besides these that follow the publication of the version.
    waiting: usize,
    /// The command that brings them along, once the version has its tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<String>,
}

pub fn run(app: &mut App<'_>, args: &Check) -> Result<Exit, Refusal> {
    let session = app.open(&[Question::Refs])?;
    let tree = session.ground.tree(&session.repository.root);
    let workspace = load::workspace(&tree, session.config, &session.text);
    let mut found: Problems = workspace.problems.clone();
    let home = home(&session.ground.config, &workspace.config);
    let tags = session.ground.tags()?;
    let standings = Standings::of_tags(&workspace, &tags.iter().map(String::as_str).collect::<Vec<_>>());
    for group in &workspace.config.groups {
        found.extend(agreement::of_group(&workspace, group, standings.released(&group.name)));
    }
    found.extend(requirements::not_admitting(&workspace));
    for (pin, pinned) in workspace.config.pins.iter().zip(&workspace.pins) {
        found.extend(pins::disagreements(pin, pinned));
    }
    if let Some(tag) = &args.tag {
        found.extend(agreement::of_tag(&workspace, tag));
    }
    let before = tree.unread();
    let mentions = mention::look(&tree, &workspace, &|group| standings.released(group), home.as_deref());
    let mut warnings = mentions.undeclared;
    if args.strict {
        found.append(&mut warnings);
    }
    // What [ignore] could do without breaks nothing, nor does what was not there to be read: they never fail.
    warnings.extend(mentions.hints);
    warnings.extend(not_looked_into(&tree, &before));
    found.sort();
    found.dedup();
    let agreements = agreements(&workspace, &standings);
    let pinned = pinned(&workspace);
    let (errors, advice) = (app.problems(&found, Gravity::Error), app.problems(&warnings, Gravity::Warning));
    if app.json() {
        let shown = serde_json::json!({ "groups": agreements, "pins": pinned, "problems": found, "warnings": warnings });
        app.result_json(&shown);
        return Ok(exit(&found));
    }
    if found.is_empty() {
        let lines: String = agreements
            .iter()
            .map(|one| match &one.version {
                Some(version) => {
                    format!("{} {version}: {}{}\n", one.group, agree(one.places, one.files), waiting(one))
                }
                None => format!("{}: the version lives in its tags alone\n", one.group),
            })
            .chain(
                pinned
                    .iter()
                    .map(|one| format!("{} {}, a pin: {}\n", one.pin, one.tag, agree(one.places, one.files))),
            )
            .collect();
        app.result(&lines);
    } else {
        app.result(&errors);
    }
    if !warnings.is_empty() {
        app.result(&format!("\n{advice}"));
    }
    Ok(exit(&found))
}

/// Texts that are not in the work tree: nobody looked in them for versions.
fn not_looked_into(tree: &dyn Tree, before: &BTreeSet<RepoPath>) -> Problems {
    let files = tree.unread().difference(before).cloned().collect();
    let why = "nobody looked there for versions of ours that are not declared";
    tree.why_unread(&files).into_iter().map(|problem| problem.why(why)).collect()
}

fn exit(found: &Problems) -> Exit {
    if found.is_empty() { Exit::Done } else { Exit::Refused }
}

fn agree(places: usize, files: usize) -> String {
    let files = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
    if places == 1 {
        format!("1 place in {files} agrees")
    } else {
        format!("{places} places in {files} agree")
    }
}

/// `, 2 wait for its publication: $ cargo xtask release after-publish`.
fn waiting(one: &Agreement) -> String {
    let what = match one.waiting {
        0 => return String::new(),
        1 => ", 1 waits for its publication".to_owned(),
        count => format!(", {count} wait for its publication"),
    };
    one.then.as_ref().map_or(what.clone(), |command| format!("{what}: $ {command}"))
}

fn agreements(workspace: &Workspace, standings: &Standings) -> Vec<Agreement> {
    let of = |group: &Group| {
        let version = workspace.current(group);
        let released = standings.released(&group.name);
        let waiting: Vec<&Place> = version
            .map(|version| agreement::waiting(workspace, group, version, released).collect())
            .unwrap_or_default();
        let places: Vec<&Place> =
            workspace.places_of(group).filter(|place| !waiting.contains(place)).collect();
        let tagged = version.is_some_and(|version| standings.has_tag(&group.name, version));
        let prepare = if group.flow == Flow::Reviewed { " --prepare" } else { "" };
        let option = workspace.config.option_for(group);
        Agreement {
            group: group.name.to_string(),
            version: version.map(|version| version.to_string()),
            files: places.iter().map(|place| &place.file).collect::<BTreeSet<_>>().len(),
            places: places.len(),
            waiting: waiting.len(),
            then: (tagged && !waiting.is_empty())
                .then(|| format!("cargo xtask release after-publish{option}{prepare}")),
        }
    };
    workspace.config.groups.iter().map(of).collect()
}

/// What a pin's places say, where they say a whole version.
#[derive(serde::Serialize)]
struct Built {
    pin: String,
    tag: String,
    places: usize,
    files: usize,
}

fn pinned(workspace: &Workspace) -> Vec<Built> {
    let all = workspace.config.pins.iter().zip(&workspace.pins);
    let of = |(pin, pinned): (&Pin, &Pinned)| {
        Some(Built {
            pin: pin.name.to_string(),
            tag: pin.tag_of(pins::current(pin, pinned)?),
            files: pinned.places.iter().map(|place| &place.file).collect::<BTreeSet<_>>().len(),
            places: pinned.places.len(),
        })
    };
    all.filter_map(of).collect()
}

/// Where people find the repository: the host and path of the remote that releases go to.
fn home(git: &GitConfig, config: &Config) -> Option<String> {
    let found = remote(git.remote_address(&config.release.remote)?)?;
    let host = match found.public() {
        Some((ForgeKind::Github, _)) => "github.com",
        Some((ForgeKind::Gitlab, _)) => "gitlab.com",
        None => &found.host,
    };
    Some(format!("{host}/{}", found.path))
}
