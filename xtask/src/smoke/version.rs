//! The version that runs must be the one that stands in the manifests: else an old stack answers.

use std::time::Instant;

use super::{Halt, Run, Step, pool};
use crate::io::http::Request;
use crate::model::method::Method;
use crate::model::problem::{Code, Problem};
use crate::model::smoke::check::short;
use crate::model::smoke::outcome::{Outcome, Part};
use crate::model::url::Url;

impl Run<'_> {
    pub(super) fn check_version(&mut self) -> Step {
        let Some(rule) = &self.job.rules.version else { return Ok(()) };
        let began = Instant::now();
        let path = self.words.text(&rule.url);
        let expected = self.job.expect_version.clone();
        let expected =
            expected.unwrap_or_else(|| rule.form.unwrap_or(self.job.form).render(self.job.version));
        let stale = |what: String| {
            Problem::new(Code::W0704, what).why(format!("expected is {expected}, which the manifests hold"))
        };
        let url = Url::parse(&self.words.base_url()).and_then(|base| base.below(&path));
        let url =
            url.map_err(|why| self.halt(Part::Version, &path, began, stale(format!("`{path}` {why}"))))?;
        let request = Request::new(Method::Get, url).limit(self.call_limit());
        let Some((answer, _)) = pool::one(&self.client, request, &self.interrupt) else { return Err(Halt) };
        let problem = match answer {
            Err(fault) => stale(format!("`{path}` does not tell the running version: {fault}")),
            Ok(answer) if answer.head.status != 200 => stale(format!(
                "`{path}` does not tell the running version: it answered {}",
                answer.head.status
            )),
            Ok(answer) => {
                let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                match body.pointer(&rule.pointer) {
                    Some(seen) if seen.as_str() == Some(&expected) => {
                        self.note(Part::Version, path, began, Outcome::Passed(expected));
                        return Ok(());
                    }
                    Some(seen) => stale(format!("the running version is {}, not {expected}", short(seen)))
                        .help("an old stack answers, or an old build was started: build again"),
                    None => stale(format!("`{path}` has no `{}`", rule.pointer)),
                }
            }
        };
        // All that follows would be said of another version.
        Err(self.halt(Part::Version, path, began, problem))
    }
}
