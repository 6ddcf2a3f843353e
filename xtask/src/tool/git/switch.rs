//! Makes a branch and checks it out.

use super::Repository;
use crate::model::names::{Branch, CommitId};
use crate::tool::failure::Failure;

impl Repository {
    /// Makes a branch at a commit and switches to it, or changes nothing: git looks at every file first and refuses
    /// where one would be overwritten (git-switch). git runs the `post-checkout` hook, if there is one.
    ///
    /// # Errors
    /// When git refuses, or the hook fails.
    pub fn switch_to_new(&self, branch: &Branch, commit: &CommitId) -> Result<(), Failure> {
        let args = ["switch", "--quiet", "--no-track", "--create", branch.as_str(), commit.as_str()];
        self.call(&args).run().map(|_| ())
    }
}
