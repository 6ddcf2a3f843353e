//! Servers of our own on 127.0.0.1: a thread a connection, all of them ended with the listener.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::wire::{Head, Side, Start, Wire, percent_decoded, respond};

/// The most that a request's body may take.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// A listening socket on a free port of 127.0.0.1. Dropped, it is closed, and every connection with it.
#[derive(Debug)]
pub struct Loopback {
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

/// Closes a [`Loopback`]'s port from anywhere, its own connections included.
#[derive(Clone, Debug)]
pub struct Closer(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    port: u16,
    stopping: AtomicBool,
    connections: Mutex<BTreeMap<u64, TcpStream>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Closer {
    /// Refuses connections from here on; those that are open stay.
    pub fn close(&self) {
        self.0.stopping.store(true, Ordering::SeqCst);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.0.port));
        // Each connection wakes the accepting thread, until it is gone and the port with it.
        for _ in 0..1000 {
            if TcpStream::connect(address).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Loopback {
    /// Listens on a free port and gives each connection to `serve`, in a thread of its own.
    ///
    /// # Errors
    /// The system's.
    pub fn start(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> io::Result<Loopback> {
        Loopback::start_at(0, serve)
    }

    /// As [`Loopback::start`], on a port that was ours before.
    ///
    /// # Errors
    /// The system's: the port may be in use.
    pub fn start_at(port: u16, serve: impl Fn(TcpStream) + Send + Sync + 'static) -> io::Result<Loopback> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            port,
            stopping: AtomicBool::new(false),
            connections: Mutex::default(),
            threads: Mutex::default(),
        });
        let accepting = {
            let shared = shared.clone();
            let name = format!("loopback-{port}");
            std::thread::Builder::new()
                .name(name)
                .spawn(move || accept(&listener, &shared, &Arc::new(serve)))?
        };
        Ok(Loopback { shared, accepting: Some(accepting) })
    }

    /// Starts an HTTP server: `answer` gets each request whole.
    ///
    /// # Errors
    /// The system's.
    pub fn serve(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> io::Result<Loopback> {
        Loopback::start(move |stream| {
            // A connection that ends early is the client's affair.
            let _ = converse(&stream, &answer);
        })
    }

    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.shared.port)
    }

    pub fn closer(&self) -> Closer {
        Closer(self.shared.clone())
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.closer().close();
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        for stream in lock(&self.shared.connections).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let threads = std::mem::take(&mut *lock(&self.shared.threads));
        for thread in threads {
            let _ = thread.join();
        }
    }
}

fn accept(
    listener: &TcpListener,
    shared: &Arc<Shared>,
    serve: &Arc<impl Fn(TcpStream) + Send + Sync + 'static>,
) {
    for (number, stream) in (0u64..).zip(listener.incoming()) {
        if shared.stopping.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        let Ok(copy) = stream.try_clone() else { continue };
        lock(&shared.connections).insert(number, copy);
        let (own, serve) = (shared.clone(), serve.clone());
        let thread = std::thread::Builder::new().spawn(move || {
            serve(stream);
            if let Some(stream) = lock(&own.connections).remove(&number) {
                // A copy stays open elsewhere at times; without this the client waits for it.
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        let mut threads = lock(&shared.threads);
        threads.retain(|thread| !thread.is_finished());
        threads.extend(thread);
    }
}

/// A request with its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Without the query, `%XX` undone.
    pub path: String,
    pub head: Head,
    pub body: Vec<u8>,
}

impl Request {
    /// The host that the client spoke to, `127.0.0.1:PORT`: a proxy before us has another port.
    pub fn host(&self) -> &str {
        self.head.field("host").unwrap_or("127.0.0.1")
    }
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Response {
        Response { status, fields: vec![("Content-Type".into(), kind.into())], body: body.into() }
    }

    pub fn text(status: u16, body: impl Into<String>) -> Response {
        Response::new(status, "text/plain; charset=utf-8", body.into())
    }

    pub fn json(status: u16, value: &serde_json::Value) -> Response {
        Response::new(status, "application/json", value.to_string())
    }

    pub fn field(mut self, name: &str, value: impl Into<String>) -> Response {
        self.fields.push((name.into(), value.into()));
        self
    }
}

/// The usual reason of a status (RFC 9110, section 15).
pub fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

/// The requests of one connection, one after the other.
fn converse(stream: &TcpStream, answer: &impl Fn(&Request) -> Response) -> io::Result<()> {
    let mut wire = Wire::new(stream, Side::Requests);
    let mut out = stream;
    while let Some(head) = wire.head()? {
        let Start::Request { method, target } = head.start.clone() else { return Ok(()) };
        let framing = head.framing(&method)?;
        if head.lists("expect", "100-continue") {
            io::Write::write_all(&mut out, b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        wire.begin(framing);
        let body = wire.whole(BODY_LIMIT)?;
        let path = percent_decoded(target.split('?').next().unwrap_or_default());
        let last = head.lists("connection", "close");
        let request = Request { method, path, head, body };
        let Response { status, fields, body } = answer(&request);
        let mut head = Head { start: Start::Response { status, reason: reason(status).into() }, fields };
        if last {
            head.fields.push(("Connection".into(), "close".into()));
        }
        respond(&mut out, &head, &body, &request.method)?;
        if last {
            break;
        }
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn echo() -> Loopback {
        Loopback::serve(|request| {
            let text =
                format!("{} {} {}", request.method, request.path, String::from_utf8_lossy(&request.body));
            Response::text(200, text)
        })
        .unwrap()
    }

    fn say(server: &Loopback, text: &str) -> String {
        let mut stream = TcpStream::connect(server.host()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn serves_two_requests_on_one_connection() {
        let answer = say(
            &echo(),
            "GET /a?x=1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        );
        assert!(answer.contains("\r\n\r\nGET /a HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.ends_with("\r\n\r\nPOST /b abc"), "{answer}");
    }

    #[test]
    fn says_continue_before_it_reads_the_body() {
        let answer = say(
            &echo(),
            "PUT /c HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
        );
        assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "{answer}");
    }

    #[test]
    fn an_idle_connection_does_not_keep_it_from_ending() {
        let server = echo();
        let mut idle = TcpStream::connect(server.host()).unwrap();
        idle.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let host = server.host();
        drop(server);
        assert!(matches!(idle.read(&mut [0; 1]), Ok(0) | Err(_)));
        assert!(TcpStream::connect(host).is_err());
    }
}
