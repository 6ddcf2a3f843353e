//! `[packages.NAME]`: folders with a version, and the places declared in them.

use std::collections::BTreeMap;

use crate::model::config::{Dates, Find, Package, PlaceRule};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};

use super::entry::Entry;
use super::places::place;
use super::reader::Section;
use super::release::POLICIES;
use super::values::Names;

/// Shown where no package is configured: what the smallest config looks like.
const SMALLEST: &str = "the smallest config, for one package at the repository's root:\n\
    # windlass.toml\n\
    [packages.my-app]\n\
    path = \".\"";

/// The packages in the file's order, and every name given to one.
pub(super) fn read(root: &mut Section) -> (Vec<Package>, Names) {
    let (tables, names) = root.named("packages", "package");
    if names.len() == 0 {
        if names.is_complete() || !root.has("packages") {
            root.lacks(&["packages"], SMALLEST);
        }
        return (Vec::new(), Names::unknown("package"));
    }
    let only = names.len() == 1;
    let packages: Vec<Package> =
        tables.into_iter().filter_map(|(name, table)| package(name, table, only)).collect();
    one_folder_each(root, &packages);
    one_declaration_each(root, &packages);
    (packages, names)
}

fn package(name: Name, mut table: Section, only: bool) -> Option<Package> {
    let line = table.line();
    let path = if only {
        table.take("path").map_or_else(|| Some(RepoPath::default()), |value| value.path_from_root())
    } else {
        let example = format!("the folder that holds it, such as: path = \"packages/{name}\"");
        table.require("path", example).and_then(|value| value.path_from_root())
    };
    let form = table.get("form", Entry::form);
    let requirements = table.get("requirements", |value| value.one_of(&POLICIES));
    let folder = path.clone().unwrap_or_default();
    let places =
        table.get("places", |value| value.each("places", |entry| place(entry, &folder))).unwrap_or_default();
    let images = table.get("images", |value| value.each("images", image)).unwrap_or_default();
    let dates = table.get("dates", |value| value.one_of(&DATES)).unwrap_or_default();
    table.finish();
    Some(Package { name, path: path?, form, requirements, places, images, dates, line })
}

pub(super) const DATES: [(&str, Dates); 2] = [("every", Dates::Every), ("stable", Dates::Stable)];

/// The name of an image without tag and digest, as a registry knows it (OCI Distribution
/// Specification, "Pulling manifests": lower case, parts between slashes).
fn image(entry: &Entry) -> Option<String> {
    entry.checked("an image's name without a tag, such as `ghcr.io/example/api`", |text| {
        let odd = |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "./_-:".contains(c));
        let path = text.split_once('/').map_or(text, |(_, path)| path);
        if text.split('/').any(str::is_empty) {
            Err("has an empty part".to_owned())
        } else if let Some(c) = text.chars().find(|c| odd(*c)) {
            Err(format!("holds {c:?}"))
        } else if path.contains(':') {
            Err("holds a tag".to_owned())
        } else {
            Ok(text.to_owned())
        }
    })
}

/// Two packages in one folder would both claim its manifest.
fn one_folder_each(root: &Section, packages: &[Package]) {
    let mut firsts: BTreeMap<&RepoPath, &Package> = BTreeMap::new();
    for package in packages {
        let first = *firsts.entry(&package.path).or_insert(package);
        if !std::ptr::eq(first, package) {
            let what = format!(
                "the packages `{}` and `{}` are both in `{}`",
                first.name, package.name, package.path
            );
            let problem = Problem::new(Code::W0107, what)
                .why("a folder's manifest is one package's")
                .help(format!("`{}` is at line {}; give one of them another `path`", first.name, first.line));
            root.reader().report(package.line, problem);
        }
    }
}

/// The same spot declared twice would be edited twice.
fn one_declaration_each(root: &Section, packages: &[Package]) {
    let spot = |place: &PlaceRule| match &place.find {
        Find::Key(key) => (place.file.clone(), format!("the key `{key}`")),
        Find::Pattern { pattern, .. } => (place.file.clone(), format!("the pattern `{pattern}`")),
    };
    let mut firsts: BTreeMap<(RepoPath, String), &PlaceRule> = BTreeMap::new();
    for place in packages.iter().flat_map(|package| &package.places) {
        let first = *firsts.entry(spot(place)).or_insert(place);
        if !std::ptr::eq(first, place) {
            let (file, find) = spot(place);
            let what = format!("{find} of `{file}` is declared twice");
            let problem =
                Problem::new(Code::W0107, what).help(format!("the first is at line {}", first.line));
            root.reader().report(place.line, problem);
        }
    }
}
