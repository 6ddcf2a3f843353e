//! The address of a git remote: which host, which project (git-clone, "GIT URLS").

use crate::model::forge::ForgeKind;
use crate::model::url::Url;

/// Host and path of a remote. Users and passwords in its address are left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// In lower case, without a port.
    pub host: String,
    /// `owner/name`, without `.git`.
    pub path: String,
}

/// Reads `https://host/o/r.git`, `ssh://git@host:22/o/r.git`, `git@host:o/r.git`; none for a folder.
pub fn remote(address: &str) -> Option<Remote> {
    let (authority, path) = match address.split_once("://") {
        Some(("https" | "http" | "ssh" | "git" | "git+ssh" | "ssh+git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        // The form of scp: a colon before the first slash.
        None => address.split_once(':').filter(|(host, _)| !host.contains('/'))?,
    };
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.to_ascii_lowercase();
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    // A drive's letter is no host.
    let usable = host.len() > 1 && !path.is_empty() && !path.contains('\\');
    usable.then(|| Remote { host, path: path.to_owned() })
}

impl Remote {
    /// The public forge that it lies on, and that one's API. SSH over the port of HTTPS has hosts of its own
    /// (GitHub: "Using SSH over the HTTPS port"; GitLab: the same on `altssh`).
    pub fn public(&self) -> Option<(ForgeKind, &'static str)> {
        match self.host.as_str() {
            "github.com" | "www.github.com" | "ssh.github.com" => {
                Some((ForgeKind::Github, "https://api.github.com"))
            }
            "gitlab.com" | "www.gitlab.com" | "altssh.gitlab.com" => {
                Some((ForgeKind::Gitlab, "https://gitlab.com/api/v4"))
            }
            _ => None,
        }
    }

    /// Whether an API speaks of what lies at this remote: the same host, or both the same public forge's.
    pub fn is_at(&self, api: &Url) -> bool {
        let own = self.public().and_then(|(_, api)| Url::parse(api).ok());
        own.is_some_and(|own| own.origin() == api.origin()) || self.host.eq_ignore_ascii_case(api.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_an_address() {
        let table = [
            ("https://github.com/o/r.git", "github.com", "o/r"),
            ("https://github.com/o/r/", "github.com", "o/r"),
            ("https://me:pw@github.com/o/r", "github.com", "o/r"),
            ("https://GitHub.com:443/o/r.git/", "github.com", "o/r"),
            ("git@github.com:o/r.git", "github.com", "o/r"),
            ("github.com:o/r", "github.com", "o/r"),
            ("ssh://git@ssh.github.com:443/o/r.git", "ssh.github.com", "o/r"),
            ("git@gitlab.com:group/sub/r.git", "gitlab.com", "group/sub/r"),
            ("ssh://git@git.example.org:2222/team/app.git", "git.example.org", "team/app"),
            ("git@host:/o/r.git", "host", "o/r"),
        ];
        for (address, host, path) in table {
            let expected = Remote { host: host.into(), path: path.into() };
            assert_eq!(remote(address), Some(expected), "{address}");
        }
        for none in [
            "/srv/git/r.git",
            "../r",
            "file:///srv/r.git",
            "C:/git/r",
            "C:\\git\\r",
            "",
            "https://host",
            "./a:b",
        ] {
            assert_eq!(remote(none), None, "{none}");
        }
    }

    #[test]
    fn knows_the_public_forges_and_what_lies_at_an_api() {
        let at = |address: &str, api: &str| remote(address).unwrap().is_at(&Url::parse(api).unwrap());
        assert!(at("git@github.com:o/r.git", "https://api.github.com"));
        assert!(at("ssh://git@altssh.gitlab.com:443/o/r.git", "https://gitlab.com/api/v4"));
        assert!(at("git@git.example.org:o/r.git", "https://git.example.org/api/v4"));
        assert!(!at("git@git.example.org:o/r.git", "https://api.github.com"));
        assert!(!at("git@github.com:o/r.git", "https://github.example.org/api/v3"));
        assert_eq!(remote("https://github.com.example.org/o/r").unwrap().public(), None);
    }
}
