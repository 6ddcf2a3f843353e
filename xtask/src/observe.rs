//! Looks at the world: git, the remote, the clock. Changes nothing, not even git's index.

pub mod upstreams;
pub mod worktree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::io::{clock, env};
use crate::model::config::Config;
use crate::model::date::Date;
use crate::model::facts::{Facts, Relation, Remote, Seen, Signing};
use crate::model::names::Branch;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Mode;
use crate::tool::call::Running;
use crate::tool::failure::Failure;
use crate::tool::git::locate::Place;
use crate::tool::git::query::{
    GitConfig, Refs, parse_entries, parse_refs, parse_status, remote_refs, start_config, start_entries,
    start_refs, start_status,
};
use crate::tool::git::{Repository, stored};

use worktree::{Sparse, WorkTree};

/// What a command will ask besides the tracked files and git's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    Status,
    Refs,
}

/// Questions under way, asked side by side before the config is read.
pub struct Glance {
    config: Running,
    rest: Rest,
}

/// The questions but for git's configuration. What git's own files may answer is not asked yet.
pub struct Rest {
    entries: Option<Running>,
    status: Option<Running>,
    refs: Option<Running>,
    questions: Vec<Question>,
}

/// The local tags and branches: read, or asked for.
enum Local {
    Read(Refs),
    Asked(Running),
}

/// What every command starts from.
pub struct Ground {
    pub entries: BTreeMap<RepoPath, Mode>,
    /// Tracked paths that can't be released, spelled out for people.
    pub odd_names: Vec<String>,
    pub config: GitConfig,
    dir: PathBuf,
    status: Option<Running>,
    refs: Option<Local>,
}

/// How far to look, and what the user fixed.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub offline: bool,
    pub date: Option<Date>,
    pub source_date_epoch: Option<String>,
}

impl Glance {
    /// Starts git side by side in any folder of the work tree: first what is waited for first.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn start(dir: &Path, place: &Place, questions: &[Question]) -> Result<Glance, Failure> {
        let asked = |question| questions.contains(&question);
        let files_tell = matches!(place, Place::Root(_));
        let config = start_config(dir)?;
        let status = asked(Question::Status).then(|| start_status(dir)).transpose()?;
        let entries = (!files_tell).then(|| start_entries(dir)).transpose()?;
        let refs = (!files_tell && asked(Question::Refs)).then(|| start_refs(dir)).transpose()?;
        Ok(Glance { config, rest: Rest { entries, status, refs, questions: questions.to_vec() } })
    }

    /// Waits for git's configuration.
    ///
    /// # Errors
    /// When git fails.
    pub fn config(self) -> Result<(GitConfig, Rest), Failure> {
        Ok((GitConfig::parse(&self.config.wait()?), self.rest))
    }
}

impl Rest {
    /// Reads or waits for what reading the config needs; `dir` as before.
    ///
    /// # Errors
    /// When git fails.
    pub fn ground(self, dir: &Path, repository: &Repository, config: GitConfig) -> Result<Ground, Failure> {
        let refs = match self.refs {
            Some(asked) => Some(Local::Asked(asked)),
            None if self.questions.contains(&Question::Refs) => Some(Local::look(dir, repository)?),
            None => None,
        };
        let (entries, odd_names) = match self.entries {
            Some(asked) => parse_entries(&asked.wait()?),
            None => match stored::entries(repository) {
                Some(read) => read,
                None => parse_entries(&start_entries(dir)?.wait()?),
            },
        };
        Ok(Ground { entries, odd_names, config, dir: dir.to_owned(), status: self.status, refs })
    }
}

impl Local {
    /// Reads them, or asks git where its files do not tell.
    fn look(dir: &Path, repository: &Repository) -> Result<Local, Failure> {
        stored::refs(repository)
            .map_or_else(|| start_refs(dir).map(Local::Asked), |refs| Ok(Local::Read(refs)))
    }

    fn wait(self) -> Result<Refs, Failure> {
        match self {
            Local::Read(refs) => Ok(refs),
            Local::Asked(running) => Ok(parse_refs(&running.wait()?)),
        }
    }
}

impl Ground {
    /// The tracked files of the work tree at `root`.
    pub fn tree(&self, root: &Path) -> WorkTree {
        WorkTree::new(root, self.entries.clone(), self.odd_names.clone(), Sparse::of(&self.config))
    }

    /// The branch that is checked out, for commands that need no more of git.
    ///
    /// # Errors
    /// When git fails.
    pub fn branch(self) -> Result<Option<Branch>, Failure> {
        let status = self.status.map_or_else(|| start_status(&self.dir), Ok)?;
        Ok(parse_status(&status.wait()?).branch)
    }

    /// The files that git neither tracks nor ignores, for commands that need no more of git.
    ///
    /// # Errors
    /// When git fails.
    pub fn untracked(self) -> Result<Vec<RepoPath>, Failure> {
        let status = self.status.map_or_else(|| start_status(&self.dir), Ok)?;
        Ok(parse_status(&status.wait()?).untracked)
    }

    /// The names of the local tags, for commands that need no more of git.
    ///
    /// # Errors
    /// When git fails.
    pub fn tags(self) -> Result<Vec<String>, Failure> {
        let refs = self.refs.map_or_else(|| start_refs(&self.dir).map(Local::Asked), Ok)?;
        Ok(refs.wait()?.tags.into_keys().collect())
    }
}

/// Asks the remote what it holds, unless nobody is to; it answers while files are read.
///
/// # Errors
/// When git can't be started.
pub fn ask(
    repository: &Repository,
    config: &Config,
    ground: &Ground,
    look: &Look,
) -> Result<Option<Running>, Failure> {
    let name = &config.release.remote;
    let ask = !look.offline && ground.config.has_remote(name);
    ask.then(|| repository.start_remote(name)).transpose()
}

/// The facts that a plan is made from; `asked` is what [`ask`] gave.
///
/// # Errors
/// `W0201` before the first commit, `W0104` for an unusable `SOURCE_DATE_EPOCH`, a failing git.
pub fn facts(
    repository: &Repository,
    config: &Config,
    ground: Ground,
    look: &Look,
    asked: Option<Running>,
) -> Result<(Facts, GitConfig), Problem> {
    let name = &config.release.remote;
    let refs = ground.refs.map_or_else(|| Local::look(&ground.dir, repository), Ok)?;
    let status = ground.status.map_or_else(|| start_status(&ground.dir), Ok)?;
    let (refs, status) = (refs.wait()?, parse_status(&status.wait()?));
    let head = status.head.ok_or_else(|| {
        Problem::new(Code::W0201, "this repository has no commit yet")
            .run("git add -A && git commit -m \"Start\"")
    })?;
    let maintenance =
        status.branch.as_ref().is_some_and(|branch| config.release.is_maintenance(branch.as_str()));
    let merged = if maintenance { Some(repository.merged_tags()?) } else { None };
    let remote = match asked {
        Some(running) => match remote_refs(running) {
            Ok(seen) => {
                let theirs = status.branch.as_ref().and_then(|branch| seen.branches.get(branch.as_str()));
                let relation = match theirs {
                    None => Relation::NoBranch,
                    Some(theirs) if *theirs == head => Relation::Level,
                    Some(theirs) => repository.relation(theirs)?,
                };
                Remote::Seen(Seen {
                    name: name.clone(),
                    branches: seen.branches,
                    tags: seen.tags,
                    peeled: seen.peeled,
                    relation,
                })
            }
            Err(failure) => Remote::Unreachable { name: name.clone(), why: unreachable_because(&failure) },
        },
        None if ground.config.has_remote(name) => Remote::Offline,
        None => Remote::Absent(name.clone()),
    };
    let own = status.branch.as_ref().map(|branch| format!("{}.lock", branch.full()));
    let locks = ["index.lock", "HEAD.lock", "packed-refs.lock"].map(String::from).into_iter().chain(own);
    let facts = Facts {
        head,
        branch: status.branch,
        shallow: repository.shallow,
        changes: status.changes,
        untracked: status.untracked,
        odd_names: status.odd_names,
        tags: refs.tags,
        merged,
        branches: refs.branches,
        remote,
        date: date(look)?,
        missing: missing_programs(repository, config),
        locks: locks.filter(|lock| repository.git_path(lock).exists()).collect(),
        signing: Signing {
            commits: ground.config.is_true("commit.gpgsign"),
            tags: ground.config.is_true("tag.gpgsign") || ground.config.is_true("tag.forcesignannotated"),
        },
        upstreams: BTreeMap::new(),
    };
    Ok((facts, ground.config))
}

fn unreachable_because(failure: &Failure) -> String {
    let said = failure.said.join("\n  ");
    format!(
        "`{}` ended with {}{}{said}",
        failure.command,
        failure.status,
        if said.is_empty() { "" } else { "\n  " }
    )
}

/// `--date`, else `SOURCE_DATE_EPOCH`, else today in UTC.
fn date(look: &Look) -> Result<Date, Problem> {
    if let Some(date) = look.date {
        return Ok(date);
    }
    match &look.source_date_epoch {
        None => Ok(clock::today()),
        Some(text) => text.trim().parse().map(Date::from_unix).map_err(|_| {
            Problem::new(
                Code::W0104,
                format!("SOURCE_DATE_EPOCH is `{text}`, expected whole seconds since 1970"),
            )
        }),
    }
}

fn missing_programs(repository: &Repository, config: &Config) -> Vec<String> {
    let program = |hook: &crate::model::config::Hook| {
        let program = hook.run.first()?.to_string();
        let dir = repository.root.join(hook.dir.as_str());
        // A program named by a template is only known once the version is.
        (!program.contains('{') && env::find_program(&program, &dir).is_none()).then_some(program)
    };
    let programs = config.hooks.iter().filter(|hook| !hook.is_own());
    let mut missing: Vec<String> = programs.filter_map(program).collect();
    missing.sort();
    missing.dedup();
    missing
}
