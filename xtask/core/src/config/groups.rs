//! `[groups.NAME]`: packages that move together.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::config::{Flow, Group, Level, Package};
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::requirement::Policy;
use crate::model::template::Template;

use super::entry::Entry;
use super::kinds::LEVELS;
use super::nearest::listed;
use super::reader::Section;
use super::release::POLICIES;
use super::tags::{self, Tag};
use super::values::Names;

pub(super) const FLOWS: [(&str, Flow); 2] = [("direct", Flow::Direct), ("reviewed", Flow::Reviewed)];

/// A group as far as its own table says.
struct Draft {
    name: Name,
    /// Each member with the line that names it; none when the list itself was refused.
    members: Option<Vec<(Name, usize)>>,
    /// The line that says `default = true`.
    default: Option<usize>,
    base: Option<Name>,
    flow: Flow,
    development: Option<Level>,
    /// None for the default tag.
    tags: Option<Vec<Tag>>,
    requirements: Option<Policy>,
    milestone: Option<Template>,
    line: Option<usize>,
}

/// The groups in the file's order, then a group of one for every package that none names;
/// and every name given to a group.
pub(super) fn read(root: &mut Section, packages: &[Package], known: &Names) -> (Vec<Group>, Names) {
    let (tables, mut names) = root.named("groups", "group");
    let mut drafts: Vec<Draft> = tables.into_iter().map(|(name, table)| draft(name, table, known)).collect();
    one_group_each(root, &drafts);
    one_default(root, &drafts);
    let whole = names.is_complete()
        && names.len() == drafts.len()
        && drafts.iter().all(|draft| draft.members.is_some());
    if whole {
        let unwritten = if drafts.is_empty() { all_in_one(packages) } else { alone(root, &drafts, packages) };
        unwritten.iter().for_each(|draft| names.add(&draft.name));
        drafts.extend(unwritten);
    }
    (finished(root, drafts), names)
}

fn draft(name: Name, mut table: Section, known: &Names) -> Draft {
    let line = Some(table.line());
    let members = table
        .require("packages", "the packages that move together, such as: packages = [\"api\", \"web\"]")
        .and_then(|value| value.some("packages", |entry| Some((entry.refers_to(known)?, entry.line()))));
    let default = table.take("default").and_then(|value| value.switch()?.then(|| value.line()));
    let base =
        table.get("base", |value| value.refers_to(known).and_then(|base| member(value, base, &members)));
    let flow = table.get("flow", |value| value.one_of(&FLOWS)).unwrap_or(Flow::Direct);
    let development = table.get("development", |value| value.one_of(&LEVELS));
    let tags = table.take("tags").map(|value| value.some("tags", tags::read).unwrap_or_default());
    let requirements = table.get("requirements", |value| value.one_of(&POLICIES));
    let milestone = table.get("milestone", super::forge::milestone);
    table.finish();
    Draft { name, members, default, base, flow, development, tags, requirements, milestone, line }
}

/// The base, if it is one of the group's packages.
fn member(value: &Entry, base: Name, members: &Option<Vec<(Name, usize)>>) -> Option<Name> {
    let members = members.as_ref()?;
    if members.iter().any(|(member, _)| *member == base) {
        return Some(base);
    }
    let names: Vec<&str> = members.iter().map(|(member, _)| member.as_str()).collect();
    let what = format!("{} names `{base}`, which is not in the group", value.label());
    let help = format!("name one of {}, or add `{base}` to the group's `packages`", listed(&names));
    value.report(Problem::new(Code::W0105, what).help(help));
    None
}

/// No configured group: every package moves together.
fn all_in_one(packages: &[Package]) -> Vec<Draft> {
    let name = match packages {
        [] => None,
        [only] => Some(only.name.clone()),
        _ => Name::parse("default").ok(),
    };
    let members: Vec<_> = packages.iter().map(|package| (package.name.clone(), package.line)).collect();
    name.map(|name| unwritten(name, members)).into_iter().collect()
}

/// A group of one for every package that no group names.
fn alone(root: &Section, drafts: &[Draft], packages: &[Package]) -> Vec<Draft> {
    let members = drafts.iter().flat_map(|draft| draft.members.iter().flatten());
    let named: BTreeSet<&Name> = members.map(|(name, _)| name).collect();
    let mut lone = Vec::new();
    for package in packages.iter().filter(|package| !named.contains(&package.name)) {
        if drafts.iter().any(|draft| draft.name == package.name) {
            let what = format!("the package `{0}` is not in the group `{0}`", package.name);
            let problem = Problem::new(Code::W0107, what)
                .why("a package that no group names is a group of its own, by its own name")
                .help(format!(
                    "add `{0}` to a group's `packages`, or give the group another name",
                    package.name
                ));
            root.reader().report(package.line, problem);
        } else {
            lone.push(unwritten(package.name.clone(), vec![(package.name.clone(), package.line)]));
        }
    }
    lone
}

fn unwritten(name: Name, members: Vec<(Name, usize)>) -> Draft {
    Draft {
        name,
        members: Some(members),
        default: None,
        base: None,
        flow: Flow::Direct,
        development: None,
        tags: None,
        requirements: None,
        milestone: None,
        line: None,
    }
}

fn one_group_each(root: &Section, drafts: &[Draft]) {
    let mut seen: BTreeMap<&Name, (&Name, usize)> = BTreeMap::new();
    for draft in drafts {
        for (package, line) in draft.members.iter().flatten() {
            if let Some((group, first)) = seen.get(package) {
                let what = if **group == draft.name {
                    format!("the group `{group}` names the package `{package}` twice")
                } else {
                    format!("the package `{package}` is in the groups `{group}` and `{}`", draft.name)
                };
                let problem = Problem::new(Code::W0107, what)
                    .help(format!("a package moves with one group; it is first named at line {first}"));
                root.reader().report(*line, problem);
            } else {
                seen.insert(package, (&draft.name, *line));
            }
        }
    }
}

fn one_default(root: &Section, drafts: &[Draft]) {
    let mut marked = drafts.iter().filter_map(|draft| Some((&draft.name, draft.default?)));
    let Some((first, at)) = marked.next() else { return };
    for (other, line) in marked {
        let what = format!("the groups `{first}` and `{other}` both say `default = true`");
        let help = format!("one group is released when the command names none; the first is at line {at}");
        root.reader().report(line, Problem::new(Code::W0107, what).help(help));
    }
}

/// Fills in the tags, whose default depends on how many groups there are.
fn finished(root: &Section, drafts: Vec<Draft>) -> Vec<Group> {
    let several = drafts.len() > 1;
    let mut seen = tags::Seen::default();
    let mut groups = Vec::new();
    for draft in drafts {
        let own = draft.line.or_else(|| draft.members.as_ref()?.first().map(|(_, line)| *line)).unwrap_or(1);
        let tags = match draft.tags {
            Some(tags) => tags,
            None => tags::default(root, &draft.name, several, own).into_iter().collect(),
        };
        let rules = tags.iter().map(|tag| tag.rule.clone()).collect();
        for tag in tags {
            seen.add(root, tag);
        }
        groups.push(Group {
            name: draft.name,
            packages: draft.members.unwrap_or_default().into_iter().map(|(name, _)| name).collect(),
            default: draft.default.is_some(),
            base: draft.base,
            flow: draft.flow,
            development: draft.development,
            tags: rules,
            requirements: draft.requirements,
            milestone: draft.milestone,
            line: draft.line,
        });
    }
    groups
}

/// The groups that `groups` of a table names, else the one that is released when a command names none.
pub(super) fn concerned(table: &mut Section, groups: &[Group], names: &Names) -> Option<Vec<Name>> {
    if let Some(value) = table.take("groups") {
        return value.some("groups", |entry| entry.refers_to(names));
    }
    let default = match groups {
        [only] => Some(only),
        groups => groups.iter().find(|group| group.default),
    };
    match default {
        Some(group) => Some(vec![group.name.clone()]),
        // Groups that could not be read are told of already.
        None if groups.is_empty() => Some(Vec::new()),
        None => {
            table.lacks(
                &["groups"],
                format!("whose releases are meant, such as: groups = [\"{}\"]", groups[0].name),
            );
            None
        }
    }
}
