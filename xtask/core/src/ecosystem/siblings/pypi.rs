//! Python: requirement strings ([PEP 508](https://peps.python.org/pep-0508/)) in
//! `project.dependencies`, `project.optional-dependencies`, `dependency-groups` (PEP 735),
//! `build-system.requires` and uv's `dev-dependencies`; poetry's tables by name.
//!
//! uv.lock repeats the requirements of its packages under `metadata`, for a sibling from a folder
//! without their versions. poetry.lock holds a hash of its own package's, and those of packages from
//! folders as they stand there.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Dependency, On, Owner, part, published};
use crate::ecosystem::{Manifest, Ours};
use crate::format::Node;
use crate::format::toml::Toml;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::registry_name::normalised_pypi;
use crate::model::requirement::{Dialect, Hindrance};
use crate::model::tree::Tree;

/// The dependencies of a manifest.
pub fn of_package(root: Toml<'_>, owner: Owner<'_>) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    for path in [
        ["project", "dependencies"].as_slice(),
        &["build-system", "requires"],
        &["tool", "uv", "dev-dependencies"],
    ] {
        if let Some(list) = root.at(path)? {
            strings(list, &path.join("."), owner, &mut found)?;
        }
    }
    for path in [["project", "optional-dependencies"].as_slice(), &["dependency-groups"]] {
        let Some(groups) = root.at(path)? else { continue };
        for (group, list) in groups.members()? {
            strings(list, &format!("{}.{group}", path.join(".")), owner, &mut found)?;
        }
    }
    let Some(poetry) = root.at(&["tool", "poetry"])? else { return Ok(found) };
    for name in ["dependencies", "dev-dependencies"] {
        if let Some(table) = poetry.get(name)? {
            named(table, &format!("tool.poetry.{name}"), owner, &mut found)?;
        }
    }
    let Some(groups) = poetry.get("group")? else { return Ok(found) };
    for (group, node) in groups.members()? {
        if let Some(table) = node.get("dependencies")? {
            named(table, &format!("tool.poetry.group.{group}.dependencies"), owner, &mut found)?;
        }
    }
    Ok(found)
}

fn strings(
    list: Toml<'_>,
    table: &str,
    owner: Owner<'_>,
    found: &mut Vec<Dependency>,
) -> Result<(), Problem> {
    for item in list.items()? {
        let Some(token) = item.scalar() else { continue };
        if let Some((name, range)) = specifiers(&token.text) {
            let scalar = part(&token, range);
            found.push(owner.needs(On::Name(normalised_pypi(name)), table, name, scalar, Dialect::Pep440));
        }
    }
    Ok(())
}

fn named(table: Toml<'_>, name: &str, owner: Owner<'_>, found: &mut Vec<Dependency>) -> Result<(), Problem> {
    for (key, entry) in table.members()? {
        // One entry, or a list of those for different environments (Poetry, "Multiple constraints dependencies").
        let several = entry.items()?;
        for entry in if several.is_empty() { vec![entry] } else { several } {
            let version = entry.get("version")?.and_then(Node::scalar);
            if let Some(token) = entry.scalar().or(version).filter(|token| token.text != "*") {
                found.push(owner.needs(On::Name(normalised_pypi(&key)), name, &key, token, Dialect::Poetry));
            }
        }
    }
    Ok(())
}

/// The name in a requirement string and where its version specifiers stand; none where there are
/// none, or an address stands in their place.
fn specifiers(text: &str) -> Option<(&str, Range<usize>)> {
    let skip = |at: usize| at + (text[at..].len() - text[at..].trim_start().len());
    let start = skip(0);
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let end = text[start..].find(|c| !of_name(c)).map_or(text.len(), |len| start + len);
    let name = &text[start..end];
    let mut at = skip(end);
    if text[at..].starts_with('[') {
        at = skip(at + text[at..].find(']')? + 1);
    }
    let stop = if text[at..].starts_with('(') {
        at += 1;
        at + text[at..].find(')')?
    } else {
        text[at..].find(';').map_or(text.len(), |len| at + len)
    };
    let range = skip(at).min(stop)..at + text[at..stop].trim_end().len();
    (!name.is_empty() && !range.is_empty() && !text[range.clone()].starts_with('@')).then_some((name, range))
}

/// The copies in one entry of a uv.lock, those on ours alone.
pub fn of_lock_entry(
    registry: &BTreeSet<String>,
    entry: Toml<'_>,
    lock: &RepoPath,
    manifest: &Manifest,
    ours: &Ours<'_>,
) -> Result<Vec<Dependency>, Problem> {
    let owner = manifest.owner(lock);
    let of = entry.value_at(&["name"])?.unwrap_or_default();
    let mut lists = Vec::new();
    if let Some(list) = entry.at(&["metadata", "requires-dist"])? {
        lists.push((format!("package[\"{of}\"].metadata.requires-dist"), list));
    }
    if let Some(groups) = entry.at(&["metadata", "requires-dev"])? {
        for (group, list) in groups.members()? {
            lists.push((format!("package[\"{of}\"].metadata.requires-dev.{group}"), list));
        }
    }
    let mut found = Vec::new();
    for (table, list) in lists {
        for item in list.items()? {
            let (Some(name), Some(specifier)) = (item.value_at(&["name"])?, item.get("specifier")?) else {
                continue;
            };
            let Some(token) = specifier.scalar().filter(|_| ours.named(&name).is_some()) else { continue };
            let mut one = owner.needs(On::Name(name.to_string()), &table, &name, token, Dialect::Pep440);
            if registry.contains(&*name) {
                one.hindrance = Some(published(lock, &format!("package[\"{name}\"]")));
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// The copies in one entry of a poetry.lock, those on ours alone. Poetry writes them as the manifest does,
/// but for PEP 508's blanks and `==`.
pub fn of_poetry_entry(
    registry: &BTreeSet<String>,
    entry: Toml<'_>,
    lock: &RepoPath,
    manifest: &Manifest,
    ours: &Ours<'_>,
) -> Result<Vec<Dependency>, Problem> {
    let Some(table) = entry.get("dependencies")? else { return Ok(Vec::new()) };
    let of = entry.value_at(&["name"])?.unwrap_or_default();
    let mut found = Vec::new();
    named(table, &format!("package[\"{of}\"].dependencies"), manifest.owner(lock), &mut found)?;
    found.retain(|one| matches!(&one.on, On::Name(name) if ours.named(name).is_some()));
    for one in &mut found {
        if let On::Name(name) = &one.on
            && registry.contains(name)
        {
            one.hindrance = Some(published(lock, &format!("package[\"{name}\"]")));
        }
    }
    Ok(found)
}

/// The packages of ours that a lock takes from a registry, by normalised names. Poetry names the source of all others.
pub fn from_registry(
    packages: &[Toml<'_>],
    is_uv: bool,
    ours: &Ours<'_>,
) -> Result<BTreeSet<String>, Problem> {
    let mut found = BTreeSet::new();
    for entry in packages {
        let Some(name) = entry.value_at(&["name"])?.map(|name| normalised_pypi(&name)) else { continue };
        let published = match is_uv {
            true => entry.at(&["source", "registry"])?.is_some(),
            false => entry.value_at(&["source", "type"])?.is_none_or(|kind| kind == "legacy"),
        };
        if published && ours.named(&name).is_some() {
            found.insert(name);
        }
    }
    Ok(found)
}

/// A lock of poetry's or PDM's beside the manifest, whose hash of all requirements is not written
/// again.
pub fn hashed(tree: &dyn Tree, manifest: &Manifest) -> Option<Hindrance> {
    let locks = [("poetry.lock", "poetry"), ("pdm.lock", "pdm")];
    let (lock, tool) = locks
        .map(|(name, tool)| (manifest.folder.child(name), tool))
        .into_iter()
        .find(|(lock, _)| tree.contains(lock))?;
    let text = format!("`{lock}` holds a hash of it, which only {tool} can refresh");
    Some(Hindrance { file: lock, why: text, by_hook: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_specifiers_of_a_requirement_string() {
        let read = |text: &'static str| specifiers(text).map(|(name, range)| (name, &text[range]));
        assert_eq!(read("a>=0.1,<1"), Some(("a", ">=0.1,<1")));
        assert_eq!(read(" A_b.c [x, y] ~= 0.1 ; python_version > '3'"), Some(("A_b.c", "~= 0.1")));
        assert_eq!(read("a (==0.1) ; x == 'y'"), Some(("a", "==0.1")));
        assert_eq!(read("a( >=0.1 )"), Some(("a", ">=0.1")));
        for none in ["", "a", "a[x]", "a ; x == 'y'", "a @ file:///x", "a()", "a (>=1", "a[x >=1", ">=1"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
