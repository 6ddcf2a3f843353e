//! Whether a branch has to bring a fragment, and what is said when it brings none.

use crate::model::config::{ChangelogRules, Config};
use crate::model::glob;
use crate::model::problem::{Code, Problem};

/// A branch that is about to be merged.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'a> {
    pub name: Option<&'a str>,
    pub labels: &'a [String],
}

/// Why no fragment is needed, by the changelogs' `exempt`.
pub fn exempt(changelogs: &[ChangelogRules], branch: &Branch<'_>) -> Option<String> {
    changelogs.iter().find_map(|rules| {
        if let Some(name) = branch.name.filter(|name| glob::any(&rules.exempt_branches, name)) {
            return Some(format!("The branch {name} needs no fragment."));
        }
        let label = branch.labels.iter().find(|label| rules.exempt_labels.contains(label))?;
        Some(format!("The label {label} needs no fragment."))
    })
}

/// What a branch is compared with: `origin/main`.
pub fn base(config: &Config) -> String {
    format!("{}/{}", config.release.remote, main(config))
}

fn main(config: &Config) -> &str {
    config.release.branches.first().map_or("main", String::as_str)
}

/// The base is not here.
pub fn no_base(config: &Config, base: &str) -> Problem {
    Problem::new(Code::W0414, format!("`{base}` names no commit here"))
        .run(format!("git fetch {} {}", config.release.remote, main(config)))
        .help("or name another: --base REF")
}

/// The clone does not reach back far enough.
pub fn nothing_in_common(base: &str) -> Problem {
    Problem::new(Code::W0414, format!("`{base}` and HEAD have no commit in common here"))
        .run("git fetch --unshallow   (for a shallow clone)")
        .help("or name another: --base REF")
}

/// The branch brings none.
pub fn none_added(config: &Config, base: &str) -> Problem {
    Problem::new(Code::W0412, format!("nothing that came since {base} is a fragment"))
        .why("users read of a change only if its branch says so")
        .run("cargo xtask changelog new fixed \"what changed for users\"")
        .help(exemptions(config))
}

/// Why a prepared release needs none.
pub fn prepares(what: &str) -> String {
    format!("This branch prepares {what}, and needs no fragment.")
}

/// What keeps a branch from being a prepared release.
pub fn against(problem: Problem, what: &str, why: &str) -> Problem {
    problem.help(format!("this branch prepares {what}, but {why}"))
}

fn exemptions(config: &Config) -> String {
    let list = |of: fn(&ChangelogRules) -> &Vec<String>| {
        config.changelogs.iter().flat_map(of).cloned().collect::<Vec<_>>().join(", ")
    };
    let (branches, labels) = (list(|rules| &rules.exempt_branches), list(|rules| &rules.exempt_labels));
    match (branches.as_str(), labels.as_str()) {
        ("", "") => "nothing is exempt; see `exempt` under [changelogs.*]".to_owned(),
        (branches, "") => format!("exempt branches: {branches}"),
        ("", labels) => format!("exempt labels: {labels}"),
        (branches, labels) => format!("exempt branches: {branches}; labels: {labels}"),
    }
}
