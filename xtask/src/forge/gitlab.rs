//! GitLab, the public one and one's own.

use std::sync::Arc;

use super::Forge;
use super::call::Client;
use super::fields::{open, text};
use super::gitlab_pipelines::{candidates, judge};
use super::page::{all, plain};
use crate::model::forge::{Ci, ForgeKind, Milestone, Open, Trouble};
use crate::model::names::CommitId;
use crate::model::secret::percent_encoded;

pub(super) struct Gitlab {
    client: Arc<Client>,
}

impl Gitlab {
    pub(super) fn new(client: Arc<Client>) -> Gitlab {
        Gitlab { client }
    }

    /// What is open in a milestone ("Issues API", "Merge requests API": `milestone` is its title).
    fn opened(&self, list: &str, sign: char, title: &str) -> Result<Vec<Open>, Trouble> {
        let (project, title) = (self.client.site().path(), percent_encoded(title));
        let path = format!("{project}/{list}?milestone={title}&state=opened&scope=all&per_page=100");
        all(&self.client, &path, &plain)?.iter().map(|item| open(item, sign, "iid", "web_url")).collect()
    }
}

impl Forge for Gitlab {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Gitlab
    }

    fn project(&self) -> &str {
        &self.client.site().project
    }

    fn ci(&self, commit: &CommitId) -> Result<Ci, Trouble> {
        let project = self.client.site().path();
        let list = format!("{project}/pipelines?sha={commit}&order_by=id&sort=desc&per_page=100");
        let pipelines = all(&self.client, &list, &plain)?;
        for id in candidates(&pipelines, commit.as_str())? {
            // Only a pipeline asked for by itself tells whether it is a tag's.
            let pipeline = self.client.get(&format!("{project}/pipelines/{id}"))?.ok()?;
            if let Some(ci) = judge(&pipeline, commit.as_str())? {
                return Ok(ci);
            }
        }
        Ok(Ci::Absent { wanted: format!("a branch's pipeline for {}", commit.short()) })
    }

    fn milestone(&self, title: &str) -> Result<Option<Milestone>, Trouble> {
        // These words have a meaning of their own where issues are asked for.
        if ["none", "any", "upcoming", "started"].contains(&title.to_ascii_lowercase().as_str()) {
            return Err(Trouble::Unknown { why: format!("GitLab takes the title `{title}` for a filter") });
        }
        let (project, wanted) = (self.client.site().path(), percent_encoded(title));
        let path = format!("{project}/milestones?title={wanted}&include_ancestors=true&per_page=100");
        let milestones = all(&self.client, &path, &plain)?;
        let Some(found) = milestones.iter().find(|milestone| milestone["title"].as_str() == Some(title))
        else {
            return Ok(None);
        };
        let issues = self.opened("issues", '#', title)?;
        let merge_requests = self.opened("merge_requests", '!', title)?;
        let page = text(found, "web_url").unwrap_or_default();
        Ok(Some(Milestone { title: title.to_owned(), page, issues, merge_requests }))
    }
}
