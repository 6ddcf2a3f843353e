//! What the gates see.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ecosystem::rendered::Asked;
use crate::forge::Forge;
use crate::io::env::Env;
use crate::model::command::paste;
use crate::model::facts::Facts;
use crate::model::gate::Stage;
use crate::model::names::{CommitId, Name, TagName};
use crate::model::plan::Plan;
use crate::model::problem::Problem;
use crate::model::sighting::Access;
use crate::model::target::Target;
use crate::model::version::Version;
use crate::tool::git::Repository;
use crate::workspace::Workspace;

/// One group that is about to be released or published.
#[derive(Clone, Debug)]
pub struct Subject {
    pub group: Name,
    /// The version released or published; none before a bump was named.
    pub version: Option<Version>,
    /// The tag that speaks for the release.
    pub tag: Option<TagName>,
    /// What it is made from: HEAD before a release is cut, the commit to tag, the tag's commit.
    pub commit: CommitId,
}

/// Borrowed facts: everything that was found out before the gates look.
pub struct Situation<'a> {
    pub stage: Stage,
    pub repository: &'a Repository,
    pub workspace: &'a Workspace,
    /// The tree that is released: the work tree, or the tag's commit.
    pub released: &'a Workspace,
    /// The images that the subjects' charts ask for there.
    pub images: &'a Result<Asked, Problem>,
    pub facts: &'a Facts,
    pub env: &'a Env,
    pub subjects: &'a [Subject],
    /// None at publish, and before a bump was named.
    pub plan: Option<&'a Plan>,
    /// Whether a bump was named; without a plan then, the next version can't be decided.
    pub bumped: bool,
    /// What the plan found, or what stands against making one.
    pub unmet: &'a [Problem],
    /// What the registries said of who may publish, by target, where they were asked already.
    pub access: Option<&'a BTreeMap<usize, Access>>,
    /// The targets of the subjects' packages.
    pub targets: &'a [&'a Target],
    /// The address that git has for the remote.
    pub address: Option<&'a str>,
    /// The repository's forge; none where nothing names one.
    pub forge: &'a Result<Option<Box<dyn Forge>>, Problem>,
    /// How long CI that has not ended is waited for.
    pub wait: Duration,
    /// Whether others are not to be asked.
    pub offline: bool,
    /// Whether commands of the config may run: in `preflight`, and when the release is about to be applied.
    pub commands: bool,
    /// Whether this is a rehearsal: it has no forge.
    pub rehearsal: bool,
    /// Whether the toolbox has the twine that is not on the `PATH`.
    pub own_twine: bool,
}

impl Situation<'_> {
    /// The command that lets the gates of this stage look once more.
    pub fn again(&self) -> String {
        let tag = self.subjects.first().and_then(|subject| subject.tag.as_ref());
        match (self.stage, tag) {
            (Stage::Publish, Some(tag)) => {
                format!("cargo xtask preflight --tag {}", paste(&[tag.to_string()]))
            }
            (stage, _) => format!("cargo xtask preflight --for {}", stage.name()),
        }
    }

    /// The subject whose group holds a package.
    pub fn subject_of(&self, package: &Name) -> Option<&Subject> {
        let group = self.workspace.config.group_of(package)?;
        self.subjects.iter().find(|subject| subject.group == group.name)
    }
}
