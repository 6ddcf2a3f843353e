//! What the release leaves behind: hooks run, a commit, tags, pushes.

use super::Step;
use super::notes::root_tag;
use crate::model::config::TagKind;
use crate::model::facts::{Facts, Remote};
use crate::model::form::Form;
use crate::model::names::{Branch, RemoteName, TagName};
use crate::model::plan::{CommitPlan, HookPlan, Push, TagPlan};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::request::{Bump, Request};
use crate::workspace::Workspace;

/// Forges start no pipeline for more tags than this in one push (GitHub's documentation of the
/// `push` event: "Events will not be created for tags when more than three tags are pushed at once").
const TAGS_A_PUSH: usize = 3;

/// The tags, those pushed first in front.
pub(super) fn tags(
    facts: &Facts,
    request: &Request,
    steps: &[Step<'_>],
    problems: &mut Problems,
) -> Vec<TagPlan> {
    let mut tags = Vec::new();
    if request.prepare || !request.bump.is_release() {
        return tags;
    }
    for first in [true, false] {
        for step in steps {
            for rule in step.group.tags.iter().filter(|rule| rule.push_first == first) {
                let group = step.group.name.to_string();
                let name = rule.name.render(step.next, Form::SEMVER, |_| group.clone());
                let annotated = rule.kind == TagKind::Annotated;
                let message = rule.message.render(step.next, Form::SEMVER, |value| match value {
                    "tag" => name.clone(),
                    _ => group.clone(),
                });
                match TagName::parse(&name) {
                    Ok(name) => tags.push(TagPlan {
                        name,
                        group: step.group.name.clone(),
                        kind: rule.kind,
                        message: if annotated { format!("{message}\n") } else { String::new() },
                        signed: annotated && facts.signing.tags,
                    }),
                    Err(why) => problems.push(Problem::new(Code::W0104, format!("the tag `{name}` {why}"))),
                }
            }
        }
    }
    tags
}

pub(super) fn hooks(workspace: &Workspace, steps: &[Step<'_>], tags: &[TagPlan]) -> Vec<HookPlan> {
    let mut hooks = Vec::new();
    for hook in &workspace.config.hooks {
        let step = steps.iter().find(|step| hook.groups.is_empty() || hook.groups.contains(&step.group.name));
        let Some(step) = step else { continue };
        let tag = tags.iter().find(|tag| tag.group == step.group.name).map(|tag| tag.name.to_string());
        let tag = tag.or_else(|| root_tag(step.group, step.next)).unwrap_or_default();
        let render = |template: &crate::model::template::Template| {
            template.render(step.next, Form::SEMVER, |value| match value {
                "tag" => tag.clone(),
                "previous" => step.current.to_string(),
                _ => step.group.name.to_string(),
            })
        };
        let own = [
            ("WINDLASS_GROUP", step.group.name.to_string()),
            ("WINDLASS_TAG", tag.clone()),
            ("WINDLASS_PREVIOUS_VERSION", step.current.to_string()),
            ("WINDLASS_VERSION", step.next.to_string()),
            ("WINDLASS_VERSION_PEP440", Form::PEP440.render(step.next)),
            ("WINDLASS_VERSION_XYZ", Form::PLAIN.render(step.next)),
            ("WINDLASS_VERSION_XY", format!("{}.{}", step.next.major, step.next.minor)),
        ];
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
        hooks.push(HookPlan {
            name: hook.name.clone(),
            run: hook.run.iter().map(render).collect(),
            dir: hook.dir.clone(),
            env: own.chain(hook.env.iter().map(|(name, value)| (name.clone(), render(value)))).collect(),
            changes: hook.changes.clone(),
            fine: hook.fine.clone(),
        });
    }
    hooks
}

/// The subject from the config, and a line for each group: its step, or what follows it.
pub(super) fn commit(
    workspace: &Workspace,
    facts: &Facts,
    request: &Request,
    steps: &[Step<'_>],
) -> CommitPlan {
    let subject = steps.first().map_or_else(String::new, |step| {
        workspace.config.release.commit.render(step.next, Form::SEMVER, |_| step.group.name.to_string())
    });
    let subject = match request.bump {
        Bump::AfterPublish => format!("{subject} after publishing"),
        _ => subject,
    };
    let line = |step: &Step<'_>| match request.bump {
        Bump::AfterPublish => {
            format!("{} {}: what waited for its publication follows\n", step.group.name, step.next)
        }
        _ => format!("{} {} -> {}\n", step.group.name, step.current, step.next),
    };
    let body: String = steps.iter().map(line).collect();
    CommitPlan {
        message: format!("{subject}\n\n{body}"),
        branch: if request.prepare { prepare_branch(request, steps) } else { facts.branch.clone() },
        new_branch: request.prepare,
        signed: facts.signing.commits,
    }
}

/// `release/0.2.0`, by the first group's version; `release/0.2.0-after-publish`.
fn prepare_branch(request: &Request, steps: &[Step<'_>]) -> Option<Branch> {
    let step = steps.first()?;
    let name = match request.bump {
        Bump::AfterPublish => format!("release/{}-after-publish", step.next),
        _ => format!("release/{}", step.next),
    };
    Branch::parse(&name).ok()
}

/// The branch with the tags that go first, then the other tags, at most three a push.
pub(super) fn pushes(
    workspace: &Workspace,
    facts: &Facts,
    commit: Option<&CommitPlan>,
    steps: &[Step<'_>],
    tags: &[TagPlan],
) -> Vec<Push> {
    if matches!(facts.remote, Remote::Absent(_)) {
        return Vec::new();
    }
    let first = |tag: &&TagPlan| {
        let rules = steps.iter().filter(|step| step.group.name == tag.group);
        rules.flat_map(|step| step.group.tags.iter().map(move |rule| (rule, step.next))).any(
            |(rule, next)| {
                rule.push_first
                    && rule.name.render(next, Form::SEMVER, |_| tag.group.to_string()) == tag.name.as_str()
            },
        )
    };
    let (leading, following): (Vec<&TagPlan>, Vec<&TagPlan>) = tags.iter().partition(first);
    let names = |tags: Vec<&TagPlan>| tags.into_iter().map(|tag| tag.name.clone()).collect::<Vec<_>>();
    let branch = commit.and_then(|commit| commit.branch.as_ref());
    batches(&workspace.config.release.remote, branch, &names(leading), &names(following))
}

/// One push a batch: the branch with the first of the `leading` tags, then what follows.
pub(super) fn batches(
    remote: &RemoteName,
    branch: Option<&Branch>,
    leading: &[TagName],
    following: &[TagName],
) -> Vec<Push> {
    let mut batches: Vec<Vec<String>> = vec![branch.map(Branch::full).into_iter().collect()];
    for tags in [leading, following] {
        for (index, chunk) in tags.chunks(TAGS_A_PUSH).enumerate() {
            let names = chunk.iter().map(TagName::full);
            match batches.last_mut() {
                Some(last) if index == 0 && !last.iter().any(|name| name.starts_with("refs/tags/")) => {
                    last.extend(names)
                }
                _ => batches.push(names.collect()),
            }
        }
    }
    batches.retain(|refs| !refs.is_empty());
    batches.into_iter().map(|refs| Push { remote: remote.clone(), refs }).collect()
}
