//! Paths inside a repository.

use std::borrow::Cow;
use std::fmt;

/// A path inside the repository: relative to its root, `/` between components, already
/// normalised. The root itself is the empty path, shown as `.`.
///
/// It can't leave the repository, can't point into `.git`, and is never handed to a program
/// where it could be read as an option (paths travel by standard input or after `--`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    /// Reads a path as a config or git writes it; `.` components and doubled or trailing slashes go.
    ///
    /// # Errors
    /// Says why the path is refused, as the end of a sentence that starts with the path.
    pub fn parse(text: &str) -> Result<RepoPath, PathError> {
        if is_plain(text) {
            return Ok(RepoPath(text.to_owned()));
        }
        if text.starts_with('/') || text.contains(':') && text.as_bytes().get(1) == Some(&b':') {
            return Err(PathError::Absolute);
        }
        RepoPath::default().join(text)
    }

    /// The path reached from here by a relative `text`, in which `..` may go up, but not out.
    ///
    /// # Errors
    /// As [`RepoPath::parse`].
    pub fn join(&self, text: &str) -> Result<RepoPath, PathError> {
        if text.contains('\\') {
            return Err(PathError::Backslash);
        }
        if text.chars().any(char::is_control) {
            return Err(PathError::Control);
        }
        let mut parts: Vec<&str> = self.components().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or(PathError::Outside)?;
                }
                _ if part.eq_ignore_ascii_case(".git") => return Err(PathError::GitFolder),
                _ => parts.push(part),
            }
        }
        Ok(RepoPath(parts.join("/")))
    }

    /// The child `name` of this folder; for names already known to be a single component.
    pub fn child(&self, name: &str) -> RepoPath {
        RepoPath(if self.is_root() { name.to_owned() } else { format!("{}/{name}", self.0) })
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The folder that holds this path; the root's is none.
    pub fn parent(&self) -> Option<RepoPath> {
        if self.is_root() {
            return None;
        }
        Some(RepoPath(self.0.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned()))
    }

    /// This folder and every one above it, up to the root.
    pub fn ancestors(&self) -> impl Iterator<Item = RepoPath> {
        std::iter::successors(Some(self.clone()), RepoPath::parent)
    }

    /// The last component; the root's is empty.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// What of this path lies below `folder`, if it does.
    pub fn below<'a>(&'a self, folder: &RepoPath) -> Option<&'a str> {
        if folder.is_root() {
            return Some(&self.0);
        }
        self.0.strip_prefix(folder.as_str())?.strip_prefix('/')
    }
}

/// Whether a text is a path already as it is kept, at a glance: most are.
fn is_plain(text: &str) -> bool {
    let mut before = b'/';
    let plain = text.bytes().all(|byte| {
        let begins = before == b'/';
        before = byte;
        match byte {
            b'/' | b'.' => !begins,
            b'\\' | b':' => false,
            byte => (b' '..=b'~').contains(&byte),
        }
    });
    plain && before != b'/'
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl serde::Serialize for RepoPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for RepoPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<RepoPath, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        RepoPath::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A path's bytes as people read them: control characters and what is not UTF-8 are spelled out.
pub fn spelled(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() { text.extend(c.escape_default()) } else { text.push(c) }
        }
        chunk.invalid().iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    }
    text
}

/// Why a text is no path inside the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathError {
    Absolute,
    Outside,
    GitFolder,
    Backslash,
    Control,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PathError::Absolute => "is absolute; write it relative to the repository's root",
            PathError::Outside => "leads out of the repository",
            PathError::GitFolder => "points into git's own folder",
            PathError::Backslash => "holds a backslash; write `/` between folders",
            PathError::Control => "holds a control character",
        })
    }
}

impl std::error::Error for PathError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalises_and_stays_inside() {
        let path = |text: &str| RepoPath::parse(text).map(|path| path.to_string());
        assert_eq!(path("./packages//api/"), Ok("packages/api".into()));
        assert_eq!(path("."), Ok(".".into()));
        assert_eq!(path("a/../b"), Ok("b".into()));
        assert_eq!(path("../x"), Err(PathError::Outside));
        assert_eq!(path("a/../../x"), Err(PathError::Outside));
        assert_eq!(path("/etc"), Err(PathError::Absolute));
        assert_eq!(path("C:/x"), Err(PathError::Absolute));
        assert_eq!(path("a/.git/config"), Err(PathError::GitFolder));
        assert_eq!(path("a\\b"), Err(PathError::Backslash));
        assert_eq!(path("a\nb"), Err(PathError::Control));
        assert_eq!(path("a/.b/c d/é.x"), Ok("a/.b/c d/é.x".into()));
        assert_eq!(path("a/b..c/"), Ok("a/b..c".into()));
        assert_eq!(path(""), Ok(".".into()));
    }

    #[test]
    fn spells_odd_bytes_out() {
        assert_eq!(spelled(b"caf\xe9/a\nb"), "caf\\xe9/a\\nb");
        assert_eq!(spelled("café.md".as_bytes()), "café.md");
    }

    #[test]
    fn knows_its_neighbours() {
        let api = RepoPath::parse("packages/api").unwrap();
        assert_eq!(api.join("../scheduler").unwrap().as_str(), "packages/scheduler");
        assert_eq!(api.child("x.toml").below(&api), Some("x.toml"));
        assert_eq!(RepoPath::parse("packages/api2/x").unwrap().below(&api), None);
        let up: Vec<_> = api.ancestors().map(|folder| folder.to_string()).collect();
        assert_eq!(up, ["packages/api", "packages", "."]);
    }
}
