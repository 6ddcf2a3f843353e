//! Which jobs a config asks for, the same for both forges: what each runs, needs, takes, gives and may do.

use std::collections::{BTreeMap, BTreeSet};

use super::release::release;
use super::shell::{Word, line, plain};
use super::tags;
use crate::model::ci::{CiBuild, CiRules};
use crate::model::config::{Config, TagRule};
use crate::model::names::Name;
use crate::model::problem::Problem;
use crate::model::target::TargetKind;

/// The steps of a pipeline, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Check,
    Preflight,
    Build,
    Join,
    Scan,
    Publish,
    Verify,
    Release,
}

impl Stage {
    pub const ALL: [Stage; 8] = [
        Stage::Check,
        Stage::Preflight,
        Stage::Build,
        Stage::Join,
        Stage::Scan,
        Stage::Publish,
        Stage::Verify,
        Stage::Release,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Stage::Check => "check",
            Stage::Preflight => "preflight",
            Stage::Build => "build",
            Stage::Join => "join",
            Stage::Scan => "scan",
            Stage::Publish => "publish",
            Stage::Verify => "verify",
            Stage::Release => "release",
        }
    }
}

/// What one job leaves for others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// All that was built: `target/windlass/<group>-<version>`.
    Artifacts,
    /// One part of it: below `target/windlass/parts`.
    Part,
}

/// What a job does at the forge by its interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    Nothing,
    /// Asks what CI says of a commit.
    Reads,
    /// Writes the release entry.
    Releases,
}

/// What a job does at the package registry of GitHub itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Packages {
    Nothing,
    Reads,
    Writes,
}

/// Where the value of a credential's variable comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The forge's settings, under the same name.
    Settings,
    /// GitHub's own token of the job, which its container registry takes.
    OwnToken,
    /// Who started the run, beside that token.
    OwnUser,
}

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    /// `publish-api-image`: letters, digits, `-` and `_`.
    pub id: String,
    /// For people.
    pub title: String,
    pub stage: Stage,
    /// Ids of jobs of the same pipeline.
    pub needs: Vec<String>,
    /// Shell lines. `$TAG` is the tag, `$PART` the part, `$BASE` the branch that a merge request goes to.
    pub commands: Vec<String>,
    pub secrets: BTreeMap<String, Source>,
    /// Kinds of registries that are shown the job's identity instead of a token (OpenID Connect).
    pub identity: BTreeSet<TargetKind>,
    pub forge: Forge,
    /// What it does at GitHub's own package registry.
    pub packages: Packages,
    pub takes: Option<Handover>,
    pub gives: Option<Handover>,
    /// The one whose secrets it has.
    pub environment: Option<String>,
    /// A machine of its own.
    pub machine: Option<CiBuild>,
    /// Whether it makes something public, so that it runs once at a time and to its end.
    pub publishes: bool,
    /// Minutes that it may wait for CI, besides those that it may work.
    pub waits: usize,
    /// Runs for merge requests alone.
    pub review: bool,
}

/// The pipeline of one group's tags.
#[derive(Clone, Debug)]
pub struct Release {
    pub group: Name,
    /// The tag that starts it.
    pub tag: TagRule,
    pub jobs: Vec<Job>,
}

/// Tags beside the leading one: each is only checked.
#[derive(Clone, Debug)]
pub struct Companions {
    pub tags: Vec<TagRule>,
    pub jobs: Vec<Job>,
}

/// Everything that CI does.
#[derive(Clone, Debug)]
pub struct Pipelines {
    pub ci: CiRules,
    /// Branches whose pushes are checked, as globs; the first is the main one.
    pub branches: Vec<String>,
    pub checks: Vec<Job>,
    /// Whether a label can spare a review its note, so that labels are a reason to check once more.
    pub labels_count: bool,
    pub releases: Vec<Release>,
    pub companions: Option<Companions>,
}

/// The siblings that each package requires.
pub type Needs = BTreeMap<Name, BTreeSet<Name>>;

/// Works out the jobs.
///
/// # Errors
/// `W0750` when targets wait for each other.
pub fn pipelines(config: &Config, needs: &Needs) -> Result<Pipelines, Problem> {
    let ci = config.ci.clone().unwrap_or_default();
    let mut releases = Vec::new();
    let mut others = Vec::new();
    for group in config.groups.iter().filter(|_| ci.publish) {
        let Some(tag) = tags::leading(group) else { continue };
        others.extend(group.tags.iter().filter(|rule| rule.name != tag.name).cloned());
        releases.push(Release {
            group: group.name.clone(),
            tag: tag.clone(),
            jobs: release(config, &ci, group, needs)?,
        });
    }
    let companions = (!others.is_empty()).then(|| {
        let mut job = job("tag", "Check the tag".into(), Stage::Check);
        job.commands = with_setup(&ci, &[], vec![tagged("check", &[])]);
        Companions { tags: others, jobs: vec![job] }
    });
    Ok(Pipelines {
        branches: config.release.branches.clone(),
        checks: checks(config, &ci),
        labels_count: config
            .changelogs
            .iter()
            .any(|rules| rules.fragments.is_some() && !rules.exempt_labels.is_empty()),
        releases,
        companions,
        ci,
    })
}

pub(super) fn job(id: &str, title: String, stage: Stage) -> Job {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    Job {
        id: id.chars().map(safe).collect(),
        title,
        stage,
        needs: Vec::new(),
        commands: Vec::new(),
        secrets: BTreeMap::new(),
        identity: BTreeSet::new(),
        forge: Forge::Nothing,
        packages: Packages::Nothing,
        takes: None,
        gives: None,
        environment: None,
        machine: None,
        publishes: false,
        waits: 0,
        review: false,
    }
}

/// `cargo xtask COMMAND --tag "$TAG" …`.
pub(super) fn tagged(command: &str, more: &[Word]) -> String {
    let head = [Word::Plain("cargo"), Word::Plain("xtask"), Word::Plain(command)];
    let tag = [Word::Plain("--tag"), Word::Variable("TAG")];
    line(&head.iter().chain(&tag).chain(more).copied().collect::<Vec<_>>())
}

/// The setup of a job that has to do with these kinds, then its own commands.
pub(super) fn with_setup(ci: &CiRules, kinds: &[TargetKind], own: Vec<String>) -> Vec<String> {
    let wanted = ci
        .setup
        .iter()
        .filter(|one| one.kinds.is_empty() || one.kinds.iter().any(|kind| kinds.contains(kind)));
    wanted.map(|one| plain(&one.run)).chain(own).collect()
}

fn checks(config: &Config, ci: &CiRules) -> Vec<Job> {
    let mut jobs = Vec::new();
    let mut check = job("check", "Check".into(), Stage::Check);
    check.commands = with_setup(ci, &[], vec!["cargo xtask check".into(), "cargo xtask ci check".into()]);
    jobs.push(check);
    if config.changelogs.iter().any(|rules| rules.fragments.is_some()) {
        let mut changelog = job("changelog", "Changelog".into(), Stage::Check);
        changelog.review = true;
        changelog.commands =
            with_setup(ci, &[], vec!["cargo xtask changelog check --base \"origin/$BASE\"".into()]);
        jobs.push(changelog);
    }
    if !ci.tests.is_empty() {
        let mut tests = job("tests", "Tests".into(), Stage::Check);
        tests.commands = with_setup(ci, &[], ci.tests.iter().map(|one| plain(one)).collect());
        jobs.push(tests);
    }
    jobs
}
