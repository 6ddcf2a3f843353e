//! Where it happens: a folder outside of the repository, with two clones.

use std::path::PathBuf;

use crate::io::scratch::Scratch;
use crate::model::address::Address;
use crate::model::config::{Config, ReleaseRules};
use crate::model::glob;
use crate::model::names::{Branch, CommitId};
use crate::model::problem::{Code, Problem};
use crate::tool::git::Repository;
use crate::tool::git::ground;

/// The folder and its clones. Gone when it is dropped, unless it is kept.
#[derive(Debug)]
pub struct Ground {
    scratch: Scratch,
    /// The bare clone that is pushed to.
    pub bare: PathBuf,
    /// The work tree in which the release is cut.
    pub work: PathBuf,
}

impl Ground {
    /// A folder of its own, still empty.
    ///
    /// # Errors
    /// `W0783`.
    pub fn find() -> Result<Ground, Problem> {
        let scratch = Scratch::new("rehearsal")
            .map_err(|error| Problem::new(Code::W0783, format!("there is no folder for it: {error}")))?;
        let (bare, work) = (scratch.path().join("remote.git"), scratch.path().join("clone"));
        Ok(Ground { scratch, bare, work })
    }

    /// Clones a commit of the repository, on a branch that releases may be cut from. Upstreams of pins stay where
    /// they are.
    ///
    /// # Errors
    /// `W0783`.
    pub fn lay(&self, from: &Repository, commit: &CommitId, config: &Config) -> Result<(), Problem> {
        let rules = &config.release;
        let failed = |failure: crate::tool::failure::Failure| {
            failure.problem(Code::W0783, "the repository could not be cloned")
        };
        let none = || Problem::new(Code::W0783, "the config allows no branch to release from");
        let branch = branch(from.head().map_err(failed)?, rules).ok_or_else(none)?;
        let paths = config.pins.iter().filter_map(|pin| match &pin.repository {
            Address::Path(path) => Some(path.as_str()),
            Address::Url(_) => None,
        });
        let upstreams: Vec<&str> = paths.collect();
        let ground = ground::Ground {
            commit,
            branch: &branch,
            remote: &rules.remote,
            bare: &self.bare,
            work: &self.work,
            upstreams: &upstreams,
        };
        from.lay_ground(&ground).map_err(failed)
    }

    /// A folder below it.
    ///
    /// # Errors
    /// `W0783`.
    pub fn folder(&self, name: &str) -> Result<PathBuf, Problem> {
        let folder = self.scratch.path().join(name);
        crate::io::files::create_folder(&folder)
            .map_err(|error| Problem::new(Code::W0783, format!("{}: {error}", folder.display())))?;
        Ok(folder)
    }

    pub fn path(&self) -> &std::path::Path {
        self.scratch.path()
    }

    /// Leaves everything where it is.
    pub fn keep(self) -> PathBuf {
        self.scratch.keep()
    }
}

/// The branch that is checked out where releases are cut from it, else the main one.
fn branch(current: Option<Branch>, rules: &ReleaseRules) -> Option<Branch> {
    let allowed = |branch: &Branch| glob::any(&rules.branches, branch.as_str());
    let plain = || rules.branches.iter().find_map(|branch| Branch::parse(branch).ok());
    let main = || plain().or_else(|| Branch::parse("main").ok());
    current.filter(allowed).or_else(main)
}
