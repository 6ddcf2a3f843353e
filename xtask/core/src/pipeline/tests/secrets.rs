//! Which job has which credentials.

use super::super::jobs::{Job, Packages, pipelines};
use super::{CONFIG, after, configured, needs};
use crate::model::problem::Problem;

#[test]
fn floating_tags_are_moved_where_their_secrets_are() {
    let text = CONFIG.replace("{ pypi = \"pypi\" }", "{ npm = \"packages\", image = \"images\" }");
    let config = configured(&text);
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
        let config = configured(&text);
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
    let config = configured(&text);
    let jobs = pipelines(&config, &needs()).unwrap().releases.remove(0).jobs;
    let job = jobs.iter().find(|job| job.id == "publish-floating-tags").unwrap();
    assert_eq!(
        job.commands.last().unwrap(),
        "cargo xtask publish --tag \"$TAG\" --only api/image --only client/npm --wait 1h"
    );
    assert!(!job.secrets.contains_key("IMAGES_TOKEN"));
}
