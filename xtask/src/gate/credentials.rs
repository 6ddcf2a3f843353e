//! Whoever publishes may: each target's registry is asked who comes, as far as it can tell without an upload.
//!
//! What no registry can tell is a reminder with the page where it is set up. A missing credential fails a
//! required target; an optional one is shown as left out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Gate, Need, Situation};
use crate::io::{env, files};
use crate::model::gate::{Finding, Stage, Verdict};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::sighting::Access;
use crate::model::target::{Target, TargetKind};
use crate::registry::world::CALL_LIMIT;
use crate::registry::{World, open};
use crate::tool::clients::Clients;

/// `credentials`.
pub(super) struct Credentials;

impl Gate for Credentials {
    fn name(&self) -> &str {
        "credentials"
    }

    fn stages(&self) -> &[Stage] {
        &Stage::ALL
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        let asks = off(situation).is_none() && situation.access.is_none();
        if asks { Need::Network } else { Need::Nothing }
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        if let Some(off) = off(situation) {
            return off;
        }
        match situation.access {
            Some(access) => judge(situation, access),
            None => match ask(situation) {
                Ok(access) => judge(situation, &access),
                Err(problem) => Finding::unknown(problem.what.clone(), vec![problem]),
            },
        }
    }
}

fn off(situation: &Situation<'_>) -> Option<Finding> {
    let rules = &situation.workspace.config.gates.credentials;
    if !rules.at.contains(&situation.stage) {
        return Some(Finding::off(format!(
            "`at` under [gates.credentials] has no \"{}\"",
            situation.stage.name()
        )));
    }
    if situation.stage == Stage::Release && situation.rehearsal {
        return Some(Finding::off("a rehearsal has registries of its own"));
    }
    let mut kinds = situation.targets.iter().filter(|target| wanted(situation, target));
    kinds.next().is_none().then(|| Finding::off("no target has a registry"))
}

/// Whether a target has a registry that lets somebody in, and this release goes there. A Go module's tag is its
/// publication: who may push it is the forge's.
fn wanted(situation: &Situation<'_>, target: &Target) -> bool {
    let version = situation.subject_of(&target.package).and_then(|subject| subject.version);
    !matches!(target.kind, TargetKind::Files | TargetKind::Go)
        && version.is_none_or(|version| target.takes(version))
}

/// Asks each registry, side by side.
fn ask(situation: &Situation<'_>) -> Result<BTreeMap<usize, Access>, Problem> {
    let scratch = situation.repository.common_dir.join("windlass-publish");
    let scratch = scratch.join(format!("{}-gates", std::process::id()));
    files::create_folder(&scratch)
        .map_err(|error| Problem::new(Code::W0304, format!("{}: {error}", scratch.display())))?;
    let limit = situation.env.call_limit.map_or(CALL_LIMIT, Duration::from_secs);
    let world = World::new(Clients::new(env::variables(), limit), &situation.repository.root, &scratch);
    let access = std::thread::scope(|scope| {
        let asked: Vec<_> = situation
            .targets
            .iter()
            .enumerate()
            .filter(|(_, target)| wanted(situation, target))
            .map(|(number, target)| {
                let (world, name) = (&world, situation.workspace.registry_name(target));
                let version = situation.subject_of(&target.package).and_then(|subject| subject.version);
                let asked = scope.spawn(move || match (open(target, world), name) {
                    (Some(registry), Some(name)) => registry.access(&name, version),
                    _ => Access::Unknown { why: "its manifest says no name".into() },
                });
                (number, asked)
            })
            .collect();
        let broken = || Access::Unknown { why: "the question broke off".into() };
        asked.into_iter().map(|(number, asked)| (number, asked.join().unwrap_or_else(|_| broken()))).collect()
    });
    let _ = files::remove_folder(&scratch);
    Ok(access)
}

/// What the answers come to.
fn judge(situation: &Situation<'_>, access: &BTreeMap<usize, Access>) -> Finding {
    let rules = &situation.workspace.config.gates.credentials;
    let again = situation.again();
    let (mut problems, mut sure) = (Problems::new(), false);
    let (mut seen, mut reminders) = (Vec::new(), Vec::new());
    for (number, access) in access {
        let Some(target) = situation.targets.get(*number) else { continue };
        let label = target.label();
        let who = rules.who.get(&label).or_else(|| rules.who.get(target.kind.name()));
        match one(target, access, who.map(String::as_str), &again) {
            Ok(text) => seen.push(text),
            Err(wrong) if !target.required => {
                seen.push(format!("{label} left out: {}", wrong.problem.code.title()));
            }
            Err(wrong) => {
                sure |= !wrong.open;
                problems.push(wrong.problem);
            }
        }
        if let Access::May { untold: Some(what), .. } = access {
            reminders.push(format!("{label}: {what}"));
        }
        reminders.extend(reminder(target, access));
    }
    let mut finding = match problems.first().map(|first| first.what.clone()) {
        None if seen.is_empty() => Finding::pass("nothing is left to upload"),
        None => Finding::pass(seen.join(", ")),
        Some(first) => {
            let verdict = if sure { Verdict::Fail } else { Verdict::Unknown };
            Finding { problems, ..Finding::new(verdict, first) }
        }
    };
    finding.reminders = reminders;
    finding
}

/// What keeps a target from being published.
struct Wrong {
    problem: Problem,
    /// Nobody knows; it may be fine.
    open: bool,
}

impl Wrong {
    fn sure(problem: Problem) -> Box<Wrong> {
        Box::new(Wrong { problem, open: false })
    }

    fn open(problem: Problem) -> Box<Wrong> {
        Box::new(Wrong { problem, open: true })
    }
}

/// One target: what to show, else what is wrong.
fn one(target: &Target, access: &Access, who: Option<&str>, again: &str) -> Result<String, Box<Wrong>> {
    let label = target.label();
    let expected = |seen: String| {
        let what = format!("{label}: expected {}, {seen}", who.unwrap_or_default());
        Problem::new(Code::W0826, what)
            .help("log in as the expected user, or mend `who` under [gates.credentials]")
    };
    match (access, who) {
        (Access::May { who: Some(user), .. }, Some(who)) if user != who => {
            Err(Wrong::sure(expected(format!("{user} is logged in"))))
        }
        (Access::May { who: None, .. } | Access::CannotTell { .. }, Some(_)) => {
            Err(Wrong::open(expected("and the registry does not say who asks".into())))
        }
        (Access::May { who: Some(user), .. }, _) => Ok(format!("{label} as {user}")),
        (Access::May { who: None, .. }, None) => Ok(label),
        (Access::CannotTell { .. }, None) => Ok(format!("{label} present")),
        (Access::Missing { set }, _) => {
            let problem = Problem::new(Code::W0755, format!("{label}: needs {}", set.join(", ")));
            Err(Wrong::sure(problem.help("set it where this runs; in CI as a secret of the publishing job")))
        }
        (Access::Denied { why }, _) => {
            let problem = Problem::new(Code::W0756, format!("{label} is refused"));
            Err(Wrong::sure(problem.why(why.clone())))
        }
        (Access::Unknown { why }, _) => {
            let problem = Problem::new(Code::W0753, format!("{label}: who may publish there"));
            Err(Wrong::open(problem.why(why.clone()).run(again)))
        }
    }
}

/// What no registry tells before an upload, and where it is set up.
fn reminder(target: &Target, access: &Access) -> Option<String> {
    if matches!(access, Access::Missing { .. } | Access::Denied { .. } | Access::Unknown { .. }) {
        return None;
    }
    let label = target.label();
    let trusted = target.credentials.token.as_deref().and_then(env::variable).is_none();
    let text = match target.kind {
        TargetKind::Npm => {
            "that two-factor rules let this token publish, or the trusted publisher names this workflow \
             (the package's Settings, Publishing access)"
        }
        TargetKind::Pypi if trusted => {
            "that the trusted publisher names this repository, workflow and environment, which may have to be \
             blank (the project's Manage, Publishing)"
        }
        TargetKind::Pypi => "that the token's scope holds this project (Account settings, API tokens)",
        TargetKind::Crates => {
            "that the token's scopes hold publish-new or publish-update (Account Settings, API Tokens)"
        }
        _ => return None,
    };
    Some(format!("{label}: {text}"))
}
