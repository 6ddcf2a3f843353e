//! `[smoke]`: the stack, its seed, the login, the contract, the checks.

mod checks;
mod contract;
pub(super) mod shown;
mod stack;
mod texts;

use crate::model::names::Name;
use crate::model::smoke::{SecretRule, Smoke, StackKind, VersionRule};

use super::entry::Entry;
use super::hooks::is_variable;
use super::reader::Section;
use super::values::Names;

use texts::Texts;

pub(super) const STACKS: [(&str, StackKind); 2] =
    [("process", StackKind::Process), ("compose", StackKind::Compose)];

/// Seconds that anything may take, at most.
const LONGEST: usize = 3600;

pub(super) fn read(root: &mut Section, groups: &Names) -> Option<Smoke> {
    let mut table = root.get("smoke", Entry::section)?;
    let group = table.get("group", |value| value.refers_to(groups));
    let stack = table.get("stack", |value| value.one_of(&STACKS));
    let call_limit = table.get("call_limit", |value| value.number(1..=LONGEST)).unwrap_or(10);
    let parallel = table.get("parallel", |value| value.number(1..=64)).unwrap_or(8);
    let (secrets, _) = table.named("secrets", "secret");
    let secrets: Vec<SecretRule> =
        secrets.into_iter().filter_map(|(name, section)| secret(name, section)).collect();
    let (services, service_names) = table.named("services", "service");
    let mut texts = Texts::new(&services.iter().map(|(name, _)| name).collect::<Vec<_>>(), &secrets);
    let setup = table
        .get("setup", |value| value.each("commands", |entry| stack::bare_step(entry, &texts)))
        .unwrap_or_default();
    let services: Vec<_> =
        services.into_iter().filter_map(|(name, section)| stack::service(name, section, &texts)).collect();
    let base = table.get("base", |value| value.refers_to(&service_names));
    let compose = table.get("compose", |value| stack::compose(value.section()?, &texts));
    let seed = table
        .get("seed", |value| {
            value.each("tables", |entry| stack::seed(entry.section()?, &texts, &service_names))
        })
        .unwrap_or_default();
    let login = table.get("login", |value| checks::login(value.section()?, &texts));
    let version = table.get("version", |value| version(value.section()?, &texts));
    let checks = checks::read(&mut table, &mut texts);
    let contract = table.get("contract", |value| contract::read(value.section()?, &texts));
    let first = services.first().map(|service| service.name.clone());
    if first.is_none() {
        table.lacks(
            &["services"],
            "[smoke.services.api]\nrun = [\"python3\", \"-m\", \"api\", \"--port\", \"{port}\"]",
        );
    }
    if stack == Some(StackKind::Compose) && compose.is_none() {
        table.lacks(
            &["compose"],
            "compose = { file = \"compose.yaml\", env = { API_PORT = \"{port:api}\" } }",
        );
    }
    table.finish();
    Some(Smoke {
        group,
        stack: stack.unwrap_or(StackKind::Process),
        base: base.or(first)?,
        setup,
        services,
        compose,
        seed,
        secrets,
        login,
        version,
        contract,
        checks,
        call_limit,
        parallel,
        placeholders: texts.into_placeholders(),
    })
}

fn secret(name: Name, mut table: Section) -> Option<SecretRule> {
    let env = table.require("env", "the variable that holds it, such as: env = \"DEMO_PASSWORD\"");
    let env = env.and_then(|value| {
        value.checked("an environment variable's name", |text| {
            if is_variable(text) { Ok(text.to_owned()) } else { Err("is none".to_owned()) }
        })
    });
    let default = table.get("default", |value| value.text().map(str::to_owned));
    table.finish();
    Some(SecretRule { name, env: env?, default })
}

fn version(mut table: Section, texts: &Texts) -> Option<VersionRule> {
    let url = table.require("url", "where it is told, such as: url = \"/health\"");
    let url = url.and_then(|value| texts.template(&value));
    let pointer = table.require("pointer", "where in the JSON, such as: pointer = \"/version\"");
    let pointer = pointer.and_then(|value| texts::pointer(&value));
    let form = table.get("form", |value| value.form());
    table.finish();
    Some(VersionRule { url: url?, pointer: pointer?, form })
}
