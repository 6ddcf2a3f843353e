//! One wrong byte in what a registry hands out: its index says the right digest, and `verify` sees the byte.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::Trial;
use windlass::io::loopback::{Loopback, Request, Response};
use windlass::io::wire::{Side, Start, Wire};
use windlass::model::target::TargetKind::{self, Crates, Go, Helm, Image, Npm, Pypi};

use super::release::Release;
use super::scene::{Scene, trial};

/// A kind, and whether a path is a download of what was published.
type Download = fn(&str) -> bool;
const KINDS: [(TargetKind, Download); 6] = [
    (Pypi, |path| path.ends_with(".whl")),
    (Npm, |path| path.ends_with(".tgz")),
    (Crates, |path| path.ends_with("/download")),
    (Image, |path| path.contains("/blobs/")),
    (Helm, |path| path.contains("/blobs/")),
    (Go, |path| path.ends_with(".zip")),
];

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let one = |(kind, download): (TargetKind, Download)| {
        trial(scene, &format!("verify_sees_one_wrong_byte::{kind}"), move |scene| seen(scene, kind, download))
    };
    KINDS.into_iter().map(one).collect()
}

fn seen(scene: &Scene, kind: TargetKind, download: Download) {
    let release = Release::new(scene, &format!("wrong-byte-{kind}"), &[kind], None);
    release.run(&["publish"]).ended(0);
    let flipped = Arc::new(AtomicUsize::new(0));
    let (upstream, count) = (release.front(kind), flipped.clone());
    let before = Loopback::serve(move |request| {
        let mut response =
            ask(&upstream, request).unwrap_or_else(|error| Response::text(502, error.to_string()));
        if request.method == "GET" && response.status == 200 && download(&request.path) {
            let middle = response.body.len() / 2;
            response.body[middle] ^= 1;
            count.fetch_add(1, Ordering::SeqCst);
        }
        response
    });
    let before = before.expect("a server");
    let mut env = release.through(kind, &before.host());
    env.push(("WINDLASS_LOCAL_PATIENCE".into(), "3".into()));
    let env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let ran = release.run_with(&["verify"], &env);
    assert!(matches!(ran.code, Some(1 | 4)), "{ran:?}");
    let said = ran.says("0 of");
    assert!(flipped.load(Ordering::SeqCst) > 0, "nothing was downloaded: {said:?}");
    release.run(&["verify"]).ended(0);
}

/// Hands a request on, and the answer back, over a connection of its own.
fn ask(upstream: &str, request: &Request) -> io::Result<Response> {
    let mut stream = TcpStream::connect(upstream)?;
    let mut head = request.head.clone();
    for name in ["connection", "expect", "transfer-encoding", "content-length"] {
        head.remove(name);
    }
    head.fields.push(("Connection".into(), "close".into()));
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        head.fields.push(("Content-Length".into(), request.body.len().to_string()));
    }
    stream.write_all(&head.bytes())?;
    stream.write_all(&request.body)?;
    let mut wire = Wire::new(stream, Side::Responses);
    let ended = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let head = wire.head()?.ok_or_else(ended)?;
    let Start::Response { status, .. } = head.start else { return Err(ended()) };
    wire.begin(head.framing(&request.method)?);
    let body = wire.whole(1 << 26)?;
    let fields = head.fields.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("connection"));
    Ok(Response { status, fields: fields.collect(), body })
}
