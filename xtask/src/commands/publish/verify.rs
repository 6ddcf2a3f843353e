//! `verify`: a clean room for each target.

use std::sync::{Mutex, PoisonError};

use super::chosen::Chosen;
use super::status::command_for;
use super::watched;
use crate::app::{App, Exit, Refusal};
use crate::cli::Verify;
use crate::io::files;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::publication::Event;
use crate::model::sighting::Sighting;
use crate::model::target::{Target, TargetKind};
use crate::publish::gate::conflict;
use crate::publish::{Desired, Upload};
use crate::reconcile::{Depth, Publication, probe};
use crate::registry::World;
use crate::report::problem::Gravity;
use crate::verify::{Installed, Room};

/// How many rooms are used at once: installers are many processes already.
const AT_ONCE: usize = 3;

/// One target's outcome.
#[derive(serde::Serialize)]
struct Proof {
    target: String,
    /// By what it was installed; none where that failed.
    by: Option<&'static str>,
    checked: bool,
    millis: u64,
}

pub fn run(app: &mut App<'_>, args: &Verify) -> Result<Exit, Refusal> {
    let chosen = Chosen::find(app, args.tag.as_deref())?;
    if chosen.artifacts.is_none() {
        let what = format!("{} holds no artifacts.json", chosen.built_in());
        let build = command_for("cargo xtask build", &chosen);
        return Err(Refusal::refused(vec![Problem::new(Code::W0762, what).run(build)]));
    }
    let targets = chosen.targets();
    let desired = chosen.desired(&targets, &[])?;
    let world = chosen.world(app)?;
    let form = |package: &_| chosen.form(package);
    let outcome = watched(app, |sink| {
        let publication =
            Publication::new(&world, &targets, &desired, &chosen.folder, chosen.version, &form, sink);
        let seen = probe(&publication, Depth::Sightings);
        let clashes: Problems = clashes(&desired, &seen.sightings);
        if !clashes.is_empty() {
            return (Vec::new(), clashes);
        }
        rooms(&chosen, &targets, &desired, &world, sink)
    });
    let _ = files::remove_folder(&world.scratch);
    let (proofs, found) = outcome.unwrap_or_default();
    let conflict = found.iter().any(|problem| problem.code == Code::W0754);
    show(app, &chosen, &proofs, &found);
    Ok(match (conflict, found.is_empty()) {
        (true, _) => Exit::Conflict,
        (_, true) => Exit::Done,
        _ => Exit::Refused,
    })
}

/// What is known to be other bytes needs no installation.
fn clashes(desired: &Desired, sightings: &[Sighting]) -> Problems {
    let clash = |(upload, sighting): (&Upload, &Sighting)| match sighting {
        Sighting::Different { theirs } => Some(conflict(upload, theirs)),
        _ => None,
    };
    desired.uploads.iter().zip(sightings).filter_map(clash).collect()
}

fn rooms(
    chosen: &Chosen,
    targets: &[&Target],
    desired: &Desired,
    world: &World,
    sink: &(dyn Fn(Event) + Sync),
) -> (Vec<Proof>, Problems) {
    let queue: Vec<usize> =
        (0..targets.len()).filter(|one| desired.uploads.iter().any(|upload| upload.target == *one)).collect();
    let queue = Mutex::new(queue.into_iter());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(one) = next else { break };
                    let result = room(chosen, targets[one], one, desired, world, sink);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((one, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(one, _)| *one);
    let (mut proofs, mut found) = (Vec::new(), Problems::new());
    for (one, result) in done {
        let target = targets[one].label();
        match result {
            Ok(Installed { by, millis, checked, .. }) => {
                proofs.push(Proof { target, by: Some(by), checked, millis })
            }
            Err(said) => {
                if targets[one].required {
                    found.push(
                        Problem::new(Code::W0764, target.clone())
                            .why(said.join("\n"))
                            .run(command_for("cargo xtask verify", chosen)),
                    );
                }
                proofs.push(Proof { target, by: None, checked: false, millis: 0 });
            }
        }
    }
    (proofs, found)
}

fn room(
    chosen: &Chosen,
    target: &Target,
    index: usize,
    desired: &Desired,
    world: &World,
    sink: &(dyn Fn(Event) + Sync),
) -> Result<Installed, Vec<String>> {
    let uploads: Vec<&Upload> = desired.uploads.iter().filter(|upload| upload.target == index).collect();
    let form = if target.kind == TargetKind::Pypi {
        crate::model::form::Form::PEP440
    } else {
        chosen.form(&target.package)
    };
    let check =
        target.check.iter().map(|word| word.render(chosen.version, form, |_| String::new())).collect();
    let version = uploads.first().map_or("", |upload| upload.coordinate.version.as_str());
    let room = Room::new(target, world, &uploads, &chosen.folder, version, check);
    let mut room = room.map_err(|error| vec![error.to_string()])?;
    if target.kind == TargetKind::Pypi {
        room.siblings = chosen.required_by(&target.package, TargetKind::Pypi);
    }
    let installed = room.prove(&|event| sink(event))?;
    sink(Event::Installed {
        target: target.label(),
        by: installed.by.to_owned(),
        millis: installed.millis,
        attempts: installed.attempts,
        checked: installed.checked,
    });
    Ok(installed)
}

fn show(app: &mut App<'_>, chosen: &Chosen, proofs: &[Proof], found: &Problems) {
    let said = app.problems(found, Gravity::Error);
    if app.json() {
        let shown = serde_json::json!({
            "format": 1,
            "group": chosen.group,
            "version": chosen.version.to_string(),
            "targets": proofs,
            "problems": found,
        });
        app.result_json(&shown);
        return;
    }
    if proofs.is_empty() && found.is_empty() {
        app.result(&format!(
            "{} {}: no target has a registry to install from.\n",
            chosen.group, chosen.version
        ));
        return;
    }
    let good = proofs.iter().filter(|proof| proof.by.is_some()).count();
    app.result(&format!(
        "{} {}: {good} of {} targets install from their registries as built.\n",
        chosen.group,
        chosen.version,
        proofs.len()
    ));
    if !found.is_empty() {
        app.progress_always(&format!("\n{said}"));
    }
}
