//! HTTP: the one room that speaks it.
//!
//! A [`Client`] keeps its connections. A status is an answer, never an error; redirects are
//! answers too, unless the client was told to follow them, and then a token stays at its own host.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ureq::config::RedirectAuthHeaders;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::{WithBody, WithoutBody};
use ureq::{Agent, Body as Incoming, RequestBuilder, SendBody, http};

use crate::model::method::Method;
use crate::model::secret::{Secret, base64};
use crate::model::url::Url;

/// The slowest line that is still waited for, in bytes a second.
const SLOWEST: u64 = 50_000;

/// What so many bytes may take beyond a call's ordinary limit.
pub fn time_for(bytes: u64) -> Duration {
    Duration::from_secs(bytes / SLOWEST)
}

/// What holds for all of a client's calls.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The longest wait for a connection, its name look-up and TLS included.
    pub connect: Duration,
    /// The longest answer that is read, in bytes.
    pub most: u64,
    /// How many redirects are followed; 0 gives the redirect itself.
    pub redirects: u32,
    /// Whether what only asks is asked once more where a kept connection had ended; who asks several times by himself
    /// needs none of it.
    pub again: bool,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner { connect: Duration::from_secs(5), most: 32 << 20, redirects: 0, again: true }
    }
}

/// A client with its connections; cheap to share between threads.
#[derive(Clone, Debug)]
pub struct Client {
    /// For this machine: never through a proxy.
    near: Agent,
    /// For all else: through the proxy that the environment names, if any.
    far: Agent,
    manner: Manner,
    /// The origins that have answered: to these a connection may be kept that its server has closed meanwhile.
    answered: Arc<Mutex<BTreeSet<String>>>,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: Vec<(String, Header)>,
    pub body: Body,
    /// The whole call's limit, from the first byte sent to the last received.
    pub limit: Duration,
    /// The longest answer that is read, in bytes, where it is not the client's.
    pub most: Option<u64>,
}

/// A header's value.
#[derive(Clone, Debug)]
pub enum Header {
    Open(String),
    Hidden(Secret),
}

/// What is sent along.
#[derive(Clone, Debug, Default)]
pub enum Body {
    #[default]
    None,
    Bytes(Vec<u8>),
    /// A file, read while it is sent.
    File(PathBuf),
}

/// An answer without its body.
#[derive(Clone, Debug)]
pub struct Head {
    pub status: u16,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub head: Head,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Fault {
    /// Nobody listens there.
    Refused(String),
    /// The time was up; which part of the call took it.
    Timeout(Duration, &'static str),
    /// The answer is longer than is read.
    TooLong(u64),
    /// The server ended the connection before the answer was whole.
    Broken(String),
    /// Anything else: an unknown host, TLS, a header that is none.
    Other(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refused(origin) => write!(f, "nothing listens at {origin}"),
            Fault::Timeout(limit, part) => write!(f, "no answer within {} ({part})", seconds(*limit)),
            Fault::TooLong(most) => write!(f, "the answer is longer than {most} bytes"),
            Fault::Broken(what) => write!(f, "the connection broke: {what}"),
            Fault::Other(what) => f.write_str(what),
        }
    }
}

impl Request {
    pub fn new(method: Method, url: Url) -> Request {
        Request {
            method,
            url,
            headers: Vec::new(),
            body: Body::None,
            limit: Duration::from_secs(30),
            most: None,
        }
    }

    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Request {
        self.headers.push((name.into(), Header::Open(value.into())));
        self
    }

    /// `Authorization: Bearer …` (RFC 6750).
    pub fn bearer(mut self, token: &Secret) -> Request {
        let value = Secret::new(format!("Bearer {}", token.expose()));
        self.headers.push(("authorization".into(), Header::Hidden(value)));
        self
    }

    /// `Authorization: Basic …` (RFC 7617).
    pub fn basic(mut self, user: &str, password: &Secret) -> Request {
        let pair = base64(format!("{user}:{}", password.expose()).as_bytes());
        self.headers.push(("authorization".into(), Header::Hidden(Secret::new(format!("Basic {pair}")))));
        self
    }

    pub fn body(mut self, body: Body) -> Request {
        self.body = body;
        self
    }

    pub fn limit(mut self, limit: Duration) -> Request {
        self.limit = limit;
        self
    }

    /// The longest answer that is read, in bytes.
    pub fn most(mut self, most: u64) -> Request {
        self.most = Some(most);
        self
    }
}

impl Head {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl Client {
    pub fn new(manner: Manner) -> Client {
        let (near, far) = (agent(manner, Way::Near, KEPT), agent(manner, Way::Far, KEPT));
        Client { near, far, manner, answered: Arc::default() }
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn send(&self, request: &Request) -> Result<Response, Fault> {
        let mut body = Vec::new();
        let head = self.receive(request, &mut body)?;
        Ok(Response { head, body })
    }

    /// Sends a request and hands the answer's body on while it comes.
    ///
    /// # Errors
    /// When there is no whole answer, or it can't be written.
    pub fn receive(&self, request: &Request, into: &mut dyn Write) -> Result<Head, Fault> {
        let fault = |error: &ureq::Error| fault_of(error, request);
        let mut answer = self.answer(request).map_err(|error| fault(&error))?;
        let head = head_of(&answer);
        let most = request.most.unwrap_or(self.manner.most);
        // One byte more than allowed tells a long answer from one that fits exactly.
        let mut reader =
            answer.body_mut().with_config().limit(u64::MAX).reader().take(most.saturating_add(1));
        let read = io::copy(&mut reader, into).map_err(|error| fault(&ureq::Error::from(error)))?;
        if read > most { Err(Fault::TooLong(most)) } else { Ok(head) }
    }

    /// An answer's head. A server may close a connection that is kept at any moment, this one included: so what only
    /// asks is asked once more (RFC 9112, 9.3.1).
    fn answer(&self, request: &Request) -> Result<http::Response<Incoming>, ureq::Error> {
        let origin = request.url.origin();
        let lock = || self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let asks = matches!(request.method, Method::Get | Method::Head);
        let asks = self.manner.again && asks && matches!(request.body, Body::None);
        let way = if request.url.is_loopback() { Way::Near } else { Way::Far };
        let kept = if way == Way::Near { &self.near } else { &self.far };
        let answer = match call(kept, request) {
            // Others that are kept may have ended as well.
            Err(error) if asks && is_closed(&error) && lock().contains(&origin) => {
                call(&agent(self.manner, way, 0), request)
            }
            answer => answer,
        };
        if answer.is_ok() {
            lock().insert(origin);
        }
        answer
    }
}

/// How an address is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// On this machine: never through a proxy.
    Near,
    /// Through the proxy that the environment names, if any.
    Far,
}

/// How many connections to one server are kept.
const KEPT: usize = 16;

fn agent(manner: Manner, way: Way, kept: usize) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(manner.redirects)
        .max_redirects_will_error(manner.redirects > 0)
        .redirect_auth_headers(RedirectAuthHeaders::SameHost)
        .timeout_connect(Some(manner.connect))
        // Whom the machine trusts, `SSL_CERT_FILE` included: companies have certificates of their own.
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .max_idle_connections(2 * kept)
        .max_idle_connections_per_host(kept)
        .user_agent(concat!("windlass/", env!("CARGO_PKG_VERSION")));
    match way {
        Way::Near => config.proxy(None).build().new_agent(),
        Way::Far => config.build().new_agent(),
    }
}

fn call(agent: &Agent, request: &Request) -> Result<http::Response<Incoming>, ureq::Error> {
    let url = request.url.to_string();
    match &request.body {
        Body::None => match request.method {
            Method::Post => prepared(agent.post(url), request).send_empty(),
            Method::Put => prepared(agent.put(url), request).send_empty(),
            Method::Patch => prepared(agent.patch(url), request).send_empty(),
            method => prepared(bodiless(agent, method, url), request).call(),
        },
        Body::Bytes(bytes) => prepared(bodied(agent, request.method, url), request).send(&bytes[..]),
        Body::File(path) => {
            let file = File::open(path)?;
            let length = file.metadata()?.len();
            let builder = prepared(bodied(agent, request.method, url), request);
            builder.header("content-length", length).send(SendBody::from_owned_reader(file))
        }
    }
}

fn bodiless(agent: &Agent, method: Method, url: String) -> RequestBuilder<WithoutBody> {
    match method {
        Method::Head => agent.head(url),
        Method::Options => agent.options(url),
        Method::Trace => agent.trace(url),
        Method::Delete => agent.delete(url),
        _ => agent.get(url),
    }
}

fn bodied(agent: &Agent, method: Method, url: String) -> RequestBuilder<WithBody> {
    match method {
        Method::Post => agent.post(url),
        Method::Put => agent.put(url),
        Method::Patch => agent.patch(url),
        method => bodiless(agent, method, url).force_send_body(),
    }
}

fn prepared<T>(builder: RequestBuilder<T>, request: &Request) -> RequestBuilder<T> {
    let builder = request.headers.iter().fold(builder, |builder, (name, value)| match value {
        Header::Open(value) => builder.header(name, value),
        Header::Hidden(secret) => builder.header(name, secret.expose()),
    });
    builder.config().timeout_global(Some(request.limit)).build()
}

fn head_of(answer: &http::Response<Incoming>) -> Head {
    let headers = answer.headers().iter();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Head {
        status: answer.status().as_u16(),
        headers: headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
    }
}

/// Whether the connection ended before an answer began.
fn is_closed(error: &ureq::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let ended = |kind| matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof);
    matches!(error, ureq::Error::Io(error) if ended(error.kind()))
}

fn fault_of(error: &ureq::Error, request: &Request) -> Fault {
    match error {
        ureq::Error::Timeout(part) => Fault::Timeout(request.limit, part_of(*part)),
        ureq::Error::ConnectionFailed => Fault::Refused(request.url.origin()),
        ureq::Error::HostNotFound => Fault::Other(format!("the host {} is not known", request.url.host())),
        ureq::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => Fault::Refused(request.url.origin()),
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
                Fault::Timeout(request.limit, part_of(ureq::Timeout::Global))
            }
            _ => Fault::Broken(error.to_string()),
        },
        ureq::Error::Protocol(error) => Fault::Broken(error.to_string()),
        other => Fault::Other(other.to_string()),
    }
}

fn part_of(timeout: ureq::Timeout) -> &'static str {
    match timeout {
        ureq::Timeout::Resolve => "looking the host up",
        ureq::Timeout::Connect => "connecting",
        ureq::Timeout::SendRequest | ureq::Timeout::SendBody => "sending",
        ureq::Timeout::RecvBody => "reading the body",
        _ => "waiting for the answer",
    }
}

/// `10 s`, `0.5 s`.
fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests;
