//! The process stack: the services' own commands.

use std::time::{Duration, Instant};

use super::{Run, Step};
use crate::model::problem::{Code, Problem};
use crate::model::smoke::Service;
use crate::model::smoke::outcome::Part;

/// How long services get to end once they are asked to.
const GRACE: Duration = Duration::from_secs(5);

impl Run<'_> {
    pub(super) fn start_processes(&mut self, began: Instant) -> Step {
        let services: &[Service] = &self.job.rules.services;
        if services.iter().all(|service| service.start.is_none()) {
            let problem = Problem::new(Code::W0705, "no service of [smoke.services] has a `run`")
                .help("say how one is started, or set `stack = \"compose\"`");
            return Err(self.halt(Part::Boot, "process", began, problem));
        }
        for service in services {
            let Some(start) = &service.start else { continue };
            let program = self.program(start, &service.name);
            let log = self.folder.join(format!("logs/{}.log", service.name));
            match program.start(self.watchdog.group, &log, None) {
                Ok(process) => self.stack.processes.push((service.name.clone(), process)),
                Err(failure) => {
                    let what = format!("the service `{}` cannot be started", service.name);
                    let problem = failure.problem(Code::W0703, &what);
                    return Err(self.halt(Part::Boot, service.name.to_string(), began, problem));
                }
            }
        }
        Ok(())
    }

    /// Asks the services to end; what does not is killed with the group.
    pub(super) fn end_processes(&mut self) {
        self.watchdog.group.terminate();
        let until = Instant::now() + GRACE;
        self.stack.processes.drain(..).for_each(|(_, process)| process.gone_by(until));
    }
}
