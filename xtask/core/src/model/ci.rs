//! What CI does with a repository: the config's `[ci]`, checked.

use std::collections::BTreeMap;

use super::action::{Action, ActionVersion};
use super::names::Name;
use super::target::{Target, TargetKind};

/// `[ci]`. No text in it holds a line break or `${{`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiRules {
    /// Whether tags start pipelines that publish; else a person does.
    pub publish: bool,
    /// Commands that test a merge request and the branches that releases are cut from.
    pub tests: Vec<Vec<String>>,
    /// Commands that look through what was built before anything is published.
    pub scan: Vec<Vec<String>>,
    /// Commands that a job runs first.
    pub setup: Vec<CiSetup>,
    /// GitHub's machine: `ubuntu-24.04`.
    pub runner: String,
    /// GitLab's image, with cargo and git in it.
    pub image: String,
    /// Minutes that a job may take.
    pub timeout: usize,
    /// GitHub's own actions, where another version is used than [`Action::usual`].
    pub actions: BTreeMap<Action, ActionVersion>,
    /// The forge's environment of a target, by label (`api/pypi`), package or kind.
    pub environments: BTreeMap<String, String>,
    /// For whom a registry wants GitLab's identity tokens to be, by kind: pypi or npm.
    pub audiences: BTreeMap<TargetKind, String>,
    /// The builds that are made apart and joined; none where one machine makes all.
    pub builds: Vec<CiBuild>,
}

/// One command, for jobs that have to do with targets of some kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiSetup {
    /// Program and arguments.
    pub run: Vec<String>,
    /// Without any, every job.
    pub kinds: Vec<TargetKind>,
}

/// `[[ci.builds]]`: a part of a release that is built on a machine of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiBuild {
    pub name: Name,
    /// Of GitHub, where it is not `ci.runner`.
    pub runner: Option<String>,
    /// Of GitLab, where it is not `ci.image`; `{python}` stands for the interpreter's version.
    pub image: Option<String>,
    /// Of GitLab's runners.
    pub tags: Vec<String>,
    /// Labels, packages or kinds, as `build --only` takes them.
    pub targets: Vec<String>,
    /// Versions of Python, each a part of its own.
    pub python: Vec<String>,
}

impl Default for CiRules {
    fn default() -> CiRules {
        CiRules {
            publish: true,
            tests: Vec::new(),
            scan: Vec::new(),
            setup: Vec::new(),
            runner: RUNNER.to_owned(),
            image: IMAGE.to_owned(),
            timeout: TIMEOUT,
            actions: BTreeMap::new(),
            environments: BTreeMap::new(),
            audiences: BTreeMap::new(),
            builds: Vec::new(),
        }
    }
}

pub const RUNNER: &str = "ubuntu-24.04";
pub const IMAGE: &str = "rust:1";
pub const TIMEOUT: usize = 60;

impl CiRules {
    /// What a workflow uses: `actions/checkout@v5`.
    pub fn uses(&self, action: Action) -> String {
        match self.actions.get(&action) {
            Some(version) => format!("actions/{}@{version}", action.name()),
            None => format!("actions/{}@{}", action.name(), action.usual()),
        }
    }

    /// The environment of a target: the most exact word that names it decides.
    pub fn environment(&self, target: &Target) -> Option<&str> {
        let words = [target.label(), target.package.to_string(), target.kind.to_string()];
        words.iter().find_map(|word| self.environments.get(word)).map(String::as_str)
    }
}

/// Whether a word of `--only` or of the config names a target: its label, package or kind.
pub fn names(target: &Target, word: &str) -> bool {
    word == target.label() || word == target.package.as_str() || word == target.kind.name()
}
