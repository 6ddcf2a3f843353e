//! Against sockets of our own, each answering as a test tells it to.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

use super::*;

/// Answers one connection after the other, each with one of `answers`; gives what it was sent.
fn server(answers: Vec<Vec<u8>>) -> (Url, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let answering = thread::spawn(move || {
        let mut requests = Vec::new();
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            requests.push(request(&stream));
            let _ = (&stream).write_all(&answer);
            if answer.is_empty() {
                // Nothing comes: the client's patience ends it.
                let _ = (&stream).read(&mut [0]);
            }
        }
        requests
    });
    (url, answering)
}

fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut text = String::new();
    let mut length = 0;
    loop {
        let start = text.len();
        reader.read_line(&mut text).unwrap();
        let line = text[start..].trim().to_ascii_lowercase();
        if let Some(number) = line.strip_prefix("content-length: ") {
            length = number.parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    text + &String::from_utf8(body).unwrap()
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

fn get(url: &Url, path: &str) -> Request {
    Request::new(Method::Get, url.below(path).unwrap()).limit(Duration::from_secs(20))
}

#[test]
fn a_status_is_an_answer() {
    let (url, server) = server(vec![answer("503 Busy", "X-A: b\r\n", "later")]);
    let response = Client::new(Manner::default()).send(&get(&url, "/a?b=c").header("x-c", "d")).unwrap();
    assert_eq!((response.head.status, &response.body[..]), (503, &b"later"[..]));
    assert_eq!(response.head.header("x-a"), Some("b"));
    let sent = server.join().unwrap().remove(0).to_ascii_lowercase();
    assert!(sent.starts_with("get /a?b=c http/1.1\r\n") && sent.contains("x-c: d\r\n"), "{sent}");
}

#[test]
fn sends_a_file_and_a_body_with_any_method() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "from a file").unwrap();
    let (url, server) = server(vec![answer("201 Created", "", ""), answer("204 No Content", "", "")]);
    let client = Client::new(Manner::default());
    let put = Request::new(Method::Put, url.clone()).body(Body::File(file.path().into()));
    assert_eq!(client.send(&put).unwrap().head.status, 201);
    let delete = Request::new(Method::Delete, url).body(Body::Bytes(b"from memory".into()));
    assert_eq!(client.send(&delete).unwrap().head.status, 204);
    let sent = server.join().unwrap();
    assert!(sent[0].starts_with("PUT / ") && sent[0].ends_with("\r\n\r\nfrom a file"), "{}", sent[0]);
    assert!(!sent[0].to_ascii_lowercase().contains("transfer-encoding"), "{}", sent[0]);
    assert!(sent[1].starts_with("DELETE / ") && sent[1].ends_with("\r\n\r\nfrom memory"), "{}", sent[1]);
}

#[test]
fn names_what_went_wrong() {
    let client = Client::new(Manner { most: 4, ..Manner::default() });
    let said = |request: &Request| client.send(request).unwrap_err().to_string();

    let (url, server_of_nothing) = server(vec![Vec::new()]);
    let hung = said(&get(&url, "/").limit(Duration::from_millis(60)));
    assert_eq!(hung, "no answer within 0.06 s (waiting for the answer)");
    server_of_nothing.join().unwrap();

    let (url, _) = server(vec![answer("200 OK", "", "12345")]);
    assert_eq!(said(&get(&url, "/")), "the answer is longer than 4 bytes");
    let (url, _) = server(vec![answer("200 OK", "", "1234")]);
    assert_eq!(client.send(&get(&url, "/")).unwrap().body, b"1234");

    let (url, _) = server(vec![b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n12".to_vec()]);
    assert!(said(&get(&url, "/")).starts_with("the connection broke: "));

    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = Url::parse(&format!("http://{nobody}")).unwrap();
    assert_eq!(said(&get(&url, "/")), format!("nothing listens at http://{nobody}"));
}

#[test]
fn a_token_stays_at_its_host() {
    let token = Secret::new("a-token");
    let (other, answering) = server(vec![answer("200 OK", "", "")]);
    // The same machine under another name is another host.
    let other = other.to_string().replace("127.0.0.1", "localhost");
    let redirect = answer("302 Found", &format!("location: {other}\r\n"), "");
    let (url, first) = server(vec![redirect.clone(), redirect]);

    let plain = Client::new(Manner::default()).send(&get(&url, "/").bearer(&token)).unwrap();
    assert_eq!(plain.head.status, 302);
    let following = Client::new(Manner { redirects: 5, ..Manner::default() });
    assert_eq!(following.send(&get(&url, "/").bearer(&token)).unwrap().head.status, 200);

    let with_token = |sent: &String| sent.to_ascii_lowercase().contains("authorization: bearer a-token");
    assert!(first.join().unwrap().iter().all(with_token));
    assert!(!answering.join().unwrap().iter().any(with_token));
    assert!(!format!("{:?}", get(&url, "/").bearer(&token)).contains("a-token"));
}

/// A kept connection that ends under the second request: what asks is asked again, what does something is not.
#[test]
fn a_kept_connection_may_have_ended() {
    for (method, expected) in [(Method::Get, Some("again")), (Method::Post, None)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let answering = thread::spawn(move || {
            let (first, _) = listener.accept().unwrap();
            request(&first);
            let kept = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nonce";
            (&first).write_all(kept.as_bytes()).unwrap();
            request(&first);
            drop(first);
            if expected.is_some() {
                let (second, _) = listener.accept().unwrap();
                request(&second);
                (&second).write_all(&answer("200 OK", "", "again")).unwrap();
            }
        });
        let client = Client::new(Manner::default());
        assert_eq!(client.send(&get(&url, "/")).unwrap().body, b"once");
        let again = client.send(&Request { method, ..get(&url, "/") });
        match expected {
            Some(body) => assert_eq!(again.unwrap().body, body.as_bytes()),
            None => assert!(matches!(again, Err(Fault::Broken(_))), "{again:?}"),
        }
        answering.join().unwrap();
    }
}
