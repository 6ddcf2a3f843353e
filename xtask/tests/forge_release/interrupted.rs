//! A run that is interrupted at each of its requests, and the plain run after it.

use std::collections::BTreeMap;

use super::scene::{Ended, built, commits, forge_release, github, gitlab, on_github, on_gitlab};
use crate::forge::api::Api;
use crate::forge::server::{Fault, Harm, Server};
use crate::forge::{github_releases, gitlab_releases};

const RUN: [&str; 2] = ["--tag", "v0.2.0"];

/// What a fake must be asked for here.
trait Held: Api + Sized {
    fn start() -> Server<Self>;
    fn config(server: &Server<Self>) -> String;
    /// What was carried out so far.
    fn done(&self) -> Vec<String>;
    /// Whether exactly one published entry stands there, with exactly the assets.
    fn whole(&self) -> bool;
}

impl Held for github_releases::Github {
    fn start() -> Server<Self> {
        github()
    }

    fn config(server: &Server<Self>) -> String {
        on_github(server)
    }

    fn done(&self) -> Vec<String> {
        self.done.clone()
    }

    fn whole(&self) -> bool {
        let [release] = self.releases.as_slice() else { return false };
        let assets = release.assets.iter().map(|asset| (asset.name.clone(), asset.bytes.clone()));
        !release.draft
            && release.target == commits()["v0.2.0"]
            && self.latest == Some(release.id)
            && release.assets.len() == 4
            && assets.collect::<BTreeMap<_, _>>() == built("0.2.0")
    }
}

impl Held for gitlab_releases::Gitlab {
    fn start() -> Server<Self> {
        gitlab()
    }

    fn config(server: &Server<Self>) -> String {
        on_gitlab(server)
    }

    fn done(&self) -> Vec<String> {
        self.done.clone()
    }

    fn whole(&self) -> bool {
        let [release] = self.releases.as_slice() else { return false };
        let files = self.files.iter().map(|file| (file.name.clone(), file.bytes.clone()));
        release.links.len() == 4
            && self.files.len() == 4
            && files.collect::<BTreeMap<_, _>>() == built("0.2.0")
    }
}

/// How the run is interrupted at a request.
#[derive(Clone, Copy, Debug)]
enum How {
    /// The forge is gone after it was carried out.
    GoneAfter,
    /// The forge is gone before it was carried out.
    GoneBefore,
    /// Only the answer got lost.
    Lost,
    /// Only half of the answer came.
    Half,
    /// The server failed this once, and did nothing.
    Failed,
}

fn interrupt<S: Held>(how: How) {
    let server = S::start();
    let config = S::config(&server);
    let whole = forge_release(&config, &RUN);
    assert_eq!(whole.exit, 0, "{whole:?}");
    let (count, done) = (server.count(), server.state(|state| sorted(state.done())));
    assert!(count > 10 && server.state(|state| state.whole()));
    // The client asks again for what it only reads, which is tested where it is written; by night here too.
    let whole_sweep = matches!(how, How::GoneAfter | How::GoneBefore) || nightly();
    let writes: Vec<bool> = server.requests().iter().map(|request| request.method != "GET").collect();
    for nth in (1..=count).filter(|nth| whole_sweep || writes[nth - 1]) {
        let server = S::start();
        let config = S::config(&server);
        let cut = |carried_out| Harm::Cut { carried_out };
        match how {
            How::GoneAfter => {
                server.fault(Fault::at(nth, cut(true)));
                server.fault(Fault::from(nth + 1, cut(false)));
            }
            How::GoneBefore => server.fault(Fault::from(nth, cut(false))),
            How::Lost => server.fault(Fault::at(nth, cut(true))),
            How::Half => server.fault(Fault::at(nth, Harm::Truncated)),
            How::Failed => {
                let reply = crate::forge::api::Reply::json(503, &serde_json::json!({ "message": "Busy" }));
                server.fault(Fault::at(nth, Harm::Answer(reply)));
            }
        }
        let first = forge_release(&config, &RUN);
        server.state(|state| honest(state, &first, how, nth));
        server.reset();
        let second = forge_release(&config, &RUN);
        assert_eq!(second.exit, 0, "{how:?} {nth}: {first:?}\nthen {second:?}");
        server.state(|state| {
            assert!(state.whole(), "{how:?} {nth}: {first:?}\nthen {second:?}");
            assert_eq!(sorted(state.done()), done, "{how:?} {nth}: something was made twice");
        });
    }
}

/// Done means whole; refused means that nothing was made; all else says that it goes on.
fn honest<S: Held>(state: &S, ended: &Ended, how: How, nth: usize) {
    let made = !state.done().is_empty();
    let true_ = match ended.exit {
        0 => state.whole(),
        1 => !made,
        3 => true,
        _ => false,
    };
    assert!(true_, "{how:?} {nth}, {:?}: {ended:?}", state.done());
    if ended.exit != 0 {
        assert!(
            ended.stderr.contains("$ cargo xtask forge-release --tag v0.2.0"),
            "{how:?} {nth}: {ended:?}"
        );
    }
}

fn nightly() -> bool {
    std::env::var_os("WINDLASS_NIGHTLY").is_some()
}

fn sorted(mut done: Vec<String>) -> Vec<String> {
    done.sort();
    done
}

#[test]
fn github_gone_after_each_request() {
    interrupt::<github_releases::Github>(How::GoneAfter);
}

#[test]
fn github_gone_before_each_request() {
    interrupt::<github_releases::Github>(How::GoneBefore);
}

#[test]
fn github_loses_each_answer() {
    interrupt::<github_releases::Github>(How::Lost);
}

#[test]
fn github_sends_half_of_each_answer() {
    interrupt::<github_releases::Github>(How::Half);
}

#[test]
fn github_fails_once() {
    interrupt::<github_releases::Github>(How::Failed);
}

#[test]
fn gitlab_gone_after_each_request() {
    interrupt::<gitlab_releases::Gitlab>(How::GoneAfter);
}

#[test]
fn gitlab_gone_before_each_request() {
    interrupt::<gitlab_releases::Gitlab>(How::GoneBefore);
}

#[test]
fn gitlab_loses_each_answer() {
    interrupt::<gitlab_releases::Gitlab>(How::Lost);
}

#[test]
fn gitlab_sends_half_of_each_answer() {
    interrupt::<gitlab_releases::Gitlab>(How::Half);
}

#[test]
fn gitlab_fails_once() {
    interrupt::<gitlab_releases::Gitlab>(How::Failed);
}
