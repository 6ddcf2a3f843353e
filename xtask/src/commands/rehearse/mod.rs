//! `rehearse`: a whole release in a throw-away clone, against registries on loopback.

mod asked;
mod course;
mod faulty;
mod results;

use std::time::Instant;

use crate::app::{App, Exit, Refusal};
use crate::cli::Rehearse;
use crate::io::signals::Interrupt;
use crate::io::{clock, files};
use crate::model::problem::{Code, Problem};
use crate::model::rehearsal::{RECORDS, Record, Verdict};
use crate::rehearse::ground::Ground;
use crate::report::problem::Gravity;
use crate::report::rehearsal::summary;
use crate::tool::watchdog::Watchdog;
use asked::Asked;
use course::Course;

pub fn run(app: &mut App<'_>, args: &Rehearse) -> Result<Exit, Refusal> {
    let (began, time) = (Instant::now(), clock::now());
    let asked = Asked::read(app, args)?;
    let toolbox = super::tools::toolbox(app)?;
    let interrupt = Interrupt::listen().map_err(|error| Problem::new(Code::W0783, error.to_string()))?;
    let ground = Ground::find()?;
    let mut watchdog = Watchdog::start()?;
    if !args.keep {
        watchdog.folder(ground.path());
    }
    let head = format!(
        "Rehearsing `release {}` of commit {} in {}\n",
        asked.request.typed(),
        asked.commit.short(),
        ground.path().display()
    );
    app.progress(&head);
    let mut course = Course::new(&asked, &ground, &toolbox, &interrupt, watchdog.group)?;
    let went = course.run(app, &mut watchdog);
    let images = course.pulled();
    let (mut record, exit) = course.end(went);
    // Registries have ended with the course; now whatever else was started.
    if !images.is_empty() {
        let _ = crate::tool::docker::removal(ground.path(), &images).call().merged().run();
    }
    watchdog.end();
    if interrupt.came() {
        return Ok(Exit::Interrupted);
    }
    if record.plan.is_empty() {
        // It did not come so far that there is anything to show.
        return Err(Refusal { exit, problems: record.problems });
    }
    record.began = time;
    record.millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let place = write(&asked, &record)?;
    show(app, &record, &place);
    if args.keep {
        let folder = ground.keep();
        app.progress_always(&format!("kept: {}\n", folder.display()));
    }
    Ok(exit)
}

/// Writes the record, and says where.
fn write(asked: &Asked, record: &Record) -> Result<String, Refusal> {
    let name = format!("{RECORDS}/{}.json", record.plan);
    let path = asked.repository.root.join(&name);
    let unusable = |error: std::io::Error| Problem::new(Code::W0784, format!("{}: {error}", path.display()));
    if let Some(above) = path.parent() {
        files::create_folder(above).map_err(unusable)?;
    }
    let text = serde_json::to_string_pretty(record)
        .map_err(|error| Problem::new(Code::W0784, format!("{}: {error}", path.display())))?;
    files::replace(&path, format!("{text}\n").as_bytes()).map_err(unusable)?;
    Ok(name)
}

fn show(app: &mut App<'_>, record: &Record, place: &str) {
    let said = app.problems(&record.problems, Gravity::Error);
    if app.json() {
        app.result_json(record);
        return;
    }
    app.progress("\n");
    app.result(&summary(record, place, app.style));
    if !record.problems.is_empty() {
        app.progress_always(&format!("\n{said}"));
    }
}

/// The exit code of a verdict.
fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Passed | Verdict::Incomplete => Exit::Done,
        Verdict::Failed => Exit::Refused,
        Verdict::Conflict => Exit::Conflict,
    }
}
