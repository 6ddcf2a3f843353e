//! What is asked of git before planning. Nothing here changes anything.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use xshell::cmd;

use super::Repository;
use super::index::nul_separated;
use super::locate::{ask, shell_in};
use crate::model::facts::{Changed, Relation, TagFact};
use crate::model::names::{Branch, CommitId, RemoteName};
use crate::model::path::{RepoPath, spelled};
use crate::model::tree::Mode;
use crate::tool::call::{Call, Running};
use crate::tool::failure::Failure;

/// How long a remote may take to list its refs.
const REMOTE_LIMIT: Duration = Duration::from_secs(60);

/// The work tree's state.
#[derive(Debug, Default)]
pub struct Status {
    /// None before the first commit.
    pub head: Option<CommitId>,
    pub branch: Option<Branch>,
    /// Tracked paths that differ from HEAD.
    pub changes: Vec<String>,
    pub untracked: Vec<RepoPath>,
    pub odd_names: Vec<String>,
}

/// Local tags and branches.
#[derive(Debug, Default)]
pub struct Refs {
    pub tags: BTreeMap<String, TagFact>,
    pub branches: BTreeMap<String, CommitId>,
}

/// A remote's branches and tags, with the id that each ref holds.
#[derive(Debug, Default)]
pub struct RemoteRefs {
    pub branches: BTreeMap<String, CommitId>,
    pub tags: BTreeMap<String, CommitId>,
    /// The commits that annotated tags name.
    pub peeled: BTreeMap<String, CommitId>,
}

impl Repository {
    /// The work tree's state.
    ///
    /// # Errors
    /// When git fails.
    pub fn status(&self) -> Result<Status, Failure> {
        Ok(parse_status(&start_status(&self.root)?.wait()?))
    }

    /// git's configuration as it is in force here.
    ///
    /// # Errors
    /// When git fails.
    pub fn config(&self) -> Result<GitConfig, Failure> {
        Ok(GitConfig::parse(&start_config(&self.root)?.wait()?))
    }

    /// # Errors
    /// When git fails.
    pub fn start_remote(&self, remote: &RemoteName) -> Result<Running, Failure> {
        self.call(&["ls-remote", "--heads", "--tags", "--", remote.as_str()]).supervised().start()
    }

    /// The names of the tags that HEAD descends from.
    ///
    /// # Errors
    /// When git fails.
    pub fn merged_tags(&self) -> Result<Vec<String>, Failure> {
        let text = self
            .call(&["for-each-ref", "--merged=HEAD", "--format=%(refname:lstrip=2)", "refs/tags"])
            .read_only()
            .text()?;
        Ok(text.lines().map(String::from).collect())
    }

    /// Where HEAD stands against a commit of the remote's.
    ///
    /// # Errors
    /// When git fails for another reason than not knowing the commit.
    pub fn relation(&self, remote: &CommitId) -> Result<Relation, Failure> {
        let shell = shell_in(&self.root)?;
        let range = format!("HEAD...{remote}");
        match ask(&shell, cmd!(shell, "git rev-list --left-right --count {range} --")) {
            Ok(counts) => {
                let mut counts = counts.split_whitespace().map(|count| count.parse().unwrap_or(0));
                Ok(Relation::Apart { ahead: counts.next().unwrap_or(0), behind: counts.next().unwrap_or(0) })
            }
            Err(_) => Ok(Relation::Unfetched),
        }
    }

    /// Whether a commit is the other or an ancestor of it.
    ///
    /// # Errors
    /// When git knows one of them not.
    pub fn is_ancestor(&self, commit: &CommitId, of: &CommitId) -> Result<bool, Failure> {
        let shell = shell_in(&self.root)?;
        let (commit, of) = (commit.as_str(), of.as_str());
        let base = ask(&shell, cmd!(shell, "git merge-base {commit} {of}"));
        Ok(base.is_ok_and(|base| base == commit))
    }

    /// The commit that a revision names; none when there is no such commit here.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn commit(&self, revision: &str) -> Result<Option<CommitId>, Failure> {
        if revision.starts_with('-') {
            return Ok(None);
        }
        let shell = shell_in(&self.root)?;
        let peeled = format!("{revision}^{{commit}}");
        let answer = ask(&shell, cmd!(shell, "git rev-parse --verify --quiet --end-of-options {peeled}"));
        Ok(answer.ok().and_then(|id| CommitId::parse(&id).ok()))
    }

    /// A commit's message.
    ///
    /// # Errors
    /// When git fails.
    pub fn message(&self, commit: &CommitId) -> Result<String, Failure> {
        let args = ["show", "--no-patch", "--no-show-signature", "--format=%B", commit.as_str(), "--"];
        self.call(&args).read_only().text()
    }

    /// What has changed since the merge base of HEAD and another commit, the work tree included; none when the two
    /// have no commit in common here.
    ///
    /// # Errors
    /// When git fails.
    pub fn changed_since(&self, base: &CommitId) -> Result<Option<Changed>, Failure> {
        let shell = shell_in(&self.root)?;
        let base = base.as_str();
        let fork = match ask(&shell, cmd!(shell, "git merge-base {base} HEAD")) {
            Ok(fork) => fork,
            Err(failure) if failure.said.is_empty() => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let text =
            self.call(&["diff", "--name-status", "-z", "--no-renames", &fork, "--"]).read_only().run()?;
        let Ok(fork) = CommitId::parse(&fork) else { return Ok(None) };
        let mut changed = Changed { fork, written: Vec::new(), removed: Vec::new() };
        let mut words = words(&text);
        while let (Some(status), Some(path)) = (words.next(), words.next()) {
            let list = if status == b"D" { &mut changed.removed } else { &mut changed.written };
            list.push(spelled(path));
        }
        Ok(Some(changed))
    }

    /// Whether git would ignore a path.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn ignores(&self, path: &RepoPath) -> Result<bool, Failure> {
        let shell = shell_in(&self.root)?;
        let path = path.as_str();
        Ok(ask(&shell, cmd!(shell, "git check-ignore --quiet -- {path}")).is_ok())
    }

    /// Asks for which paths git would filter or convert bytes on their way into the object store;
    /// nothing for no paths.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn start_attributes(&self, paths: &[&RepoPath]) -> Result<Option<Running>, Failure> {
        let attributes = ["filter", "text", "eol", "ident", "working-tree-encoding"];
        let args: Vec<&str> = ["check-attr", "-z", "--stdin"].into_iter().chain(attributes).collect();
        let input = nul_separated(paths);
        (!paths.is_empty()).then(|| self.call(&args).read_only().stdin(input).start()).transpose()
    }
}

/// Waits for the paths that [`Repository::start_attributes`] asked about.
///
/// # Errors
/// When git fails.
pub fn filtered(
    asked: Option<Running>,
    paths: &[&RepoPath],
    config: &GitConfig,
) -> Result<Vec<RepoPath>, Failure> {
    let Some(asked) = asked else { return Ok(Vec::new()) };
    let converts = config.get("core.autocrlf").is_some_and(|value| value != "false");
    let output = asked.wait()?;
    let fields: Vec<&[u8]> = words(&output).collect();
    let mut filtered: Vec<RepoPath> =
        if converts { paths.iter().map(|path| (*path).clone()).collect() } else { Vec::new() };
    for fact in fields.chunks_exact(3) {
        let off = matches!(fact[2], b"unspecified" | b"unset");
        if !off && let Ok(path) = RepoPath::parse(&String::from_utf8_lossy(fact[0])) {
            filtered.push(path);
        }
    }
    filtered.sort();
    filtered.dedup();
    Ok(filtered)
}

/// Asks for the work tree's state; `dir` is any folder in it, here and below.
///
/// # Errors
/// When git can't be started.
pub fn start_status(dir: &Path) -> Result<Running, Failure> {
    let args = [
        "status",
        "--porcelain=v2",
        "--branch",
        "--no-ahead-behind",
        "-z",
        "--untracked-files=all",
        "--no-renames",
    ];
    Call::git(dir, &args).read_only().start()
}

/// Asks for every local tag and branch.
///
/// # Errors
/// When git can't be started.
pub fn start_refs(dir: &Path) -> Result<Running, Failure> {
    let format = "--format=%(refname)%09%(objectname)%09%(objecttype)%09%(*objectname)";
    Call::git(dir, &["for-each-ref", format, "refs/tags", "refs/heads"]).read_only().start()
}

/// Asks for every tracked path, from the root on.
///
/// # Errors
/// When git can't be started.
pub fn start_entries(dir: &Path) -> Result<Running, Failure> {
    Call::git(dir, &["ls-files", "-z", "--stage", "--full-name", "--", ":/"]).read_only().start()
}

/// Asks for git's configuration.
///
/// # Errors
/// When git can't be started.
pub fn start_config(dir: &Path) -> Result<Running, Failure> {
    Call::git(dir, &["config", "-z", "--list"]).read_only().start()
}

/// Waits for the remote's refs.
///
/// # Errors
/// When it can't be reached in time.
pub fn remote_refs(running: Running) -> Result<RemoteRefs, Failure> {
    let output = running.wait_at_most(REMOTE_LIMIT)?;
    let mut refs = RemoteRefs::default();
    for line in String::from_utf8_lossy(&output).lines() {
        let Some((id, name)) = line.split_once('\t') else { continue };
        let Ok(id) = CommitId::parse(id) else { continue };
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            refs.branches.insert(branch.to_owned(), id);
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            match tag.strip_suffix("^{}") {
                Some(tag) => refs.peeled.insert(tag.to_owned(), id),
                None => refs.tags.insert(tag.to_owned(), id),
            };
        }
    }
    Ok(refs)
}

/// Reads `git status --porcelain=v2 --branch -z`.
pub fn parse_status(output: &[u8]) -> Status {
    let mut status = Status::default();
    for record in words(output) {
        let text = String::from_utf8_lossy(record);
        if let Some(id) = text.strip_prefix("# branch.oid ") {
            status.head = CommitId::parse(id).ok();
        } else if let Some(name) = text.strip_prefix("# branch.head ") {
            status.branch = Branch::parse(name).ok().filter(|_| name != "(detached)");
        } else if let Some(path) = text.strip_prefix("? ") {
            match (std::str::from_utf8(record), RepoPath::parse(path)) {
                (Ok(_), Ok(path)) => status.untracked.push(path),
                _ => status.odd_names.push(path.to_owned()),
            }
        } else if text.starts_with("1 ") {
            status.changes.extend(text.splitn(9, ' ').nth(8).map(String::from));
        } else if text.starts_with("u ") {
            status.changes.extend(text.splitn(11, ' ').nth(10).map(String::from));
        }
    }
    status
}

/// Reads the lines that [`Repository::start_refs`] asked for.
pub fn parse_refs(output: &[u8]) -> Refs {
    let mut refs = Refs::default();
    for line in String::from_utf8_lossy(output).lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, id, kind, peeled] = fields.as_slice() else { continue };
        let Ok(object) = CommitId::parse(id) else { continue };
        if let Some(branch) = name.strip_prefix("refs/heads/") {
            refs.branches.insert(branch.to_owned(), object);
        } else if let Some(tag) = name.strip_prefix("refs/tags/") {
            let annotated = *kind == "tag";
            let commit = if annotated {
                CommitId::parse(peeled).unwrap_or_else(|_| object.clone())
            } else {
                object.clone()
            };
            refs.tags.insert(tag.to_owned(), TagFact { object, commit, annotated });
        }
    }
    refs
}

/// Reads `git ls-files -z --stage` or `git ls-tree -z`: the paths, and spelled out for people those
/// that can't be released, being no UTF-8 or holding control characters or backslashes.
pub fn parse_entries(output: &[u8]) -> (BTreeMap<RepoPath, Mode>, Vec<String>) {
    let mut entries = BTreeMap::new();
    let mut odd = Vec::new();
    for record in words(output) {
        let Some(tab) = record.iter().position(|byte| *byte == b'\t') else { continue };
        let (facts, path) = (String::from_utf8_lossy(&record[..tab]), &record[tab + 1..]);
        let mode = u32::from_str_radix(facts.split(' ').next().unwrap_or_default(), 8).unwrap_or_default();
        place(&mut entries, &mut odd, mode, path);
    }
    (entries, odd)
}

/// Adds a tracked path to those that can be released or to those that can't; `mode` as in a tree.
pub(super) fn place(entries: &mut BTreeMap<RepoPath, Mode>, odd: &mut Vec<String>, mode: u32, path: &[u8]) {
    let mode = match mode {
        0o100_755 => Mode::Executable,
        0o120_000 => Mode::Symlink,
        0o160_000 => Mode::Submodule,
        _ => Mode::File,
    };
    match std::str::from_utf8(path).ok().and_then(|path| RepoPath::parse(path).ok()) {
        Some(path) => {
            entries.insert(path, mode);
        }
        None => odd.push(spelled(path)),
    }
}

/// git's configuration as it is in force here.
#[derive(Clone, Debug, Default)]
pub struct GitConfig(Vec<(String, String)>);

impl GitConfig {
    /// Reads `git config -z --list`: a key, a line feed, a value; a key alone means true.
    pub fn parse(output: &[u8]) -> GitConfig {
        let pair = |record: &[u8]| {
            let text = String::from_utf8_lossy(record).into_owned();
            match text.split_once('\n') {
                Some((key, value)) => (key.to_owned(), value.to_owned()),
                None => (text, "true".to_owned()),
            }
        };
        GitConfig(words(output).map(pair).collect())
    }

    /// The last value of a key (section and name in lower case).
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// git's booleans: true, yes, on, 1 (git-config, "Values").
    pub fn is_true(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1"))
    }

    /// Whether a remote of this name is configured.
    pub fn has_remote(&self, name: &RemoteName) -> bool {
        self.get(&format!("remote.{name}.url")).is_some()
    }

    /// The address of a remote, as it is configured.
    pub fn remote_address(&self, name: &RemoteName) -> Option<&str> {
        self.get(&format!("remote.{name}.url"))
    }

    /// The entries of the given sections.
    pub fn sections<'a>(&'a self, sections: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter(|(key, _)| sections.iter().any(|section| key.split('.').next() == Some(section)))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// The records of a NUL-separated output.
pub(super) fn words(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output.split(|byte| *byte == 0).filter(|record| !record.is_empty())
}
