//! What must hold for every generated pipeline, tried on a config with a bit of everything.

use std::collections::BTreeMap;

use super::audit::{Answer, Forge, Pushed, started};
use super::jobs::{Forge as Asks, Job, Needs, Packages, Stage, pipelines};
use super::{file, generate};
use crate::config::{Surroundings, read};
use crate::model::config::Config;
use crate::model::names::Name;
use crate::model::problem::Problem;

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
    read("windlass.toml", CONFIG, &Surroundings { exists: &|_| true }).unwrap()
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
fn floating_tags_are_moved_where_their_secrets_are() {
    let text = CONFIG.replace("{ pypi = \"pypi\" }", "{ npm = \"packages\", image = \"images\" }");
    let config = read("windlass.toml", &text, &Surroundings { exists: &|_| true }).unwrap();
    let jobs = pipelines(&config, &needs()).unwrap().releases.remove(0).jobs;
    let job = |id: &str| jobs.iter().find(|job| job.id == id).unwrap_or_else(|| panic!("{id}"));
    let names = |id: &str| job(id).secrets.keys().map(String::as_str).collect::<Vec<_>>();
    for (environment, label, own) in [
        ("images", "api/image", ["ACTOR", "GITHUB_TOKEN"].as_slice()),
        ("packages", "client/npm", &["NPM_TOKEN"]),
    ] {
        let id = format!("publish-floating-tags-{environment}");
        assert_eq!(job(&id).environment.as_deref(), Some(environment));
        assert_eq!(
            job(&id).commands.last().unwrap(),
            &format!("cargo xtask publish --tag \"$TAG\" --only {label} --wait 1h")
        );
        let mut expected = [own, &["IMAGES_TOKEN", "IMAGES_USER"]].concat();
        expected.sort_unstable();
        assert_eq!(names(&id), expected);
        assert!(after(&jobs, "verify", &id) && after(&jobs, "forge-release", &id));
    }
    assert_eq!(names("preflight"), ["IMAGES_TOKEN", "IMAGES_USER"]);
    assert!(job("preflight").commands[0].contains("--skip-gate credentials"));
}

#[test]
fn what_only_reads_has_the_secrets_of_private_targets() {
    let reads = |text: &str, environments: &str| {
        let text = text.replace("{ pypi = \"pypi\" }", environments);
        let config = read("windlass.toml", &text, &Surroundings { exists: &|_| true }).unwrap();
        let jobs = pipelines(&config, &needs())?.releases.remove(0).jobs;
        let found = jobs.into_iter().filter(|job| ["verify", "forge-release"].contains(&job.id.as_str()));
        Ok::<_, Problem>(found.collect::<Vec<Job>>())
    };
    let own = ["ACTOR", "GITHUB_TOKEN"];
    let private =
        CONFIG.replace("token = \"IMAGES_TOKEN\" }\n", "token = \"IMAGES_TOKEN\" }\nprivate = true\n");
    for (text, environments, secrets, environment) in [
        (CONFIG, "{ helm = \"charts\" }", &own[..], None),
        (&private, "{ pypi = \"pypi\" }", &["ACTOR", "GITHUB_TOKEN", "IMAGES_TOKEN", "IMAGES_USER"], None),
        (
            &private,
            "{ helm = \"a\", image = \"b\" }",
            &["ACTOR", "GITHUB_TOKEN", "IMAGES_TOKEN", "IMAGES_USER"],
            Some("a"),
        ),
    ] {
        for job in reads(text, environments).unwrap() {
            assert_eq!(job.secrets.keys().collect::<Vec<_>>(), secrets, "{} {environments}", job.id);
            assert_eq!(
                (job.environment.as_deref(), job.packages),
                (environment, Packages::Reads),
                "{}",
                job.id
            );
        }
    }
    let both = private.replace("after = [\"api\"]", "private = true");
    let refused = reads(&both, "{ helm = \"a\", npm = \"b\" }").unwrap_err();
    assert_eq!((refused.code.name(), refused.what.ends_with("environments a, b")), ("W0867", true));
    assert_eq!(reads(&both, "{ helm = \"a\", npm = \"a\" }").unwrap()[0].environment.as_deref(), Some("a"));
}

#[test]
fn a_floating_tag_is_moved_without_what_another_environment_hides() {
    let text = CONFIG.replace("{ pypi = \"pypi\" }", "{ helm = \"charts\", npm = \"packages\" }");
    let config = read("windlass.toml", &text, &Surroundings { exists: &|_| true }).unwrap();
    let jobs = pipelines(&config, &needs()).unwrap().releases.remove(0).jobs;
    let job = jobs.iter().find(|job| job.id == "publish-floating-tags").unwrap();
    assert_eq!(
        job.commands.last().unwrap(),
        "cargo xtask publish --tag \"$TAG\" --only api/image --only client/npm --wait 1h"
    );
    assert!(!job.secrets.contains_key("IMAGES_TOKEN"));
}

#[test]
fn jobs_that_ask_the_forge_wait_as_long_as_the_checks_may_take() {
    let waits = |rest: &str| {
        let config =
            read("windlass.toml", &format!("{CONFIG}{rest}"), &Surroundings { exists: &|_| true }).unwrap();
        let pipelines = pipelines(&config, &needs()).unwrap();
        let jobs = pipelines.releases[0].jobs.iter();
        for job in jobs.clone() {
            assert_eq!(job.forge == Asks::Reads, job.waits > 0, "{}", job.id);
        }
        let asks = jobs.filter(|job| job.forge == Asks::Reads);
        let said = asks.map(|job| {
            let line = job.commands.last().unwrap();
            (
                job.waits,
                line.split_once(" --wait ").map(|(_, rest)| rest.split(' ').next().unwrap().to_owned()),
            )
        });
        let mut said: Vec<_> = said.collect();
        assert!(said.len() > 4);
        said.dedup();
        assert_eq!(said.len(), 1, "{said:?}");
        said.remove(0)
    };
    assert_eq!(waits(""), (60, Some("1h".to_owned())));
    assert_eq!(waits("[gates.ci-green]\nwait = \"90s\"\n"), (2, None));
    let short = CONFIG.replace("scan = ", "timeout = 45\nscan = ");
    let config = read("windlass.toml", &short, &Surroundings { exists: &|_| true }).unwrap();
    for (forge, limit) in [(Forge::GitHub, "timeout-minutes: 90"), (Forge::GitLab, "timeout: '90 minutes'")] {
        let files = generate(forge, &config, &needs()).unwrap();
        let text = &files.iter().find(|file| file.text.contains("--for publish --wait 45m")).unwrap().text;
        assert!(text.contains(limit), "{text}");
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
    let config = read("windlass.toml", &text, &Surroundings { exists: &|_| true }).unwrap();
    let name = |text: &str| Name::parse(text).unwrap();
    let circle =
        BTreeMap::from([(name("client"), [name("api")].into()), (name("api"), [name("client")].into())]);
    assert_eq!(pipelines(&config, &circle).unwrap_err().code.name(), "W0750");
}
