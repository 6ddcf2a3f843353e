//! Where another repository is: a path from this one's root, or a URL that git takes.

use std::fmt;

/// The address of a repository, checked so that git can read it neither as an option nor as the name of a helper
/// program (gitremote-helpers, `ext::`), and so that it holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// From this repository's root, with `/` between folders: `../oss`.
    Path(String),
    /// `https://`, `http://`, `ssh://`, `git://`, `file://`, or ssh's short form `user@host:path`
    /// (git-fetch, "GIT URLS").
    Url(String),
}

/// The schemes that git speaks by itself.
const SCHEMES: [&str; 5] = ["https", "http", "ssh", "git", "file"];

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// Says why the text is refused, as the end of a sentence that starts with it.
    pub fn parse(text: &str) -> Result<Address, String> {
        if text.is_empty() {
            return Err("is empty".into());
        }
        if text.starts_with('-') {
            return Err("starts with `-`".into());
        }
        let odd = |c: &char| c.is_control() || (c.is_whitespace() && *c != ' ') || *c == '\\';
        if let Some(bad) = text.chars().find(odd) {
            return Err(format!("holds {bad:?}"));
        }
        let with_blank = text.contains(' ');
        if let Some((scheme, rest)) = text.split_once("://") {
            if with_blank {
                return Err("holds a blank".into());
            }
            return url(scheme, rest).map(|()| Address::Url(text.to_owned()));
        }
        let host = text.split('/').next().unwrap_or_default();
        match host.split_once(':') {
            Some((_, rest)) if rest.starts_with(':') => Err("names a helper program of git's".into()),
            Some(_) if with_blank => Err("holds a blank".into()),
            Some((host, _)) => {
                let path = &text[host.len() + 1..];
                short(host, path).map(|()| Address::Url(text.to_owned()))
            }
            None if text.starts_with('/') || text.starts_with('~') => {
                Err("is not relative; others have this repository elsewhere".into())
            }
            None => Ok(Address::Path(text.to_owned())),
        }
    }
}

fn url(scheme: &str, rest: &str) -> Result<(), String> {
    if !SCHEMES.contains(&scheme) {
        return Err(format!("has the scheme `{scheme}`; git takes {}", SCHEMES.join(", ")));
    }
    let authority = rest.split('/').next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if scheme == "file" && (!authority.is_empty() || rest.len() < 2) {
        return Err("names no path".into());
    }
    if user.contains(':') || (!user.is_empty() && scheme != "ssh") {
        return Err("holds a user or a password; git's credential helpers know them".into());
    }
    if scheme != "file" && host.is_empty() {
        return Err("has no host".into());
    }
    if host.starts_with('-') || user.starts_with('-') {
        return Err("has a host that starts with `-`".into());
    }
    Ok(())
}

/// `user@host:path`.
fn short(host: &str, path: &str) -> Result<(), String> {
    let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
    if host.is_empty() || host.starts_with('-') || user.starts_with('-') {
        return Err("has no usable host".into());
    }
    if path.is_empty() || path.starts_with('-') {
        return Err("names no path".into());
    }
    Ok(())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Path(text) | Address::Url(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_paths_and_urls() {
        for path in ["../oss", ".", "oss", "./a/b:c", "../a@b", "../a b"] {
            assert_eq!(Address::parse(path), Ok(Address::Path(path.into())));
        }
        for url in [
            "https://example.org/oss.git",
            "ssh://git@example.org:22/oss",
            "git@example.org:team/oss.git",
            "example.org:oss",
            "file:///srv/oss",
        ] {
            assert_eq!(Address::parse(url), Ok(Address::Url(url.into())));
        }
    }

    #[test]
    fn refuses_what_git_would_take_for_something_else() {
        for (text, why) in [
            ("", "empty"),
            ("--upload-pack=touch", "starts with `-`"),
            ("ext::sh -c true", "helper program"),
            ("https://example.org/a b", "blank"),
            ("host:a b", "blank"),
            ("ext::true", "helper program"),
            ("ext://x", "scheme `ext`"),
            ("https://ada:secret@example.org/x", "user or a password"),
            ("https://ada@example.org/x", "user or a password"),
            ("ssh://-oProxyCommand=x/y", "starts with `-`"),
            ("ssh://a:b@host/y", "user or a password"),
            ("-oProxy@host:x", "starts with `-`"),
            ("git@-host:x", "host"),
            ("host:-x", "path"),
            ("host:", "path"),
            ("https:///x", "no host"),
            ("file://", "no path"),
            ("/srv/oss", "not relative"),
            ("~/oss", "not relative"),
            ("..\\oss", "holds"),
            ("a\nb", "holds"),
        ] {
            let said = Address::parse(text).unwrap_err();
            assert!(said.contains(why), "{text}: {said}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_no_option_and_no_helper(text in "\\PC{0,24}|(ext|https|ssh)?(::|://|:)?-?[a-z@:/.-]{0,16}") {
            if let Ok(address) = Address::parse(&text) {
                prop_assert_eq!(address.to_string(), text.clone());
                prop_assert!(!text.starts_with('-') && !text.chars().any(char::is_control));
                // As git tells a helper's name from a URL (transport.c, `transport_get`).
                let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "+-.".contains(c));
                prop_assert!(!rest.starts_with("::"));
            }
        }
    }
}
