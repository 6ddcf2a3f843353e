//! A rehearsal's table and verdict.

use std::fmt::Write as _;

use super::publication::time;
use super::style::{Style, pad, widest};
use crate::model::rehearsal::{Record, TargetResult, Verdict};

/// The table package × target, the smoke test, the verdict, where the record lies.
pub fn summary(record: &Record, place: &str, style: Style) -> String {
    let mut out = String::new();
    for group in &record.groups {
        let name = style.bold(&format!("{} {}", group.group, group.version));
        let _ = writeln!(out, "{name} ({})", group.tag);
    }
    let rows: Vec<[String; 4]> = record.targets.iter().map(row).collect();
    let head = ["target", "built", "published", "verified"].map(str::to_owned);
    let all = || std::iter::once(&head).chain(&rows);
    let widths: Vec<usize> = (0..4).map(|column| widest(all().map(|row| row[column].as_str()))).collect();
    for (index, row) in all().enumerate() {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width)).collect();
        let line = format!("  {}", cells.join("  "));
        let line = line.trim_end();
        let _ = writeln!(out, "{}", if index == 0 { style.dim(line) } else { line.to_owned() });
    }
    if let Some(fault) = &record.fault {
        let _ = writeln!(
            out,
            "  fault {}: exit code {}, then {}; {}",
            fault.fault,
            fault.first,
            fault.again,
            if fault.as_expected { "as it should" } else { "not as it should" }
        );
    }
    if let Some(smoke) = &record.smoke {
        let failed = if smoke.failed == 0 { String::new() } else { format!(", {} failed", smoke.failed) };
        let _ = writeln!(out, "  smoke: {} passed{failed}, {}", smoke.passed, time(smoke.millis));
    }
    let (word, text) = match record.verdict {
        Verdict::Passed if record.fault.is_some() => {
            (style.green("passed"), "every artifact was taken exactly once".to_owned())
        }
        Verdict::Passed => (
            style.green("passed"),
            "built, published, installed back and run as a release would be".to_owned(),
        ),
        Verdict::Incomplete => {
            let left = record.targets.iter().filter(|one| one.skipped.as_deref() == Some("--skip"));
            let left: Vec<&str> = left.map(|one| one.target.as_str()).collect();
            (
                style.yellow("incomplete"),
                format!("all went well, but nothing is known of {}", left.join(", ")),
            )
        }
        Verdict::Failed => (style.red("failed"), "nothing left this machine".to_owned()),
        Verdict::Conflict => (
            style.yellow("conflict"),
            "as the fault wants it: other bytes stand there, nothing was sent".to_owned(),
        ),
    };
    let _ = writeln!(out, "\n{word}: {text}; {}", time(record.millis));
    let _ = writeln!(out, "record: {place}");
    out
}

fn row(one: &TargetResult) -> [String; 4] {
    let of = |millis: Option<u64>| millis.map_or(String::new(), |millis| format!(", {}", time(millis)));
    if let Some(why) = &one.skipped {
        let word = if why == "--skip" { "skipped".to_owned() } else { why.clone() };
        return [one.target.clone(), word, String::new(), String::new()];
    }
    let built = match one.digests.len() {
        0 => "-".into(),
        _ => one.built_millis.map_or("yes".into(), time),
    };
    let published = match one.published {
        0 => "-".into(),
        count => format!("{count} of {}{}", one.digests.len(), of(one.published_millis)),
    };
    let verified = one.verified.as_ref().map_or("-".into(), |by| format!("{by}{}", of(one.verified_millis)));
    [one.target.clone(), built, published, verified]
}
