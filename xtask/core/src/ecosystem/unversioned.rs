//! Why a package holds no version anywhere (`W0313`).

use crate::model::command::paste;
use crate::model::config::{Config, Package};
use crate::model::glob;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Tree;

use super::ALL;

/// Names of manifests whose ecosystems have no name to look for elsewhere.
const OTHERS: [&str; 2] = ["go.mod", "pom.xml"];

/// The problem of a package without a version; `because` is its manifest, and why that holds none.
pub(super) fn problem(
    tree: &dyn Tree,
    config: &Config,
    package: &Package,
    because: Option<(&RepoPath, &str)>,
) -> Problem {
    let Package { name, path, line, .. } = package;
    let of = |what: String| Problem::new(Code::W0313, what).at_file(&config.file, Some(*line));
    let declare =
        format!("Declare where it stands with `places` in `[packages.{name}]`, or remove the package.");
    if let Some((file, why)) = because {
        return of(format!("`{name}` has no version anywhere: `{file}` {why}")).help(declare);
    }
    let Some(untracked) = tree.untracked(path) else {
        return of(format!("`{name}` is in `{path}`, and there is no such folder"))
            .help(format!("Mend `path` in `[packages.{name}]`, or remove the package."));
    };
    let known = ALL.iter().map(|ecosystem| ecosystem.manifest_name()).chain(OTHERS);
    let ignored =
        |file: &RepoPath| config.ignore.places.iter().any(|rule| glob::matches(&rule.glob, file.as_str()));
    let there: Vec<String> = known
        .filter(|name| untracked.iter().any(|there| there == name))
        .map(|name| path.child(name))
        .filter(|file| !ignored(file))
        .map(|file| file.to_string())
        .collect();
    if there.is_empty() {
        return of(format!("`{name}` has no version anywhere below `{path}`")).help(declare);
    }
    of(format!("`{name}` has no version that git tracks; it does not track `{}`", there.join("`, `")))
        .why("a release is made of tracked files")
        .run(format!("git add -- {}", paste(&there)))
}
