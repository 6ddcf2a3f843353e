//! The login and the config's own checks.

use crate::model::method::Method;
use crate::model::smoke::{Ask, Check, Comparison, Condition, Deed, Login};

use super::super::entry::Entry;
use super::super::reader::Section;
use super::stack::step;
use super::texts::{Texts, pointer};

const METHODS: [(&str, Method); 8] = [
    ("GET", Method::Get),
    ("HEAD", Method::Head),
    ("OPTIONS", Method::Options),
    ("TRACE", Method::Trace),
    ("POST", Method::Post),
    ("PUT", Method::Put),
    ("PATCH", Method::Patch),
    ("DELETE", Method::Delete),
];

/// Seconds for a check's command.
const COMMAND: usize = 60;

pub(super) fn login(mut table: Section, texts: &Texts) -> Option<Login> {
    let ask = ask(&mut table, texts, Method::Post, None);
    let pointer = table
        .require("pointer", "where the token stands in the answer, such as: pointer = \"/access_token\"")
        .and_then(|value| pointer(&value));
    if ask.is_none() {
        table.lacks(&["url"], "where to log in, such as: url = \"/auth/token\"");
    }
    table.finish();
    Some(Login { ask: ask?, pointer: pointer? })
}

/// The checks in their order; each may use what those before it save.
pub(super) fn read(table: &mut Section, texts: &mut Texts) -> Vec<Check> {
    let Some(entries) = table.get("checks", |value| value.list("tables, each `[[smoke.checks]]`")) else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for entry in entries {
        let Some(check) = entry.section().and_then(|section| check(section, texts)) else { continue };
        check.save.keys().for_each(|name| texts.save(name));
        checks.push(check);
    }
    checks
}

fn check(mut table: Section, texts: &Texts) -> Option<Check> {
    let name = table.require("name", "name = \"an ingest is counted\"");
    let name = name.and_then(|value| value.words().map(str::to_owned));
    let login = table.get("login", |value| value.switch()).unwrap_or(true);
    let status = table.get("status", |value| value.number(100..=599));
    let ask = ask(&mut table, texts, Method::Get, Some(login));
    let run = step(&mut table, texts, COMMAND);
    let json = table.get("json", |value| value.each("tables", |entry| condition(entry.section()?, texts)));
    let text = table.get("text", |value| value.each("texts", |entry| texts.template(entry)));
    let save = table.get("save", |value| {
        let pairs = value.section()?.pairs();
        Some(pairs.into_iter().filter_map(|(name, at)| Some((name.to_owned(), pointer(&at)?))).collect())
    });
    let retries = table.get("retries", |value| value.number(0..=100)).unwrap_or(0);
    let first = table.get("first", |value| value.switch()).unwrap_or(false);
    let remote = table.get("remote", |value| value.switch());
    let deed = match (ask, run) {
        (Some(ask), _) => {
            let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
            Some(Deed::Ask { ask, status })
        }
        (None, Some(step)) => Some(Deed::Run(step)),
        (None, None) => {
            table.lacks(&["url", "run"], "url = \"/health\"");
            None
        }
    };
    table.finish();
    Some(Check {
        name: name?,
        deed: deed?,
        json: json.unwrap_or_default(),
        text: text.unwrap_or_default(),
        save: save.unwrap_or_default(),
        retries,
        first,
        remote,
    })
}

/// `method`, `url`, `headers`, `body` and `form`; none where there is no `url`.
fn ask(table: &mut Section, texts: &Texts, method: Method, login: Option<bool>) -> Option<Ask> {
    let method = table.get("method", |value| value.one_of(&METHODS)).unwrap_or(method);
    let url = table.get("url", |value| texts.template(value));
    let headers = table.get("headers", |value| texts.by_name(value)).unwrap_or_default();
    let body = table.get("body", |value| texts.shape(value));
    let form = table.get("form", Entry::switch).unwrap_or(false);
    Some(Ask { method, url: url?, headers, body, form, login: login.unwrap_or(false) })
}

fn condition(mut table: Section, texts: &Texts) -> Option<Condition> {
    let at = table.require("pointer", "where the value stands, such as: pointer = \"/total\"");
    let at = at.and_then(|value| pointer(&value));
    let comparison = [
        table.get("equals", |value| texts.shape(value).map(Comparison::Equals)),
        table.get("differs", |value| texts.shape(value).map(Comparison::Differs)),
        table.get("at_least", number).map(Comparison::AtLeast),
        table.get("at_most", number).map(Comparison::AtMost),
        table.get("contains", |value| texts.shape(value).map(Comparison::Contains)),
        table.get("length", |value| value.number(0..=usize::MAX)).map(Comparison::Length),
        table.get("exists", |value| value.switch()).map(Comparison::Exists),
    ];
    let comparison = comparison.into_iter().flatten().next();
    if comparison.is_none() {
        table.lacks(
            &["equals", "differs", "at_least", "at_most", "contains", "length", "exists"],
            "what must hold, such as: equals = 6",
        );
    }
    table.finish();
    Some(Condition { pointer: at?, comparison: comparison? })
}

fn number(entry: &Entry) -> Option<f64> {
    entry.as_number().or_else(|| entry.mistyped("a number"))
}
