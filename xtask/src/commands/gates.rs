//! The gates as commands meet them: what is skipped, what they see, what becomes of the plan.

use std::collections::BTreeMap;
use std::path::Path;

use crate::app::{App, Refusal};
use crate::cli::Skips;
use crate::config::nearest::advice;
use crate::ecosystem::rendered::{self, Asked as AskedImages};
use crate::forge::patience::Patience;
use crate::forge::site::Around;
use crate::forge::{self, Forge};
use crate::gate::{self, Asked, Gate, Judged, Situation, Subject};
use crate::io::env::{self, Env};
use crate::model::config::{Config, TagKind};
use crate::model::facts::Facts;
use crate::model::gate::{Skip, Stage};
use crate::model::gate_rules::Wait;
use crate::model::names::{Name, RemoteName};
use crate::model::plan::Plan;
use crate::model::problem::{Code, Problem};
use crate::model::sighting::Access;
use crate::model::target::{Target, TargetKind};
use crate::model::tree::Tree;
use crate::plan;
use crate::tool::git::Repository;
use crate::tool::git::query::GitConfig;
use crate::workspace::Workspace;

/// What a command knows when it lets the gates look.
pub(super) struct Ground<'a> {
    pub repository: &'a Repository,
    pub git: &'a GitConfig,
    pub workspace: &'a Workspace,
    pub facts: &'a Facts,
    /// The images that the charts of the tree ask for.
    pub images: &'a Result<AskedImages, Problem>,
    pub skips: &'a [Skip],
    /// Whether others are not to be asked.
    pub offline: bool,
    /// Whether commands of the config may run.
    pub commands: bool,
}

/// What the gates are to judge.
pub(super) struct Matter<'a> {
    pub stage: Stage,
    pub subjects: &'a [Subject],
    pub plan: Option<&'a Plan>,
    /// Whether a bump was named.
    pub bumped: bool,
    pub unmet: &'a [Problem],
    /// The tag's commit, where it is not what is checked out.
    pub released: Option<&'a Workspace>,
    /// What the registries said already, by target.
    pub access: Option<&'a BTreeMap<usize, Access>>,
    /// How long CI is waited for, where the config does not decide.
    pub wait: Option<Wait>,
}

impl<'a> Matter<'a> {
    pub(super) fn new(stage: Stage, subjects: &'a [Subject]) -> Matter<'a> {
        Matter {
            stage,
            subjects,
            plan: None,
            bumped: true,
            unmet: &[],
            released: None,
            access: None,
            wait: None,
        }
    }
}

/// The skips that the command line asks for.
///
/// # Errors
/// Usage: `W0820` without a reason, `W0821` for a name that is no gate before `stage`, `W0822` for one that
/// can't be skipped there.
pub(super) fn skips(config: &Config, stage: Stage, asked: &Skips) -> Result<Vec<Skip>, Refusal> {
    let gates = gate::all(config);
    let here: Vec<&dyn Gate> =
        gates.iter().map(AsRef::as_ref).filter(|gate| gate.stages().contains(&stage)).collect();
    let names: Vec<&str> = here.iter().map(|gate| gate.name()).collect();
    let reasons = &asked.reason;
    let lacking = match (asked.skip_gate.len(), reasons.len()) {
        (0, 0) => return Ok(Vec::new()),
        (0, _) => Some("there is a --reason and no --skip-gate".to_owned()),
        (_, 1) => None,
        (gates, reasons) if gates == reasons => None,
        (gates, reasons) => Some(format!("--skip-gate {gates} times, --reason {reasons} times")),
    };
    if let Some(what) = lacking {
        return Err(no_reason(what));
    }
    let mut skips = Vec::new();
    for (index, name) in asked.skip_gate.iter().enumerate() {
        let reason = reasons.get(index).or(reasons.first()).map_or("", |reason| reason.trim());
        if reason.is_empty() || reason.chars().any(char::is_control) {
            return Err(no_reason(format!("the reason for {name} is {reason:?}")));
        }
        let Some(gate) = here.iter().find(|gate| gate.name() == name) else {
            let what = format!("`{name}` is no gate before a {}", stage.name());
            return Err(Refusal::usage(Problem::new(Code::W0821, what).help(advice(name, "gate", &names))));
        };
        if let Some(why) = gate.firm(stage) {
            let what = format!("{name} stands before every {}", stage.name());
            return Err(Refusal::usage(Problem::new(Code::W0822, what).why(why)));
        }
        skips.push(Skip { gate: name.clone(), reason: reason.to_owned() });
    }
    skips.sort();
    skips.dedup_by(|a, b| a.gate == b.gate);
    Ok(skips)
}

fn no_reason(what: String) -> Refusal {
    Refusal::usage(
        Problem::new(Code::W0820, what).help("--skip-gate NAME --reason \"one line that says why\""),
    )
}

/// Lets the gates look.
pub(super) fn judge(env: &Env, ground: &Ground<'_>, matter: &Matter<'_>) -> Judged {
    let config = &ground.workspace.config;
    let groups: Vec<_> = matter.subjects.iter().filter_map(|subject| config.group(&subject.group)).collect();
    let targets: Vec<&Target> = config
        .targets
        .iter()
        .filter(|target| groups.iter().any(|group| group.packages.contains(&target.package)))
        .collect();
    let rehearsal = env.rehearsal && is_folder(ground.git, &config.release.remote);
    let address = ground.git.remote_address(&config.release.remote);
    let forge = if rehearsal { Ok(None) } else { forge(env, config, address) };
    let situation = Situation {
        stage: matter.stage,
        repository: ground.repository,
        workspace: ground.workspace,
        released: matter.released.unwrap_or(ground.workspace),
        images: ground.images,
        facts: ground.facts,
        env,
        subjects: matter.subjects,
        plan: matter.plan,
        bumped: matter.bumped,
        unmet: matter.unmet,
        access: matter.access,
        targets: &targets,
        address,
        forge: &forge,
        wait: matter.wait.unwrap_or(config.gates.ci_wait).time(),
        offline: ground.offline,
        commands: ground.commands,
        rehearsal,
        own_twine: targets.iter().any(|target| target.kind == TargetKind::Pypi)
            && super::tools::own_twine(env, &ground.repository.root).is_some(),
    };
    gate::run(&Asked { gates: &gate::all(config), skips: ground.skips }, &situation)
}

/// Judges a release and writes into its plan what was found.
pub(super) fn before_release(app: &App<'_>, ground: &Ground<'_>, plan: &mut Plan) {
    if !plan.request.bump.is_release() {
        return;
    }
    let subjects = subjects(plan);
    let matter = Matter { plan: Some(plan), unmet: &plan.unmet, ..Matter::new(Stage::Release, &subjects) };
    let judged = judge(&app.env, ground, &matter);
    let gates = gate::all(&ground.workspace.config);
    let skipped = |problem: &Problem| {
        let owner = gates.iter().find(|gate| gate.owns(problem.code));
        owner.is_some_and(|gate| ground.skips.iter().any(|skip| skip.gate == gate.name()))
    };
    plan::gates::judged(plan, judged.findings.clone(), judged.skips.clone(), &skipped);
}

/// The groups of a plan.
pub(super) fn subjects(plan: &Plan) -> Vec<Subject> {
    let subject = |group: &crate::model::plan::GroupPlan| {
        let tags = || plan.tags.iter().filter(|tag| tag.group == group.name);
        let tag = tags().find(|tag| tag.kind == TagKind::Annotated).or_else(|| tags().next());
        Subject {
            group: group.name.clone(),
            version: Some(group.next),
            tag: tag.map(|tag| tag.name.clone()),
            commit: plan.base.clone(),
        }
    };
    plan.groups.iter().map(subject).collect()
}

/// The images that the charts of some groups ask for, where such a group publishes a chart.
pub(super) fn images(tree: &dyn Tree, config: &Config, groups: &[Name]) -> Result<AskedImages, Problem> {
    let ours =
        |target: &&Target| config.group_of(&target.package).is_some_and(|group| groups.contains(&group.name));
    let charts = config.targets.iter().filter(ours).filter(|target| target.kind == TargetKind::Helm);
    let mut folders: Vec<_> =
        charts.filter_map(|target| config.package(&target.package)).map(|package| &package.path).collect();
    folders.dedup();
    let mut all = AskedImages::default();
    for folder in folders {
        let asked = rendered::images(tree, folder)?;
        all.images.extend(asked.images);
        all.unread.extend(asked.unread);
    }
    Ok(all)
}

/// The repository's forge. It is asked before any effect, so that an interrupt simply ends the program.
fn forge(env: &Env, config: &Config, address: Option<&str>) -> Result<Option<Box<dyn Forge>>, Problem> {
    let variables = env::variables();
    let around = Around { env: &variables, remote: address };
    forge::open(config.forge.as_ref(), around, Patience::within(env.call_limit, env.patience))
}

/// Whether a remote is a folder of this machine: only there a rehearsal is believed to be one.
fn is_folder(git: &GitConfig, remote: &RemoteName) -> bool {
    let folder = |url: &str| {
        url.starts_with("file://")
            || url.starts_with("./")
            || url.starts_with("../")
            || Path::new(url).is_absolute()
    };
    let url = git.get(&format!("remote.{remote}.url"));
    let push = git.get(&format!("remote.{remote}.pushurl"));
    url.is_some_and(folder) && push.is_none_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsal_has_its_remote_on_this_machine() {
        let is = |entries: &[&str]| {
            let text: String = entries.iter().map(|entry| format!("{entry}\0")).collect();
            is_folder(&GitConfig::parse(text.as_bytes()), &RemoteName::parse("origin").unwrap())
        };
        assert!(is(&["remote.origin.url\n/srv/clone"]));
        assert!(is(&["remote.origin.url\nfile:///srv/clone"]));
        assert!(is(&["remote.origin.url\n../clone"]));
        assert!(!is(&[]));
        assert!(!is(&["remote.origin.url\nhttps://github.com/example/suite"]));
        assert!(!is(&["remote.origin.url\ngit@github.com:example/suite"]));
        assert!(!is(&[
            "remote.origin.url\n/srv/clone",
            "remote.origin.pushurl\nssh://git@example.org/suite"
        ]));
    }
}
