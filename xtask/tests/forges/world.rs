//! What the tests share: a client that never really waits, and fakes with something in them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use windlass::forge::call::Client;
use windlass::forge::patience::Patience;
use windlass::forge::site::{Around, Site, site};
use windlass::forge::{Forge, over};
use windlass::io::signals::Interrupt;
use windlass::model::forge::{ForgeKind, ForgeRules};
use windlass::model::names::CommitId;
use windlass::model::url::Url;

use super::fakes::github::Github;
use super::fakes::gitlab::Gitlab;
use super::fakes::server::Server;

/// The token, put together so that it looks like nobody's.
pub fn token() -> String {
    ["canary", "forge"].join("-")
}

pub fn commit() -> CommitId {
    CommitId::parse(&"a".repeat(40)).unwrap()
}

pub fn other() -> String {
    "b".repeat(40)
}

/// The pauses that were asked for.
pub type Pauses = Arc<Mutex<Vec<Duration>>>;

/// Three tries, short limits, and no pause at all.
pub fn patience() -> (Patience, Pauses) {
    let pauses = Pauses::default();
    let noted = pauses.clone();
    let mut patience = Patience::new(Interrupt::default());
    patience.limit = Duration::from_secs(10);
    patience.wait = Arc::new(move |time| {
        noted.lock().unwrap().push(time);
        true
    });
    (patience, pauses)
}

pub fn site_of(kind: ForgeKind, api: &str, workflow: Option<&str>, token: Option<&str>) -> Site {
    let project = match kind {
        ForgeKind::Github => Github::PROJECT,
        ForgeKind::Gitlab => Gitlab::PROJECT,
    };
    let rules = ForgeRules {
        kind: Some(kind),
        api: Some(Url::parse(api).unwrap()),
        project: Some(project.into()),
        token: Some("FORGE_TOKEN".into()),
        workflow: workflow.map(str::to_owned),
    };
    let env: BTreeMap<String, String> =
        token.map(|token| ("FORGE_TOKEN".to_owned(), token.to_owned())).into_iter().collect();
    site(Some(&rules), Around { env: &env, remote: None }).unwrap().unwrap()
}

pub fn client(kind: ForgeKind, api: &str) -> Client {
    Client::new(site_of(kind, api, None, Some(&token())), patience().0)
}

pub fn forge(kind: ForgeKind, api: &str) -> Box<dyn Forge> {
    over(Arc::new(client(kind, api)))
}

/// A GitHub that lets in whoever has the token.
pub fn github(fill: impl FnOnce(&mut Github)) -> Server<Github> {
    let mut state = Github::default();
    fill(&mut state);
    Server::start(state).only_with("authorization", &format!("Bearer {}", token()))
}

/// A GitLab that lets in whoever has the token.
pub fn gitlab(fill: impl FnOnce(&mut Gitlab)) -> Server<Gitlab> {
    let mut state = Gitlab::default();
    fill(&mut state);
    Server::start(state).only_with("private-token", &token())
}
