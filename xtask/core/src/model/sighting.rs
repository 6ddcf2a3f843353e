//! What a registry shows when it is asked, and what asking could not find out.

use serde::{Deserialize, Serialize};

/// What stands at a coordinate, compared with what was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Sighting {
    /// The registry answered, and has nothing there.
    Absent,
    /// The registry's digest is the built one's.
    Equal,
    /// The registry has other bytes there.
    Different { theirs: String },
    /// The registry has something there, and nothing is at hand to compare it with.
    Unproven { theirs: String },
    /// The registry did not say: unreachable, or an answer that can't be read.
    Unknown { why: String },
}

impl Sighting {
    /// Compares digests in one spelling; without ours nothing is proven.
    pub fn of(theirs: &str, ours: Option<&str>) -> Sighting {
        match ours {
            Some(ours) if ours.eq_ignore_ascii_case(theirs) => Sighting::Equal,
            Some(_) => Sighting::Different { theirs: theirs.to_owned() },
            None => Sighting::Unproven { theirs: theirs.to_owned() },
        }
    }

    pub fn unknown(why: impl Into<String>) -> Sighting {
        Sighting::Unknown { why: why.into() }
    }

    /// In a word, for tables.
    pub fn word(&self) -> &'static str {
        match self {
            Sighting::Absent => "absent",
            Sighting::Equal => "equal",
            Sighting::Different { .. } => "different",
            Sighting::Unproven { .. } => "present, unproven",
            Sighting::Unknown { .. } => "unknown",
        }
    }
}

/// Who would publish, and whether they may.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "access", rename_all = "kebab-case")]
pub enum Access {
    /// The registry knows who asks and lets them in; what it does not say of them is told to a person.
    May { who: Option<String>, untold: Option<String> },
    /// There are credentials; the registry has no way to try them without publishing.
    CannotTell { why: String },
    /// No credentials; what to set.
    Missing { set: Vec<String> },
    /// The registry refuses these credentials.
    Denied { why: String },
    /// The registry did not answer.
    Unknown { why: String },
}

/// Why an upload did not do what it was asked to. It is never the last word: the registry is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub class: Class,
    /// What was said, secrets masked.
    pub said: Vec<String>,
}

/// What to do about a failed upload that the registry does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// May pass by itself; after so many seconds where the registry said so.
    Retry { after: Option<u64> },
    /// The registry does not want it: credentials, rights, a name, a rule.
    Refused,
    /// Neither: a broken client, an answer that nobody foresaw.
    Broken,
}

impl Trouble {
    pub fn new(class: Class, said: impl Into<String>) -> Trouble {
        let said: String = said.into();
        Trouble { class, said: said.lines().map(str::to_owned).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_needs_proof() {
        assert_eq!(Sighting::of("AB", Some("ab")), Sighting::Equal);
        assert_eq!(Sighting::of("ab", Some("cd")), Sighting::Different { theirs: "ab".into() });
        assert_eq!(Sighting::of("ab", None), Sighting::Unproven { theirs: "ab".into() });
    }
}
