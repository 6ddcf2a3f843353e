//! The login: a token for what the contract protects.

use std::time::Instant;

use serde_json::Value;

use super::{Halt, Run, Step, pool};
use crate::io::http::{Body, Header, Request, Response};
use crate::model::problem::{Code, Problem};
use crate::model::secret::{Secret, percent_encoded};
use crate::model::smoke::Ask;
use crate::model::smoke::outcome::{Outcome, Part};
use crate::model::url::Url;

impl Run<'_> {
    pub(super) fn log_in(&mut self) -> Step {
        let Some(login) = &self.job.rules.login else { return Ok(()) };
        let began = Instant::now();
        let path = self.words.text(&login.ask.url);
        let failed = |what: String| Problem::new(Code::W0707, what);
        let request = match self.request(&login.ask, &Secret::new("")) {
            Ok(request) => request,
            Err(why) => return Err(self.halt(Part::Login, &path, began, failed(why))),
        };
        let Some((answer, _)) = pool::one(&self.client, request, &self.interrupt) else { return Err(Halt) };
        let problem = match answer {
            Err(fault) => failed(format!("the login at `{path}` failed: {fault}")),
            Ok(answer) if !(200..300).contains(&answer.head.status) => {
                failed(format!("the login at `{path}` was answered {}", answer.head.status))
                    .why(said(&answer))
            }
            Ok(answer) => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
                match body.pointer(&login.pointer).and_then(Value::as_str).filter(|token| !token.is_empty()) {
                    Some(token) => {
                        let token = Secret::new(token);
                        self.mask.add(&token);
                        self.token = Some(token);
                        self.note(Part::Login, path, began, Outcome::Passed(String::new()));
                        return Ok(());
                    }
                    None => failed(format!("the login's answer has no token at `{}`", login.pointer)),
                }
            }
        };
        Err(self.halt(Part::Login, path, began, problem))
    }

    /// A request of the config; the token goes only to the stack that is tested.
    pub(super) fn request(&self, ask: &Ask, token: &Secret) -> Result<Request, String> {
        let text = self.words.text(&ask.url);
        let base = Url::parse(&self.words.base_url())?;
        let url = base.below(&text).map_err(|why| format!("`{text}` {why}"))?;
        let mut request = Request::new(ask.method, url).limit(self.call_limit());
        if let Some(body) = &ask.body {
            let body = self.words.shape(body);
            let (kind, bytes) = if ask.form {
                ("application/x-www-form-urlencoded", form(&body).into_bytes())
            } else {
                ("application/json", body.to_string().into_bytes())
            };
            request = request.header("content-type", kind).body(Body::Bytes(bytes));
        }
        for (name, value) in &ask.headers {
            request.headers.push((name.clone(), Header::Hidden(Secret::new(self.words.text(value)))));
        }
        let ours = self.is_ours(&request.url);
        Ok(if ask.login && ours && !token.expose().is_empty() { request.bearer(token) } else { request })
    }

    /// Whether a URL is one of the tested stack's services.
    fn is_ours(&self, url: &Url) -> bool {
        let services = self.job.rules.services.iter().map(|service| self.words.url(&service.name));
        services
            .chain([self.words.base_url()])
            .any(|known| Url::parse(&known).is_ok_and(|known| known.origin() == url.origin()))
    }
}

/// An object as a form holds it (WHATWG URL, "application/x-www-form-urlencoded").
pub(super) fn form(value: &Value) -> String {
    let pair = |(name, value): (&String, &Value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{}={}", percent_encoded(name), percent_encoded(&value))
    };
    value.as_object().map(|table| table.iter().map(pair).collect::<Vec<_>>().join("&")).unwrap_or_default()
}

/// The start of an answer's body, for people.
pub(super) fn said(answer: &Response) -> String {
    const LONGEST: usize = 300;
    let text = String::from_utf8_lossy(&answer.body);
    let text: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().is_empty() { "it said nothing".into() } else { format!("it said: {}", text.trim()) }
}
