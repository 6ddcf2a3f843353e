//! `[pins.NAME]`: releases of other repositories that files of this one hold.

use crate::model::address::Address;
use crate::model::config::{After, ChangelogRules, Find, Group, PlaceRule};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::pin::Pin;
use crate::model::problem::{Code, Problem};
use crate::model::target::{Build, Releases, Target, TargetKind};
use crate::model::template::Template;

use super::entry::Entry;
use super::nearest::advice;
use super::places::{Examples, spot};
use super::reader::{Section, join};
use super::settings::{array, inline, names, quoted};
use super::target_rules;
use super::targets::{PRERELEASE_TAG, example, named, usual_credentials};
use super::values::{Names, line, placeholders};
use super::{groups, tags};

const REPOSITORY: &str = "where the upstream is, such as: repository = \"../oss\"";
const PLACES: &str =
    "what holds the pin, such as: places = [{ file = \".env\", pattern = \"OSS_TAG={tag}\" }]";
pub(super) const ADDRESS: &str =
    "a path from the repository's root, such as `../oss`, or a URL that git takes";
const TAG: &str = "v{version}";
const NOTE: &str = "Build on {name} {tag}";
const NOTE_VALUES: [&str; 3] = ["name", "tag", "previous"];
const KIND: &str = "changed";
const OF_PIN: Examples = Examples {
    file: "the file from the repository's root, such as: file = \".env\"",
    pattern: "a text around `{tag}`, `{version}` or `{version:FORM}`",
};

/// The pins in the file's order.
pub(super) fn read(
    root: &mut Section,
    groups: &[Group],
    group_names: &Names,
    changelogs: &[ChangelogRules],
) -> Vec<Pin> {
    let (tables, _) = root.named("pins", "pin");
    tables.into_iter().filter_map(|(name, table)| pin(name, table, groups, group_names, changelogs)).collect()
}

fn pin(
    name: Name,
    mut table: Section,
    groups: &[Group],
    group_names: &Names,
    changelogs: &[ChangelogRules],
) -> Option<Pin> {
    let at = table.line();
    let repository =
        table.require("repository", REPOSITORY).and_then(|value| value.checked(ADDRESS, Address::parse));
    let tag = table.checked_or("tag", TAG, tags::ALLOWED, tags::check_name);
    let places = table.require("places", PLACES).and_then(|value| {
        let tag = tag.as_ref()?;
        value.some("places", |entry| place(entry, tag))
    });
    let note = table.checked_or("note", NOTE, &placeholders(&NOTE_VALUES), |text| line(text, &NOTE_VALUES));
    let kind_at = table.take("kind");
    let kind = match &kind_at {
        Some(value) => value.words().map(str::to_owned),
        None => Some(KIND.to_owned()),
    };
    let targets =
        table.get("targets", |value| value.each("targets", |entry| target(entry, &name))).unwrap_or_default();
    let whose = groups::concerned(&mut table, groups, group_names);
    if let (Some(kind), Some(whose)) = (&kind, &whose) {
        let line = kind_at.map_or(at, |value| value.line());
        one_of_the_kinds(&table, line, kind, whose, changelogs);
    }
    table.finish();
    Some(Pin {
        name,
        repository: repository?,
        places: places?,
        tag: tag?,
        note: note?,
        kind: kind?,
        targets,
        groups: whose?,
        line: at,
    })
}

/// A place; in its pattern `{tag}` stands for the tag's own template.
fn place(entry: &Entry, tag: &Template) -> Option<PlaceRule> {
    let mut table = entry.section()?;
    let read = |text: &str| Template::pattern(&text.replace("{tag}", &tag.to_string()));
    let spot = spot(&mut table, &RepoPath::default(), &OF_PIN, read);
    let line = table.line();
    table.finish();
    let (file, find, form) = spot?;
    Some(PlaceRule { file, find, form, after: After::Release, line })
}

/// The line about the pin is a note of a category, which every changelog that tells of it must have.
fn one_of_the_kinds(
    table: &Section,
    line: usize,
    kind: &str,
    groups: &[Name],
    changelogs: &[ChangelogRules],
) {
    for rules in changelogs.iter().filter(|rules| rules.groups.iter().any(|group| groups.contains(group))) {
        let known: Vec<&str> = rules.kinds.iter().map(|kind| kind.name.as_str()).collect();
        if !known.contains(&kind) {
            let what = format!(
                "{} writes its note as `{kind}`, which is no category of {}",
                table.title(),
                rules.file
            );
            let problem = Problem::new(Code::W0105, what).help(advice(kind, "kind", &known));
            table.reader().report(line, problem);
        }
    }
}

/// What must stand at a registry: a target as far as looking needs it.
fn target(entry: &Entry, pin: &Name) -> Option<Target> {
    let mut table = entry.section()?;
    let line = table.line();
    let kinds: Vec<(&str, TargetKind)> = TargetKind::ALL
        .into_iter()
        .filter(|kind| *kind != TargetKind::Files)
        .map(|kind| (kind.name(), kind))
        .collect();
    let kind = table
        .require("kind", "the registry's kind, such as: kind = \"pypi\"")
        .and_then(|value| value.one_of(&kinds));
    let usual = kind.map_or("the name there", example);
    let name = table.require("name", format!("its name at the registry, such as: name = \"{usual}\""));
    let registry = table.get("registry", |value| value.checked("a registry's name", Name::parse));
    let tag = table.take("tag");
    let (Some(kind), Some(name)) = (kind, name) else {
        table.finish();
        return None;
    };
    for (key, kinds) in
        [("registry", &[TargetKind::Pypi, TargetKind::Crates][..]), ("tag", &[TargetKind::Image])]
    {
        if table.has(key) && !kinds.contains(&kind) {
            let what = format!("{} of kind `{kind}` has the key `{key}`", table.title());
            table.report(Problem::new(Code::W0731, what).help(format!("take `{key}` out")));
        }
    }
    let name = named(&name, kind);
    let tag = match tag {
        Some(tag) => tag.checked("the tag that names the version for ever, such as `v{version}`", |text| {
            let tag = line_of(text)?;
            if target_rules::is_fixed(&tag) { Ok(tag) } else { Err("moves with every release".into()) }
        }),
        None => Template::parse("{version}", &[]).ok(),
    };
    table.finish();
    Some(Target {
        package: pin.clone(),
        kind,
        name: Some(name?),
        registry,
        tags: if kind == TargetKind::Image { vec![tag?] } else { Vec::new() },
        prerelease_tag: PRERELEASE_TAG.to_owned(),
        releases: Releases::Every,
        required: true,
        credentials: usual_credentials(kind),
        private: false,
        after: Vec::new(),
        build: Build::default(),
        check: Vec::new(),
        line,
    })
}

fn line_of(text: &str) -> Result<Template, String> {
    line(text, &[])
}

/// Every resolved key of a pin: its table, the key, the value in TOML's spelling.
pub(super) fn shown(pin: &Pin) -> Vec<(String, &'static str, String)> {
    let table = join("pins", pin.name.as_str());
    let form = |form: Option<Form>| form.map(|form| ("form", quoted(&form.to_string())));
    let place = |place: &PlaceRule| {
        let file = ("file", quoted(place.file.as_str()));
        match &place.find {
            Find::Key(key) => inline([file, ("key", quoted(key))].into_iter().chain(form(place.form))),
            Find::Pattern { pattern, count } => {
                let found = [file, ("pattern", quoted(&pattern.to_string())), ("count", count.to_string())];
                inline(found.into_iter().chain(form(place.form)))
            }
        }
    };
    let target = |target: &Target| {
        let name = target.name.as_ref().map(|name| ("name", quoted(name.as_str())));
        let registry = target.registry.as_ref().map(|name| ("registry", quoted(name.as_str())));
        let tag = target.tags.first().map(|tag| ("tag", quoted(&tag.to_string())));
        inline([("kind", quoted(target.kind.name()))].into_iter().chain(name).chain(registry).chain(tag))
    };
    [
        ("repository", quoted(&pin.repository.to_string())),
        ("places", array(pin.places.iter().map(place))),
        ("tag", quoted(&pin.tag.to_string())),
        ("note", quoted(&pin.note.to_string())),
        ("kind", quoted(&pin.kind)),
        ("targets", array(pin.targets.iter().map(target))),
        ("groups", names(&pin.groups)),
    ]
    .map(|(key, value)| (table.clone(), key, value))
    .into()
}
