//! Releases that this clone alone has: the version that a group stands at has tags here which the remote lacks.
//!
//! Older tags do not count. A clone may hold some that the remote never had, and nothing is built on them.

use super::{Standings, outcome};
use crate::model::command::push_commands;
use crate::model::config::Group;
use crate::model::facts::{Facts, Relation, Remote, Seen};
use crate::model::form::Form;
use crate::model::names::{Branch, TagName};
use crate::model::plan::Push;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::model::version::Version;
use crate::workspace::Workspace;

/// What of a group's last release is here alone.
pub(super) struct Unpushed<'a> {
    pub group: &'a Group,
    pub version: Version,
    /// Tags that their rules push ahead of the others.
    leading: Vec<TagName>,
    following: Vec<TagName>,
}

/// Of each group, what the remote that was seen lacks; nothing of those that lack nothing.
pub(super) fn of_groups<'a>(
    workspace: &'a Workspace,
    standings: &Standings,
    facts: &Facts,
    seen: &Seen,
) -> Vec<Unpushed<'a>> {
    let of = |group: &'a Group| {
        let version = last_release(workspace, standings, group)?;
        let missing = |first: bool| {
            let rules = group.tags.iter().filter(move |rule| rule.push_first == first);
            rules
                .map(|rule| rule.name.render(version, Form::SEMVER, |_| group.name.to_string()))
                .filter(|name| facts.tags.contains_key(name) && !seen.tags.contains_key(name))
                .filter_map(|name| TagName::parse(&name).ok())
                .collect::<Vec<_>>()
        };
        let (leading, following) = (missing(true), missing(false));
        let whole = leading.is_empty() && following.is_empty();
        (!whole).then_some(Unpushed { group, version, leading, following })
    };
    workspace.config.groups.iter().filter_map(of).collect()
}

/// The version that the manifests hold; where they hold a development version the release before it, where they
/// hold none the newest one.
fn last_release(workspace: &Workspace, standings: &Standings, group: &Group) -> Option<Version> {
    match workspace.current(group) {
        Some(current) if current.is_dev() => standings.before(&group.name, current, false),
        Some(current) => Some(current),
        None => standings.newest(&group.name),
    }
}

/// The pushes that bring releases to the remote, as the releases themselves would have made them.
pub(super) fn pushes(workspace: &Workspace, branch: Option<&Branch>, unpushed: &[Unpushed<'_>]) -> Vec<Push> {
    let leading: Vec<TagName> = unpushed.iter().flat_map(|one| one.leading.iter().cloned()).collect();
    let following: Vec<TagName> = unpushed.iter().flat_map(|one| one.following.iter().cloned()).collect();
    outcome::batches(&workspace.config.release.remote, branch, &leading, &following)
}

/// What forbids to build on such a release, and what is only odd: that of groups nobody asked for.
pub(super) fn told(
    workspace: &Workspace,
    standings: &Standings,
    facts: &Facts,
    request: &Request,
) -> (Problems, Problems) {
    let (Remote::Seen(seen), false) = (&facts.remote, request.offline) else { return Default::default() };
    // Where the branch itself is to be pushed or pulled, that comes first, and names the tags (`W0204`).
    if !matches!(seen.relation, Relation::Level | Relation::Apart { ahead: 0, .. }) {
        return Default::default();
    }
    let (asked, others): (Vec<_>, Vec<_>) = of_groups(workspace, standings, facts, seen)
        .into_iter()
        .partition(|one| request.groups.contains(&one.group.name));
    let problem = |one: Unpushed<'_>, built_on: bool| {
        let names = one.leading.iter().chain(&one.following).map(TagName::as_str).collect::<Vec<_>>();
        let are = if names.len() == 1 { "is" } else { "are" };
        let what = format!("{} of {} {are} here and not on {}", names.join(", "), one.group.name, seen.name);
        let why = match request.bump {
            _ if !built_on => "nobody else has that release",
            Bump::AfterPublish => "what waits for its publication would name what nobody can have",
            _ => "nobody else has that release, and one on top of it would leave it behind",
        };
        let commands = push_commands(&pushes(workspace, None, &[one]));
        commands.into_iter().fold(Problem::new(Code::W0220, what).why(why), Problem::run)
    };
    (
        asked.into_iter().map(|one| problem(one, true)).collect(),
        others.into_iter().map(|one| problem(one, false)).collect(),
    )
}
