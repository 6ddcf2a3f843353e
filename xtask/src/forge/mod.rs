//! The forges behind one trait, one file each. Every answer is asked for anew; nothing is guessed from silence.

pub mod call;
pub mod complete;
mod digest;
pub mod entries;
mod fields;
mod github;
mod github_entries;
mod github_runs;
mod gitlab;
mod gitlab_entries;
mod gitlab_pipelines;
pub mod page;
pub mod patience;
pub mod published;
pub mod remote;
pub mod site;
pub mod trouble;

use std::sync::Arc;
use std::time::Duration;

use crate::model::forge::{Ci, ForgeKind, ForgeRules, Milestone, Trouble};
use crate::model::names::CommitId;
use crate::model::problem::Problem;

use call::Client;
use patience::Patience;
use site::Around;

/// One repository on one forge.
pub trait Forge: Send + Sync {
    fn kind(&self) -> ForgeKind;

    /// `owner/name`, as reports name it.
    fn project(&self) -> &str;

    /// Waits before somebody asks again; false when the wait was ended.
    fn pause(&self, time: Duration) -> bool;

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

/// The forge to ask; none where neither `[forge]` nor a CI names one. Nothing is asked yet.
///
/// # Errors
/// `W0800`, as [`site::site`].
pub fn open(
    rules: Option<&ForgeRules>,
    around: Around<'_>,
    patience: Patience,
) -> Result<Option<Box<dyn Forge>>, Problem> {
    let site = site::site(rules, around)?;
    Ok(site.map(|site| over(Arc::new(Client::new(site, patience)))))
}

/// A forge over a client that others use as well.
pub fn over(client: Arc<Client>) -> Box<dyn Forge> {
    match client.site().kind {
        ForgeKind::Github => Box::new(github::Github::new(client)),
        ForgeKind::Gitlab => Box::new(gitlab::Gitlab::new(client)),
    }
}
