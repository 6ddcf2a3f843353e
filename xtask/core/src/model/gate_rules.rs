//! `[gates]`: what the gates are told by the config.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

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
    /// `[gates.ci-green] wait`: how long a run that goes on is waited for.
    pub ci_wait: Wait,
    pub own: Vec<OwnGate>,
}

impl Default for GateRules {
    fn default() -> GateRules {
        GateRules {
            credentials: CredentialRules { at: vec![Stage::Publish], who: BTreeMap::new() },
            tools: BTreeMap::new(),
            rehearsal: false,
            ci_wait: Wait::default(),
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

/// A time as the config writes it: `90s`, `30m`, `2h`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wait(Duration);

impl Wait {
    /// Longer than this nobody waits for a release.
    const LONGEST: u64 = 24 * 3600;

    /// Reads a time.
    ///
    /// # Errors
    /// Says what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Wait, String> {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = match &text[digits.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err("is no number with `s`, `m` or `h` behind it".into()),
        };
        let number = digits.parse::<u64>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
        let seconds = number.and_then(|number| number.checked_mul(unit));
        match seconds {
            Some(seconds @ 1..=Wait::LONGEST) => Ok(Wait(Duration::from_secs(seconds))),
            Some(0) => Err("is no time at all; leave `wait` out".into()),
            Some(_) => Err("is longer than a day".into()),
            None => Err("is no number with `s`, `m` or `h` behind it".into()),
        }
    }

    /// Whole seconds as such a time, a day at most; none for no time.
    pub fn of(time: Duration) -> Option<Wait> {
        let seconds = time.as_secs().min(Wait::LONGEST);
        (seconds > 0).then(|| Wait(Duration::from_secs(seconds)))
    }

    pub fn time(self) -> Duration {
        self.0
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            _ if seconds.is_multiple_of(3600) => write!(f, "{}h", seconds / 3600),
            _ if seconds.is_multiple_of(60) => write!(f, "{}m", seconds / 60),
            _ => write!(f, "{seconds}s"),
        }
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
    fn times_have_a_unit() {
        for (text, seconds) in [("90s", 90), ("30m", 1800), ("2h", 7200), ("24h", 86_400)] {
            let wait = Wait::parse(text).unwrap();
            assert_eq!((wait.time().as_secs(), wait.to_string().as_str()), (seconds, text));
        }
        for text in
            ["", "30", "m", "-1m", "1.5h", "0s", "25h", "1d", "30 m", "99999999999999999999h", "1h30m", "é"]
        {
            assert!(Wait::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_are_cargos() {
        let range = Range::parse(">=10, <12").unwrap();
        assert!(range.holds((10, 0, 0)) && range.holds((11, 9, 3)) && !range.holds((12, 0, 0)));
        assert!(Range::parse("ten").is_err() && Range::parse("").is_err());
        assert_eq!(range.to_string(), ">=10, <12");
    }
}
