//! The jobs of a release: what follows when a group's tag is pushed.

use std::collections::{BTreeMap, BTreeSet};

use super::building::build;
use super::credit::{credit, reading, secrets};
use super::jobs::{Forge, Handover, Job, Needs, Packages, Source, Stage, job, tagged, with_setup};
use super::shell::{Word, line, plain};
use super::waiting::Waiting;
use crate::model::ci::CiRules;
use crate::model::config::{Config, Group};
use crate::model::form::Form;
use crate::model::problem::{Code, Problem};
use crate::model::target::{TagHold, Target, TargetKind, hold};

/// The jobs of a group's tag, each after those that it needs.
pub(super) fn release(
    config: &Config,
    ci: &CiRules,
    group: &Group,
    needs: &Needs,
) -> Result<Vec<Job>, Problem> {
    let of_group =
        config.targets.iter().enumerate().filter(|(_, target)| group.packages.contains(&target.package));
    let targets: Vec<(usize, &Target)> = of_group.collect();
    let kinds = |all: &[&Target]| all.iter().map(|target| target.kind).collect::<Vec<_>>();
    let all: Vec<&Target> = targets.iter().map(|(_, target)| *target).collect();
    let public: Vec<&(usize, &Target)> =
        targets.iter().filter(|(_, one)| one.kind != TargetKind::Files).collect();

    let waiting = Waiting::of(config, ci);
    let mut preflight = job("preflight", "Preflight".into(), Stage::Preflight);
    let stage = [Word::Plain("--for"), Word::Plain("publish")];
    let mut gates = tagged("preflight", &[&stage, waiting.words().as_slice()].concat());
    waiting.asks(&mut preflight);
    let mut hidden = false;
    let mut shown = BTreeMap::new();
    for (index, target) in &public {
        credit(&mut preflight, config, *index, target);
        let own = secrets(config, *index, target);
        if ci.environment(target).is_none() {
            shown.extend(own);
        } else {
            hidden |= !own.is_empty();
        }
    }
    preflight.secrets = shown;
    if hidden {
        let reason = "the secrets of an environment are shown to its own jobs alone";
        let words = ["--skip-gate", "credentials", "--reason", reason].map(Word::Plain);
        gates = format!("{gates} {}", line(&words));
    }
    // Whether an upload would be taken is asked by opening one; without the gate nothing is asked.
    if hidden || !preflight.secrets.values().any(|source| *source == Source::OwnToken) {
        preflight.packages = Packages::Nothing;
    }
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
        waiting.asks(&mut publish);
        publish.publishes = true;
        publish.environment = ci.environment(first).map(str::to_owned);
        let only = [Word::Plain("--only"), Word::Plain(&label)];
        publish.commands = with_setup(
            ci,
            &[first.kind],
            vec![tagged("publish", &[&only, waiting.words().as_slice()].concat())],
        );
        done.push(publish.id.clone());
        jobs.push(publish);
    }
    let follows = follow(config, ci, &public, &done, &waiting);
    done.extend(follows.iter().map(|one| one.id.clone()));
    jobs.extend(follows);
    if !public.is_empty() {
        let mut verify = job("verify", "Verify".into(), Stage::Verify);
        verify.needs = done.clone();
        verify.takes = Some(Handover::Artifacts);
        reading(&mut verify, config, ci, &public)?;
        verify.commands = with_setup(ci, &kinds(&all), vec![tagged("verify", &[])]);
        done.push(verify.id.clone());
        jobs.push(verify);
    }
    let mut entry = job("forge-release", "Release entry".into(), Stage::Release);
    entry.needs = done;
    entry.takes = Some(Handover::Artifacts);
    reading(&mut entry, config, ci, &public)?;
    entry.forge = Forge::Releases;
    entry.publishes = true;
    entry.commands = with_setup(ci, &[], vec![tagged("forge-release", &[])]);
    jobs.push(entry);
    Ok(jobs)
}

/// The jobs that move floating tags, each after all that is `done`: one for each environment that holds secrets of
/// such tags, since a job has one environment. What has none goes with the first.
fn follow(
    config: &Config,
    ci: &CiRules,
    public: &[&(usize, &Target)],
    done: &[String],
    waiting: &Waiting,
) -> Vec<Job> {
    let all: Vec<&Target> =
        public.iter().map(|(_, target)| *target).filter(|target| floating(config, target)).collect();
    let named: BTreeSet<&str> = all.iter().filter_map(|target| ci.environment(target)).collect();
    let mut environments: Vec<Option<&str>> = named.into_iter().map(Some).collect();
    if environments.is_empty() && !all.is_empty() {
        environments.push(None);
    }
    let of = |(index, environment): (usize, &Option<&str>)| {
        let seen = |target: &Target| {
            let own = ci.environment(target);
            own.is_none() || own == *environment
        };
        let (mut id, mut title) = ("publish-floating-tags".to_owned(), "Move floating tags".to_owned());
        let mut words = Vec::new();
        let own = |target: &&&Target| seen(target) && (index == 0 || ci.environment(target).is_some());
        let floats: Vec<&Target> = all.iter().filter(own).copied().collect();
        let labels: BTreeSet<String> = floats.iter().map(|target| target.label()).collect();
        if let (Some(name), true) = (environment, environments.len() > 1) {
            id = format!("{id}-{name}");
            title = format!("{title} ({name})");
        }
        // Whoever does not see all secrets asks for its own targets alone.
        let asked = |one: &Target| {
            matches!(one.kind, TargetKind::Npm | TargetKind::Image | TargetKind::Helm) || one.private
        };
        let unseen = |(index, one): &&&(usize, &Target)| {
            asked(one) && !seen(one) && !secrets(config, *index, one).is_empty()
        };
        if environments.len() > 1 || public.iter().any(|one| unseen(&one)) {
            words.extend(labels.iter().flat_map(|label| [Word::Plain("--only"), Word::Plain(label)]));
        }
        let mut follow = job(&id, title, Stage::Publish);
        follow.needs = done.to_vec();
        for (index, target) in public.iter().filter(|(_, one)| asked(one) && seen(one)) {
            credit(&mut follow, config, *index, target);
        }
        follow.identity.clear();
        follow.takes = Some(Handover::Artifacts);
        waiting.asks(&mut follow);
        follow.publishes = true;
        follow.environment = environment.map(str::to_owned);
        words.extend(waiting.words());
        let kinds: Vec<TargetKind> = floats.iter().map(|target| target.kind).collect();
        follow.commands = with_setup(ci, &kinds, vec![tagged("publish", &words)]);
        follow
    };
    environments.iter().enumerate().map(of).collect()
}

fn publish_id(label: &str) -> String {
    job(&format!("publish-{label}"), String::new(), Stage::Publish).id
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

/// A label and its targets, each by its number in the config.
type Labelled<'a> = (String, Vec<(usize, &'a Target)>);

/// The targets by label, each after those that it waits for.
fn in_order<'a>(all: &[&(usize, &'a Target)], needs: &Needs) -> Result<Vec<Labelled<'a>>, Problem> {
    let mut left: Vec<Labelled> = Vec::new();
    for (index, target) in all {
        match left.iter_mut().find(|(label, _)| *label == target.label()) {
            Some((_, own)) => own.push((*index, target)),
            None => left.push((target.label(), vec![(*index, target)])),
        }
    }
    let mut ordered: Vec<Labelled> = Vec::new();
    while !left.is_empty() {
        let there = |label: &String| ordered.iter().any(|(known, _)| known == label);
        let free = |one: &Labelled| waits_for(one.1[0].1, all, needs).iter().all(there);
        let Some(at) = left.iter().position(free) else {
            let labels: Vec<&str> = left.iter().map(|(label, _)| label.as_str()).collect();
            return Err(Problem::new(Code::W0750, format!("{} wait for each other", labels.join(", ")))
                .why("each would be published after the other"));
        };
        ordered.push(left.remove(at));
    }
    Ok(ordered)
}
