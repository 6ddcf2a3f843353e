//! Setup, seed, and the commands of checks.

use std::time::{Duration, Instant};

use super::{Run, Step};
use crate::model::names::Name;
use crate::model::problem::Code;
use crate::model::smoke::outcome::{Outcome, Part};
use crate::model::smoke::{Seed, StackKind, Step as Command};
use crate::model::template::Template;
use crate::tool::failure::Failure;
use crate::tool::supervised::Program;

impl Run<'_> {
    /// A command of the config with its placeholders filled in for a service.
    pub(super) fn program(&self, command: &Command, service: &Name) -> Program {
        Program {
            words: command.run.iter().map(|word| self.words.text_of(word, service)).collect(),
            dir: self.job.root.join(command.dir.as_str()),
            env: command
                .env
                .iter()
                .map(|(name, value)| (name.clone(), self.words.text_of(value, service)))
                .collect(),
        }
    }

    /// Runs a program to its end and gives what it wrote to standard output.
    pub(super) fn to_end(&self, program: &Program, limit: Duration) -> Result<String, Failure> {
        let (log, results) = (self.folder.join("logs/command.err"), self.folder.join("logs/command.out"));
        let running = program.start(self.watchdog.group, &log, Some(&results))?;
        let interrupt = self.interrupt.clone();
        let ended = running.finish(limit, &|| interrupt.came());
        let output = crate::io::files::read(&results).ok().flatten().unwrap_or_default();
        let output = String::from_utf8_lossy(&output).into_owned();
        match ended {
            Ok(()) => Ok(output),
            // Some say on standard output what is wrong.
            Err(failure) if failure.said.is_empty() => {
                let said = Failure::new(&[], &program.dir, "", &output).said;
                Err(Failure { said, ..failure })
            }
            Err(failure) => Err(failure),
        }
    }

    pub(super) fn set_up(&mut self) -> Step {
        for command in &self.job.rules.setup {
            let program = self.program(command, &self.job.rules.base);
            let (name, began) = (spelled(&command.run), Instant::now());
            if !self.job.setup {
                self.note(Part::Setup, name, began, Outcome::Skipped("--no-setup".into()));
                continue;
            }
            match self.to_end(&program, seconds(command.limit)) {
                Ok(_) => self.note(Part::Setup, name, began, Outcome::Passed(String::new())),
                Err(failure) => {
                    let what = format!("the setup command `{name}` failed");
                    return Err(self.halt(Part::Setup, name, began, failure.problem(Code::W0705, &what)));
                }
            }
            self.go_on()?;
        }
        Ok(())
    }

    pub(super) fn seed(&mut self) -> Step {
        for seed in &self.job.rules.seed {
            let began = Instant::now();
            let Some(program) = self.seed_program(seed) else { continue };
            let words = seed.run.as_ref().map(|command| &command.run);
            let name = words
                .or(seed.exec.as_ref().map(|(_, words)| words))
                .map_or_else(String::new, |words| spelled(words));
            match self.to_end(&program, seconds(seed.limit)) {
                Ok(_) => self.note(Part::Seed, name, began, Outcome::Passed(String::new())),
                Err(failure) => {
                    let problem = failure.problem(Code::W0706, &format!("the seed `{name}` failed"));
                    return Err(self.halt(Part::Seed, name, began, problem));
                }
            }
            self.go_on()?;
        }
        Ok(())
    }

    /// The seed's command for this kind of stack; none where it is meant for the other kind.
    fn seed_program(&self, seed: &Seed) -> Option<Program> {
        let inside = self.job.remote.is_none() && self.job.stack == StackKind::Compose;
        match (&seed.exec, &seed.run) {
            (Some((service, words)), _) if inside => {
                let words: Vec<String> = words.iter().map(|word| self.words.text_of(word, service)).collect();
                self.stack.project.as_ref().map(|project| project.exec(service.as_str(), &words))
            }
            (_, Some(command)) => Some(self.program(command, &self.job.rules.base)),
            _ => None,
        }
    }
}

/// A command as the config spells it.
fn spelled(words: &[Template]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

pub(super) fn seconds(number: usize) -> Duration {
    Duration::from_secs(number as u64)
}
