//! The gates that ask the forge, through the program itself, against fakes of both: pass, fail, unknown, off.

#[path = "support/forge/mod.rs"]
mod fakes;
mod support;

use std::fs;
use std::path::Path;

use fakes::github::{Github, refusal};
use fakes::gitlab::Gitlab;
use fakes::server::{Fault, Harm, Server};
use support::canary::{Canary, Leak, credential};
use support::sandbox::{Sandbox, copy_tree};

/// The token, put together so that it looks like nobody's.
fn token() -> String {
    ["canary", "gates"].join("-")
}

/// A repository with a pending note, the group `app` and a forge.
fn repository(kind: &str, project: &str, api: &str, group: &str, more: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/release/minor/in"), &sandbox.work());
    let config = format!(
        "[packages.app]\npath = \".\"\n[groups.app]\npackages = [\"app\"]\n{group}\n\
         [forge]\nkind = \"{kind}\"\nproject = \"{project}\"\napi = \"{api}\"\ntoken = \"FORGE_TOKEN\"\n{more}\n"
    );
    fs::write(sandbox.work().join("windlass.toml"), config).unwrap();
    sandbox.begin(true);
    sandbox
}

const MILESTONE: &str = "milestone = \"{major}.{minor}\"";

fn of_github(server: &Server<Github>, group: &str, more: &str) -> Sandbox {
    repository("github", Github::PROJECT, &server.api(), group, more)
}

fn github() -> Server<Github> {
    Server::start(Github::default()).only_with("authorization", &format!("Bearer {}", token()))
}

fn gitlab() -> Server<Gitlab> {
    Server::start(Gitlab::default()).only_with("private-token", &token())
}

fn head(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "HEAD"])
}

/// A run, its exit code, and all that it printed. The token is in none of it, in no command line, nor in anything
/// that the run left.
fn run(sandbox: &Sandbox, args: &[&str], env: &[(&str, &str)]) -> (i32, String) {
    let (exit, said, leaks) = watched(sandbox, args, env, &token());
    Canary::silent(&leaks);
    (exit, said)
}

fn watched(sandbox: &Sandbox, args: &[&str], env: &[(&str, &str)], token: &str) -> (i32, String, Vec<Leak>) {
    let mut canary = Canary::default();
    canary.watch("FORGE_TOKEN", token);
    let mut command = sandbox.command("windlass");
    command.args(args).env("FORGE_TOKEN", token).env("WINDLASS_LOCAL_PATIENCE", "0");
    let (output, leaks) = canary.run(command.envs(env.iter().copied()), sandbox.path());
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said, leaks)
}

/// The search would find a gate of somebody's own that keeps what it was not given to keep.
#[test]
fn a_leak_that_is_planted_is_found() {
    let server = github();
    let script =
        "import base64,os;t=os.environ['FORGE_TOKEN'].encode();open('kept','wb').write(base64.b64encode(t))";
    let own = format!("[[gates.own]]\nname = \"keeps\"\nrun = [\"python3\", \"-c\", \"{script}\"]");
    let sandbox = of_github(&server, "", &own);
    let (_, said, leaks) = watched(&sandbox, &["preflight", "--offline"], &[], &credential("planted"));
    assert_eq!(word(&said, "own/keeps"), "pass", "{said}");
    let leaks: Vec<String> = leaks.iter().map(Leak::to_string).collect();
    assert_eq!(leaks, ["FORGE_TOKEN (base64) in work/kept"]);
}

/// A gate's line of the table: `pass`, and what was seen.
fn gate(said: &str, name: &str) -> (String, String) {
    let line = said.lines().map(str::trim).find(|line| line.split_whitespace().next() == Some(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in\n{said}"));
    let rest = line[name.len()..].trim_start();
    let (word, seen) = rest.split_once(' ').unwrap_or((rest, ""));
    (word.to_owned(), seen.trim().to_owned())
}

fn word(said: &str, name: &str) -> String {
    gate(said, name).0
}

/// Refused before anything was written, with this code.
fn refuses(sandbox: &Sandbox, code: &str) {
    let (exit, said) = run(sandbox, &["release", "minor", "--yes"], &[]);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains(code), "{said}");
    assert_eq!(sandbox.git(&["tag", "--list"]), "");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn github_lets_a_release_pass() {
    let server = github();
    let sandbox = of_github(&server, MILESTONE, "");
    let commit = head(&sandbox);
    server.state(|github| {
        github.run(1, 1, "main", &commit, "completed", "success");
        github.milestone(1, "0.2", "open");
        github.issue(1, 1, "closed", false);
    });
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!(exit, 0, "{said}");
    assert_eq!(gate(&said, "milestone"), ("pass".into(), "nothing is open in 0.2".into()));
    let (verdict, seen) = gate(&said, "ci-green");
    assert_eq!((verdict.as_str(), seen.starts_with(&format!("{} succeeded", &commit[..10]))), ("pass", true));
    let (exit, said) = run(&sandbox, &["release", "minor", "--yes"], &[]);
    assert_eq!(exit, 0, "{said}");
    assert_eq!(sandbox.git(&["tag", "--list"]), "v0.2.0");
}

#[test]
fn gitlab_lets_a_release_pass() {
    let server = gitlab();
    let sandbox = repository("gitlab", Gitlab::PROJECT, &server.api(), MILESTONE, "");
    let commit = head(&sandbox);
    server.state(|gitlab| {
        gitlab.pipeline(1, "push", "main", false, &commit, "success");
        gitlab.milestone(1, "0.2");
    });
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!(exit, 0, "{said}");
    assert_eq!((word(&said, "ci-green"), word(&said, "milestone")), ("pass".into(), "pass".into()));
}

#[test]
fn a_red_run_of_github_stops_a_release() {
    let server = github();
    let sandbox = of_github(&server, "", "");
    let commit = head(&sandbox);
    server.state(|github| github.run(1, 1, "main", &commit, "completed", "failure"));
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "fail"), "{said}");
    assert!(said.contains("W0805") && said.contains("actions/runs/9000000001"), "{said}");
    refuses(&sandbox, "W0805");
}

#[test]
fn a_red_pipeline_of_gitlab_stops_a_release() {
    let server = gitlab();
    let sandbox = repository("gitlab", Gitlab::PROJECT, &server.api(), MILESTONE, "");
    let commit = head(&sandbox);
    server.state(|gitlab| {
        gitlab.pipeline(1, "push", "main", false, &commit, "failed");
        gitlab.pipeline(2, "push", "v0.1.0", true, &commit, "success");
        gitlab.milestone(1, "0.2");
        gitlab.issue(1, "0.2", "opened");
        gitlab.merge_request(7, "0.2", "opened");
    });
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "fail"), "{said}");
    assert_eq!(
        gate(&said, "milestone"),
        ("fail".into(), "W0808  open in 0.2: 1 issue, 1 merge request".into())
    );
    assert!(said.contains("#1 Work 1") && said.contains("!7 Work 7"), "{said}");
    refuses(&sandbox, "W0805");
    refuses(&sandbox, "W0808");
}

#[test]
fn another_commits_run_is_none() {
    let server = github();
    let sandbox = of_github(&server, "", "");
    server.state(|github| github.run(1, 1, "main", &"b".repeat(40), "completed", "success"));
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "fail"), "{said}");
    assert!(said.contains("the forge has no workflow run for a push of"), "{said}");
    refuses(&sandbox, "W0807");
}

#[test]
fn a_run_that_goes_on_is_not_known_unless_it_is_waited_for() {
    let server = github();
    let sandbox = of_github(&server, "", "");
    let commit = head(&sandbox);
    server.state(|github| github.run(1, 1, "main", &commit, "in_progress", ""));
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "unknown"), "{said}");
    refuses(&sandbox, "W0806");

    let sandbox = of_github(&server, "", "[gates.ci-green]\nwait = \"30m\"");
    let commit = head(&sandbox);
    server.state(|github| {
        github.runs.clear();
        github.run(1, 1, "main", &commit, "queued", "");
        github.ends_after = Some(3);
    });
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (0, "pass"), "{said}");

    // Not for ever: half an hour in steps of fifteen seconds, and a look after the last.
    server.state(|github| {
        github.runs.clear();
        github.run(1, 1, "main", &commit, "queued", "");
        github.ends_after = None;
    });
    server.reset();
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "unknown"), "{said}");
    let looks = server.requests().iter().filter(|seen| seen.target.contains("/actions/runs")).count();
    assert_eq!(looks, 121);
}

#[test]
fn what_the_forge_does_not_tell_stops_a_release() {
    let server = github();
    let sandbox = of_github(&server, MILESTONE, "");
    for (status, code) in [(401, "W0801"), (403, "W0802"), (404, "W0802"), (500, "W0804")] {
        server.reset();
        server.fault(Fault::from(1, Harm::Answer(refusal(status, "No"))));
        let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
        assert_eq!(exit, 1, "{said}");
        assert_eq!((word(&said, "ci-green"), word(&said, "milestone")), ("unknown".into(), "unknown".into()));
        refuses(&sandbox, code);
    }
    server.reset();
    let limited = refusal(429, "Slow down").field("Retry-After", "3600");
    server.fault(Fault::from(1, Harm::Answer(limited)));
    refuses(&sandbox, "W0803");
    let api = server.api();
    drop(server);
    refuses(&sandbox, "W0804");
    assert!(!api.is_empty());
}

#[test]
fn a_milestone_that_is_not_there_fails_and_a_pre_release_leaves_it_open() {
    let server = github();
    let sandbox = of_github(&server, MILESTONE, "");
    let commit = head(&sandbox);
    server.state(|github| github.run(1, 1, "main", &commit, "completed", "success"));
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "milestone").as_str()), (1, "fail"), "{said}");
    refuses(&sandbox, "W0809");
    let (_, said) = run(&sandbox, &["preflight", "minor", "alpha"], &[]);
    let seen = "0.2.0-alpha.1 is a pre-release: its milestone goes on";
    assert_eq!(gate(&said, "milestone"), ("off".into(), seen.into()));
    let (_, said) = run(&sandbox, &["preflight"], &[]);
    assert_eq!(word(&said, "milestone"), "off");
}

#[test]
fn nobody_is_asked_offline_or_in_a_rehearsal() {
    let server = github();
    let sandbox = of_github(&server, MILESTONE, "");
    let (exit, said) = run(&sandbox, &["preflight", "minor", "--offline"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (0, "skipped"), "{said}");
    let (_, said) = run(&sandbox, &["preflight", "minor"], &[("WINDLASS_REHEARSAL", "1")]);
    assert_eq!((word(&said, "ci-green"), word(&said, "milestone")), ("off".into(), "off".into()));
    assert_eq!(server.count(), 0);
    let args = ["preflight", "minor", "--skip-gate", "ci-green", "--reason", "the forge is down"];
    let (_, said) = run(&sandbox, &args, &[]);
    assert_eq!(gate(&said, "ci-green"), ("skipped".into(), "the forge is down".into()));
}

#[test]
fn a_milestone_without_a_forge_is_not_known() {
    let sandbox = Sandbox::new();
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/release/minor/in"), &sandbox.work());
    let config = format!("[packages.app]\npath = \".\"\n[groups.app]\npackages = [\"app\"]\n{MILESTONE}\n");
    fs::write(sandbox.work().join("windlass.toml"), config).unwrap();
    sandbox.begin(true);
    let (exit, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!((exit, word(&said, "milestone").as_str()), (1, "unknown"), "{said}");
    assert_eq!(word(&said, "ci-green"), "off");
    assert!(said.contains("W0800"), "{said}");
}

#[test]
fn the_reviewed_flow_asks_about_the_merged_commit() {
    let server = github();
    let sandbox = of_github(&server, "flow = \"reviewed\"", "");
    let (_, said) = run(&sandbox, &["preflight", "minor"], &[]);
    assert_eq!(word(&said, "ci-green"), "off", "{said}");
    assert_eq!(server.count(), 0);
    let (exit, said) = run(&sandbox, &["release", "minor", "--prepare", "--yes"], &[]);
    assert_eq!(exit, 0, "{said}");
    // Merged by hand; its run fails, then succeeds.
    sandbox.git(&["checkout", "--quiet", "main"]);
    let branch = sandbox.git(&["branch", "--list", "--format=%(refname:short)", "release/*"]);
    sandbox.git(&["merge", "--quiet", "--ff-only", &branch]);
    sandbox.git(&["push", "--quiet", "origin", "main"]);
    let commit = head(&sandbox);
    server.state(|github| github.run(1, 1, "main", &commit, "completed", "failure"));
    let (exit, said) = run(&sandbox, &["release", "tag", "--yes"], &[]);
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("W0805"), "{said}");
    assert_eq!(sandbox.git(&["tag", "--list"]), "");
    server.state(|github| github.run(2, 1, "main", &commit, "completed", "success"));
    let (exit, said) = run(&sandbox, &["release", "tag", "--yes"], &[]);
    assert_eq!(exit, 0, "{said}");
    assert_eq!(sandbox.git(&["tag", "--list"]), "v0.2.0");
}

#[test]
fn at_publish_the_tags_commit_is_asked_about() {
    let server = github();
    let sandbox = of_github(&server, "", "");
    let parent = head(&sandbox);
    server.state(|github| github.run(1, 1, "main", &parent, "completed", "success"));
    let (exit, said) = run(&sandbox, &["release", "minor", "--yes", "--push"], &[]);
    assert_eq!(exit, 0, "{said}");
    let commit = head(&sandbox);
    assert_ne!(commit, parent);
    let (exit, said) = run(&sandbox, &["preflight", "--tag", "v0.2.0"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "fail"), "{said}");
    assert!(said.contains("W0807"), "{said}");
    // The tag's own run goes on: this is it, perhaps.
    server.state(|github| {
        github.tags.push(("v0.2.0".into(), "c".repeat(40)));
        github.run(2, 1, "main", &commit, "completed", "success");
        github.run(3, 1, "v0.2.0", &commit, "in_progress", "");
    });
    let (exit, said) = run(&sandbox, &["preflight", "--tag", "v0.2.0"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (0, "pass"), "{said}");
}

/// How often the forge was asked what ran.
fn looks<A: fakes::api::Api>(server: &Server<A>, what: &str) -> usize {
    server.requests().iter().filter(|seen| seen.target.contains(what)).count()
}

#[test]
fn what_is_typed_is_waited_for_and_not_what_the_config_says() {
    let server = github();
    let sandbox = of_github(&server, "", "[gates.ci-green]\nwait = \"30m\"");
    let commit = head(&sandbox);
    server.state(|github| github.run(1, 1, "main", &commit, "in_progress", ""));
    let (exit, said) = run(&sandbox, &["preflight", "minor", "--wait", "1m"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "unknown"), "{said}");
    assert!(said.contains("W0806") && said.contains("within 1m:"), "{said}");
    assert_eq!(looks(&server, "/actions/runs"), 5);
    for wrong in ["1", "0s", "2d", ""] {
        let (exit, said) = run(&sandbox, &["preflight", "minor", "--wait", wrong], &[]);
        assert_eq!(exit, 2, "{wrong}: {said}");
    }
}

#[test]
fn a_branch_that_was_pushed_with_its_tag_is_waited_for_at_publish() {
    let server = gitlab();
    let sandbox = repository("gitlab", Gitlab::PROJECT, &server.api(), "", "");
    let parent = head(&sandbox);
    server.state(|gitlab| gitlab.pipeline(1, "push", "main", false, &parent, "success"));
    let (exit, said) = run(&sandbox, &["release", "minor", "--yes", "--push"], &[]);
    assert_eq!(exit, 0, "{said}");
    let commit = head(&sandbox);
    server.state(|gitlab| {
        gitlab.pipeline(2, "push", "main", false, &commit, "running");
        gitlab.pipeline(3, "push", "v0.2.0", true, &commit, "running");
    });
    let preflight = ["preflight", "--tag", "v0.2.0", "--for", "publish"];
    let waiting = [&preflight[..], &["--wait", "1h"]].concat();
    let (exit, said) = run(&sandbox, &preflight, &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "unknown"), "{said}");
    server.reset();
    let (exit, said) = run(&sandbox, &waiting, &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "unknown"), "{said}");
    assert!(said.contains("W0806") && said.contains("within 1h"), "{said}");
    assert_eq!(looks(&server, "/pipelines?"), 241);
    server.state(|gitlab| gitlab.ends_after = Some(3));
    let (exit, said) = run(&sandbox, &waiting, &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (0, "pass"), "{said}");
}

#[test]
fn a_run_that_does_not_show_yet_has_two_minutes_to_begin() {
    let server = github();
    let sandbox = of_github(&server, "", "");
    let commit = head(&sandbox);
    let (exit, said) = run(&sandbox, &["preflight", "minor", "--wait", "1h"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (1, "fail"), "{said}");
    assert!(said.contains("W0807"), "{said}");
    assert_eq!(looks(&server, "/actions/runs"), 9);
    server.state(|github| {
        github.run(1, 1, "main", &commit, "in_progress", "");
        (github.begins_after, github.ends_after) = (4, Some(12));
    });
    let (exit, said) = run(&sandbox, &["preflight", "minor", "--wait", "1h"], &[]);
    assert_eq!((exit, word(&said, "ci-green").as_str()), (0, "pass"), "{said}");
}
