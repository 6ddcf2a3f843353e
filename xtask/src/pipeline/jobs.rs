//! Which jobs a config asks for, the same for both forges: what each runs, needs, takes, gives and may do.

use std::collections::{BTreeMap, BTreeSet};

use super::shell::{Word, line, plain};
use super::tags;
use crate::model::ci::{CiBuild, CiRules, names};
use crate::model::config::{Config, Group, TagRule};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::target::{TagHold, Target, TargetKind, hold};

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
    /// Asks what CI says of a commit, and for milestones.
    Reads,
    /// Writes the release entry.
    Releases,
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
    /// Whether it pushes to GitHub's own container registry.
    pub packages: bool,
    pub takes: Option<Handover>,
    pub gives: Option<Handover>,
    pub environment: Option<String>,
    /// A machine of its own.
    pub machine: Option<CiBuild>,
    /// Whether it makes something public, so that it runs once at a time and to its end.
    pub publishes: bool,
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
    for group in &config.groups {
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
        releases,
        companions,
        ci,
    })
}

fn job(id: &str, title: String, stage: Stage) -> Job {
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
        packages: false,
        takes: None,
        gives: None,
        environment: None,
        machine: None,
        publishes: false,
        review: false,
    }
}

/// `cargo xtask COMMAND --tag "$TAG" …`.
fn tagged(command: &str, more: &[Word]) -> String {
    let head = [Word::Plain("cargo"), Word::Plain("xtask"), Word::Plain(command)];
    let tag = [Word::Plain("--tag"), Word::Variable("TAG")];
    line(&head.iter().chain(&tag).chain(more).copied().collect::<Vec<_>>())
}

/// The setup of a job that has to do with these kinds, then its own commands.
fn with_setup(ci: &CiRules, kinds: &[TargetKind], own: Vec<String>) -> Vec<String> {
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

/// The jobs of a group's tag, each after those that it needs.
fn release(config: &Config, ci: &CiRules, group: &Group, needs: &Needs) -> Result<Vec<Job>, Problem> {
    let of_group =
        config.targets.iter().enumerate().filter(|(_, target)| group.packages.contains(&target.package));
    let targets: Vec<(usize, &Target)> = of_group.collect();
    let kinds = |all: &[&Target]| all.iter().map(|target| target.kind).collect::<Vec<_>>();
    let all: Vec<&Target> = targets.iter().map(|(_, target)| *target).collect();
    let public: Vec<&(usize, &Target)> =
        targets.iter().filter(|(_, one)| one.kind != TargetKind::Files).collect();

    let mut preflight = job("preflight", "Preflight".into(), Stage::Preflight);
    preflight.forge = Forge::Reads;
    let mut gates = tagged("preflight", &[Word::Plain("--for"), Word::Plain("publish")]);
    let mut hidden = false;
    for (index, target) in &public {
        credit(&mut preflight, config, *index, target);
        hidden |= ci.environment(target).is_some() && !secrets(config, *index, target).is_empty();
    }
    if hidden {
        // Secrets of an environment are shown to its own jobs alone.
        preflight.secrets.clear();
        let reason = "the secrets of an environment are shown to its own jobs alone";
        let words = ["--skip-gate", "credentials", "--reason", reason].map(Word::Plain);
        gates = format!("{gates} {}", line(&words));
    }
    preflight.packages = false;
    preflight.commands = with_setup(ci, &kinds(&all), vec![gates]);
    let mut jobs = vec![preflight];
    if targets.is_empty() {
        return Ok(jobs);
    }

    let built = build(ci, &all, &mut jobs);
    let mut ready = vec![built.clone()];
    if !ci.scan.is_empty() {
        let mut scan = job("scan", "Scan".into(), Stage::Scan);
        scan.needs = vec![built.clone()];
        scan.takes = Some(Handover::Artifacts);
        scan.commands = with_setup(ci, &kinds(&all), ci.scan.iter().map(|one| plain(one)).collect());
        ready.push(scan.id.clone());
        jobs.push(scan);
    }
    let mut done = ready.clone();
    for (label, own) in in_order(&public, needs)? {
        let first = own[0].1;
        let mut publish = job(&format!("publish-{label}"), format!("Publish {label}"), Stage::Publish);
        publish.needs = ready.clone();
        publish.needs.extend(waits_for(first, &public, needs).into_iter().map(|one| publish_id(&one)));
        for (index, target) in &own {
            credit(&mut publish, config, *index, target);
        }
        publish.takes = Some(Handover::Artifacts);
        publish.forge = Forge::Reads;
        publish.publishes = true;
        publish.environment = ci.environment(first).map(str::to_owned);
        publish.commands = with_setup(
            ci,
            &[first.kind],
            vec![tagged("publish", &[Word::Plain("--only"), Word::Plain(&label)])],
        );
        done.push(publish.id.clone());
        jobs.push(publish);
    }
    let floats: Vec<&&(usize, &Target)> =
        public.iter().filter(|(_, target)| floating(config, target)).collect();
    if !floats.is_empty() {
        let mut follow = job("publish-floating-tags", "Move floating tags".into(), Stage::Publish);
        follow.needs = done.clone();
        for (index, target) in public
            .iter()
            .filter(|(_, one)| matches!(one.kind, TargetKind::Npm | TargetKind::Image | TargetKind::Helm))
        {
            credit(&mut follow, config, *index, target);
        }
        follow.identity.clear();
        follow.takes = Some(Handover::Artifacts);
        follow.forge = Forge::Reads;
        follow.publishes = true;
        follow.environment = floats.iter().find_map(|(_, target)| ci.environment(target)).map(str::to_owned);
        let kinds: Vec<TargetKind> = floats.iter().map(|(_, target)| target.kind).collect();
        follow.commands = with_setup(ci, &kinds, vec![tagged("publish", &[])]);
        done.push(follow.id.clone());
        jobs.push(follow);
    }
    if !public.is_empty() {
        let mut verify = job("verify", "Verify".into(), Stage::Verify);
        verify.needs = done.clone();
        verify.takes = Some(Handover::Artifacts);
        verify.commands = with_setup(ci, &kinds(&all), vec![tagged("verify", &[])]);
        done.push(verify.id.clone());
        jobs.push(verify);
    }
    let mut entry = job("forge-release", "Release entry".into(), Stage::Release);
    entry.needs = done;
    entry.takes = Some(Handover::Artifacts);
    entry.forge = Forge::Releases;
    entry.publishes = true;
    entry.commands = with_setup(ci, &[], vec![tagged("forge-release", &[])]);
    jobs.push(entry);
    Ok(jobs)
}

/// The jobs that build, and the id of the one that has all of it.
fn build(ci: &CiRules, targets: &[&Target], jobs: &mut Vec<Job>) -> String {
    let named = |one: &CiBuild, target: &Target| one.targets.iter().any(|word| names(target, word));
    let mut parts: Vec<(Option<CiBuild>, Vec<&Target>)> = ci
        .builds
        .iter()
        .map(|one| (Some(one.clone()), targets.iter().filter(|target| named(one, target)).copied().collect()))
        .filter(|(_, own): &(_, Vec<&Target>)| !own.is_empty())
        .collect();
    if parts.is_empty() {
        let mut whole = job("build", "Build".into(), Stage::Build);
        whole.needs = vec!["preflight".into()];
        whole.gives = Some(Handover::Artifacts);
        let kinds: Vec<TargetKind> = targets.iter().map(|target| target.kind).collect();
        whole.commands = with_setup(ci, &kinds, vec![tagged("build", &[])]);
        let id = whole.id.clone();
        jobs.push(whole);
        return id;
    }
    let rest = targets.iter().filter(|target| !ci.builds.iter().any(|one| named(one, target)));
    let rest: Vec<&Target> = rest.copied().collect();
    if !rest.is_empty() {
        parts.push((None, rest));
    }
    let mut join = job("join", "Join the parts".into(), Stage::Join);
    for (machine, own) in parts {
        let name = machine.as_ref().map_or("rest", |one| one.name.as_str());
        let mut part = job(&format!("build-{name}"), format!("Build {name}"), Stage::Build);
        let labels: BTreeSet<String> = own.iter().map(|target| target.label()).collect();
        let mut words = vec![Word::Plain("--part"), Word::Variable("PART")];
        words.extend(labels.iter().flat_map(|label| [Word::Plain("--only"), Word::Plain(label)]));
        let kinds: Vec<TargetKind> = own.iter().map(|target| target.kind).collect();
        part.needs = vec!["preflight".into()];
        part.gives = Some(Handover::Part);
        part.commands = with_setup(ci, &kinds, vec![tagged("build", &words)]);
        part.machine = Some(machine.unwrap_or_else(|| rest_of()));
        join.needs.push(part.id.clone());
        jobs.push(part);
    }
    join.takes = Some(Handover::Part);
    join.gives = Some(Handover::Artifacts);
    join.commands = with_setup(ci, &[], vec![tagged("build", &[Word::Plain("--join")])]);
    let id = join.id.clone();
    jobs.push(join);
    id
}

/// The part of what no other part builds.
fn rest_of() -> CiBuild {
    let (runner, image) = (None, None);
    let name = Name::parse("rest").unwrap_or_else(|_| unreachable!("a plain word"));
    CiBuild { name, runner, image, tags: Vec::new(), targets: Vec::new(), python: Vec::new() }
}

fn publish_id(label: &str) -> String {
    job(&format!("publish-{label}"), String::new(), Stage::Publish).id
}

/// Gives a job what it takes to publish a target.
fn credit(to: &mut Job, config: &Config, index: usize, target: &Target) {
    if trusted(config, index, target) {
        to.identity.insert(target.kind);
    }
    let found = secrets(config, index, target);
    to.packages |= found.values().any(|source| *source == Source::OwnToken);
    to.secrets.extend(found);
}

/// Whether the registry is shown who runs the job, and no token: pypi and npm unless the config names credentials or
/// a registry of its own.
fn trusted(config: &Config, index: usize, target: &Target) -> bool {
    let key = format!("targets[{index}].credentials");
    let said = config.settings.iter().any(|one| one.line.is_some() && one.key.starts_with(&key));
    matches!(target.kind, TargetKind::Pypi | TargetKind::Npm) && target.registry.is_none() && !said
}

/// The variables of a target's credentials. npm's token is needed for dist-tags even where the identity publishes.
fn secrets(config: &Config, index: usize, target: &Target) -> BTreeMap<String, Source> {
    if trusted(config, index, target) && target.kind == TargetKind::Pypi {
        return BTreeMap::new();
    }
    let own = target.credentials.token.as_deref() == Some("GITHUB_TOKEN");
    let user = target
        .credentials
        .user
        .iter()
        .map(|name| (name, if own { Source::OwnUser } else { Source::Settings }));
    let token = target
        .credentials
        .token
        .iter()
        .map(|name| (name, if own { Source::OwnToken } else { Source::Settings }));
    user.chain(token).map(|(name, source)| (name.clone(), source)).collect()
}

/// Whether a target has tags that move.
fn floating(config: &Config, target: &Target) -> bool {
    let form = config.package(&target.package).and_then(|package| package.form).unwrap_or(Form::SEMVER);
    match target.kind {
        TargetKind::Npm => true,
        TargetKind::Image => target.tags.iter().any(|tag| hold(tag, form) == TagHold::Floating),
        _ => false,
    }
}

/// The labels that a target's publication waits for: siblings that it requires or names in `after`; of a chart the
/// images too.
fn waits_for(target: &Target, all: &[&(usize, &Target)], needs: &Needs) -> BTreeSet<String> {
    let required = needs.get(&target.package);
    let waits = |other: &Target| {
        let required = required.is_some_and(|names| names.contains(&other.package));
        let sibling = other.package != target.package && (required || target.after.contains(&other.package));
        sibling || target.kind == TargetKind::Helm && other.kind == TargetKind::Image
    };
    all.iter().filter(|(_, other)| waits(other)).map(|(_, other)| other.label()).collect()
}

/// The targets by label, each after those that it waits for.
fn in_order<'a>(
    all: &[&(usize, &'a Target)],
    needs: &Needs,
) -> Result<Vec<(String, Vec<(usize, &'a Target)>)>, Problem> {
    let mut left: Vec<(String, Vec<(usize, &Target)>)> = Vec::new();
    for (index, target) in all {
        match left.iter_mut().find(|(label, _)| *label == target.label()) {
            Some((_, own)) => own.push((*index, target)),
            None => left.push((target.label(), vec![(*index, target)])),
        }
    }
    let mut ordered: Vec<(String, Vec<(usize, &Target)>)> = Vec::new();
    while !left.is_empty() {
        let there = |label: &String| ordered.iter().any(|(known, _)| known == label);
        let free =
            |one: &(String, Vec<(usize, &Target)>)| waits_for(one.1[0].1, all, needs).iter().all(there);
        let Some(at) = left.iter().position(free) else {
            let labels: Vec<&str> = left.iter().map(|(label, _)| label.as_str()).collect();
            return Err(Problem::new(Code::W0750, format!("{} wait for each other", labels.join(", ")))
                .why("each would be published after the other"));
        };
        ordered.push(left.remove(at));
    }
    Ok(ordered)
}
