//! Problems as people read them.

use std::fmt::Write as _;

use super::style::Style;
use crate::model::problem::Problem;

/// How grave a problem is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    Error,
    Warning,
}

/// One problem: code and what was seen, where, why, what to do.
pub fn problem(problem: &Problem, gravity: Gravity, style: Style) -> String {
    let head = match gravity {
        Gravity::Error => style.red(&format!("error {}", problem.code)),
        Gravity::Warning => style.yellow(&format!("warning {}", problem.code)),
    };
    let mut out = format!("{head}: {}\n", style.bold(problem.code.title()));
    if let Some(at) = &problem.at {
        let _ = writeln!(out, "  {}", style.dim(&at.to_string()));
    }
    out.push_str(&style.wrap(&tame(&problem.what), "  "));
    if !problem.why.is_empty() {
        out.push_str(&style.wrap(&tame(&problem.why), "  "));
    }
    for line in &problem.help {
        out.push_str(&style.wrap(&tame(line), "    "));
    }
    out
}

/// A problem may quote any file: its control characters must not reach the terminal.
pub(super) fn tame(text: &str) -> String {
    let spell =
        |c: char| if c.is_control() && c != '\n' { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(spell).collect()
}

/// Several, an empty line between them.
pub fn problems(problems: &[Problem], gravity: Gravity, style: Style) -> String {
    problems.iter().map(|one| problem(one, gravity, style)).collect::<Vec<_>>().join("\n")
}
