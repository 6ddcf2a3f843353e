//! The registries of a rehearsal, and with a fault a proxy before each.

use std::collections::BTreeMap;
use std::path::Path;

use crate::fault::{Entry, Proxy, Role};
use crate::local::toolbox::Toolbox;
use crate::local::{Plant, Reach, Registries, Registry, Wanted};
use crate::model::artifact::{Artifact, ArtifactKind};
use crate::model::fault::{Fault, FaultKind};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::registry::RegistryKind;
use crate::model::target::TargetKind;

/// Running registries and how clients reach them. Proxies end first.
#[derive(Debug)]
pub struct Places {
    proxies: BTreeMap<RegistryKind, Proxy>,
    reaches: BTreeMap<RegistryKind, Reach>,
    registries: Registries,
}

/// The protocol of a kind of target. Plain files go nowhere, and have any.
pub fn kind_of(kind: TargetKind) -> RegistryKind {
    match kind {
        TargetKind::Pypi => RegistryKind::Pypi,
        TargetKind::Npm => RegistryKind::Npm,
        TargetKind::Crates => RegistryKind::Crates,
        TargetKind::Go => RegistryKind::Go,
        TargetKind::Image | TargetKind::Helm | TargetKind::Files => RegistryKind::Oci,
    }
}

/// What must run for these kinds of targets. `own` are npm's names, `bare` the repository that a module proxy serves.
pub fn wanted(kinds: &[TargetKind], own: &[String], bare: &Path) -> Vec<Wanted> {
    let mut registries: Vec<RegistryKind> =
        kinds.iter().filter(|kind| **kind != TargetKind::Files).map(|kind| kind_of(*kind)).collect();
    registries.sort();
    registries.dedup();
    let wanted = |kind| match kind {
        RegistryKind::Pypi => Wanted::Pypi,
        RegistryKind::Npm => Wanted::Npm { own: own.to_vec(), private: false },
        RegistryKind::Crates => Wanted::Crates { private: false },
        RegistryKind::Oci => Wanted::Oci,
        RegistryKind::Go => Wanted::Go { repository: bare.to_owned() },
    };
    registries.into_iter().map(wanted).collect()
}

impl Places {
    /// Starts them.
    ///
    /// # Errors
    /// `W0719`, `W0720`: every registry that did not come up.
    pub fn start(
        wanted: &[Wanted],
        toolbox: &Toolbox,
        folder: &Path,
        fault: Option<Fault>,
    ) -> Result<Places, Problems> {
        let registries = Registries::start(wanted, toolbox, &folder.join("registries"))?;
        let (mut proxies, mut reaches) = (BTreeMap::new(), BTreeMap::new());
        for registry in registries.all() {
            let kind = registry.kind;
            let own = fault.filter(|fault| fault.target == kind);
            // Without a fault the way is direct; a module proxy takes no uploads that could be counted.
            if own.is_some() || fault.is_some() && kind != RegistryKind::Go {
                let proxy =
                    Proxy::start(kind, &registry.host, own.filter(|fault| fault.kind != FaultKind::Exists));
                let failed =
                    |error: std::io::Error| vec![Problem::new(Code::W0719, format!("a proxy: {error}"))];
                proxies.insert(kind, proxy.map_err(failed)?);
            }
            let host = proxies.get(&kind).map_or_else(|| registry.host.clone(), Proxy::host);
            let reach = registry.reach(&host, &folder.join("clients").join(kind.name()));
            reaches.insert(kind, reach.map_err(|problem| vec![problem])?);
        }
        Ok(Places { proxies, reaches, registries })
    }

    pub fn reaches(&self) -> impl Iterator<Item = &Reach> {
        self.reaches.values()
    }

    pub fn reach(&self, kind: RegistryKind) -> Option<&Reach> {
        self.reaches.get(&kind)
    }

    pub fn registry(&self, kind: RegistryKind) -> Option<&Registry> {
        self.registries.get(kind)
    }

    pub fn all(&self) -> impl Iterator<Item = &Registry> {
        self.registries.all().iter()
    }

    /// Puts other bytes under the first artifact of a registry.
    ///
    /// # Errors
    /// `W0720` when it takes none, or nothing of this release goes there.
    pub fn plant(&self, kind: RegistryKind, artifacts: &[Artifact]) -> Result<(), Problem> {
        let none = || Problem::new(Code::W0720, format!("nothing of this release goes to {kind}"));
        let registry = self.registry(kind).ok_or_else(none)?;
        let ours =
            artifacts.iter().find(|one| one.target != TargetKind::Files && kind_of(one.target) == kind);
        let one = ours.ok_or_else(none)?;
        let (name, version) = (one.coordinate.name.as_str(), one.coordinate.version.as_str());
        let tag = version.replace('+', "_");
        let path = name.split_once('/').map_or(name, |(_, path)| path);
        registry.plant(&match kind {
            RegistryKind::Pypi => {
                Plant::Pypi { name, version, file: one.path.rsplit('/').next().unwrap_or_default() }
            }
            RegistryKind::Npm => Plant::Npm { name, version },
            RegistryKind::Oci => Plant::Oci {
                repository: path,
                tag: if one.kind == ArtifactKind::Chart { &tag } else { version },
            },
            RegistryKind::Crates | RegistryKind::Go => Plant::Crates { name, version },
        })
    }

    /// Ends the fault.
    ///
    /// # Errors
    /// `W0719` when a port is lost.
    pub fn heal(&self) -> Result<(), Problem> {
        let healed = self.proxies.values().try_for_each(Proxy::heal);
        healed
            .map_err(|error| Problem::new(Code::W0719, format!("the proxy does not come up again: {error}")))
    }

    /// How often each artifact was taken, whether or not the client heard of it. Floating tags are artifacts, too.
    pub fn accepted(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.proxies.values().flat_map(Proxy::log).filter(Entry::accepted) {
            *counts.entry(entry.artifact.unwrap_or_default()).or_default() += 1;
        }
        counts
    }

    /// How many uploads were begun.
    pub fn attempted(&self) -> usize {
        self.proxies.values().flat_map(Proxy::log).filter(|entry| entry.role == Role::Upload).count()
    }
}
