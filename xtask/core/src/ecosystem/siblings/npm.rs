//! npm: entries of `package.json` by a sibling's name whose value is a range
//! (docs.npmjs.com, "package.json", "dependencies"), also behind pnpm's and Yarn's `workspace:`.
//! Folders, links, addresses, tags and `workspace:^` say no version and are left alone.
//!
//! `package-lock.json` repeats the tables of its own package and of every linked or packed
//! sibling; up to version 2 it also has `requires` of packed siblings.

use std::collections::BTreeMap;

use super::{Dependency, On, Owner, part, published};
use crate::ecosystem::{Manifest, Ours, bun, bun_binary, deno};
use crate::format::json::Json;
use crate::format::{Node, Scalar};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::requirement::{Dialect, Hindrance};
use crate::model::tree::Tree;

const TABLES: [&str; 4] = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// The dependencies of a manifest, or of a lock's entry that repeats one (`prefix` then names it).
pub fn of_package(node: Json<'_>, prefix: &str, owner: Owner<'_>) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    for name in TABLES {
        if let Some(table) = node.get(name)? {
            entries(table, &format!("{prefix}{name}"), owner, &mut found)?;
        }
    }
    Ok(found)
}

fn entries(
    table: Json<'_>,
    name: &str,
    owner: Owner<'_>,
    found: &mut Vec<Dependency>,
) -> Result<(), Problem> {
    for (key, entry) in table.members()? {
        if let Some(range) = entry.scalar().and_then(|token| range(&token)) {
            found.push(owner.needs(On::Name(key.to_string()), name, &key, range, Dialect::Npm));
        }
    }
    Ok(())
}

/// The range in a value, if it is one.
fn range(token: &Scalar) -> Option<Scalar> {
    const WORKSPACE: &str = "workspace:";
    let text = token.text.as_str();
    let (inner, from) = match text.strip_prefix(WORKSPACE) {
        Some("*" | "^" | "~" | "") => return None,
        Some(inner) => (inner, WORKSPACE.len()),
        None => (text, 0),
    };
    let start = inner.trim_start();
    let begins =
        start.is_empty() || start.starts_with(|c: char| c.is_ascii_digit() || "^~<>=*xX|\\".contains(c));
    let begins =
        begins || start.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (begins && !inner.contains('/')).then(|| part(token, from..text.len()))
}

/// The copies in one entry of a lock's `packages`, those on ours alone.
pub fn of_lock_entry(
    packages: &BTreeMap<&str, Json<'_>>,
    (key, node): (&str, Json<'_>),
    lock: &RepoPath,
    manifest: &Manifest,
    ours: &Ours<'_>,
) -> Result<Vec<Dependency>, Problem> {
    let owner = manifest.owner(lock);
    let mut found = of_package(node, &format!("packages[\"{key}\"]."), owner)?;
    found.retain(|one| ours.named(&one.name).is_some());
    for one in &mut found {
        let own = if key.is_empty() { String::new() } else { format!("{key}/") };
        let places = [format!("{own}node_modules/{}", one.name), format!("node_modules/{}", one.name)];
        let installed = places.iter().find_map(|place| packages.get_key_value(place.as_str()));
        if let Some((place, entry)) = installed {
            let resolved = entry.value_at(&["resolved"])?;
            let linked = entry.get("link")?.is_some_and(Json::is_true)
                || resolved.is_some_and(|resolved| resolved.starts_with("file:"));
            one.hindrance = (!linked).then(|| published(lock, &format!("packages[\"{place}\"]")));
        }
    }
    Ok(found)
}

/// The `requires` of packed siblings in a lock of version 1 or 2.
pub fn of_old_lock(root: Json<'_>, lock: &RepoPath, ours: &Ours<'_>) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    let Some(all) = root.get("dependencies")? else { return Ok(found) };
    for (name, node) in all.members()? {
        let Some(manifest) = ours.named(&name).filter(|_| node.holds("\"file:")) else { continue };
        let packed = node.value_at(&["version"])?.is_some_and(|version| version.starts_with("file:"));
        if packed {
            found.extend(requires(node, &format!("dependencies[\"{name}\"]"), manifest.owner(lock), ours)?);
        }
    }
    Ok(found)
}

/// What an entry of the old table repeats of requirements on ours; `name` is the entry's for people.
pub fn requires(
    node: Json<'_>,
    name: &str,
    owner: Owner<'_>,
    ours: &Ours<'_>,
) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    if let Some(requires) = node.get("requires")? {
        entries(requires, &format!("{name}.requires"), owner, &mut found)?;
    }
    found.retain(|one| ours.named(&one.name).is_some());
    Ok(found)
}

/// The entry of a lock's old table for one of `packages` that was packed from a folder
/// (npm's `--install-links`): it says the package's own version, not the folder.
pub fn in_old_table<'a>(root: Json<'a>, key: &str) -> Result<Option<(Json<'a>, String)>, Problem> {
    let Some(path) = key.strip_prefix("node_modules/") else { return Ok(None) };
    let (mut node, mut name) = (root, String::new());
    for part in path.split("/node_modules/") {
        let Some(inside) = node.get("dependencies")? else { return Ok(None) };
        let Some(next) = inside.get(part)? else { return Ok(None) };
        node = next;
        let dot = if name.is_empty() { "" } else { "." };
        name.push_str(&format!("{dot}dependencies[\"{part}\"]"));
    }
    let version = node.value_at(&["version"])?;
    Ok(version.is_some_and(|version| !version.starts_with("file:")).then_some((node, name)))
}

/// A lock of pnpm, yarn or bun that repeats a requirement and is not edited.
pub fn copied(tree: &dyn Tree, manifest: &Manifest, one: &Dependency) -> Option<Hindrance> {
    if let Some(lock) = bun_binary::near(tree, manifest) {
        let why = format!("`{lock}` is no text and repeats it; only bun can refresh it");
        return Some(Hindrance { file: lock, why, by_hook: true });
    }
    ["pnpm-lock.yaml", "yarn.lock", "bun.lock", "deno.lock"].iter().find_map(|name| {
        let lock = tree.nearest(&manifest.folder, name)?;
        let source = tree.read(&lock).ok().flatten()?;
        let (body, _) = source.body();
        let range = one.scalar.text.as_str();
        let repeats = match *name {
            "bun.lock" => bun::repeats(body, &one.name, range),
            "deno.lock" => deno::repeats(body, &one.name, range),
            "yarn.lock" => {
                let rest = |at: usize| body[at..].lines().next().unwrap_or_default();
                body.match_indices(&format!("{}@", one.name)).any(|(at, _)| rest(at).contains(range))
            }
            _ => body.contains(&one.name) && body.contains(range) && specifies(body, &one.name, range),
        };
        let why = format!("`{lock}` repeats it, and only its own tool can refresh it");
        repeats.then_some(Hindrance { file: lock, why, by_hook: true })
    })
}

/// Whether a pnpm lock has a package of this name and a specifier with this range.
fn specifies(lock: &str, name: &str, range: &str) -> bool {
    let is_key = |line: &str| line.trim().trim_matches(['"', '\'', ':']) == name;
    lock.lines().any(is_key) && lock.lines().any(|line| line.contains("specifier:") && line.contains(range))
}
