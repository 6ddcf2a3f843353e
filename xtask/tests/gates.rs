//! The gates as a whole: each has a red fixture; what needs a plan's id is shown here.

mod support;

use std::path::Path;

use serde_json::Value;
use support::sandbox::Sandbox;
use windlass::config::{Surroundings, read};
use windlass::gate;

fn tests() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

/// Red fixtures of gates that a case folder can't show: the test that sees them fail.
const ELSEWHERE: &[(&str, &str)] = &[
    ("ci-green", "a_red_run_of_github_stops_a_release"),
    ("milestone", "a_red_pipeline_of_gitlab_stops_a_release"),
];

/// A gate that nobody has seen fail is a gate that may never do: a case shows its `fail`, or a test that is named
/// above.
#[test]
fn each_gate_has_a_red_fixture() {
    let around = Surroundings { exists: &|_| false };
    let text = "[packages.a]\npath = \"a\"\n[[gates.own]]\nname = \"bad\"\nrun = [\"x\"]\n";
    let gates = gate::all(&read("windlass.toml", text, &around).expect("a config"));
    let read = |wanted: &dyn Fn(&Path) -> bool| -> String {
        let files = walkdir::WalkDir::new(tests()).into_iter().map(|entry| entry.expect("readable"));
        let files = files.filter(|entry| entry.file_type().is_file() && wanted(entry.path()));
        files.map(|entry| std::fs::read_to_string(entry.path()).expect("UTF-8")).collect()
    };
    let sources = read(&|path| path.extension().is_some_and(|extension| extension == "rs"));
    let cases = read(&|path| path.ends_with("run.txt"));
    let shows = |name: &str| {
        let line = format!("|   {name}[..]fail");
        cases.lines().any(|seen| seen.starts_with(&line))
            || ELSEWHERE.iter().any(|(gate, test)| *gate == name && sources.contains(&format!("fn {test}(")))
    };
    let pale: Vec<&str> = gates.iter().map(|gate| gate.name()).filter(|name| !shows(name)).collect();
    assert!(pale.is_empty(), "no red fixture: {pale:?}");
    assert!(gates.len() > 14);
}

fn sandbox(config: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    support::sandbox::copy_tree(&tests().join("gates/app"), &sandbox.work());
    let file = sandbox.work().join("windlass.toml");
    std::fs::write(file, format!("[packages.app]\npath = \".\"\n{config}")).expect("a file");
    sandbox.begin(true);
    sandbox
}

/// What the command printed as JSON, and its exit code.
fn json(sandbox: &Sandbox, args: &[&str]) -> (Value, i32) {
    let output = sandbox.windlass(&[args, &["--format", "json"]].concat());
    let value = serde_json::from_slice(&output.stdout);
    let value = value.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)));
    (value, output.status.code().unwrap_or(-1))
}

fn verdict(shown: &Value, gate: &str) -> String {
    let gates = shown["gates"].as_array().expect("gates");
    let one = gates.iter().find(|one| one["gate"] == gate).unwrap_or_else(|| panic!("no {gate}: {shown:#}"));
    one["verdict"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_record_of_a_rehearsal_counts_for_its_plan_alone() {
    let sandbox = sandbox("[gates.rehearsal]\nrequired = true\n");
    let (plan, code) = json(&sandbox, &["release", "minor", "--dry-run"]);
    assert_eq!((verdict(&plan, "rehearsal").as_str(), code), ("fail", 1));
    let id = plan["id"].as_str().expect("an id").to_owned();
    let file = sandbox.work().join(format!("target/windlass/rehearsals/{id}.json"));
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    let write = |plan: &str, verdict: &str, fault: bool| {
        let fault = if fault {
            serde_json::json!({ "fault": "npm:refuse", "first": 3, "again": 0, "accepted": {}, "as_expected": true })
        } else {
            Value::Null
        };
        let mut record = serde_json::json!({
            "format": 1, "plan": plan, "base": "a".repeat(40), "groups": [], "targets": [],
            "verdict": verdict, "tools": {}, "began": 0, "millis": 1, "problems": [],
        });
        if !fault.is_null() {
            record["fault"] = fault;
        }
        std::fs::write(&file, record.to_string()).expect("a file");
    };
    let table = [
        ("passed", false, "pass"),
        ("passed", true, "fail"),
        ("incomplete", false, "fail"),
        ("failed", false, "fail"),
        ("conflict", false, "fail"),
    ];
    for (said, fault, expected) in table {
        write(&id, said, fault);
        let (shown, _) = json(&sandbox, &["preflight", "minor"]);
        assert_eq!(verdict(&shown, "rehearsal"), expected, "{said} {fault}");
    }
    write(&"0".repeat(64), "passed", false);
    assert_eq!(verdict(&json(&sandbox, &["preflight", "minor"]).0, "rehearsal"), "unknown");
    std::fs::write(&file, "{").expect("a file");
    assert_eq!(verdict(&json(&sandbox, &["preflight", "minor"]).0, "rehearsal"), "unknown");
    write(&id, "passed", false);
    // Another bump is another plan.
    assert_eq!(verdict(&json(&sandbox, &["preflight", "patch"]).0, "rehearsal"), "fail");
    let (shown, code) = json(&sandbox, &["preflight", "minor"]);
    assert_eq!(
        (verdict(&shown, "rehearsal").as_str(), code, &shown["holds"]),
        ("pass", 0, &Value::Bool(true))
    );
}

/// A rehearsal has no forge and skips nothing; its plan must be the real release's.
#[test]
fn findings_and_skips_leave_the_plans_id_alone() {
    let sandbox = sandbox("");
    let (plain, _) = json(&sandbox, &["release", "minor", "--dry-run"]);
    let skipping = ["release", "minor", "--dry-run", "--skip-gate", "branch", "--reason", "a trial"];
    let (skipped, _) = json(&sandbox, &skipping);
    assert_eq!(plain["id"], skipped["id"]);
    assert_eq!(skipped["tags"][0]["message"], "Release v0.2.0\n\nGate skipped: branch (a trial)\n");
    assert_eq!(skipped["skips"], serde_json::json!([{ "gate": "branch", "reason": "a trial" }]));
    assert_eq!((plain["skips"].clone(), verdict(&plain, "branch").as_str()), (serde_json::json!([]), "pass"));
}

/// Side by side, in the order of the list, and no longer than the slowest.
#[test]
#[cfg(unix)]
fn commands_look_side_by_side() {
    let own = |name: &str, file: &str, other: &str| {
        // Each waits for the other's file: one after the other they would both give up.
        let script = format!(
            "import os,sys,time\nopen('{file}','w').close()\nfor _ in range(600):\n    if os.path.exists('{other}'): sys.exit(0)\n    time.sleep(0.05)\nsys.exit(1)"
        );
        format!("[[gates.own]]\nname = \"{name}\"\nrun = [\"python3\", \"-c\", {script:?}]\n")
    };
    let (a, b) = ("target/a", "target/b");
    let sandbox = sandbox(&(own("second", a, b) + &own("first", b, a)));
    std::fs::create_dir_all(sandbox.work().join("target")).expect("a folder");
    let (shown, code) = json(&sandbox, &["preflight", "minor"]);
    let names: Vec<&str> =
        shown["gates"].as_array().expect("gates").iter().filter_map(|gate| gate["gate"].as_str()).collect();
    assert_eq!(&names[names.len() - 2..], ["own/second", "own/first"]);
    assert_eq!((verdict(&shown, "own/first").as_str(), code), ("pass", 0), "{shown:#}");
}

#[test]
#[cfg(unix)]
fn a_command_that_does_not_end_is_ended() {
    let sandbox = sandbox(
        "[[gates.own]]\nname = \"slow\"\nrun = [\"python3\", \"-c\", \"import signal; signal.pause()\"]\nlimit = 1\n",
    );
    let (shown, code) = json(&sandbox, &["preflight", "minor"]);
    assert_eq!((verdict(&shown, "own/slow").as_str(), code), ("unknown", 1));
}
