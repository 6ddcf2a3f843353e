//! One fault each: how the run ends, that the next one completes it, and that nothing is taken twice.

use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::local::Plant;
use windlass::model::fault::{Fault, FaultKind};
use windlass::model::target::TargetKind::{self, Crates, Go, Helm, Image, Npm, Pypi};
use windlass::rehearse::judge::judge;

use super::build::npm_name;
use super::release::Release;
use super::scene::{Scene, trial};
use crate::support::canary::credential;

/// Fault, what is published, the first run's exit code and a text that it prints.
const FAULTS: &[(&str, &[TargetKind], i32, &str)] = &[
    // Passes by itself within the run.
    ("crates:drop-before", &[Crates], 0, "asking the registry"),
    ("crates:rate-limit", &[Crates], 0, "waiting 1.0 s"),
    ("crates:error-503", &[Crates], 0, "asking the registry"),
    ("crates:drop-after", &[Crates], 0, "confirmed"),
    ("crates:late@3", &[Crates], 0, "confirmed"),
    ("oci:drop-after", &[Image], 0, "latest names 1.0.0"),
    ("oci:drop-during", &[Image], 0, "latest names 1.0.0"),
    ("pypi:drop-after", &[Pypi], 0, "asking the registry"),
    ("npm:drop-after", &[Npm], 0, "asking the registry"),
    // Needs a person; nothing is public.
    ("crates:refuse", &[Crates], 1, "nothing listens"),
    ("crates:forbidden", &[Crates], 1, "W0759"),
    // Part of it is public.
    ("pypi:forbidden@2", &[Pypi], 3, "W0759"),
    ("npm:unauthorized", &[Crates, Npm], 3, "W0759"),
];

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let one = |(fault, kinds, code, says): &(&'static str, &'static [TargetKind], i32, &'static str)| {
        let (fault, kinds, code, says) = (*fault, *kinds, *code, *says);
        trial(scene, &format!("fault::{fault}"), move |scene| {
            let name = format!("fault-{}", fault.replace([':', '@'], "-"));
            let release = Release::new(scene, &name, kinds, Some(fault));
            release.run(&["publish"]).ended(code).says(says);
            release.heal();
            release.run(&["publish"]).ended(0).says("everything stands there as it was built");
            let accepted = release.accepted();
            assert!(accepted.values().all(|times| *times == 1), "{accepted:?}");
            release.run(&["status"]).ended(0);
        })
    };
    let mut trials: Vec<Trial> = FAULTS.iter().map(one).collect();
    trials.extend(matrix(scene));
    trials.push(trial(scene, "nothing_starts_when_one_is_unreachable", nothing_starts));
    trials.push(trial(scene, "credentials_are_asked_for_first", credentials));
    trials.push(trial(scene, "no_secret_is_printed", secrets));
    trials
}

/// Every kind of fault before every registry that can meet it; by day those that the list above has nowhere.
fn matrix(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    const BY_DAY: [(TargetKind, &str); 9] = [
        (Crates, "crates:error-500"),
        (Image, "oci:silent"),
        (Npm, "npm:exists"),
        (Image, "oci:exists"),
        (Go, "go:refuse"),
        (Go, "go:error-503"),
        (Helm, "oci:drop-after"),
        (Helm, "oci:rate-limit"),
        (Pypi, "pypi:exists"),
    ];
    let nightly = std::env::var_os("WINDLASS_NIGHTLY").is_some();
    let registries =
        [("pypi", Pypi), ("npm", Npm), ("crates", Crates), ("oci", Image), ("oci", Helm), ("go", Go)];
    let pairs = registries.into_iter().flat_map(|(registry, kind)| {
        FaultKind::names().map(move |fault| (kind, format!("{registry}:{fault}")))
    });
    // A module proxy takes no uploads, so what meets uploads is refused before it.
    let pairs = pairs.filter(|(kind, fault)| *kind != Go || Fault::parse(fault).is_ok());
    let by_day = |(kind, fault): &(TargetKind, String)| BY_DAY.contains(&(*kind, fault.as_str()));
    let chosen = pairs.filter(|pair| nightly || by_day(pair));
    let one = |(kind, fault): (TargetKind, String)| {
        trial(scene, &format!("matrix::{kind}::{fault}"), move |scene| pair(scene, kind, &fault))
    };
    chosen.map(one).collect()
}

/// The run with the fault and a plain one end as a rehearsal wants them to.
fn pair(scene: &Scene, kind: TargetKind, text: &str) {
    let fault = Fault::parse(text).expect("a fault");
    let name = format!("matrix-{kind}-{}", fault.kind.name());
    let mut release = Release::new(scene, &name, &[kind], Some(text));
    if fault.kind == FaultKind::Exists {
        let file = format!("{}-1.0.0.tar.gz", name.replace('-', "_"));
        let (npm, image, chart) = (npm_name(&name), format!("{name}/web"), format!("charts/{name}"));
        let version = "1.0.0";
        let plant = match kind {
            Pypi => Plant::Pypi { name: &name, version, file: &file },
            Npm => Plant::Npm { name: &npm, version },
            Crates => Plant::Crates { name: &name, version },
            Helm => Plant::Oci { repository: &chart, tag: version },
            _ => Plant::Oci { repository: &image, tag: version },
        };
        release.registry(kind).plant(&plant).expect("planted");
    }
    release.env = vec![("WINDLASS_CALL_LIMIT".into(), "8".into())];
    let first = release.run(&["publish"]);
    release.heal();
    release.env.clear();
    let again = release.run(&["publish"]);
    let codes = (first.code.unwrap_or(-1), again.code.unwrap_or(-1));
    let judged = judge(fault, codes.0, codes.1, release.accepted(), release.attempted());
    assert!(judged.as_expected, "{judged:?}\n{}\n{}\n{}", first.stdout, first.stderr, again.stderr);
    if fault.kind != FaultKind::Exists {
        release.run(&["status"]).ended(0);
    }
}

/// One registry is down: the other one gets nothing either.
fn nothing_starts(scene: &Scene) {
    let release = Release::new(scene, "nothing-starts", &[Crates, Image], Some("oci:refuse"));
    release.run(&["publish"]).ended(1).says("W0753").says("absent");
    assert_eq!(release.attempted(), 0);
    release.heal();
    release.run(&["publish", "--only", "tool"]).ended(0).says("the rest was not chosen");
    release.all_once(1);
    release.run(&["status"]).ended(1).says("partial");
}

fn credentials(scene: &Scene) {
    let mut release = Release::new(scene, "no-credentials", &[Crates, Image], None);
    release.env = vec![("CARGO_REGISTRIES_LOCAL_TOKEN".into(), String::new())];
    release.run(&["publish"]).ended(1).says("W0755").says("needs CARGO_REGISTRIES_LOCAL_TOKEN");
    assert_eq!(release.attempted(), 0);
    release.env = vec![("DOCKER_CONFIG".into(), "/nonexistent".into())];
    release.run(&["publish"]).ended(1).says("W07");
    assert_eq!(release.attempted(), 0);
}

/// A wrong token is refused, and nobody who quotes it is passed on; each run is searched for it.
fn secrets(scene: &Scene) {
    for (kind, name) in
        [(Pypi, "TWINE_PASSWORD"), (Npm, "NPM_TOKEN"), (Crates, "CARGO_REGISTRIES_LOCAL_TOKEN")]
    {
        let mut release = Release::new(scene, &format!("secrets-{kind}"), &[kind], None);
        release.env = vec![(name.into(), credential(name))];
        release.run(&["publish"]).ended(1).says("W07");
        assert!(release.accepted().is_empty());
    }
}
