//! What the user asked for.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::config::Level;
use super::names::Name;
use super::pin::PinRequest;
use super::version::{Stage, Version, VersionError};

/// The bump asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bump {
    /// `patch`, `minor`, `major`.
    Level(Level),
    /// `minor alpha`: the first pre-release of the next minor.
    Series(Level, Stage),
    /// `alpha`, `beta`, `rc`: the next of the stage, or the first of a later one.
    Stage(Stage),
    /// `release`: the final version of the series.
    Finish,
    /// A version spelled out.
    Exact(Version),
    /// The level that the pending notes call for.
    Auto,
    /// `after-publish`: the places that wait for a publication follow the version that stands.
    AfterPublish,
    /// `next`: the development version of the next release.
    Next,
}

/// Why words are no bump.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BumpError {
    Missing,
    Unknown(String),
    /// Behind a level stands no stage.
    Stage(String),
    Version(String, VersionError),
    /// A development version, which is never released.
    Development(Version),
}

impl Bump {
    /// Reads the command's words: `["minor", "alpha"]`, `["1.2.3-rc.1"]`.
    ///
    /// # Errors
    /// Names the word that is neither a bump nor a version.
    pub fn parse<S: AsRef<str>>(words: &[S]) -> Result<Bump, BumpError> {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        match words.as_slice() {
            [] => Err(BumpError::Missing),
            ["auto"] => Ok(Bump::Auto),
            ["release"] => Ok(Bump::Finish),
            ["after-publish"] => Ok(Bump::AfterPublish),
            ["next"] => Ok(Bump::Next),
            [word] => match (Level::parse(word), Stage::parse(word)) {
                (Some(level), _) => Ok(Bump::Level(level)),
                (_, Some(stage)) => Ok(Bump::Stage(stage)),
                _ if word.starts_with(|c: char| c.is_ascii_digit()) => match Version::parse(word) {
                    Ok(version) if version.is_dev() => Err(BumpError::Development(version)),
                    Ok(version) => Ok(Bump::Exact(version)),
                    Err(why) => Err(BumpError::Version((*word).to_owned(), why)),
                },
                _ => Err(BumpError::Unknown((*word).to_owned())),
            },
            [level, stage] => match (Level::parse(level), Stage::parse(stage)) {
                (Some(level), Some(stage)) => Ok(Bump::Series(level, stage)),
                (None, _) => Err(BumpError::Unknown((*level).to_owned())),
                (_, None) => Err(BumpError::Stage((*stage).to_owned())),
            },
            [_, _, extra, ..] => Err(BumpError::Unknown((*extra).to_owned())),
        }
    }
}

/// As it is typed: `minor alpha`.
impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bump::Level(level) => write!(f, "{level}"),
            Bump::Series(level, stage) => write!(f, "{level} {stage}"),
            Bump::Stage(stage) => write!(f, "{stage}"),
            Bump::Finish => f.write_str("release"),
            Bump::Exact(version) => write!(f, "{version}"),
            Bump::Auto => f.write_str("auto"),
            Bump::AfterPublish => f.write_str("after-publish"),
            Bump::Next => f.write_str("next"),
        }
    }
}

impl Bump {
    /// Whether a version is released: changelog, tags and all. The other bumps only move places.
    pub fn is_release(self) -> bool {
        !matches!(self, Bump::AfterPublish | Bump::Next)
    }
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Patch, Level::Minor, Level::Major];

    pub fn name(self) -> &'static str {
        match self {
            Level::Patch => "patch",
            Level::Minor => "minor",
            Level::Major => "major",
        }
    }

    pub fn parse(text: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == text)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Bump {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bump {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Bump, D::Error> {
        let text = String::deserialize(deserializer)?;
        let words: Vec<&str> = text.split(' ').collect();
        Bump::parse(&words).map_err(|_| serde::de::Error::custom(format!("`{text}` is no bump")))
    }
}

/// A whole request for a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub bump: Bump,
    /// The groups to release, in the config's order.
    pub groups: Vec<Name>,
    /// `--prepare`: a branch to review instead of tags.
    pub prepare: bool,
    /// `--summary`: opens the dated section.
    pub summary: Option<String>,
    /// `--force-version`: an unusual forward jump is meant.
    pub force_version: bool,
    /// `--offline`: the remote was not asked, on purpose.
    pub offline: bool,
    /// `--pin`: the releases of other repositories to build on, by name.
    #[serde(default)]
    pub pins: Vec<PinRequest>,
}

impl Request {
    /// The bump with the pins, as they are typed: `minor --pin oss=v0.2.0`.
    pub fn typed(&self) -> String {
        let pins = self.pins.iter().map(|pin| format!(" --pin {pin}"));
        std::iter::once(self.bump.to_string()).chain(pins).collect()
    }

    /// Every word that a command needs to plan the same: `["minor", "--group", "app", "--pin", "oss=v0.2.0"]`.
    /// `--prepare` and `--offline` are not among them.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.bump.to_string().split(' ').map(str::to_owned).collect();
        words.extend(self.groups.iter().flat_map(|group| ["--group".to_owned(), group.to_string()]));
        words.extend(self.pins.iter().flat_map(|pin| ["--pin".to_owned(), pin.to_string()]));
        match &self.summary {
            // Behind a blank it would be read as an option.
            Some(text) if text.starts_with('-') => words.push(format!("--summary={text}")),
            Some(text) => words.extend(["--summary".to_owned(), text.clone()]),
            None => {}
        }
        words.extend(self.force_version.then(|| "--force-version".to_owned()));
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::command::paste;

    #[test]
    fn says_every_word_of_a_plan() {
        let mut request = Request {
            bump: Bump::parse(&["minor", "rc"]).unwrap(),
            groups: vec![Name::parse("app").unwrap()],
            prepare: false,
            summary: Some("Fast, \"and\" small.".into()),
            force_version: true,
            offline: true,
            pins: vec![PinRequest::parse("oss=v0.2.0").unwrap()],
        };
        let said = "minor rc --group app --pin oss=v0.2.0 --summary 'Fast, \"and\" small.' --force-version";
        assert_eq!(paste(&request.words()), said);
        request.summary = Some("--yes".into());
        assert!(request.words().contains(&"--summary=--yes".to_owned()));
    }

    #[test]
    fn reads_what_is_typed() {
        for text in [
            "patch",
            "minor",
            "major",
            "minor alpha",
            "patch rc",
            "alpha",
            "beta",
            "rc",
            "release",
            "1.2.3",
            "1.2.3-rc.1",
            "auto",
            "after-publish",
            "next",
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(Bump::parse(&words).unwrap().to_string(), text);
        }
        assert_eq!(Bump::parse::<&str>(&[]), Err(BumpError::Missing));
        assert_eq!(Bump::parse(&["alpha", "minor"]), Err(BumpError::Unknown("alpha".into())));
        assert_eq!(Bump::parse(&["minor", "gamma"]), Err(BumpError::Stage("gamma".into())));
        assert_eq!(Bump::parse(&["minor", "rc", "x"]), Err(BumpError::Unknown("x".into())));
        assert!(matches!(Bump::parse(&["1.02.0"]), Err(BumpError::Version(_, VersionError::LeadingZero))));
        assert!(matches!(Bump::parse(&["v1.2.0"]), Err(BumpError::Unknown(_))));
        assert!(matches!(Bump::parse(&["1.2.0-dev"]), Err(BumpError::Development(_))));
    }
}
