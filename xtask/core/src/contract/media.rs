//! Media types.

/// A documented media type, perhaps a range: `application/json`, `text/*`, `*/*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media(pub String);

impl Media {
    /// Whether a content type falls under it; parameters such as `charset` don't matter.
    pub fn admits(&self, content_type: &str) -> bool {
        let (own, other) = (essence(&self.0), essence(content_type));
        own == "*/*" || own == other || own.strip_suffix('*').is_some_and(|start| other.starts_with(start))
    }

    /// Whether its bodies are JSON (RFC 6839, 3.1: the suffix `+json`).
    pub fn is_json(content_type: &str) -> bool {
        let essence = essence(content_type);
        essence == "application/json" || essence.ends_with("+json")
    }
}

/// `application/json` of `Application/JSON; charset=utf-8`.
pub fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
