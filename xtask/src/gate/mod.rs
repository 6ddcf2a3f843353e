//! The gates, one file each: what must hold before a release is cut and before it is published.
//!
//! A gate sees borrowed facts and changes nothing. Many conditions are judged by the plan already; their
//! gates own the plan's codes and say what was seen where there is none. A new gate is a file here and a
//! line in [`all`].

mod branch;
mod changelog;
mod ci_admits;
mod level;
mod run;
mod situation;
mod tags_free;
mod tree;
mod versions;

use crate::model::config::Config;
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problems};

pub use run::{Asked, Judged, run};
pub use situation::{Situation, Subject};

/// What a gate does to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Looks at what is known already.
    Nothing,
    /// Starts programs of this machine.
    Programs,
    /// Asks others; `--offline` leaves it out.
    Network,
}

/// One condition.
pub trait Gate: Send + Sync {
    /// `ci-green`: how tables, configs and `--skip-gate` name it.
    fn name(&self) -> &str;

    /// Before what it stands.
    fn stages(&self) -> &[Stage];

    /// What it takes to find out here; [`Need::Nothing`] where nothing is configured for it.
    fn need(&self, situation: &Situation<'_>) -> Need {
        let _ = situation;
        Need::Nothing
    }

    /// Whether a problem of the plan with this code is this gate's.
    fn owns(&self, code: Code) -> bool {
        let _ = code;
        false
    }

    /// Why it can't be skipped at a stage: the plan itself could not be carried out without it.
    fn firm(&self, stage: Stage) -> Option<&'static str> {
        let _ = stage;
        None
    }

    /// Looks, and says what was seen. The finding's name is filled in by [`run`].
    fn look(&self, situation: &Situation<'_>) -> Finding;
}

/// Every gate, in the order in which they are shown.
pub fn all(config: &Config) -> Vec<Box<dyn Gate>> {
    let _ = config;
    vec![
        Box::new(tree::Tree),
        Box::new(branch::Branch),
        Box::new(level::Level),
        Box::new(tags_free::TagsFree),
        Box::new(ci_admits::CiAdmits),
        Box::new(versions::Versions),
        Box::new(changelog::Changelog),
    ]
}

/// Passes where the plan found nothing of the gate's own, with what `seen` says.
fn owned(gate: &dyn Gate, situation: &Situation<'_>, seen: impl FnOnce() -> String) -> Finding {
    let problems: Problems =
        situation.unmet.iter().filter(|problem| gate.owns(problem.code)).cloned().collect();
    match problems.as_slice() {
        [] => Finding::pass(seen()),
        [one] => Finding::fail(one.what.clone(), problems),
        [first, rest @ ..] => Finding::fail(format!("{}, and {} more", first.what, rest.len()), problems),
    }
}

/// A finding of a gate that needs to know the next version.
fn needs_a_bump() -> Finding {
    Finding::off("name a bump: cargo xtask preflight minor")
}
