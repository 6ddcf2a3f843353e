//! What must hold for every generated pipeline, tried on a config with a bit of everything.

mod secrets;
mod waiting;

use std::collections::BTreeMap;

use super::audit::{Answer, Forge, Pushed, started};
use super::jobs::{Job, Needs, Stage, pipelines};
use super::{file, generate};
use crate::config::{Surroundings, read};
use crate::model::config::Config;
use crate::model::names::Name;

const CONFIG: &str = r#"
[release]
branches = ["main", "release/{a,b}"]
[groups.suite]
milestone = "{major}.{minor}"
packages = ["api", "client", "chart"]
tags = [{ name = "client/v{version}", kind = "lightweight", push = "first" }, "v{version}", "api-v{version:pep440}"]
[groups.tool]
packages = ["tool"]
tags = ["tool-v{version}"]
[packages.api]
path = "api"
[packages.client]
path = "client"
[packages.chart]
path = "chart"
[packages.tool]
path = "tool"
[[targets]]
package = "chart"
kind = "helm"
name = "registry.example/charts/suite"
credentials = { user = "IMAGES_USER", token = "IMAGES_TOKEN" }
[[targets]]
package = "api"
kind = "pypi"
[[targets]]
package = "api"
kind = "image"
name = "registry.example/api"
tags = ["{version}", "latest"]
credentials = { user = "ACTOR", token = "GITHUB_TOKEN" }
[[targets]]
package = "client"
kind = "npm"
after = ["api"]
[[targets]]
package = "tool"
kind = "crates"
[[targets]]
package = "tool"
kind = "files"
files = ["dist/*"]
[ci]
tests = [["npm", "test", "it's $(HOME)"]]
scan = [["scripts/scan"]]
environments = { pypi = "pypi" }
audiences = { npm = "npm:registry.example" }
[[ci.builds]]
name = "linux"
targets = ["api/pypi"]
python = ["3.11", "3.12"]
"#;

fn config() -> Config {
    configured(CONFIG)
}

fn configured(text: &str) -> Config {
    read("windlass.toml", text, &Surroundings { exists: &|_| true }).unwrap()
}

fn needs() -> Needs {
    let name = |text: &str| Name::parse(text).unwrap();
    BTreeMap::from([(name("client"), [name("api")].into())])
}

fn suite() -> Vec<Job> {
    pipelines(&config(), &needs()).unwrap().releases.remove(0).jobs
}

/// Whether a job comes, by any number of steps, after another.
fn after(jobs: &[Job], one: &str, other: &str) -> bool {
    let job = jobs.iter().find(|job| job.id == one).unwrap_or_else(|| panic!("{one}"));
    job.needs.iter().any(|need| need == other || after(jobs, need, other))
}

#[test]
fn nothing_is_published_before_everything_is_built_and_scanned() {
    let jobs = suite();
    let ids: Vec<&str> = jobs.iter().map(|job| job.id.as_str()).collect();
    for (index, job) in jobs.iter().enumerate() {
        assert!(job.needs.iter().all(|need| ids[..index].contains(&need.as_str())), "{}", job.id);
        assert_eq!(job.publishes, matches!(job.stage, Stage::Publish | Stage::Release), "{}", job.id);
        if job.publishes {
            assert!(
                ["preflight", "join", "scan"].iter().all(|other| after(&jobs, &job.id, other)),
                "{}",
                job.id
            );
        }
    }
    assert!(after(&jobs, "publish-chart-helm", "publish-api-image"));
    assert!(after(&jobs, "publish-client-npm", "publish-api-pypi"));
    for job in jobs.iter().filter(|job| job.id.starts_with("publish-")) {
        assert!(after(&jobs, "verify", &job.id) && after(&jobs, "forge-release", &job.id), "{}", job.id);
    }
    assert_eq!(ids.last(), Some(&"forge-release"));
}

#[test]
fn each_job_may_do_as_little_as_it_can() {
    let files = generate(Forge::GitHub, &config(), &needs()).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let expected = ["checks", "release-suite", "release-tool", "tags"];
    assert_eq!(names, expected.map(|name| format!(".github/workflows/{name}.yml")));
    let text = &files[1].text;
    assert!(text.contains("\npermissions: {}\n"));
    let jobs: BTreeMap<&str, &str> = text
        .split("\n\n")
        .filter_map(|part| part.trim_start_matches("jobs:\n").trim_start().split_once(":\n"))
        .collect();
    let with = |permission: &str| -> Vec<&str> {
        jobs.iter()
            .filter(|(_, job)| job.contains(&format!("      {permission}\n")))
            .map(|(id, _)| *id)
            .collect()
    };
    assert_eq!(with("contents: write"), ["forge-release"]);
    assert_eq!(with("id-token: write"), ["preflight", "publish-api-pypi", "publish-client-npm"]);
    assert_eq!(with("packages: write"), ["preflight", "publish-api-image", "publish-floating-tags"]);
    assert_eq!(with("packages: read"), ["forge-release", "verify"]);
    assert_eq!(
        with("actions: read"),
        ["preflight"]
            .into_iter()
            .chain(jobs.keys().copied().filter(|id| id.starts_with("publish-")))
            .collect::<Vec<_>>()
    );
    assert!(!text.contains("issues:") && !text.contains("pull-requests:"));
    assert!(
        jobs["verify"].contains("GITHUB_TOKEN: ${{ github.token }}") && !jobs["verify"].contains("secrets.")
    );
    assert_eq!(with("environment: pypi"), [""; 0]);
    assert!(jobs["publish-api-pypi"].contains("\n    environment: pypi\n"));
    assert!(!jobs["publish-api-pypi"].contains("secrets."));
    assert!(
        jobs["publish-api-image"]
            .contains("ACTOR: ${{ github.actor }}\n      GITHUB_TOKEN: ${{ github.token }}")
    );
    assert!(!jobs["build-linux"].contains("secrets.") && !jobs["scan"].contains("secrets."));
}

#[test]
fn no_command_is_changed_by_what_somebody_named_a_ref() {
    for forge in [Forge::GitHub, Forge::GitLab] {
        for file in generate(forge, &config(), &needs()).unwrap() {
            assert!(file::is_generated(&file.text) && file.text.ends_with('\n'), "{}", file.path);
            assert!(
                file.text.lines().all(|line| line.trim_end() == line && line.is_ascii()),
                "{}",
                file.path
            );
            for line in
                file.text.lines().filter(|line| line.contains("run: ") || line.contains("- cargo xtask"))
            {
                assert!(!line.contains("${{"), "{line}");
                // A variable stands within double quotes; within single ones a `$` is itself.
                let mut quotes = (false, false);
                let mut letters = line.chars();
                while let Some(letter) = letters.next() {
                    match letter {
                        '\\' if !quotes.1 => drop(letters.next()),
                        '"' if !quotes.1 => quotes.0 = !quotes.0,
                        '\'' if !quotes.0 => quotes.1 = !quotes.1,
                        '$' => assert!(quotes.0 || quotes.1, "{line}"),
                        _ => {}
                    }
                }
            }
        }
    }
}

#[test]
fn each_tag_starts_its_jobs_and_no_others() {
    let starts = |forge: Forge, tag: &str| -> Vec<String> {
        let mut all = Vec::new();
        for file in generate(forge, &config(), &needs()).unwrap() {
            let found = started(forge, &file.text, &Pushed::tag(tag, "main"), &|_| None).unwrap();
            assert!(found.jobs.iter().all(|job| !matches!(job.runs, Answer::Unknown(_))), "{tag}");
            all.extend(found.certain().map(str::to_owned));
        }
        all
    };
    let own: Vec<String> = suite().iter().map(|job| job.id.clone()).collect();
    assert_eq!(starts(Forge::GitHub, "v1.2.3-rc.1"), own);
    let prefixed: Vec<String> = own.iter().map(|id| format!("suite-{id}")).collect();
    assert_eq!(starts(Forge::GitLab, "v1.2.3-rc.1"), prefixed);
    for forge in [Forge::GitHub, Forge::GitLab] {
        assert_eq!(starts(forge, "client/v1.2.3"), ["tag"]);
        assert_eq!(starts(forge, "api-v1.2.3rc1"), ["tag"]);
        assert_eq!(starts(forge, "v1.2"), [""; 0]);
        assert_eq!(starts(forge, "other-v1.2.3"), [""; 0]);
        assert_eq!(starts(forge, "tool-v1.2.3").len(), 6);
    }
}

#[test]
fn pushes_of_branches_and_reviews_are_checked() {
    for (branch, expected) in [("main", 2), ("release/a", 2), ("release/c", 0), ("topic", 0)] {
        for forge in [Forge::GitHub, Forge::GitLab] {
            let jobs = generate(forge, &config(), &needs()).unwrap().into_iter().map(|file| {
                started(forge, &file.text, &Pushed::branch(branch, "main"), &|_| None)
                    .unwrap()
                    .certain()
                    .count()
            });
            assert_eq!(jobs.sum::<usize>(), expected, "{forge:?} {branch}");
        }
    }
}

#[test]
fn a_python_of_ones_own_gets_the_locked_build() {
    let text = &generate(Forge::GitHub, &config(), &needs()).unwrap()[1].text;
    let python = text.split("actions/setup-python").nth(1).expect("a part with a Python");
    let install = python.lines().nth(3).unwrap_or_default();
    assert!(install.contains("run: python -m pip install build==1."), "{install}");
}

#[test]
fn targets_that_wait_for_each_other_are_refused() {
    let text = CONFIG.replace("kind = \"pypi\"", "kind = \"pypi\"\n").replace("after = [\"api\"]", "");
    let config = configured(&text);
    let name = |text: &str| Name::parse(text).unwrap();
    let circle =
        BTreeMap::from([(name("client"), [name("api")].into()), (name("api"), [name("client")].into())]);
    assert_eq!(pipelines(&config, &circle).unwrap_err().code.name(), "W0750");
}
