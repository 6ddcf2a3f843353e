//! npm, for packing a package.

use std::path::Path;

use crate::tool::ambient::Ambient;
use crate::tool::failure::Failure;

const QUIET: [&str; 3] = ["--no-audit", "--no-fund", "--loglevel=error"];

fn words(args: &[&str]) -> Vec<String> {
    std::iter::once("npm").chain(args.iter().copied()).chain(QUIET).map(String::from).collect()
}

/// Installs exactly what the lock file in a folder says.
///
/// # Errors
/// When npm fails.
pub fn ci(ambient: &Ambient, dir: &Path) -> Result<(), Failure> {
    ambient.call(words(&["ci"]), dir).merged().run().map(|_| ())
}

/// Runs the package's `build` script, if it has one.
///
/// # Errors
/// When the script fails.
pub fn build(ambient: &Ambient, dir: &Path) -> Result<(), Failure> {
    ambient.call(words(&["run", "build", "--if-present"]), dir).merged().run().map(|_| ())
}

/// Packs the package of a folder into `out`.
///
/// # Errors
/// When npm, or a script that it runs before packing, fails.
pub fn pack(ambient: &Ambient, dir: &Path, out: &Path) -> Result<(), Failure> {
    let out = out.display().to_string();
    ambient.call(words(&["pack", "--pack-destination", &out]), dir).merged().run().map(|_| ())
}
