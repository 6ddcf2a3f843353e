//! Against an answerer of our own: what no local registry does, such as tokens from elsewhere and pages of tags.

use std::sync::{Arc, Mutex};

use super::*;
use crate::io::http::Manner;
use crate::io::loopback::{Loopback, Request as Asked, Response as Answer};

type Log = Arc<Mutex<Vec<String>>>;

/// Serves, and keeps method, path and authorization of each request.
fn serve(answer: impl Fn(&Asked, &str) -> Answer + Send + Sync + 'static) -> (Loopback, Log) {
    let log = Log::default();
    let kept = log.clone();
    let server = Loopback::serve(move |asked| {
        let auth = asked.head.field("authorization").unwrap_or("-").to_owned();
        kept.lock().unwrap().push(format!("{} {} {auth}", asked.method, asked.path));
        answer(asked, &auth)
    });
    (server.unwrap(), log)
}

fn oci(http: &Client, host: &str) -> Oci<'static> {
    let login = Login { user: "ada".into(), secret: Secret::new("pw") };
    let name = OciName::parse(&format!("{host}/a/b")).unwrap();
    // Leaked once a test: the client outlives the borrow.
    let http: &'static Client = Box::leak(Box::new(http.clone()));
    Oci::new(http, &name, Some(login), Duration::from_secs(20)).unwrap()
}

fn described(bytes: &[u8]) -> Descriptor {
    Descriptor { digest: format!("sha256:{}", sha256(bytes)), size: bytes.len() as u64 }
}

#[test]
fn fetches_a_token_once_and_follows_pages() {
    let http = Client::new(Manner::default());
    let (server, log) = serve(|asked, auth| match asked.path.as_str() {
        "/token" => Answer::json(200, &serde_json::json!({ "token": "t0k" })),
        _ if auth != "Bearer t0k" => {
            let realm = format!("http://{}/token", asked.host());
            let field = format!("Bearer realm=\"{realm}\",service=\"s\",scope=\"repository:a/b:pull\"");
            Answer::text(401, "").field("WWW-Authenticate", field)
        }
        "/v2/a/b/tags/list" if format!("{:?}", asked.head.start).contains("last=") => {
            Answer::json(200, &serde_json::json!({ "tags": ["2.0.0"] }))
        }
        "/v2/a/b/tags/list" => Answer::json(200, &serde_json::json!({ "tags": ["1.0.0"] }))
            .field("Link", "</v2/a/b/tags/list?last=1.0.0&n=1>; rel=\"next\""),
        _ => Answer::text(404, ""),
    });
    let oci = oci(&http, &server.host());
    assert_eq!(oci.tags().unwrap(), ["1.0.0", "2.0.0"]);
    assert_eq!(oci.digest("3.0.0").unwrap(), None);
    let log = log.lock().unwrap().clone();
    let tokens: Vec<&String> = log.iter().filter(|line| line.starts_with("GET /token")).collect();
    assert_eq!(tokens, ["GET /token Basic YWRhOnB3"]);
}

#[test]
fn an_upload_to_another_host_gets_no_credentials_of_this_one() {
    let http = Client::new(Manner::default());
    let (store, stored) = serve(|_, _| Answer::text(201, ""));
    let place = format!("http://{}/here?x=1", store.host());
    let (server, _) = serve(move |asked, auth| match (asked.method.as_str(), auth) {
        (_, "-") => Answer::text(401, "").field("WWW-Authenticate", "Basic realm=\"x\""),
        ("POST", _) => Answer::text(202, "").field("Location", place.clone()),
        _ => Answer::text(404, ""),
    });
    let blob = Blob { descriptor: described(b"abc"), content: Content::Bytes(b"abc".to_vec()) };
    oci(&http, &server.host()).push_blob(&blob).unwrap();
    assert_eq!(stored.lock().unwrap().clone(), ["PUT /here -"]);
}

#[test]
fn says_what_the_registry_said() {
    let http = Client::new(Manner::default());
    let (server, _) = serve(|_, _| {
        let body = serde_json::json!({ "errors": [{ "code": "TOOMANYREQUESTS", "message": "slow down" }] });
        Answer::json(429, &body).field("Retry-After", "7")
    });
    let wrong = oci(&http, &server.host()).tags().unwrap_err();
    assert_eq!(wrong.to_string(), "status 429, TOOMANYREQUESTS: slow down");
    assert_eq!(Trouble::from(wrong).class, Class::Retry { after: Some(7) });
}

#[test]
fn reads_a_blob_of_any_size_and_believes_its_bytes_alone() {
    // The client's own limit is a page of an index: a layer is longer than that.
    let http = Client::new(Manner { most: 1000, ..Manner::default() });
    let layer: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    let held = layer.clone();
    let right = described(&layer);
    let (place, other) = (right.digest.clone(), described(b"other").digest);
    let (server, log) = serve(move |asked, auth| match auth {
        "-" => Answer::text(401, "who?").field("WWW-Authenticate", "Basic realm=\"x\""),
        _ if asked.path.ends_with(&place) || asked.path.ends_with(&other) => {
            Answer::new(200, "application/octet-stream", held.clone())
        }
        _ => Answer::json(
            404,
            &serde_json::json!({ "errors": [{ "code": "BLOB_UNKNOWN", "message": "none" }] }),
        ),
    });
    let oci = oci(&http, &server.host());
    oci.read_blob(&right).unwrap();
    let said = |blob: &Descriptor| oci.read_blob(blob).unwrap_err().to_string();
    let shorter = Descriptor { size: 2_999_999, ..right.clone() };
    assert_eq!(said(&shorter), "the answer is longer than 2999999 bytes");
    let disguised = Descriptor { size: 3_000_000, ..described(b"other") };
    assert_eq!(
        said(&disguised),
        format!("the registry answered what cannot be read: a blob whose bytes are {}", right.digest)
    );
    assert_eq!(said(&described(b"gone")), "status 404, BLOB_UNKNOWN: none");
    assert_eq!(log.lock().unwrap().len(), 5, "let in once");
}
