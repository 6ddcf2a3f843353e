//! The repository as planning sees it: config, places, changelogs. Built by `load`, never changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::changelog::fragment::Fragment;
use crate::ecosystem::{self, Crossing, Manifest};
use crate::model::config::{ChangelogRules, Config, Group};
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::pin::Pinned;
use crate::model::place::{DatePlace, Place, Role};
use crate::model::problem::{Problem, Problems};
use crate::model::requirement::Requirement;
use crate::model::target::{Target, TargetKind};
use crate::model::tree::{Mode, Source};
use crate::model::version::Version;

/// All that a release is planned from, the outside world excepted.
#[derive(Debug)]
pub struct Workspace {
    pub config: Config,
    /// Every tracked path.
    pub entries: BTreeMap<RepoPath, Mode>,
    pub manifests: Vec<Manifest>,
    /// Every place of every package, by file and position.
    pub places: Vec<Place>,
    /// What the packages require of each other, by file and position.
    pub requirements: Vec<Requirement>,
    /// The dates beside versions.
    pub dates: Vec<DatePlace>,
    /// The places of each pin, in the config's order.
    pub pins: Vec<Pinned>,
    /// The text of every file that holds a place, a requirement, a date or a pin, or is a changelog.
    pub sources: BTreeMap<RepoPath, Arc<Source>>,
    pub changelogs: Vec<Changelog>,
    /// The Go modules whose path changes with the release that is planned, with all that names them.
    pub crossings: Vec<Crossing>,
    /// What is wrong with places and fragments as they are.
    pub problems: Problems,
    /// SHA-256 of every file read, the config included, by the name people use.
    pub digests: BTreeMap<String, String>,
}

/// A changelog with its pending fragments.
#[derive(Debug)]
pub struct Changelog {
    pub rules: ChangelogRules,
    /// None when the file is missing.
    pub source: Option<Arc<Source>>,
    pub fragments: Vec<Fragment>,
    /// SHA-256 of each fragment's bytes.
    pub digests: BTreeMap<RepoPath, String>,
}

impl Workspace {
    /// The places of a group's packages.
    pub fn places_of<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Place> {
        let packages: BTreeSet<&Name> = group.packages.iter().collect();
        self.places.iter().filter(move |place| packages.contains(&place.package))
    }

    /// Why a group cannot be released as a version, by its manifests.
    pub fn misfits<'a>(&'a self, group: &'a Group, version: Version) -> impl Iterator<Item = Problem> + 'a {
        let packages: BTreeSet<&Name> = group.packages.iter().collect();
        let ours = self.manifests.iter().filter(move |manifest| packages.contains(&manifest.package));
        ecosystem::misfits(ours, version)
    }

    /// The place whose text is a group's current version: its base package's manifest, else the
    /// first manifest, else any place, that says a whole version.
    pub fn base_place<'a>(&'a self, group: &'a Group) -> Option<&'a Place> {
        let order = group.base.iter().chain(&group.packages);
        let of = |package: &Name, role: Option<Role>| {
            self.places.iter().find(|place| {
                place.package == *package
                    && place.form.is_whole()
                    && role.is_none_or(|role| place.role == role)
            })
        };
        let manifest = order.clone().find_map(|package| of(package, Some(Role::Manifest)));
        manifest.or_else(|| order.clone().find_map(|package| of(package, None)))
    }

    /// The name by which a target's registry knows its package: the target's own, else the manifest's.
    pub fn registry_name(&self, target: &Target) -> Option<String> {
        if let Some(name) = &target.name {
            return Some(name.as_str().to_owned());
        }
        let ecosystem = match target.kind {
            TargetKind::Pypi => "pypi",
            TargetKind::Npm => "npm",
            TargetKind::Crates => "cargo",
            TargetKind::Go => "go",
            _ => return None,
        };
        let ours = self.manifests.iter().filter(|manifest| manifest.package == target.package);
        ours.filter(|manifest| manifest.ecosystem == ecosystem).find_map(|manifest| manifest.name.clone())
    }

    /// What a group's manifests hold; none when no file holds its version.
    pub fn current(&self, group: &Group) -> Option<Version> {
        let place = self.base_place(group)?;
        place.form.parse(&place.text)
    }
}
