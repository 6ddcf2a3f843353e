//! The compose stack: a project of its own, of the config's file.

use std::time::{Duration, Instant};

use super::command::seconds;
use super::{Run, Step};
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::smoke::outcome::{Outcome, Part};
use crate::tool::compose::Compose;
use crate::tool::supervised::LINES;

/// How long it may take to take a project down, or to tell logs.
const DOWN: Duration = Duration::from_secs(120);
const LOGS: Duration = Duration::from_secs(20);

impl Run<'_> {
    pub(super) fn start_project(&mut self, began: Instant) -> Step {
        let Some(rule) = &self.job.rules.compose else {
            let problem = Problem::new(Code::W0715, "[smoke] has no `compose`")
                .help("compose = { file = \"compose.yaml\", env = { API_PORT = \"{port:api}\" } }");
            return Err(self.halt(Part::Boot, "compose", began, problem));
        };
        let env = rule.env.iter().map(|(name, value)| (name.clone(), self.words.text(value))).collect();
        let project = format!("windlass-smoke-{}", self.stack.random);
        let Some(compose) = Compose::find(self.job.root, rule.file.as_str(), &project, env) else {
            let problem =
                Problem::new(Code::W0208, "neither `docker compose` nor `docker-compose` works here")
                    .help("$ docker compose version")
                    .help("without Docker the process stack can be tested: --stack process");
            return Err(self.halt(Part::Boot, "compose", began, problem));
        };
        self.watchdog.down(&compose.down());
        self.stack.project = Some(compose.clone());
        if let Err(failure) = self.to_end(&compose.up(), seconds(rule.limit)) {
            let problem = failure.problem(Code::W0715, "`docker compose up` failed");
            return Err(self.halt(Part::Boot, "compose", began, problem));
        }
        self.note(Part::Boot, "compose", began, Outcome::Passed(project));
        Ok(())
    }

    pub(super) fn project_logs(&self, project: &Compose) -> Vec<(Name, Vec<String>)> {
        let logs = |name: &Name| {
            let program = project.logs(name.as_str(), LINES);
            let text = program.call().start().and_then(|call| call.wait_at_most(LOGS)).unwrap_or_default();
            let text = String::from_utf8_lossy(&text).into_owned();
            text.lines().map(str::to_owned).collect()
        };
        self.job.rules.services.iter().map(|service| (service.name.clone(), logs(&service.name))).collect()
    }

    pub(super) fn end_project(&mut self) -> Option<Problem> {
        let project = self.stack.project.take()?;
        let down = project.down().call().merged().start().and_then(|call| call.wait_at_most(DOWN));
        let failure = down.err()?;
        Some(failure.problem(Code::W0715, "`docker compose down` failed; something may be left"))
    }
}
