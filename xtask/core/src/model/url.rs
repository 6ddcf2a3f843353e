//! An address to ask: `http` or `https`, a host, a path.

use std::fmt;

use http::Uri;

/// An absolute URL without user, password or fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    uri: Uri,
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    /// Says what is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Url, String> {
        if text.contains('#') {
            return Err("holds a `#` part, which is never sent".into());
        }
        let uri: Uri = text.parse().map_err(|error| format!("is no URL ({error})"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err("does not start with `http://` or `https://`".into());
        }
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return Err("has no host".into());
        };
        if authority.as_str().contains('@') {
            return Err("holds a user or a password; give them by environment".into());
        }
        let port = authority.as_str()[authority.host().len()..].strip_prefix(':');
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return Err("has a port that is none".into());
        }
        Ok(Url { uri })
    }

    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// The port, also where only the scheme says it.
    pub fn port(&self) -> u16 {
        let usual = if self.uri.scheme_str() == Some("https") { 443 } else { 80 };
        self.uri.port_u16().unwrap_or(usual)
    }

    /// The path with its query.
    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// Scheme, host and port: what a token may be sent to.
    pub fn origin(&self) -> String {
        format!("{}://{}:{}", self.uri.scheme_str().unwrap_or_default(), self.host(), self.port())
    }

    /// Whether it is this machine: `localhost`, `127.0.0.0/8` or `::1`.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || address.parse::<core::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether a secret may travel there: encrypted, or within this machine.
    pub fn is_private(&self) -> bool {
        self.uri.scheme_str() == Some("https") || self.is_loopback()
    }

    /// A path (and query) below this URL's own path: `/health` at `http://host/api` is
    /// `http://host/api/health`. An absolute URL stands for itself.
    ///
    /// # Errors
    /// As [`Url::parse`].
    pub fn below(&self, path: &str) -> Result<Url, String> {
        if path.starts_with("http://") || path.starts_with("https://") {
            return Url::parse(path);
        }
        let base = self.to_string();
        let base = base.split('?').next().unwrap_or_default().trim_end_matches('/');
        Url::parse(&format!("{base}/{}", path.trim_start_matches('/')))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uri.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_addresses_and_joins_paths() {
        let url = Url::parse("http://127.0.0.1:8000/api/").unwrap();
        assert_eq!((url.host(), url.port(), url.path()), ("127.0.0.1", 8000, "/api/"));
        assert_eq!(url.below("/health?x=1").unwrap().to_string(), "http://127.0.0.1:8000/api/health?x=1");
        assert_eq!(url.below("http://other/").unwrap().origin(), "http://other:80");
        assert!(url.is_loopback() && Url::parse("http://[::1]:1/").unwrap().is_loopback());
        assert!(!Url::parse("https://127.0.0.1.example.org").unwrap().is_loopback());
        assert!(url.is_private() && Url::parse("https://example.org").unwrap().is_private());
        assert!(!Url::parse("http://example.org").unwrap().is_private());
        assert_eq!(Url::parse("https://example.org").unwrap().origin(), "https://example.org:443");
    }

    #[test]
    fn refuses_what_is_none() {
        for (text, why) in [
            ("", "no URL"),
            ("/health", "does not start"),
            ("ftp://example.org/", "does not start"),
            ("http://me:pw@example.org/", "user or a password"),
            ("http://example.org:99999/", "port"),
            ("http://example.org/#a", "never sent"),
            ("http://exa mple.org/", "no URL"),
            ("http://example.org/a\r\nX: y", "no URL"),
        ] {
            assert!(Url::parse(text).unwrap_err().contains(why), "{text}: {:?}", Url::parse(text));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(https?://)?\\PC{0,30}", path in "\\PC{0,20}") {
            if let Ok(url) = Url::parse(&text) {
                let _ = (url.origin(), url.is_loopback(), url.below(&path));
                prop_assert_eq!(Url::parse(&url.to_string()), Ok(url));
            }
        }
    }
}
