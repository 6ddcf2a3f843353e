//! Poetry's dependency specification: carets, tildes and bare versions as npm has them, joined by
//! commas; everything else is PEP 440. A pre-release is looked at once the set names one.

use super::npm;
use super::pep440;
use crate::model::version::Version;

/// Whether a requirement uses what PEP 440 does not know.
fn is_own(text: &str) -> bool {
    text.split(',').map(str::trim).any(|part| {
        let tilde = part.starts_with('~') && !part.starts_with("~=");
        tilde || part.starts_with(['^', '*']) || part.starts_with(|c: char| c.is_ascii_digit())
    })
}

pub(super) fn admits(text: &str, version: Version) -> Result<bool, String> {
    match is_own(text) {
        true => npm::read_helm(text)?.admits(version),
        false => pep440::read(text).map(|set| set.admits(version)),
    }
}

pub(super) fn moved(text: &str, version: Version) -> Result<String, String> {
    match is_own(text) {
        true => npm::read_helm(text)?.moved(version),
        false => pep440::read(text)?.moved(version),
    }
}
