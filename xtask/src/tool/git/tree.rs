//! The tree of a commit, read through one `git cat-file --batch` that stays open.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use super::Repository;
use super::query::parse_entries;
use crate::model::names::CommitId;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::{Mode, Source, Tree, not_a_file, source};
use crate::tool::failure::Failure;
use crate::tool::process::SCRUBBED;

/// A commit's files.
#[derive(Debug)]
pub struct CommitTree {
    commit: CommitId,
    entries: BTreeMap<RepoPath, Mode>,
    odd_names: Vec<String>,
    sources: RefCell<BTreeMap<RepoPath, Arc<Source>>>,
    conversation: RefCell<Conversation>,
}

/// A question on one pipe, the answer on the other: no other call holds such a talk.
#[derive(Debug)]
struct Conversation {
    child: Child,
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

impl Repository {
    /// Lists a commit's tree; files are read when asked for.
    ///
    /// # Errors
    /// When git fails.
    pub fn commit_tree(&self, commit: &CommitId) -> Result<CommitTree, Problem> {
        let listing =
            self.call(&["ls-tree", "-r", "-z", "--full-tree", commit.as_str()]).read_only().run()?;
        let (entries, odd_names) = parse_entries(&listing);
        let conversation = Conversation::open(self).map_err(|error| {
            Failure::new(&["git".into(), "cat-file".into()], &self.root, error.to_string(), "")
        })?;
        Ok(CommitTree {
            commit: commit.clone(),
            entries,
            odd_names,
            sources: RefCell::default(),
            conversation: RefCell::new(conversation),
        })
    }
}

impl Tree for CommitTree {
    fn entries(&self) -> &BTreeMap<RepoPath, Mode> {
        &self.entries
    }

    fn odd_names(&self) -> &[String] {
        &self.odd_names
    }

    fn read(&self, path: &RepoPath) -> Result<Option<Arc<Source>>, Problem> {
        if let Some(source) = self.sources.borrow().get(path) {
            return Ok(Some(source.clone()));
        }
        if let Some(problem) = not_a_file(&self.entries, path) {
            return Err(problem);
        }
        let Some(bytes) = self.bytes(path)? else { return Ok(None) };
        let source = Arc::new(source(path, bytes)?);
        self.sources.borrow_mut().insert(path.clone(), source.clone());
        Ok(Some(source))
    }

    fn bytes(&self, path: &RepoPath) -> Result<Option<Vec<u8>>, Problem> {
        if !self.contains(path) {
            return Ok(None);
        }
        let answer = self.conversation.borrow_mut().blob(&format!("{}:{path}", self.commit));
        answer.map(Some).map_err(|error| {
            Problem::new(
                Code::W0304,
                format!("git does not give {path} as of {}: {error}", self.commit.short()),
            )
            .at(path)
        })
    }
}

impl Conversation {
    fn open(repository: &Repository) -> std::io::Result<Conversation> {
        let mut command = Command::new("git");
        for name in SCRUBBED {
            command.env_remove(name);
        }
        let mut child = command
            .args(["cat-file", "--batch"])
            .current_dir(&repository.root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let ask = child.stdin.take();
        let answer = child.stdout.take().ok_or_else(|| std::io::Error::other("no pipe"))?;
        Ok(Conversation { child, ask, answer: BufReader::new(answer) })
    }

    fn blob(&mut self, name: &str) -> std::io::Result<Vec<u8>> {
        let ask = self.ask.as_mut().ok_or_else(|| std::io::Error::other("closed"))?;
        writeln!(ask, "{name}")?;
        ask.flush()?;
        let mut header = String::new();
        self.answer.read_line(&mut header)?;
        let size = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(|| std::io::Error::other(header.trim_end().to_owned()))?;
        let mut bytes = vec![0; size + 1];
        self.answer.read_exact(&mut bytes)?;
        bytes.pop();
        Ok(bytes)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.ask = None;
        let _ = self.child.wait();
    }
}
