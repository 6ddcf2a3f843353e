//! cargo, for packing crates.

use std::path::Path;

use crate::tool::ambient::Ambient;
use crate::tool::failure::Failure;

/// How crates are packed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Packing {
    /// The lock file must not need a change.
    pub locked: bool,
    /// Files may differ from what git has: something was generated.
    pub generated: bool,
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
    packing: Packing,
) -> Result<(), Failure> {
    let mut words: Vec<String> =
        ["cargo", "package", "--no-verify", "--quiet", "--target-dir"].map(String::from).to_vec();
    words.push(target.display().to_string());
    words.extend(packing.locked.then(|| "--locked".to_owned()));
    words.extend(packing.generated.then(|| "--allow-dirty".to_owned()));
    for name in crates {
        words.push(format!("--package={name}"));
    }
    ambient.call(words, dir).merged().run().map(|_| ())
}
