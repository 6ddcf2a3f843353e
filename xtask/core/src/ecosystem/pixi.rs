//! `pixi.lock`, which is read but not edited: for a package from a folder it holds the version, and a hash of the
//! manifest that only pixi writes (pixi, "Lock file"). Folders stand under `pypi`, those of source builds under
//! `conda`, in older files under `path`.

use super::{Ours, unknown_lock};
use crate::format::{Node, Text, yaml};
use crate::model::problem::Problem;
use crate::model::tree::Source;

const PATHS: [&str; 3] = ["pypi", "conda", "path"];

/// What a release makes out of date.
const STALE: [&str; 4] = ["version", "sha256", "hash", "input"];

/// # Errors
/// A malformed file; one that a release would leave behind (`W0310`).
pub fn check(lock: &Source, ours: &Ours<'_>) -> Result<(), Problem> {
    let folder = lock.path.parent().unwrap_or_default();
    let text = Text::new(lock);
    let document = yaml::parse(&text)?;
    let Some(packages) = document.root().get("packages")? else { return Ok(()) };
    for entry in packages.items()? {
        for key in PATHS {
            let Some(manifest) = entry.value_at(&[key])?.and_then(|path| ours.beside(&folder, &path)) else {
                continue;
            };
            let stale = entry.pairs().any(|(key, _)| STALE.contains(&key));
            if stale {
                let name = manifest.name.as_deref().unwrap_or(manifest.package.as_str());
                return Err(unknown_lock(lock, &format!("holds a copy of `{name}` with its version")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn names_pixi_locks_that_hold_a_package_of_ours() {
        let of = |at: &str, packages: &str| {
            let lock = format!("version: 6\nenvironments: {{}}\npackages:\n{packages}");
            let files = [
                ("core/pyproject.toml", "[project]\nname = \"core\"\nversion = \"0.1.0\"\n"),
                (at, lock.as_str()),
            ];
            found(&files, &config(&["core=core"])).split_off(1).join(" ")
        };
        let named = |at: &str| format!("W0310 {at}: `{at}` holds a copy of `core` with its version");
        assert_eq!(of("pixi.lock", "- pypi: ./core\n  name: core\n  version: 0.1.0\n"), named("pixi.lock"));
        assert_eq!(of("core/pixi.lock", "- pypi: ./\n  name: core\n  sha256: 00\n"), named("core/pixi.lock"));
        assert_eq!(
            of("env/pixi.lock", "- kind: pypi\n  version: 0.1.0\n  path: ../core\n"),
            named("env/pixi.lock")
        );
        assert_eq!(of("pixi.lock", "- pypi: ./core\n  name: core\n"), "");
        assert_eq!(
            of("pixi.lock", "- pypi: core\n  version: 0.1.0\n- conda: http://127.0.0.1/core\n"),
            named("pixi.lock")
        );
        assert_eq!(of("pixi.lock", "- pypi: ./other\n  version: 0.1.0\n"), "");
    }
}
