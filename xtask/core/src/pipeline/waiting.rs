//! How long the jobs before a publication wait for what CI says of the commit.
//!
//! `release --push` sends the branch and the tag together, so the branch's checks still run when the tag's jobs begin.

use std::time::Duration;

use super::jobs::{Forge, Job};
use super::shell::Word;
use crate::model::ci::CiRules;
use crate::model::config::Config;
use crate::model::gate_rules::Wait;

/// The wait of a pipeline's jobs.
pub(super) struct Waiting {
    /// What the commands are told; nothing where the config has a `wait` of its own.
    option: Option<String>,
    minutes: usize,
}

impl Waiting {
    /// As the config has it; else as long as a job of the checks may take.
    pub(super) fn of(config: &Config, ci: &CiRules) -> Waiting {
        let own = config.gates.ci_wait;
        if own != Wait::default() {
            let minutes = usize::try_from(own.time().as_secs().div_ceil(60)).unwrap_or(ci.timeout);
            return Waiting { option: None, minutes };
        }
        let wait = Wait::of(Duration::from_secs(60 * ci.timeout as u64));
        Waiting { option: wait.map(|wait| wait.to_string()), minutes: ci.timeout }
    }

    /// `--wait 1h`.
    pub(super) fn words(&self) -> Vec<Word<'_>> {
        self.option.iter().flat_map(|text| [Word::Plain("--wait"), Word::Plain(text)]).collect()
    }

    /// Lets a job ask the forge, and wait for its answer.
    pub(super) fn asks(&self, job: &mut Job) {
        job.forge = Forge::Reads;
        job.waits = self.minutes;
    }
}
