//! What the gates found: one line each, then why and what to do.

use std::fmt::Write as _;

use super::problem::{Gravity, problems};
use super::style::{Style, pad, widest};
use crate::model::gate::{Finding, Skip, Verdict};
use crate::model::problem::{Problem, Problems};

/// The table, the problems of what does not pass, what a person should look after, the count.
///
/// `others` are problems that no gate owns.
pub fn table(findings: &[Finding], others: &[Problem], style: Style) -> String {
    let names = widest(findings.iter().map(|finding| finding.gate.as_str()));
    let words = widest(findings.iter().map(|finding| finding.verdict.word()));
    let room = style.width.min(80).saturating_sub(names + words + 6).max(20);
    let mut out = String::new();
    for finding in findings {
        let word = pad(finding.verdict.word(), words);
        let word = match finding.verdict {
            Verdict::Pass => style.green(&word),
            Verdict::Fail => style.red(&word),
            Verdict::Unknown | Verdict::Skipped { .. } => style.yellow(&word),
            Verdict::Off => style.dim(&word),
        };
        let seen = cut(&finding.seen, room);
        let seen = if finding.verdict == Verdict::Off { style.dim(&seen) } else { seen };
        let _ = writeln!(out, "  {}  {word}  {seen}", pad(&finding.gate, names));
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
        (0, 0) => return out + "\n" + &style.green("every gate passes") + "\n",
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
    let names = widest(skips.iter().map(|skip| skip.gate.as_str()));
    let mut out = format!("\n{}\n", style.bold("Gates skipped"));
    for skip in skips {
        let _ = writeln!(out, "  {}  {}", style.yellow(&pad(&skip.gate, names)), skip.reason);
    }
    out
}

/// The first line, as much as fits.
fn cut(text: &str, columns: usize) -> String {
    let line: String = text.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() <= columns {
        return line;
    }
    line.chars().take(columns.saturating_sub(3)).collect::<String>() + "..."
}
