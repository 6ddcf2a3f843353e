//! Whether every place says its group's version in its own form.

use crate::ecosystem::typed;
use crate::model::config::{Config, Flow, Group};
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::{Origin, Place, Role};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::version::Version;
use crate::workspace::Workspace;

/// Every place of a group that disagrees with `version`; what waits for a publication may lag by
/// one of the `released` versions (ascending).
pub fn disagreements(
    workspace: &Workspace,
    group: &Group,
    version: Version,
    released: &[Version],
) -> Problems {
    let base = workspace.base_place(group);
    workspace
        .places_of(group)
        .filter(|place| place.text != place.form.render(version))
        .filter(|place| !lags(place, version, released))
        .map(|place| {
            // What waits follows releases, and none has a development version.
            let last = released.iter().rev().find(|earlier| **earlier < version);
            let waits = place.role == Role::Waiting && version.is_dev();
            disagreement(place, group, version, last.copied().filter(|_| waits).unwrap_or(version), base)
        })
        .collect()
}

/// The places of a group that follow the publication of `version` still, and may.
pub fn waiting<'a>(
    workspace: &'a Workspace,
    group: &'a Group,
    version: Version,
    released: &'a [Version],
) -> impl Iterator<Item = &'a Place> {
    workspace
        .places_of(group)
        .filter(move |place| !version.is_dev() && place.text != place.form.render(version))
        .filter(move |place| lags(place, version, released))
}

/// What waits for the publication of an earlier release still, and would be two behind after `next`, which follows
/// `current`.
pub fn left_behind(
    workspace: &Workspace,
    group: &Group,
    current: Version,
    next: Version,
    released: &[Version],
) -> Problems {
    // Which release came before a development version is not in the manifests.
    let follows = |place: &Place| match current.is_dev() {
        true => lags(place, next, released),
        false => place.form.render(current) == place.text || lags_by_one(place, next, released),
    };
    workspace
        .places_of(group)
        .filter(|place| place.role == Role::Waiting && place.text != place.form.render(next))
        .filter(|place| !follows(place))
        .map(|place| {
            Problem::new(
                Code::W0301,
                format!("{} holds {} and would be two releases behind {next}", place.node, place.text),
            )
            .at_line(&place.file, place.line)
            .why("it waits for a publication (`after = \"publish\"`) that has been by now")
            .run(command(&workspace.config, group, "after-publish"))
        })
        .collect()
}

/// Whether a place waits for the publication of `version`, and what it holds is the release before. Patches of an
/// older series may have come between, which other branches released.
fn lags(place: &Place, version: Version, released: &[Version]) -> bool {
    place.role == Role::Waiting
        && (lags_by_one(place, version, released) || lags_by_patches(place, version, released))
}

fn lags_by_patches(place: &Place, version: Version, released: &[Version]) -> bool {
    let holds = |earlier: &&Version| **earlier < version && place.form.render(**earlier) == place.text;
    let Some(held) = released.iter().find(holds) else { return false };
    let of_its_series = |one: &Version| match held.major == version.major {
        true => (one.major, one.minor) == (held.major, held.minor) && version.minor != held.minor,
        false => one.major == held.major,
    };
    released.iter().filter(|one| *held < **one && **one < version && one.is_stable()).all(of_its_series)
}

/// Whether a place says the release before, or the last final one; in a clone without tags any
/// earlier version.
fn lags_by_one(place: &Place, version: Version, released: &[Version]) -> bool {
    let mut before = released.iter().rev().filter(|earlier| **earlier < version);
    match before.clone().next() {
        Some(last) => {
            let stable = before.find(|earlier| earlier.is_stable());
            [Some(last), stable]
                .into_iter()
                .flatten()
                .any(|earlier| place.form.render(*earlier) == place.text)
        }
        None => place.form.parse(&place.text).is_some_and(|earlier| earlier < version),
    }
}

fn disagreement(
    place: &Place,
    group: &Group,
    version: Version,
    meant: Version,
    base: Option<&Place>,
) -> Problem {
    let expected = place.form.render(meant);
    let what = format!("{} holds {}, expected {expected}", place.node, place.text);
    let code = if place.role == Role::Lock { Code::W0309 } else { Code::W0301 };
    let why = match base {
        Some(base) => format!("{} is at {version} ({}:{})", group.name, base.file, base.line),
        None => format!("{} is at {version}", group.name),
    };
    let problem = Problem::new(code, what).at_line(&place.file, place.line).why(why);
    match (refresh(place), &place.origin) {
        (Some(command), _) => {
            problem.help(format!("set it to {expected}, or let its own tool do so:")).run(command)
        }
        (None, Origin::Ecosystem(_)) => problem
            .help(format!("set it to {expected}, or tell windlass to leave the file alone: [ignore] places")),
        (None, Origin::Declared { line }) => {
            problem.help(format!("set it to {expected}; it is declared at line {line} of the config"))
        }
    }
}

/// The command that brings a lock file in line with its manifest and changes nothing else.
fn refresh(place: &Place) -> Option<String> {
    let folder = place.file.parent().filter(|_| place.role == Role::Lock)?;
    match place.file.name() {
        "uv.lock" => Some(format!("uv lock --project {}", typed(&folder))),
        "package-lock.json" => Some(format!("npm --prefix {} install --package-lock-only", typed(&folder))),
        "Cargo.lock" => {
            Some(format!("cargo update --workspace --manifest-path {}", typed(&folder.child("Cargo.toml"))))
        }
        name if name.ends_with(".py.lock") => {
            let script = place.file.as_str().strip_suffix(".lock")?;
            Some(format!("uv lock --script {}", typed(&RepoPath::parse(script).ok()?)))
        }
        _ => None,
    }
}

/// Every place of a group that disagrees with the group's base, and a base that is no version.
pub fn of_group(workspace: &Workspace, group: &Group, released: &[Version]) -> Problems {
    match (workspace.current(group), workspace.base_place(group)) {
        (Some(version), _) => {
            let mut problems = disagreements(workspace, group, version, released);
            // A module takes its next path with the release, not with the development before it.
            if !version.is_dev() {
                problems.extend(workspace.misfits(group, version));
            }
            problems
        }
        (None, Some(base)) => vec![
            Problem::new(
                Code::W0312,
                format!("{} holds `{}`, which is no version in the form {}", base.node, base.text, base.form),
            )
            .at_line(&base.file, base.line),
        ],
        (None, None) => Problems::new(),
    }
}

/// Whether a tag means the version that its group's places hold.
pub fn of_tag(workspace: &Workspace, tag: &str) -> Problems {
    let mean = |group: &Group| group.tags.iter().find_map(|rule| rule.name.extract(tag, Form::SEMVER));
    let Some((group, version)) = workspace.config.groups.iter().find_map(|group| Some((group, mean(group)?)))
    else {
        let rules =
            workspace.config.groups.iter().flat_map(|group| &group.tags).map(|rule| rule.name.to_string());
        return vec![
            Problem::new(Code::W0314, format!("`{tag}` is no tag of any group"))
                .help(format!("the tags have the shapes {}", rules.collect::<Vec<_>>().join(", "))),
        ];
    };
    let mut problems = Problems::new();
    if version.is_dev() {
        problems.push(
            Problem::new(Code::W0315, format!("`{tag}` names a development version"))
                .why("work in progress is never tagged as a release"),
        );
    }
    match workspace.current(group) {
        Some(current) if current != version => {
            let problem = Problem::new(
                Code::W0314,
                format!("`{tag}` means {version}, and {} is at {current}", group.name),
            )
            .why("publishing would give the tag's name to another version");
            problems.push(if current < version && !version.is_dev() {
                problem.help("tag the commit that holds the version, or release it:").run(command(
                    &workspace.config,
                    group,
                    &version.to_string(),
                ))
            } else {
                problem.help("tag the commit that holds the version")
            });
        }
        Some(current) if current.is_dev() => {
            problems.push(in_development(&workspace.config, group, current));
        }
        _ => {}
    }
    problems
}

/// Why a group at a development version gets no tag.
pub(super) fn in_development(config: &Config, group: &Group, current: Version) -> Problem {
    Problem::new(Code::W0315, format!("{} is at {current}", group.name))
        .why("work in progress is never tagged as a release")
        .help("release it first; that drops the suffix:")
        .run(command(config, group, "release"))
}

/// The command of a bump for a group, in its flow.
fn command(config: &Config, group: &Group, bump: &str) -> String {
    let prepare = if group.flow == Flow::Reviewed { " --prepare" } else { "" };
    format!("cargo xtask release {bump}{}{prepare}", config.option_for(group))
}
