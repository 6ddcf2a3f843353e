//! Looks at the world: git, the remote, the clock. Changes nothing, not even git's index.

use std::collections::BTreeMap;
use std::path::Path;

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
use crate::tool::git::Repository;
use crate::tool::git::query::{
    GitConfig, parse_entries, parse_refs, parse_status, remote_refs, start_config, start_entries, start_refs,
    start_status,
};

/// Questions under way, asked side by side before the config is read.
pub struct Glance {
    status: Running,
    refs: Running,
    entries: Running,
    config: Running,
}

/// What every command starts from.
pub struct Ground {
    pub entries: BTreeMap<RepoPath, Mode>,
    /// Tracked paths that can't be released, spelled out for people.
    pub odd_names: Vec<String>,
    pub config: GitConfig,
    status: Running,
    refs: Running,
}

/// How far to look, and what the user fixed.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub offline: bool,
    pub date: Option<Date>,
    pub source_date_epoch: Option<String>,
}

impl Glance {
    /// Starts git four times, side by side, in any folder of the work tree.
    ///
    /// # Errors
    /// When git can't be started.
    pub fn start(dir: &Path) -> Result<Glance, Failure> {
        Ok(Glance {
            status: start_status(dir)?,
            refs: start_refs(dir)?,
            entries: start_entries(dir)?,
            config: start_config(dir)?,
        })
    }

    /// Waits for what reading the config needs.
    ///
    /// # Errors
    /// When git fails.
    pub fn ground(self) -> Result<Ground, Failure> {
        let (entries, odd_names) = parse_entries(&self.entries.wait()?);
        Ok(Ground {
            entries,
            odd_names,
            config: GitConfig::parse(&self.config.wait()?),
            status: self.status,
            refs: self.refs,
        })
    }
}

impl Ground {
    /// The branch that is checked out, for commands that need no more of git.
    ///
    /// # Errors
    /// When git fails.
    pub fn branch(self) -> Result<Option<Branch>, Failure> {
        Ok(parse_status(&self.status.wait()?).branch)
    }

    /// The names of the local tags, for commands that need no more of git.
    ///
    /// # Errors
    /// When git fails.
    pub fn tags(self) -> Result<Vec<String>, Failure> {
        Ok(parse_refs(&self.refs.wait()?).tags.into_keys().collect())
    }
}

/// The facts that a plan is made from.
///
/// # Errors
/// `W0201` before the first commit, `W0104` for an unusable `SOURCE_DATE_EPOCH`, a failing git.
pub fn observe(
    repository: &Repository,
    config: &Config,
    ground: Ground,
    look: &Look,
) -> Result<(Facts, GitConfig), Problem> {
    let name = &config.release.remote;
    let ask = !look.offline && ground.config.has_remote(name);
    let asked = if ask { Some(repository.start_remote(name)?) } else { None };
    let refs = parse_refs(&ground.refs.wait()?);
    let status = parse_status(&ground.status.wait()?);
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
                Remote::Seen(Seen { name: name.clone(), branches: seen.branches, tags: seen.tags, relation })
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
