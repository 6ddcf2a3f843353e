//! Where versions stand: one file per ecosystem, each of which reads manifests and lock files
//! and answers with places. Nothing here says what should stand there.

use std::collections::{BTreeMap, BTreeSet};

use crate::format::Scalar;
use crate::model::config::{Config, Package};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::{Origin, Place, Role};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::requirement::Hindrance;
use crate::model::tree::{Source, Tree};
use crate::model::version::Version;

mod bun;
mod bun_binary;
pub mod cargo;
mod cargo_paths;
mod cargo_workspaces;
pub mod citation;
mod companion;
pub mod crossing;
mod crossing_mentions;
pub mod declared;
mod deno;
mod foreign;
pub mod go;
pub mod gomod;
pub mod helm;
pub mod imports;
pub mod maven;
mod maven_modules;
mod misfit;
pub mod npm;
pub mod openapi;
pub mod outside;
mod pdm;
pub mod pinned;
mod pixi;
mod poetry;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod prove;
pub mod pypi;
mod pypi_locks;
pub mod rendered;
mod scan;
#[cfg(test)]
mod scan_tests;
mod siblings;
mod unversioned;
mod uv;
pub mod values;

pub use crossing::Crossing;
pub use scan::{Scan, scan};
pub use siblings::{Dependency, On};

/// Every ecosystem, in the order in which manifests are reported.
pub const ALL: &[&dyn Ecosystem] =
    &[&cargo::Cargo, &npm::Npm, &pypi::Pypi, &maven::Maven, &go::Go, &helm::Helm, &openapi::Openapi];

/// One kind of package: its manifest and its lock files.
pub trait Ecosystem: Sync {
    /// `cargo`; also the name of the file in this folder.
    fn name(&self) -> &'static str;

    /// The package's manifest, if its folder holds one of this kind.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems>;

    /// The manifests of all packages; for ecosystems whose manifests share a file.
    fn manifests(&self, tree: &dyn Tree, packages: &[Package]) -> Vec<Result<Option<Manifest>, Problems>> {
        packages.iter().map(|package| self.manifest(tree, package)).collect()
    }

    /// What is wrong with a manifest besides its version.
    fn check(&self, _tree: &dyn Tree, _config: &Config, _manifest: &Manifest) -> Problems {
        Problems::new()
    }

    /// Why a package cannot be released as a version, when its manifest does not fit it.
    fn check_next(&self, _manifest: &Manifest, _next: Version) -> Option<Problem> {
        None
    }

    /// The name of its manifests, where other manifests of the kind may require them; else empty.
    fn manifest_name(&self) -> &'static str {
        ""
    }

    /// The names of the lock files that are read.
    fn lock_names(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether a file name is that of a lock; for ecosystems whose locks are also named after another file.
    fn is_lock(&self, name: &str) -> bool {
        self.lock_names().contains(&name)
    }

    /// The folders from which a manifest takes what it requires by name.
    fn folders(
        &self,
        _tree: &dyn Tree,
        _manifest: &Manifest,
        _ours: &Ours<'_>,
    ) -> BTreeMap<String, RepoPath> {
        BTreeMap::new()
    }

    /// What a lock file that is near to no package is to be read by; none if it takes none of ours from
    /// its folder.
    fn held<'a>(&self, _tree: &dyn Tree, lock: &Source, ours: &Ours<'a>) -> Option<Ours<'a>> {
        let held = outside::named(lock, ours);
        (!held.is_empty()).then(|| ours.clone())
    }

    /// The lock files, nearest to the package's folder, that may hold entries of it.
    fn locks(&self, tree: &dyn Tree, manifest: &Manifest) -> Vec<RepoPath> {
        self.lock_names().iter().filter_map(|name| tree.nearest(&manifest.folder, name)).collect()
    }

    /// What one lock file holds of our packages.
    ///
    /// # Errors
    /// A malformed lock file, one in an unknown format (`W0310`), one without the entry of its
    /// own package (`W0309`).
    fn locked(&self, _lock: &Source, _ours: &Ours<'_>) -> Result<Locked, Problems> {
        Ok(Locked::default())
    }

    /// A file beside a manifest that a change of one of its dependencies would leave out of step.
    fn hindrance(&self, _tree: &dyn Tree, _manifest: &Manifest, _one: &Dependency) -> Option<Hindrance> {
        None
    }
}

/// What a lock file holds of our packages.
#[derive(Debug, Default)]
pub struct Locked {
    pub places: Vec<Place>,
    /// Its copies of requirements on ours.
    pub dependencies: Vec<Dependency>,
}

/// Why manifests do not fit the version that their package is to be released as.
pub fn misfits<'a>(
    manifests: impl Iterator<Item = &'a Manifest>,
    next: Version,
) -> impl Iterator<Item = Problem> {
    manifests.filter_map(move |manifest| {
        let ecosystem = ALL.iter().find(|ecosystem| ecosystem.name() == manifest.ecosystem)?;
        ecosystem.check_next(manifest, next)
    })
}

/// What a package's manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub ecosystem: &'static str,
    pub package: Name,
    pub folder: RepoPath,
    pub file: RepoPath,
    /// The name in the registry; a Go module's path.
    pub name: Option<String>,
    /// Whether its folder is no package's: it has no version to keep, but it requires ours.
    pub outside: bool,
    /// Never published, by its own word.
    pub private: bool,
    /// Names of others that have the same version, since they inherit it: members of a Cargo workspace, told by its
    /// first package.
    pub inherited_by: Vec<String>,
    /// The manifest's own version first.
    pub places: Vec<Place>,
    /// What it requires, in versions; of a Cargo workspace's table with its first package.
    pub dependencies: Vec<Dependency>,
    /// Why the manifest holds no version, as the end of a sentence that starts with its file.
    pub unversioned: Option<String>,
}

impl Manifest {
    /// A manifest without places.
    fn new(ecosystem: &'static str, package: &Package, file: RepoPath) -> Manifest {
        Manifest {
            ecosystem,
            package: package.name.clone(),
            folder: package.path.clone(),
            file,
            name: None,
            outside: false,
            private: false,
            inherited_by: Vec::new(),
            places: Vec::new(),
            dependencies: Vec::new(),
            unversioned: None,
        }
    }

    /// Adds a place that this ecosystem found.
    fn add(&mut self, file: &RepoPath, node: &str, scalar: Scalar, form: Form, role: Role) {
        self.places.push(Place {
            package: self.package.clone(),
            file: file.clone(),
            node: node.to_owned(),
            span: scalar.span,
            line: scalar.line,
            text: scalar.text,
            form,
            role,
            origin: Origin::Ecosystem(self.ecosystem),
        });
    }

    /// A place of this manifest's package in a lock file.
    fn locked(&self, lock: &Source, node: String, scalar: Scalar, form: Form) -> Place {
        Place {
            package: self.package.clone(),
            file: lock.path.clone(),
            node,
            span: scalar.span,
            line: scalar.line,
            text: scalar.text,
            form,
            role: Role::Lock,
            origin: Origin::Ecosystem(self.ecosystem),
        }
    }

    /// For reading dependencies out of one of its files.
    fn owner<'a>(&'a self, file: &'a RepoPath) -> siblings::Owner<'a> {
        let package = (!self.outside).then_some(&self.package);
        siblings::Owner { package, folder: &self.folder, file }
    }

    /// Whether a release moves its version: the file says one, or the tags do.
    fn is_moved(&self) -> bool {
        !self.places.is_empty() || self.ecosystem == "go"
    }

    /// The form of the manifest's own version.
    fn form(&self) -> Form {
        self.places.first().map_or(Form::SEMVER, |place| place.form)
    }
}

/// The manifests of one ecosystem that have a version, to look lock entries and siblings up in.
#[derive(Clone)]
pub struct Ours<'a> {
    by_folder: BTreeMap<&'a RepoPath, &'a Manifest>,
    by_name: BTreeMap<&'a str, &'a Manifest>,
    guests: BTreeMap<&'a RepoPath, &'a Manifest>,
    /// The last parts of paths that may lead to one of them.
    ends: BTreeSet<&'a str>,
}

impl<'a> Ours<'a> {
    pub fn new(manifests: impl IntoIterator<Item = &'a Manifest>) -> Ours<'a> {
        let mut ours = Ours {
            by_folder: BTreeMap::new(),
            by_name: BTreeMap::new(),
            guests: BTreeMap::new(),
            ends: BTreeSet::from([".", ".."]),
        };
        let mut inheriting = Vec::new();
        for manifest in manifests.into_iter().filter(|manifest| manifest.is_moved()) {
            ours.by_folder.entry(&manifest.folder).or_insert(manifest);
            ours.ends.insert(manifest.folder.name());
            if let Some(name) = &manifest.name {
                ours.by_name.entry(name).or_insert(manifest);
            }
            inheriting.extend(manifest.inherited_by.iter().map(|name| (name, manifest)));
        }
        for (name, manifest) in inheriting {
            ours.by_name.entry(name).or_insert(manifest);
        }
        ours
    }

    /// Some of the manifests alone.
    pub fn only(&self, some: Vec<&'a Manifest>) -> Ours<'a> {
        Ours { guests: self.guests.clone(), ..Ours::new(some) }
    }

    /// The same, and the manifests outside that require ours: locks repeat what they say, too.
    pub fn with_guests(mut self, guests: &'a [Manifest]) -> Ours<'a> {
        self.guests.extend(guests.iter().map(|manifest| (&manifest.folder, manifest)));
        self
    }

    /// The manifest in a folder.
    pub fn at(&self, folder: &RepoPath) -> Option<&'a Manifest> {
        self.by_folder.get(folder).copied()
    }

    /// The manifest in the folder that a relative path leads to.
    pub fn beside(&self, folder: &RepoPath, path: &str) -> Option<&'a Manifest> {
        self.at(&folder.join(path).ok()?)
    }

    /// The manifest in the folder that a relative path leads to, ours or one that requires ours.
    pub fn or_guest(&self, folder: &RepoPath, path: &str) -> Option<&'a Manifest> {
        let folder = folder.join(path).ok()?;
        self.at(&folder).or_else(|| self.guests.get(&folder).copied())
    }

    /// Whether a path may lead to one of them, by its last part.
    fn may_end(&self, path: &str) -> bool {
        self.ends.contains(path.rsplit('/').next().unwrap_or_default())
    }

    /// The manifest with a registry name, or whose version the one with that name inherits.
    pub fn named(&self, name: &str) -> Option<&'a Manifest> {
        self.by_name.get(name).copied()
    }

    /// The manifest in the lock file's own folder.
    pub fn owner(&self, lock: &Source) -> Option<&'a Manifest> {
        self.at(&lock.path.parent()?)
    }

    pub fn all(&self) -> impl Iterator<Item = &'a Manifest> {
        self.by_folder.values().copied()
    }
}

/// A lock file lacks what it must hold (`W0309`).
fn drifted(lock: &Source, what: &str, command: &str) -> Problem {
    Problem::new(Code::W0309, format!("`{}` {what}", lock.path)).at(&lock.path).run(command)
}

/// A lock file in a format that is not known (`W0310`).
fn unknown_lock(lock: &Source, what: &str) -> Problem {
    Problem::new(Code::W0310, format!("`{}` {what}", lock.path))
        .at(&lock.path)
        .why("the release would leave it out of step with the manifests")
        .help("Have a hook refresh it, and list the file under `ignore.places`.")
}

/// A path as it is typed in a command, where it can't be read as an option.
pub fn typed(path: &RepoPath) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let text = if path.as_str().starts_with('-') { format!("./{path}") } else { path.to_string() };
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_list() {
        let besides = "bun bun_binary cargo_paths cargo_workspaces companion crossing crossing_mentions declared deno foreign gomod \
            imports maven_modules misfit mod outside pdm pinned pixi poetry properties prove pypi_locks scan scan_tests unversioned uv";
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ecosystem");
        for entry in walkdir::WalkDir::new(folder).min_depth(1).max_depth(1) {
            let file = entry.unwrap().file_name().to_string_lossy().into_owned();
            let ecosystems = ALL.iter().map(|ecosystem| ecosystem.name());
            let companions = companion::ALL.iter().map(|companion| companion.name());
            let listed = ecosystems.chain(companions).any(|name| format!("{name}.rs") == file);
            assert!(
                listed
                    || ["rendered", "siblings"].contains(&file.as_str())
                    || besides.split(' ').any(|name| format!("{name}.rs") == file),
                "{file} is not in ALL"
            );
        }
    }
}
