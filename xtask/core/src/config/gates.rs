//! `[gates]`: what the gates are told, and gates of the repository's own.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::gate::Stage;
use crate::model::gate_rules::{CredentialRules, GateRules, Meaning, OwnGate, Range, Wait};
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::target::{Target, TargetKind};

use super::entry::{Entry, printable};
use super::hooks::program;
use super::nearest::advice;
use super::reader::{Section, bare};
use super::settings::{array, inline, quoted, word};

const STAGES: [(&str, Stage); 2] = [("release", Stage::Release), ("publish", Stage::Publish)];
const RUN: &str = "the program and each argument, such as: run = [\"scripts/check-licences\"]";
/// What the arguments of a gate's command may hold besides the version.
const VALUES: [&str; 2] = ["group", "tag"];
/// Seconds that a gate's command may take, unless it says otherwise.
const LIMIT: u64 = 600;

pub(super) fn read(mut table: Section, targets: &[Target]) -> GateRules {
    let mut rules = GateRules::default();
    if let Some(read) = table.get("credentials", |value| credentials(value, targets)) {
        rules.credentials = read;
    }
    rules.tools = table.get("tools", tools).unwrap_or_default();
    let mut rehearsal = table.section("rehearsal");
    rules.rehearsal = rehearsal.get("required", Entry::switch).unwrap_or(false);
    rehearsal.finish();
    let mut ci = table.section("ci-green");
    rules.ci_wait =
        ci.get("wait", |value| value.checked("a time, such as `30m`", Wait::parse)).unwrap_or_default();
    ci.finish();
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let own = table.get("own", |value| value.each("tables, each `[[gates.own]]`", |entry| own(entry, &seen)));
    rules.own = own.unwrap_or_default();
    table.finish();
    rules
}

fn credentials(value: &Entry, targets: &[Target]) -> Option<CredentialRules> {
    let mut table = value.section()?;
    let at = table.get("at", |value| value.some("stages", |entry| entry.one_of(&STAGES)));
    let who = table.get("who", |value| who(value, targets)).unwrap_or_default();
    table.finish();
    Some(CredentialRules { at: at.unwrap_or_else(|| GateRules::default().credentials.at), who })
}

/// Who is expected, by a target's label or its kind.
fn who(value: &Entry, targets: &[Target]) -> Option<BTreeMap<String, String>> {
    let table = value.section()?;
    let labels: Vec<String> = targets.iter().map(Target::label).collect();
    let kinds = TargetKind::ALL.iter().map(|kind| kind.name());
    let known: Vec<&str> = labels.iter().map(String::as_str).chain(kinds).collect();
    let mut who = BTreeMap::new();
    for (name, value) in table.pairs() {
        if !known.contains(&name) {
            let what = format!("{} names `{}`, which is no target", table.title(), printable(name));
            value.report(Problem::new(Code::W0105, what).help(advice(name, "target", &known)));
        } else if let Some(text) = value.words() {
            who.insert(name.to_owned(), text.to_owned());
        }
    }
    Some(who)
}

fn tools(value: &Entry) -> Option<BTreeMap<String, Range>> {
    let table = value.section()?;
    let mut tools = BTreeMap::new();
    for (name, value) in table.pairs() {
        if Name::parse(name).is_err() {
            let what = format!("{} names `{}`, which is no program", table.title(), printable(name));
            value.report(
                Problem::new(Code::W0104, what).help("allowed: a program's name, without its folder"),
            );
        } else if let Some(range) = value.checked("a range of versions, such as `>=10, <12`", Range::parse) {
            tools.insert(name.to_owned(), range);
        }
    }
    Some(tools)
}

fn own(entry: &Entry, seen: &std::cell::RefCell<BTreeSet<String>>) -> Option<OwnGate> {
    let mut table = entry.section()?;
    let name = table
        .require("name", "how tables and --skip-gate name it, such as: name = \"licences\"")
        .and_then(|value| {
            value.checked("letters, digits, `-`, `_` and `.`", |text| {
                Name::parse(text).map_err(|why| why.to_string())
            })
        });
    let run = table.require("run", RUN).and_then(|value| program(&value, &VALUES));
    let stages = table.get("stages", |value| value.some("stages", |entry| entry.one_of(&STAGES)));
    let meanings = table.get("meanings", meanings).unwrap_or_else(usual);
    let limit = table.get("limit", |value| value.number(1..=86_400)).map_or(LIMIT, |limit| limit as u64);
    table.finish();
    let name = format!("own/{}", name?);
    if !seen.borrow_mut().insert(name.clone()) {
        let what = format!("two entries of `gates.own` are named `{}`", name.trim_start_matches("own/"));
        entry.report(Problem::new(Code::W0107, what).help("give each a name of its own"));
    }
    let stages = stages.unwrap_or_else(|| vec![Stage::Release]);
    Some(OwnGate { name, run: run?, stages, meanings, limit })
}

/// Without a word 0 passes, and nothing else.
fn usual() -> BTreeMap<i32, Meaning> {
    BTreeMap::from([(0, Meaning::Pass)])
}

/// What exit codes mean.
fn meanings(value: &Entry) -> Option<BTreeMap<i32, Meaning>> {
    let table = value.section()?;
    let mut meanings = usual();
    for (code, value) in table.pairs() {
        match code.parse::<u8>() {
            Ok(number) if number.to_string() == code => {
                if let Some(meaning) = value.one_of(&Meaning::ALL) {
                    meanings.insert(i32::from(number), meaning);
                }
            }
            _ => {
                let what = format!("{} has `{}`, which is no exit code", table.title(), printable(code));
                let help = "allowed: a number from 0 to 255, such as `2 = \"off\"`";
                value.report(Problem::new(Code::W0104, what).help(help));
            }
        }
    }
    Some(meanings)
}

/// The keys that are said, with their values in TOML's spelling.
pub(super) fn shown(rules: &GateRules) -> Vec<(String, &'static str, String)> {
    let stages = |stages: &[Stage]| array(stages.iter().map(|stage| quoted(stage.name())));
    let mut all = Vec::new();
    let mut add = |table: &str, key: &'static str, value: String| all.push((table.to_owned(), key, value));
    let usual = GateRules::default();
    if rules.credentials.at != usual.credentials.at {
        add("gates.credentials", "at", stages(&rules.credentials.at));
    }
    if !rules.credentials.who.is_empty() {
        let who = rules.credentials.who.iter().map(|(name, text)| (bare(name), quoted(text)));
        add("gates.credentials", "who", inline(who));
    }
    if !rules.tools.is_empty() {
        let tools = rules.tools.iter().map(|(name, range)| (bare(name), quoted(&range.to_string())));
        add("gates", "tools", inline(tools));
    }
    if rules.ci_wait != usual.ci_wait {
        add("gates.ci-green", "wait", quoted(&rules.ci_wait.to_string()));
    }
    if rules.rehearsal {
        add("gates.rehearsal", "required", "true".into());
    }
    for (index, gate) in rules.own.iter().enumerate() {
        let table = format!("gates.own[{index}]");
        add(&table, "name", quoted(gate.name.trim_start_matches("own/")));
        add(&table, "run", array(gate.run.iter().map(|part| quoted(&part.to_string()))));
        add(&table, "stages", stages(&gate.stages));
        let meanings = gate.meanings.iter().map(|(code, meaning)| (*code, word(&Meaning::ALL, *meaning)));
        add(&table, "meanings", inline(meanings));
        add(&table, "limit", gate.limit.to_string());
    }
    all
}
