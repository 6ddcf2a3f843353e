//! Python: where a manifest takes what it requires from. uv's `tool.uv.sources` names a folder or
//! the workspace (uv, "Dependency sources"), its own or the workspace root's above it; poetry's
//! tables name a `path`.

use std::collections::BTreeMap;

use crate::ecosystem::{Manifest, Ours};
use crate::format::toml::Toml;
use crate::format::{Node, Text, toml};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::registry_name::normalised_pypi;
use crate::model::tree::Tree;

/// The folders of what a manifest requires, by normalised names.
///
/// # Errors
/// A malformed file.
pub fn folders(
    tree: &dyn Tree,
    manifest: &Manifest,
    ours: &Ours<'_>,
) -> Result<BTreeMap<String, RepoPath>, Problem> {
    let mut found = BTreeMap::new();
    for folder in manifest.folder.ancestors() {
        let Some(source) = tree.read(&folder.child("pyproject.toml"))? else { continue };
        let text = Text::new(&source);
        let document = toml::parse(&text)?;
        let root = document.root();
        let is_own = folder == manifest.folder;
        if !is_own && root.at(&["tool", "uv", "workspace"])?.is_none() {
            continue;
        }
        let mut add = |name: &str, path: Option<RepoPath>| {
            if let Some(path) = path {
                found.entry(normalised_pypi(name)).or_insert(path);
            }
        };
        if let Some(sources) = root.at(&["tool", "uv", "sources"])? {
            for (name, source) in sources.members()? {
                let all = if source.items()?.is_empty() { vec![source] } else { source.items()? };
                for one in all {
                    let workspace = one.get("workspace")?.is_some_and(Toml::is_true);
                    let sibling = ours.named(&normalised_pypi(&name)).filter(|_| workspace);
                    add(&name, sibling.map(|sibling| sibling.folder.clone()));
                    add(&name, path(one, &folder)?);
                }
            }
        }
        let Some(poetry) = root.at(&["tool", "poetry"])?.filter(|_| is_own) else { continue };
        let mut tables = vec![poetry.get("dependencies")?, poetry.get("dev-dependencies")?];
        if let Some(groups) = poetry.get("group")? {
            for (_, group) in groups.members()? {
                tables.push(group.get("dependencies")?);
            }
        }
        for table in tables.into_iter().flatten() {
            for (name, entry) in table.members()? {
                let several = entry.items()?;
                for one in if several.is_empty() { vec![entry] } else { several } {
                    add(&name, path(one, &folder)?);
                }
            }
        }
    }
    Ok(found)
}

fn path(entry: Toml<'_>, folder: &RepoPath) -> Result<Option<RepoPath>, Problem> {
    Ok(entry.value_at(&["path"])?.and_then(|path| folder.join(&path).ok()))
}
