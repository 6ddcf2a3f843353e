//! HTTP/1.1 messages on a byte stream (RFC 9112), piece by piece: for servers on loopback and for a proxy that
//! has to cut in the middle of a body. Heads are parsed by `httparse`.

use std::io::{self, Read, Write};

/// The most that a head, a chunk's size line or trailers may take.
const HEAD_LIMIT: usize = 64 * 1024;
/// How much of a body is read at once.
const PIECE: usize = 64 * 1024;

/// A message's first line and fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub start: Start,
    /// Names as they were sent; values without surrounding blanks.
    pub fields: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    Request { method: String, target: String },
    Response { status: u16, reason: String },
}

/// How far a body goes (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Length(u64),
    Chunked,
    /// Until the connection ends; responses only.
    ToTheEnd,
}

/// Which messages come on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Requests,
    Responses,
}

impl Head {
    /// The first value of a field, its name in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether a field of a comma-separated list holds a word.
    pub fn lists(&self, name: &str, word: &str) -> bool {
        let fields = self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name));
        fields.flat_map(|(_, value)| value.split(',')).any(|item| item.trim().eq_ignore_ascii_case(word))
    }

    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|(field, _)| !field.eq_ignore_ascii_case(name));
    }

    /// The body's framing. `asked` is the method that a response answers.
    ///
    /// # Errors
    /// A length that is no number, or both a length and chunks: that is how requests are smuggled.
    pub fn framing(&self, asked: &str) -> io::Result<Framing> {
        if let Start::Response { status, .. } = self.start
            && (asked == "HEAD" || status < 200 || status == 204 || status == 304)
        {
            return Ok(Framing::Length(0));
        }
        let chunked = self.lists("transfer-encoding", "chunked");
        let mut lengths =
            self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case("content-length"));
        match (lengths.next(), lengths.next(), chunked) {
            (None, _, true) => Ok(Framing::Chunked),
            (Some((_, length)), None, false) if length.bytes().all(|b| b.is_ascii_digit()) => {
                length.parse().map(Framing::Length).map_err(|_| malformed("a length that is too large"))
            }
            (None, _, false) => Ok(match self.start {
                Start::Request { .. } => Framing::Length(0),
                Start::Response { .. } => Framing::ToTheEnd,
            }),
            _ => Err(malformed("contradicting lengths")),
        }
    }

    /// As it goes over the wire, with the empty line that ends it.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = match &self.start {
            Start::Request { method, target } => format!("{method} {target} HTTP/1.1\r\n"),
            Start::Response { status, reason } => format!("HTTP/1.1 {status} {reason}\r\n"),
        };
        for (name, value) in &self.fields {
            text.push_str(name);
            text.push_str(": ");
            text.push_str(value);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.into_bytes()
    }
}

/// A piece of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// As it came over the wire, chunk sizes included.
    pub raw: Vec<u8>,
    /// What of it is the body's own.
    pub data: Vec<u8>,
}

/// Reads messages from a stream.
#[derive(Debug)]
pub struct Wire<S> {
    stream: S,
    side: Side,
    buffer: Vec<u8>,
    body: Body,
}

/// What is left of the present body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Done,
    Length(u64),
    /// Bytes left of the present chunk, its line end included; 0 before a size line.
    Chunk(u64),
    ToTheEnd,
}

impl<S: Read> Wire<S> {
    pub fn new(stream: S, side: Side) -> Wire<S> {
        Wire { stream, side, buffer: Vec::new(), body: Body::Done }
    }

    /// The next head; none when the stream ended before its first byte.
    ///
    /// # Errors
    /// The stream's, and what is no HTTP/1.x.
    pub fn head(&mut self) -> io::Result<Option<Head>> {
        loop {
            if let Some((head, length)) = parse(&self.buffer, self.side)? {
                self.buffer.drain(..length);
                return Ok(Some(head));
            }
            if self.buffer.len() > HEAD_LIMIT {
                return Err(malformed("a head that is too long"));
            }
            if self.fill()? == 0 {
                return if self.buffer.is_empty() { Ok(None) } else { Err(ended()) };
            }
        }
    }

    /// Begins a body of this framing.
    pub fn begin(&mut self, framing: Framing) {
        self.body = match framing {
            Framing::Length(0) => Body::Done,
            Framing::Length(length) => Body::Length(length),
            Framing::Chunked => Body::Chunk(0),
            Framing::ToTheEnd => Body::ToTheEnd,
        };
    }

    /// The next piece of the body; none at its end.
    ///
    /// # Errors
    /// The stream's, and a body that ends early or whose chunks are malformed.
    pub fn piece(&mut self) -> io::Result<Option<Piece>> {
        match self.body {
            Body::Done => Ok(None),
            Body::ToTheEnd => {
                if self.buffer.is_empty() && self.fill()? == 0 {
                    self.body = Body::Done;
                    return Ok(None);
                }
                let raw = std::mem::take(&mut self.buffer);
                Ok(Some(Piece { data: raw.clone(), raw }))
            }
            Body::Length(left) => {
                let raw = self.take(left)?;
                let left = left - raw.len() as u64;
                self.body = if left == 0 { Body::Done } else { Body::Length(left) };
                Ok(Some(Piece { data: raw.clone(), raw }))
            }
            Body::Chunk(0) => self.chunk_size().map(Some),
            Body::Chunk(left) => {
                let raw = self.take(left)?;
                let after = left - raw.len() as u64;
                // The last two of a chunk's bytes are its line end.
                let data =
                    raw.iter().copied().take(usize::try_from(left.saturating_sub(2)).unwrap_or(usize::MAX));
                let data = data.collect();
                self.body = Body::Chunk(after);
                Ok(Some(Piece { raw, data }))
            }
        }
    }

    /// The whole body, if it is not longer than this.
    ///
    /// # Errors
    /// As [`Wire::piece`], and a body that is too long.
    pub fn whole(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(piece) = self.piece()? {
            body.extend(piece.data);
            if body.len() > most {
                return Err(malformed("a body that is too long"));
            }
        }
        Ok(body)
    }

    /// A size line, and after the last chunk what follows it.
    fn chunk_size(&mut self) -> io::Result<Piece> {
        let mut raw = self.line()?;
        let text = String::from_utf8_lossy(&raw);
        let digits = text.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(digits, 16).ok().filter(|size| *size < u64::MAX - 2);
        let size = size.ok_or_else(|| malformed("a chunk without a size"))?;
        if size > 0 {
            self.body = Body::Chunk(size + 2);
            return Ok(Piece { raw, data: Vec::new() });
        }
        loop {
            let line = self.line()?;
            let last = line == b"\r\n" || line == b"\n";
            raw.extend(line);
            if last {
                self.body = Body::Done;
                return Ok(Piece { raw, data: Vec::new() });
            }
            if raw.len() > HEAD_LIMIT {
                return Err(malformed("trailers that are too long"));
            }
        }
    }

    /// A line with its end.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                return Ok(self.buffer.drain(..=end).collect());
            }
            if self.buffer.len() > HEAD_LIMIT {
                return Err(malformed("a line that is too long"));
            }
            if self.fill()? == 0 {
                return Err(ended());
            }
        }
    }

    /// At least one byte, at most so many.
    fn take(&mut self, most: u64) -> io::Result<Vec<u8>> {
        if self.buffer.is_empty() && self.fill()? == 0 {
            return Err(ended());
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(self.buffer.len());
        Ok(self.buffer.drain(..most).collect())
    }

    fn fill(&mut self) -> io::Result<usize> {
        let before = self.buffer.len();
        self.buffer.resize(before + PIECE, 0);
        let read = loop {
            match self.stream.read(&mut self.buffer[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(before + read.as_ref().copied().unwrap_or(0));
        read
    }
}

/// Writes a response whose body is at hand. For HEAD the body stays away and its length is said; a head that was
/// itself answered to HEAD says its own.
///
/// # Errors
/// The stream's.
pub fn respond(stream: &mut impl Write, head: &Head, body: &[u8], asked: &str) -> io::Result<()> {
    let mut head = head.clone();
    head.remove("transfer-encoding");
    if asked != "HEAD" || !body.is_empty() || head.field("content-length").is_none() {
        head.remove("content-length");
        head.fields.push(("Content-Length".into(), body.len().to_string()));
    }
    let mut bytes = head.bytes();
    if asked != "HEAD" {
        bytes.extend_from_slice(body);
    }
    stream.write_all(&bytes)?;
    stream.flush()
}

/// A path with its `%XX` undone (RFC 3986, 2.1): clients differ in what they spell so.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn parse(bytes: &[u8], side: Side) -> io::Result<Option<(Head, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; 128];
    let bad = |error: httparse::Error| malformed(&error.to_string());
    let (start, length, fields) = match side {
        Side::Requests => {
            let mut request = httparse::Request::new(&mut fields);
            let httparse::Status::Complete(length) = request.parse(bytes).map_err(bad)? else {
                return Ok(None);
            };
            let method = request.method.unwrap_or_default().to_owned();
            let target = request.path.unwrap_or_default().to_owned();
            (Start::Request { method, target }, length, &*request.headers)
        }
        Side::Responses => {
            let mut response = httparse::Response::new(&mut fields);
            let httparse::Status::Complete(length) = response.parse(bytes).map_err(bad)? else {
                return Ok(None);
            };
            let reason = response.reason.unwrap_or_default().to_owned();
            (Start::Response { status: response.code.unwrap_or(0), reason }, length, &*response.headers)
        }
    };
    let text = |field: &httparse::Header<'_>| {
        (field.name.to_owned(), String::from_utf8_lossy(field.value).trim().to_owned())
    };
    Ok(Some((Head { start, fields: fields.iter().map(text).collect() }, length)))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not HTTP/1.1: {what}"))
}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the connection ended within a message")
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
