//! What manifests name and uploads hold, and how a blob is read without being kept.

use std::io::{self, Write};
use std::path::PathBuf;

/// How much of a refusal is read for its words, in bytes.
pub(super) const SAID: u64 = 1 << 16;

/// What a manifest names a blob by (OCI Image Specification, "Content Descriptors").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// `sha256:…`.
    pub digest: String,
    /// In bytes.
    pub size: u64,
}

impl Descriptor {
    /// None when the digest or the size is missing.
    pub fn read(json: &serde_json::Value) -> Option<Descriptor> {
        Some(Descriptor { digest: json["digest"].as_str()?.to_owned(), size: json["size"].as_u64()? })
    }
}

/// A blob to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub descriptor: Descriptor,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// A writer that keeps the beginning of what it gets: enough for the words of a refusal.
#[derive(Default)]
pub(super) struct Beginning(Vec<u8>);

impl Beginning {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = (SAID as usize).saturating_sub(self.0.len());
        self.0.extend(&bytes[..room.min(bytes.len())]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
