//! Gates: what must hold before anything public happens, and what each of them found.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::problem::Problems;

/// The reason of gates that were left out since nobody else was to be asked.
pub const OFFLINE: &str = "--offline";

/// What a gate saw that can't look before the next version is known.
pub const NEEDS_A_BUMP: &str = "name a bump: cargo xtask preflight minor";

/// Before what a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Before a release is cut, or its tags are made.
    Release,
    /// Before anything goes to a registry.
    Publish,
}

impl Stage {
    pub const ALL: [Stage; 2] = [Stage::Release, Stage::Publish];

    /// As options and configs write it: `release`.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Release => "release",
            Stage::Publish => "publish",
        }
    }
}

/// What one gate found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// `ci-green`: how `--skip-gate` names it.
    pub gate: String,
    #[serde(flatten)]
    pub verdict: Verdict,
    /// What was seen, in a few words: `run 12 succeeded`, `3 issues are open`.
    pub seen: String,
    /// Why it does not pass, each with its code and the next command.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Problems,
    /// What nobody can check by machine and a person should know: setup pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<String>,
}

impl Finding {
    /// A finding of the gate that looks; the runner fills in its name.
    pub fn new(verdict: Verdict, seen: impl Into<String>) -> Finding {
        Finding {
            gate: String::new(),
            verdict,
            seen: seen.into(),
            problems: Problems::new(),
            reminders: Vec::new(),
        }
    }

    /// It holds.
    pub fn pass(seen: impl Into<String>) -> Finding {
        Finding::new(Verdict::Pass, seen)
    }

    /// It does not hold.
    pub fn fail(seen: impl Into<String>, problems: Problems) -> Finding {
        Finding { problems, ..Finding::new(Verdict::Fail, seen) }
    }

    /// Nobody could say whether it holds.
    pub fn unknown(seen: impl Into<String>, problems: Problems) -> Finding {
        Finding { problems, ..Finding::new(Verdict::Unknown, seen) }
    }

    /// Nothing asks for it here; `seen` says what would.
    pub fn off(seen: impl Into<String>) -> Finding {
        Finding::new(Verdict::Off, seen)
    }

    /// Left out on purpose.
    pub fn skipped(reason: impl Into<String>) -> Finding {
        let reason = reason.into();
        Finding::new(Verdict::Skipped { reason: reason.clone() }, reason)
    }

    /// Adds what a person should look after.
    #[must_use]
    pub fn remind(mut self, text: impl Into<String>) -> Finding {
        self.reminders.push(text.into());
        self
    }
}

/// The verdict of one gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    Pass,
    Fail,
    /// It could not be found out, which counts as a failure.
    Unknown,
    /// Nothing is configured for it here; `seen` says what would.
    Off,
    /// Left out on purpose, with the reason that was given.
    Skipped {
        reason: String,
    },
}

/// A gate that was left out on purpose: `--skip-gate NAME --reason TEXT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skip {
    pub gate: String,
    pub reason: String,
}

impl Verdict {
    /// Whether nothing may happen.
    pub fn bars(&self) -> bool {
        matches!(self, Verdict::Fail | Verdict::Unknown)
    }

    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Unknown => "unknown",
            Verdict::Off => "off",
            Verdict::Skipped { .. } => "skipped",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
