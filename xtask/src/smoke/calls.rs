//! The contract's operations, called stage by stage.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::filling::{Seen, Values};
use super::login::{form, said};
use super::pool::{self, Answer};
use super::{Halt, Run, Step};
use crate::contract::order::{Stage, stages};
use crate::contract::{
    Contract, Judge, Media, Operation, Payload, Place, Scheme, Verdict, body, essence, read,
};
use crate::io::http::{Body, Fault, Header, Request};
use crate::model::problem::{Code, Problem};
use crate::model::secret::{Secret, percent_encoded};
use crate::model::smoke::outcome::{Coverage, Outcome, Part};
use crate::model::url::Url;

/// One call to be made.
struct Call<'c> {
    operation: &'c Operation,
    values: Values,
    request: Request,
    /// Without the token: it must be refused.
    bare: bool,
}

impl Run<'_> {
    pub(super) fn call_operations(&mut self) -> Step {
        let (Some(contract), Some(rule)) = (self.job.contract, &self.job.rules.contract) else {
            return Ok(());
        };
        self.compare_routes(contract)?;
        let judge = Judge::new(contract);
        let mut seen = Seen::default();
        let mut covered = BTreeSet::new();
        let writes = self.job.remote.is_none();
        for (stage, operations) in stages(&contract.operations) {
            let together = stage == Stage::Read;
            let mut calls = Vec::new();
            for operation in operations {
                self.go_on()?;
                if operation.method.writes() && !writes {
                    self.skip(operation, "it writes, and a stack elsewhere is only read".into());
                    continue;
                }
                match self.prepare(contract, operation, &mut seen) {
                    Ok(prepared) => calls.extend(prepared),
                    Err(why) => self.skip(operation, why),
                }
                if !together {
                    self.perform(&judge, std::mem::take(&mut calls), &mut seen, &mut covered)?;
                }
            }
            self.perform(&judge, calls, &mut seen, &mut covered)?;
        }
        self.close(contract, rule.minimum, covered.len(), writes);
        Ok(())
    }

    fn close(&mut self, contract: &Contract, minimum: usize, covered: usize, writes: bool) {
        let callable =
            contract.operations.iter().filter(|operation| writes || !operation.method.writes()).count();
        let coverage = Coverage { covered, operations: contract.operations.len(), callable, minimum };
        self.findings.coverage = Some(coverage);
        if !coverage.is_enough() {
            let what = format!("{covered} of {callable} operations are covered, the minimum is {minimum} %");
            let problem = Problem::new(Code::W0714, what)
                .help("each operation that is not covered is listed above with its reason");
            self.note_time(Part::Call, "coverage", Duration::ZERO, Outcome::Failed(vec![problem]));
        }
    }

    fn skip(&mut self, operation: &Operation, why: String) {
        self.note_time(Part::Call, operation.route(), Duration::ZERO, Outcome::Skipped(why));
    }

    /// The running service's own contract has the file's routes, no more and no less.
    fn compare_routes(&mut self, contract: &Contract) -> Step {
        let Some(path) = self.job.rules.contract.as_ref().and_then(|rule| rule.url.clone()) else {
            return Ok(());
        };
        let began = Instant::now();
        let problem = |what: String| Problem::new(Code::W0712, what);
        let url = Url::parse(&self.words.base_url()).and_then(|base| base.below(&path));
        let result = match url {
            Err(why) => Outcome::Failed(vec![problem(format!("`{path}` {why}"))]),
            Ok(url) => {
                let request = Request::new(crate::model::method::Method::Get, url).limit(self.call_limit());
                let Some((answer, _)) = pool::one(&self.client, request, &self.interrupt) else {
                    return Err(Halt);
                };
                let answer = answer.map_err(|fault| fault.to_string());
                let served = answer.and_then(|answer| match answer.head.status {
                    200 => read(&String::from_utf8_lossy(&answer.body)).and_then(Contract::of),
                    status => Err(format!("answered {status}")),
                });
                match served {
                    Err(why) => {
                        Outcome::Failed(vec![problem(format!("the service's contract at `{path}` {why}"))])
                    }
                    Ok(served) => differences(&served, contract),
                }
            }
        };
        self.note(Part::Routes, path, began, result);
        Ok(())
    }

    /// The calls of an operation: without the token where it is protected, then as it should be.
    fn prepare<'c>(
        &mut self,
        contract: &'c Contract,
        operation: &'c Operation,
        seen: &mut Seen,
    ) -> Result<Vec<Call<'c>>, String> {
        let rule = self.job.rules.contract.as_ref().and_then(|rule| rule.operations.get(&operation.id));
        if let Some(why) = rule.and_then(|rule| rule.skip.clone()) {
            return Err(why);
        }
        let values = self.path_values(contract, operation, seen)?;
        let mut path = filled(&operation.path, &values);
        let mut headers = Vec::new();
        let mut query = Vec::new();
        for asked in operation.parameters.iter().filter(|asked| asked.place != Place::Path) {
            let Some(value) = self.other_value(contract, operation, asked, seen)? else { continue };
            match asked.place {
                Place::Query => {
                    query.push(format!("{}={}", percent_encoded(&asked.name), percent_encoded(&value)))
                }
                Place::Header => headers.push((asked.name.clone(), Header::Open(value))),
                Place::Cookie => {
                    headers.push(("cookie".to_owned(), Header::Open(format!("{}={value}", asked.name))))
                }
                Place::Path => {}
            }
        }
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let mut request = self.base_request(operation, &path)?;
        request.headers.extend(headers);
        let own = rule.and_then(|rule| rule.body.as_ref()).map(|shape| self.words.shape(shape));
        if let Some((payload, body)) = own
            .and_then(|own| Some((operation.bodies.first()?.clone(), own)))
            .or_else(|| body(contract, operation))
        {
            let bytes = bytes_of(&payload, &body)?;
            request = request.header("content-type", payload.media.0.clone()).body(Body::Bytes(bytes));
        } else if operation.body_required {
            return Err("its body has no example, and the config gives none".into());
        }
        let mut calls = Vec::new();
        if operation.is_protected() {
            let bare = Call { operation, values: values.clone(), request: request.clone(), bare: true };
            calls.push(bare);
            if self.token.is_none() {
                calls.retain(|_| !operation.method.writes());
                let why = "it is protected, and [smoke.login] gives no token";
                self.skip(operation, why.into());
                return Ok(calls);
            }
            request = self.with_token(operation, request);
        }
        calls.push(Call { operation, values, request, bare: false });
        Ok(calls)
    }

    pub(super) fn base_request(&self, operation: &Operation, path: &str) -> Result<Request, String> {
        let url = Url::parse(&self.words.base_url()).and_then(|base| base.below(path));
        let url = url.map_err(|why| format!("`{path}` {why}"))?;
        Ok(Request::new(operation.method, url).limit(self.call_limit()))
    }

    /// The token as the contract wants it for this operation.
    pub(super) fn with_token(&self, operation: &Operation, request: Request) -> Request {
        let (Some(token), Some(contract)) = (&self.token, self.job.contract) else { return request };
        let Some(needed) = operation.security.iter().find(|needed| !needed.is_empty()) else {
            return request;
        };
        needed.iter().fold(request, |mut request, name| match contract.schemes.get(name) {
            Some(Scheme::Basic) => {
                let value = Secret::new(format!("Basic {}", token.expose()));
                request.headers.push(("authorization".into(), Header::Hidden(value)));
                request
            }
            Some(Scheme::Key(Place::Header, name)) => {
                request.headers.push((name.clone(), Header::Hidden(token.clone())));
                request
            }
            Some(Scheme::Key(Place::Cookie, name)) => {
                let value = Secret::new(format!("{name}={}", token.expose()));
                request.headers.push(("cookie".into(), Header::Hidden(value)));
                request
            }
            Some(Scheme::Key(_, name)) => {
                let text = request.url.to_string();
                let mark = if text.contains('?') { '&' } else { '?' };
                let text =
                    format!("{text}{mark}{}={}", percent_encoded(name), percent_encoded(token.expose()));
                request.url = Url::parse(&text).unwrap_or(request.url);
                request
            }
            Some(Scheme::Bearer | Scheme::Other(_)) | None => request.bearer(token),
        })
    }

    fn perform(
        &mut self,
        judge: &Judge,
        calls: Vec<Call<'_>>,
        seen: &mut Seen,
        covered: &mut BTreeSet<String>,
    ) -> Step {
        let requests: Vec<Request> = calls.iter().map(|call| call.request.clone()).collect();
        // What writes goes one by one: the call without a token first, to be refused before it matters.
        let writes = calls.iter().any(|call| call.operation.method.writes());
        let most = if writes { 1 } else { self.job.rules.parallel };
        let (client, interrupt) = (self.client.clone(), self.interrupt.clone());
        let mut fallen = None;
        pool::send(&client, requests, most, &interrupt, &mut |number, answer| {
            let Some(call) = calls.get(number) else { return };
            if matches!(answer.0, Err(Fault::Refused(_) | Fault::Broken(_))) {
                fallen = fallen
                    .take()
                    .or_else(|| self.fallen_soon().map(|problem| (call.operation.route(), problem)));
            }
            // Once a service has ended there is nothing more to learn of the others.
            if fallen.is_none() {
                self.account(judge, call, answer, seen, covered);
            }
        });
        if let Some((route, mut problem)) = fallen {
            problem.what = format!("{} during {route}", problem.what);
            return Err(self.halt(Part::Call, route, Instant::now(), problem));
        }
        self.go_on()
    }

    fn account(
        &mut self,
        judge: &Judge,
        call: &Call<'_>,
        (answer, time): Answer,
        seen: &mut Seen,
        covered: &mut BTreeSet<String>,
    ) {
        let route = call.operation.route();
        let part = if call.bare { Part::Refusal } else { Part::Call };
        let answer = match answer {
            Ok(answer) => answer,
            Err(fault) => {
                let code = if matches!(fault, Fault::Timeout(..)) { Code::W0710 } else { Code::W0709 };
                let problem = Problem::new(code, format!("{route}: {fault}"));
                return self.note_time(part, route, time, Outcome::Failed(vec![problem]));
            }
        };
        let status = answer.head.status;
        if call.bare {
            let result = match status {
                401 | 403 => Outcome::Passed(format!("refused with {status}")),
                _ => Outcome::Failed(vec![
                    Problem::new(Code::W0711, format!("{route} was answered {status} without a token"))
                        .why("the contract protects it, so 401 or 403 is expected"),
                ]),
            };
            return self.note_time(part, route, time, result);
        }
        let content_type = answer.head.header("content-type");
        let result = match judge.verdict(call.operation, status, content_type, &answer.body) {
            Verdict::Covered => {
                covered.insert(call.operation.id.clone());
                Outcome::Passed(status.to_string())
            }
            Verdict::Thin(why) => Outcome::Skipped(format!("answered {status}, but not covered: {why}")),
            Verdict::Broken(faults) => {
                let problem = Problem::new(Code::W0709, format!("{route}: {}", faults.join("; ")));
                Outcome::Failed(vec![problem.why(said(&answer))])
            }
        };
        if let Ok(value) = serde_json::from_slice::<Value>(&answer.body)
            && (200..300).contains(&status)
        {
            if crate::contract::order::stage(call.operation) == Stage::Create {
                seen.created.push((call.operation.path.clone(), call.values.clone(), value.clone()));
            }
            seen.answers.insert(call.operation.id.clone(), value);
        }
        self.note_time(part, route, time, result);
    }
}

/// A path with its parameters' values.
pub(super) fn filled(path: &str, values: &Values) -> String {
    values.iter().fold(path.to_owned(), |path, (name, value)| {
        path.replace(&format!("{{{name}}}"), &percent_encoded(value))
    })
}

fn bytes_of(payload: &Payload, body: &Value) -> Result<Vec<u8>, String> {
    let kind = essence(&payload.media.0);
    if Media::is_json(&kind) {
        Ok(body.to_string().into_bytes())
    } else if kind == "application/x-www-form-urlencoded" {
        Ok(form(body).into_bytes())
    } else if let Value::String(text) = body {
        Ok(text.clone().into_bytes())
    } else {
        Err(format!("bodies of `{kind}` are not made"))
    }
}

fn differences(served: &Contract, contract: &Contract) -> Outcome {
    let (served, ours) = (served.routes(), contract.routes());
    let line = |what: &str, (path, method): &(String, crate::model::method::Method)| {
        Problem::new(Code::W0712, format!("{method} {path} is {what}"))
    };
    let more = served.difference(&ours).map(|route| line("served, but not in the contract", route));
    let less = ours.difference(&served).map(|route| line("in the contract, but not served", route));
    let problems: Vec<Problem> = more.chain(less).collect();
    if problems.is_empty() {
        Outcome::Passed(format!("{} routes agree", ours.len()))
    } else {
        Outcome::Failed(problems)
    }
}
