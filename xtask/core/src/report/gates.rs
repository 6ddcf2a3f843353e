//! What the gates found: one line each, then why and what to do.

use std::fmt::Write as _;

use super::problem::{Gravity, problems};
use super::style::{Style, pad, widest, wrap};
use crate::model::gate::{Finding, NEEDS_A_BUMP, OFFLINE, Skip, Verdict};
use crate::model::problem::{Problem, Problems};

/// The fewest columns for what a gate saw, beside or below its name.
const LEAST: usize = 24;

/// Where that stands when it stands below.
const BELOW: usize = 4;

/// The table, the problems of what does not pass, what a person should look after, the count.
///
/// `others` are problems that no gate owns.
pub fn table(findings: &[Finding], others: &[Problem], style: Style) -> String {
    let names = widest(findings.iter().map(|finding| finding.gate.as_str()));
    let words = widest(findings.iter().map(|finding| finding.verdict.word()));
    let beside = style.width.min(80).saturating_sub(names + words + 6);
    // Where little room is left beside the words, what was seen stands below them.
    let (indent, room) = match beside < LEAST {
        true => (BELOW, style.width.saturating_sub(BELOW).max(LEAST)),
        false => (names + words + 6, beside),
    };
    let mut out = String::new();
    for finding in findings {
        let word = pad(finding.verdict.word(), words);
        let word = match finding.verdict {
            Verdict::Pass => style.green(&word),
            Verdict::Fail => style.red(&word),
            Verdict::Unknown | Verdict::Skipped { .. } => style.yellow(&word),
            Verdict::Off => style.dim(&word),
        };
        let mut rows = seen(finding, room).into_iter().peekable();
        let shown = |row: &str| if finding.verdict == Verdict::Off { style.dim(row) } else { row.to_owned() };
        let _ = write!(out, "  {}  {word}", pad(&finding.gate, names));
        let first = rows.next_if(|_| beside >= LEAST).unwrap_or_default();
        let _ = writeln!(out, "{}{}", if first.is_empty() { "" } else { "  " }, shown(&first));
        for row in rows {
            let _ = writeln!(out, "{}{}", " ".repeat(indent), shown(&row));
        }
    }
    let mut found: Problems = findings.iter().flat_map(|finding| finding.problems.iter().cloned()).collect();
    found.extend(others.iter().cloned());
    found.sort();
    found.dedup();
    if !found.is_empty() {
        let _ = write!(out, "\n{}", problems(&found, Gravity::Error, style));
    }
    let reminders: Vec<&String> = findings.iter().flat_map(|finding| &finding.reminders).collect();
    if !reminders.is_empty() {
        let _ = writeln!(out, "\n{}", style.bold("No machine can check"));
        for text in reminders {
            out.push_str(&style.wrap(text, "  "));
        }
    }
    let barring = findings.iter().filter(|finding| finding.verdict.bars()).count();
    let count = match (barring, others.len()) {
        (0, 0) => return out + "\n" + &style.green(&holds(findings)) + "\n",
        (0, _) => "the release can't be planned".to_owned(),
        (1, _) => "1 gate does not pass".to_owned(),
        (count, _) => format!("{count} gates do not pass"),
    };
    let _ = writeln!(out, "\n{}", style.red(&count));
    out
}

/// The gates that were left out, each with why; nothing where there is none.
pub fn skipped(skips: &[Skip], style: Style) -> String {
    if skips.is_empty() {
        return String::new();
    }
    let (offline, named): (Vec<&Skip>, Vec<&Skip>) = skips.iter().partition(|skip| skip.reason == OFFLINE);
    let mut rows: Vec<(String, &str)> =
        named.iter().map(|skip| (skip.gate.clone(), skip.reason.as_str())).collect();
    if !offline.is_empty() {
        let names: Vec<&str> = offline.iter().map(|skip| skip.gate.as_str()).collect();
        rows.push((names.join(", "), OFFLINE));
    }
    let names = widest(rows.iter().map(|(gates, _)| gates.as_str()));
    let mut out = format!("\n{}\n", style.bold("Gates skipped"));
    for (gates, reason) in rows {
        let _ = writeln!(out, "  {}  {reason}", style.yellow(&pad(&gates, names)));
    }
    out
}

/// The last line where no gate bars.
fn holds(findings: &[Finding]) -> String {
    let skipped = findings.iter().filter(|finding| matches!(finding.verdict, Verdict::Skipped { .. }));
    let names: Vec<&str> = skipped.map(|finding| finding.gate.as_str()).collect();
    let blind = findings.iter().filter(|one| one.verdict == Verdict::Off && one.seen == NEEDS_A_BUMP).count();
    let blind = match blind {
        0 => None,
        1 => Some("1 needs a bump".to_owned()),
        count => Some(format!("{count} need a bump")),
    };
    let skipped = match names.len() {
        0 => None,
        count => Some(format!("{count} skipped: {}", names.join(", "))),
    };
    let begins = match (&skipped, &blind) {
        (Some(_), _) => "no gate fails",
        (None, Some(_)) => "every gate that could look passes",
        (None, None) => "every gate passes",
    };
    let all = [Some(begins.to_owned()), blind, skipped];
    all.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// What was seen. A gate that does not pass begins with its problem's code and is cut, for it is told in full
/// below; what any other saw, what to do about one that is off, and a reason, are told nowhere else.
fn seen(finding: &Finding, columns: usize) -> Vec<String> {
    match (&finding.verdict, finding.problems.first()) {
        (verdict, Some(problem)) if verdict.bars() => {
            vec![cut(&format!("{}  {}", problem.code, finding.seen), columns)]
        }
        _ => wrap(&line(&finding.seen), "", columns).lines().map(str::to_owned).collect(),
    }
}

/// The first line.
fn line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect()
}

/// The first line, as much as fits.
fn cut(text: &str, columns: usize) -> String {
    let line = line(text);
    if line.chars().count() <= columns {
        return line;
    }
    line.chars().take(columns.saturating_sub(3)).collect::<String>() + "..."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_fits_and_is_told_whole() {
        let finding =
            |gate: &str, verdict, seen: &str| Finding { gate: gate.into(), ..Finding::new(verdict, seen) };
        let findings = [
            finding("level", Verdict::Pass, "main is level with origin/main, as it was asked a moment ago"),
            finding("docs", Verdict::Off, "no rule: write one under [gates.docs] of the config"),
        ];
        let narrow = table(&findings, &[], Style { width: 40, ..Style::PLAIN });
        assert!(narrow.lines().all(|line| line.chars().count() <= 40), "{narrow}");
        let slim = table(&findings, &[], Style { width: 30, ..Style::PLAIN });
        assert!(
            slim.starts_with("  level  pass\n    main is level with\n    origin/main, as it was\n"),
            "{slim}"
        );
        for text in [narrow, slim] {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(
                words.contains("main is level with origin/main, as it was asked a moment ago"),
                "{words}"
            );
        }
    }
}
