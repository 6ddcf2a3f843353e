//! Sites: whose a file is, by the folders above it.

use std::collections::BTreeMap;

use super::looked;
use super::manifests::MANIFESTS;
use super::sight::Site;
use crate::model::config::Package;
use crate::model::path::RepoPath;
use crate::workspace::Workspace;

/// Every folder with a manifest, and the package whose folder it is, if one's.
pub struct Sites<'a> {
    folders: BTreeMap<String, Option<&'a Package>>,
}

impl<'a> Sites<'a> {
    pub fn new(workspace: &'a Workspace) -> Sites<'a> {
        let mut folders: BTreeMap<String, Option<&'a Package>> = BTreeMap::new();
        for path in workspace.entries.keys().filter(|path| MANIFESTS.contains(&path.name())) {
            folders.insert(folder(path.as_str()).unwrap_or_default().to_owned(), None);
        }
        for package in &workspace.config.packages {
            folders.insert(package.path.as_str().to_owned(), Some(package));
        }
        Sites { folders }
    }

    /// Folders with a manifest that are no package's.
    pub fn strangers(&self) -> impl Iterator<Item = RepoPath> {
        let strangers = self.folders.iter().filter(|(_, package)| package.is_none());
        strangers.filter_map(|(folder, _)| RepoPath::parse(folder).ok())
    }

    pub fn of(&self, path: &RepoPath) -> Site<'a> {
        let owner = above(path.as_str()).find_map(|up| self.folders.get(up).copied()).flatten();
        let is_manifest = MANIFESTS.contains(&path.name()) || path.name() == "go.mod";
        Site { language: looked::language(path), owner, is_manifest, is_sphinx: path.name() == "conf.py" }
    }

    /// A path from the folder of the package that holds it, if one does.
    pub fn below<'p>(&self, path: &'p RepoPath) -> &'p str {
        let path = path.as_str();
        let package = above(path).find(|up| matches!(self.folders.get(*up), Some(Some(_))));
        match package {
            Some(folder) if !folder.is_empty() => &path[folder.len() + 1..],
            _ => path,
        }
    }
}

/// The folder of a path; none at the root.
fn folder(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// Every folder above a path, the nearest first, the root (empty) last.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let nearest = Some(folder(path).unwrap_or_default());
    std::iter::successors(nearest, |up| (!up.is_empty()).then(|| folder(up).unwrap_or_default()))
}
