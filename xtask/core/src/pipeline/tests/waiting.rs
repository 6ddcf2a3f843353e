//! Which jobs wait for CI, and how long.

use super::super::audit::Forge;
use super::super::generate;
use super::super::jobs::{Forge as Asks, pipelines};
use super::{CONFIG, configured, needs};

#[test]
fn jobs_that_ask_the_forge_wait_as_long_as_the_checks_may_take() {
    let waits = |rest: &str| {
        let config = configured(&format!("{CONFIG}{rest}"));
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
    let config = configured(&short);
    for (forge, limit) in [(Forge::GitHub, "timeout-minutes: 90"), (Forge::GitLab, "timeout: '90 minutes'")] {
        let files = generate(forge, &config, &needs()).unwrap();
        let text = &files.iter().find(|file| file.text.contains("--for publish --wait 45m")).unwrap().text;
        assert!(text.contains(limit), "{text}");
    }
}
