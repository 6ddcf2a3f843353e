//! What is to be done in downstream repositories after a release here. Nothing of it is executed.

use super::Step;
use super::notes::root_tag;
use crate::model::address::Address;
use crate::model::downstream::{Downstream, Follow};
use crate::model::form::Form;
use crate::model::plan::{FollowUp, TagPlan};
use crate::model::request::Bump;
use crate::model::target::Releases;
use crate::model::version::Version;
use crate::workspace::Workspace;

/// The command for each downstream repository that follows one of the groups; none where no tag is made.
pub(super) fn of_release(
    workspace: &Workspace,
    bump: Bump,
    steps: &[Step<'_>],
    tags: &[TagPlan],
) -> Vec<FollowUp> {
    let command = |one: &Downstream| {
        let step = steps.iter().find(|step| one.groups.contains(&step.group.name))?;
        let follows = one.releases == Releases::Every || step.next.is_stable();
        let tag = root_tag(step.group, step.next)?;
        let made = tags.iter().any(|made| made.name.as_str() == tag);
        (follows && made).then(|| FollowUp {
            name: one.name.clone(),
            repository: one.repository.to_string(),
            local: matches!(one.repository, Address::Path(_)),
            run: run(&one.follow, &words(bump, step.next), &tag, step.next),
        })
    };
    workspace.config.downstream.iter().filter_map(command).collect()
}

fn run(follow: &Follow, released: &str, tag: &str, version: Version) -> Vec<String> {
    match follow {
        Follow::Pin { pin, bump } => {
            let bump = bump.map_or_else(|| released.to_owned(), |bump| bump.to_string());
            let words = ["cargo", "xtask", "release"].into_iter().chain(bump.split(' '));
            let pinned = ["--pin".to_owned(), format!("{pin}={tag}")];
            words.map(str::to_owned).chain(pinned).collect()
        }
        Follow::Command(words) => words
            .iter()
            .flat_map(|word| match word.to_string().as_str() {
                // A bump may be two words.
                "{bump}" => released.split(' ').map(str::to_owned).collect(),
                _ => vec![word.render(version, Form::SEMVER, |value| match value {
                    "tag" => tag.to_owned(),
                    _ => released.to_owned(),
                })],
            })
            .collect(),
    }
}

/// The bump that a repository with a version of its own would ask for: the word that was typed here, else the
/// one that leads to a version like this.
fn words(bump: Bump, version: Version) -> String {
    if matches!(bump, Bump::Level(_) | Bump::Series(..) | Bump::Stage(_)) {
        return bump.to_string();
    }
    let level = match (version.minor, version.patch) {
        (0, 0) => "major",
        (_, 0) => "minor",
        _ => "patch",
    };
    match version.pre() {
        Some((stage, 0 | 1)) => format!("{level} {stage}"),
        Some((stage, _)) => stage.to_string(),
        None => level.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_as_here() {
        for (bump, version, expected) in [
            ("minor", "0.2.0", "minor"),
            ("minor alpha", "0.2.0-alpha.1", "minor alpha"),
            ("beta", "0.2.0-beta.1", "beta"),
            ("release", "0.2.0", "minor"),
            ("release", "1.0.0", "major"),
            ("auto", "0.2.1", "patch"),
            ("0.2.1", "0.2.1", "patch"),
            ("1.0.0-rc.1", "1.0.0-rc.1", "major rc"),
            ("1.0.0-rc.2", "1.0.0-rc.2", "rc"),
        ] {
            let typed: Vec<&str> = bump.split(' ').collect();
            let (bump, version) = (Bump::parse(&typed).unwrap(), Version::parse(version).unwrap());
            assert_eq!(words(bump, version), expected);
        }
    }
}
