//! The protocols that registries speak.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a registry is spoken to. Images and charts share one protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistryKind {
    /// A Python package index.
    Pypi,
    /// An npm registry.
    Npm,
    /// A cargo registry with a sparse index.
    Crates,
    /// An OCI distribution registry: images, charts.
    Oci,
    /// A Go module proxy.
    Go,
}

impl RegistryKind {
    pub const ALL: [RegistryKind; 5] =
        [RegistryKind::Pypi, RegistryKind::Npm, RegistryKind::Crates, RegistryKind::Oci, RegistryKind::Go];

    /// As a command line writes it: `pypi`.
    pub fn name(self) -> &'static str {
        match self {
            RegistryKind::Pypi => "pypi",
            RegistryKind::Npm => "npm",
            RegistryKind::Crates => "crates",
            RegistryKind::Oci => "oci",
            RegistryKind::Go => "go",
        }
    }

    pub fn from_name(name: &str) -> Option<RegistryKind> {
        RegistryKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for RegistryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
