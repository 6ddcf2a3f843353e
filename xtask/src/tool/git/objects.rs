//! Writes the release's objects: blobs, the commit, annotated tags. No ref of the repository moves.
//!
//! One `git fast-import` writes everything. It runs in a scratch repository that shares only the
//! object store, so the refs that fast-import insists on never appear in the real one. Signatures
//! are made by git itself (`commit-tree -S`, `tag -s`), one call each.

use std::path::{Path, PathBuf};

use super::Repository;
use super::locate::{ask, shell_in};
use super::query::GitConfig;
use crate::io::files;
use crate::io::lock::ReleaseLock;
use crate::model::names::{CommitId, TagName};
use crate::model::path::RepoPath;
use crate::model::written::Written;
use crate::tool::call::Call;
use crate::tool::failure::Failure;
use xshell::cmd;

/// Who commits, and when: `Name <mail> seconds +zone`, as git writes it into objects.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identities {
    pub author: String,
    pub committer: String,
}

/// One path of the new tree.
#[derive(Debug)]
pub struct Change {
    pub path: RepoPath,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    /// Bytes for the object store as they are.
    Bytes {
        bytes: Vec<u8>,
        executable: bool,
    },
    /// A blob that git has filtered and stored already.
    Blob {
        id: CommitId,
        executable: bool,
    },
    Deleted,
}

/// An annotated tag to be written.
#[derive(Debug)]
pub struct TagText {
    pub name: TagName,
    pub message: String,
    pub signed: bool,
}

/// What is to be written.
#[derive(Debug)]
pub struct Objects<'a> {
    pub base: &'a CommitId,
    /// None when only tags on `base` are made.
    pub message: Option<&'a str>,
    pub sign_commit: bool,
    pub changes: &'a [Change],
    pub tags: &'a [TagText],
    pub identities: &'a Identities,
}

impl Repository {
    /// The identities that `git commit` would use now; fails as it does when there is none.
    ///
    /// # Errors
    /// git's own words.
    pub fn identities(&self, config: &GitConfig, own_author: bool) -> Result<Identities, Failure> {
        let shell = shell_in(&self.root)?;
        let committer = ask(&shell, cmd!(shell, "git var GIT_COMMITTER_IDENT"))?;
        let author = if own_author || config.sections(&["author", "committer"]).next().is_some() {
            ask(&shell, cmd!(shell, "git var GIT_AUTHOR_IDENT"))?
        } else {
            committer.clone()
        };
        Ok(Identities { author, committer })
    }

    /// Stores the work tree's bytes of these paths through git's own filters and gives the blobs.
    ///
    /// # Errors
    /// When git or a filter fails.
    pub fn store_filtered(
        &self,
        paths: &[&RepoPath],
        lock: Option<&ReleaseLock>,
    ) -> Result<Vec<CommitId>, Failure> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let input = paths.iter().fold(String::new(), |input, path| input + path.as_str() + "\n");
        let text = self.call(&["hash-object", "-w", "--stdin-paths"]).stdin(input).holding(lock).text()?;
        let ids: Vec<CommitId> = text.lines().filter_map(|id| CommitId::parse(id).ok()).collect();
        if ids.len() == paths.len() { Ok(ids) } else { Err(self.odd_answer("hash-object", &text)) }
    }

    /// Writes commit and tags. Written again with the same input, unsigned objects get the same ids.
    ///
    /// # Errors
    /// When git fails or can't sign.
    pub fn write_objects(
        &self,
        objects: &Objects<'_>,
        config: &GitConfig,
        lock: Option<&ReleaseLock>,
    ) -> Result<Written, Failure> {
        let scratch = Scratch::make(self, config)
            .map_err(|error| self.odd_answer("fast-import", &error.to_string()))?;
        let plain = objects.tags.iter().filter(|tag| !tag.signed);
        let late = objects.sign_commit && objects.message.is_some();
        let (mut commit, mut made) = (objects.base.clone(), Vec::new());
        if let Some(message) = objects.message {
            let early = plain.clone().filter(|_| !late);
            let ids = self.import(&scratch, &stream(objects, message, early), lock)?;
            let (first, tags) =
                ids.split_first().ok_or_else(|| self.odd_answer("fast-import", "no marks"))?;
            (commit, made) = (first.clone(), tags.to_vec());
        }
        if late {
            commit = self.sign_commit(objects, &commit, lock)?;
        }
        if (late || objects.message.is_none()) && plain.clone().next().is_some() {
            let mut text = Vec::new();
            tag_commands(&mut text, commit.as_str(), plain.clone(), objects.identities);
            made = self.import(&scratch, &text, lock)?;
        }
        let mut made = made.into_iter();
        let mut tags = Vec::new();
        for tag in objects.tags {
            let id = if tag.signed {
                self.sign_tag(&scratch, tag, &commit, objects.identities, lock)?
            } else {
                made.next().ok_or_else(|| self.odd_answer("fast-import", "a tag is missing"))?
            };
            tags.push(id);
        }
        Ok(Written { commit, tags })
    }

    /// Feeds fast-import; the ids of the marks from [`COMMIT_MARK`] on, in their order.
    fn import(
        &self,
        scratch: &Scratch,
        stream: &[u8],
        lock: Option<&ReleaseLock>,
    ) -> Result<Vec<CommitId>, Failure> {
        let marks = scratch.folder.join("marks");
        let option = format!("--export-marks={}", marks.display());
        let args = ["fast-import", "--quiet", "--force", "--done", &option];
        scratch.call(self, &args).stdin(stream).holding(lock).run()?;
        let text = std::fs::read_to_string(&marks)
            .map_err(|error| self.odd_answer("fast-import", &error.to_string()))?;
        let mut ids: Vec<(usize, CommitId)> =
            text.lines().filter_map(mark).filter(|(mark, _)| *mark >= COMMIT_MARK).collect();
        ids.sort();
        Ok(ids.into_iter().map(|(_, id)| id).collect())
    }

    /// The same commit again, signed by git with the configured key.
    fn sign_commit(
        &self,
        objects: &Objects<'_>,
        unsigned: &CommitId,
        lock: Option<&ReleaseLock>,
    ) -> Result<CommitId, Failure> {
        let tree = format!("{unsigned}^{{tree}}");
        let args = ["commit-tree", "-S", "-p", objects.base.as_str(), "-F", "-", &tree];
        let message = objects.message.unwrap_or_default();
        let call =
            self.call(&args).stdin(message).env("GIT_AUTHOR_DATE", date_of(&objects.identities.author));
        let id =
            call.env("GIT_COMMITTER_DATE", date_of(&objects.identities.committer)).holding(lock).text()?;
        CommitId::parse(&id).map_err(|_| self.odd_answer("commit-tree", &id))
    }

    /// A signed tag object, made in the scratch repository so that no ref appears in the real one.
    fn sign_tag(
        &self,
        scratch: &Scratch,
        tag: &TagText,
        commit: &CommitId,
        identities: &Identities,
        lock: Option<&ReleaseLock>,
    ) -> Result<CommitId, Failure> {
        let args = ["tag", "-s", "-f", "-F", "-", "--", tag.name.as_str(), commit.as_str()];
        let call = scratch.call(self, &args).stdin(tag.message.as_str());
        call.env("GIT_COMMITTER_DATE", date_of(&identities.committer)).holding(lock).run()?;
        let full = tag.name.full();
        let id = scratch.call(self, &["rev-parse", "--verify", &full]).text()?;
        CommitId::parse(&id).map_err(|_| self.odd_answer("rev-parse", &id))
    }

    /// Whether the object store holds all of these.
    ///
    /// # Errors
    /// When git fails.
    pub fn has_objects(&self, ids: &[&CommitId]) -> Result<bool, Failure> {
        let input = ids.iter().fold(String::new(), |input, id| input + id.as_str() + "\n");
        let text = self
            .call(&["cat-file", "--batch-check=%(objectname) %(objecttype)"])
            .read_only()
            .stdin(input)
            .text()?;
        Ok(!text.lines().any(|line| line.ends_with(" missing")))
    }

    fn odd_answer(&self, command: &str, answer: &str) -> Failure {
        Failure::new(&["git".into(), command.into()], &self.root, "an answer that is not understood", answer)
    }
}

/// Marks below are blobs'.
const COMMIT_MARK: usize = 1_000_000_000;

/// The stream that git-fast-import documents under "INPUT FORMAT".
fn stream<'a>(objects: &Objects<'_>, message: &str, tags: impl Iterator<Item = &'a TagText>) -> Vec<u8> {
    let mut out = Vec::new();
    for (mark, change) in objects.changes.iter().enumerate() {
        if let Content::Bytes { bytes, .. } = &change.content {
            out.extend_from_slice(format!("blob\nmark :{}\n", mark + 1).as_bytes());
            data(&mut out, bytes);
        }
    }
    let Identities { author, committer } = objects.identities;
    out.extend_from_slice(
        format!("commit refs/heads/release\nmark :{COMMIT_MARK}\nauthor {author}\ncommitter {committer}\n")
            .as_bytes(),
    );
    data(&mut out, message.as_bytes());
    out.extend_from_slice(format!("from {}\n", objects.base).as_bytes());
    for (mark, change) in objects.changes.iter().enumerate() {
        let mode = |executable: bool| if executable { "100755" } else { "100644" };
        let line = match &change.content {
            Content::Bytes { executable, .. } => format!("M {} :{} ", mode(*executable), mark + 1),
            Content::Blob { id, executable } => format!("M {} {id} ", mode(*executable)),
            Content::Deleted => "D ".to_owned(),
        };
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(quoted(change.path.as_str()).as_bytes());
        out.push(b'\n');
    }
    out.push(b'\n');
    tag_commands(&mut out, &format!(":{COMMIT_MARK}"), tags, objects.identities);
    out
}

fn tag_commands<'a>(
    out: &mut Vec<u8>,
    from: &str,
    tags: impl Iterator<Item = &'a TagText>,
    identities: &Identities,
) {
    for (index, tag) in tags.enumerate() {
        let mark = COMMIT_MARK + 1 + index;
        let head = format!("tag {}\nmark :{mark}\nfrom {from}\ntagger {}\n", tag.name, identities.committer);
        out.extend_from_slice(head.as_bytes());
        data(out, tag.message.as_bytes());
    }
    out.extend_from_slice(b"done\n");
}

fn data(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(format!("data {}\n", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
    out.push(b'\n');
}

/// A path may stand unquoted unless it starts with a quote (line breaks never get this far).
fn quoted(path: &str) -> String {
    if path.starts_with('"') {
        format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        path.to_owned()
    }
}

fn mark(line: &str) -> Option<(usize, CommitId)> {
    let (mark, id) = line.strip_prefix(':')?.split_once(' ')?;
    Some((mark.parse().ok()?, CommitId::parse(id).ok()?))
}

/// The `seconds +zone` at the end of an identity.
fn date_of(identity: &str) -> String {
    identity.rsplit_once("> ").map_or_else(String::new, |(_, date)| date.to_owned())
}

/// A repository that has the real one's objects and none of its refs.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn make(repository: &Repository, config: &GitConfig) -> std::io::Result<Scratch> {
        let folder = repository.journal_dir().join("scratch");
        files::remove_folder(&folder)?;
        for part in ["refs", "objects"] {
            std::fs::create_dir_all(folder.join(part))?;
        }
        std::fs::write(folder.join("HEAD"), "ref: refs/heads/release\n")?;
        std::fs::write(folder.join("config"), scratch_config(repository, config))?;
        Ok(Scratch { folder })
    }

    fn call(&self, repository: &Repository, args: &[&str]) -> Call {
        let text = |path: &Path| path.display().to_string();
        Call::git(&repository.root, args)
            .env("GIT_DIR", text(&self.folder))
            .env("GIT_OBJECT_DIRECTORY", text(&repository.common_dir.join("objects")))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = files::remove_folder(&self.folder);
    }
}

/// The object format, and what the user's configuration says of identity and signing.
fn scratch_config(repository: &Repository, config: &GitConfig) -> String {
    let mut text = String::from("[core]\n\tbare = true\n\tlogAllRefUpdates = false\n");
    if repository.object_format == "sha256" {
        text.push_str("\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n");
    } else {
        text.push_str("\trepositoryFormatVersion = 0\n");
    }
    for (key, value) in config.sections(&["user", "gpg", "committer"]) {
        let Some((section, name)) = key.rsplit_once('.') else { continue };
        let section = match section.split_once('.') {
            Some((section, sub)) => format!("{section} \"{}\"", escaped(sub)),
            None => section.to_owned(),
        };
        text.push_str(&format!("[{section}]\n\t{name} = \"{}\"\n", escaped(value)));
    }
    text
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
