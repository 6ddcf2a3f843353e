//! Answers that are none, at every request: nothing is made of them, and nothing hangs.

use serde_json::json;

use super::scene::{LIMIT, forge_release, github, gitlab, in_a_hurry, on_github, on_gitlab};
use crate::forge::api::{Api, Reply};
use crate::forge::server::{Fault, Harm, Server};

const RUN: [&str; 2] = ["--tag", "v0.2.0"];

fn said(status: u16, message: &str) -> Harm {
    Harm::Answer(Reply::json(status, &json!({ "message": message })))
}

fn page(status: u16) -> Harm {
    let fields = vec![("Content-Type".into(), "text/html".into())];
    Harm::Answer(Reply { status, fields, body: b"<html>a proxy's page</html>".to_vec() })
}

/// Each fault from the first request on, and from the first that writes.
fn each<A: Api>(
    start: impl Fn() -> Server<A>,
    config: impl Fn(&Server<A>) -> String,
    made: impl Fn(&A) -> usize,
) {
    let server = start();
    assert_eq!(forge_release(&config(&server), &RUN).exit, 0);
    let writes = |method: &str| matches!(method, "POST" | "PUT" | "PATCH");
    let first = server.requests().iter().position(|request| writes(&request.method)).expect("a write") + 1;
    let limit = || {
        let reply = Reply::json(429, &json!({ "message": "Retry later" })).field("Retry-After", "3600");
        Harm::Answer(reply)
    };
    let table: [(&str, Harm, &str, &str); 9] = [
        ("401", said(401, "Bad credentials"), "W0801", "W0801"),
        ("403", said(403, "Resource not accessible by integration"), "W0802", "W0802"),
        ("422", said(422, "Validation Failed"), "W0804", "W0815"),
        ("429", limit(), "W0803", "W0803"),
        ("500", said(500, "Server Error"), "W0804", "W0815"),
        ("no JSON", page(200), "W0804", "W0815"),
        ("an error's page", page(502), "W0804", "W0815"),
        ("a list of nothing", Harm::Answer(Reply::json(200, &json!([]))), "W0804", ""),
        ("silent", Harm::Silent, "W0804", "W0815"),
    ];
    for (what, harm, at_first, at_write) in table {
        let limit = if what == "silent" { 1 } else { LIMIT };
        let server = start();
        server.fault(Fault::from(1, harm.clone()));
        let ended = in_a_hurry(&config(&server), &RUN, limit);
        assert_eq!((ended.exit, ended.code().as_str()), (1, at_first), "{what}: {ended:?}");
        assert!(server.state(|state| made(state)) == 0, "{what}");
        if at_write.is_empty() {
            continue;
        }
        let server = start();
        server.fault(Fault { nth: Some(first), times: 1, harm });
        let ended = in_a_hurry(&config(&server), &RUN, limit);
        assert!(server.count() < 60, "{what}: {} requests", server.count());
        // GitLab's first write may be sent again, once it was seen that it is not there.
        let again = ended.exit == 0 && A::BASE.ends_with("v4");
        assert!(again || (ended.exit == 3 && ended.code() == at_write), "{what}: {ended:?}");
        server.reset();
        let second = forge_release(&config(&server), &RUN);
        assert_eq!(second.exit, 0, "{what}: {second:?}");
    }
}

#[test]
fn of_github() {
    each(github, on_github, |state| state.done.len());
}

#[test]
fn of_gitlab() {
    each(gitlab, on_gitlab, |state| state.done.len());
}

/// The address for uploads is GitHub's word; the token goes to the forge alone.
#[test]
fn the_token_goes_nowhere_else() {
    let elsewhere = github();
    let server = github();
    let upload = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        text.replace("/api/uploads/", "@example.org/api/uploads/").into_bytes()
    };
    server.fault(Fault::from(1, Harm::Body(upload)));
    let ended = forge_release(&on_github(&server), &RUN);
    assert_eq!((ended.exit, ended.code().as_str()), (3, "W0815"), "{ended:?}");
    assert_eq!(elsewhere.count(), 0);
    assert!(server.state(|state| state.of("v0.2.0").iter().all(|release| release.assets.is_empty())));
}
