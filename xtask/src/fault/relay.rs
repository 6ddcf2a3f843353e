//! One connection through the proxy: requests to the registry, its answers back, and the fault between them.

use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};

use super::Shared;
use super::recognise::{KEPT, Role, artifact, role};
use super::state::{Entry, Look, Page, Verdict};
use crate::io::loopback::reason;
use crate::io::wire::{Framing, Head, Side, Start, Wire, respond};
use crate::model::registry::RegistryKind;

/// The longest page that is remembered.
const PAGE_LIMIT: usize = 64 << 20;

/// Serves a client until one side ends the connection.
///
/// # Errors
/// Those of both connections.
pub fn serve(shared: &Shared, client: &TcpStream) -> io::Result<()> {
    let mut requests = Wire::new(client, Side::Requests);
    while let Some(head) = requests.head()? {
        let Start::Request { method, target } = head.start.clone() else { break };
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let role = role(shared.kind, &method, &path, &head);
        let verdict = shared.state.judge(role);
        let mut exchange = Exchange {
            shared,
            client,
            requests: &mut requests,
            upstream: None,
            head,
            path,
            verdict,
            entry: Some(Entry { method, target, role, artifact: None, status: None, heard: None }),
        };
        let result = exchange.run();
        exchange.note(None);
        if !result? {
            break;
        }
    }
    // Both ways at once: the client must not wait for an answer that will not come.
    let _ = client.shutdown(Shutdown::Both);
    Ok(())
}

/// One request and its answer.
struct Exchange<'a, 'c> {
    shared: &'a Shared,
    client: &'c TcpStream,
    requests: &'a mut Wire<&'c TcpStream>,
    /// The connection to the registry.
    upstream: Option<Wire<TcpStream>>,
    head: Head,
    path: String,
    verdict: Verdict,
    /// Until it is noted.
    entry: Option<Entry>,
}

impl Exchange<'_, '_> {
    /// Gives whether the connection goes on.
    fn run(&mut self) -> io::Result<bool> {
        let framing = self.head.framing(&self.method())?;
        self.requests.begin(framing);
        match self.verdict {
            Verdict::DropBefore => Ok(false),
            Verdict::Silence => {
                self.note(None);
                self.shared.state.wait_in_silence();
                Ok(false)
            }
            Verdict::Answer(status) => {
                self.take_body()?;
                self.refuse(status)
            }
            _ => match self.stale() {
                Some(page) => {
                    self.take_body()?;
                    self.show(page)
                }
                None => self.forward(framing),
            },
        }
    }

    fn method(&self) -> String {
        match &self.head.start {
            Start::Request { method, .. } => method.clone(),
            Start::Response { .. } => String::new(),
        }
    }

    /// Notes the request, once: before the client hears of its end, so that whoever saw the client end finds it.
    fn note(&mut self, heard: Option<u16>) {
        if let Some(mut entry) = self.entry.take() {
            entry.heard = heard;
            self.shared.state.note(entry);
        }
    }

    fn heard_from_registry(&mut self, status: u16) {
        if let Some(entry) = &mut self.entry {
            entry.status = Some(status);
        }
    }

    /// How a page is remembered: HTML and JSON under one path are two pages.
    fn page_key(&self) -> String {
        format!("{} {} {}", self.method(), self.path, self.head.field("accept").unwrap_or_default())
    }

    fn is_page(&self) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.role == Role::Page)
            && self.shared.state.delay().is_some()
    }

    /// The page as it was, when the index is late.
    fn stale(&self) -> Option<Option<Page>> {
        if !self.is_page() {
            return None;
        }
        match self.shared.state.look(&self.page_key()) {
            Look::Fresh => None,
            Look::Stale(page) => Some(page),
        }
    }

    fn continued(&self) -> io::Result<()> {
        let mut client = self.client;
        if self.head.lists("expect", "100-continue") {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
        } else {
            Ok(())
        }
    }

    /// Reads the request's body and drops it: a client reads no answer before it has sent all.
    fn take_body(&mut self) -> io::Result<()> {
        self.continued()?;
        let mut kept = Vec::new();
        while let Some(piece) = self.requests.piece()? {
            keep(&mut kept, &piece.data);
        }
        self.name(&kept);
        Ok(())
    }

    fn name(&mut self, body: &[u8]) {
        if let Some(entry) = &mut self.entry
            && entry.role == Role::Upload
        {
            entry.artifact = artifact(self.shared.kind, &self.path, body);
        }
    }

    fn answer(&mut self, status: u16, fields: Vec<(String, String)>, body: &[u8]) -> io::Result<bool> {
        let head = Head { start: Start::Response { status, reason: reason(status).into() }, fields };
        let method = self.method();
        self.note(Some(status));
        let mut client = self.client;
        respond(&mut client, &head, body, &method)?;
        Ok(!self.head.lists("connection", "close"))
    }

    /// Answers in the registry's place, in the form that the protocol's clients read.
    fn refuse(&mut self, status: u16) -> io::Result<bool> {
        let what = format!("{} (a fault of the rehearsal)", reason(status));
        let body = match self.shared.kind {
            RegistryKind::Crates => serde_json::json!({ "errors": [{ "detail": what }] }),
            RegistryKind::Oci => serde_json::json!({ "errors": [{ "code": "FAULT", "message": what }] }),
            _ => serde_json::json!({ "error": what, "message": what }),
        };
        let mut fields = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        match status {
            429 => fields.push(("Retry-After".into(), "1".into())),
            401 => fields.push(("WWW-Authenticate".into(), "Basic realm=\"fault\"".into())),
            _ => {}
        }
        self.answer(status, fields, body.to_string().as_bytes())
    }

    fn show(&mut self, page: Option<Page>) -> io::Result<bool> {
        match page {
            Some(Page { head, body }) => {
                let Start::Response { status, .. } = head.start else { return Ok(false) };
                let fields =
                    head.fields.into_iter().filter(|(name, _)| !name.eq_ignore_ascii_case("connection"));
                self.answer(status, fields.collect(), &body)
            }
            None => self.answer(404, vec![("Content-Type".into(), "text/plain".into())], b"not found\n"),
        }
    }

    /// Hands the request on, and the answer back, as far as the fault lets them.
    fn forward(&mut self, framing: Framing) -> io::Result<bool> {
        let page = self.is_page();
        let mut head = self.head.clone();
        head.remove("expect");
        if page {
            head.remove("if-none-match");
            head.remove("if-modified-since");
        }
        let mut to = self.connected()?;
        // A registry that refuses early ends the connection before it has read all: its answer counts.
        let mut open = to.write_all(&head.bytes()).is_ok();
        self.continued()?;
        let mut cut = (self.verdict == Verdict::DropDuring).then(|| match framing {
            Framing::Length(length) => usize::try_from(length / 2).unwrap_or(usize::MAX),
            Framing::Chunked | Framing::ToTheEnd => 1,
        });
        let mut kept = Vec::new();
        while let Some(piece) = self.requests.piece()? {
            keep(&mut kept, &piece.data);
            if let Some(left) = &mut cut {
                if piece.raw.len() >= *left {
                    let _ = to.write_all(&piece.raw[..*left]);
                    let _ = to.shutdown(Shutdown::Both);
                    self.name(&kept);
                    return Ok(false);
                }
                *left -= piece.raw.len();
            }
            open = open && to.write_all(&piece.raw).is_ok();
        }
        self.name(&kept);
        self.hand_back(page)
    }

    /// A connection of this request's own: the registry may end one that is kept at any moment.
    fn connected(&mut self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(&self.shared.upstream)?;
        stream.set_nodelay(true)?;
        self.upstream = Some(Wire::new(stream.try_clone()?, Side::Responses));
        Ok(stream)
    }

    fn hand_back(&mut self, page: bool) -> io::Result<bool> {
        let method = self.method();
        let mut answered = None;
        if let Some(upstream) = self.upstream.as_mut() {
            while let Some(head) = upstream.head()? {
                let Start::Response { status, .. } = head.start else { continue };
                if status >= 200 {
                    answered = Some((status, head));
                    break;
                }
            }
        }
        let Some((status, head)) = answered else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        self.heard_from_registry(status);
        let framing = head.framing(&method)?;
        let Some(upstream) = self.upstream.as_mut() else { return Ok(false) };
        upstream.begin(framing);
        if self.verdict == Verdict::DropAfter {
            while upstream.piece()?.is_some() {}
            return Ok(false);
        }
        if page {
            let body = upstream.whole(PAGE_LIMIT)?;
            let allowed = !matches!(status, 401 | 403);
            if allowed {
                self.shared.state.remember(&self.page_key(), Page { head: head.clone(), body: body.clone() });
            }
            return self.show(Some(Page { head, body }));
        }
        let goes_on = framing != Framing::ToTheEnd
            && !head.lists("connection", "close")
            && !self.head.lists("connection", "close");
        if self.verdict == Verdict::PassAndClose {
            self.shared.state.close();
        }
        self.note(Some(status));
        let mut client = self.client;
        client.write_all(&head.bytes())?;
        if let Some(upstream) = self.upstream.as_mut() {
            while let Some(piece) = upstream.piece()? {
                client.write_all(&piece.raw)?;
            }
        }
        Ok(goes_on && self.verdict != Verdict::PassAndClose)
    }
}

/// Keeps the beginning of a body.
fn keep(kept: &mut Vec<u8>, data: &[u8]) {
    kept.extend_from_slice(&data[..data.len().min(KEPT - kept.len().min(KEPT))]);
}
