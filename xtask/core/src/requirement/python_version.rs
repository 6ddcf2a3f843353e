//! Versions as Python's specifiers name them ([PEP 440](https://peps.python.org/pep-0440/)): every
//! spelling that normalises, without epochs and local parts, which no release of ours has.

use std::cmp::Ordering;

use crate::model::version::{Stage, Suffix, Version};

/// A version named by a specifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PythonVersion {
    /// As many numbers as are spelled.
    pub release: Vec<u64>,
    pub pre: Option<(Stage, u64)>,
    pub post: Option<u64>,
    pub dev: Option<u64>,
    /// All after the numbers, as it is spelled.
    pub suffix: String,
}

/// What a suffix may be called ("Pre-release spelling", "Post release spelling").
const WORDS: [(&str, Word); 11] = [
    ("alpha", Word::Pre(Stage::Alpha)),
    ("beta", Word::Pre(Stage::Beta)),
    ("preview", Word::Pre(Stage::Rc)),
    ("pre", Word::Pre(Stage::Rc)),
    ("post", Word::Post),
    ("rev", Word::Post),
    ("dev", Word::Dev),
    ("rc", Word::Pre(Stage::Rc)),
    ("a", Word::Pre(Stage::Alpha)),
    ("b", Word::Pre(Stage::Beta)),
    ("c", Word::Pre(Stage::Rc)),
];

#[derive(Clone, Copy)]
enum Word {
    Pre(Stage),
    Post,
    Dev,
}

impl PythonVersion {
    pub(super) fn read(text: &str) -> Option<PythonVersion> {
        let lower = text.to_ascii_lowercase();
        let body = lower.strip_prefix('v').unwrap_or(&lower);
        let end = body.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(body.len());
        // The dot before a suffix is the suffix's.
        let core = body[..end].strip_suffix('.').filter(|_| end < body.len()).unwrap_or(&body[..end]);
        let release = core.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
        let suffix = body[core.len()..].to_owned();
        let mut version = PythonVersion { release, pre: None, post: None, dev: None, suffix };
        let mut rest = &body[core.len()..];
        while !rest.is_empty() {
            rest = version.word(rest)?;
        }
        Some(version)
    }

    /// Reads one suffix, in the order pre, post, dev; the rest.
    fn word<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let separators = ['.', '-', '_'];
        let rest = text.strip_prefix(separators).unwrap_or(text);
        let (name, word) = WORDS.iter().find(|(name, _)| rest.starts_with(name))?;
        let rest = &rest[name.len()..];
        let rest = rest.strip_prefix(separators).filter(|rest| starts_with_digit(rest)).unwrap_or(rest);
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = if end == 0 { 0 } else { rest[..end].parse().ok()? };
        let later = self.dev.is_some() || (self.post.is_some() && !matches!(word, Word::Dev));
        if later {
            return None;
        }
        match word {
            Word::Pre(stage) if self.pre.is_none() => self.pre = Some((*stage, number)),
            Word::Pre(_) => return None,
            Word::Post => self.post = Some(number),
            Word::Dev => self.dev = Some(number),
        }
        Some(&rest[end..])
    }

    /// A pre-release or a development release.
    pub(super) fn is_pre(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// The first `count` numbers, zeros for those that are not spelled.
    pub(super) fn numbers(&self, count: usize) -> Vec<u64> {
        self.release.iter().copied().chain(std::iter::repeat(0)).take(count).collect()
    }

    /// Whether both have the same numbers.
    pub(super) fn same_release(&self, other: &PythonVersion) -> bool {
        let count = self.release.len().max(other.release.len());
        self.numbers(count) == other.numbers(count)
    }

    /// Whether these numbers are where the other's start.
    pub(super) fn is_prefix_of(&self, numbers: usize, other: &PythonVersion) -> bool {
        self.numbers(numbers) == other.numbers(numbers)
    }

    /// The order of PEP 440: `1.0.dev0 < 1.0a1.dev1 < 1.0a1 < 1.0 < 1.0.post1`.
    pub(super) fn order(&self, other: &PythonVersion) -> Ordering {
        let count = self.release.len().max(other.release.len());
        let key = |one: &PythonVersion| {
            let pre = match (one.pre, one.post, one.dev) {
                (Some((stage, number)), ..) => (1 + stage as u8, number),
                (None, None, Some(_)) => (0, 0),
                (None, ..) => (9, 0),
            };
            (one.numbers(count), pre, one.post.map(|post| post + 1), one.dev.unwrap_or(u64::MAX))
        };
        key(self).cmp(&key(other))
    }
}

impl From<Version> for PythonVersion {
    fn from(version: Version) -> PythonVersion {
        let suffix = suffix(version);
        PythonVersion {
            release: vec![version.major, version.minor, version.patch],
            pre: version.pre(),
            post: None,
            dev: version.is_dev().then_some(0),
            suffix,
        }
    }
}

/// What follows the numbers, normalised: `a1`, `.dev0`.
fn suffix(version: Version) -> String {
    match version.suffix {
        Suffix::None => String::new(),
        Suffix::Dev => ".dev0".into(),
        Suffix::Pre(stage, number) => format!("{}{number}", stage.pep440()),
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}
