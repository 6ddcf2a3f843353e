//! `status`: what stands at the registries, from them alone.

use super::chosen::Chosen;
use super::listed::at_forge;
use super::{verdict_text, watched};
use crate::app::{App, Exit, Refusal};
use crate::cli::Status;
use crate::io::files;
use crate::model::sighting::Sighting;
use crate::publish::Desired;
use crate::publish::verdict::{Verdict, verdict};
use crate::reconcile::{Depth, Publication, probe};
use crate::report::publication::{Row, table};

pub fn run(app: &mut App<'_>, args: &Status) -> Result<Exit, Refusal> {
    let mut chosen = Chosen::find(app, args.tag.as_deref())?;
    chosen.is_tagged()?;
    if chosen.artifacts.is_none() && !chosen.targets().is_empty() {
        chosen.artifacts = at_forge(app, &chosen);
    }
    let (desired, sightings) = look(app, &chosen)?;
    Ok(show(app, &chosen, &desired, &sightings))
}

/// The verdict over all registries of a release, without a word about each.
pub fn verdict_of(app: &mut App<'_>, chosen: &Chosen) -> Result<Verdict, Refusal> {
    let (desired, sightings) = look(app, chosen)?;
    Ok(verdict(desired.uploads.iter().map(|one| one.required).zip(&sightings)))
}

/// What should stand there, and what does.
fn look(app: &mut App<'_>, chosen: &Chosen) -> Result<(Desired, Vec<Sighting>), Refusal> {
    let targets = chosen.targets();
    let desired = chosen.desired(&targets, &[])?;
    if desired.uploads.is_empty() {
        return Ok((desired, Vec::new()));
    }
    let world = chosen.world(app)?;
    let form = |package: &_| chosen.form(package);
    let seen = watched(app, |sink| {
        let publication =
            Publication::new(&world, &targets, &desired, &chosen.folder, chosen.version, &form, sink);
        probe(&publication, Depth::Sightings)
    });
    let _ = files::remove_folder(&world.scratch);
    let sightings = seen.map(|seen| seen.sightings).unwrap_or_default();
    Ok((desired, sightings))
}

/// Shows package × target and the verdict; gives the exit code that goes with it.
pub(super) fn show(app: &mut App<'_>, chosen: &Chosen, desired: &Desired, sightings: &[Sighting]) -> Exit {
    let rows: Vec<Row> = rows(desired, sightings);
    let verdict = verdict(desired.uploads.iter().map(|one| one.required).zip(sightings));
    let all = sightings.iter().all(|one| *one == Sighting::Equal);
    let (text, next) = match desired.uploads.is_empty() {
        true => ("complete: nothing of it goes to a registry".to_owned(), None),
        false => verdict_text(verdict, all),
    };
    let next = next.map(|command| command_for(command, chosen));
    if app.json() {
        let shown = serde_json::json!({
            "format": 1,
            "group": chosen.group,
            "version": chosen.version.to_string(),
            "tag": chosen.tag,
            "verdict": verdict,
            "next": next,
            "artifacts": rows,
            "skipped": desired.skipped.iter().map(|(target, why)| serde_json::json!({ "target": target, "why": why })).collect::<Vec<_>>(),
        });
        app.result_json(&shown);
        return exit(verdict);
    }
    let mut out = format!("{} {}\n\n", app.style.bold(chosen.group.as_str()), chosen.version);
    let table = table(&rows, &desired.skipped, app.style);
    let gap = if table.is_empty() { "" } else { "\n" };
    out.push_str(&format!("{table}{gap}{text}\n"));
    if let Some(next) = next {
        out.push_str(&format!("  $ {next}\n"));
    }
    app.result(&out);
    exit(verdict)
}

pub(super) fn rows(desired: &Desired, sightings: &[Sighting]) -> Vec<Row> {
    let row = |(upload, sighting): (&crate::publish::Upload, &Sighting)| Row {
        target: upload.label.clone(),
        artifact: upload.shown(),
        required: upload.required,
        sighting: sighting.clone(),
    };
    desired.uploads.iter().zip(sightings).map(row).collect()
}

/// The command, with the tag where one names the release.
pub fn command_for(command: &str, chosen: &Chosen) -> String {
    match &chosen.tag {
        Some(tag) if !command.contains("release") => format!("{command} --tag {tag}"),
        _ => command.to_owned(),
    }
}

fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Complete => Exit::Done,
        Verdict::Conflict => Exit::Conflict,
        _ => Exit::Refused,
    }
}
