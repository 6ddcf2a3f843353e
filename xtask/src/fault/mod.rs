//! A proxy that stands before a registry, brings one fault at a time, and keeps account of what went through.
//!
//! It speaks HTTP/1.1 on loopback and rewrites nothing: the host that the client names goes through, so that the
//! registry's own links lead back to the proxy. `Expect: 100-continue` is answered here. While an index is late, a
//! client's conditions (`If-None-Match`) stay here too.

mod recognise;
mod relay;
mod state;

use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};

use crate::io::loopback::Loopback;
use crate::model::fault::{Fault, FaultKind};
use crate::model::registry::RegistryKind;
pub use recognise::Role;
pub use state::Entry;
use state::State;

/// A running proxy. Dropped, its port is closed, and every connection with it.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    port: u16,
    listening: Mutex<Option<Loopback>>,
}

/// What the proxy and its connections share.
#[derive(Debug)]
struct Shared {
    kind: RegistryKind,
    /// `127.0.0.1:PORT` of the registry.
    upstream: String,
    state: State,
}

impl Proxy {
    /// Starts a proxy before the registry at `upstream` (`127.0.0.1:PORT`), with a fault or none.
    ///
    /// # Errors
    /// The system's.
    pub fn start(kind: RegistryKind, upstream: &str, fault: Option<Fault>) -> io::Result<Proxy> {
        let shared = Arc::new(Shared { kind, upstream: upstream.to_owned(), state: State::new(kind, fault) });
        let listening = listen(&shared, 0)?;
        let proxy = Proxy { port: listening.port(), listening: Mutex::new(Some(listening)), shared };
        if fault.is_some_and(|fault| fault.kind == FaultKind::Refuse && fault.at == 1) {
            proxy.shared.state.close();
        }
        Ok(proxy)
    }

    /// `127.0.0.1:PORT`, for clients.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends the fault: connections are taken again on the same port, requests go through.
    ///
    /// # Errors
    /// The system's: another program may have taken the port.
    pub fn heal(&self) -> io::Result<()> {
        self.shared.state.heal();
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        if self.shared.state.is_closed() {
            drop(listening.take());
            *listening = Some(listen(&self.shared, self.port)?);
        }
        Ok(())
    }

    /// Every request so far, in the order in which they ended.
    pub fn log(&self) -> Vec<Entry> {
        self.shared.state.log()
    }

    /// How many uploads the registry accepted (answered with 2xx), whether or not the client heard of it.
    pub fn accepted(&self) -> usize {
        self.log().iter().filter(|entry| entry.accepted()).count()
    }

    /// How many uploads clients began.
    pub fn attempted(&self) -> usize {
        self.log().iter().filter(|entry| entry.role == Role::Upload).count()
    }
}

fn listen(shared: &Arc<Shared>, port: u16) -> io::Result<Loopback> {
    let own = shared.clone();
    let listening = Loopback::start_at(port, move |stream: TcpStream| {
        // A connection that ends early is the client's affair, or the fault's.
        let _ = relay::serve(&own, &stream);
    })?;
    shared.state.opened(listening.closer());
    Ok(listening)
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Connections that wait for an end of silence would keep the listener from ending.
        self.shared.state.heal();
    }
}
