//! What is started: setup, services, compose, seed.

use std::collections::BTreeMap;

use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::smoke::{Compose, Seed, Service, Step};

use super::super::entry::Entry;
use super::super::hooks::{environment, program};
use super::super::reader::Section;
use super::super::values::Names;
use super::LONGEST;
use super::texts::{Texts, path};

/// Seconds for a service to be ready, a seed to be sown; a setup or an image's build takes longer.
const READY: usize = 60;
const SETUP: usize = 900;
const RUN: &str =
    "the program and each argument, such as: run = [\"python3\", \"-m\", \"api\", \"--port\", \"{port}\"]";

/// A list of words, or a table with `run` and what belongs to it.
pub(super) fn bare_step(entry: &Entry, texts: &Texts) -> Option<Step> {
    if !entry.is_table() {
        let run = program(entry, &texts.allowed())?;
        return Some(Step { run, dir: RepoPath::default(), env: BTreeMap::new(), limit: SETUP });
    }
    let mut table = entry.section()?;
    let step = step(&mut table, texts, SETUP);
    if step.is_none() {
        table.lacks(&["run"], RUN);
    }
    table.finish();
    step
}

/// `run`, `dir`, `env` and `limit` of a table; none where it has no `run`.
pub(super) fn step(table: &mut Section, texts: &Texts, limit: usize) -> Option<Step> {
    let run = table.get("run", |value| program(value, &texts.allowed()));
    let dir = table.take("dir").map_or(Some(RepoPath::default()), |value| value.path_from_root());
    let env = table.get("env", |value| environment(value, &texts.allowed())).unwrap_or_default();
    let limit = limit_of(table, limit);
    Some(Step { run: run?, dir: dir?, env, limit })
}

fn limit_of(table: &mut Section, usual: usize) -> usize {
    table.get("limit", |value| value.number(1..=LONGEST)).unwrap_or(usual)
}

pub(super) fn service(name: Name, mut table: Section, texts: &Texts) -> Option<Service> {
    let start = step(&mut table, texts, READY);
    let limit = limit_of(&mut table, READY);
    let port = table.get("port", |value| value.number(1..=65_535)).and_then(|port| u16::try_from(port).ok());
    let ready = table.take("ready").map_or(Some("/".to_owned()), |value| path(&value));
    table.finish();
    Some(Service { name, start, port, ready: ready?, limit })
}

pub(super) fn compose(mut table: Section, texts: &Texts) -> Option<Compose> {
    let file = table.require("file", "file = \"compose.yaml\"").and_then(|value| value.path_from_root());
    let env = table.get("env", |value| environment(value, &texts.allowed())).unwrap_or_default();
    let setup = table.get("setup", |value| value.each("commands", |entry| bare_step(entry, texts)));
    let build = table.get("build", Entry::switch).unwrap_or(true);
    let limit = limit_of(&mut table, SETUP);
    table.finish();
    Some(Compose { file: file?, setup: setup.unwrap_or_default(), build, env, limit })
}

pub(super) fn seed(mut table: Section, texts: &Texts, services: &Names) -> Option<Seed> {
    let run = step(&mut table, texts, READY);
    let limit = limit_of(&mut table, READY);
    let exec = table.get("exec", |value| program(value, &texts.allowed()));
    let service = table.get("service", |value| value.refers_to(services));
    if run.is_none() && exec.is_none() {
        table.lacks(&["run", "exec"], "run = [\"python3\", \"-m\", \"api\", \"seed-demo\"]");
    }
    if exec.is_some() && service.is_none() {
        table.lacks(&["service"], "the compose service that `exec` runs in, such as: service = \"api\"");
    }
    table.finish();
    Some(Seed { run, exec: service.zip(exec), limit })
}
