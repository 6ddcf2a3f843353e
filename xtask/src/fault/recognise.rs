//! What a request is: an upload and of what, a page of an index, or neither. One place for all protocols.

use serde_json::Value;

use crate::io::wire::{Head, percent_decoded};
use crate::model::registry::RegistryKind;

/// How much of an upload's body is kept to read its name from.
pub const KEPT: usize = 1 << 20;

/// What a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one request that publishes: a file to a Python index, a packument to npm, a crate, an OCI manifest.
    Upload,
    /// A page that shows which versions there are, or that there is one.
    Page,
    Other,
}

/// The role of a request.
pub fn role(kind: RegistryKind, method: &str, path: &str, head: &Head) -> Role {
    let read = matches!(method, "GET" | "HEAD");
    let form = || head.field("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let (upload, page) = match kind {
        RegistryKind::Pypi => {
            (method == "POST" && form(), read && !path.contains("/+f/") && !path.contains("/+e/"))
        }
        RegistryKind::Npm => {
            let package = !path.starts_with("/-/") && !path.contains("/-/") && !path.contains("/-rev/");
            (method == "PUT" && package, read && package)
        }
        RegistryKind::Crates => (
            method == "PUT" && path == "/api/v1/crates/new",
            read && path.starts_with("/index/") && path != "/index/config.json",
        ),
        RegistryKind::Oci => {
            let manifest = path.contains("/manifests/");
            (method == "PUT" && manifest, read && (manifest || path.ends_with("/tags/list")))
        }
        RegistryKind::Go => (false, read && (path.contains("/@v/") || path.ends_with("/@latest"))),
    };
    match (upload, page) {
        (true, _) => Role::Upload,
        (false, true) => Role::Page,
        _ => Role::Other,
    }
}

/// What an upload publishes, as far as its path and the first of its bytes tell: `probe-1.0.0.tar.gz`,
/// `@scope/probe 1.0.0`, `probe 1.0.0`, `probe:1.0.0`.
pub fn artifact(kind: RegistryKind, path: &str, body: &[u8]) -> Option<String> {
    match kind {
        RegistryKind::Pypi => {
            let text = String::from_utf8_lossy(body);
            let from = text.split_once("filename=\"")?.1;
            Some(from.split('"').next()?.to_owned())
        }
        RegistryKind::Npm => {
            let name = percent_decoded(path.trim_start_matches('/'));
            let document: Value = serde_json::from_slice(body).unwrap_or_default();
            let version = document["versions"].as_object().and_then(|versions| versions.keys().next());
            Some(version.map_or(name.clone(), |version| format!("{name} {version}")))
        }
        RegistryKind::Crates => {
            let length = u32::from_le_bytes(body.get(..4)?.try_into().ok()?);
            let json = body.get(4..4 + usize::try_from(length).ok()?)?;
            let metadata: Value = serde_json::from_slice(json).ok()?;
            Some(format!("{} {}", metadata["name"].as_str()?, metadata["vers"].as_str()?))
        }
        RegistryKind::Oci => {
            let (repository, tag) = path.strip_prefix("/v2/")?.split_once("/manifests/")?;
            Some(format!("{repository}:{tag}"))
        }
        RegistryKind::Go => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::wire::Start;

    #[test]
    fn tells_uploads_from_pages_and_the_rest() {
        use RegistryKind::{Crates, Go, Npm, Oci, Pypi};
        use Role::{Other, Page, Upload};
        for (kind, method, path, expected) in [
            (Pypi, "POST", "/root/local/", Upload),
            (Pypi, "GET", "/root/local/+simple/probe/", Page),
            (Pypi, "GET", "/root/local/+f/aa/probe-1.0.0.tar.gz", Other),
            (Npm, "PUT", "/@scope%2fprobe", Upload),
            (Npm, "PUT", "/-/package/probe/dist-tags/latest", Other),
            (Npm, "PUT", "/-/user/org.couchdb.user:ada", Other),
            (Npm, "GET", "/@scope%2fprobe", Page),
            (Npm, "GET", "/@scope/probe/-/probe-1.0.0.tgz", Other),
            (Crates, "PUT", "/api/v1/crates/new", Upload),
            (Crates, "GET", "/index/pr/ob/probe", Page),
            (Crates, "GET", "/index/config.json", Other),
            (Crates, "GET", "/dl/probe/1.0.0/download", Other),
            (Oci, "POST", "/v2/probe/blobs/uploads/", Other),
            (Oci, "PUT", "/v2/probe/manifests/1.0.0", Upload),
            (Oci, "HEAD", "/v2/probe/manifests/1.0.0", Page),
            (Oci, "GET", "/v2/probe/tags/list", Page),
            (Go, "GET", "/example.org/probe/@v/list", Page),
        ] {
            let start = Start::Request { method: method.into(), target: path.into() };
            let fields = vec![("Content-Type".into(), "multipart/form-data; boundary=x".into())];
            assert_eq!(role(kind, method, path, &Head { start, fields }), expected, "{kind} {method} {path}");
        }
    }

    #[test]
    fn names_what_is_uploaded() {
        let json = br#"{"name":"probe","vers":"1.0.0"}"#;
        let crate_ = [&u32::try_from(json.len()).unwrap().to_le_bytes()[..], json, b"rest"].concat();
        let form =
            b"--x\r\nContent-Disposition: form-data; name=\"content\"; filename=\"probe-1.0.0.tar.gz\"\r\n";
        for (kind, path, body, expected) in [
            (RegistryKind::Pypi, "/root/local/", &form[..], Some("probe-1.0.0.tar.gz")),
            (RegistryKind::Npm, "/@a%2fprobe", br#"{"versions":{"1.0.0":{}}}"#, Some("@a/probe 1.0.0")),
            (RegistryKind::Npm, "/probe", b"cut {", Some("probe")),
            (RegistryKind::Crates, "/api/v1/crates/new", &crate_, Some("probe 1.0.0")),
            (RegistryKind::Crates, "/api/v1/crates/new", b"\xff\xff\xff\xffx", None),
            (RegistryKind::Oci, "/v2/a/probe/manifests/1.0.0", b"", Some("a/probe:1.0.0")),
        ] {
            assert_eq!(artifact(kind, path, body).as_deref(), expected, "{kind}");
        }
    }
}
