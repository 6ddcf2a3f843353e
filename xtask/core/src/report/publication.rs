//! What stands at the registries, and what happens while it is put there.

use std::fmt::Write as _;

use super::style::{Style, pad, widest};
use crate::model::publication::Event;
use crate::model::sighting::Sighting;

/// One line of the table: target, artifact, what was seen.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Row {
    pub target: String,
    pub artifact: String,
    pub required: bool,
    #[serde(flatten)]
    pub sighting: Sighting,
}

/// Package × target, aligned; a reason stands below its line.
pub fn table(rows: &[Row], skipped: &[(String, String)], style: Style) -> String {
    let targets =
        rows.iter().map(|row| row.target.as_str()).chain(skipped.iter().map(|(target, _)| target.as_str()));
    let first = widest(targets);
    let second = widest(rows.iter().map(|row| row.artifact.as_str()));
    let mut out = String::new();
    for row in rows {
        let word = row.sighting.word();
        let word = match &row.sighting {
            Sighting::Equal => style.green(word),
            Sighting::Absent => word.to_owned(),
            Sighting::Different { .. } => style.red(word),
            _ => style.yellow(word),
        };
        let optional = if row.required { "" } else { "  (optional)" };
        let _ =
            writeln!(out, "  {}  {}  {word}{optional}", pad(&row.target, first), pad(&row.artifact, second));
        match &row.sighting {
            Sighting::Unknown { why } => out.push_str(&style.wrap(why, "      ")),
            Sighting::Different { theirs } => {
                out.push_str(&style.wrap(&format!("stands there: {theirs}"), "      "))
            }
            _ => {}
        }
    }
    for (target, why) in skipped {
        let _ = writeln!(out, "  {}  {}", pad(target, first), style.dim(why));
    }
    out
}

/// An event as a line, where it is worth one.
pub fn line(event: &Event, style: Style) -> Option<String> {
    let line = match event {
        Event::Probing { artifacts: 0, .. } => return None,
        Event::Probing { artifacts, targets } => {
            let targets = match targets {
                0 => String::new(),
                1 => " of 1 target".into(),
                count => format!(" of {count} targets"),
            };
            format!("asking for {}{targets}", count(*artifacts, "artifact"))
        }
        Event::First { target, name } => {
            format!("{}: {name} is new there; publishing takes the name for good", style.bold(target))
        }
        Event::Paced { target, seconds } => {
            format!(
                "{target}: its registry's rate limit lets the last upload start in {}",
                time(seconds * 1000)
            )
        }
        Event::Started { target, artifact, bytes } => {
            format!("{target}: {artifact} uploading, {}", size(*bytes))
        }
        Event::Said { target, said, .. } => {
            let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
            style.yellow(&format!("{target}: the client failed ({last}); asking the registry"))
        }
        Event::Waiting { target, seconds, why, .. } => {
            format!("{target}: waiting {} ({why})", time(seconds * 1000))
        }
        Event::Confirmed { target, artifact, bytes, millis, uploaded: true } => {
            let done = style.green("confirmed");
            format!("{target}: {artifact} {done}, {} in {}", size(*bytes), time(*millis))
        }
        Event::Confirmed { target, artifact, .. } => format!("{target}: {artifact} stands there already"),
        Event::Failed { target, artifact } => style.red(&format!("{target}: {artifact} failed")),
        Event::Installed { target, by, millis, attempts, checked } => {
            let checked = if *checked { ", checked" } else { "" };
            let tries = if *attempts > 1 { format!(", try {attempts}") } else { String::new() };
            format!("{target}: {} by {by}{checked}, {}{tries}", style.green("installed"), time(*millis))
        }
        Event::Moved { target, tag, version } => format!("{target}: {tag} names {version}"),
        Event::Stays { target, tag, why } => format!("{target}: {tag} stays, {why}"),
        Event::Finished { uploads: 0, .. } => return None,
        Event::Finished { uploads, bytes, millis } => {
            format!("{}, {} in {}", count(*uploads, "upload"), size(*bytes), time(*millis))
        }
        Event::Looked { .. } => return None,
    };
    Some(format!("{line}\n"))
}

fn count(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

/// `1.5 MB`, powers of ten.
pub fn size(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / *unit as f64),
        None => format!("{bytes} B"),
    }
}

/// `0.4 s`, `2 min 5 s`.
pub fn time(millis: u64) -> String {
    match millis / 1000 {
        seconds @ 60.. => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{:.1} s", millis as f64 / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_and_gives_reasons() {
        let row = |target: &str, artifact: &str, sighting| Row {
            target: target.into(),
            artifact: artifact.into(),
            required: target != "web/image",
            sighting,
        };
        let rows = [
            row("api/pypi", "api-1.0.0.tar.gz", Sighting::Equal),
            row("web/image", "web 1.0.0", Sighting::unknown("nothing listens")),
        ];
        let skipped = [("notes/files".to_owned(), "goes to the forge".to_owned())];
        assert_eq!(
            table(&rows, &skipped, Style::PLAIN),
            "  api/pypi     api-1.0.0.tar.gz  equal\n\
             \x20 web/image    web 1.0.0         unknown  (optional)\n\
             \x20     nothing listens\n\
             \x20 notes/files  goes to the forge\n"
        );
    }

    #[test]
    fn sizes_and_times() {
        assert_eq!([size(999), size(1500), size(2_340_000)], ["999 B", "1.5 kB", "2.3 MB"]);
        assert_eq!([time(420), time(125_000)], ["0.4 s", "2 min 5 s"]);
    }
}
