//! Cargo: entries with a `path` and a `version` (the Cargo Book, "Multiple locations"). An entry
//! without a path comes from a registry even if a sibling has its name; one that is inherited
//! (`workspace = true`) stands in the workspace's own table.

use super::{Dependency, On, Owner};
use crate::format::Node;
use crate::format::toml::Toml;
use crate::model::problem::Problem;
use crate::model::requirement::Dialect;

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// The dependencies of a manifest's own package.
pub fn of_package(root: Toml<'_>, owner: Owner<'_>) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    for name in TABLES {
        if let Some(table) = root.get(name)? {
            entries(table, name, owner, &mut found)?;
        }
    }
    let Some(targets) = root.get("target")? else { return Ok(found) };
    for (target, node) in targets.members()? {
        for name in TABLES {
            if let Some(table) = node.get(name)? {
                entries(table, &format!("target.'{target}'.{name}"), owner, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// What members of a workspace may inherit.
pub fn of_workspace(root: Toml<'_>, owner: Owner<'_>) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    if let Some(table) = root.at(&["workspace", "dependencies"])? {
        entries(table, "workspace.dependencies", owner, &mut found)?;
    }
    Ok(found)
}

fn entries(
    table: Toml<'_>,
    name: &str,
    owner: Owner<'_>,
    found: &mut Vec<Dependency>,
) -> Result<(), Problem> {
    for (key, entry) in table.members()? {
        let (Some(path), Some(version)) = (entry.value_at(&["path"])?, entry.get("version")?) else {
            continue;
        };
        if let (Ok(folder), Some(token)) = (owner.folder.join(&path), version.scalar()) {
            found.push(owner.needs(On::Folder(folder), name, &key, token, Dialect::Cargo));
        }
    }
    Ok(())
}
