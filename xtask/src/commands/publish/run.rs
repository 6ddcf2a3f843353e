//! `publish`: look at everything, refuse or begin, and say afterwards what is public.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::chosen::Chosen;
use super::observed::Observed;
use super::status::{command_for, rows};
use super::{stands, watched};
use crate::app::{App, Exit, Refusal};
use crate::cli::Publish;
use crate::commands::gates::{self, Matter};
use crate::gate::Judged;
use crate::io::env::Env;
use crate::io::files;
use crate::io::lock::ReleaseLock;
use crate::model::facts::Remote;
use crate::model::gate::{Finding, Skip, Stage};
use crate::model::gate_rules::Wait;
use crate::model::names::CommitId;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::sighting::{Access, Sighting};
use crate::model::target::{Target, TargetKind};
use crate::publish::Desired;
use crate::publish::gate::{Passage, judge};
use crate::reconcile::{self, Depth, Ended, Kill, Publication, probe};
use crate::registry::World;
use crate::report;
use crate::report::problem::Gravity;
use crate::report::publication::{Row, table};

/// What the gates found, beside the artifacts.
const GATES: &str = "gates.json";

pub fn run(app: &mut App<'_>, args: &Publish) -> Result<Exit, Refusal> {
    let observed = Observed::find(app, args.tag.as_deref(), false)?;
    let chosen = &observed.chosen;
    let skips = gates::skips(&chosen.workspace.config, Stage::Publish, &args.skips)?;
    let targets = chosen.targets();
    if targets.is_empty() {
        without_targets(app, chosen, &skips);
        return Ok(Exit::Done);
    }
    built_from_the_tag(chosen)?;
    let desired = chosen.desired(&targets, &args.only)?;
    reconcile::unchanged(&desired, &chosen.folder).map_err(Refusal::refused)?;
    tags_are_out(&observed, &targets, &desired)?;
    let world = chosen.world(app)?;
    if !args.dry_run {
        let limit = world.clients.limit;
        let lock = take(app, chosen, limit)?;
        *world.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(lock);
    }
    let matter = Given {
        observed: &observed,
        skips: &skips,
        wait: args.waits.wait,
        targets: &targets,
        desired: &desired,
        world: &world,
    };
    let result = through(app, &matter, args.dry_run);
    let _ = files::remove_folder(&world.scratch);
    result
}

/// Nothing of the group goes to a registry; in JSON that is a publication without artifacts.
fn without_targets(app: &mut App<'_>, chosen: &Chosen, skips: &[Skip]) {
    if app.json() {
        app.result_json(&document(chosen, skips, &[], &[], &Problems::new(), &Problems::new()));
    } else {
        app.result(&format!("{} has no targets: nothing to publish.\n", chosen.group));
    }
}

/// A publication as JSON.
fn document(
    chosen: &Chosen,
    skips: &[Skip],
    artifacts: &[Row],
    gates: &[Finding],
    problems: &Problems,
    optional: &Problems,
) -> serde_json::Value {
    serde_json::json!({
        "format": 1,
        "group": chosen.group,
        "version": chosen.version.to_string(),
        "tag": chosen.tag,
        "artifacts": artifacts,
        "gates": gates,
        "skips": skips,
        "problems": problems,
        "optional": optional,
    })
}

/// What one publication is made from.
struct Given<'a> {
    observed: &'a Observed,
    skips: &'a [Skip],
    wait: Option<Wait>,
    targets: &'a [&'a Target],
    desired: &'a Desired,
    world: &'a World,
}

/// What was seen before the first upload.
struct Before {
    sightings: Vec<Sighting>,
    passage: Passage,
    judged: Judged,
}

fn through(app: &mut App<'_>, given: &Given<'_>, dry_run: bool) -> Result<Exit, Refusal> {
    let Given { observed, targets, desired, world, .. } = given;
    let chosen = &observed.chosen;
    let form = |package: &_| chosen.form(package);
    let env = app.env.clone();
    let outcome = watched(app, |sink| {
        let publication =
            Publication::new(world, targets, desired, &chosen.folder, chosen.version, &form, sink)
                .killed(Kill::after(env.kill_after));
        let seen = probe(&publication, Depth::Rights);
        let mut passage = judge(desired, &seen);
        let judged = gate(given, &env, &seen.access, &mut passage);
        if dry_run || !passage.problems.is_empty() {
            return Ok::<_, Problem>((Before { sightings: seen.sightings, passage, judged }, None));
        }
        record(given, &judged)?;
        let ended = publication.run(&seen, &passage)?;
        Ok((Before { sightings: seen.sightings, passage, judged }, Some(ended)))
    });
    let (before, ended) = match outcome {
        Some(outcome) => outcome?,
        None => {
            return Err(Problem::new(Code::W0209, "the publication broke off by a fault of its own").into());
        }
    };
    Ok(match ended {
        None => {
            let problems = &before.passage.problems;
            show(app, given, &before, &before.sightings, problems, &Problems::new());
            match (before.passage.conflict, before.passage.problems.is_empty()) {
                (true, _) => Exit::Conflict,
                (_, false) => Exit::Refused,
                _ => Exit::Done,
            }
        }
        Some(ended) => {
            show(app, given, &before, &ended.sightings, &ended.problems, &ended.optional);
            exit(&ended)
        }
    })
}

/// Lets the gates look; what bars joins the passage's problems. Credentials were asked for by the probe, and
/// what it said of them stands there already.
fn gate(given: &Given<'_>, env: &Env, access: &BTreeMap<usize, Access>, passage: &mut Passage) -> Judged {
    let Given { observed, desired, .. } = given;
    let wanted = |target: &usize| {
        let uploads = passage.uploads.iter().any(|upload| desired.uploads[*upload].target == *target);
        uploads || passage.skipped.contains_key(target)
    };
    let access = access.iter().filter(|(target, _)| wanted(target));
    let access = access.map(|(target, access)| (*target, access.clone())).collect();
    let subjects = [observed.subject()];
    let matter = Matter {
        released: observed.released.as_ref(),
        access: Some(&access),
        wait: given.wait,
        ..Matter::new(Stage::Publish, &subjects)
    };
    let judged = gates::judge(env, &observed.ground(given.skips, false), &matter);
    let said = |code: Code| matches!(code, Code::W0753 | Code::W0755 | Code::W0756);
    let barring = judged.findings.iter().filter(|finding| finding.verdict.bars());
    let found = barring.flat_map(|finding| &finding.problems).filter(|problem| !said(problem.code));
    passage.problems.extend(found.cloned());
    passage.problems.sort();
    passage.problems.dedup();
    judged
}

/// Notes beside the artifacts what the gates found, before anything is public. What an earlier run of the same
/// commit left out stays there: part of what is public may have gone out then.
fn record(given: &Given<'_>, judged: &Judged) -> Result<(), Problem> {
    let subject = given.observed.subject();
    let path = given.observed.chosen.folder.join(GATES);
    let before = files::read(&path).ok().flatten().unwrap_or_default();
    let skips = with_earlier(&judged.skips, &before, &subject.commit);
    let record = serde_json::json!({
        "format": 1,
        "group": subject.group,
        "version": given.observed.chosen.version.to_string(),
        "tag": subject.tag,
        "commit": subject.commit,
        "gates": judged.findings,
        "skips": skips,
    });
    files::replace(&path, format!("{record:#}\n").as_bytes())
        .map_err(|error| Problem::new(Code::W0304, format!("{}: {error}", path.display())))
}

/// The skips of this run and those of a record of the same commit.
fn with_earlier(skips: &[Skip], record: &[u8], commit: &CommitId) -> Vec<Skip> {
    let read = || {
        let record: serde_json::Value = serde_json::from_slice(record).ok()?;
        let same = record.get("commit")?.as_str()? == commit.as_str();
        let skips = record.get("skips").filter(|_| same)?;
        serde_json::from_value::<Vec<Skip>>(skips.clone()).ok()
    };
    let mut all = read().unwrap_or_default();
    all.extend_from_slice(skips);
    all.sort();
    all.dedup();
    all
}

fn exit(ended: &Ended) -> Exit {
    let public = ended.sightings.iter().any(|one| matches!(one, Sighting::Equal | Sighting::Unknown { .. }));
    match (ended.conflict, ended.problems.is_empty()) {
        (true, _) => Exit::Conflict,
        (_, true) => Exit::Done,
        _ if public => Exit::Resumable,
        _ => Exit::Refused,
    }
}

/// First what is public and what is not, then why, then the next command.
fn show(
    app: &mut App<'_>,
    given: &Given<'_>,
    before: &Before,
    sightings: &[Sighting],
    found: &Problems,
    optional: &Problems,
) {
    let (chosen, desired, passage) = (&given.observed.chosen, given.desired, &before.passage);
    let said = [(optional, Gravity::Warning), (found, Gravity::Error)]
        .map(|(of, gravity)| app.problems(of, gravity));
    let mut skipped = desired.skipped.clone();
    for (target, why) in &passage.skipped {
        let label = desired.uploads.iter().find(|one| one.target == *target).map(|one| one.label.clone());
        skipped.push((label.unwrap_or_default(), format!("skipped: {why}")));
    }
    let rows = rows(desired, sightings);
    if app.json() {
        let Judged { findings, skips, .. } = &before.judged;
        app.result_json(&document(chosen, skips, &rows, findings, found, optional));
        return;
    }
    let mut out = format!("\n{} {}\n\n", app.style.bold(chosen.group.as_str()), chosen.version);
    out.push_str(&table(&rows, &skipped, app.style));
    out.push_str(&report::gates::skipped(&before.judged.skips, app.style));
    if found.is_empty() {
        let to_do = passage.uploads.len();
        let all = sightings.iter().all(|one| *one == Sighting::Equal);
        let there = |chosen: bool| {
            let uploads = sightings.iter().zip(&desired.uploads);
            uploads
                .filter(|(_, upload)| upload.required && (upload.chosen || !chosen))
                .all(|(one, _)| *one == Sighting::Equal)
        };
        let next = match (there(false), there(true), to_do) {
            (true, ..) => (stands(all), "cargo xtask verify"),
            (false, true, _) | (false, false, 0) => ("the rest was not chosen", "cargo xtask publish"),
            _ => ("nothing was uploaded; to do it:", "cargo xtask publish"),
        };
        out.push_str(&format!("\n{}\n  $ {}\n", next.0, command_for(next.1, chosen)));
    }
    app.result(&out);
    for said in said.iter().filter(|said| !said.is_empty()) {
        app.progress_always(&format!("\n{said}"));
    }
}

/// The list that was built is of the very commit that the tag names.
pub fn built_from_the_tag(chosen: &Chosen) -> Result<(), Refusal> {
    let refuse = |what: String| {
        let build = command_for("cargo xtask build", chosen);
        Refusal::refused(vec![Problem::new(Code::W0762, what).run(build)])
    };
    let Some(artifacts) = &chosen.artifacts else {
        return Err(refuse(format!("{} holds no artifacts.json", chosen.built_in())));
    };
    let Some(tag) = &chosen.tag else { return Ok(()) };
    match chosen.repository.commit(&format!("{}^{{commit}}", tag.full()))? {
        Some(commit) if commit == artifacts.commit => Ok(()),
        Some(commit) => Err(refuse(format!(
            "it was built from {}, and {tag} names {}",
            artifacts.commit.short(),
            commit.short()
        ))),
        None => Err(refuse(format!("there is no tag {tag} here"))),
    }
}

/// A Go module's publication is its tag on the remote. The module proxy is not asked before it is there: it would
/// remember for a while that there is none.
fn tags_are_out(observed: &Observed, targets: &[&Target], desired: &Desired) -> Result<(), Refusal> {
    let chosen = &observed.chosen;
    let modules = desired.uploads.iter().filter(|one| one.kind == TargetKind::Go && one.chosen);
    let wanted: Vec<String> = modules
        .filter_map(|one| {
            let package = chosen.workspace.config.package(&targets[one.target].package)?;
            let version = &one.coordinate.version;
            Some(if package.path.is_root() { version.clone() } else { format!("{}/{version}", package.path) })
        })
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let remote = &chosen.workspace.config.release.remote;
    let Remote::Seen(seen) = &observed.facts.remote else {
        return Err(Refusal::refused(vec![
            Problem::new(Code::W0205, format!("{remote} does not answer"))
                .run(format!("git ls-remote {remote}")),
        ]));
    };
    let missing = wanted.into_iter().filter(|tag| !seen.tags.contains_key(tag));
    let missing: Problems = missing
        .map(|tag| {
            Problem::new(Code::W0766, format!("{remote} has no tag {tag}"))
                .run(format!("git push {remote} refs/tags/{tag}"))
        })
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Refusal::refused(missing)) }
}

/// Waits until no client of an earlier run is left, then holds the place.
fn take(app: &mut App<'_>, chosen: &Chosen, limit: Duration) -> Result<ReleaseLock, Refusal> {
    let path = chosen.state().join("lock");
    let begun = Instant::now();
    let mut told = false;
    loop {
        match ReleaseLock::take(&path) {
            Ok(Some(lock)) => return Ok(lock),
            Ok(None) if begun.elapsed() < limit => {
                if !told {
                    app.progress("an earlier publication's client is still uploading; waiting for its end\n");
                    told = true;
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(None) => {
                let what = format!("{} is held", path.display());
                return Err(Refusal::refused(vec![
                    Problem::new(Code::W0765, what).run("cargo xtask status"),
                ]));
            }
            Err(error) => {
                return Err(Problem::new(Code::W0304, format!("{}: {error}", path.display())).into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_before_stays_for_the_same_commit() {
        let commit = CommitId::parse(&"a".repeat(40)).unwrap();
        let skip = |gate: &str| Skip { gate: gate.into(), reason: "the mirror is down".into() };
        let record = |skips: &[Skip]| {
            serde_json::to_vec(&serde_json::json!({ "commit": commit, "skips": skips })).unwrap()
        };
        let now = [skip("tags")];
        let both = [skip("protected"), skip("tags")];
        assert_eq!(with_earlier(&now, &record(&both), &commit), both);
        assert_eq!(with_earlier(&[], &record(&both), &commit), both);
        assert_eq!(with_earlier(&now, b"", &commit), now);
        let other = CommitId::parse(&"b".repeat(40)).unwrap();
        assert_eq!(with_earlier(&now, &record(&both), &other), now);
    }
}
