//! What a smoke test found, item by item.

use std::time::Duration;

use crate::model::problem::Problem;

/// The parts of a run, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Setup,
    Boot,
    Version,
    Seed,
    Login,
    Routes,
    /// An operation of the contract.
    Call,
    /// A protected operation, called without the token.
    Refusal,
    Check,
    Down,
}

impl Part {
    pub fn name(self) -> &'static str {
        match self {
            Part::Setup => "setup",
            Part::Boot => "boot",
            Part::Version => "version",
            Part::Seed => "seed",
            Part::Login => "login",
            Part::Routes => "routes",
            Part::Call => "call",
            Part::Refusal => "refusal",
            Part::Check => "check",
            Part::Down => "down",
        }
    }
}

/// One thing that was done, and how it went.
#[derive(Clone, Debug)]
pub struct Item {
    pub part: Part,
    /// `api`, `GET /projects`, the check's name.
    pub name: String,
    pub result: Outcome,
    pub time: Duration,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    /// Fine, with what there is to say of it.
    Passed(String),
    Failed(Vec<Problem>),
    /// Not done, and why.
    Skipped(String),
}

/// How much of the contract was shown to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Coverage {
    pub covered: usize,
    /// All operations of the contract.
    pub operations: usize,
    /// Those that may be called here: of a remote stack only what reads.
    pub callable: usize,
    /// The least share of the callable ones, in percent.
    pub minimum: usize,
}

impl Coverage {
    pub fn is_enough(self) -> bool {
        self.covered * 100 >= self.callable * self.minimum
    }
}

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    pub items: Vec<Item>,
    pub coverage: Option<Coverage>,
    /// Whether the stack came up.
    pub up: bool,
    /// Whether somebody ended the run.
    pub interrupted: bool,
    /// How a stack that was kept is ended.
    pub kept: Vec<String>,
    pub time: Duration,
    /// The time of the boot, from the first start to all being ready.
    pub boot: Duration,
}

impl Findings {
    pub fn failed(&self) -> usize {
        self.items.iter().filter(|item| matches!(item.result, Outcome::Failed(_))).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minimum_is_a_share_of_what_may_be_called() {
        let enough =
            |covered, callable, minimum| Coverage { covered, operations: 18, callable, minimum }.is_enough();
        assert!(enough(18, 18, 100) && !enough(17, 18, 100));
        assert!(enough(9, 18, 50) && !enough(8, 18, 50));
        assert!(enough(11, 11, 100) && enough(0, 18, 0));
    }
}
