//! The forges behind one trait, one file each. Every answer is asked for anew; nothing is guessed from silence.

use crate::model::forge::{Ci, ForgeKind, Milestone, Trouble};
use crate::model::names::CommitId;

/// One repository on one forge.
pub trait Forge: Send + Sync {
    fn kind(&self) -> ForgeKind;

    /// `owner/name`, as reports name it.
    fn project(&self) -> &str;

    /// What CI says of exactly this commit: on GitHub the push runs of the workflow, on GitLab the pipeline.
    ///
    /// # Errors
    /// Why that is not known.
    fn ci(&self, commit: &CommitId) -> Result<Ci, Trouble>;

    /// A milestone by its title, with everything that is open in it; none when there is no such milestone.
    ///
    /// # Errors
    /// Why that is not known.
    fn milestone(&self, title: &str) -> Result<Option<Milestone>, Trouble>;
}
