//! Poetry's dependency specification: carets, tildes and bare versions as npm has them, joined by
//! commas; everything else is PEP 440. A pre-release is looked at once the set names one.

use super::npm;
use super::pep440;
use crate::model::form::Form;
use crate::model::version::Version;

/// Whether a requirement uses what PEP 440 does not know.
fn is_own(text: &str) -> bool {
    text.split(',').map(str::trim).any(|part| {
        let tilde = part.starts_with('~') && !part.starts_with("~=");
        tilde || part.starts_with(['^', '*']) || part.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// A pre-release of PEP 440, `^1.2.3rc1`, which Poetry takes in carets and tildes as it takes
/// `^1.2.3-rc.1` (python-poetry.org, "Dependency specification").
struct Spelled {
    /// As npm has it.
    text: String,
    pep440: bool,
}

fn spelled(text: &str) -> Spelled {
    let mut pep440 = false;
    let part = |part: &str| {
        let at = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (head, rest) = part.split_at(at);
        let version = rest.trim_end();
        let plain = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        match Form::PEP440.parse(version).filter(|_| !plain) {
            Some(version) => {
                pep440 = true;
                format!("{head}{version}{}", &rest[rest.trim_end().len()..])
            }
            None => part.to_owned(),
        }
    };
    let text = text.split(',').map(part).collect::<Vec<_>>().join(",");
    Spelled { text, pep440 }
}

pub(super) fn admits(text: &str, version: Version) -> Result<bool, String> {
    match is_own(text) {
        true => npm::read_helm(&spelled(text).text)?.admits(version),
        false => pep440::read(text).map(|set| set.admits(version)),
    }
}

pub(super) fn moved(text: &str, version: Version) -> Result<String, String> {
    match is_own(text) {
        true => {
            let own = spelled(text);
            let moved = npm::read_helm(&own.text)?.moved(version)?;
            Ok(if own.pep440 { in_pep440(&moved) } else { moved })
        }
        false => pep440::read(text)?.moved(version),
    }
}

/// A range of npm's with its pre-releases spelled as PEP 440 has them.
fn in_pep440(text: &str) -> String {
    let part = |part: &str| {
        let at = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
        let (head, rest) = part.split_at(at);
        match Version::parse(rest.trim_end()) {
            Ok(version) => {
                format!("{head}{}{}", Form::PEP440.render(version), &rest[rest.trim_end().len()..])
            }
            Err(_) => part.to_owned(),
        }
    };
    text.split(',').map(part).collect::<Vec<_>>().join(",")
}
