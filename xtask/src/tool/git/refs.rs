//! Moves refs: several in one transaction, and HEAD's branch.

use super::Repository;
use crate::io::lock::ReleaseLock;
use crate::model::names::{Branch, CommitId};
use crate::tool::failure::Failure;
use serde::{Deserialize, Serialize};

/// One ref's step: from `old` (none: it did not exist) to `new` (none: it is removed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefMove {
    /// The full name, `refs/tags/v0.2.0`.
    pub name: String,
    pub old: Option<CommitId>,
    pub new: Option<CommitId>,
}

impl Repository {
    /// Moves every ref or none, each only from its old id (`git update-ref --stdin`). git runs the
    /// `reference-transaction` hook, if there is one.
    ///
    /// # Errors
    /// When a ref is not at its old id or git can't lock it.
    pub fn move_refs(
        &self,
        moves: &[RefMove],
        reason: &str,
        lock: Option<&ReleaseLock>,
    ) -> Result<(), Failure> {
        let mut input = String::from("start\0");
        for RefMove { name, old, new } in moves {
            match (old, new) {
                (_, Some(new)) => {
                    let old =
                        old.as_ref().map_or_else(|| "0".repeat(new.as_str().len()), ToString::to_string);
                    input.push_str(&format!("update {name}\0{new}\0{old}\0"));
                }
                (Some(old), None) => input.push_str(&format!("delete {name}\0{old}\0")),
                (None, None) => {}
            }
        }
        input.push_str("prepare\0commit\0");
        let message = format!("windlass: {reason}");
        self.call(&["update-ref", "--stdin", "-z", "-m", &message])
            .stdin(input)
            .holding(lock)
            .run()
            .map(|_| ())
    }

    /// Points HEAD at a branch; index and work tree stay.
    ///
    /// # Errors
    /// When git fails.
    pub fn point_head(
        &self,
        branch: &Branch,
        reason: &str,
        lock: Option<&ReleaseLock>,
    ) -> Result<(), Failure> {
        let message = format!("windlass: {reason}");
        self.call(&["symbolic-ref", "-m", &message, "HEAD", &branch.full()]).holding(lock).run().map(|_| ())
    }

    /// The branch that HEAD is on; none when it is detached.
    ///
    /// # Errors
    /// When git fails.
    pub fn head(&self) -> Result<Option<Branch>, Failure> {
        match self.call(&["symbolic-ref", "--quiet", "HEAD"]).read_only().text() {
            Ok(name) => Ok(name.strip_prefix("refs/heads/").and_then(|name| Branch::parse(name).ok())),
            Err(failure) if failure.code == Some(1) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The id that each ref holds now, in the order asked; none where there is no such ref.
    ///
    /// # Errors
    /// When git fails.
    pub fn ref_ids(&self, names: &[&str]) -> Result<Vec<Option<CommitId>>, Failure> {
        let args: Vec<&str> = ["for-each-ref", "--format=%(refname)%09%(objectname)", "--"]
            .into_iter()
            .chain(names.iter().copied())
            .collect();
        let text = self.call(&args).read_only().text()?;
        let find = |name: &&str| {
            text.lines().find_map(|line| {
                let (found, id) = line.split_once('\t')?;
                (found == *name).then(|| CommitId::parse(id).ok())?
            })
        };
        Ok(names.iter().map(find).collect())
    }

    /// Whether a commit is another one or has it among its ancestors; not so where either is not known here.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn descends(&self, commit: &CommitId, from: &CommitId) -> Result<bool, Failure> {
        let args = ["merge-base", "--is-ancestor", from.as_str(), commit.as_str()];
        match self.call(&args).read_only().run() {
            Ok(_) => Ok(true),
            Err(failure) if matches!(failure.code, Some(1 | 128)) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}
