use proptest::prelude::*;
use serde_json::json;

use super::*;

/// GitHub's "REST API endpoints for workflow runs": every status, every conclusion.
const STATUSES: [&str; 6] = ["completed", "queued", "in_progress", "waiting", "requested", "pending"];
const CONCLUSIONS: [&str; 9] = [
    "success",
    "skipped",
    "neutral",
    "failure",
    "cancelled",
    "timed_out",
    "action_required",
    "stale",
    "startup_failure",
];

fn run(workflow: u64, number: u64, status: &str, conclusion: Option<&str>) -> Value {
    json!({
        "head_sha": "c", "event": "push", "workflow_id": workflow, "run_number": number, "head_branch": "main",
        "html_url": format!("page {number}"), "status": status, "conclusion": conclusion,
    })
}

fn told(runs: &[Value]) -> Result<Ci, Trouble> {
    judge(&read(runs, "c")?, "a run")
}

#[test]
fn each_documented_word_has_one_meaning() {
    for conclusion in CONCLUSIONS {
        let ci = told(&[run(1, 1, "completed", Some(conclusion))]).unwrap();
        let page = || "page 1".to_owned();
        let expected = match conclusion {
            "success" => Ci::Green { run: page() },
            "skipped" | "neutral" => Ci::Absent { wanted: "a run".into() },
            word => Ci::Red { run: page(), word: word.into() },
        };
        assert_eq!(ci, expected, "{conclusion}");
    }
    for status in &STATUSES[1..] {
        // A run that was started again may still show how its last attempt ended.
        for conclusion in CONCLUSIONS.map(Some).into_iter().chain([None]) {
            let ci = told(&[run(1, 1, status, conclusion)]).unwrap();
            assert_eq!(ci, Ci::Running { run: "page 1".into() }, "{status} {conclusion:?}");
        }
    }
    for (status, conclusion) in
        [("completed", None), ("completed", Some("splendid")), ("done", Some("success"))]
    {
        assert!(matches!(told(&[run(1, 1, status, conclusion)]), Err(Trouble::Unknown { .. })), "{status}");
    }
}

#[test]
fn red_is_said_before_what_is_not_known_yet() {
    let green = run(1, 1, "completed", Some("success"));
    let red = run(2, 2, "completed", Some("failure"));
    let odd = run(3, 3, "completed", Some("splendid"));
    let running = run(4, 4, "queued", None);
    let all = [green.clone(), odd.clone(), running.clone(), red];
    assert!(matches!(told(&all), Ok(Ci::Red { .. })));
    assert!(matches!(told(&[green.clone(), running.clone(), odd]), Err(Trouble::Unknown { .. })));
    assert!(matches!(told(&[green, running]), Ok(Ci::Running { .. })));
}

#[test]
fn what_lacks_a_field_is_not_guessed() {
    for key in ["workflow_id", "run_number", "head_branch", "status"] {
        let mut run = run(1, 1, "completed", Some("success"));
        run[key] = Value::Null;
        assert!(matches!(told(&[run]), Err(Trouble::Unknown { why }) if why.contains(key)), "{key}");
    }
    for (key, value) in [("head_sha", "d"), ("event", "schedule")] {
        let mut run = run(1, 1, "completed", Some("success"));
        run[key] = value.into();
        assert!(matches!(told(&[run]), Ok(Ci::Absent { .. })), "{key}");
    }
}

fn any_run() -> impl Strategy<Value = Value> {
    let status = prop_oneof![4 => prop::sample::select(&STATUSES[..]), 1 => Just("odd")];
    let conclusion = prop_oneof![4 => prop::sample::select(&CONCLUSIONS[..]).prop_map(Some), 1 => Just(None), 1 => Just(Some("odd"))];
    (1..4_u64, 1..9_u64, status, conclusion)
        .prop_map(|(workflow, number, status, conclusion)| run(workflow, number, status, conclusion))
}

proptest! {
    #[test]
    fn green_means_that_the_newest_of_each_workflow_succeeded(runs in prop::collection::vec(any_run(), 0..8)) {
        let green = matches!(told(&runs), Ok(Ci::Green { .. }));
        let mut workflows: Vec<u64> = runs.iter().filter_map(|run| run["workflow_id"].as_u64()).collect();
        workflows.sort_unstable();
        workflows.dedup();
        let newest = |workflow: u64| {
            let own = runs.iter().filter(|run| run["workflow_id"].as_u64() == Some(workflow));
            own.rev().max_by_key(|run| run["run_number"].as_u64()).cloned().unwrap_or_default()
        };
        let newest: Vec<Value> = workflows.into_iter().map(newest).collect();
        let is = |run: &Value, words: &[&str]| {
            run["status"] == "completed" && run["conclusion"].as_str().is_some_and(|word| words.contains(&word))
        };
        let expected = newest.iter().all(|run| is(run, &["success", "skipped", "neutral"]))
            && newest.iter().any(|run| is(run, &["success"]));
        prop_assert_eq!(green, expected);
    }
}
