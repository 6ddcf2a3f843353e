//! Cargo's workspaces: what their members inherit.

use std::collections::BTreeMap;

use super::siblings::cargo::{Patches, of_workspace, patches};
use super::{Dependency, siblings};
use crate::format::toml::Toml;
use crate::format::{Node, Scalar, Text, toml};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::tree::Tree;

/// Where a workspace says the version that its members may inherit.
pub(super) const INHERITED: [&str; 3] = ["workspace", "package", "version"];

/// The workspaces met so far: what is inherited from each is read once.
pub(super) struct Workspaces<'t> {
    pub(super) tree: &'t dyn Tree,
    seen: BTreeMap<RepoPath, Workspace>,
}

#[derive(Default)]
struct Workspace {
    /// Whether the file has a `workspace` table at all.
    is_root: bool,
    version: Option<Scalar>,
    patches: Patches,
    /// What members may inherit; taken by the first package that looks.
    dependencies: Vec<Dependency>,
    /// Whether the members that inherit its version were looked for.
    asked: bool,
}

impl<'t> Workspaces<'t> {
    pub(super) fn new(tree: &'t dyn Tree) -> Workspaces<'t> {
        Workspaces { tree, seen: BTreeMap::new() }
    }

    /// The workspace of a package in `folder`: the one that it names or the nearest above it (The
    /// Cargo Book, "Workspaces").
    pub(super) fn root(
        &mut self,
        folder: &RepoPath,
        named: Option<&str>,
        package: &Name,
    ) -> Result<Option<RepoPath>, Problem> {
        let folders: Vec<_> = match named {
            Some(path) => folder.join(path).into_iter().collect(),
            None => folder.ancestors().collect(),
        };
        for file in folders.iter().map(|folder| folder.child("Cargo.toml")) {
            if !self.seen.contains_key(&file) {
                match self.tree.read(&file)? {
                    Some(source) => {
                        let text = Text::new(&source);
                        self.note(&file, toml::parse(&text)?.root(), package)?;
                    }
                    None => {
                        self.seen.insert(file.clone(), Workspace::default());
                    }
                }
            }
            if self.seen.get(&file).is_some_and(|workspace| workspace.is_root) {
                return Ok(Some(file));
            }
        }
        Ok(None)
    }

    pub(super) fn version(&self, file: &RepoPath) -> Option<Scalar> {
        self.seen.get(file)?.version.clone()
    }

    /// What a root leads to folders, for its own package and all members.
    pub(super) fn patches(&self, file: &RepoPath) -> Patches {
        self.seen.get(file).map(|workspace| workspace.patches.clone()).unwrap_or_default()
    }

    pub(super) fn dependencies(&mut self, file: &RepoPath) -> Vec<Dependency> {
        self.seen
            .get_mut(file)
            .map(|workspace| std::mem::take(&mut workspace.dependencies))
            .unwrap_or_default()
    }

    /// The names of a workspace's members that inherit its version, but for the one that asks first; nobody else
    /// needs to ask. A manifest that can't be read is no member: should it be a package, that is told elsewhere.
    pub(super) fn inheriting(&mut self, root: &RepoPath, own: &RepoPath) -> Vec<String> {
        let Some(workspace) = self.seen.get_mut(root).filter(|workspace| !workspace.asked) else {
            return Vec::new();
        };
        workspace.asked = true;
        let folder = root.parent().unwrap_or_default();
        let tree = self.tree;
        let files = tree.entries().keys().filter(|file| file.name() == "Cargo.toml");
        let files = files.filter(|file| *file != own && file.below(&folder).is_some());
        files.filter_map(|file| self.inheritor(file, root)).collect()
    }

    /// The name of a package that inherits the version of this workspace.
    fn inheritor(&mut self, file: &RepoPath, root: &RepoPath) -> Option<String> {
        let source = self.tree.read(file).ok()??;
        let text = Text::new(&source);
        let document = toml::parse(&text).ok()?;
        let package = document.root().get("package").ok()??;
        let inherits = package.get("version").ok()??.get("workspace").ok()?.is_some_and(Toml::is_true);
        let above = package.value_at(&["workspace"]).ok()?;
        let owner = Name::parse("workspace").ok()?;
        let its = self.root(&file.parent()?, above.as_deref(), &owner).ok()??;
        let name = package.value_at(&["name"]).ok()??;
        (inherits && its == *root).then(|| name.into())
    }

    /// Keeps what a parsed file says for others; `package` is the first that looks into it.
    pub(super) fn note(&mut self, file: &RepoPath, root: Toml<'_>, package: &Name) -> Result<(), Problem> {
        if self.seen.contains_key(file) {
            return Ok(());
        }
        let folder = file.parent().unwrap_or_default();
        let owner = siblings::Owner { package: Some(package), folder: &folder, file };
        let version = match root.at(&INHERITED)? {
            Some(version) => Some(version.token(&INHERITED.join("."))?),
            None => None,
        };
        let patches = patches(root, &folder)?;
        let workspace = Workspace {
            is_root: root.get("workspace")?.is_some(),
            version,
            dependencies: of_workspace(root, owner, &patches)?,
            patches,
            asked: false,
        };
        self.seen.insert(file.clone(), workspace);
        Ok(())
    }
}
