//! `status` in every state on a release's way: its table, its verdict, its exit code.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::model::target::TargetKind::{Crates, Npm};

use super::ran::Ran;
use super::release::Release;
use super::scene::{Scene, trial};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    vec![trial(scene, "status_in_every_state", every_state)]
}

const CRATE: &str = "tool/crates";
const PACKAGE: &str = "client/npm";

fn every_state(scene: &Scene) {
    let release = Release::new(scene, "states", &[Crates, Npm], Some("npm:refuse"));
    let status = |code: i32| release.run(&["status"]).ended(code);

    let ran = status(1);
    table(&ran, "absent", "unknown", "unknown: a registry did not say; ask again", "status");
    release.heal();
    let ran = status(1);
    table(&ran, "absent", "absent", "unpublished: nothing of it stands anywhere", "publish");
    release.run(&["publish", "--only", "tool"]).ended(0);
    let ran = status(1);
    table(&ran, "equal", "absent", "partial: `publish` completes it", "publish");
    release.run(&["publish"]).ended(0);
    let ran = status(0);
    table(&ran, "equal", "equal", "complete: everything stands there as it was built", "");
    release.build("two");
    let ran = status(4);
    let says = "conflict: other bytes stand there; this version is burnt, cut the next patch";
    table(&ran, "different", "different", says, "release patch");
}

/// The printed table holds these words, below it the verdict and the next command.
#[track_caller]
fn table(ran: &Ran, tool: &str, client: &str, verdict: &str, next: &str) {
    let lines: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    let rows: Vec<(&str, &str)> = lines
        .iter()
        .filter(|line| line.first().is_some_and(|first| [CRATE, PACKAGE].contains(first)))
        .map(|line| (line[0], line[3]))
        .collect();
    assert_eq!(rows, [(CRATE, tool), (PACKAGE, client)], "{}", ran.stdout);
    let below = ran.stdout.lines().skip_while(|line| *line != verdict).collect::<Vec<_>>();
    let command = match next {
        "" => None,
        "release patch" => Some("  $ cargo xtask release patch".to_owned()),
        _ => Some(format!("  $ cargo xtask {next} --tag v1.0.0")),
    };
    assert_eq!(below.first(), Some(&verdict), "{}", ran.stdout);
    assert_eq!(below.get(1).copied(), command.as_deref(), "{}", ran.stdout);
}
