//! cargo, for packing crates.

use std::path::Path;

use crate::tool::ambient::Ambient;
use crate::tool::failure::Failure;

/// How crates are packed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packing<'a> {
    /// The lock file must not need a change.
    pub locked: bool,
    /// Files may differ from what git has: something was generated.
    pub generated: bool,
    /// The registry at which crates that are packed together find each other; none is the default one.
    pub registry: Option<&'a str>,
}

/// Packs crates of the workspace in `dir` below `target`, unverified: siblings may not be published yet.
/// Several are packed together, so that each may require the others.
///
/// # Errors
/// When cargo fails.
pub fn package(
    ambient: &Ambient,
    dir: &Path,
    crates: &[String],
    target: &Path,
    packing: Packing<'_>,
) -> Result<(), Failure> {
    let mut words: Vec<String> =
        ["cargo", "package", "--no-verify", "--quiet", "--target-dir"].map(String::from).to_vec();
    words.push(target.display().to_string());
    words.extend(packing.locked.then(|| "--locked".to_owned()));
    words.extend(packing.generated.then(|| "--allow-dirty".to_owned()));
    words.extend(packing.registry.map(|name| format!("--registry={name}")));
    for name in crates {
        words.push(format!("--package={name}"));
    }
    ambient.call(words, dir).merged().run().map(|_| ())
}
