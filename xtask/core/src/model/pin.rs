//! Pins: versions of other repositories that files of this one hold.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::config::PlaceRule;
use super::form::Form;
use super::names::{Name, TagName};
use super::path::RepoPath;
use super::sighting::Sighting;
use super::target::Target;
use super::template::Template;
use super::version::Version;

/// `[pins.NAME]`: an upstream repository and the places that say which of its releases this one builds on.
///
/// These places are none of ours: they follow `--pin NAME=TAG` alone, never a version of this repository.
#[derive(Clone, Debug)]
pub struct Pin {
    pub name: Name,
    pub repository: Address,
    /// From the repository's root. In a pattern `{tag}` stands for the tag's template.
    pub places: Vec<PlaceRule>,
    /// The upstream's tags: `v{version}`.
    pub tag: Template,
    /// The line in the changelog; may hold `{name}`, `{tag}`, `{previous}` and the version.
    pub note: Template,
    /// The category of that line: `changed`.
    pub kind: String,
    /// What must stand at the registries before the pin moves.
    pub targets: Vec<Target>,
    /// The groups whose release may move it.
    pub groups: Vec<Name>,
    pub line: usize,
}

impl Pin {
    /// The upstream's tag for a version.
    pub fn tag_of(&self, version: Version) -> String {
        self.tag.render(version, Form::SEMVER, |_| String::new())
    }

    /// The version that a tag of the upstream's means; none for a tag of another shape.
    pub fn version_of(&self, tag: &str) -> Option<Version> {
        self.tag.extract(tag, Form::SEMVER)
    }
}

/// What a pin's place spells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelled {
    /// The whole tag: `v0.2.0`.
    Tag,
    /// The version alone, in a form.
    Version(Form),
}

/// One spot in one file that holds a pin's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinPlace {
    pub file: RepoPath,
    /// What stands there, for people: `/oss/tag`.
    pub node: String,
    /// The bytes, as a [`super::place::Place`]'s.
    pub span: Range<usize>,
    pub line: usize,
    pub text: String,
    pub spelled: Spelled,
}

impl PinPlace {
    /// What stands there for a version.
    pub fn render(&self, pin: &Pin, version: Version) -> String {
        match self.spelled {
            Spelled::Tag => pin.tag_of(version),
            Spelled::Version(form) => form.render(version),
        }
    }

    /// The whole version that stands there; none where the form drops a part of it.
    pub fn whole(&self, pin: &Pin) -> Option<Version> {
        match self.spelled {
            Spelled::Tag => pin.version_of(&self.text),
            Spelled::Version(form) if form.is_whole() => form.parse(&self.text),
            Spelled::Version(_) => None,
        }
    }
}

/// A pin's places as they are.
#[derive(Clone, Debug)]
pub struct Pinned {
    pub name: Name,
    /// By file and position.
    pub places: Vec<PinPlace>,
}

/// `--pin oss=v0.2.0`: the upstream's release to build on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinRequest {
    pub name: Name,
    pub tag: TagName,
}

impl PinRequest {
    /// Reads `NAME=TAG`.
    ///
    /// # Errors
    /// Says why the text is refused, as the end of a sentence that starts with it.
    pub fn parse(text: &str) -> Result<PinRequest, String> {
        let (name, tag) = text.split_once('=').ok_or("is no NAME=TAG")?;
        let name = Name::parse(name).map_err(|why| format!("names a pin that {why}"))?;
        let tag = TagName::parse(tag).map_err(|why| format!("names a tag that {why}"))?;
        Ok(PinRequest { name, tag })
    }
}

/// As it is typed: `oss=v0.2.0`.
impl fmt::Display for PinRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.name, self.tag)
    }
}

/// What was seen of a pin's upstream.
#[derive(Clone, Debug)]
pub struct Upstream {
    pub tags: UpstreamTags,
    /// What its registries show of the tag's version: a coordinate for people, and what was seen there.
    pub targets: Vec<(String, Sighting)>,
}

/// The upstream's tags, as far as they could be asked for.
#[derive(Clone, Debug)]
pub enum UpstreamTags {
    /// Not asked, on purpose.
    Offline,
    /// Asked without an answer; git's last words.
    Unreachable(String),
    /// Their names.
    Seen(BTreeSet<String>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_typed() {
        let read = PinRequest::parse("oss=v0.2.0").unwrap();
        assert_eq!((read.name.as_str(), read.tag.as_str()), ("oss", "v0.2.0"));
        assert_eq!(read.to_string(), "oss=v0.2.0");
        for (text, why) in [
            ("oss", "no NAME=TAG"),
            ("=v1", "a pin that is empty"),
            ("oss=", "a tag that is no ref name"),
            ("oss=--yes", "a tag that starts with `-`"),
            ("-x=v1", "must start with"),
        ] {
            assert!(PinRequest::parse(text).unwrap_err().contains(why), "{text}");
        }
    }
}
