//! A smoke test: its list as it goes, what it found, the same for programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::problem::{Gravity, problems};
use super::style::{Style, pad};
use crate::model::problem::Problem;
use crate::model::smoke::outcome::{Findings, Item, Outcome, Part};

/// The columns of a name before the time.
const NAME: usize = 48;

/// An item's lines in the live list; none for a refusal that was as it should be.
pub fn line(item: &Item, style: Style) -> String {
    let (mark, detail) = match &item.result {
        Outcome::Passed(_) if item.part == Part::Refusal => return String::new(),
        Outcome::Passed(detail) => (style.green("ok  "), detail.as_str()),
        Outcome::Failed(_) => (style.red("FAIL"), ""),
        Outcome::Skipped(why) => (style.yellow("skip"), why.as_str()),
    };
    let time = if matches!(item.result, Outcome::Skipped(_)) { String::new() } else { time(item.time) };
    let name = pad(&item.name, NAME);
    let head = format!("{mark}  {}  {name} {time:>7}", pad(item.part.name(), 7));
    let columns = 4 + 2 + 7 + 2 + name.chars().count() + 1 + 7;
    if detail.is_empty() {
        return format!("{}\n", head.trim_end());
    }
    if columns + 2 + detail.chars().count() <= style.width {
        return format!("{head}  {}\n", style.dim(detail));
    }
    // An operation's status goes without saying.
    if item.part == Part::Call && matches!(item.result, Outcome::Passed(_)) {
        return format!("{}\n", head.trim_end());
    }
    format!("{}\n{}", head.trim_end(), style.wrap(detail, &" ".repeat(15)))
}

/// What was found, last of all.
pub fn summary(findings: &Findings, style: Style) -> String {
    let mut out = String::new();
    let failures = failures(findings);
    if !failures.is_empty() {
        out.push_str(&problems(&failures, Gravity::Error, style));
        out.push('\n');
    }
    for line in &findings.kept {
        let _ = writeln!(out, "{line}");
    }
    if !findings.kept.is_empty() {
        out.push('\n');
    }
    if let Some(coverage) = findings.coverage {
        let refused = findings.items.iter().filter(|item| item.part == Part::Refusal);
        let refused = refused.filter(|item| matches!(item.result, Outcome::Passed(_))).count();
        let _ = write!(out, "{} of {} operations covered", coverage.covered, coverage.operations);
        if coverage.callable < coverage.operations {
            let _ = write!(out, ", {} called here", coverage.callable);
        }
        if refused > 0 {
            let _ = write!(out, ", {refused} refuse who has no token");
        }
        out.push('\n');
    }
    let count = findings.items.len();
    let took = format!("in {} (boot {})", time(findings.time), time(findings.boot));
    let verdict = match findings.failed() {
        _ if findings.interrupted => format!("stopped after {count} steps {took}"),
        0 => style.green(&format!("passed: {count} steps {took}")),
        failed => style.red(&format!("failed: {failed} of {count} steps {took}")),
    };
    let _ = writeln!(out, "{verdict}");
    out
}

/// Why steps failed.
pub fn failures(findings: &Findings) -> Vec<Problem> {
    let failed = findings.items.iter().filter_map(|item| match &item.result {
        Outcome::Failed(problems) => Some(problems.clone()),
        _ => None,
    });
    failed.flatten().collect()
}

/// `0.4 ms`-less: `4 ms`, `1.25 s`.
fn time(time: Duration) -> String {
    match time.as_millis() {
        short @ ..1000 => format!("{short} ms"),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

/// The findings for programs; `format` is counted up with every change of meaning.
pub fn document(findings: &Findings, version: &str) -> Value {
    let milliseconds = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
    let item = |item: &Item| {
        let (result, detail, problems) = match &item.result {
            Outcome::Passed(detail) => ("passed", detail.as_str(), [].as_slice()),
            Outcome::Skipped(why) => ("skipped", why.as_str(), [].as_slice()),
            Outcome::Failed(problems) => ("failed", "", problems.as_slice()),
        };
        json!({
            "part": item.part, "name": item.name, "result": result, "detail": detail,
            "problems": problems, "ms": milliseconds(item.time),
        })
    };
    json!({
        "format": 1,
        "version": version,
        "passed": findings.failed() == 0 && !findings.interrupted,
        "up": findings.up,
        "interrupted": findings.interrupted,
        "coverage": findings.coverage,
        "items": findings.items.iter().map(item).collect::<Vec<_>>(),
        "kept": findings.kept,
        "boot_ms": milliseconds(findings.boot),
        "ms": milliseconds(findings.time),
    })
}
