//! Names and tags of an OCI registry.

use std::fmt;

/// A repository in an OCI registry with its host, without tag and digest: `ghcr.io/example/api`.
///
/// The host is told from the path as container clients do: the first part is one when it holds a dot
/// or a port, or is `localhost`. The path follows the OCI Distribution Specification ("Pulling
/// manifests"): lower-case letters and digits, joined by `.`, `_`, `__` or dashes, parts between slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OciName {
    text: String,
    slash: usize,
}

/// What most registries hold a name to (OCI Distribution Specification, "Pulling manifests").
const LONGEST: usize = 255;

impl OciName {
    /// # Errors
    /// Says why the text is refused, as the end of a sentence that starts with it.
    pub fn parse(text: &str) -> Result<OciName, String> {
        let Some((host, path)) = text.split_once('/') else {
            return Err("names no host; write `host/path`".into());
        };
        if !host.contains(['.', ':']) && host != "localhost" {
            return Err(format!("starts with `{host}`, which is no host; write `host/path`"));
        }
        let (domain, port) = host.split_once(':').unwrap_or((host, "0"));
        if port.is_empty() || port.len() > 5 || !port.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("has the port `{port}`, which is no number"));
        }
        if !domain.split('.').all(is_label) {
            return Err(format!("has the host `{domain}`, which is no host name"));
        }
        if let Some(odd) = path.split('/').find(|part| !is_component(part)) {
            return Err(part_refused(odd));
        }
        if text.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters"));
        }
        Ok(OciName { text: text.to_owned(), slash: host.len() })
    }

    /// `ghcr.io`, `127.0.0.1:5000`.
    pub fn host(&self) -> &str {
        &self.text[..self.slash]
    }

    /// `example/api`.
    pub fn path(&self) -> &str {
        &self.text[self.slash + 1..]
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for OciName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_label(label: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    edge(label.chars().next())
        && edge(label.chars().last())
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
fn is_component(part: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !part.starts_with(word) || !part.ends_with(word) {
        return false;
    }
    part.split(word)
        .filter(|between| !between.is_empty())
        .all(|between| matches!(between, "." | "_" | "__") || between.bytes().all(|b| b == b'-'))
}

fn part_refused(part: &str) -> String {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    match part.chars().find(|c| !known(*c)) {
        _ if part.is_empty() => "has an empty part".into(),
        Some(':') => "holds a tag; tags are said in `tags`".into(),
        Some('@') => "holds a digest; only the name is said".into(),
        Some(c) if c.is_ascii_uppercase() => format!("holds {c:?}; registries take lower case only"),
        Some(c) => format!("holds {c:?}"),
        None => {
            format!("has the part `{part}`; `.`, `_`, `__` and dashes stand alone between letters or digits")
        }
    }
}

/// A tag as a registry takes it (OCI Distribution Specification): `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
///
/// # Errors
/// Says why the text is refused, as the end of a sentence that starts with it.
pub fn check_tag(text: &str) -> Result<(), String> {
    let first = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let rest = |c: char| first(c) || c == '.' || c == '-';
    if text.is_empty() {
        Err("is empty".into())
    } else if let Some(bad) = text.chars().find(|c| !rest(*c)) {
        Err(format!("holds {bad:?}; a tag holds letters, digits, `_`, `.` and `-`"))
    } else if !text.starts_with(first) {
        Err("starts with `.` or `-`, which registries refuse".into())
    } else if text.len() > 128 {
        Err("is longer than 128 characters".into())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_host_from_the_path() {
        for (text, host, path) in [
            ("ghcr.io/example/api", "ghcr.io", "example/api"),
            ("127.0.0.1:5000/api", "127.0.0.1:5000", "api"),
            ("localhost/a.b_c__d---e/f", "localhost", "a.b_c__d---e/f"),
        ] {
            let name = OciName::parse(text).unwrap();
            assert_eq!((name.host(), name.path(), name.as_str()), (host, path, text));
        }
    }

    #[test]
    fn refuses_what_a_registry_would() {
        for text in [
            "",
            "api",
            "example/api",
            "ghcr.io/",
            "ghcr.io//api",
            "ghcr.io/Example/api",
            "ghcr.io/api:1",
            "ghcr.io/api@sha256:1",
            "ghcr.io/a..b",
            "ghcr.io/a___b",
            "ghcr.io/-a",
            "ghcr.io/a-",
            "-x.io/a",
            "ghcr.io:/a",
            "ghcr.io:x/a",
            "ghcr.io:1:2/a",
            "https://ghcr.io/a",
            ".io/a",
            "gh cr.io/a",
        ] {
            assert!(OciName::parse(text).is_err(), "{text}");
        }
        assert!(OciName::parse(&format!("ghcr.io/{}", "a".repeat(248))).is_err());
        assert!(OciName::parse(&format!("ghcr.io/{}", "a".repeat(247))).is_ok());
    }

    #[test]
    fn tags() {
        for good in ["1.2.3-rc.1", "_", "latest", &"a".repeat(128)] {
            assert_eq!(check_tag(good), Ok(()), "{good}");
        }
        for bad in ["", ".a", "-a", "a+b", "a/b", "a b", "ä", &"a".repeat(129)] {
            assert!(check_tag(bad).is_err(), "{bad}");
        }
    }
}
