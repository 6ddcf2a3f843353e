//! Built bytes with their digests: `artifacts.json`, the word that a publication is held to.

use serde::{Deserialize, Serialize};

use super::names::{CommitId, Name, TagName};
use super::target::TargetKind;

/// The format number of `artifacts.json`; another one is refused.
pub const FORMAT: u32 = 1;

/// `target/windlass/<group>-<version>/artifacts.json`: everything that was built for one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifacts {
    pub format: u32,
    pub group: Name,
    /// In semver's spelling.
    pub version: String,
    /// The commit that was built.
    pub commit: CommitId,
    /// The tag that was asked for, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<TagName>,
    /// The commit's time in seconds since 1970, which builders got as `SOURCE_DATE_EPOCH`.
    pub epoch: u64,
    /// In the order of the config's targets, then of names.
    pub artifacts: Vec<Artifact>,
}

/// One artifact: a file, or an image's OCI layout (a folder).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    pub package: Name,
    pub target: TargetKind,
    pub kind: ArtifactKind,
    /// From the folder of `artifacts.json`: `tideplan_scheduler-0.2.0-py3-none-any.whl`, `api.oci`.
    pub path: String,
    /// In bytes; of an image, of all blobs together.
    pub size: u64,
    /// Of the file; of an image, of its manifest. Lower-case hexadecimal.
    pub sha256: String,
    pub coordinate: Coordinate,
    /// The digest as the registry spells it, where that is not `sha256`: npm's `sha512-…` (Subresource
    /// Integrity), Go's `h1:…` (module hash), an OCI manifest's `sha256:…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry_digest: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactKind {
    Sdist,
    Wheel,
    Npm,
    Crate,
    Image,
    Chart,
    /// A Go module's zip: never uploaded, compared with what the module proxy serves.
    Module,
    File,
}

/// What a registry calls it: enough to ask for it and to install it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coordinate {
    /// `tideplan-scheduler`, `@tideplan/client`, `ghcr.io/example/api`, a module path.
    pub name: String,
    /// As the registry spells it: `0.2.0a1`, `v0.2.0`; an image's or chart's fixed tag.
    pub version: String,
}

impl std::fmt::Display for Coordinate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}
