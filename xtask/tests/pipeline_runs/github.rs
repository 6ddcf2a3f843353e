//! GitHub's jobs, by its documentation of workflows and of its own four actions, and a fake of its API.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml_ng::Value;
use windlass::pipeline::audit::Forge;

use super::ci::{Ci, only, texts, yaml};
use super::ground::Ground;
use super::job::{Job, Step};
use super::whole::Whole;
use crate::forge::server::Server;
use crate::forge::{github, github_releases as releases};
use crate::support::canary::Canary;

/// What of a job is carried out here; then what decides where and how long it runs.
const OF_JOBS: [&str; 10] = [
    "name",
    "needs",
    "steps",
    "env",
    "permissions",
    "runs-on",
    "timeout-minutes",
    "environment",
    "concurrency",
    "if",
];

pub struct Github {
    server: Server<Whole<github::Github, releases::Github>>,
    token: String,
    secrets: BTreeMap<String, String>,
}

impl Ci for Github {
    const FORGE: Forge = Forge::GitHub;

    fn host(ground: &Ground, canary: &mut Canary) -> Github {
        let mut reads = github::Github::default();
        // The checks of the branch, which was pushed with the tag, go on when the first job begins.
        reads.run(7, 1, "main", &ground.commit, "in_progress", "");
        reads.ends_after = Some(1);
        let entries = releases::Github::new(
            ground.tags.iter().map(|tag| (tag.clone(), ground.commit.clone())).collect(),
        );
        let names = [releases::PROJECT, github::Github::PROJECT];
        let of_reads: &[&str] = &["actions", "milestones", "issues"];
        let token = canary.make("GITHUB_TOKEN");
        let server = Server::start(Whole { reads, entries, of_reads, names });
        let server = server.only_with("authorization", &format!("Bearer {token}"));
        Github { server, token, secrets: ground.secrets() }
    }

    fn jobs(text: &str, tag: &str, names: &BTreeSet<&str>, host: &Github) -> Vec<Job> {
        let file = yaml(text);
        let values = |text: &str| host.value(text, tag);
        let jobs = file["jobs"].as_mapping().expect("jobs").iter();
        let jobs = jobs.map(|(name, job)| (name.as_str().expect("a name"), job));
        let jobs = jobs.filter(|(name, _)| names.contains(name));
        jobs.map(|(name, job)| {
            only(job, &OF_JOBS, name);
            let mut env = BTreeMap::from([
                ("GITHUB_ACTIONS".to_owned(), "true".to_owned()),
                ("GITHUB_API_URL".to_owned(), host.server.api()),
                ("GITHUB_REPOSITORY".to_owned(), releases::PROJECT.to_owned()),
                ("GITHUB_REF_NAME".to_owned(), tag.to_owned()),
            ]);
            for table in [&file["env"], &job["env"]] {
                for (key, value) in table.as_mapping().into_iter().flatten() {
                    let value = values(value.as_str().expect("a text"));
                    env.insert(key.as_str().expect("a name").to_owned(), value);
                }
            }
            let steps = job["steps"].as_sequence().expect("steps").iter();
            let steps = steps.filter_map(|step| read(step, name)).collect();
            let identity = job["permissions"]["id-token"].as_str() == Some("write");
            let needs = texts(&job["needs"]);
            Job { name: name.to_owned(), tag: tag.to_owned(), needs, steps, env, identity }
        })
        .collect()
    }

    fn complete(&mut self, ground: &Ground) {
        let (count, names, draft) = self.server.state(|all| {
            let found = all.entries.of(&ground.leading);
            let assets = found.iter().flat_map(|entry| &entry.assets).map(|asset| asset.name.clone());
            (found.len(), assets.collect::<Vec<_>>(), found.iter().any(|entry| entry.draft))
        });
        assert_eq!((count, draft), (1, false), "entries of {}", ground.leading);
        assert_eq!(names.iter().cloned().collect::<BTreeSet<_>>(), ground.assets());
        assert_eq!(names.len(), ground.assets().len(), "an asset stands there twice: {names:?}");
    }
}

impl Github {
    /// A value with its one expression filled in.
    fn value(&self, text: &str, tag: &str) -> String {
        let Some(expression) = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) else {
            assert!(!text.contains("${{"), "`{text}` is not interpreted here");
            return text.to_owned();
        };
        match expression.trim() {
            "github.ref_name" => tag.to_owned(),
            "github.token" | "secrets.GITHUB_TOKEN" => self.token.clone(),
            other => match other.strip_prefix("secrets.") {
                // A secret that nobody set is empty.
                Some(name) => self.secrets.get(name).cloned().unwrap_or_default(),
                None => panic!("`{other}` is not interpreted here"),
            },
        }
    }
}

/// One step; none where its action changes nothing here: the clone is made, the cache is empty.
fn read(step: &Value, job: &str) -> Option<Step> {
    only(step, &["name", "uses", "with", "run", "env"], job);
    assert!(step["env"].is_null(), "a step's own variables are not interpreted here");
    if let Some(line) = step["run"].as_str() {
        assert!(!line.contains("${{"), "{job}: an expression in a command line: {line}");
        return Some(Step::Run(line.to_owned()));
    }
    let (action, with) = (step["uses"].as_str().expect("an action"), &step["with"]);
    let text = |key: &str| with[key].as_str().map(str::to_owned);
    match action.split('@').next()? {
        "actions/checkout" => {
            only(with, &["fetch-depth", "persist-credentials"], job);
            None
        }
        "actions/cache" => None,
        "actions/upload-artifact" => {
            only(with, &["name", "path", "if-no-files-found", "overwrite", "retention-days"], job);
            let path = text("path").expect("a path");
            // Its documentation: the folders before the first wildcard are left out.
            let cut = path.split('/').take_while(|part| !part.contains('*')).count();
            Some(Step::Give { name: text("name"), path, cut })
        }
        "actions/download-artifact" => {
            only(with, &["name", "path"], job);
            Some(Step::Take { name: text("name"), below: text("path").unwrap_or_default() })
        }
        other => panic!("the action `{other}` is not interpreted here"),
    }
}
