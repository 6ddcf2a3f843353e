//! `[changelogs.NAME]`: each changelog, its fragments and how it is written.

use crate::model::config::{Body, ChangelogRules, Level, Links, Rotate};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::template::{Part, Template};

use super::Surroundings;
use super::entry::Entry;
use super::kinds::{self, LEVELS};
use super::reader::Section;
use super::values::{Names, line, placeholders};

const HEADING: &str = "## [{version}] - {date}";
const HEADING_VALUES: [&str; 2] = ["date", "versions"];
const LINK_VALUES: [&str; 2] = ["previous", "tag"];
const LINKS: &str =
    "`false`, `true` to continue the links that are there, or a URL with `{previous}` and `{tag}`";
pub(super) const ROTATES: [(&str, Rotate); 2] = [("stable", Rotate::Stable), ("every", Rotate::Every)];
pub(super) const BODIES: [(&str, Body); 2] = [("items", Body::Items), ("verbatim", Body::Verbatim)];

/// The changelogs in the file's order; where none is configured, the `CHANGELOG.md` at the root.
pub(super) fn read(root: &mut Section, groups: &Names, around: &Surroundings) -> Vec<ChangelogRules> {
    let (tables, names) = root.named("changelogs", "changelog");
    let usual = RepoPath::default().child("CHANGELOG.md");
    if names.is_complete() && names.len() == 0 && (around.exists)(&usual) {
        let table = Section::new(root.reader(), None, "changelogs.root".to_owned(), 1);
        let name = Name::parse("root").ok();
        return name.and_then(|name| changelog(name, table, Some(usual), groups, true)).into_iter().collect();
    }
    let only = names.len() == 1;
    let read: Vec<ChangelogRules> =
        tables.into_iter().filter_map(|(name, table)| changelog(name, table, None, groups, only)).collect();
    one_file_each(root, &read);
    read
}

/// Reads one table; a `file` that is known already is the one of a changelog nobody configured.
fn changelog(
    name: Name,
    mut table: Section,
    usual: Option<RepoPath>,
    groups: &Names,
    only: bool,
) -> Option<ChangelogRules> {
    let at = usual.is_none().then(|| table.line());
    let file = usual.or_else(|| {
        let file = table.require("file", "the changelog, such as: file = \"CHANGELOG.md\"");
        file.and_then(|value| value.path_from_root())
    });
    let fragments = match table.take("fragments") {
        Some(value) => folder(&value),
        None => Some(file.as_ref().and_then(usual_fragments)),
    };
    let groups = telling(&mut table, groups, only);
    let kinds = table.take("kinds").map_or_else(|| Some(kinds::usual()), |value| kinds::read(&value));
    let heading = table.checked_or("heading", HEADING, &placeholders(&HEADING_VALUES), heading);
    let rotate = table.get("rotate", |value| value.one_of(&ROTATES)).unwrap_or(Rotate::Stable);
    let links = table.take("links").map_or(Some(Links::Off), |value| links(&value));
    let placeholder = table.get("placeholder", placeholder).flatten();
    let body = table.get("body", |value| value.one_of(&BODIES)).unwrap_or(Body::Items);
    let unreleased = table.get("unreleased", Entry::switch).unwrap_or(true);
    let mut exempt = table.section("exempt");
    let exempt_branches =
        exempt.get("branches", |value| value.each("branches", Entry::branch_glob)).unwrap_or_default();
    let exempt_labels = exempt
        .get("labels", |value| value.each("labels", |entry| entry.words().map(str::to_owned)))
        .unwrap_or_default();
    exempt.finish();
    let zero_major = table.get("zero_major", |value| value.one_of(&LEVELS)).unwrap_or(Level::Minor);
    if placeholder.is_some() && !unreleased {
        let what = format!("{} has a `placeholder` and `unreleased = false`", table.title());
        let help = "the placeholder stands under `[Unreleased]`: take one of them out";
        table.report(Problem::new(Code::W0107, what).help(help));
    }
    table.finish();
    Some(ChangelogRules {
        name,
        file: file?,
        fragments: fragments?,
        groups: groups?,
        kinds: kinds?,
        heading: heading?,
        rotate,
        links: links?,
        placeholder,
        body,
        unreleased,
        exempt_branches,
        exempt_labels,
        zero_major,
        line: at,
    })
}

/// `changelog.d` for a changelog at the root.
fn usual_fragments(file: &RepoPath) -> Option<RepoPath> {
    file.parent()?.is_root().then(|| RepoPath::default().child("changelog.d"))
}

/// `fragments`: a folder, or `false` for none.
fn folder(value: &Entry) -> Option<Option<RepoPath>> {
    match value.as_switch() {
        Some(false) => Some(None),
        None if value.as_text().is_some() => match value.path_from_root()? {
            root if root.is_root() => {
                value.refuse("is the repository's root", "a folder of its own, or `false`")
            }
            folder => Some(Some(folder)),
        },
        _ => value.mistyped("a folder such as `\"changelog.d\"`, or `false`"),
    }
}

/// The groups a changelog tells of. With one changelog or one group there is no choice to make.
fn telling(table: &mut Section, groups: &Names, only: bool) -> Option<Vec<Name>> {
    let choice = groups.is_complete() && groups.len() > 1 && !only;
    let value = if choice {
        table.require("groups", "the groups it tells of, such as: groups = [\"api\"]")?
    } else if let Some(value) = table.take("groups") {
        value
    } else {
        return Some(groups.all());
    };
    let named = value.some("groups", |entry| Some((entry.refers_to(groups)?, entry.line())))?;
    let mut seen: Vec<Name> = Vec::new();
    for (name, line) in named {
        if seen.contains(&name) {
            let what = format!("{} names the group `{name}` twice", value.label());
            value.report_at(line, Problem::new(Code::W0107, what).help("once is enough"));
        }
        seen.push(name);
    }
    Some(seen)
}

fn heading(text: &str) -> Result<Template, String> {
    let heading = line(text, &HEADING_VALUES)?;
    let versions = Part::Value("versions".to_owned());
    if !heading.has_version() && !heading.parts().contains(&versions) {
        Err("holds no `{version}`".to_owned())
    } else if !text.starts_with('#') {
        Err("is no Markdown heading: it starts with no `#`".to_owned())
    } else {
        Ok(heading)
    }
}

fn links(value: &Entry) -> Option<Links> {
    match value.as_switch() {
        Some(false) => Some(Links::Off),
        Some(true) => Some(Links::Continue),
        None => value
            .checked(LINKS, |text| {
                let template = line(text, &LINK_VALUES)?;
                let tag = Part::Value("tag".to_owned());
                if template.parts().contains(&tag) {
                    Ok(template)
                } else {
                    Err("holds no `{tag}`".to_owned())
                }
            })
            .map(Links::Template),
    }
}

/// A line of text; an empty one is none.
fn placeholder(value: &Entry) -> Option<Option<String>> {
    match value.as_text() {
        Some("") => Some(None),
        _ => value.words().map(|text| Some(text.to_owned())),
    }
}

/// Two changelogs in one file, or fed from one folder, would each take the other's notes.
fn one_file_each(root: &Section, changelogs: &[ChangelogRules]) {
    for (index, second) in changelogs.iter().enumerate() {
        for first in &changelogs[..index] {
            let shared = if first.file == second.file {
                format!("are both `{}`", second.file)
            } else if let Some(folder) =
                second.fragments.as_ref().filter(|_| first.fragments == second.fragments)
            {
                format!("both take their fragments from `{folder}`")
            } else {
                continue;
            };
            let what = format!("the changelogs `{}` and `{}` {shared}", first.name, second.name);
            let line = first.line.unwrap_or(1);
            let help = format!("the first is at line {line}; give each its own `file` and `fragments`");
            root.reader().report(second.line.unwrap_or(1), Problem::new(Code::W0107, what).help(help));
        }
    }
}
