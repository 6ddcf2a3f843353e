//! `[downstream.NAME]`: repositories that build on this one.

use crate::model::address::Address;
use crate::model::config::Group;
use crate::model::downstream::{Downstream, Follow};
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::request::Bump;
use crate::model::target::Releases;

use super::entry::Entry;
use super::groups;
use super::hooks::program;
use super::pins::ADDRESS;
use super::reader::{Section, join};
use super::settings::{array, names, quoted, word};
use super::targets::RELEASES;
use super::values::Names;

const REPOSITORY: &str = "where it is, such as: repository = \"../enterprise\"";
const PIN: &str = "its name for this repository, as in its [pins.NAME]: pin = \"oss\"";
const BUMP: &str = "a bump, such as `minor` or `minor alpha`; without it the one that was released here";
const VALUES: [&str; 2] = ["tag", "bump"];

/// The downstream repositories in the file's order.
pub(super) fn read(root: &mut Section, groups: &[Group], group_names: &Names) -> Vec<Downstream> {
    let (tables, _) = root.named("downstream", "downstream repository");
    tables.into_iter().filter_map(|(name, table)| downstream(name, table, groups, group_names)).collect()
}

fn downstream(name: Name, mut table: Section, groups: &[Group], known: &Names) -> Option<Downstream> {
    let line = table.line();
    let repository =
        table.require("repository", REPOSITORY).and_then(|value| value.checked(ADDRESS, Address::parse));
    let pin = table.take("pin");
    let bump = table.take("bump");
    let command = table.take("command");
    let follow = match (pin, command) {
        (None, Some(command)) => program(&command, &VALUES).map(Follow::Command),
        (Some(pin), None) => {
            let bump = bump.as_ref().map_or(Some(None), |value| read_bump(value).map(Some));
            let pin = pin.checked("a pin's name", Name::parse);
            pin.zip(bump).map(|(pin, bump)| Follow::Pin { pin, bump })
        }
        (Some(_), Some(_)) => {
            let what = format!("{} has a `pin` and a `command`", table.title());
            let help = "the pin makes the command by itself: keep one";
            table.report(Problem::new(Code::W0107, what).help(help));
            None
        }
        (None, None) => {
            table.lacks(&["pin", "command"], PIN);
            None
        }
    };
    if table.has("command") && !table.has("pin") && table.has("bump") {
        let what = format!("{} has a `command` and a `bump`", table.title());
        let help = "write the bump into the command; `{bump}` is the one that was released here";
        table.report(Problem::new(Code::W0107, what).help(help));
    }
    let releases = table.get("releases", |value| value.one_of(&RELEASES)).unwrap_or(Releases::Stable);
    let groups = groups::concerned(&mut table, groups, known);
    table.finish();
    Some(Downstream { name, repository: repository?, follow: follow?, releases, groups: groups?, line })
}

fn read_bump(value: &Entry) -> Option<Bump> {
    value.checked(BUMP, |text| {
        let words: Vec<&str> = text.split(' ').collect();
        match Bump::parse(&words) {
            Ok(Bump::Exact(_)) => Err("is one version for ever".into()),
            Ok(bump) if bump.is_release() => Ok(bump),
            _ => Err("is no bump".into()),
        }
    })
}

/// Every resolved key of one: its table, the key, the value in TOML's spelling.
pub(super) fn shown(one: &Downstream) -> Vec<(String, &'static str, String)> {
    let mut keys = vec![("repository", quoted(&one.repository.to_string()))];
    match &one.follow {
        Follow::Pin { pin, bump } => {
            keys.push(("pin", quoted(pin.as_str())));
            keys.extend(bump.map(|bump| ("bump", quoted(&bump.to_string()))));
        }
        Follow::Command(run) => {
            keys.push(("command", array(run.iter().map(|argument| quoted(&argument.to_string())))));
        }
    }
    keys.push(("releases", word(&RELEASES, one.releases)));
    keys.push(("groups", names(&one.groups)));
    let table = join("downstream", one.name.as_str());
    keys.into_iter().map(|(key, value)| (table.clone(), key, value)).collect()
}
