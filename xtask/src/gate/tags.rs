//! The release's tags stand here and on the remote as its rules say: annotated or lightweight, all on one
//! commit.
//!
//! A Go module's tag has to be lightweight where the config says so: whoever compares the remote's ref with a
//! commit's id would meet the tag object instead.

use super::protected::unseen;
use super::{Gate, Situation, Subject};
use crate::model::config::{TagKind, TagRule};
use crate::model::facts::{Remote, Seen};
use crate::model::form::Form;
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problem, Problems};

/// `tags`.
pub(super) struct Tags;

impl Gate for Tags {
    fn name(&self) -> &str {
        "tags"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Publish]
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let remote = &situation.workspace.config.release.remote;
        let seen = match &situation.facts.remote {
            Remote::Seen(seen) => seen,
            other => return unseen(remote.as_str(), other),
        };
        let mut problems = Problems::new();
        let mut names = Vec::new();
        for subject in situation.subjects {
            let Some(group) = situation.workspace.config.group(&subject.group) else { continue };
            for rule in &group.tags {
                match judge(situation, seen, subject, rule) {
                    Some(Ok(name)) => names.push(name),
                    Some(Err(problem)) => problems.push(problem),
                    None => {}
                }
            }
        }
        match problems.first() {
            None => Finding::pass(format!("{} on {remote}", names.join(", "))),
            Some(first) => Finding::fail(first.what.clone(), problems),
        }
    }
}

/// One rule's tag: its name where it stands as it should, else what is wrong.
fn judge(
    situation: &Situation<'_>,
    seen: &Seen,
    subject: &Subject,
    rule: &TagRule,
) -> Option<Result<String, Problem>> {
    let version = subject.version?;
    let name = rule.name.render(version, Form::SEMVER, |_| subject.group.to_string());
    let remote = &seen.name;
    let wrong = |what: String| Problem::new(Code::W0824, what);
    let push = format!("git push {remote} refs/tags/{name}");
    let Some(here) = situation.facts.tags.get(&name) else {
        let what = match seen.tags.contains_key(&name) {
            true => format!("the tag {name} is on {remote} and not here"),
            false => format!("there is no tag {name}, here or on {remote}"),
        };
        return Some(Err(wrong(what).run(format!("git fetch {remote} --tags"))));
    };
    if here.commit != subject.commit {
        let what = format!("{name} names {}, the release is {}", here.commit.short(), subject.commit.short());
        return Some(Err(wrong(what)
            .why("all tags of a release name one commit")
            .run(format!("git show {name}"))));
    }
    // A clone that was made for one commit has the commit under the tag's name, and no tag object.
    let theirs = seen.tags.get(&name).filter(|theirs| **theirs != here.object);
    let annotated = seen.peeled.contains_key(&name);
    let meant = annotated == (rule.kind == TagKind::Annotated) && annotated != here.annotated;
    if meant && theirs.map(|object| seen.peeled.get(&name).unwrap_or(object)) == Some(&here.commit) {
        let word = |annotated| if annotated { "annotated" } else { "lightweight" };
        let what = format!("{name} is {} here, and {} on {remote}", word(here.annotated), word(annotated));
        return Some(Err(wrong(what)
            .why("both name the release's commit; the remote's is the one that was made")
            .run(format!("git fetch --force {remote} refs/tags/{name}:refs/tags/{name}"))));
    }
    match (rule.kind, here.annotated) {
        (TagKind::Annotated, false) => {
            return Some(Err(wrong(format!("{name} is lightweight, and its rule says annotated"))
                .why("an annotated tag says who released when; a lightweight one may be anybody's bookmark")
                .help("a tag that is out is never moved: release the next version")));
        }
        (TagKind::Lightweight, true) => {
            return Some(Err(wrong(format!("{name} is annotated, and its rule says lightweight"))
                .why("whoever compares the remote's ref with the commit meets the tag object instead")
                .help("a tag that is out is never moved: release the next version")));
        }
        _ => {}
    }
    Some(match seen.tags.get(&name) {
        Some(theirs) if *theirs == here.object => Ok(name),
        Some(theirs) => {
            let what = format!("{name} is {} on {remote}, and {} here", theirs.short(), here.object.short());
            Err(wrong(what).run(format!("git ls-remote {remote} refs/tags/{name}")))
        }
        None => Err(wrong(format!("{remote} has no tag {name}")).run(push)),
    })
}
