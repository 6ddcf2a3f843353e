//! A group's `tags`: a string each, or a table `{ name, kind, message, push }`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::config::{TagKind, TagRule};
use crate::model::form::Form;
use crate::model::names::{Name, TagName};
use crate::model::problem::{Code, Problem};
use crate::model::template::{Part, Template};
use crate::model::version::{Stage, Suffix, Version};

use super::entry::Entry;
use super::reader::Section;
use super::values::{line, placeholders, template};

pub(super) const ALLOWED: &str =
    "a tag's name with the whole version in it, such as `v{version}` or `api-v{version:pep440}`";
const MESSAGE: &str = "Release {tag}";
const MESSAGE_VALUES: [&str; 2] = ["tag", "group"];
pub(super) const KINDS: [(&str, TagKind); 2] =
    [("annotated", TagKind::Annotated), ("lightweight", TagKind::Lightweight)];
/// When a tag is pushed, and whether that is before the others.
pub(super) const PUSHES: [(&str, bool); 2] = [("together", false), ("first", true)];

/// A tag and the line that says it (a default stands at its group's).
pub(super) struct Tag {
    pub(super) rule: TagRule,
    pub(super) line: usize,
}

pub(super) fn read(entry: &Entry) -> Option<Tag> {
    if entry.as_text().is_some() {
        entry.stands_for("name");
        let rule = entry.checked(ALLOWED, |text| check_name(text).and_then(annotated))?;
        return Some(Tag { rule, line: entry.line() });
    }
    let mut table = entry.section()?;
    let name = table
        .require("name", "the tag's name, such as: name = \"v{version}\"")
        .and_then(|value| value.checked(ALLOWED, check_name));
    let kind = table.get("kind", |value| value.one_of(&KINDS)).unwrap_or(TagKind::Annotated);
    let has_message = table.has("message");
    let message = table.checked_or("message", MESSAGE, &placeholders(&MESSAGE_VALUES), |text| {
        template(text, &MESSAGE_VALUES)
    });
    let push_first = table.get("push", |value| value.one_of(&PUSHES)).unwrap_or(false);
    if has_message && kind == TagKind::Lightweight {
        let what = format!("{} is lightweight and has a `message`", table.title());
        let help = "a lightweight tag holds no message: take it out, or make the tag annotated";
        table.report(Problem::new(Code::W0107, what).help(help));
    }
    let line = table.line();
    table.finish();
    Some(Tag { rule: TagRule { name: name?, kind, message: message?, push_first }, line })
}

/// The one tag of a group that lists none: `v{version}`, or `api-v{version}` among several groups.
pub(super) fn default(root: &Section, group: &Name, several: bool, line: usize) -> Option<Tag> {
    let name = if several { format!("{group}-v{{version}}") } else { "v{version}".to_owned() };
    match check_name(&name).and_then(annotated) {
        Ok(rule) => Some(Tag { rule, line }),
        Err(why) => {
            let what = format!("the group `{group}` would be tagged `{name}`, which {why}");
            let problem = Problem::new(Code::W0104, what).help("give the group another name, or `tags`");
            root.reader().report(line, problem);
            None
        }
    }
}

fn annotated(name: Template) -> Result<TagRule, String> {
    let message = template(MESSAGE, &MESSAGE_VALUES)?;
    Ok(TagRule { name, kind: TagKind::Annotated, message, push_first: false })
}

/// A tag's name must tell every version apart and be one that git takes.
pub(super) fn check_name(text: &str) -> Result<Template, String> {
    let name = line(text, &[])?;
    let whole = |part: &Part| matches!(part, Part::Version(form) if form.is_none_or(Form::is_whole));
    if !name.parts().iter().any(whole) {
        return Err("does not hold the whole version, so that two releases would get one tag".to_owned());
    }
    for sample in samples(&name) {
        TagName::parse(&sample)?;
    }
    Ok(name)
}

/// The tag of a final version and of a pre-release.
fn samples(name: &Template) -> [String; 2] {
    let stable = Version::new(1, 2, 3);
    let pre = stable.with(Suffix::Pre(Stage::Rc, 4));
    [stable, pre].map(|version| name.render(version, Form::SEMVER, |_| String::new()))
}

/// The tags read so far, to be compared with each further one.
#[derive(Default)]
pub(super) struct Seen {
    tags: Vec<Tag>,
    /// The tags by what they would be called; those of pre-releases apart.
    names: [BTreeMap<String, Vec<usize>>; 2],
}

impl Seen {
    /// Takes a tag in, and refuses one that git could not hold beside those before: the same name,
    /// or one the folder of the other.
    pub(super) fn add(&mut self, root: &Section, tag: Tag) {
        let own = samples(&tag.rule.name);
        let near: BTreeSet<usize> =
            own.iter().zip(&self.names).flat_map(|(name, names)| beside(name, names)).collect();
        for first in near {
            side_by_side(root, &self.tags[first], &tag);
        }
        for (name, names) in own.into_iter().zip(&mut self.names) {
            names.entry(name).or_default().push(self.tags.len());
        }
        self.tags.push(tag);
    }
}

/// The tags with a name, with that of a folder above it, or with one below it.
fn beside<'a>(name: &'a str, names: &'a BTreeMap<String, Vec<usize>>) -> impl Iterator<Item = usize> + 'a {
    let above = name.match_indices('/').map(|(at, _)| &name[..at]).chain([name]);
    let above = above.filter_map(|name| names.get(name));
    let folder = format!("{name}/");
    let below = names.range(folder.clone()..).take_while(move |(name, _)| name.starts_with(&folder));
    above.chain(below.map(|(_, tags)| tags)).flatten().copied()
}

/// Refuses a tag that git could not hold beside an earlier one.
fn side_by_side(root: &Section, first: &Tag, tag: &Tag) {
    let (one, other) = (&first.rule.name, &tag.rule.name);
    let pairs = samples(one).into_iter().zip(samples(other));
    let what = pairs.into_iter().find_map(|(a, b)| match () {
        () if one == other => Some(format!("the tag `{one}` is listed twice")),
        () if a == b => Some(format!("the tags `{one}` and `{other}` are both `{a}` for one version")),
        () if a.starts_with(&format!("{b}/")) || b.starts_with(&format!("{a}/")) => {
            Some(format!("the tags `{one}` and `{other}` cannot both exist: git takes one for a folder"))
        }
        () => None,
    });
    if let Some(what) = what {
        let help = format!("the first is at line {}; give one of them another name", first.line);
        root.reader().report(tag.line, Problem::new(Code::W0107, what).help(help));
    }
}
