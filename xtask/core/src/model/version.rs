//! A release version and its order.
//!
//! The canonical spelling is [semantic versioning 2.0.0](https://semver.org), with the
//! pre-release narrowed to the three stages that every registry of ours can spell
//! (`alpha`, `beta`, `rc`) plus the development suffix that a group may carry between releases.

use std::cmp::Ordering;
use std::fmt;

/// A stage of a pre-release series, lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Alpha,
    Beta,
    Rc,
}

impl Stage {
    pub const ALL: [Stage; 3] = [Stage::Alpha, Stage::Beta, Stage::Rc];

    /// The semver spelling: `alpha`, `beta`, `rc`.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Alpha => "alpha",
            Stage::Beta => "beta",
            Stage::Rc => "rc",
        }
    }

    /// The PEP 440 spelling (normalised form): `a`, `b`, `rc`.
    pub fn pep440(self) -> &'static str {
        match self {
            Stage::Alpha => "a",
            Stage::Beta => "b",
            Stage::Rc => "rc",
        }
    }

    /// Reads the semver spelling.
    pub fn parse(text: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == text)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What follows `X.Y.Z`, in ascending order: `-dev` < `-alpha.1` < `-rc.1` < nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suffix {
    /// Work towards the version, never released: `-dev`, `.dev0`, `-SNAPSHOT`.
    Dev,
    /// The `number`-th pre-release of a stage, counted from 1 (0 is read but never made).
    Pre(Stage, u64),
    /// The final version.
    None,
}

/// A version: three numbers and what follows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
    pub suffix: Suffix,
}

impl Version {
    /// A final version.
    pub const fn new(major: u64, minor: u64, patch: u64) -> Version {
        Version { major, minor, patch, suffix: Suffix::None }
    }

    /// The same numbers with another suffix.
    pub const fn with(self, suffix: Suffix) -> Version {
        Version { suffix, ..self }
    }

    /// The same numbers, final.
    pub const fn core(self) -> Version {
        self.with(Suffix::None)
    }

    pub fn is_stable(self) -> bool {
        self.suffix == Suffix::None
    }

    pub fn is_dev(self) -> bool {
        self.suffix == Suffix::Dev
    }

    /// The stage and number of a pre-release.
    pub fn pre(self) -> Option<(Stage, u64)> {
        match self.suffix {
            Suffix::Pre(stage, number) => Some((stage, number)),
            _ => None,
        }
    }

    /// Reads the canonical spelling: `1.2.3`, `1.2.3-rc.1`, `1.2.3-dev`.
    ///
    /// # Errors
    /// Says what is wrong with the text, as the end of a sentence that starts with the text.
    pub fn parse(text: &str) -> Result<Version, VersionError> {
        if let Some(core) = text.strip_suffix("-SNAPSHOT") {
            return Ok(Version::parse(core)?.with(Suffix::Dev));
        }
        let parsed = semver::Version::parse(text).map_err(|error| {
            if has_leading_zero(text) {
                VersionError::LeadingZero
            } else {
                VersionError::NotSemver(error.to_string())
            }
        })?;
        if !parsed.build.is_empty() {
            return Err(VersionError::BuildMetadata(parsed.build.to_string()));
        }
        let core = Version::new(parsed.major, parsed.minor, parsed.patch);
        Ok(core.with(parse_suffix(parsed.pre.as_str())?))
    }
}

fn parse_suffix(pre: &str) -> Result<Suffix, VersionError> {
    if pre.is_empty() {
        return Ok(Suffix::None);
    }
    if pre == "dev" || pre == "dev.0" {
        return Ok(Suffix::Dev);
    }
    let (stage, number) = pre.split_once('.').unwrap_or((pre, ""));
    let stage = Stage::parse(stage).ok_or_else(|| VersionError::UnknownStage(stage.to_owned()))?;
    let number = number.parse().map_err(|_| VersionError::StageNumber(pre.to_owned()))?;
    Ok(Suffix::Pre(stage, number))
}

fn has_leading_zero(text: &str) -> bool {
    text.split(['.', '-', '+'])
        .any(|part| part.len() > 1 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit()))
}

impl Ord for Version {
    fn cmp(&self, other: &Version) -> Ordering {
        (self.major, self.minor, self.patch, self.suffix).cmp(&(
            other.major,
            other.minor,
            other.patch,
            other.suffix,
        ))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Version) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The canonical (semver) spelling.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match self.suffix {
            Suffix::None => Ok(()),
            Suffix::Dev => f.write_str("-dev"),
            Suffix::Pre(stage, number) => write!(f, "-{stage}.{number}"),
        }
    }
}

impl serde::Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Version::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Why a text is not a version that windlass releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionError {
    LeadingZero,
    BuildMetadata(String),
    UnknownStage(String),
    StageNumber(String),
    NotSemver(String),
}

impl fmt::Display for VersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VersionError::LeadingZero => f.write_str("a number has a leading zero"),
            VersionError::BuildMetadata(build) => {
                write!(f, "build metadata (`+{build}`) cannot be released: registries ignore or refuse it")
            }
            VersionError::UnknownStage(stage) => {
                write!(f, "`{stage}` is no stage; the stages are alpha, beta, rc")
            }
            VersionError::StageNumber(pre) => {
                write!(f, "`{pre}` lacks its number; write it as `rc.1`")
            }
            VersionError::NotSemver(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for VersionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_as_semver_does() {
        let sorted = [
            "0.1.0",
            "0.2.0-dev",
            "0.2.0-alpha.2",
            "0.2.0-alpha.10",
            "0.2.0-beta.1",
            "0.2.0-rc.1",
            "0.2.0",
            "0.10.0",
        ];
        let parsed: Vec<_> = sorted.iter().map(|text| Version::parse(text).unwrap()).collect();
        assert!(parsed.windows(2).all(|pair| pair[0] < pair[1]), "{parsed:?}");
        let spelled: Vec<_> = parsed.iter().map(Version::to_string).collect();
        assert_eq!(spelled, sorted);
    }

    #[test]
    fn refuses_with_the_reason() {
        let why = |text: &str| Version::parse(text).unwrap_err();
        assert_eq!(why("1.02.3"), VersionError::LeadingZero);
        assert_eq!(why("1.2.3-rc.01"), VersionError::LeadingZero);
        assert_eq!(why("1.2.3+5"), VersionError::BuildMetadata("5".into()));
        assert_eq!(why("1.2.3-gamma.1"), VersionError::UnknownStage("gamma".into()));
        assert_eq!(why("1.2.3-rc"), VersionError::StageNumber("rc".into()));
        assert_eq!(why("1.2.3-rc.1.2"), VersionError::StageNumber("rc.1.2".into()));
        assert!(matches!(why("1.2"), VersionError::NotSemver(_)));
        assert!(matches!(why("v1.2.3"), VersionError::NotSemver(_)));
    }
}
