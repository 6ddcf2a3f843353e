//! The fix of a released version: on which branch it starts, and what forbids it.

use serde::Serialize;

use super::{Standings, conditions};
use crate::model::config::{Config, Flow, Group};
use crate::model::facts::{Facts, Remote, Seen};
use crate::model::form::Form;
use crate::model::names::{Branch, CommitId, Name, RemoteName, TagName};
use crate::model::place::{Place, Role};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::version::Version;
use crate::workspace::Workspace;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub tag: &'a str,
    /// `--name`: what the branch is called behind `fix/`.
    pub name: Option<&'a str>,
    /// `--maintenance`: the branch of the series instead.
    pub maintenance: bool,
    /// `--offline`: the remote was not asked, on purpose.
    pub offline: bool,
}

/// The start of a fix.
#[derive(Clone, Debug, Serialize)]
pub struct Hotfix {
    pub group: Name,
    pub flow: Flow,
    /// Whether a command that names no group means this one.
    pub default: bool,
    pub version: Version,
    pub tag: TagName,
    /// What the tag leads to.
    pub commit: CommitId,
    pub branch: Branch,
    pub maintenance: bool,
    pub remote: RemoteName,
    /// The main branch.
    pub main: String,
}

/// Where the fix of a release starts.
///
/// # Errors
/// All that forbids it: changes in the work tree (`W0202`), locks (`W0215`), a tag that is no release of ours
/// (`W0890`) or not here as the remote has it (`W0891`), a branch that exists (`W0892`), a series that went on
/// (`W0894`), a remote that does not answer (`W0205`), a name that no branch can have (`W0109`).
pub fn hotfix(workspace: &Workspace, facts: &Facts, asked: &Asked<'_>) -> Result<Hotfix, Problems> {
    let config = &workspace.config;
    let unclean = conditions::clean_tree(facts).into_iter();
    let mut problems: Problems =
        unclean.map(|problem| problem.why("what is changed would come along to the fix's branch")).collect();
    problems.extend(conditions::free_of_locks(facts));
    if let (Remote::Unreachable { name, why }, false) = (&facts.remote, asked.offline) {
        problems.push(
            Problem::new(Code::W0205, format!("{name} does not answer"))
                .why(why.clone())
                .help("to start without asking it: --offline"),
        );
    }
    let found = meant(config, asked.tag).and_then(|(group, version, tag)| {
        let commit = tagged(config, facts, group, &tag)?;
        Ok((group, version, tag, commit))
    });
    let (group, version, tag, commit) = match found {
        Ok(found) => found,
        Err(problem) => {
            problems.push(problem);
            return Err(problems);
        }
    };
    let default = config.default_group().is_some_and(|default| default.name == group.name);
    if asked.maintenance {
        problems.extend(newer_patch(workspace, facts, group, version));
    }
    let branch = match branch(group, default, version, asked) {
        Ok(branch) => branch,
        Err(problem) => {
            problems.push(problem);
            return Err(problems);
        }
    };
    problems.extend(taken(facts, &branch));
    if !problems.is_empty() {
        problems.sort();
        return Err(problems);
    }
    Ok(Hotfix {
        group: group.name.clone(),
        flow: group.flow,
        default,
        version,
        tag,
        commit,
        branch,
        maintenance: asked.maintenance,
        remote: config.release.remote.clone(),
        main: config.release.branches.first().cloned().unwrap_or_default(),
    })
}

/// Why no release would be cut from a maintenance branch by the config of the release itself, which is in force on
/// it; none when nothing is in the way. `then` is that config, if the release has one.
pub fn not_released_from(hotfix: &Hotfix, then: Option<&Config>) -> Problems {
    let Hotfix { branch, tag, group, .. } = hotfix;
    let Some(config) = then else {
        return vec![
            Problem::new(Code::W0893, format!("{tag} has no windlass.toml that this windlass reads"))
                .why(format!("on {branch} the config of that release is in force"))
                .run(format!("git checkout {} -- windlass.toml   (and commit it)", hotfix.main)),
        ];
    };
    let mut problems = Problems::new();
    if !config.release.is_maintenance(branch.as_str()) {
        problems.push(
            Problem::new(Code::W0893, format!("the config of {tag} cuts no release from {branch}"))
                .why("on that branch the config of that release is in force")
                .help(format!(
                    "add it there: `branches` under [release], such as [\"{}\", \"release/*\"]",
                    hotfix.main
                )),
        );
    }
    if config.group(group).is_some_and(|group| group.flow == Flow::Reviewed) {
        problems.push(
            Problem::new(
                Code::W0893,
                format!("{group} is released by review, and `release tag` tags {}", hotfix.main),
            )
            .why(format!("what {branch} holds would never get its tags"))
            .help(format!("set `flow = \"direct\"` under [groups.{group}] on {branch}")),
        );
    }
    problems
}

/// Whether places of the release itself wait for its publication, which its tag can't hold: `then` is what it holds.
pub fn waits(hotfix: &Hotfix, then: &Workspace) -> bool {
    let behind =
        |place: &Place| place.role == Role::Waiting && place.text != place.form.render(hotfix.version);
    then.config.group(&hotfix.group).is_some_and(|group| then.places_of(group).any(behind))
}

/// The group and the version that a tag means.
fn meant<'a>(config: &'a Config, tag: &str) -> Result<(&'a Group, Version, TagName), Problem> {
    let version = |group: &Group| group.tags.iter().find_map(|rule| rule.name.extract(tag, Form::SEMVER));
    let found = config.groups.iter().find_map(|group| Some((group, version(group)?)));
    match (found, TagName::parse(tag)) {
        (Some((group, version)), Ok(tag)) => Ok((group, version, tag)),
        _ => {
            let rules = config.groups.iter().flat_map(|group| &group.tags).map(|rule| rule.name.to_string());
            let shapes = rules.collect::<Vec<_>>().join(", ");
            Err(Problem::new(Code::W0890, format!("`{tag}` is no tag of any group"))
                .help(format!("the tags have the shapes {shapes}")))
        }
    }
}

/// The commit of a tag that is here, and the same on the remote where that is known.
fn tagged(config: &Config, facts: &Facts, group: &Group, tag: &TagName) -> Result<CommitId, Problem> {
    let remote = &config.release.remote;
    let fetch = format!("git fetch {remote} tag {tag}");
    let theirs = seen(facts).and_then(|seen| seen.tags.get(tag.as_str()));
    match (facts.tags.get(tag.as_str()), theirs) {
        (Some(ours), Some(theirs)) if ours.object != *theirs => {
            Err(Problem::new(Code::W0891, format!("{tag} is another tag here than on {remote}"))
                .why("a fix starts from what was released")
                .run(format!("git ls-remote --tags {remote} {tag}"))
                .run(format!("git rev-parse {tag}")))
        }
        (Some(ours), _) => Ok(ours.commit.clone()),
        (None, Some(_)) => {
            Err(Problem::new(Code::W0891, format!("{tag} is on {remote} and not here")).run(fetch))
        }
        (None, None) if matches!(facts.remote, Remote::Seen(_) | Remote::Absent(_)) => {
            let rule = group.tags.iter().find(|rule| rule.name.extract(tag.as_str(), Form::SEMVER).is_some());
            let known = facts.tags.keys().filter_map(|tag| rule?.name.extract(tag, Form::SEMVER));
            let newest = rule.zip(known.max());
            let problem = Problem::new(Code::W0890, format!("nobody has the tag {tag}"));
            Err(match newest {
                Some((rule, newest)) => {
                    let name = rule.name.render(newest, Form::SEMVER, |_| group.name.to_string());
                    problem.help(format!("the newest release of {} is {name}", group.name))
                }
                None => problem.help(format!("{} has no release here yet", group.name)),
            })
        }
        (None, None) => Err(Problem::new(Code::W0891, format!("{tag} is not here")).run(fetch)),
    }
}

fn seen(facts: &Facts) -> Option<&Seen> {
    match &facts.remote {
        Remote::Seen(seen) => Some(seen),
        _ => None,
    }
}

/// `fix/login`, `fix/0.1.0`, `release/0.1`; of a group that is not the default one with its name before the version.
fn branch(group: &Group, default: bool, version: Version, asked: &Asked<'_>) -> Result<Branch, Problem> {
    let whose = if default { String::new() } else { format!("{}-", group.name) };
    let name = match (asked.maintenance, asked.name) {
        (true, _) => format!("release/{whose}{}.{}", version.major, version.minor),
        (false, Some(name)) => format!("fix/{name}"),
        (false, None) => format!("fix/{whose}{version}"),
    };
    Branch::parse(&name).map_err(|why| {
        Problem::new(Code::W0109, format!("the branch would be `{name}`, which {why}"))
            .help("give it a name such as: --name login")
    })
}

/// A newer release of the series that a maintenance branch would continue.
fn newer_patch(workspace: &Workspace, facts: &Facts, group: &Group, version: Version) -> Option<Problem> {
    let theirs = seen(facts).into_iter().flat_map(|seen| seen.tags.keys());
    let tags: Vec<&str> = facts.tags.keys().chain(theirs).map(String::as_str).collect();
    let standings = Standings::of_tags(workspace, &tags);
    let series = |other: &&Version| (other.major, other.minor) == (version.major, version.minor);
    let newest =
        standings.released(&group.name).iter().filter(series).max().filter(|newest| **newest > version)?;
    let tag = super::notes::root_tag(group, *newest).unwrap_or_default();
    let what =
        format!("{newest} is newer in the series {}.{} of {}", version.major, version.minor, group.name);
    Some(
        Problem::new(Code::W0894, what)
            .why("the next patch from here would get a number that is taken")
            .run(format!("cargo xtask hotfix {tag} --maintenance")),
    )
}

/// A branch that exists, or that git would take for a folder of the new one (or the other way round).
fn taken(facts: &Facts, branch: &Branch) -> Option<Problem> {
    let theirs = seen(facts).map(|seen| (seen.name.to_string(), &seen.branches));
    let places = std::iter::once(("here".to_owned(), &facts.branches))
        .chain(theirs.map(|(name, branches)| (format!("on {name}"), branches)));
    let beside = |other: &str| {
        let below = |a: &str, b: &str| a.strip_prefix(b).is_some_and(|rest| rest.starts_with('/'));
        other == branch.as_str() || below(other, branch.as_str()) || below(branch.as_str(), other)
    };
    let mut found =
        places.filter_map(|(place, branches)| Some((place, branches.keys().find(|other| beside(other))?)));
    let (place, other) = found.next()?;
    let (what, run) = if other == branch.as_str() {
        (format!("the branch {branch} exists {place}"), format!("git switch {branch}"))
    } else {
        (
            format!("the branch {other} {place} is in the way of {branch}"),
            format!("git branch --move {other} NAME"),
        )
    };
    Some(Problem::new(Code::W0892, what).run(run).help("or give the fix another name: --name NAME"))
}
