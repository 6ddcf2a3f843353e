//! Waiting until a registry answers, and the few calls that set it up.

use std::time::{Duration, Instant};

use base64::Engine as _;

use crate::io::http::{Body, Client, Header, Manner, Request, Response};
use crate::io::port::free;
use crate::model::method::Method;
use crate::model::problem::{Code, Problem};
use crate::model::secret::Secret;
use crate::model::url::Url;
use crate::tool::failure::Failure;
use crate::tool::supervised::Supervised;

/// How long a registry may take to come up, on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// How often another free port is tried: another program may take one before the server does.
const TRIES: u32 = 3;

/// Starts a server on a free port and waits until `path` answers with a status below 500. Gives it with its port.
///
/// # Errors
/// `W0719`, with the last lines that the server wrote.
pub fn started(
    what: &str,
    path: &str,
    start: impl Fn(u16) -> Result<Supervised, Failure>,
) -> Result<(Supervised, u16), Problem> {
    let mut last = Problem::new(Code::W0719, format!("{what} found no free port"));
    for _ in 0..TRIES {
        let ports = free(1).map_err(|error| Problem::new(Code::W0719, format!("{what}: {error}")))?;
        let Some(port) = ports.first().copied() else { break };
        let server = start(port).map_err(|failure| unready(&failure, what))?;
        match wait(&server, what, &format!("http://127.0.0.1:{port}{path}")) {
            Ok(()) => return Ok((server, port)),
            Err(problem) => last = problem,
        }
    }
    Err(last)
}

/// `W0719` for a registry that did not come up.
pub fn unready(failure: &Failure, what: &str) -> Problem {
    failure.problem(Code::W0719, &format!("{what} did not start on 127.0.0.1"))
}

fn wait(server: &Supervised, what: &str, url: &str) -> Result<(), Problem> {
    let url = Url::parse(url).map_err(|error| Problem::new(Code::W0719, format!("{url} {error}")))?;
    let client = Client::new(Manner::default());
    let begun = Instant::now();
    let mut pause = Duration::from_millis(20);
    loop {
        let request = Request::new(Method::Get, url.clone()).limit(Duration::from_secs(5));
        if client.send(&request).is_ok_and(|answer| answer.head.status < 500) {
            return Ok(());
        }
        if let Some(failure) = server.ended() {
            return Err(unready(&failure, what));
        }
        if begun.elapsed() > LIMIT {
            let late = format!("{what} did not answer at {url} within {} s", LIMIT.as_secs());
            return Err(Problem::new(Code::W0719, late).why(server.said().join("\n")));
        }
        std::thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_millis(250));
    }
}

/// Sends a request to a registry of ours.
///
/// # Errors
/// `W0719` when there is no answer.
pub fn send(request: &Request) -> Result<Response, Problem> {
    let answer = Client::new(Manner::default()).send(request);
    answer.map_err(|fault| Problem::new(Code::W0719, format!("{}: {fault}", request.url)))
}

/// A request to a registry of ours; GET goes without a body.
///
/// # Errors
/// `W0719` for a URL that is none.
pub fn request(method: Method, url: &str, kind: &str, body: impl Into<Vec<u8>>) -> Result<Request, Problem> {
    let url = Url::parse(url).map_err(|error| Problem::new(Code::W0719, format!("{url}: {error}")))?;
    if method == Method::Get {
        return Ok(Request::new(method, url));
    }
    Ok(Request::new(method, url).header("content-type", kind).body(Body::Bytes(body.into())))
}

/// Adds `Authorization: Basic` (RFC 7617).
#[must_use]
pub fn with_basic(mut request: Request, user: &str, password: &Secret) -> Request {
    let value = Secret::new(format!("Basic {}", basic(user, password).expose()));
    request.headers.push(("authorization".into(), Header::Hidden(value)));
    request
}

/// `user:password` in base64.
pub fn basic(user: &str, password: &Secret) -> Secret {
    let pair = format!("{user}:{}", password.expose());
    Secret::new(base64::engine::general_purpose::STANDARD.encode(pair))
}

/// `W0720` unless the answer is one of these.
///
/// # Errors
/// `W0720` with what was answered.
pub fn accepted(answer: &Response, statuses: &[u16], what: &str) -> Result<(), Problem> {
    if statuses.contains(&answer.head.status) {
        return Ok(());
    }
    let said: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
    Err(Problem::new(Code::W0720, format!("{what}: status {}", answer.head.status)).why(said))
}
