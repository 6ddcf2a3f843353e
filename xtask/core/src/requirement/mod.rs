//! What a requirement means, and the smallest change that lets it admit a version. Pure texts.
//!
//! A change keeps the requirement's operators and its shape: the number of components it spells,
//! its blanks, its order. These rules hold in every dialect:
//!
//! | written | when the version falls outside |
//! |---|---|
//! | an exact version | the version |
//! | `^`, `~`, `~=`, a bare range, `1.2.x` | the version's numbers, as many as were there |
//! | `>=`, `<=` | the version's numbers, where it is below or above |
//! | `<` | the last number that is not zero counts up to just above the version |
//! | `>`, `!=` | refused: no number keeps what was meant |
//! | alternatives (`a \|\| b`) | one more, spelled like the last |
//!
//! Where only the rule about pre-releases keeps a version out, the first lower bound is raised to
//! it. Whatever is written is read again: an answer that does not admit the version is refused.

mod cargo;
mod clause;
mod go;
mod npm;
mod pep440;
mod poetry;
mod python_version;
mod range;
#[cfg(test)]
mod tests;

use crate::model::requirement::{Dialect, Policy};
use crate::model::version::Version;

/// Whether a requirement admits a version.
///
/// # Errors
/// Why the requirement can't be read, as the end of a sentence that starts with it.
pub fn admits(dialect: Dialect, text: &str, version: Version) -> Result<bool, String> {
    match dialect {
        Dialect::Cargo => cargo::read(text)?.admits(version),
        Dialect::Npm => npm::read(text)?.admits(version),
        Dialect::Helm => npm::read_helm(text)?.admits(version),
        Dialect::Pep440 => pep440::read(text).map(|set| set.admits(version)),
        Dialect::Poetry => poetry::admits(text, version),
        Dialect::Go { .. } => go::admits(text, version),
    }
}

/// What a requirement becomes when the sibling moves to a version; none when it stays.
///
/// # Errors
/// Why it can't be read or brought along, as the end of a sentence that starts with it.
pub fn follow(
    dialect: Dialect,
    policy: Policy,
    text: &str,
    version: Version,
) -> Result<Option<String>, String> {
    let pins = match policy {
        Policy::Leave => return Ok(None),
        Policy::Satisfy if admits(dialect, text, version)? => return Ok(None),
        Policy::Satisfy => false,
        Policy::Exact => true,
    };
    // Of the pins, operators that mean the same (`===`, npm's `=`) stay.
    let new = match dialect {
        Dialect::Cargo if pins => format!("={version}"),
        Dialect::Cargo => cargo::read(text)?.moved(version)?,
        Dialect::Npm | Dialect::Helm if pins => {
            format!("{}{version}", if text.starts_with('=') { "=" } else { "" })
        }
        Dialect::Npm => npm::read(text)?.moved(version)?,
        Dialect::Helm => npm::read_helm(text)?.moved(version)?,
        Dialect::Pep440 | Dialect::Poetry if pins => pep440::pin(text, version),
        Dialect::Pep440 => pep440::read(text)?.moved(version)?,
        Dialect::Poetry => poetry::moved(text, version)?,
        // Nothing but a pin can be said in a go.mod.
        Dialect::Go { major } => return go::follow(major, text, version),
    };
    if !admits(dialect, &new, version)? {
        return Err(format!("would become `{new}`, which still does not admit {version}"));
    }
    Ok((new != text).then_some(new))
}
