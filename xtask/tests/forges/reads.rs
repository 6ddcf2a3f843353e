//! What is read when nothing goes wrong.

use std::sync::Arc;

use serde_json::json;
use windlass::forge::call::Client;
use windlass::forge::over;
use windlass::model::forge::{Ci, ForgeKind, Milestone, Trouble};

use super::fakes::github::Github;
use super::fakes::gitlab::Gitlab;
use super::fakes::server::Server;
use super::world::{commit, forge, github, gitlab, other, patience, site_of, token};

fn of_github(fill: impl FnOnce(&mut Github)) -> Result<Ci, Trouble> {
    let server = github(fill);
    forge(ForgeKind::Github, &server.api()).ci(&commit())
}

fn of_gitlab(fill: impl FnOnce(&mut Gitlab)) -> Result<Ci, Trouble> {
    let server = gitlab(fill);
    forge(ForgeKind::Gitlab, &server.api()).ci(&commit())
}

/// `green 3`, `red 3 failure`, `running 3`, `absent`: the word and the end of the run's page.
fn word(ci: Result<Ci, Trouble>) -> String {
    let last =
        |run: &str| run.rsplit('/').next().unwrap_or_default().trim_start_matches("900000000").to_owned();
    match ci {
        Ok(Ci::Green { run }) => format!("green {}", last(&run)),
        Ok(Ci::Red { run, word }) => format!("red {} {word}", last(&run)),
        Ok(Ci::Running { run }) => format!("running {}", last(&run)),
        Ok(Ci::Absent { .. }) => "absent".to_owned(),
        Err(trouble) => format!("{trouble:?}"),
    }
}

#[test]
fn github_is_green_when_every_workflow_of_the_push_succeeded() {
    let sha = commit().to_string();
    let runs = |runs: &[(u64, u64, &str, &str, &str)]| {
        let runs = runs.to_vec();
        let sha = sha.clone();
        word(of_github(move |github| {
            for (number, workflow, pushed, status, conclusion) in runs {
                github.run(number, workflow, pushed, &sha, status, conclusion);
            }
            github.tags.push(("v0.2.0".into(), other()));
            github.tags.push(("packages/client-go/v0.2.0".into(), other()));
        }))
    };
    assert_eq!(runs(&[]), "absent");
    assert_eq!(runs(&[(1, 1, "main", "completed", "success")]), "green 1");
    assert_eq!(runs(&[(1, 1, "main", "completed", "failure")]), "red 1 failure");
    assert_eq!(runs(&[(1, 1, "main", "in_progress", "")]), "running 1");
    // Three workflows on two pages; one of them did not succeed.
    let first = [(1, 1, "main", "completed", "success"), (2, 2, "main", "completed", "timed_out")];
    assert_eq!(runs(&[first[0], first[1], (3, 3, "main", "completed", "success")]), "red 2 timed_out");
    // A later run of the same workflow counts instead.
    assert_eq!(runs(&[first[1], (3, 2, "main", "completed", "success")]), "green 3");
    assert_eq!(
        runs(&[(3, 2, "main", "completed", "failure"), (1, 2, "main", "completed", "success")]),
        "red 3 failure"
    );
    assert_eq!(runs(&[first[0], (2, 2, "main", "completed", "skipped")]), "green 1");
    assert_eq!(runs(&[(2, 2, "main", "completed", "skipped")]), "absent");
    // What a pushed tag started does not count, whether it runs, fails or succeeds.
    assert_eq!(runs(&[first[0], (2, 1, "v0.2.0", "in_progress", "")]), "green 1");
    assert_eq!(runs(&[first[0], (2, 1, "packages/client-go/v0.2.0", "completed", "failure")]), "green 1");
    assert_eq!(runs(&[(2, 1, "v0.2.0", "completed", "success")]), "absent");
    // A branch may look like one.
    assert_eq!(runs(&[(2, 1, "v0.3.0", "completed", "success")]), "green 2");
    assert!(runs(&[(1, 1, "main", "completed", "splendid")]).contains("splendid"));
}

#[test]
fn github_looks_at_one_workflow_where_one_is_named() {
    let sha = commit().to_string();
    let server = github(|github| {
        github.run(1, 1, "main", &sha, "completed", "success");
        github.run(2, 2, "main", &sha, "completed", "failure");
    });
    let ci = |workflow: &str| {
        let site = site_of(ForgeKind::Github, &server.api(), Some(workflow), Some(&token()));
        over(Arc::new(Client::new(site, patience().0))).ci(&commit())
    };
    assert_eq!(word(ci("w1.yml")), "green 1");
    assert_eq!(word(ci("w2.yml")), "red 2 failure");
    assert!(matches!(ci("w3.yml"), Err(Trouble::Denied { .. })), "{:?}", ci("w3.yml"));
}

#[test]
fn github_counts_pushes_of_this_commit_only() {
    let sha = commit().to_string();
    let server = github(|github| {
        github.run(1, 1, "main", &other(), "completed", "success");
        github.run(2, 1, "main", &sha, "completed", "success");
        github.runs[1]["event"] = json!("pull_request");
    });
    // The query asks for both; a server that ignores queries changes nothing.
    assert_eq!(word(forge(ForgeKind::Github, &server.api()).ci(&commit())), "absent");
    let asked = &server.requests()[0];
    assert!(asked.target.contains(&format!("head_sha={sha}")) && asked.target.contains("event=push"));
    assert_eq!(asked.field("accept"), Some("application/vnd.github+json"));
    assert_eq!(asked.field("x-github-api-version"), Some("2022-11-28"));
    assert!(asked.field("user-agent").is_some_and(|agent| agent.starts_with("windlass/")));
}

#[test]
fn gitlab_is_green_when_the_newest_pipeline_of_a_branch_succeeded() {
    let sha = commit().to_string();
    let pipelines = |pipelines: &[(u64, &str, &str, bool, &str)]| {
        let pipelines = pipelines.to_vec();
        let sha = sha.clone();
        word(of_gitlab(move |gitlab| {
            gitlab.pipeline(99, "push", "main", false, &other(), "failed");
            for (id, source, pushed, tag, status) in pipelines {
                gitlab.pipeline(id, source, pushed, tag, &sha, status);
            }
        }))
    };
    let good = (1, "push", "main", false, "success");
    assert_eq!(pipelines(&[]), "absent");
    assert_eq!(pipelines(&[good]), "green 1");
    assert_eq!(pipelines(&[(1, "push", "main", false, "failed")]), "red 1 failed");
    assert_eq!(pipelines(&[(1, "push", "main", false, "running")]), "running 1");
    assert_eq!(pipelines(&[good, (2, "push", "main", false, "canceled")]), "red 2 canceled");
    assert_eq!(
        pipelines(&[(1, "push", "main", false, "failed"), (2, "web", "main", false, "success")]),
        "green 2"
    );
    // The tag's own pipeline, a merge request's, a child, a schedule: none of them counts.
    for (source, tag) in
        [("push", true), ("merge_request_event", false), ("parent_pipeline", false), ("schedule", false)]
    {
        let pushed = if tag { "v0.2.0" } else { "main" };
        assert_eq!(pipelines(&[good, (2, source, pushed, tag, "running")]), "green 1", "{source}");
        assert_eq!(pipelines(&[(2, source, pushed, tag, "success")]), "absent", "{source}");
    }
    let many = [good, (2, "push", "v1", true, "failed"), (3, "push", "v2", true, "failed")];
    assert_eq!(pipelines(&many), "green 1");
    assert!(pipelines(&[(1, "push", "main", false, "splendid")]).contains("splendid"));
}

#[test]
fn gitlab_sends_its_own_headers() {
    let server = gitlab(|gitlab| gitlab.pipeline(1, "push", "main", false, commit().as_str(), "success"));
    assert_eq!(word(forge(ForgeKind::Gitlab, &server.api()).ci(&commit())), "green 1");
    let asked = &server.requests()[0];
    assert!(asked.target.starts_with("/api/v4/projects/group%2Fapp/pipelines?sha="), "{}", asked.target);
    assert_eq!((asked.field("authorization"), asked.field("job-token")), (None, None));
}

/// `0.2: #1 #3, #2`: issues, then merge requests.
fn open(milestone: Result<Option<Milestone>, Trouble>) -> String {
    let list = |work: &[windlass::model::forge::Open]| {
        work.iter().map(|open| open.reference.clone()).collect::<Vec<_>>().join(" ")
    };
    match milestone {
        Ok(Some(found)) => {
            format!("{}: {}, {}", found.title, list(&found.issues), list(&found.merge_requests))
        }
        Ok(None) => "none".to_owned(),
        Err(trouble) => format!("{trouble:?}"),
    }
}

#[test]
fn github_tells_issues_from_pull_requests_on_every_page() {
    let server = github(|github| {
        for (number, title, state) in
            [(1, "0.1", "closed"), (2, "0.20", "open"), (3, "0.2", "open"), (4, "0.3", "closed")]
        {
            github.milestone(number, title, state);
        }
        for (number, state, pull_request) in [
            (11, "open", false),
            (12, "open", true),
            (13, "open", false),
            (14, "closed", false),
            (15, "open", true),
        ] {
            github.issue(number, 3, state, pull_request);
        }
        github.issue(16, 2, "open", false);
    });
    let forge = forge(ForgeKind::Github, &server.api());
    assert_eq!(open(forge.milestone("0.2")), "0.2: #11 #13, #12 #15");
    assert_eq!(open(forge.milestone("0.1")), "0.1: , ");
    assert_eq!(open(forge.milestone("0.3")), "0.3: , ");
    assert_eq!(open(forge.milestone("0.4")), "none");
    let found = forge.milestone("0.2").unwrap().unwrap();
    assert_eq!(found.page, "https://github.example.org/team/app/milestone/3");
    assert_eq!(found.issues[0].page, "https://github.example.org/team/app/issues/11");
    assert_eq!(found.issues[0].title, "Work 11");
}

#[test]
fn github_that_counts_what_it_does_not_show_is_not_believed() {
    let server = github(|github| {
        github.milestone(1, "0.2", "open");
        github.milestones[0]["open_issues"] = json!(2);
    });
    let said = open(forge(ForgeKind::Github, &server.api()).milestone("0.2"));
    assert!(said.contains("counts 2 open issues"), "{said}");
}

#[test]
fn gitlab_asks_for_issues_and_merge_requests_on_every_page() {
    let server = gitlab(|gitlab| {
        gitlab.milestone(1, "0.1");
        gitlab.milestone(2, "0.2 & more");
        gitlab.group_milestones.push(Gitlab::milestone_of(7, "0.3"));
        for (iid, milestone, state) in [
            (1, "0.2 & more", "opened"),
            (2, "0.2 & more", "closed"),
            (3, "0.1", "opened"),
            (5, "0.3", "opened"),
        ] {
            gitlab.issue(iid, milestone, state);
        }
        for iid in 11..=13 {
            gitlab.merge_request(iid, "0.2 & more", "opened");
        }
        gitlab.merge_request(14, "0.2 & more", "merged");
    });
    let forge = forge(ForgeKind::Gitlab, &server.api());
    assert_eq!(open(forge.milestone("0.2 & more")), "0.2 & more: #1, !11 !12 !13");
    assert_eq!(open(forge.milestone("0.1")), "0.1: #3, ");
    assert_eq!(open(forge.milestone("0.3")), "0.3: #5, ");
    assert_eq!(open(forge.milestone("0.2")), "none");
    assert!(open(forge.milestone("Any")).contains("for a filter"));
}

#[test]
fn what_a_forge_says_does_not_write_on_the_terminal() {
    let server = github(|github| {
        github.milestone(1, "0.2", "open");
        github.issue(1, 1, "open", false);
        github.issues[0]["title"] = json!("red\u{1b}[31m\r\nalert\u{7}");
        github.issues[0]["html_url"] = json!("https://e.org/\u{1b}]8;;");
    });
    let found = forge(ForgeKind::Github, &server.api()).milestone("0.2").unwrap().unwrap();
    assert_eq!(found.issues[0].title, "red [31m  alert ");
    assert!(!found.issues[0].page.contains(char::is_control));
}

#[test]
fn a_project_without_a_token_may_be_public() {
    let mut state = Gitlab::default();
    state.pipeline(1, "push", "main", false, commit().as_str(), "success");
    let server = Server::start(state);
    let site = site_of(ForgeKind::Gitlab, &server.api(), None, None);
    let forge = over(Arc::new(Client::new(site, patience().0)));
    assert_eq!(word(forge.ci(&commit())), "green 1");
    assert!(server.requests().iter().all(|seen| seen.field("private-token").is_none()));
}
