use super::*;

/// A stream that gives one byte at a time, so that every boundary is met.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        buffer[0] = *first;
        self.0 = rest;
        Ok(1)
    }
}

#[test]
fn reads_bodies_however_they_are_framed_and_cut() {
    let table: &[(&str, &str, &str)] = &[
        ("Content-Length: 5", "hello", "hello"),
        ("Transfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("transfer-encoding: Chunked", "2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nTrailer: x\r\n\r\n", "hello"),
        ("Content-Length: 0", "", ""),
        ("X: y", "", ""),
    ];
    for (field, body, data) in table {
        let message = format!("PUT /x HTTP/1.1\r\n{field}\r\n\r\n{body}GET /next HTTP/1.1\r\n\r\n");
        for whole in [true, false] {
            let mut trickle = Trickle(message.as_bytes());
            let mut all = message.as_bytes();
            let stream: &mut dyn Read = if whole { &mut all } else { &mut trickle };
            let mut wire = Wire::new(stream, Side::Requests);
            let head = wire.head().unwrap().unwrap();
            wire.begin(head.framing("PUT").unwrap());
            let (mut raw, mut got) = (Vec::new(), Vec::new());
            while let Some(piece) = wire.piece().unwrap() {
                raw.extend(piece.raw);
                got.extend(piece.data);
            }
            assert_eq!(String::from_utf8(got).unwrap(), *data, "{field}");
            assert_eq!(String::from_utf8(raw).unwrap(), *body, "{field}");
            let next = wire.head().unwrap().unwrap();
            assert_eq!(next.start, Start::Request { method: "GET".into(), target: "/next".into() });
            assert_eq!(wire.head().unwrap(), None);
        }
    }
}

#[test]
fn a_response_without_a_length_goes_to_the_end() {
    let mut wire = Wire::new(&b"HTTP/1.1 200 OK\r\n\r\nrest of it"[..], Side::Responses);
    let head = wire.head().unwrap().unwrap();
    assert_eq!(head.framing("GET").unwrap(), Framing::ToTheEnd);
    assert_eq!(head.framing("HEAD").unwrap(), Framing::Length(0));
    wire.begin(Framing::ToTheEnd);
    assert_eq!(wire.whole(100).unwrap(), b"rest of it");
}

#[test]
fn refuses_what_is_cut_or_contradicts_itself() {
    for text in [
        "GET / HTTP/1.1\r\nHost",
        "PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nshort",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "PUT / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "\u{1}\u{2}\r\n\r\n",
    ] {
        let mut wire = Wire::new(text.as_bytes(), Side::Requests);
        let read = wire.head().and_then(|head| {
            wire.begin(head.expect("a head").framing("PUT")?);
            wire.whole(1000)
        });
        assert!(read.is_err(), "{text:?} gave {read:?}");
    }
}
