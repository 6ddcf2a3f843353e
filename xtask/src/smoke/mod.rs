//! The smoke test: boots the product fresh, seeds it, calls every operation of its contract.
//!
//! Everything happens in one order ([`run`]); each file is one of its parts. What was done and
//! found leaves as [`Item`]s through a sink, one by one.

mod calls;
mod checks;
mod command;
mod filling;
mod login;
mod pool;
mod process;
mod project;
mod stack;
mod version;
mod words;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::contract::Contract;
use crate::io::files;
use crate::io::http::{Client, Manner};
use crate::io::signals::Interrupt;
use crate::model::form::Form;
use crate::model::problem::{Code, Problem};
use crate::model::secret::{Mask, Secret};
use crate::model::smoke::outcome::{Findings, Item, Outcome, Part};
use crate::model::smoke::{Smoke, StackKind};
use crate::model::url::Url;
use crate::model::version::Version;
use crate::tool::watchdog::Watchdog;

use stack::Stack;
use words::Words;

/// What is to be done.
pub struct Job<'a> {
    pub rules: &'a Smoke,
    pub root: &'a Path,
    pub contract: Option<&'a Contract>,
    pub stack: StackKind,
    /// A stack that runs elsewhere: nothing is booted.
    pub remote: Option<Url>,
    pub seed_remote: bool,
    pub setup: bool,
    /// Leaves the stack running.
    pub keep: bool,
    /// What the manifests hold, and its form where the rules say none.
    pub version: Version,
    pub form: Form,
    /// What must run instead.
    pub expect_version: Option<String>,
}

/// Whether the run goes on.
type Step = Result<(), Halt>;

/// The run ends here; why has been said.
#[derive(Debug)]
struct Halt;

/// A run.
struct Run<'a> {
    job: &'a Job<'a>,
    interrupt: Interrupt,
    client: Client,
    folder: PathBuf,
    mask: Mask,
    words: Words,
    token: Option<Secret>,
    stack: Stack,
    watchdog: Watchdog,
    findings: Findings,
    sink: &'a mut dyn FnMut(&Item),
}

/// Does it all. The stack is gone when this returns, however it went, unless it is to be kept.
///
/// # Errors
/// When it cannot even begin.
pub fn run(job: &Job<'_>, sink: &mut dyn FnMut(&Item)) -> Result<Findings, Problem> {
    let began = Instant::now();
    let system = |error: std::io::Error| Problem::new(Code::W0716, format!("the test cannot begin: {error}"));
    let interrupt = Interrupt::listen().map_err(system)?;
    let mut watchdog = Watchdog::start()?;
    let (folder, random) = files::temporary_folder("windlass-smoke-").map_err(system)?;
    watchdog.folder(&folder);
    for part in ["data", "logs"] {
        files::make_folder(&folder.join(part)).map_err(system)?;
    }
    let mut mask = Mask::default();
    let words = Words::new(job, &folder, &mut mask);
    let mut run = Run {
        job,
        interrupt,
        client: Client::new(Manner::default()),
        folder,
        mask,
        words,
        token: None,
        stack: Stack::new(random),
        watchdog,
        findings: Findings::default(),
        sink,
    };
    let _ = run.all();
    Ok(run.end(began))
}

impl Run<'_> {
    fn all(&mut self) -> Step {
        if self.job.remote.is_none() {
            self.set_up()?;
            self.boot()?;
        }
        self.findings.up = true;
        self.check_version()?;
        if self.job.remote.is_none() || self.job.seed_remote {
            self.seed()?;
        }
        self.log_in()?;
        self.own_checks(true)?;
        self.call_operations()?;
        self.own_checks(false)
    }

    /// Takes the stack down and closes the account.
    fn end(mut self, began: Instant) -> Findings {
        self.findings.interrupted = self.interrupt.came();
        if self.job.keep && self.findings.up && self.job.remote.is_none() {
            self.findings.kept = self.how_to_end();
            self.watchdog.keep();
        } else {
            let took_down = Instant::now();
            let problem = self.take_down();
            self.watchdog.end();
            let _ = files::remove_folder(&self.folder);
            if self.job.remote.is_none() {
                let result = match problem {
                    Some(problem) => Outcome::Failed(vec![problem]),
                    None => Outcome::Passed("nothing is left".into()),
                };
                let item =
                    Item { part: Part::Down, name: "the stack".into(), result, time: took_down.elapsed() };
                (self.sink)(&item);
                self.findings.items.push(item);
            }
        }
        self.findings.time = began.elapsed();
        self.findings
    }

    fn note(&mut self, part: Part, name: impl Into<String>, began: Instant, result: Outcome) {
        self.note_time(part, name, began.elapsed(), result);
    }

    fn note_time(&mut self, part: Part, name: impl Into<String>, time: Duration, result: Outcome) {
        let cover = |text: &str| self.mask.cover(text);
        let result = match result {
            Outcome::Passed(text) => Outcome::Passed(cover(&text)),
            Outcome::Skipped(text) => Outcome::Skipped(cover(&text)),
            Outcome::Failed(problems) => Outcome::Failed(
                problems
                    .into_iter()
                    .map(|problem| Problem {
                        what: cover(&problem.what),
                        why: cover(&problem.why),
                        help: problem.help.iter().map(|line| cover(line)).collect(),
                        ..problem
                    })
                    .collect(),
            ),
        };
        let item = Item { part, name: cover(&name.into()), result, time };
        (self.sink)(&item);
        self.findings.items.push(item);
    }

    /// Notes a failure that ends the run.
    fn halt(&mut self, part: Part, name: impl Into<String>, began: Instant, problem: Problem) -> Halt {
        // What fails because somebody stops the run is not a finding.
        if !self.interrupt.came() {
            self.note(part, name, began, Outcome::Failed(vec![problem]));
        }
        Halt
    }

    /// Ends the run when somebody asked for it.
    fn go_on(&self) -> Step {
        if self.interrupt.came() { Err(Halt) } else { Ok(()) }
    }

    fn call_limit(&self) -> Duration {
        Duration::from_secs(self.job.rules.call_limit as u64)
    }
}
