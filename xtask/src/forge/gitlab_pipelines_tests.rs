use proptest::prelude::*;
use serde_json::json;

use super::*;

/// GitLab's "Pipelines API": every status.
const STATUSES: [&str; 13] = [
    "created",
    "waiting_for_resource",
    "preparing",
    "waiting_for_callback",
    "pending",
    "running",
    "success",
    "failed",
    "canceling",
    "canceled",
    "skipped",
    "manual",
    "scheduled",
];

fn pipeline(id: u64, status: &str) -> Value {
    json!({ "id": id, "sha": "c", "source": "push", "tag": false, "status": status, "web_url": "page" })
}

#[test]
fn each_documented_status_has_one_meaning() {
    for status in STATUSES {
        let run = || "page".to_owned();
        let expected = match status {
            "success" => Ci::Green { run: run() },
            "failed" | "canceled" | "skipped" => Ci::Red { run: run(), word: status.into() },
            _ => Ci::Running { run: run() },
        };
        assert_eq!(judge(&pipeline(1, status), "c"), Ok(Some(expected)), "{status}");
    }
    assert!(matches!(judge(&pipeline(1, "splendid"), "c"), Err(Trouble::Unknown { .. })));
}

#[test]
fn a_tags_pipeline_and_another_commits_say_nothing() {
    let mut tag = pipeline(1, "success");
    tag["tag"] = json!(true);
    assert_eq!(judge(&tag, "c"), Ok(None));
    assert_eq!(judge(&pipeline(1, "success"), "d"), Ok(None));
    for key in ["tag", "status"] {
        let mut odd = pipeline(1, "success");
        odd[key] = Value::Null;
        assert!(matches!(judge(&odd, "c"), Err(Trouble::Unknown { why }) if why.contains(key)), "{key}");
    }
}

#[test]
fn candidates_come_newest_first_from_counted_sources_only() {
    let mut pipelines: Vec<Value> = [5, 9, 7].into_iter().map(|id| pipeline(id, "success")).collect();
    pipelines.push(pipeline(9, "success"));
    // "Predefined CI/CD variables", CI_PIPELINE_SOURCE.
    let others = [
        "merge_request_event",
        "external_pull_request_event",
        "parent_pipeline",
        "pipeline",
        "schedule",
        "trigger",
        "api",
        "chat",
        "webide",
        "ondemand_dast_scan",
        "security_orchestration_policy",
        "anything",
    ];
    for (id, source) in (20..).zip(others) {
        let mut other = pipeline(id, "success");
        other["source"] = source.into();
        pipelines.push(other);
    }
    pipelines.push(json!({ "id": 99, "sha": "c" }));
    assert_eq!(candidates(&pipelines, "c"), Ok(vec![9, 7, 5]));
    assert_eq!(candidates(&pipelines, "d"), Ok(vec![]));
    assert!(candidates(&[json!({ "sha": "c", "source": "push" })], "c").is_err());
}

proptest! {
    #[test]
    fn only_a_success_is_green(status in prop_oneof![Just("success".to_owned()), "[a-z_]{0,10}"], tag: bool) {
        let mut one = pipeline(1, &status);
        one["tag"] = tag.into();
        let green = matches!(judge(&one, "c"), Ok(Some(Ci::Green { .. })));
        prop_assert_eq!(green, status == "success" && !tag);
    }
}
