//! GitHub's API: runs, tags, milestones, issues.

use serde_json::{Value, json};

use super::api::{Api, Asked, Reply, page, with};

const RUN: &str = include_str!("recorded/github_run.json");
const MILESTONE: &str = include_str!("recorded/github_milestone.json");
const ISSUE: &str = include_str!("recorded/github_issue.json");
const REF: &str = include_str!("recorded/github_ref.json");

/// What the repository `team/app` holds.
#[derive(Clone, Debug, Default)]
pub struct Github {
    pub runs: Vec<Value>,
    pub milestones: Vec<Value>,
    pub issues: Vec<Value>,
    /// Tags by name, with the id that each ref holds.
    pub tags: Vec<(String, String)>,
    /// After so many lists of runs, what still goes on has succeeded.
    pub ends_after: Option<usize>,
    /// So many lists of runs are empty: a push shows after a while.
    pub begins_after: usize,
    /// The project's other name, which leads here by a redirect.
    pub renamed_from: Option<String>,
}

impl Github {
    pub const PROJECT: &'static str = "team/app";
    /// The most that a page holds.
    pub const PAGE: usize = 2;

    /// Adds a run: its number, workflow, what was pushed, the commit, status, conclusion.
    pub fn run(
        &mut self,
        number: u64,
        workflow: u64,
        pushed: &str,
        sha: &str,
        status: &str,
        conclusion: &str,
    ) {
        let id = 9_000_000_000 + number;
        let conclusion = if conclusion.is_empty() { Value::Null } else { conclusion.into() };
        let page = format!("https://github.example.org/team/app/actions/runs/{id}");
        self.runs.push(with(
            RUN,
            json!({
                "id": id, "run_number": number, "workflow_id": workflow, "head_branch": pushed, "head_sha": sha,
                "status": status, "conclusion": conclusion, "html_url": page,
                "path": format!(".github/workflows/w{workflow}.yml"),
            }),
        ));
    }

    pub fn milestone(&mut self, number: u64, title: &str, state: &str) {
        let page = format!("https://github.example.org/team/app/milestone/{number}");
        let fields = json!({ "number": number, "title": title, "state": state, "html_url": page });
        self.milestones.push(with(MILESTONE, fields));
    }

    /// Adds an issue, or a pull request, to a milestone.
    pub fn issue(&mut self, number: u64, milestone: u64, state: &str, pull_request: bool) {
        let (kind, api) = if pull_request { ("pull", "pulls") } else { ("issues", "issues") };
        let page = format!("https://github.example.org/team/app/{kind}/{number}");
        let mut fields = json!({
            "number": number, "state": state, "html_url": page, "title": format!("Work {number}"),
            "milestone": { "number": milestone },
        });
        if pull_request {
            let url = format!("https://github.example.org/api/v3/repos/team/app/{api}/{number}");
            fields["pull_request"] = json!({ "url": url, "html_url": page, "merged_at": null });
        }
        self.issues.push(with(ISSUE, fields));
        let open = self.issues.iter().filter(|issue| {
            issue["state"] == "open" && issue["milestone"]["number"].as_u64() == Some(milestone)
        });
        let open = open.count();
        for found in self.milestones.iter_mut().filter(|found| found["number"].as_u64() == Some(milestone)) {
            found["open_issues"] = open.into();
        }
    }

    fn runs(&mut self, asked: &Asked, workflow: Option<&str>) -> Reply {
        match self.ends_after {
            Some(0) => {
                for run in self.runs.iter_mut().filter(|run| run["status"] != "completed") {
                    run["status"] = "completed".into();
                    run["conclusion"] = "success".into();
                }
            }
            Some(left) => self.ends_after = Some(left - 1),
            None => {}
        }
        if self.begins_after > 0 {
            self.begins_after -= 1;
            return page(asked, &[], Github::PAGE, |runs| json!({ "total_count": 0, "workflow_runs": runs }));
        }
        let is = |run: &Value, key: &str, wanted: Option<&str>| {
            wanted.is_none_or(|wanted| run[key].as_str() == Some(wanted))
        };
        let path = workflow.map(|file| format!(".github/workflows/{file}"));
        if path.is_some() && !self.runs.iter().any(|run| is(run, "path", path.as_deref())) {
            return refusal(404, "Not Found");
        }
        let mut found: Vec<Value> = self.runs.clone();
        found.retain(|run| {
            is(run, "head_sha", asked.query("head_sha"))
                && is(run, "event", asked.query("event"))
                && is(run, "path", path.as_deref())
        });
        // Newest first.
        found.sort_by_key(|run| std::cmp::Reverse(run["id"].as_u64()));
        let total = found.len();
        page(asked, &found, Github::PAGE, |runs| json!({ "total_count": total, "workflow_runs": runs }))
    }

    fn issues(&self, asked: &Asked) -> Reply {
        let number = asked.query("milestone").and_then(|text| text.parse::<u64>().ok());
        if asked.query("milestone").is_some() && number.is_none() {
            return validation("Issue", "milestone", "invalid");
        }
        let mut found = self.issues.clone();
        found.retain(|issue| {
            number.is_none_or(|number| issue["milestone"]["number"].as_u64() == Some(number))
                && issue["state"].as_str() == Some(asked.query("state").unwrap_or("open"))
        });
        page(asked, &found, Github::PAGE, Value::Array)
    }

    fn milestones(&self, asked: &Asked) -> Reply {
        let state = asked.query("state").unwrap_or("open");
        let mut found = self.milestones.clone();
        found.retain(|milestone| state == "all" || milestone["state"].as_str() == Some(state));
        page(asked, &found, Github::PAGE, Value::Array)
    }

    fn tag(&self, name: &str) -> Reply {
        match self.tags.iter().find(|(known, _)| known == name) {
            Some((_, id)) => {
                let object = json!({ "type": "tag", "sha": id, "url": "" });
                Reply::json(200, &with(REF, json!({ "ref": format!("refs/tags/{name}"), "object": object })))
            }
            None => refusal(404, "Not Found"),
        }
    }
}

impl Api for Github {
    const BASE: &'static str = "/api/v3";

    fn answer(&mut self, asked: &Asked) -> Reply {
        let parts = asked.parts();
        let ["repos", owner, name, rest @ ..] = parts.as_slice() else { return refusal(404, "Not Found") };
        let project = format!("{owner}/{name}");
        if self.renamed_from.as_ref() == Some(&project) {
            let to = asked.target.replacen(&format!("/repos/{project}"), "/repos/team/app", 1);
            let to = format!("{}{}", asked.base, to.strip_prefix(Github::BASE).unwrap_or(&to));
            let body = json!({ "message": "Moved Permanently", "url": to });
            return Reply::json(301, &body).field("Location", to);
        }
        if project != Github::PROJECT {
            return refusal(404, "Not Found");
        }
        match (asked.method.as_str(), rest) {
            ("GET", ["actions", "runs"]) => self.runs(asked, None),
            ("GET", ["actions", "workflows", file, "runs"]) => self.runs(asked, Some(file)),
            ("GET", ["git", "ref", "tags", name @ ..]) => self.tag(&name.join("/")),
            ("GET", ["milestones"]) => self.milestones(asked),
            ("GET", ["issues"]) => self.issues(asked),
            _ => refusal(404, "Not Found"),
        }
    }

    fn stranger(&self) -> Reply {
        refusal(401, "Bad credentials")
    }
}

/// An error as GitHub words it.
pub fn refusal(status: u16, message: &str) -> Reply {
    let page = "https://docs.github.com/rest";
    Reply::json(
        status,
        &json!({ "message": message, "documentation_url": page, "status": status.to_string() }),
    )
}

/// A 422 with its one error.
pub fn validation(resource: &str, field: &str, code: &str) -> Reply {
    let errors = json!([{ "resource": resource, "field": field, "code": code }]);
    let body = json!({
        "message": "Validation Failed", "errors": errors, "documentation_url": "https://docs.github.com/rest",
        "status": "422",
    });
    Reply::json(422, &body)
}
