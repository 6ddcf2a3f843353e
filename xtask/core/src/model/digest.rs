//! SHA-256 and SHA-512 (FIPS 180-4); in lower-case hexadecimal unless said otherwise.

use std::io::{self, Write};

use base64::Engine as _;
use sha2::{Digest, Sha256, Sha512};

/// The digest of bytes.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// A writer that passes on what it gets, and knows its digest and length.
pub struct Hashing<W> {
    to: W,
    sha256: Sha256,
    size: u64,
}

impl<W: Write> Hashing<W> {
    pub fn new(to: W) -> Hashing<W> {
        Hashing { to, sha256: Sha256::new(), size: 0 }
    }

    /// The inner writer, the digest and the number of bytes.
    pub fn finish(self) -> (W, String, u64) {
        (self.to, hexadecimal(&self.sha256.finalize()), self.size)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    text
}

/// SHA-512 in base64, as Subresource Integrity writes it after `sha512-`.
pub fn sha512_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha512::digest(bytes))
}

/// SHA-256 in base64, as Go's module hashes write it after `h1:`.
pub fn sha256_base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_the_digest_of_its_bytes() {
        let mut stream = Hashing::new(Vec::new());
        stream.write_all(b"a").unwrap();
        stream.write_all(b"bc").unwrap();
        assert_eq!(stream.finish(), (b"abc".to_vec(), sha256(b"abc"), 3));
    }

    #[test]
    fn agrees_with_the_standards_example() {
        assert_eq!(super::sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
