//! Writes the release's objects: blobs, the commit, annotated tags. No ref of the repository moves.
//!
//! One `git fast-import` writes everything. It runs in a scratch repository that shares only the
//! object store, so the refs that fast-import insists on never appear in the real one. Signatures
//! are made by git itself (`commit-tree -S`, `tag -s`), one call each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Repository;
use super::query::{GitConfig, words};
use super::stream::{self, Emptied};
use crate::io::files;
use crate::io::lock::ReleaseLock;
use crate::model::names::{CommitId, TagName};
use crate::model::path::RepoPath;
use crate::model::written::Written;
use crate::tool::call::{Call, Running};
use crate::tool::failure::Failure;

/// Who commits, and when: `Name <mail> seconds +zone`, as git writes it into objects.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identities {
    pub author: String,
    pub committer: String,
}

/// The identities, asked for.
#[derive(Debug)]
pub struct Asked {
    committer: Running,
    /// None where the committer is the author.
    author: Option<Running>,
}

impl Asked {
    /// Waits for the answer; fails as `git commit` does when there is no identity.
    ///
    /// # Errors
    /// git's own words.
    pub fn wait(self) -> Result<Identities, Failure> {
        let committer = self.committer.text()?;
        let author = self.author.map_or_else(|| Ok(committer.clone()), Running::text)?;
        Ok(Identities { author, committer })
    }
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

/// From more files than this on a folder that they all leave is removed whole.
const MANY: usize = 1000;

impl Repository {
    /// Asks for the identities that `git commit` would use now.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn start_identities(&self, config: &GitConfig, own_author: bool) -> Result<Asked, Failure> {
        let ask = |name| self.call(&["var", name]).read_only().start();
        let own = own_author || config.sections(&["author", "committer"]).next().is_some();
        let committer = ask("GIT_COMMITTER_IDENT")?;
        Ok(Asked { committer, author: own.then(|| ask("GIT_AUTHOR_IDENT")).transpose()? })
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
            let emptied = self.emptied(objects)?;
            let ids = self.import(&scratch, &stream::of(objects, message, &emptied, early), lock)?;
            let (first, tags) =
                ids.split_first().ok_or_else(|| self.odd_answer("fast-import", "no marks"))?;
            (commit, made) = (first.clone(), tags.to_vec());
        }
        if late {
            commit = self.sign_commit(objects, &commit, lock)?;
        }
        if (late || objects.message.is_none()) && plain.clone().next().is_some() {
            let mut text = Vec::new();
            stream::tags(&mut text, commit.as_str(), plain.clone(), objects.identities);
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

    /// The folders that lose many files, each with what stays in it. fast-import looks for each path
    /// along its folder, so it removes such a folder whole and sets what stays again.
    fn emptied(&self, objects: &Objects<'_>) -> Result<Vec<Emptied>, Failure> {
        let gone = |change: &&Change| matches!(change.content, Content::Deleted);
        let gone: BTreeSet<&RepoPath> =
            objects.changes.iter().filter(gone).map(|change| &change.path).collect();
        let mut counts: BTreeMap<RepoPath, usize> = BTreeMap::new();
        for folder in gone.iter().filter_map(|path| path.parent()).filter(|folder| !folder.is_root()) {
            *counts.entry(folder).or_default() += 1;
        }
        counts.retain(|_, count| *count > MANY);
        let staying = |(folder, _): (RepoPath, usize)| {
            // Not as a path after `--`: git would read more into `:name`.
            let tree = format!("{}:{folder}", objects.base);
            let listing = self.call(&["ls-tree", "-z", "--full-tree", &tree]).read_only().run()?;
            let is_gone =
                |name: &[u8]| std::str::from_utf8(name).is_ok_and(|name| gone.contains(&folder.child(name)));
            let mut kept = Vec::new();
            for entry in words(&listing) {
                match entry_of(entry) {
                    Some((_, _, name)) if is_gone(name) => {}
                    Some((mode, id, name)) => {
                        stream::set(&mut kept, mode, id, &[folder.as_str().as_bytes(), b"/", name].concat());
                    }
                    None => return Err(self.odd_answer("ls-tree", &String::from_utf8_lossy(entry))),
                }
            }
            Ok(Emptied { folder, kept })
        };
        counts.into_iter().map(staying).collect()
    }

    /// Feeds fast-import; the ids of the marks from [`stream::COMMIT_MARK`] on, in their order.
    fn import(
        &self,
        scratch: &Scratch,
        stream: &[u8],
        lock: Option<&ReleaseLock>,
    ) -> Result<Vec<CommitId>, Failure> {
        let marks = scratch.folder.join("marks");
        let option = format!("--export-marks={}", marks.display());
        let args = ["fast-import", "--quiet", "--force", "--done", &option];
        // For each blob zlib takes its memory anew; glibc would give it back to the system each time
        // (mallopt(3), M_TOP_PAD), which costs half of the whole import.
        let call = scratch.call(self, &args).env("MALLOC_TOP_PAD_", "4194304");
        call.stdin(stream).holding(lock).run()?;
        let text = std::fs::read_to_string(&marks)
            .map_err(|error| self.odd_answer("fast-import", &error.to_string()))?;
        let mut ids: Vec<(usize, CommitId)> =
            text.lines().filter_map(stream::mark).filter(|(mark, _)| *mark >= stream::COMMIT_MARK).collect();
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

/// The mode, id and name of a line of `git ls-tree`.
fn entry_of(entry: &[u8]) -> Option<(&str, &str, &[u8])> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let mut facts = std::str::from_utf8(&entry[..tab]).ok()?.split(' ');
    Some((facts.next()?, facts.nth(1)?, &entry[tab + 1..]))
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
