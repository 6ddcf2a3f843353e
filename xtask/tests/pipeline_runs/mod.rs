//! One release, by the pipeline of one forge.

pub mod ci;
pub mod github;
pub mod gitlab;
pub mod ground;
pub mod job;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};

use windlass::pipeline::audit::{Pushed, started};

use self::ci::Ci;
use self::ground::Ground;
use self::job::{Job, Run};
use crate::support::canary::Canary;

/// Cuts a release of a group, pushes it, and runs what the forge would start for each of its tags.
pub fn run<C: Ci>(group: &str) {
    let ground = Ground::lay(group);
    let mut canary = Canary::default();
    let mut forge = C::host(&ground, &mut canary);
    for (name, secret) in ground.credentials() {
        canary.watch(&name, &secret);
    }
    let mut jobs: Vec<Job> = Vec::new();
    for (path, text) in ground.files_at_tag() {
        if windlass::pipeline::audit::forge_of(&path) != Some(C::FORGE) {
            continue;
        }
        for tag in &ground.tags {
            let pushed = Pushed::tag(tag, "main");
            let begun = started(C::FORGE, &text, &pushed, &|_| None).expect("a pipeline that can be read");
            let names: BTreeSet<&str> = begun.certain().collect();
            jobs.extend(C::jobs(&text, tag, &names, &forge));
        }
    }
    assert!(jobs.len() >= ground.tags.len(), "too few jobs for {:?}", ground.tags);

    let mut passed: BTreeMap<(String, String), Run> = BTreeMap::new();
    let (_, leaks) = canary.during(|| {
        while !jobs.is_empty() {
            let ready = |job: &Job| {
                job.needs.iter().all(|need| passed.contains_key(&(job.tag.clone(), need.clone())))
            };
            let next = jobs.iter().position(ready).unwrap_or_else(|| {
                let left: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
                panic!("these wait for jobs that nothing starts: {left:?}")
            });
            let job = jobs.remove(next);
            let needed =
                job.needs.iter().map(|need| &passed[&(job.tag.clone(), need.clone())]).collect::<Vec<_>>();
            let run = job.run(&ground, &needed);
            eprintln!("{}: {} in {:.1} s", C::FORGE.name(), job.name, run.took.as_secs_f64());
            Canary::silent(&canary.in_bytes(&job.name, &run.said));
            Canary::silent(&canary.below(&run.artifacts));
            passed.insert((job.tag.clone(), job.name.clone()), run);
        }
    });
    Canary::silent(&leaks);
    ground.complete(&passed);
    forge.complete(&ground);
}
