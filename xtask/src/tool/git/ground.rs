//! The ground of a rehearsal: clones in which a whole release happens.

use std::path::Path;

use super::Repository;
use super::checkout::SETTINGS;
use crate::model::names::{Branch, CommitId, RemoteName};
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// What a clone takes along of its repository's settings: who commits, and how it is signed.
const TAKEN: [&str; 7] = [
    "user.name",
    "user.email",
    "user.signingkey",
    "gpg.format",
    "commit.gpgsign",
    "tag.gpgsign",
    "tag.forcesignannotated",
];

/// What is cloned, and where to.
#[derive(Debug)]
pub struct Ground<'a> {
    pub commit: &'a CommitId,
    /// The branch that stands at the commit, in both clones.
    pub branch: &'a Branch,
    /// What the work tree calls the bare clone.
    pub remote: &'a RemoteName,
    pub bare: &'a Path,
    pub work: &'a Path,
    /// Other repositories, each a path from the root: the work tree finds them where this repository does.
    pub upstreams: &'a [&'a str],
}

impl Repository {
    /// Makes a bare clone and a work tree whose remote it is. Both borrow this repository's objects; nothing is
    /// noted here.
    ///
    /// # Errors
    /// When git fails.
    pub fn lay_ground(&self, ground: &Ground<'_>) -> Result<(), Failure> {
        let (root, bare, work) = (text(&self.root), text(ground.bare), text(ground.work));
        let git =
            |dir: &Path, args: &[&str]| Call::git(dir, &[&SETTINGS[..], args].concat()).run().map(|_| ());
        git(&self.root, &["clone", "--quiet", "--bare", "--shared", "--template=", "--", &root, &bare])?;
        git(ground.bare, &["update-ref", &ground.branch.full(), ground.commit.as_str()])?;
        git(ground.bare, &["symbolic-ref", "HEAD", &ground.branch.full()])?;
        let remote = format!("--origin={}", ground.remote);
        let branch = format!("--branch={}", ground.branch);
        let clone = ["clone", "--quiet", "--shared", "--template=", &remote, &branch, "--", &bare, &work];
        git(&self.root, &clone)?;
        let config = self.config()?;
        for name in TAKEN {
            let stand_in = match name {
                "user.name" => Some("windlass rehearsal"),
                "user.email" => Some("rehearsal@localhost"),
                _ => None,
            };
            if let Some(value) = config.get(name).or(stand_in) {
                git(ground.work, &["config", "--", name, value])?;
            }
        }
        // git-config, `url.<base>.insteadOf`: a path from the work tree is one from here.
        for path in ground.upstreams {
            let name = format!("url.{}.insteadOf", text(&self.root.join(path)));
            git(ground.work, &["config", "--", &name, &text(&ground.work.join(path))])?;
        }
        Ok(())
    }
}

/// Merges a branch that was prepared into the branch that it comes from, in a work tree and at its remote, as a forge
/// does once it was reviewed.
///
/// # Errors
/// When git fails.
pub fn merge(work: &Path, remote: &RemoteName, prepared: &Branch, into: &Branch) -> Result<(), Failure> {
    let git = |args: &[&str]| Call::git(work, &[&SETTINGS[..], args].concat()).run().map(|_| ());
    git(&["switch", "--quiet", "--", into.as_str()])?;
    git(&["merge", "--quiet", "--ff-only", "--", prepared.as_str()])?;
    git(&["push", "--quiet", "--", remote.as_str(), &into.full()])
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
