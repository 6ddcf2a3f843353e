//! What must hold before anything is written. Every condition is looked at; all that fail are told.

use super::Standings;
use super::unpushed::{self, Unpushed};
use crate::changelog::name;
use crate::model::command::push_commands;
use crate::model::facts::{Facts, Relation, Remote, Seen};
use crate::model::glob;
use crate::model::names::Branch;
use crate::model::plan::{CommitPlan, TagPlan};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::Request;
use crate::workspace::Workspace;

/// Paths named in one message before the rest is counted.
const NAMED: usize = 5;

/// The conditions that do not depend on the versions chosen.
pub(super) fn unmet(
    workspace: &Workspace,
    standings: &Standings,
    facts: &Facts,
    request: &Request,
) -> Problems {
    let mut unmet = Problems::new();
    unmet.extend(clean_tree(facts));
    unmet.extend(tracked_fragments(workspace, facts));
    unmet.extend(allowed_branch(workspace, facts, request));
    unmet.extend(level_with_remote(workspace, standings, facts, request));
    unmet.extend(unpushed::told(workspace, standings, facts, request).0);
    unmet.extend(free_of_locks(facts));
    unmet.extend(facts.missing.iter().map(|program| {
        Problem::new(Code::W0605, format!("the hook program `{program}` was not found"))
            .why("it would fail after the edits; nothing is written while it is missing")
            .help("install it, or mend `run` under [[hooks]]")
    }));
    unmet
}

pub(super) fn clean_tree(facts: &Facts) -> Option<Problem> {
    let first = facts.changes.first()?;
    let shown: Vec<&str> = facts.changes.iter().take(NAMED).map(String::as_str).collect();
    let more = facts.changes.len().saturating_sub(NAMED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let what = match facts.changes.len() {
        1 => format!("{first} differs from HEAD"),
        count => format!("{count} files differ from HEAD: {}{rest}", shown.join(", ")),
    };
    Some(
        Problem::new(Code::W0202, what)
            .why("the release commit holds exactly the planned changes")
            .run("git status")
            .help("commit the changes, or put them aside: $ git stash"),
    )
}

/// A fragment that git does not track would be neither released nor removed.
fn tracked_fragments<'a>(workspace: &'a Workspace, facts: &'a Facts) -> impl Iterator<Item = Problem> + 'a {
    facts.untracked.iter().filter_map(|path| {
        let parent = path.parent()?;
        let changelog = workspace
            .changelogs
            .iter()
            .find(|changelog| changelog.rules.fragments.as_ref() == Some(&parent))?;
        let is_other = name::is_no_fragment(path.name(), &changelog.rules.kinds);
        let is_fragment = !is_other && !workspace.config.ignore.is_no_fragment(path);
        is_fragment.then(|| {
            Problem::new(Code::W0210, format!("{path} is not tracked by git"))
                .at(path)
                .why(format!(
                    "it stands among the fragments of `{}` and would not be released",
                    changelog.rules.name
                ))
                .run(format!("git add -- {path}   (and commit it)"))
        })
    })
}

fn allowed_branch(workspace: &Workspace, facts: &Facts, request: &Request) -> Option<Problem> {
    let allowed = &workspace.config.release.branches;
    let theirs = match &facts.remote {
        Remote::Seen(seen) => Some(&seen.branches),
        _ => None,
    };
    let exists = |name: &&String| {
        facts.branches.contains_key(*name) || theirs.is_some_and(|all| all.contains_key(*name))
    };
    let there = allowed.iter().find(exists);
    let switch = |problem: Problem| match there {
        Some(branch) => problem.run(format!("git switch {branch}")),
        None => problem,
    };
    match &facts.branch {
        // With --offline a plan may be looked at anywhere; it can't be applied without a branch.
        None if request.offline => None,
        None => Some(
            switch(Problem::new(Code::W0213, "HEAD is detached: no branch would hold the release commit"))
                .help("only to look at a plan here: add --dry-run --offline"),
        ),
        Some(branch) if glob::any(allowed, branch.as_str()) => None,
        Some(branch) => {
            let problem = switch(Problem::new(
                Code::W0203,
                format!("on branch {branch}; releases are cut from {}", allowed.join(", ")),
            ));
            Some(match there {
                Some(_) => problem.help("or allow it: `branches` under [release]"),
                // A main branch of another name.
                None => problem.help(format!(
                    "none of these exists; name the main branch: `branches = [\"{branch}\"]` under [release]"
                )),
            })
        }
    }
}

fn level_with_remote(
    workspace: &Workspace,
    standings: &Standings,
    facts: &Facts,
    request: &Request,
) -> Option<Problem> {
    let offline = "to release without asking it: --offline (the plan records it)";
    match &facts.remote {
        Remote::Offline => None,
        _ if request.offline => None,
        Remote::Absent(name) => Some(
            Problem::new(Code::W0205, format!("there is no remote `{name}`"))
                .run(format!("git remote add {name} URL"))
                .help(offline),
        ),
        Remote::Unreachable { name, why } => {
            Some(Problem::new(Code::W0205, format!("{name} does not answer")).why(why.clone()).help(offline))
        }
        Remote::Seen(seen) if seen.relation == Relation::Level => None,
        Remote::Seen(seen) => {
            let unpushed = unpushed::of_groups(workspace, standings, facts, seen);
            Some(apart(workspace, facts.branch.as_ref()?, seen, &unpushed))
        }
    }
}

/// What brings a branch level; `unpushed` releases go along with it.
fn apart(workspace: &Workspace, branch: &Branch, seen: &Seen, unpushed: &[Unpushed<'_>]) -> Problem {
    let name = &seen.name;
    let versions = unpushed.iter().map(|one| one.version.to_string()).collect::<Vec<_>>().join(", ");
    let why = match versions.as_str() {
        "" => "a release is cut from what everybody has".to_owned(),
        versions => {
            format!("a release is cut from what everybody has; the tags of {versions} are here alone")
        }
    };
    let behind_alone =
        |what: String| Problem::new(Code::W0204, what).why("a release is cut from what everybody has");
    let problem = |what: String| Problem::new(Code::W0204, what).why(why.clone());
    let push = |problem: Problem| match unpushed {
        [] => problem.run(format!("git push {name} {branch}")),
        unpushed => push_commands(&unpushed::pushes(workspace, Some(branch), unpushed))
            .into_iter()
            .fold(problem, Problem::run),
    };
    match seen.relation {
        Relation::Level | Relation::NoBranch => push(problem(format!("{name} has no branch {branch}"))),
        Relation::Unfetched => behind_alone(format!("{name}/{branch} has commits that are not here"))
            .run(format!("git pull --ff-only {name} {branch}")),
        Relation::Apart { ahead, behind: 0 } => {
            push(problem(format!("{branch} is {} ahead of {name}", commits(ahead))))
        }
        Relation::Apart { ahead: 0, behind } => {
            behind_alone(format!("{branch} is {} behind {name}", commits(behind)))
                .run(format!("git pull --ff-only {name} {branch}"))
        }
        Relation::Apart { ahead, behind } => {
            let both = problem(format!(
                "{branch} is {} ahead of {name} and {} behind",
                commits(ahead),
                commits(behind)
            ));
            match unpushed {
                [] => both.run(format!("git pull --rebase {name} {branch}")),
                _ => both
                    .run(format!("git pull --no-rebase {name} {branch}"))
                    .help("a rebase would leave the commit behind that the tags name"),
            }
        }
    }
}

fn commits(count: u64) -> String {
    if count == 1 { "1 commit".into() } else { format!("{count} commits") }
}

pub(super) fn free_of_locks(facts: &Facts) -> impl Iterator<Item = Problem> + '_ {
    facts.locks.iter().map(|lock| {
        Problem::new(Code::W0215, format!("{lock} exists in git's folder"))
            .why("another git process is at work here, or one died")
            .help("wait for it to end; if none runs, remove the file")
    })
}

/// The conditions on what the release would leave behind.
pub(super) fn of_outcome(facts: &Facts, commit: Option<&CommitPlan>, tags: &[TagPlan]) -> Problems {
    let mut unmet = Problems::new();
    let seen = match &facts.remote {
        Remote::Seen(seen) => Some(seen),
        _ => None,
    };
    for tag in tags {
        let name = tag.name.as_str();
        let local = facts.tags.get(name).map(|fact| fact.commit.short().to_owned());
        let remote = seen.filter(|seen| seen.tags.contains_key(name)).map(|seen| seen.name.to_string());
        let place = match (local, remote) {
            (Some(commit), Some(remote)) => format!("here (at {commit}) and on {remote}"),
            (Some(commit), None) => format!("here (at {commit})"),
            (None, Some(remote)) => format!("on {remote}"),
            (None, None) => continue,
        };
        unmet.push(
            Problem::new(Code::W0206, format!("the tag {name} exists {place}"))
                .why("a tag is never moved; what it published stays published")
                .help("if its release is complete nothing is to be done; else release the next version"),
        );
    }
    if let Some(CommitPlan { branch: Some(branch), new_branch: true, .. }) = commit {
        let local = facts.branches.contains_key(branch.as_str());
        let remote = seen.is_some_and(|seen| seen.branches.contains_key(branch.as_str()));
        if local || remote {
            unmet.push(
                Problem::new(
                    Code::W0214,
                    format!("the branch {branch} exists {}", if local { "here" } else { "on the remote" }),
                )
                .help("merge or delete it first: it may hold an earlier preparation of this version"),
            );
        }
    }
    unmet
}
