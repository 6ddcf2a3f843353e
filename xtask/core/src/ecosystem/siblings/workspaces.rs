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
    let Some(workspace) = Workspace::around(tree, &manifest.folder) else { return BTreeMap::new() };
    if manifest.folder != workspace.root && !workspace.has(&manifest.folder) {
        return BTreeMap::new();
    }
    let named = manifest.dependencies.iter().filter_map(|one| match &one.on {
        On::Name(name) => Some((name, ours.named(name)?)),
        On::Folder(_) | On::Patched(_) => None,
    });
    named
        .filter(|(_, sibling)| workspace.has(&sibling.folder))
        .map(|(name, sibling)| (name.clone(), sibling.folder.clone()))
        .collect()
}

/// The root of the workspace that a folder is a member of.
pub fn root_of(tree: &dyn Tree, folder: &RepoPath) -> Option<RepoPath> {
    Workspace::around(tree, folder).filter(|workspace| workspace.has(folder)).map(|workspace| workspace.root)
}

struct Workspace {
    root: RepoPath,
    patterns: Vec<String>,
}

impl Workspace {
    /// The nearest workspace from a folder upwards.
    fn around(tree: &dyn Tree, folder: &RepoPath) -> Option<Workspace> {
        folder.ancestors().find_map(|root| {
            let patterns = patterns(tree, &root).ok().filter(|patterns| !patterns.is_empty())?;
            Some(Workspace { root, patterns })
        })
    }

    /// Whether a folder is one of its members.
    fn has(&self, folder: &RepoPath) -> bool {
        let path = folder.below(&self.root).unwrap_or_default();
        let (not, yes): (Vec<_>, Vec<_>) = self.patterns.iter().partition(|pattern| pattern.starts_with('!'));
        yes.iter().any(|pattern| glob::matches(pattern, path))
            && !not.iter().any(|pattern| glob::matches(&pattern[1..], path))
    }
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
