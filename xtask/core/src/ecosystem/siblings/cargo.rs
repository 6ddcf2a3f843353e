//! Cargo: entries with a `path` and a `version` (the Cargo Book, "Multiple locations"), and those that
//! a `[patch]` of their workspace's root leads to a folder (the Cargo Book, "Overriding Dependencies").
//! Any other entry without a path comes from a registry even if a sibling has its name; one that is
//! inherited (`workspace = true`) stands in the workspace's own table.

use std::collections::BTreeMap;

use super::{Dependency, On, Owner};
use crate::format::Node;
use crate::format::toml::Toml;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::requirement::Dialect;

/// The tables; the names with `_` are those of editions before 2024 (the Cargo Book, "Rust 2024").
const TABLES: [&str; 5] =
    ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];

/// The source that an entry comes from when it names none.
const DEFAULT: &str = "crates-io";

/// The folders that a root's `[patch]` leads crates to, by source and name.
pub type Patches = BTreeMap<(String, String), RepoPath>;

/// The patches of a workspace's root, whose file lies in `folder`. Any other manifest's are unused.
pub fn patches(root: Toml<'_>, folder: &RepoPath) -> Result<Patches, Problem> {
    let mut found = Patches::new();
    let Some(patch) = root.get("patch")? else { return Ok(found) };
    for (source, table) in patch.members()? {
        for (key, entry) in table.members()? {
            let name = entry.value_at(&["package"])?.unwrap_or(key);
            if let Some(Ok(path)) = entry.value_at(&["path"])?.map(|path| folder.join(&path)) {
                found.insert((source.to_string(), name.into_owned()), path);
            }
        }
    }
    Ok(found)
}

/// The dependencies of a manifest's own package.
pub fn of_package(root: Toml<'_>, owner: Owner<'_>, patches: &Patches) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    for name in TABLES {
        if let Some(table) = root.get(name)? {
            entries(table, name, owner, patches, &mut found)?;
        }
    }
    let Some(targets) = root.get("target")? else { return Ok(found) };
    for (target, node) in targets.members()? {
        for name in TABLES {
            if let Some(table) = node.get(name)? {
                entries(table, &format!("target.'{target}'.{name}"), owner, patches, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// What members of a workspace may inherit.
pub fn of_workspace(root: Toml<'_>, owner: Owner<'_>, patches: &Patches) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    if let Some(table) = root.at(&["workspace", "dependencies"])? {
        entries(table, "workspace.dependencies", owner, patches, &mut found)?;
    }
    Ok(found)
}

fn entries(
    table: Toml<'_>,
    name: &str,
    owner: Owner<'_>,
    patches: &Patches,
    found: &mut Vec<Dependency>,
) -> Result<(), Problem> {
    for (key, entry) in table.members()? {
        let version = match entry.scalar() {
            Some(version) => Some(version),
            None => entry.get("version")?.and_then(Node::scalar),
        };
        let Some(version) = version else { continue };
        let on = match entry.value_at(&["path"])? {
            Some(path) => owner.folder.join(&path).ok().map(On::Folder),
            None => patched(&key, entry, patches)?.map(On::Patched),
        };
        if let Some(on) = on {
            found.push(owner.needs(on, name, &key, version, Dialect::Cargo));
        }
    }
    Ok(())
}

/// The folder that a patch leads an entry to, by the source and the name that the entry gives.
fn patched(key: &str, entry: Toml<'_>, patches: &Patches) -> Result<Option<RepoPath>, Problem> {
    if patches.is_empty() {
        return Ok(None);
    }
    let mut source = DEFAULT.to_owned();
    for kind in ["registry", "git"] {
        if let Some(named) = entry.value_at(&[kind])? {
            source = named.into_owned();
        }
    }
    let name = entry.value_at(&["package"])?.map_or_else(|| key.to_owned(), |name| name.into_owned());
    Ok(patches.get(&(source, name)).cloned())
}
