//! What a rehearsal did: its record, bound to the plan's id.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::names::{CommitId, Name, TagName};
use super::problem::Problems;

/// The format number of a record; another one is refused.
pub const FORMAT: u32 = 1;

/// Where records lie, from the repository's root.
pub const RECORDS: &str = "target/windlass/rehearsals";

/// `target/windlass/rehearsals/<plan id>.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    pub format: u32,
    /// The id of the plan that was carried out. A release of the same commit has the same one.
    pub plan: String,
    /// The commit that was rehearsed, before the release commit.
    pub base: CommitId,
    pub groups: Vec<Rehearsed>,
    /// In the order of the config.
    pub targets: Vec<TargetResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smoke: Option<SmokeResult>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<FaultResult>,
    pub verdict: Verdict,
    /// Name and version of what took part: `git`, `npm`, `windlass`.
    pub tools: BTreeMap<String, String>,
    /// Seconds since 1970 when it began.
    pub began: i64,
    pub millis: u64,
    pub problems: Problems,
}

/// One group's release within the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rehearsed {
    pub group: Name,
    /// In semver's spelling.
    pub version: String,
    pub tag: TagName,
    /// The release commit. It holds the day, so that another day's has another id.
    pub commit: Option<CommitId>,
}

/// What became of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetResult {
    /// `api/image`.
    pub target: String,
    pub group: Name,
    /// Left out by `--skip`, or because this version is not published there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// By path from the folder of the build: SHA-256.
    pub digests: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub built_millis: Option<u64>,
    /// How many of its artifacts stand at the registry as they were built.
    pub published: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_millis: Option<u64>,
    /// By what it was installed from there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_millis: Option<u64>,
}

/// The smoke test of the release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmokeResult {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    pub millis: u64,
}

/// How a publication with a fault ended, and the run after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultResult {
    /// `npm:drop-after`.
    pub fault: String,
    /// Exit codes of the run with the fault, and of a plain one after it.
    pub first: i32,
    pub again: i32,
    /// How often each upload was taken by its registry, by artifact.
    pub accepted: BTreeMap<String, usize>,
    pub as_expected: bool,
}

/// What it all comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything was built, published, installed back and run.
    Passed,
    /// The same but for what was skipped.
    Incomplete,
    Failed,
    /// Other bytes stood there, and nothing was changed.
    Conflict,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let record = Record {
            format: FORMAT,
            plan: "0".repeat(64),
            base: CommitId::parse(&"a".repeat(40)).unwrap(),
            groups: Vec::new(),
            targets: Vec::new(),
            smoke: None,
            fault: None,
            verdict: Verdict::Incomplete,
            tools: BTreeMap::new(),
            began: 0,
            millis: 1,
            problems: Vec::new(),
        };
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
        assert!(text.contains("\"verdict\":\"incomplete\""));
    }
}
