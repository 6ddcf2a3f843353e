//! `[[hooks]]`: programs that run after the edits and before the commit.

use std::collections::BTreeMap;

use crate::model::config::Hook;
use crate::model::hook::{OWN, OwnHook};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::template::Template;

use super::entry::Entry;
use super::reader::Section;
use super::values::Names;

/// What a hook's arguments and environment may hold besides the version.
const VALUES: [&str; 3] = ["group", "tag", "previous"];
const RUN: &str = "the program and each argument, such as: run = [\"bash\", \"scripts/export.sh\"]";

pub(super) fn read(root: &mut Section, groups: &Names) -> Vec<Hook> {
    root.get("hooks", |value| value.each("tables, each `[[hooks]]`", |entry| hook(entry.section()?, groups)))
        .unwrap_or_default()
}

/// The config's text for hooks of the repository's own `xtask`: they are read as all others are.
pub(super) fn spelled(own: &[OwnHook]) -> String {
    let text = |words: &[&str]| words.iter().copied().collect::<toml_edit::Array>().to_string();
    let one = |hook: &OwnHook| {
        let run: Vec<&str> = OWN.into_iter().chain([hook.name]).collect();
        format!(
            "[[hooks]]\nafter = {}\nname = {}\nrun = {}\nchanges = {}\n",
            toml_edit::Value::from(hook.after),
            toml_edit::Value::from(hook.name),
            text(&run),
            text(hook.changes)
        )
    };
    own.iter().map(one).collect()
}

fn hook(mut table: Section, groups: &Names) -> Option<Hook> {
    let line = table.line();
    let _: Option<()> = table.get("after", |value| value.one_of(&[("edit", ())]));
    let run = table.require("run", RUN).and_then(|value| program(&value, &VALUES));
    let name = table.get("name", |value| value.words().map(str::to_owned));
    let dir = table.take("dir").map_or(Some(RepoPath::default()), |value| value.path_from_root());
    let env = table.get("env", |value| environment(value, &VALUES)).unwrap_or_default();
    let changes = table.get("changes", |value| value.each("globs", Entry::path_glob)).unwrap_or_default();
    let groups: Option<Vec<Name>> =
        table.get("groups", |value| value.some("groups", |entry| entry.refers_to(groups)));
    let fine = table.get("fine", fine).unwrap_or_default();
    table.finish();
    let run = run?;
    let name = name.unwrap_or_else(|| usual_name(&run));
    Some(Hook { name, run, dir: dir?, env, changes, groups: groups.unwrap_or_default(), fine, line })
}

/// A program that says something, and its arguments, which may be empty.
pub(super) fn program(value: &Entry, values: &[&str]) -> Option<Vec<Template>> {
    let run = value.some("strings (the program and each argument)", |entry| {
        let text = entry.text()?;
        if text.is_empty() { Template::parse("", &[]).ok() } else { entry.template(values) }
    })?;
    match run.first() {
        Some(program) if program.to_string().trim().is_empty() => {
            value.refuse("starts with an empty program", "the program first, then its arguments")
        }
        _ => Some(run),
    }
}

/// The program and its first argument.
fn usual_name(run: &[Template]) -> String {
    run.iter().take(2).map(Template::to_string).collect::<Vec<_>>().join(" ")
}

pub(super) fn environment(value: &Entry, values: &[&str]) -> Option<BTreeMap<String, Template>> {
    let table = value.section()?;
    let mut env = BTreeMap::new();
    for (name, value) in table.pairs() {
        if !is_variable(name) {
            let what = format!("{} sets `{name}`, which is no environment variable's name", table.title());
            let problem = Problem::new(Code::W0104, what).help("allowed: letters, digits and `_`");
            value.report(problem);
        } else if let Some(template) = value.template(values) {
            env.insert(name.to_owned(), template);
        }
    }
    Some(env)
}

/// Whether a text can be an environment variable's name.
pub(super) fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Exit codes that are no failure, each with what it means.
fn fine(value: &Entry) -> Option<BTreeMap<i32, String>> {
    let table = value.section()?;
    let mut fine = BTreeMap::new();
    for (code, value) in table.pairs() {
        match code.parse::<u8>() {
            Ok(number @ 1..) if number.to_string() == code => {
                if let Some(meaning) = value.words() {
                    fine.insert(i32::from(number), meaning.to_owned());
                }
            }
            _ => {
                let what = format!("{} has `{code}`, which is no exit code of a failure", table.title());
                let help = "allowed: a number from 1 to 255, such as `2 = \"not yet shipped\"`";
                value.report(Problem::new(Code::W0104, what).help(help));
            }
        }
    }
    Some(fine)
}
