//! SHA-256 and SHA-512 (FIPS 180-4); in lower-case hexadecimal unless said otherwise.

use base64::Engine as _;
use sha2::{Digest, Sha256, Sha512};

/// The digest of bytes.
pub fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
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
    #[test]
    fn agrees_with_the_standards_example() {
        assert_eq!(super::sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
