//! What a machine must have for the targets, asked before anything slow.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use crate::io::env::{find_program, variables};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::{Target, TargetKind};
use crate::tool::clients::Clients;
use crate::tool::docker;

/// The programs of a kind of target that no toolbox installs.
fn programs(kind: TargetKind) -> &'static [&'static str] {
    match kind {
        TargetKind::Pypi => &["python3"],
        TargetKind::Npm => &["node", "npm"],
        TargetKind::Crates => &["cargo"],
        TargetKind::Go => &["go"],
        TargetKind::Image | TargetKind::Helm | TargetKind::Files => &[],
    }
}

/// The package that holds a program, for Homebrew and for apt.
fn package(program: &str) -> (&'static str, &'static str) {
    match program {
        "python3" => ("python", "python3-venv python3-pip"),
        "node" => ("node", "nodejs"),
        "npm" => ("node", "npm"),
        "cargo" => ("rust", "cargo"),
        _ => ("go", "golang-go"),
    }
}

/// What each program that takes part says of its version, by name.
pub fn versions(targets: &[&Target], root: &Path) -> BTreeMap<String, String> {
    let clients = Clients::new(variables(), Duration::from_secs(20));
    let mut names: Vec<&str> = targets.iter().flat_map(|target| programs(target.kind)).copied().collect();
    names.push("git");
    if targets.iter().any(|target| target.kind == TargetKind::Image) {
        names.push("docker");
    }
    let said = |name: &str| {
        let question = if name == "go" { "version" } else { "--version" };
        let output = clients.run(name, &[question], root).ok()?;
        Some(String::from_utf8_lossy(&output).lines().next()?.trim().to_owned())
    };
    names.into_iter().filter_map(|name| Some((name.to_owned(), said(name)?))).collect()
}

/// Every program that is missing, and for which targets; `root` is where the repository lies.
pub fn missing(targets: &[&Target], root: &Path) -> Problems {
    let mut found = Problems::new();
    let mut kinds: Vec<TargetKind> = targets.iter().map(|target| target.kind).collect();
    kinds.sort();
    kinds.dedup();
    for kind in kinds {
        let labels: Vec<String> =
            targets.iter().filter(|target| target.kind == kind).map(|target| target.label()).collect();
        let without = format!("or leave it out: --skip {}", labels.join(" --skip "));
        for program in programs(kind).iter().filter(|program| find_program(program, root).is_none()) {
            let (brew, apt) = package(program);
            let install = match cfg!(target_os = "macos") {
                true => format!("brew install {brew}"),
                false => format!("sudo apt-get install {apt}"),
            };
            let what = format!("{program} is not on the PATH; {} needs it", labels.join(", "));
            found.push(Problem::new(Code::W0780, what).run(install).help(without.clone()));
        }
        if kind == TargetKind::Image
            && let Err(failure) = docker::engine(root)
        {
            let start = match () {
                () if root.join("scripts/docker").is_file() => "scripts/docker",
                () if cfg!(target_os = "macos") => "open -a Docker",
                () => "sudo systemctl start docker",
            };
            let what = format!("no container engine answers; {} needs one", labels.join(", "));
            let problem = Problem::new(Code::W0780, what).why(failure.last());
            found.push(problem.run(start).help(without));
        }
    }
    found
}
