//! Companions: files that repeat a package's version beside its manifest, spelled as the manifest
//! spells it. They are read when all manifests are known.

use std::collections::BTreeMap;

use super::{Manifest, citation, values};
use crate::model::config::{Config, Package};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::place::{DatePlace, Place, Role};
use crate::model::problem::Problem;
use crate::model::tree::Tree;
use crate::model::version::Version;

/// Every companion.
pub const ALL: &[&dyn Companion] = &[&citation::Citation, &values::Values];

/// One kind of file beside manifests.
pub trait Companion: Sync {
    /// `citation`; also the name of the file in this folder.
    fn name(&self) -> &'static str;

    /// What stands in the package's folder.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn read(&self, tree: &dyn Tree, package: &Package, known: &Known<'_>) -> Result<Found, Problem>;
}

/// What a companion holds.
#[derive(Debug, Default)]
pub struct Found {
    pub places: Vec<Place>,
    pub dates: Vec<DatePlace>,
}

/// What the manifests say.
pub struct Known<'a> {
    pub config: &'a Config,
    /// The first of each package's own versions: its form and text.
    own: BTreeMap<&'a Name, (Form, &'a str)>,
}

impl<'a> Known<'a> {
    pub fn new(config: &'a Config, manifests: &'a [Manifest]) -> Known<'a> {
        let mut own = BTreeMap::new();
        for place in manifests.iter().flat_map(|manifest| &manifest.places) {
            if place.role == Role::Manifest {
                own.entry(&place.package).or_insert((place.form, place.text.as_str()));
            }
        }
        Known { config, own }
    }

    /// The form of a package: the config's, else its manifest's, else semver.
    pub fn form(&self, package: &Package) -> Form {
        let found = self.own.get(&package.name).map(|(form, _)| *form);
        package.form.or(found).unwrap_or(Form::SEMVER)
    }

    /// The version of the group that moves a package: its base's, else the first manifest's that
    /// says a whole one.
    pub fn version(&self, package: &Name) -> Option<Version> {
        let group = self.config.group_of(package)?;
        group.base.iter().chain(&group.packages).find_map(|name| {
            let (form, text) = self.own.get(name).filter(|(form, _)| form.is_whole())?;
            form.parse(text)
        })
    }
}
