//! `publish`, `status`, `verify`: one release and its registries.

mod chosen;
mod listed;
mod observed;
mod run;
mod status;
mod verify;

pub(super) use chosen::Chosen;
pub use chosen::world;
pub use observed::preflight;
pub(super) use run::built_from_the_tag;
pub use run::run;
pub use status::run as status;
pub(super) use status::{command_for, verdict_of};
pub use verify::run as verify;

use std::sync::mpsc;

use crate::app::App;
use crate::model::publication::Event;
use crate::publish::verdict::Verdict;
use crate::report;

/// Does `work` beside the printing of what it tells.
fn watched<T: Send>(app: &mut App<'_>, work: impl FnOnce(&(dyn Fn(Event) + Sync)) -> T + Send) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        let working = scope.spawn(move || {
            let sender = std::sync::Mutex::new(sender);
            let sink = |event: Event| {
                let sender = sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let _ = sender.send(event);
            };
            work(&sink)
        });
        for event in receiver {
            watch(app, &event);
        }
        working.join().ok()
    })
}

fn watch(app: &mut App<'_>, event: &Event) {
    if app.json() {
        if let Ok(line) = serde_json::to_string(event) {
            app.progress(&format!("{line}\n"));
        }
    } else if let Some(line) = report::publication::line(event, app.style) {
        app.progress(&line);
    }
}

/// What a complete release is said to be; not `all` where an optional target is missing.
fn stands(all: bool) -> &'static str {
    if all {
        "everything stands there as it was built"
    } else {
        "everything required stands there as it was built"
    }
}

/// The verdict in a sentence, and the next command.
fn verdict_text(verdict: Verdict, all: bool) -> (String, Option<&'static str>) {
    let (text, next) = match verdict {
        Verdict::Complete => return (format!("complete: {}", stands(all)), None),
        Verdict::Unpublished => ("unpublished: nothing of it stands anywhere", Some("cargo xtask publish")),
        Verdict::Partial => ("partial: `publish` completes it", Some("cargo xtask publish")),
        Verdict::Unproven => (
            "unproven: everything stands there, but nothing is here to compare it with",
            Some("cargo xtask build"),
        ),
        Verdict::Unknown => ("unknown: a registry did not say; ask again", Some("cargo xtask status")),
        Verdict::Conflict => (
            "conflict: other bytes stand there; this version is burnt, cut the next patch",
            Some("cargo xtask release patch"),
        ),
    };
    (text.to_owned(), next)
}
