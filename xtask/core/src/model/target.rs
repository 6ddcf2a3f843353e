//! Where a package's artifacts are published: the config's `[[targets]]`, checked.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::form::Form;
use super::names::Name;
use super::oci::OciName;
use super::path::RepoPath;
use super::template::{Part, Template};
use super::version::{Stage, Suffix, Version};

/// The kinds of registries, each spoken to in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetKind {
    /// A Python package index: one sdist and the wheels, uploaded by twine.
    Pypi,
    /// An npm registry: one packed archive.
    Npm,
    /// A cargo registry: one `.crate`.
    Crates,
    /// An OCI registry: a container image.
    Image,
    /// An OCI registry: a Helm chart.
    Helm,
    /// A Go module: its tag is the publication, a module proxy shows it.
    Go,
    /// Plain files for a forge's release entry; no registry shows them.
    Files,
}

impl TargetKind {
    pub const ALL: [TargetKind; 7] = [
        TargetKind::Pypi,
        TargetKind::Npm,
        TargetKind::Crates,
        TargetKind::Image,
        TargetKind::Helm,
        TargetKind::Go,
        TargetKind::Files,
    ];

    /// As a config writes it: `pypi`.
    pub fn name(self) -> &'static str {
        match self {
            TargetKind::Pypi => "pypi",
            TargetKind::Npm => "npm",
            TargetKind::Crates => "crates",
            TargetKind::Image => "image",
            TargetKind::Helm => "helm",
            TargetKind::Go => "go",
            TargetKind::Files => "files",
        }
    }

    /// The form in which the registry spells versions, where it has one of its own.
    pub fn form(self) -> Option<Form> {
        match self {
            TargetKind::Pypi => Some(Form::PEP440),
            TargetKind::Npm | TargetKind::Crates => Some(Form::SEMVER),
            TargetKind::Go => Some(Form { v: true, ..Form::SEMVER }),
            TargetKind::Image | TargetKind::Helm | TargetKind::Files => None,
        }
    }
}

impl fmt::Display for TargetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The variable of GitHub's own token.
const OWN_TOKEN: &str = "GITHUB_TOKEN";

/// One `[[targets]]`: a package, a kind of registry, and how it is published there.
#[derive(Clone, Debug)]
pub struct Target {
    pub package: Name,
    pub kind: TargetKind,
    /// The name at the registry: `ghcr.io/example/api` for an image (its host included),
    /// `ghcr.io/example/charts/suite` for a chart. Pypi, npm, crates and go default to the name in the
    /// package's manifest; an image and a chart always have one, files never.
    pub name: Option<TargetName>,
    /// A registry by the name that the client's own configuration gives it: a section of `.pypirc`,
    /// a `[registries.NAME]` of cargo. None is the client's default.
    pub registry: Option<Name>,
    /// An image's tags, of which the first names the version whole (its coordinate); npm's dist-tags of
    /// final versions. Those that float move last. Empty for other kinds.
    pub tags: Vec<Template>,
    /// The dist-tag of npm's pre-releases; of no meaning for other kinds.
    pub prerelease_tag: String,
    /// Which releases are published here.
    pub releases: Releases,
    /// Whether a publication fails without it; an optional one without credentials is shown as skipped.
    pub required: bool,
    pub credentials: Credentials,
    /// Whether reading what was published needs the credentials, too.
    pub private: bool,
    /// Packages that must be published before, besides those that this one requires.
    pub after: Vec<Name>,
    pub build: Build,
    /// What proves an installed package: a program and its arguments, run in the clean room.
    pub check: Vec<Template>,
    pub line: usize,
}

impl Target {
    /// `api/image`: how reports and `--only` name it.
    pub fn label(&self) -> String {
        format!("{}/{}", self.package, self.kind)
    }

    /// Whether the credentials are GitHub's own token of a job: who may read with it, the forge decides.
    pub fn takes_own_token(&self) -> bool {
        self.credentials.token.as_deref() == Some(OWN_TOKEN)
    }

    /// Whether what reads from the registry is given the credentials.
    pub fn is_read_with_credentials(&self) -> bool {
        self.private || self.takes_own_token()
    }

    /// The name of an image or a chart.
    pub fn oci(&self) -> Option<&OciName> {
        self.name.as_ref().and_then(TargetName::oci)
    }

    /// Whether a release of this version is published here.
    pub fn takes(&self, version: Version) -> bool {
        self.releases == Releases::Every || version.is_stable()
    }
}

/// A target's name at its registry, checked by the kind's own rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetName {
    /// A name in a package registry, or a Go module's path.
    Package(String),
    /// A repository in an OCI registry, its host included.
    Oci(OciName),
}

impl TargetName {
    pub fn as_str(&self) -> &str {
        match self {
            TargetName::Package(name) => name,
            TargetName::Oci(name) => name.as_str(),
        }
    }

    pub fn oci(&self) -> Option<&OciName> {
        match self {
            TargetName::Package(_) => None,
            TargetName::Oci(name) => Some(name),
        }
    }
}

impl fmt::Display for TargetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which releases a target takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Releases {
    #[default]
    Every,
    /// Final versions only; needed where the coordinate drops the stage, since two pre-releases would
    /// claim one coordinate with different bytes.
    Stable,
}

/// The names of the environment variables that hold who publishes and with what. Without a token
/// a target is published anonymously.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    pub user: Option<String>,
    pub token: Option<String>,
}

/// How a target's artifacts are built, where the kind's own way is not enough.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// Programs that run first, from the repository's root: generators, a page's bundler.
    pub before: Vec<Vec<Template>>,
    /// Of an image, and of nothing else.
    pub image: Option<ImageBuild>,
    /// Globs of plain files, from the repository's root.
    pub files: Vec<String>,
    /// Globs of the wheels' file names that a release has, all of them. Empty: whichever are built.
    pub wheels: Vec<String>,
}

/// What an image is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageBuild {
    /// From the repository's root; a `Dockerfile` in the package's folder unless said otherwise.
    pub dockerfile: RepoPath,
    /// The folder that is sent to the builder; the package's own unless said otherwise.
    pub context: RepoPath,
    /// Build arguments (`--build-arg`).
    pub args: BTreeMap<String, Template>,
}

/// What a tag of an image says about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagHold {
    /// Names one version for ever: `1.2.3`, `v1.2.3-rc.1`.
    Fixed,
    /// Moves with releases: `1.2`, `latest`.
    Floating,
}

/// Whether a tag names a version for ever: its version is spelled whole, or as `X.Y.Z`.
pub fn hold(tag: &Template, form: Form) -> TagHold {
    let fixed = |part: &Part| match part {
        Part::Version(own) => {
            let form = own.unwrap_or(form);
            form.is_whole() || form.spelling == Form::PLAIN.spelling
        }
        _ => false,
    };
    if tag.parts().iter().any(fixed) { TagHold::Fixed } else { TagHold::Floating }
}

/// The texts of a tag for a final version and for a pre-release, to try a registry's rules on.
pub fn samples(tag: &Template) -> [String; 2] {
    let stable = Version::new(1, 2, 3);
    let pre = stable.with(Suffix::Pre(Stage::Rc, 4));
    [stable, pre].map(|version| tag.render(version, Form::SEMVER, |_| String::new()))
}

/// Whether a coordinate forgets a version's stage, so that two pre-releases share it.
pub fn drops_stage(tag: &Template, form: Form) -> bool {
    let versions = || {
        tag.parts().iter().filter_map(|part| match part {
            Part::Version(own) => Some(own.unwrap_or(form)),
            _ => None,
        })
    };
    hold(tag, form) == TagHold::Fixed && !versions().any(Form::is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_fixed_tags_from_floating_ones() {
        let table = [
            ("{version}", TagHold::Fixed, false),
            ("v{version}", TagHold::Fixed, false),
            ("{version:X.Y.Z}", TagHold::Fixed, true),
            ("{version:X.Y}", TagHold::Floating, false),
            ("{version:X.Y}-slim", TagHold::Floating, false),
            ("latest", TagHold::Floating, false),
        ];
        for (text, holds, drops) in table {
            let tag = Template::parse(text, &[]).unwrap();
            assert_eq!((hold(&tag, Form::SEMVER), drops_stage(&tag, Form::SEMVER)), (holds, drops), "{text}");
        }
    }
}
