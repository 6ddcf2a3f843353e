//! `[gates]`: what the gates are told by the config.

use std::collections::BTreeMap;
use std::fmt;

use super::gate::{Stage, Verdict};
use super::template::Template;

/// The whole table. Every gate has a default; what is not said is not asked for.
#[derive(Clone, Debug)]
pub struct GateRules {
    pub credentials: CredentialRules,
    /// Version ranges of programs, by their names.
    pub tools: BTreeMap<String, Range>,
    /// `[gates.rehearsal] required`: a release needs the record of a rehearsal that passed.
    pub rehearsal: bool,
    pub own: Vec<OwnGate>,
}

impl Default for GateRules {
    fn default() -> GateRules {
        GateRules {
            credentials: CredentialRules { at: vec![Stage::Publish], who: BTreeMap::new() },
            tools: BTreeMap::new(),
            rehearsal: false,
            own: Vec::new(),
        }
    }
}

/// `[gates.credentials]`.
#[derive(Clone, Debug)]
pub struct CredentialRules {
    /// Before what the registries are asked.
    pub at: Vec<Stage>,
    /// Who must be logged in, by the target's label or kind: `npm = "release-bot"`.
    pub who: BTreeMap<String, String>,
}

/// A range of versions in Cargo's spelling: `>=10, <12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range(semver::VersionReq);

impl Range {
    /// Reads a range.
    ///
    /// # Errors
    /// Says what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Range, String> {
        semver::VersionReq::parse(text).map(Range).map_err(|error| format!("is no range ({error})"))
    }

    /// Whether a version of a program is in it; of a pre-release its final version counts.
    pub fn holds(&self, (major, minor, patch): (u64, u64, u64)) -> bool {
        self.0.matches(&semver::Version::new(major, minor, patch))
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `[[gates.own]]`: a command, and what its exit codes mean.
#[derive(Clone, Debug)]
pub struct OwnGate {
    /// `own/licences`, which no gate of windlass is named.
    pub name: String,
    /// Program and arguments.
    pub run: Vec<Template>,
    pub stages: Vec<Stage>,
    /// Every other code fails.
    pub meanings: BTreeMap<i32, Meaning>,
    /// Seconds; past them nothing is known.
    pub limit: u64,
}

/// What an exit code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Pass,
    Fail,
    Unknown,
    Off,
}

impl Meaning {
    pub const ALL: [(&str, Meaning); 4] = [
        ("pass", Meaning::Pass),
        ("fail", Meaning::Fail),
        ("unknown", Meaning::Unknown),
        ("off", Meaning::Off),
    ];

    pub fn verdict(self) -> Verdict {
        match self {
            Meaning::Pass => Verdict::Pass,
            Meaning::Fail => Verdict::Fail,
            Meaning::Unknown => Verdict::Unknown,
            Meaning::Off => Verdict::Off,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cargos() {
        let range = Range::parse(">=10, <12").unwrap();
        assert!(range.holds((10, 0, 0)) && range.holds((11, 9, 3)) && !range.holds((12, 0, 0)));
        assert!(Range::parse("ten").is_err() && Range::parse("").is_err());
        assert_eq!(range.to_string(), ">=10, <12");
    }
}
