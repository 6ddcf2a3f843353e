//! The client: what is repeated, where the token goes, how long it waits.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use windlass::forge::call::{Answer, Client};
use windlass::forge::page;
use windlass::io::http::Body;
use windlass::model::digest::sha256;
use windlass::model::forge::{ForgeKind, Trouble};
use windlass::model::method::Method;
use windlass::model::url::Url;

use super::fakes::api::Reply;
use super::fakes::github::{Github, refusal};
use super::fakes::server::{Fault, Harm, Server};
use super::world::{client, commit, forge, github, patience, site_of, token};

type Send = fn(&Client) -> Result<Answer, Trouble>;

#[test]
fn what_may_be_repeated_is_and_nothing_else() {
    let calls: [(&str, Send, usize); 5] = [
        ("GET", |client| client.get("/repos/team/app/thing"), 3),
        ("PUT", |client| client.put("/repos/team/app/thing", &json!({})), 3),
        ("DELETE", |client| client.delete("/repos/team/app/thing"), 3),
        ("POST", |client| client.post("/repos/team/app/thing", &json!({})), 1),
        ("PATCH", |client| client.patch("/repos/team/app/thing", &json!({})), 1),
    ];
    let limited = Harm::Answer(refusal(429, "Too Many Requests").field("Retry-After", "1"));
    let harms = [
        ("500", Harm::Answer(refusal(500, "Server Error"))),
        ("429", limited),
        ("cut before", Harm::Cut { carried_out: false }),
        ("cut after", Harm::Cut { carried_out: true }),
        ("truncated", Harm::Truncated),
    ];
    let server = github(|_| {});
    let client = client(ForgeKind::Github, &server.api());
    for (method, send, tries) in calls {
        for (name, harm) in &harms {
            server.reset();
            server.fault(Fault::from(1, harm.clone()));
            let told = send(&client);
            let seen = server.requests();
            assert_eq!(seen.len(), tries, "{method}, {name}: {told:?}");
            assert!(seen.iter().all(|seen| seen.method == method), "{method}, {name}");
            match *name {
                "500" => assert_eq!(told.unwrap().status, 500),
                "429" => assert!(matches!(told, Err(Trouble::Limited { .. })), "{method}: {told:?}"),
                _ => assert!(matches!(told, Err(Trouble::Unknown { .. })), "{method}, {name}: {told:?}"),
            }
        }
    }
}

#[test]
fn it_waits_as_long_as_it_is_asked_to_and_longer_each_time() {
    let server = github(|_| {});
    let ask = |harm: Harm| {
        let (patience, pauses) = patience();
        let site = site_of(ForgeKind::Github, &server.api(), None, Some(&token()));
        server.reset();
        server.fault(Fault::from(1, harm));
        let _ = Client::new(site, patience).get("/repos/team/app/milestones");
        let pauses = pauses.lock().unwrap();
        pauses.iter().map(|pause| pause.as_secs()).collect::<Vec<_>>()
    };
    let after =
        |status: u16, seconds: &str| Harm::Answer(refusal(status, "wait").field("Retry-After", seconds));
    assert_eq!(ask(Harm::Answer(refusal(502, "Bad Gateway"))), [1, 2]);
    assert_eq!(ask(Harm::Cut { carried_out: false }), [1, 2]);
    assert_eq!(ask(after(429, "30")), [30, 30]);
    assert_eq!(ask(after(503, "4")), [4, 4]);
    assert!(ask(after(429, "91")).is_empty());
    let secondary = Harm::Answer(refusal(403, "You have exceeded a secondary rate limit."));
    assert_eq!(ask(secondary), [60, 60]);
    let reset = (windlass::io::clock::now() + 40).to_string();
    let spent = refusal(403, "spent").field("X-RateLimit-Remaining", "0").field("X-RateLimit-Reset", reset);
    assert!(ask(Harm::Answer(spent)).iter().all(|pause| (35..=40).contains(pause)));
}

#[test]
fn an_interrupt_ends_the_wait() {
    let server = github(|_| {});
    let (mut patience, _) = patience();
    patience.wait = Arc::new(|_| false);
    server.fault(Fault::from(1, Harm::Answer(refusal(503, "Unavailable"))));
    let site = site_of(ForgeKind::Github, &server.api(), None, Some(&token()));
    let told = Client::new(site, patience).get("/repos/team/app/milestones");
    assert!(matches!(&told, Err(Trouble::Unknown { why }) if why.contains("stopped")), "{told:?}");
    assert_eq!(server.count(), 1);
}

#[test]
fn a_silent_forge_ends_by_the_limit() {
    let server = github(|_| {});
    let (mut patience, pauses) = patience();
    patience.limit = Duration::from_millis(150);
    patience.tries = 2;
    server.fault(Fault::from(1, Harm::Silent));
    let site = site_of(ForgeKind::Github, &server.api(), None, Some(&token()));
    let told = Client::new(site, patience).get("/repos/team/app/milestones");
    assert!(matches!(&told, Err(Trouble::Unknown { why }) if why.contains("no answer within")), "{told:?}");
    assert_eq!((server.count(), pauses.lock().unwrap().len()), (2, 1));
}

#[test]
fn nobody_listens() {
    let api = github(|_| {}).api();
    let told = forge(ForgeKind::Github, &api).ci(&commit());
    assert!(matches!(&told, Err(Trouble::Unknown { why }) if why.contains("nothing listens")), "{told:?}");
}

/// A second server, which nobody may ask.
fn stranger() -> Server<Github> {
    Server::start(Github::default())
}

#[test]
fn the_token_goes_to_the_forge_and_nowhere_else() {
    let server = github(|github| {
        for number in 1..=5 {
            github.milestone(number, &format!("0.{number}"), "open");
        }
    });
    let elsewhere = stranger();
    let forge = forge(ForgeKind::Github, &server.api());
    let client = client(ForgeKind::Github, &server.api());

    let link = format!("<{}/repos/team/app/milestones?page=2>; rel=\"next\"", elsewhere.api());
    server.fault(Fault::at(1, Harm::Link(link)));
    let told = forge.milestone("0.5");
    assert!(
        matches!(&told, Err(Trouble::Unknown { why }) if why.contains("not the forge's own")),
        "{told:?}"
    );

    server.reset();
    let away = refusal(302, "Found").field("Location", format!("{}/repos/team/app", elsewhere.api()));
    server.fault(Fault::at(1, Harm::Answer(away)));
    let told = forge.milestone("0.5");
    assert!(
        matches!(&told, Err(Trouble::Unknown { why }) if why.contains("not the forge's own")),
        "{told:?}"
    );

    let url = Url::parse(&elsewhere.api()).unwrap().below("upload?name=a").unwrap();
    let told = client.upload(Method::Post, &url, Body::Bytes(vec![1]), Duration::from_secs(5));
    assert!(told.is_err(), "{told:?}");
    assert!(client.get_at(&url).is_err() && client.digest(&url, Duration::from_secs(5)).is_err());
    assert_eq!(elsewhere.count(), 0);
}

#[test]
fn an_asset_that_lies_elsewhere_is_fetched_without_the_token() {
    let (server, store) = (github(|_| {}), stranger());
    let client = client(ForgeKind::Github, &server.api());
    let away = Reply::empty(302).field("Location", format!("{}/bytes?signature=x", store.api()));
    server.fault(Fault::at(1, Harm::Answer(away)));
    let bytes = [0, 159, 146, 150];
    let reply = Reply { status: 200, fields: Vec::new(), body: bytes.to_vec() };
    store.fault(Fault::from(1, Harm::Answer(reply)));
    let url = client.url("/repos/team/app/releases/assets/1").unwrap();
    assert_eq!(client.digest(&url, Duration::from_secs(5)).unwrap(), sha256(&bytes));
    let seen = store.requests();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].fields.iter().all(|(_, value)| !value.contains(&token())), "{:?}", seen[0].fields);
    assert_eq!(server.requests()[0].field("accept"), Some("application/octet-stream"));
}

#[test]
fn a_renamed_project_is_followed() {
    let server = github(|github| {
        github.milestone(1, "0.2", "open");
        github.renamed_from = Some("team/old".into());
    });
    let client = client(ForgeKind::Github, &server.api());
    let answer = client.get("/repos/team/old/milestones?state=all").unwrap();
    assert_eq!((answer.status, answer.json[0]["title"].as_str()), (200, Some("0.2")));
    // A writing call is not sent anywhere else.
    let answer = client.post("/repos/team/old/milestones", &json!({ "title": "0.3" })).unwrap();
    assert_eq!(
        (answer.status, server.requests().last().map(|seen| seen.method.clone())),
        (301, Some("POST".into()))
    );
}

#[test]
fn pages_that_lead_in_a_circle_end() {
    let server = github(|github| {
        for number in 1..=3 {
            github.milestone(number, &format!("0.{number}"), "open");
        }
    });
    let client = client(ForgeKind::Github, &server.api());
    let again = format!("<{}/repos/team/app/milestones?page=1>; rel=\"next\"", server.api());
    server.fault(Fault::from(1, Harm::Link(again)));
    let told = page::all(&client, "/repos/team/app/milestones?page=1", &page::plain);
    assert!(matches!(&told, Err(Trouble::Unknown { why }) if why.contains("in a circle")), "{told:?}");
    assert_eq!(server.count(), 1);
}

#[test]
fn a_server_that_repeats_the_token_is_not_quoted() {
    let server = github(|_| {});
    server.fault(Fault::from(1, Harm::Answer(refusal(401, &format!("the token {} is bad", token())))));
    let told = forge(ForgeKind::Github, &server.api()).ci(&commit());
    let Err(Trouble::Credentials { why }) = told else { panic!("{told:?}") };
    assert!(why.contains("the token *** is bad") && why.contains("FORGE_TOKEN"), "{why}");
}

#[test]
fn without_a_token_the_variable_is_named() {
    let server = github(|_| {});
    let site = site_of(ForgeKind::Github, &server.api(), None, None);
    let answer = Client::new(site, patience().0).get("/repos/team/app/milestones").unwrap();
    let Trouble::Credentials { why } = answer.trouble() else { panic!("{answer:?}") };
    assert!(why.contains("there is no token: FORGE_TOKEN is not set"), "{why}");
}
