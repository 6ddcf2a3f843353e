//! The stack as a whole: booted, watched, taken down.

use std::time::{Duration, Instant};

use super::command::seconds;
use super::pool;
use super::{Halt, Run, Step};
use crate::io::http::{Fault, Request};
use crate::io::port;
use crate::model::method::Method;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::smoke::outcome::{Outcome, Part};
use crate::model::smoke::{Service, StackKind};
use crate::model::url::Url;
use crate::tool::compose::Compose;
use crate::tool::supervised::Supervised;

/// What was started.
#[derive(Debug)]
pub struct Stack {
    /// Tells this run from every other.
    pub random: String,
    pub processes: Vec<(Name, Supervised)>,
    pub project: Option<Compose>,
}

impl Stack {
    pub fn new(random: String) -> Stack {
        Stack { random, processes: Vec::new(), project: None }
    }
}

/// The first wait between two looks at a service, and the longest.
const FIRST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_millis(250);

impl Run<'_> {
    pub(super) fn boot(&mut self) -> Step {
        let began = Instant::now();
        self.choose_ports(began)?;
        match self.job.stack {
            StackKind::Process => self.start_processes(began)?,
            StackKind::Compose => self.start_project(began)?,
        }
        let services: Vec<&Service> =
            self.job.rules.services.iter().filter(|service| self.is_started(service)).collect();
        for service in services {
            self.await_ready(service, began)?;
        }
        self.findings.boot = began.elapsed();
        Ok(())
    }

    /// Services without a command are a compose file's alone.
    fn is_started(&self, service: &Service) -> bool {
        self.job.stack == StackKind::Compose || service.start.is_some()
    }

    /// The ports that the config fixes must be free; all others are found free.
    fn choose_ports(&mut self, began: Instant) -> Step {
        let services = &self.job.rules.services;
        let free = port::free(services.len()).map_err(|error| {
            let problem = Problem::new(Code::W0701, format!("no free port was found: {error}"));
            self.halt(Part::Boot, "ports", began, problem)
        })?;
        for (service, free) in services.iter().zip(free) {
            if let Some(fixed) = service.port
                && port::is_taken(fixed)
            {
                return Err(self.halt(
                    Part::Boot,
                    service.name.to_string(),
                    began,
                    taken(&service.name, fixed),
                ));
            }
            self.words.ports.insert(service.name.clone(), service.port.unwrap_or(free));
        }
        Ok(())
    }

    /// Asks with growing pauses until the service answers 2xx, ended, or is too late.
    fn await_ready(&mut self, service: &Service, began: Instant) -> Step {
        let limit = seconds(service.limit);
        let url = format!("{}{}", self.words.url(&service.name), service.ready);
        let url = Url::parse(&url).map_err(|why| {
            let problem = Problem::new(Code::W0702, format!("`{url}` {why}"));
            self.halt(Part::Boot, service.name.to_string(), began, problem)
        })?;
        let (mut pause, mut last) = (FIRST, String::from("was not asked"));
        loop {
            self.go_on()?;
            if let Some(problem) = self.fallen() {
                return Err(self.halt(Part::Boot, service.name.to_string(), began, problem));
            }
            let left = limit.saturating_sub(began.elapsed());
            if left.is_zero() {
                let problem = self.not_ready(service, &last);
                return Err(self.halt(Part::Boot, service.name.to_string(), began, problem));
            }
            let request = Request::new(Method::Get, url.clone()).limit(left.min(self.call_limit()));
            let Some((answer, _)) = pool::one(&self.client, request, &self.interrupt) else {
                return Err(Halt);
            };
            match answer {
                Ok(response) if (200..300).contains(&response.head.status) => break,
                Ok(response) => last = format!("answered {}", response.head.status),
                Err(Fault::Refused(_)) => last = "did not listen".to_owned(),
                Err(fault) => last = format!("gave no answer: {fault}"),
            }
            std::thread::sleep(pause);
            pause = (pause * 3 / 2).min(LONGEST);
        }
        let at = self.words.url(&service.name);
        self.note(Part::Boot, service.name.to_string(), began, Outcome::Passed(at));
        Ok(())
    }

    fn not_ready(&self, service: &Service, last: &str) -> Problem {
        let what = format!(
            "the service `{}` was not ready within {} s: `{}` {last}",
            service.name, service.limit, service.ready
        );
        let mut problem = Problem::new(Code::W0702, what);
        for (name, lines) in self.logs() {
            problem = problem.help(format!("the last lines of `{name}`:"));
            if lines.is_empty() {
                problem = problem.help("  (it said nothing)");
            }
            problem = lines.iter().fold(problem, |problem, line| problem.help(format!("  {line}")));
        }
        problem
    }

    /// What each service last said.
    fn logs(&self) -> Vec<(Name, Vec<String>)> {
        match &self.stack.project {
            Some(project) => self.project_logs(project),
            None => {
                self.stack.processes.iter().map(|(name, process)| (name.clone(), process.said())).collect()
            }
        }
    }

    /// A service that ended by itself, said so that its last lines tell why.
    pub(super) fn fallen(&self) -> Option<Problem> {
        let (name, failure) =
            self.stack.processes.iter().find_map(|(name, process)| Some((name, process.ended()?)))?;
        let port = self.words.ports.get(name).copied().unwrap_or_default();
        if port::is_taken(port) {
            let mut problem = taken(name, port);
            let lines: String = failure.said.iter().map(|line| format!("\n  {line}")).collect();
            problem.why = format!("{}; its last lines:{lines}", problem.why);
            return Some(problem);
        }
        Some(failure.problem(Code::W0703, &format!("the service `{name}` ended by itself")))
    }

    /// As [`Run::fallen`], for when a call found nobody: the end may be a moment away.
    pub(super) fn fallen_soon(&self) -> Option<Problem> {
        let until = Instant::now() + Duration::from_millis(300);
        loop {
            let fallen = self.fallen();
            if fallen.is_some() || Instant::now() > until || self.stack.processes.is_empty() {
                return fallen;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends everything that was started.
    pub(super) fn take_down(&mut self) -> Option<Problem> {
        self.end_processes();
        self.end_project()
    }

    /// What a person does to end a stack that was kept.
    pub(super) fn how_to_end(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .job
            .rules
            .services
            .iter()
            .filter(|service| self.is_started(service))
            .map(|service| format!("{} runs at {}", service.name, self.words.url(&service.name)))
            .collect();
        match &self.stack.project {
            Some(project) => lines.push(format!("$ {}", crate::model::command::paste(&project.down().words))),
            None => lines.push(format!("$ kill -- -{}", self.watchdog.group.id())),
        }
        lines.push(format!("$ rm -r {}", self.folder.display()));
        lines
    }
}

fn taken(service: &Name, port: u16) -> Problem {
    Problem::new(Code::W0701, format!("port {port} of the service `{service}` is already taken"))
        .why("another program listens there; what it answers would be taken for the service's answers")
        .help(format!("end that program, or leave `port` out of [smoke.services.{service}]"))
}
