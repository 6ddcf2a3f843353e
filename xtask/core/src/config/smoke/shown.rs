//! `[smoke]` as `config show` lists it: each key with its value in TOML's spelling.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::names::Name;
use crate::model::smoke::{
    Ask, Check, Comparison, Condition, ContractRule, Deed, Login, OperationRule, Seed, Service, Smoke, Step,
};
use crate::model::template::Template;

use super::super::reader::bare;
use super::super::settings::{array, inline, quoted, word};
use super::STACKS;

/// A table, a key, a value.
pub(in crate::config) type Shown = (String, &'static str, String);

/// Every key of the table that has a value.
pub(in crate::config) fn of(smoke: &Smoke) -> Vec<Shown> {
    let mut list: Vec<Shown> = Vec::new();
    let mut set = |key, value| list.push(("smoke".to_owned(), key, value));
    if let Some(group) = &smoke.group {
        set("group", quoted(group.as_str()));
    }
    set("stack", word(&STACKS, smoke.stack));
    set("base", quoted(smoke.base.as_str()));
    set("call_limit", smoke.call_limit.to_string());
    set("parallel", smoke.parallel.to_string());
    set("setup", array(smoke.setup.iter().map(|step| inline(in_step(step)))));
    set("seed", array(smoke.seed.iter().map(seed)));
    if let Some(login) = &smoke.login {
        set("login", inline(in_login(login)));
    }
    if let Some(version) = &smoke.version {
        let form = version.form.map(|form| ("form", quoted(&form.to_string())));
        let pairs = [("url", quoted(&version.url.to_string())), ("pointer", quoted(&version.pointer))];
        set("version", inline(pairs.into_iter().chain(form)));
    }
    if let Some(compose) = &smoke.compose {
        let pairs = [
            ("file", quoted(&compose.file.to_string())),
            ("setup", array(compose.setup.iter().map(|step| inline(in_step(step))))),
            ("build", compose.build.to_string()),
            ("env", templates(&compose.env)),
            ("limit", compose.limit.to_string()),
        ];
        set("compose", inline(pairs));
    }
    set("checks", array(smoke.checks.iter().map(check)));
    for secret in &smoke.secrets {
        let table = named("smoke.secrets", &secret.name);
        list.push((table.clone(), "env", quoted(&secret.env)));
        list.extend(secret.default.as_ref().map(|default| (table, "default", quoted(default))));
    }
    smoke.services.iter().for_each(|service| list.extend(of_service(service)));
    list.extend(smoke.contract.iter().flat_map(of_contract));
    list
}

fn named(table: &str, name: &Name) -> String {
    format!("{table}.{}", bare(name.as_str()))
}

fn of_service(service: &Service) -> Vec<Shown> {
    let table = named("smoke.services", &service.name);
    let mut pairs = Vec::new();
    if let Some(step) = &service.start {
        pairs.extend(in_step(step).into_iter().filter(|(key, _)| *key != "limit"));
    }
    pairs.extend(service.port.map(|port| ("port", port.to_string())));
    pairs.push(("ready", quoted(&service.ready)));
    pairs.push(("limit", service.limit.to_string()));
    pairs.into_iter().map(|(key, value)| (table.clone(), key, value)).collect()
}

fn of_contract(contract: &ContractRule) -> Vec<Shown> {
    let url = contract.url.as_ref().map(|url| ("url", quoted(url)));
    let operations = contract.operations.iter().map(|(id, rule)| (bare(id), inline(in_operation(rule))));
    let pairs = [("file", quoted(&contract.file.to_string())), ("minimum", contract.minimum.to_string())];
    let rest = [("values", shapes(&contract.values)), ("operations", inline(operations))];
    let pairs = pairs.into_iter().chain(url).chain(rest);
    pairs.map(|(key, value)| ("smoke.contract".to_owned(), key, value)).collect()
}

type Pairs = Vec<(&'static str, String)>;

fn in_operation(rule: &OperationRule) -> Pairs {
    let mut pairs = vec![("values", shapes(&rule.values))];
    pairs.extend(rule.body.as_ref().map(|body| ("body", toml(body))));
    pairs.extend(rule.skip.as_ref().map(|why| ("skip", quoted(why))));
    pairs
}

fn in_step(step: &Step) -> Pairs {
    vec![
        ("run", words(&step.run)),
        ("dir", quoted(&step.dir.to_string())),
        ("env", templates(&step.env)),
        ("limit", step.limit.to_string()),
    ]
}

fn seed(seed: &Seed) -> String {
    let mut pairs = Vec::new();
    if let Some(step) = &seed.run {
        pairs.extend(in_step(step).into_iter().filter(|(key, _)| *key != "limit"));
    }
    if let Some((service, exec)) = &seed.exec {
        pairs.push(("service", quoted(service.as_str())));
        pairs.push(("exec", words(exec)));
    }
    pairs.push(("limit", seed.limit.to_string()));
    inline(pairs)
}

fn in_login(login: &Login) -> Pairs {
    let mut pairs = in_ask(&login.ask);
    pairs.push(("pointer", quoted(&login.pointer)));
    pairs
}

fn in_ask(ask: &Ask) -> Pairs {
    let mut pairs = vec![
        ("method", quoted(ask.method.name())),
        ("url", quoted(&ask.url.to_string())),
        ("headers", templates(&ask.headers)),
    ];
    pairs.extend(ask.body.as_ref().map(|body| ("body", toml(body))));
    pairs.push(("form", ask.form.to_string()));
    pairs
}

fn check(check: &Check) -> String {
    let mut pairs = vec![("name", quoted(&check.name))];
    match &check.deed {
        Deed::Ask { ask, status } => {
            pairs.extend(in_ask(ask));
            pairs.push(("login", ask.login.to_string()));
            pairs.push(("status", status.to_string()));
        }
        Deed::Run(step) => pairs.extend(in_step(step)),
    }
    pairs.push(("json", array(check.json.iter().map(condition))));
    pairs.push(("text", words(&check.text)));
    pairs.push(("save", inline(check.save.iter().map(|(name, at)| (bare(name), quoted(at))))));
    pairs.push(("retries", check.retries.to_string()));
    pairs.push(("first", check.first.to_string()));
    pairs.extend(check.remote.map(|remote| ("remote", remote.to_string())));
    inline(pairs)
}

fn condition(condition: &Condition) -> String {
    let (key, value) = match &condition.comparison {
        Comparison::Equals(value) => ("equals", toml(value)),
        Comparison::Differs(value) => ("differs", toml(value)),
        Comparison::AtLeast(number) => ("at_least", number.to_string()),
        Comparison::AtMost(number) => ("at_most", number.to_string()),
        Comparison::Contains(value) => ("contains", toml(value)),
        Comparison::Length(length) => ("length", length.to_string()),
        Comparison::Exists(exists) => ("exists", exists.to_string()),
    };
    inline([("pointer", quoted(&condition.pointer)), (key, value)])
}

fn words(words: &[Template]) -> String {
    array(words.iter().map(|word| quoted(&word.to_string())))
}

fn templates(texts: &BTreeMap<String, Template>) -> String {
    inline(texts.iter().map(|(name, text)| (bare(name), quoted(&text.to_string()))))
}

fn shapes(values: &BTreeMap<String, Json>) -> String {
    inline(values.iter().map(|(name, value)| (bare(name), toml(value))))
}

/// JSON in TOML's spelling, which has no null.
fn toml(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(items) => array(items.iter().map(toml)),
        Json::Object(pairs) => inline(pairs.iter().map(|(key, value)| (bare(key), toml(value)))),
        other => other.to_string(),
    }
}
