//! GitLab's API: pipelines, milestones, issues, merge requests.

use serde_json::{Value, json};

use super::api::{Api, Asked, Reply, page, with};

const PIPELINE: &str = include_str!("recorded/gitlab_pipeline.json");
const MILESTONE: &str = include_str!("recorded/gitlab_milestone.json");
const ISSUE: &str = include_str!("recorded/gitlab_issue.json");
const MERGE_REQUEST: &str = include_str!("recorded/gitlab_merge_request.json");

/// What a list of pipelines tells of each; the rest has to be asked for one by one.
const LISTED: [&str; 11] = [
    "id",
    "iid",
    "project_id",
    "sha",
    "ref",
    "status",
    "source",
    "created_at",
    "updated_at",
    "web_url",
    "name",
];

/// What the project `group/app` holds.
#[derive(Clone, Debug, Default)]
pub struct Gitlab {
    pub pipelines: Vec<Value>,
    pub milestones: Vec<Value>,
    /// Those of the groups above.
    pub group_milestones: Vec<Value>,
    pub issues: Vec<Value>,
    pub merge_requests: Vec<Value>,
    /// After so many lists of pipelines, those of branches that still go on have succeeded.
    pub ends_after: Option<usize>,
}

impl Gitlab {
    pub const PROJECT: &'static str = "group/app";
    /// The most that a page holds.
    pub const PAGE: usize = 2;

    /// Adds a pipeline: its id, where it comes from, the ref, whether that is a tag, the commit, the status.
    pub fn pipeline(&mut self, id: u64, source: &str, pushed: &str, tag: bool, sha: &str, status: &str) {
        let page = format!("https://gitlab.example.org/group/app/-/pipelines/{id}");
        let fields = json!({
            "id": id, "iid": id, "source": source, "ref": pushed, "tag": tag, "sha": sha, "status": status,
            "web_url": page,
        });
        self.pipelines.push(with(PIPELINE, fields));
    }

    pub fn milestone(&mut self, iid: u64, title: &str) {
        self.milestones.push(Gitlab::milestone_of(iid, title));
    }

    pub fn milestone_of(iid: u64, title: &str) -> Value {
        let page = format!("https://gitlab.example.org/group/app/-/milestones/{iid}");
        with(MILESTONE, json!({ "id": iid + 9, "iid": iid, "title": title, "web_url": page }))
    }

    pub fn issue(&mut self, iid: u64, milestone: &str, state: &str) {
        let page = format!("https://gitlab.example.org/group/app/-/issues/{iid}");
        self.issues.push(with(ISSUE, work(iid, milestone, state, &page)));
    }

    pub fn merge_request(&mut self, iid: u64, milestone: &str, state: &str) {
        let page = format!("https://gitlab.example.org/group/app/-/merge_requests/{iid}");
        self.merge_requests.push(with(MERGE_REQUEST, work(iid, milestone, state, &page)));
    }

    fn pipelines(&mut self, asked: &Asked) -> Reply {
        match self.ends_after {
            Some(0) => {
                for pipeline in self.pipelines.iter_mut().filter(|one| one["tag"] == false) {
                    if ["created", "pending", "running"].iter().any(|word| pipeline["status"] == *word) {
                        pipeline["status"] = "success".into();
                    }
                }
            }
            Some(left) => self.ends_after = Some(left - 1),
            None => {}
        }
        let mut found = self.pipelines.clone();
        // As GitLab does: children are left out unless their source is asked for.
        found.retain(|pipeline| {
            asked.query("sha").is_none_or(|sha| pipeline["sha"].as_str() == Some(sha))
                && pipeline["source"] != "parent_pipeline"
        });
        found.sort_by_key(|pipeline| std::cmp::Reverse(pipeline["id"].as_u64()));
        let listed = found.iter().map(|pipeline| {
            LISTED.iter().map(|key| ((*key).to_owned(), pipeline[key].clone())).collect::<Value>()
        });
        let listed: Vec<Value> = listed.collect();
        page(asked, &listed, Gitlab::PAGE, Value::Array)
    }

    fn milestones(&self, asked: &Asked) -> Reply {
        let mut found = self.milestones.clone();
        if asked.query("include_ancestors") == Some("true") {
            found.extend(self.group_milestones.clone());
        }
        found.retain(|milestone| {
            asked.query("title").is_none_or(|title| milestone["title"].as_str() == Some(title))
        });
        page(asked, &found, Gitlab::PAGE, Value::Array)
    }

    fn pipeline_by_id(&self, id: &str) -> Reply {
        match self.pipelines.iter().find(|pipeline| pipeline["id"].as_u64() == id.parse().ok()) {
            Some(pipeline) => Reply::json(200, pipeline),
            None => refusal(404, "404 Pipeline Not Found"),
        }
    }
}

fn work(iid: u64, milestone: &str, state: &str, page: &str) -> Value {
    json!({
        "iid": iid, "title": format!("Work {iid}"), "state": state, "web_url": page,
        "milestone": { "title": milestone },
    })
}

fn opened(asked: &Asked, work: &[Value]) -> Reply {
    let mut found = work.to_vec();
    found.retain(|item| {
        asked.query("milestone").is_none_or(|title| item["milestone"]["title"].as_str() == Some(title))
            && asked.query("state").is_none_or(|state| item["state"].as_str() == Some(state))
    });
    page(asked, &found, Gitlab::PAGE, Value::Array)
}

impl Api for Gitlab {
    const BASE: &'static str = "/api/v4";

    fn answer(&mut self, asked: &Asked) -> Reply {
        let parts = asked.parts();
        let ["projects", project, rest @ ..] = parts.as_slice() else { return refusal(404, "404 Not Found") };
        if *project != Gitlab::PROJECT {
            return refusal(404, "404 Project Not Found");
        }
        match (asked.method.as_str(), rest) {
            ("GET", ["pipelines"]) => self.pipelines(asked),
            ("GET", ["pipelines", id]) => self.pipeline_by_id(id),
            ("GET", ["milestones"]) => self.milestones(asked),
            ("GET", ["issues"]) => opened(asked, &self.issues),
            ("GET", ["merge_requests"]) => opened(asked, &self.merge_requests),
            _ => refusal(404, "404 Not Found"),
        }
    }

    fn stranger(&self) -> Reply {
        refusal(401, "401 Unauthorized")
    }
}

/// An error as GitLab words it.
pub fn refusal(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "message": message }))
}
