//! The objects that a release wrote.

use super::names::CommitId;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Written {
    pub commit: CommitId,
    /// The tag objects, in the order asked for.
    pub tags: Vec<CommitId>,
}
