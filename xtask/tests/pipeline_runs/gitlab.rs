//! GitLab's jobs, by its documentation of `.gitlab-ci.yml`, and a fake of its API.

use std::collections::{BTreeMap, BTreeSet};

use windlass::pipeline::audit::Forge;

use super::ci::{Ci, only, texts, yaml};
use super::ground::Ground;
use super::job::{Job, Step};
use super::whole::Whole;
use crate::forge::server::Server;
use crate::forge::{gitlab, gitlab_releases as releases};
use crate::support::canary::Canary;

/// What is no job at the top of a file.
const GLOBAL: [&str; 4] = ["stages", "workflow", "default", "variables"];
/// What of a job is carried out here; then what decides when, where and how long it runs.
const OF_JOBS: [&str; 14] = [
    "needs",
    "script",
    "artifacts",
    "variables",
    "id_tokens",
    "rules",
    "stage",
    "interruptible",
    "resource_group",
    "environment",
    "image",
    "tags",
    "timeout",
    "cache",
];

pub struct Gitlab {
    server: Server<Whole<gitlab::Gitlab, releases::Gitlab>>,
    token: String,
    secrets: BTreeMap<String, String>,
}

impl Ci for Gitlab {
    const FORGE: Forge = Forge::GitLab;

    fn host(ground: &Ground, canary: &mut Canary) -> Gitlab {
        let mut reads = gitlab::Gitlab::default();
        // The checks of the branch, which was pushed with the tag, go on when the first job begins.
        reads.pipeline(7, "push", "main", false, &ground.commit, "running");
        reads.ends_after = Some(1);
        // The pipeline that runs, of the tag.
        reads.pipeline(8, "push", &ground.leading, true, &ground.commit, "running");
        let entries = releases::Gitlab::new(
            ground.tags.iter().map(|tag| (tag.clone(), ground.commit.clone())).collect(),
        );
        let names = [releases::PROJECT, gitlab::Gitlab::PROJECT];
        let of_reads: &[&str] = &["pipelines", "milestones", "issues", "merge_requests"];
        let token = canary.make("GITLAB_TOKEN");
        let server =
            Server::start(Whole { reads, entries, of_reads, names }).only_with("private-token", &token);
        Gitlab { server, token, secrets: ground.secrets() }
    }

    fn jobs(text: &str, tag: &str, names: &BTreeSet<&str>, host: &Gitlab) -> Vec<Job> {
        let file = yaml(text);
        let predefined = BTreeMap::from([
            ("GITLAB_CI".to_owned(), "true".to_owned()),
            ("CI_COMMIT_TAG".to_owned(), tag.to_owned()),
            ("CI_COMMIT_REF_NAME".to_owned(), tag.to_owned()),
            ("CI_DEFAULT_BRANCH".to_owned(), "main".to_owned()),
            ("CI_PROJECT_PATH".to_owned(), releases::PROJECT.to_owned()),
            ("CI_API_V4_URL".to_owned(), host.server.api()),
            // Variables of the project's settings: a token that reads, and what the registries ask for.
            ("GITLAB_TOKEN".to_owned(), host.token.clone()),
        ]);
        let jobs = file.as_mapping().expect("a table").iter();
        let jobs = jobs.map(|(name, job)| (name.as_str().expect("a name"), job));
        let jobs = jobs.filter(|(name, _)| !GLOBAL.contains(name) && names.contains(name));
        jobs.map(|(name, job)| {
            only(job, &OF_JOBS, name);
            let mut env = predefined.clone();
            env.extend(host.secrets.clone());
            for (key, value) in job["variables"].as_mapping().into_iter().flatten() {
                let value = expanded(value.as_str().expect("a text"), &predefined);
                env.insert(key.as_str().expect("a name").to_owned(), value);
            }
            let mut steps = vec![Step::Take { name: None, below: String::new() }];
            steps.extend(texts(&job["script"]).into_iter().map(Step::Run));
            only(&job["artifacts"], &["paths", "expire_in"], name);
            let paths = texts(&job["artifacts"]["paths"]);
            steps.extend(paths.into_iter().map(|path| Step::Give { name: None, path, cut: 0 }));
            let identity = job["id_tokens"].as_mapping().is_some();
            let needs = texts(&job["needs"]);
            Job { name: name.to_owned(), tag: tag.to_owned(), needs, steps, env, identity }
        })
        .collect()
    }

    fn complete(&mut self, ground: &Ground) {
        let (count, names) = self.server.state(|all| {
            let found = all.entries.of(&ground.leading);
            let names: Vec<String> =
                found.iter().flat_map(|entry| &entry.links).map(|link| link.1.clone()).collect();
            (found.len(), names)
        });
        assert_eq!(count, 1, "entries of {}", ground.leading);
        assert_eq!(names.iter().cloned().collect::<BTreeSet<_>>(), ground.assets());
        assert_eq!(names.len(), ground.assets().len(), "an asset stands there twice: {names:?}");
    }
}

/// `$NAME` in the value of a variable.
fn expanded(text: &str, known: &BTreeMap<String, String>) -> String {
    match text.strip_prefix('$') {
        Some(name) => known.get(name).cloned().unwrap_or_default(),
        None => text.to_owned(),
    }
}
