//! The config's own checks.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::command::seconds;
use super::login::said;
use super::{Halt, Run, Step, pool};
use crate::model::problem::{Code, Problem};
use crate::model::secret::Secret;
use crate::model::smoke::outcome::{Outcome, Part};
use crate::model::smoke::{Check, Deed};

/// The pause before a check is tried again.
const PAUSE: Duration = Duration::from_millis(200);

impl Run<'_> {
    /// Those that come before the contract's operations, or those that come after.
    pub(super) fn own_checks(&mut self, first: bool) -> Step {
        for check in self.job.rules.checks.iter().filter(|check| check.first == first) {
            let began = Instant::now();
            let mut tries = 0;
            let result = loop {
                let result = self.check(check)?;
                tries += 1;
                if result.is_ok() || tries > check.retries {
                    break result;
                }
                std::thread::sleep(PAUSE);
                self.go_on()?;
            };
            self.go_on()?;
            let result = match result {
                Ok(()) if tries > 1 => Outcome::Passed(format!("at try {tries}")),
                Ok(()) => Outcome::Passed(String::new()),
                Err((faults, why)) => {
                    let what = format!("the check `{}` failed: {}", check.name, faults.join("; "));
                    Outcome::Failed(vec![Problem::new(Code::W0713, what).why(why)])
                }
            };
            self.note(Part::Check, &check.name, began, result);
        }
        Ok(())
    }

    /// One try; what is wrong and what was said.
    #[allow(clippy::type_complexity)]
    fn check(&mut self, check: &Check) -> Result<Result<(), (Vec<String>, String)>, Halt> {
        let (text, why) = match &check.deed {
            Deed::Run(step) => {
                let program = self.program(step, &self.job.rules.base);
                match self.to_end(&program, seconds(step.limit)) {
                    Ok(text) => (text, String::new()),
                    Err(failure) => {
                        let problem = failure.problem(Code::W0713, "");
                        return Ok(Err((
                            vec![format!("`{}` failed", check_word(&failure.command))],
                            problem.why,
                        )));
                    }
                }
            }
            Deed::Ask { ask, status } => {
                let none = Secret::new("");
                let request = match self.request(ask, self.token.as_ref().unwrap_or(&none)) {
                    Ok(request) => request,
                    Err(why) => return Ok(Err((vec![why], String::new()))),
                };
                let route = format!("{} {}", request.method, request.url.path());
                let Some((answer, _)) = pool::one(&self.client, request, &self.interrupt) else {
                    return Err(Halt);
                };
                match answer {
                    Err(fault) => return Ok(Err((vec![format!("{route}: {fault}")], String::new()))),
                    Ok(answer) if answer.head.status != *status => {
                        let fault = format!("{route} was answered {}, expected {status}", answer.head.status);
                        return Ok(Err((vec![fault], said(&answer))));
                    }
                    Ok(answer) => (String::from_utf8_lossy(&answer.body).into_owned(), said(&answer)),
                }
            }
        };
        Ok(self.conditions(check, &text).map_err(|faults| (faults, why)))
    }

    /// Holds a text against a check's conditions, and saves what later checks use.
    fn conditions(&mut self, check: &Check, text: &str) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for wanted in &check.text {
            let wanted = self.words.text(wanted);
            if !text.contains(&wanted) {
                faults.push(format!("the text `{wanted}` is missing"));
            }
        }
        if !check.json.is_empty() || !check.save.is_empty() {
            match serde_json::from_str::<Value>(text) {
                Err(error) => faults.push(format!("it is no JSON: {error}")),
                Ok(document) => {
                    for condition in &check.json {
                        let shape = |value: &Value| self.words.shape(value);
                        faults.extend(condition.comparison.holds(&condition.pointer, &document, shape).err());
                    }
                    for (name, pointer) in &check.save {
                        match document.pointer(pointer) {
                            Some(value) => drop(self.words.saved.insert(name.clone(), value.clone())),
                            None => {
                                faults.push(format!("`{pointer}` is missing, so `{name}` cannot be saved"))
                            }
                        }
                    }
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The program of a command.
fn check_word(command: &str) -> &str {
    command.split(' ').next().unwrap_or(command)
}
