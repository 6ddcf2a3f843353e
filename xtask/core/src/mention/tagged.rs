//! Versions in tags of ours: `ref: tool-v1.4.0`, and addresses of the repository's own pages.

use super::key;
use super::looked::Language;
use super::sight::{Evidence, FLAGS, Sighting, Spelled, View};
use super::spoken;
use crate::model::config::{Group, Package};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::template::{Part, Template};
use crate::workspace::Workspace;

/// What the tags of all groups look like, and where the repository is.
#[derive(Debug)]
pub struct Tags<'a> {
    shapes: Vec<Shape<'a>>,
    /// `github.com/acme/suite`.
    home: Option<String>,
}

/// A tag's text around its version.
#[derive(Debug)]
struct Shape<'a> {
    before: String,
    after: String,
    form: Form,
    group: &'a Name,
    /// The package that speaks for the group.
    package: &'a Package,
}

impl<'a> Tags<'a> {
    pub fn new(workspace: &'a Workspace, home: Option<&str>) -> Tags<'a> {
        let config = &workspace.config;
        let speaker = |group: &'a Group| config.package(group.base.as_ref().or(group.packages.first())?);
        let groups = config.groups.iter().filter_map(|group| Some((group, speaker(group)?)));
        let shapes = groups.flat_map(|(group, package)| {
            group.tags.iter().filter_map(move |rule| shape(group, package, &rule.name))
        });
        Tags { shapes: shapes.collect(), home: home.map(str::to_owned) }
    }

    /// The form of the group's tags in which a `v` stands before the version.
    pub fn form(&self, group: &Name) -> Option<Form> {
        let shape = self.shapes.iter().find(|shape| shape.group == group && shape.before.ends_with('v'))?;
        Some(shape.form)
    }
}

/// None for a template in which other values stand, or several versions.
fn shape<'a>(group: &'a Group, package: &'a Package, tag: &Template) -> Option<Shape<'a>> {
    let (mut before, mut after, mut form) = (String::new(), String::new(), None);
    for part in tag.parts() {
        let text = if form.is_some() { &mut after } else { &mut before };
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Value(name) if name == "group" => text.push_str(group.name.as_str()),
            Part::Version(own) if form.is_none() => form = Some(own.unwrap_or(Form::SEMVER)),
            _ => return None,
        }
    }
    let form = form?;
    let before = if form.v { before + "v" } else { before };
    Some(Shape { before, after, form: Form { v: false, ..form }, group: &group.name, package })
}

impl<'a> View<'_, 'a> {
    /// A tag that only one group has by its words, and any in an address of the repository's own.
    pub fn tagged(&self) -> Option<Sighting<'a>> {
        let before = &self.body[self.line..self.token.start];
        let fits =
            |shape: &&Shape<'a>| before.ends_with(&shape.before) && self.tail.starts_with(&shape.after);
        let shape = self.names.tags.shapes.iter().filter(fits).max_by_key(|shape| shape.before.len())?;
        let start = before.len() - shape.before.len();
        let around = &before[..start];
        let evidence = match self.of_home(around) {
            Some(evidence) => evidence,
            None if self.token.open || shape.before.trim_end_matches('v').is_empty() => return None,
            None => self.pinned(around)?,
        };
        let packages = vec![shape.package];
        Some(Sighting { spelled: Spelled::As(shape.form), ..self.sighting(start, packages, evidence)? })
    }

    /// What the address around a tag proves: a download is of that version, a page may tell its history.
    fn of_home(&self, around: &str) -> Option<Evidence> {
        let home = self.names.tags.home.as_deref()?;
        let below = &around[around.rfind(home)? + home.len()..];
        match below.trim_start_matches("/-") {
            "/releases/download/" | "/archive/" | "/archive/refs/tags/" => Some(Evidence::Near),
            "/releases/tag/" | "/releases/" | "/raw/" => Some(Evidence::Spoken),
            _ => None,
        }
    }

    /// What the text before a tag proves.
    fn pinned(&self, around: &str) -> Option<Evidence> {
        let is_prose = self.site.language == Language::Prose;
        if !is_prose && key::is_comment(self.head) {
            return None;
        }
        let text = around.trim_end_matches(['"', '\'', '`', '*']);
        let word = text.trim_end();
        let by_flag = FLAGS.iter().any(|flag| word.trim_end_matches('=').trim_end().ends_with(flag));
        match text.chars().last() {
            _ if by_flag => Some(Evidence::Named),
            Some('@') => Some(Evidence::Named),
            Some('/') => Some(if is_prose { Evidence::Spoken } else { Evidence::Near }),
            Some('=' | ' ' | '\t' | ':') if word.ends_with(['=', ':']) && !is_prose => Some(Evidence::Named),
            Some(' ' | '\t') if is_prose && !spoken::tells(text) => Some(Evidence::Spoken),
            Some('=' | ':') if is_prose => Some(Evidence::Spoken),
            None if is_prose => Some(Evidence::Spoken),
            _ => None,
        }
    }
}
