//! Sightings: the ways in which a text says that a version is one of ours.
//!
//! | text | evidence |
//! |---|---|
//! | `name@1.2.3`, `name==1.2.3`, `name[extra]==1.2.3`, `name:1.2.3`, `name:${TAG:-1.2.3}` | named |
//! | `name … --version 1.2.3` on one line (a `\` at its end continues it), `NAME_VERSION=1.2.3` | named |
//! | `tag: 1.2.3` next to a line `repository: …/name` | named, in manifests near |
//! | `name = "1.2.3"`, `"name": "1.2.3"`, `name = { version = "1.2.3" }` | near |
//! | `name-1.2.3.tgz`, `name_1.2.3`, `name/1.2.3`; images that only a folder is called like | near |
//! | `__version__ = "1.2.3"` and other constants in a package's own folder | near |
//! | `<version>1.2.3</version>` beside an `<artifactId>` | near |
//! | `>v1.2.3<`, `badge/version-1.2.3-blue`, `badge/pypi-1.2.3-blue` | near |
//! | `name 1.2.3`, `name (v1.2.3)`, `name v1.2`, `\| name \| 1.2.3 \|` in prose | spoken |
//! | `ref: tool-v1.2.3`, `@tool-v1.2.3` by a tag's own words | named, in prose spoken |
//! | `…/releases/download/v1.2.3` below the repository's own address | near |
//! | `LATEST_TAG = "1.2.3-rc.1"` anywhere | alone |

use super::key;
use super::looked::Language;
use super::names::{Named, Names};
use super::pair;
use super::spoken;
use super::token::Token;
use crate::model::config::Package;
use crate::model::form::Form;

/// How much a sighting proves by itself, most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Whatever version stands there is meant to be ours.
    Named,
    /// It is ours if we ever had that version.
    Near,
    /// It is ours if it is the current one: of older ones prose tells what they brought.
    Spoken,
    /// As near, and only with a stage, which other people's versions hardly share.
    Alone,
}

/// In which form a version is meant to be spelled where it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelled {
    /// The package's own.
    Own,
    /// As the tags of its images spell it.
    Image,
    /// As the group's tags spell it behind a `v`.
    Tag,
    As(Form),
}

/// A token that may be a version of ours.
#[derive(Clone, Debug)]
pub struct Sighting<'a> {
    pub token: Token,
    /// Where the text starts by which it was known.
    pub start: usize,
    /// Whose version it may be; empty when only the version can tell.
    pub packages: Vec<&'a Package>,
    pub evidence: Evidence,
    pub spelled: Spelled,
    pub is_badge: bool,
    /// The path that a Go module has, where one stands that it had.
    pub moved: Option<&'a str>,
}

/// What is known of the file that holds a text.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    pub language: Language,
    /// The package whose folder holds the file.
    pub owner: Option<&'a Package>,
    /// Whether it is a manifest: its own version is told of elsewhere, what it requires is not.
    pub is_manifest: bool,
    /// Whether it is Sphinx's, where `release` is the version.
    pub is_sphinx: bool,
}

/// A longer line is nobody's to read.
const LONGEST_LINE: usize = 1_000;

/// Options by which a command is told a version.
pub(super) const FLAGS: [&str; 5] = ["--version", "--tag", "--branch", "image.tag", "--app-version"];

/// What ends a command on a line that goes on.
const ANOTHER_COMMAND: [char; 3] = ['&', '|', ';'];

/// Keys under which a neighbour of a name tells its version.
pub(super) const PAIRED: [&str; 6] = ["tag", "newTag", "version", "targetRevision", "rev", "ref"];

/// Sees what stands around a token.
pub fn see<'a>(names: &Names<'a>, site: Site<'a>, body: &str, token: Token) -> Option<Sighting<'a>> {
    let at = token.start - usize::from(token.v);
    let closes = body.as_bytes().get(token.end) == Some(&b'<');
    if !closes && !is_promising(&body.as_bytes()[..at], site.language, token) {
        return None;
    }
    let line = body[..at].rfind('\n').map_or(0, |feed| feed + 1);
    let end = body[token.end..].find('\n').map_or(body.len(), |feed| token.end + feed);
    if end - line > LONGEST_LINE {
        return None;
    }
    let view =
        View { names, site, body, token, line, head: &body[line..at], tail: body[token.end..end].trim_end() };
    if token.open {
        return view.joined().or_else(|| view.tagged()).or_else(|| view.badge());
    }
    let beside = view.beside().or_else(|| view.joined()).or_else(|| view.by_default());
    if !token.whole {
        return beside.or_else(|| view.keyed()).or_else(|| view.spoken());
    }
    beside
        .or_else(|| view.tagged())
        .or_else(|| view.flagged())
        .or_else(|| view.keyed())
        .or_else(|| view.dependency())
        .or_else(|| view.badge())
        .or_else(|| view.spoken())
        .or_else(|| view.row())
}

/// Whether a sighting may follow what stands before a token, by its last bytes: most numbers in a text
/// are done with here, all that no tag closes.
fn is_promising(before: &[u8], language: Language, token: Token) -> bool {
    let Some(last) = before.last() else { return false };
    let whole = token.whole;
    match last {
        b'@' | b':' | b'=' | b'"' | b'\'' | b'`' => true,
        b'-' | b'_' | b'/' | b'>' => whole,
        b'(' => whole && language == Language::Prose,
        b' ' | b'\t' => {
            let mut words = before.iter().rev().skip_while(|byte| matches!(byte, b' ' | b'\t'));
            let word = words.clone().next();
            let flag = FLAGS.iter().any(|flag| flag.as_bytes().last() == word);
            let spoken = language == Language::Prose && word.is_some_and(|byte| !byte.is_ascii_punctuation());
            let quoted = language == Language::Prose && matches!(word, Some(b'`' | b'*'));
            matches!(word, Some(b':' | b'=' | b'>'))
                || whole && (flag || spoken || quoted || language == Language::Prose && word == Some(&b'|'))
                || token.v && (spoken || quoted)
                || words.find(|byte| !key::in_key(**byte)) == Some(&b'&')
        }
        _ => false,
    }
}

pub(super) struct View<'v, 'a> {
    pub names: &'v Names<'a>,
    pub site: Site<'a>,
    pub body: &'v str,
    pub token: Token,
    /// Where the token's line starts.
    pub line: usize,
    /// The line before the token, and behind it.
    pub head: &'v str,
    pub tail: &'v str,
}

impl<'a> View<'_, 'a> {
    pub fn sighting(
        &self,
        start: usize,
        packages: Vec<&'a Package>,
        evidence: Evidence,
    ) -> Option<Sighting<'a>> {
        let (token, start) = (self.token, self.line + start);
        let spelled = if token.v { Spelled::Tag } else { Spelled::Own };
        Some(Sighting { token, start, packages, evidence, spelled, is_badge: false, moved: None })
    }

    pub fn named(&self, named: Named<'a>, strongest: Evidence) -> Option<Sighting<'a>> {
        let evidence = if named.strong { strongest } else { Evidence::Near };
        self.sighting(named.start, named.packages, evidence)
    }

    /// `name@`, `name==`, `name[extra]==`.
    fn beside(&self) -> Option<Sighting<'a>> {
        let rest = match self.head.strip_suffix('@') {
            Some(rest) => rest,
            None => self.head.trim_end().strip_suffix("==")?.trim_end_matches('=').trim_end(),
        };
        if let Some((named, path)) = self.names.moved_at_end(rest).filter(|_| self.token.v) {
            return Some(Sighting { moved: Some(path), ..self.named(named, Evidence::Named)? });
        }
        let rest = match rest.strip_suffix(']') {
            Some(extras) => extras[..extras.rfind('[')?].trim_end(),
            None => rest,
        };
        self.named(self.names.at_end(rest)?, Evidence::Named)
    }

    /// `name:`, `name-`, `name_`, `name/`; a word may go on behind the version.
    fn joined(&self) -> Option<Sighting<'a>> {
        let (evidence, rest) = match self.head.as_bytes().last()? {
            b':' => (Evidence::Named, &self.head[..self.head.len() - 1]),
            b'-' | b'_' | b'/' if self.token.whole => (Evidence::Near, &self.head[..self.head.len() - 1]),
            _ => return None,
        };
        let named = self.names.at_end(rest)?;
        // An image's reference, unlike Maven's `group:artifact:1.2.3`.
        let is_image =
            rest.len() < self.head.len() && self.head.ends_with(':') && rest[..named.start].ends_with('/')
                || self.names.is_image(&rest[named.start..]);
        let sighting = self.named(named, evidence)?;
        Some(if is_image { Sighting { spelled: Spelled::Image, ..sighting } } else { sighting })
    }

    /// `--version 1.2.3` in a command that names us.
    fn flagged(&self) -> Option<Sighting<'a>> {
        let rest = self.head.strip_suffix(['"', '\'']).unwrap_or(self.head);
        let rest = rest.strip_suffix('=').unwrap_or(rest).trim_end();
        let flag = FLAGS.iter().find(|flag| rest.ends_with(**flag))?;
        let mut start = self.line;
        while let Some(above) =
            self.body[..start].strip_suffix('\n').map(|above| above.trim_end_matches('\r'))
        {
            if !above.ends_with('\\') {
                break;
            }
            start = above.rfind('\n').map_or(0, |feed| feed + 1);
        }
        let after = self.tail.find(ANOTHER_COMMAND).unwrap_or(self.tail.len());
        let command = &self.body[start..self.token.end + after];
        let before = &command[..self.line + rest.len() - start];
        let command = &command[before.rfind(ANOTHER_COMMAND).map_or(0, |at| at + 1)..];
        let named = self.names.in_words(command)?;
        let is_helm = command.split_whitespace().any(|word| word == "helm");
        let named = if is_helm { self.names.charts(named) } else { named };
        let sighting = self.named(Named { start: rest.len() - flag.len(), ..named }, Evidence::Named)?;
        Some(if *flag == "image.tag" { Sighting { spelled: Spelled::Image, ..sighting } } else { sighting })
    }

    /// A key or a constant that holds the token and nothing else.
    fn keyed(&self) -> Option<Sighting<'a>> {
        let (head, quoted) = match self.head.chars().last()? {
            quote @ ('"' | '\'' | '`') => (&self.head[..self.head.len() - 1], Some(quote)),
            _ => (self.head, None),
        };
        match quoted {
            Some(quote) if !self.tail.starts_with(quote) => return None,
            None if self.site.language.quotes() => return None,
            None if !(self.tail.is_empty() || self.tail.starts_with([' ', '\t', ',', ';', '#'])) => {
                return None;
            }
            _ => {}
        }
        let head = pair::before_anchor(head.trim_end());
        let (key, sign) = (head.get(..head.len().checked_sub(1)?)?, head.chars().last()?);
        if !matches!(sign, ':' | '=') || key.ends_with(['=', '!', '<', '>', '~', '^', '+', '-']) {
            return None;
        }
        // `__version__: str =` and `version :=`.
        let key = match key.trim_end().rsplit_once(':') {
            Some((name, annotation)) if sign == '=' && !annotation.contains(['"', '\'', '{', ',']) => name,
            _ => key,
        };
        let key = key.trim_end();
        let key = key.strip_suffix(['"', '\'']).unwrap_or(key);
        let from = key.bytes().rev().take_while(|byte| key::in_key(*byte)).count();
        let (start, word) = (key.len() - from, &key[key.len() - from..]);
        // A key of npm's overrides may be a path: `other/@acme/web`.
        let is_whole = |named: &Named<'_>| named.start == 0 || self.site.is_manifest;
        if let Some(named) = self.names.at_end(word).filter(|named| named.strong && is_whole(named)) {
            // What requires us says so too, and a range such as Cargo's may start lower.
            return self.sighting(start, named.packages, Evidence::Near);
        }
        if !self.token.whole {
            return None;
        }
        if self.site.is_manifest {
            return self.known_in_manifest(start, word);
        }
        self.known_as(start, word).or_else(|| self.constant(start, word, quoted.is_some()))
    }

    /// A key that a name beside it makes ours.
    fn known_as(&self, start: usize, word: &str) -> Option<Sighting<'a>> {
        let of = ["_VERSION", "_TAG", "_version", "_tag"].iter().find_map(|end| word.strip_suffix(end));
        if let Some(named) = of.and_then(|of| self.names.in_constant(of)) {
            return self.sighting(start, named.packages, Evidence::Named);
        }
        if !PAIRED.contains(&word) {
            return None;
        }
        match self.names.in_words(self.opened(start)) {
            Some(named) => self.named(Named { start, ..named }, Evidence::Near),
            None => {
                let sighting = self.named(Named { start, ..self.neighbour()? }, Evidence::Named)?;
                let is_image = matches!(word, "tag" | "newTag") && !self.token.v;
                Some(if is_image { Sighting { spelled: Spelled::Image, ..sighting } } else { sighting })
            }
        }
    }

    /// A constant of the package in whose folder it stands, or one that stands out anywhere.
    fn constant(&self, start: usize, word: &str, quoted: bool) -> Option<Sighting<'a>> {
        let is_deep = self.site.language == Language::Data && !self.is_outer(start);
        if is_deep || key::is_comment(self.head) {
            return None;
        }
        let own = self.site.owner.filter(|_| self.site.language != Language::Prose);
        let (packages, evidence) = match own {
            Some(owner) if key::is_version(word, owner) => {
                let first = matches!(word, "__version__" | "VERSION" | "Version");
                let top = !self.head.starts_with([' ', '\t']);
                let sure = first && top && quoted && self.site.language == Language::Code;
                (vec![owner], if sure { Evidence::Named } else { Evidence::Near })
            }
            Some(owner) if self.site.is_sphinx && word == "release" => (vec![owner], Evidence::Near),
            _ if key::speaks_of_versions(word) => (Vec::new(), Evidence::Alone),
            _ => return None,
        };
        Some(Sighting { spelled: Spelled::Own, ..self.sighting(start, packages, evidence)? })
    }

    /// Whether a key opens its line and stands at the top of its file: deeper ones, and those of a list's
    /// entries, tell the versions of other things.
    fn is_outer(&self, start: usize) -> bool {
        let before = self.head[..start].trim_end_matches(['"', '\'']);
        let top = match self.body.trim_start().strip_prefix('{') {
            Some(json) => json.lines().map(key::depth).find(|depth| *depth > 0).unwrap_or_default(),
            None => 0,
        };
        before.len() == top && before.trim().is_empty()
    }

    /// A text between tags that is the version, or a badge's address.
    fn badge(&self) -> Option<Sighting<'a>> {
        let marked = matches!(self.site.language, Language::Prose | Language::Page);
        let (before, after) = (self.head.trim_end(), self.tail.trim_start());
        let is_tag = before.ends_with('>') && !before.ends_with("->") && !before.ends_with("=>");
        let opens = is_tag && before.contains('<');
        let start = if marked
            && (is_tag && after.starts_with('<') || self.token.v && (opens || after.starts_with("</")))
        {
            if is_tag { before.len() - 1 } else { self.head.len() }
        } else {
            let address = self.head.rfind("/badge/")?;
            let ends = ["version-", "/v", "/"].iter().any(|end| self.head.ends_with(end));
            let label = &self.head[address + "/badge/".len()..];
            (self.token.v || ends || spoken::is_label(label)).then_some(address)?
        };
        // Whose it is says a name on the line before the folder does.
        let named = self.names.in_words(self.head).filter(|named| named.strong);
        let owner = || self.site.owner.into_iter().collect();
        let packages = named.map_or_else(owner, |named| named.packages);
        Some(Sighting { is_badge: true, ..self.sighting(start, packages, Evidence::Near)? })
    }
}
