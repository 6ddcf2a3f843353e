//! The frame of a fake: connections, the list of requests, the token, faults.

use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use windlass::io::loopback::{Loopback, reason};
use windlass::io::wire::{Head, Side, Start, Wire, percent_decoded, respond};

use super::api::{Api, Asked, Reply};

/// The longest that a silent server keeps a connection, if nobody ends it before.
const SILENCE: Duration = Duration::from_secs(30);
const BODY_LIMIT: usize = 64 << 20;

/// A running fake. Dropped, it is gone.
pub struct Server<A> {
    // Dropped first: its threads use what is shared.
    loopback: Loopback,
    shared: Arc<Shared<A>>,
}

struct Shared<A> {
    state: Mutex<State<A>>,
    ended: Condvar,
}

struct State<A> {
    api: A,
    /// The header and the value that let somebody in; without it everybody may read.
    token: Option<(String, String)>,
    faults: Vec<Fault>,
    requests: Vec<Seen>,
    over: bool,
}

/// A request that came, in the order in which they were complete.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the API was asked, so that a writing request was carried out.
    pub carried_out: bool,
}

impl Seen {
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which request, from 1; none for every one.
    pub nth: Option<usize>,
    /// How many in a row from there.
    pub times: usize,
    pub harm: Harm,
}

/// What goes wrong.
#[derive(Clone, Debug)]
pub enum Harm {
    /// This is answered; nothing is carried out.
    Answer(Reply),
    /// Nothing is answered for this long, then the connection ends; nothing is carried out.
    Silent,
    /// The connection ends before the answer.
    Cut { carried_out: bool },
    /// The answer is carried out, its length promised, half of its body sent.
    Truncated,
    /// The answer's body, changed.
    Body(fn(Vec<u8>) -> Vec<u8>),
    /// The answer's `Link` header, replaced.
    Link(String),
}

impl Fault {
    /// The nth request, once.
    pub fn at(nth: usize, harm: Harm) -> Fault {
        Fault { nth: Some(nth), times: 1, harm }
    }

    /// Every request from the nth on.
    pub fn from(nth: usize, harm: Harm) -> Fault {
        Fault { nth: Some(nth), times: usize::MAX, harm }
    }

    fn covers(&self, number: usize) -> bool {
        self.nth.is_none_or(|nth| number >= nth && number - nth < self.times)
    }
}

impl<A: Api> Server<A> {
    pub fn start(api: A) -> Server<A> {
        let state = State { api, token: None, faults: Vec::new(), requests: Vec::new(), over: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), ended: Condvar::new() });
        let own = shared.clone();
        let loopback = Loopback::start(move |stream| {
            // A connection that ends early is the client's affair.
            let _ = converse(&own, &stream);
        });
        Server { loopback: loopback.expect("a port"), shared }
    }

    /// Lets in only who sends this header with this value.
    pub fn only_with(self, header: &str, value: &str) -> Server<A> {
        self.shared.lock().token = Some((header.into(), value.into()));
        self
    }

    /// `http://127.0.0.1:PORT/api/v3`.
    pub fn api(&self) -> String {
        format!("http://{}{}", self.loopback.host(), A::BASE)
    }

    /// Looks at the state, or changes it.
    pub fn state<T>(&self, change: impl FnOnce(&mut A) -> T) -> T {
        change(&mut self.shared.lock().api)
    }

    pub fn fault(&self, fault: Fault) {
        self.shared.lock().faults.push(fault);
    }

    /// Forgets faults and requests.
    pub fn reset(&self) {
        let mut state = self.shared.lock();
        state.faults.clear();
        state.requests.clear();
    }

    pub fn requests(&self) -> Vec<Seen> {
        self.shared.lock().requests.clone()
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.shared.lock().requests.len()
    }
}

impl<A> Drop for Server<A> {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.ended.notify_all();
    }
}

impl<A> Shared<A> {
    fn lock(&self) -> MutexGuard<'_, State<A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn converse<A: Api>(shared: &Shared<A>, stream: &TcpStream) -> io::Result<()> {
    let mut wire = Wire::new(stream, Side::Requests);
    while let Some(head) = wire.head()? {
        let Start::Request { method, target } = head.start.clone() else { break };
        let framing = head.framing(&method)?;
        wire.begin(framing);
        let body = wire.whole(BODY_LIMIT)?;
        let host = head.field("host").unwrap_or("127.0.0.1").to_owned();
        let asked = asked::<A>(&method, &target, &host, head.fields, body);
        if !exchange(shared, stream, &asked)? {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
    Ok(())
}

fn asked<A: Api>(
    method: &str,
    target: &str,
    host: &str,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
) -> Asked {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let below = path.strip_prefix(A::BASE).unwrap_or(path);
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (percent_decoded(name), percent_decoded(&value.replace('+', " ")))
    };
    Asked {
        method: method.to_owned(),
        path: below.split('/').filter(|part| !part.is_empty()).map(percent_decoded).collect(),
        query: query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
        fields,
        body,
        base: format!("http://{host}{}", A::BASE),
        target: target.to_owned(),
    }
}

/// Answers one request; whether the connection goes on.
fn exchange<A: Api>(shared: &Shared<A>, mut stream: &TcpStream, asked: &Asked) -> io::Result<bool> {
    let (harm, reply) = {
        let mut state = shared.lock();
        let number = state.requests.len() + 1;
        let harm = state.faults.iter().find(|fault| fault.covers(number)).map(|fault| fault.harm.clone());
        let welcome =
            state.token.as_ref().is_none_or(|(name, value)| asked.field(name) == Some(value.as_str()));
        let carried_out = welcome
            && !matches!(harm, Some(Harm::Answer(_) | Harm::Silent | Harm::Cut { carried_out: false }));
        let reply = if carried_out { state.api.answer(asked) } else { state.api.stranger() };
        state.requests.push(Seen {
            method: asked.method.clone(),
            target: asked.target.clone(),
            fields: asked.fields.clone(),
            body: asked.body.clone(),
            carried_out,
        });
        (harm, reply)
    };
    let reply = match harm {
        None => reply,
        Some(Harm::Answer(reply)) => reply,
        Some(Harm::Body(change)) => Reply { body: change(reply.body.clone()), ..reply },
        Some(Harm::Link(link)) => {
            let mut reply = reply;
            reply.fields.retain(|(name, _)| name != "Link");
            reply.field("Link", link)
        }
        Some(Harm::Cut { .. }) => return Ok(false),
        Some(Harm::Silent) => {
            let state = shared.lock();
            let _ = shared.ended.wait_timeout_while(state, SILENCE, |state| !state.over);
            return Ok(false);
        }
        Some(Harm::Truncated) => {
            let mut head = head(&reply);
            head.fields.push(("Content-Length".into(), reply.body.len().to_string()));
            stream.write_all(&head.bytes())?;
            stream.write_all(&reply.body[..reply.body.len() / 2])?;
            return Ok(false);
        }
    };
    respond(&mut stream, &head(&reply), &reply.body, &asked.method)?;
    Ok(true)
}

fn head(reply: &Reply) -> Head {
    let start = Start::Response { status: reply.status, reason: reason(reply.status).into() };
    Head { start, fields: reply.fields.clone() }
}
