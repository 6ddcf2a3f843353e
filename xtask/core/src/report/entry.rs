//! A release's entry at its forge: what is being made, what is left, what stands there.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::publication::size;
use super::style::{Style, pad, widest};
use crate::model::entry::{Entry, Found, Step};
use crate::model::forge::ForgeKind;

/// Which release, which tag, which commit, where.
pub fn head(forge: ForgeKind, project: &str, entry: &Entry, style: Style) -> String {
    let name = style.bold(&format!("{} {}", entry.group, entry.version));
    format!("{name} ({}, commit {}) at {forge} {project}\n", entry.tag, entry.commit.short())
}

/// A step that is about to be made, as a line of progress.
pub fn doing(step: &Step, entry: &Entry, style: Style) -> String {
    let line = match step {
        Step::Draft => format!("making a draft of {}", entry.tag),
        Step::Discard { asset } => style.yellow(&format!("removing {asset}, whose upload did not end")),
        Step::Upload { asset, bytes } => format!("uploading {asset}, {}", size(*bytes)),
        Step::Link { asset } => format!("linking {asset}"),
        Step::Publish => format!("publishing {}", entry.tag),
        Step::Latest => format!("marking {} as the latest", entry.tag),
    };
    format!("{line}\n")
}

/// A step within a sentence.
pub fn words(step: &Step, entry: &Entry) -> String {
    match step {
        Step::Draft => format!("make a draft of {}", entry.tag),
        Step::Discard { asset } => format!("remove the unfinished {asset}"),
        Step::Upload { asset, .. } => format!("upload {asset}"),
        Step::Link { asset } => format!("link {asset}"),
        Step::Publish => format!("publish {}", entry.tag),
        Step::Latest => format!("mark {} as the latest", entry.tag),
    }
}

/// What is left to do, and the command that does it.
pub fn left(entry: &Entry, steps: &[Step], next: &str, style: Style) -> String {
    if steps.is_empty() {
        return format!("{}: nothing is left to do\n", style.green("whole"));
    }
    let rows: Vec<(&str, String, String)> = steps.iter().map(|step| row(step, entry)).collect();
    let (first, second) =
        (widest(rows.iter().map(|(verb, ..)| *verb)), widest(rows.iter().map(|(_, what, _)| what.as_str())));
    let mut out = String::new();
    for (verb, what, more) in &rows {
        let line = format!("  {}  {}  {more:>8}", pad(verb, first), pad(what, second));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = write!(out, "\nnothing was made; to do it:\n  $ {next}\n");
    out
}

fn row(step: &Step, entry: &Entry) -> (&'static str, String, String) {
    let none = String::new();
    match step {
        Step::Draft => ("draft", entry.tag.to_string(), none),
        Step::Discard { asset } => ("remove", asset.clone(), "its upload did not end".into()),
        Step::Upload { asset, bytes } => ("upload", asset.clone(), size(*bytes)),
        Step::Link { asset } => ("link", asset.clone(), none),
        Step::Publish => ("publish", format!("{}, {}", entry.tag, kind(entry)), none),
        Step::Latest => ("mark", "as the latest".into(), none),
    }
}

fn kind(entry: &Entry) -> &'static str {
    match (entry.prerelease, entry.latest) {
        (true, _) => "a pre-release",
        (_, true) => "the latest",
        _ => "not the latest",
    }
}

/// The entry as it stands there, every asset with its digest.
pub fn stands(forge: ForgeKind, entry: &Entry, made: &[Step], page: Option<&str>, style: Style) -> String {
    let first = widest(entry.assets.iter().map(|asset| asset.name.as_str()));
    let mut out = String::new();
    for asset in &entry.assets {
        let new =
            made.iter().any(|step| matches!(step, Step::Upload { asset: name, .. } if *name == asset.name));
        let state = if new { style.green("uploaded") } else { "was there".into() };
        let name = pad(&asset.name, first);
        let _ = writeln!(out, "  {name}  {:>8}  {}  {state}", size(asset.size), &asset.sha256[..12]);
    }
    if !entry.assets.is_empty() {
        out.push('\n');
    }
    let kind = match forge {
        ForgeKind::Github => format!(", {}", kind(entry)),
        ForgeKind::Gitlab => String::new(),
    };
    let said = match made {
        [] => "stands there as it was built",
        _ => "published and read back",
    };
    let _ = writeln!(out, "{}{kind}", style.green(said));
    if let Some(page) = page {
        let _ = writeln!(out, "  {page}");
    }
    out
}

/// All of it for programs: `made` by this run, `left` to do.
pub fn json(
    forge: ForgeKind,
    project: &str,
    entry: &Entry,
    found: Option<&Found>,
    made: &[Step],
    left: &[Step],
) -> Value {
    let assets = entry
        .assets
        .iter()
        .map(|asset| json!({ "name": asset.name, "size": asset.size, "sha256": asset.sha256 }));
    json!({
        "format": 1,
        "forge": forge,
        "project": project,
        "group": entry.group,
        "version": entry.version.to_string(),
        "tag": entry.tag,
        "commit": entry.commit,
        "prerelease": entry.prerelease,
        "latest": entry.latest,
        "notes": entry.notes,
        "assets": assets.collect::<Vec<_>>(),
        "page": found.and_then(|found| found.page.clone()),
        "made": made,
        "left": left,
    })
}
