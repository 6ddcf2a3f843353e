//! The registries, one file a kind: look, upload, point a floating tag. Their word is asked for before and
//! after every upload; what a client says of its own work decides nothing.

pub mod cargo_config;
mod crate_metadata;
pub mod crates;
pub mod go;
pub mod helm;
pub mod image;
pub mod npm;
mod npm_rights;
pub mod oci;
pub(crate) mod oci_auth;
mod packed;
pub mod pip;
pub mod pypi;
pub mod world;

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::artifact::{Artifact, Coordinate};
use crate::model::sighting::{Access, Sighting, Trouble};
use crate::model::target::{Target, TargetKind};
use crate::model::version::Version;

pub use world::World;

/// What is asked for: a coordinate and, where it is known, what was built for it.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub coordinate: &'a Coordinate,
    pub built: Option<Built<'a>>,
}

/// A built artifact and where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Built<'a> {
    pub artifact: &'a Artifact,
    pub path: &'a Path,
    /// What the same release brings to the same registry, by its names there.
    pub siblings: &'a BTreeSet<&'a str>,
}

impl Built<'_> {
    /// The file's own name.
    pub fn file_name(&self) -> &str {
        self.artifact.path.rsplit('/').next().unwrap_or_default()
    }
}

/// One registry as one target sees it.
pub trait Registry: Send + Sync {
    /// Who would publish a version, and whether they may; none where it is not decided yet. Never changes anything.
    fn access(&self, name: &str, version: Option<Version>) -> Access;

    /// Every version that the registry shows of a name, in its own spelling; none when it has never heard of
    /// the name.
    ///
    /// # Errors
    /// Why that is not known.
    fn versions(&self, name: &str) -> Result<Vec<String>, String>;

    /// What stands there. Never answered from a cache.
    fn look(&self, wanted: &Wanted<'_>) -> Sighting;

    /// Sends what was built.
    ///
    /// # Errors
    /// What the client said; whether it arrived is asked for in any case.
    fn upload(&self, built: &Built<'_>) -> Result<(), Trouble>;

    /// The version (or digest) that a floating tag names; none when there is no such tag.
    ///
    /// # Errors
    /// Why that is not known.
    fn pointed(&self, name: &str, tag: &str) -> Result<Option<String>, String> {
        let _ = (name, tag);
        Ok(None)
    }

    /// What [`Registry::pointed`] says once a tag names these bytes.
    fn pointer(&self, wanted: &Wanted<'_>) -> Option<String> {
        Some(wanted.coordinate.version.clone())
    }

    /// Lets a floating tag name a version that stands there.
    ///
    /// # Errors
    /// What was said.
    fn point(&self, wanted: &Wanted<'_>, tag: &str) -> Result<(), Trouble> {
        let _ = (wanted, tag);
        Ok(())
    }
}

/// The registry of a target; none for plain files, which no registry shows.
pub fn open<'a>(target: &'a Target, world: &'a World) -> Option<Box<dyn Registry + 'a>> {
    Some(match target.kind {
        TargetKind::Pypi => Box::new(pypi::Pypi::new(target, world)),
        TargetKind::Npm => Box::new(npm::Npm::new(target, world)),
        TargetKind::Crates => Box::new(crates::Crates::new(target, world)),
        TargetKind::Image => Box::new(image::Images::new(target, world)),
        TargetKind::Helm => Box::new(helm::Charts::new(target, world)),
        TargetKind::Go => Box::new(go::Go::new(target, world)),
        TargetKind::Files => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Surroundings, read};

    /// Adding a kind of target means adding its registry.
    #[test]
    fn every_kind_but_files_has_a_registry() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::for_tests(folder.path());
        let tables = TargetKind::ALL.map(|kind| {
            let own = match kind {
                TargetKind::Image | TargetKind::Helm => format!("name = \"ghcr.io/example/{kind}\"\n"),
                TargetKind::Files => "files = [\"dist/*\"]\n".to_owned(),
                _ => String::new(),
            };
            format!("[[targets]]\npackage = \"api\"\nkind = \"{kind}\"\n{own}")
        });
        let text = format!("[packages.api]\npath = \"api\"\n{}", tables.concat());
        let config = read("windlass.toml", &text, &Surroundings { exists: &|_| true }).unwrap();
        assert_eq!(config.targets.len(), TargetKind::ALL.len());
        for target in &config.targets {
            assert_eq!(open(target, &world).is_some(), target.kind != TargetKind::Files, "{}", target.kind);
        }
    }
}
