//! A hook written in Rust: part of a repository's own `xtask`.

use super::config::Hook;

/// The words by which a plan names a hook of the repository's own `xtask`, before its name. It is run
/// by the very program that executes the plan: a build in the middle of a release would see manifests
/// whose versions have moved.
pub const OWN: [&str; 3] = ["cargo", "xtask", "hook"];

/// What a hook in Rust is declared as, by the same words as `[[hooks]]`.
#[derive(Clone, Copy, Debug)]
pub struct OwnHook {
    /// The point at which it runs; `edit` is the only one.
    pub after: &'static str,
    /// Letters, digits, `-`, `_`, `.`.
    pub name: &'static str,
    /// Globs from the root of what it may change.
    pub changes: &'static [&'static str],
}

/// The release that a hook runs in: what a program gets as `WINDLASS_*` variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// In semver: `0.2.0-alpha.1`.
    pub version: String,
    /// In the form of [PEP 440](https://peps.python.org/pep-0440/): `0.2.0a1`.
    pub version_pep440: String,
    /// The version before, in semver.
    pub previous_version: String,
    /// The first tag of the group.
    pub tag: String,
    pub group: String,
}

impl Hook {
    /// Whether it is one of the `xtask` that plans it.
    pub fn is_own(&self) -> bool {
        self.run.len() > OWN.len() && self.run.iter().zip(OWN).all(|(word, own)| word.to_string() == own)
    }
}
