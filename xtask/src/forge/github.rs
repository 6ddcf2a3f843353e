//! GitHub, also on one's own server ("GitHub Enterprise Server REST API").

use std::sync::Arc;

use serde_json::Value;

use super::Forge;
use super::call::Client;
use super::fields::{number, open, text};
use super::github_runs::{judge, read};
use super::page::{all, plain};
use crate::model::forge::{Ci, ForgeKind, Milestone, Trouble};
use crate::model::names::CommitId;
use crate::model::secret::percent_encoded;

pub(super) struct Github {
    client: Arc<Client>,
}

impl Github {
    pub(super) fn new(client: Arc<Client>) -> Github {
        Github { client }
    }

    /// Whether a tag of this name exists ("REST API endpoints for Git references").
    fn is_tag(&self, name: &str) -> Result<bool, Trouble> {
        let parts: Vec<String> = name.split('/').map(percent_encoded).collect();
        let path = format!("{}/git/ref/tags/{}", self.client.site().path(), parts.join("/"));
        let answer = self.client.get(&path)?;
        if answer.status == 404 { Ok(false) } else { answer.ok().map(|_| true) }
    }
}

impl Forge for Github {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Github
    }

    fn project(&self) -> &str {
        &self.client.site().project
    }

    fn ci(&self, commit: &CommitId) -> Result<Ci, Trouble> {
        let site = self.client.site();
        let (under, wanted) = match &site.workflow {
            Some(file) => {
                (format!("/workflows/{}", percent_encoded(file)), format!("a run of {file} for a push of "))
            }
            None => (String::new(), "a workflow's run for a push of ".to_owned()),
        };
        let path = format!("{}/actions{under}/runs?head_sha={commit}&event=push&per_page=100", site.path());
        let runs = all(&self.client, &path, &|page: &Value| page["workflow_runs"].as_array())?;
        let mut runs = read(&runs, commit.as_str())?;
        // A pushed tag starts workflows as well, the release's own among them; nothing in a run tells it from a branch.
        let mut pushed: Vec<String> = runs.iter().map(|run| run.pushed.clone()).collect();
        pushed.sort();
        pushed.dedup();
        for name in pushed {
            if self.is_tag(&name)? {
                runs.retain(|run| run.pushed != name);
            }
        }
        judge(&runs, &format!("{wanted}{} to a branch", commit.short()))
    }

    fn milestone(&self, title: &str) -> Result<Option<Milestone>, Trouble> {
        let project = self.client.site().path();
        let path = format!("{project}/milestones?state=all&per_page=100");
        let milestones = all(&self.client, &path, &plain)?;
        let Some(found) = milestones.iter().find(|milestone| milestone["title"].as_str() == Some(title))
        else {
            return Ok(None);
        };
        let number = number(found, "number", "a milestone")?;
        let path = format!("{project}/issues?milestone={number}&state=open&per_page=100");
        let (mut issues, mut merge_requests) = (Vec::new(), Vec::new());
        for item in all(&self.client, &path, &plain)? {
            let list = if item["pull_request"].is_null() { &mut issues } else { &mut merge_requests };
            list.push(open(&item, '#', "number", "html_url")?);
        }
        // It counts both kinds; what this token may not see is missing from the list alone.
        let counted = found["open_issues"].as_u64().unwrap_or(0);
        if issues.is_empty() && merge_requests.is_empty() && counted > 0 {
            let why = format!("the milestone counts {counted} open issues, and its list shows none");
            return Err(Trouble::Unknown { why });
        }
        let page = text(found, "html_url").unwrap_or_default();
        Ok(Some(Milestone { title: title.to_owned(), page, issues, merge_requests }))
    }
}
