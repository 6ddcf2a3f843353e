//! What stands outside of all packages and yet speaks of them: manifests that take ours from their
//! folders and say a version, lock files that hold ours by path. A release would break them as it
//! would break a package's own, so both follow it. A Go module needs no version for what it takes
//! from a folder: `replace` admits any.

use std::collections::{BTreeMap, BTreeSet};

use super::siblings::On;
use super::{ALL, Ecosystem, Manifest, Ours};
use crate::model::config::{Config, Dates, Package};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::tree::{Mode, Source, Tree};

/// Tracked files with the names of manifests and lock files, by ecosystem.
#[derive(Debug, Default)]
pub struct Outside {
    files: BTreeMap<&'static str, Files>,
}

#[derive(Debug, Default)]
struct Files {
    /// The folders of manifests that are no package's.
    folders: Vec<RepoPath>,
    locks: Vec<RepoPath>,
}

impl Outside {
    /// Looks through the names of all tracked files; reads none.
    pub fn new(tree: &dyn Tree, config: &Config) -> Outside {
        let packages: BTreeSet<&RepoPath> = config.packages.iter().map(|package| &package.path).collect();
        let mut names: BTreeMap<&str, (&'static str, bool)> = BTreeMap::new();
        for ecosystem in ALL {
            names.insert(ecosystem.manifest_name(), (ecosystem.name(), false));
            names.extend(ecosystem.lock_names().iter().map(|name| (*name, (ecosystem.name(), true))));
        }
        names.remove("");
        let mut found = Outside::default();
        for (path, mode) in tree.entries() {
            let by_ending = || {
                let all = ALL.iter().filter(|_| path.name().ends_with(".lock"));
                all.map(|one| (one.name(), one.is_lock(path.name()))).find(|(_, is_lock)| *is_lock)
            };
            let Some((ecosystem, is_lock)) = names.get(path.name()).copied().or_else(by_ending) else {
                continue;
            };
            if !matches!(mode, Mode::File | Mode::Executable) {
                continue;
            }
            let folder = path.parent().unwrap_or_default();
            let files = found.files.entry(ecosystem).or_default();
            if is_lock {
                files.locks.push(path.clone());
            } else if !packages.contains(&folder) {
                files.folders.push(folder);
            }
        }
        found
    }

    /// The lock files of an ecosystem, wherever they lie.
    pub fn locks(&self, ecosystem: &dyn Ecosystem) -> &[RepoPath] {
        self.files.get(ecosystem.name()).map_or(&[], |files| &files.locks)
    }

    /// The manifests outside that require packages of ours from their folders, with those
    /// requirements alone. What is wrong with a manifest that is nobody's is not asked.
    pub fn guests(&self, ecosystem: &dyn Ecosystem, tree: &dyn Tree, ours: &Ours<'_>) -> Vec<Manifest> {
        let Some(files) = self.files.get(ecosystem.name()) else { return Vec::new() };
        let packages: Vec<Package> = files.folders.iter().filter_map(stranger).collect();
        let read = ecosystem.manifests(tree, &packages).into_iter().filter_map(|read| read.ok().flatten());
        read.filter_map(|mut manifest| {
            manifest.outside = true;
            manifest.places.clear();
            let by_name = |on: &On| matches!(on, On::Name(name) if ours.named(name).is_some());
            let folders = match manifest.dependencies.iter().any(|one| by_name(&one.on)) {
                true => ecosystem.folders(tree, &manifest, ours),
                false => BTreeMap::new(),
            };
            manifest.dependencies.retain_mut(|one| {
                one.package = None;
                if let On::Name(name) = &one.on {
                    let Some(folder) = folders.get(name) else { return false };
                    one.on = On::Folder(folder.clone());
                }
                matches!(&one.on, On::Folder(folder) | On::Patched(folder) if ours.at(folder).is_some())
            });
            (!manifest.dependencies.is_empty()).then_some(manifest)
        })
        .collect()
    }
}

/// A package that nobody configured, to read what lies in a folder as one.
pub fn stranger(folder: &RepoPath) -> Option<Package> {
    Some(Package {
        name: Name::parse("unnamed").ok()?,
        path: folder.clone(),
        form: None,
        requirements: None,
        places: Vec::new(),
        images: Vec::new(),
        dates: Dates::default(),
        line: 0,
    })
}

/// The packages of ours whose folders a lock file names, as paths from its own: `"../../web"`,
/// `file:../../web`, `workspace:packages/a`.
pub fn named<'a>(lock: &Source, ours: &Ours<'a>) -> Vec<&'a Manifest> {
    let folder = lock.path.parent().unwrap_or_default();
    let apart = |c: char| c.is_whitespace() || "\"'`:,;()[]{}<>#|".contains(c);
    let mut found: BTreeMap<&RepoPath, &Manifest> = BTreeMap::new();
    for path in lock.body().0.split(apart) {
        let path = path.trim_end_matches('/');
        if !path.is_empty()
            && ours.may_end(path)
            && let Some(manifest) = ours.beside(&folder, path)
        {
            found.insert(&manifest.folder, manifest);
        }
    }
    found.into_values().collect()
}
