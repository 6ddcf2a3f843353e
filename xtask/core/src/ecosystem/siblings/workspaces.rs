//! npm's workspaces: a member's requirement on another member, by its name, is met by the folder
//! (docs.npmjs.com, "workspaces"). The patterns stand in the root's `package.json`, pnpm's in
//! `pnpm-workspace.yaml`.

use std::collections::BTreeMap;

use crate::ecosystem::{Manifest, Ours};
use crate::format::{Node, Text, json, yaml};
use crate::model::glob;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::tree::Tree;

use super::On;

/// The packages of ours that a manifest requires by name and has beside it in one workspace.
pub fn folders(tree: &dyn Tree, manifest: &Manifest, ours: &Ours<'_>) -> BTreeMap<String, RepoPath> {
    let root = manifest.folder.ancestors().find_map(|up| {
        let patterns = patterns(tree, &up).ok().filter(|patterns| !patterns.is_empty())?;
        Some((up, patterns))
    });
    let Some((root, patterns)) = root else { return BTreeMap::new() };
    let is_member = |folder: &RepoPath| {
        let path = folder.below(&root).unwrap_or_default();
        let (not, yes): (Vec<_>, Vec<_>) = patterns.iter().partition(|pattern| pattern.starts_with('!'));
        yes.iter().any(|pattern| glob::matches(pattern, path))
            && !not.iter().any(|pattern| glob::matches(&pattern[1..], path))
    };
    if manifest.folder != root && !is_member(&manifest.folder) {
        return BTreeMap::new();
    }
    let named = manifest.dependencies.iter().filter_map(|one| match &one.on {
        On::Name(name) => Some((name, ours.named(name)?)),
        On::Folder(_) | On::Patched(_) => None,
    });
    named
        .filter(|(_, sibling)| is_member(&sibling.folder))
        .map(|(name, sibling)| (name.clone(), sibling.folder.clone()))
        .collect()
}

/// The patterns of a workspace's root; none where the folder is none.
fn patterns(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<String>, Problem> {
    let mut found = Vec::new();
    if let Some(source) = tree.read(&folder.child("package.json"))? {
        let text = Text::new(&source);
        let document = json::parse(&text)?;
        if let Some(list) = document.root().get("workspaces")? {
            let list = list.get("packages")?.unwrap_or(list);
            found.extend(list.items()?.into_iter().filter_map(Node::value).map(|pattern| plain(&pattern)));
        }
    }
    if let Some(source) = tree.read(&folder.child("pnpm-workspace.yaml"))? {
        let text = Text::new(&source);
        let document = yaml::parse(&text)?;
        if let Some(list) = document.root().get("packages")? {
            found.extend(list.items()?.into_iter().filter_map(Node::value).map(|pattern| plain(&pattern)));
        }
    }
    Ok(found)
}

/// A pattern as paths are written here: `./packages/*/` is `packages/*`.
fn plain(pattern: &str) -> String {
    let (not, path) = pattern.strip_prefix('!').map_or(("", pattern), |path| ("!", path));
    format!("{not}{}", path.trim_start_matches("./").trim_end_matches('/'))
}
