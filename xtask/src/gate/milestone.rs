//! Nothing is open in the milestone of the version that is released.

use super::{Gate, Need, Situation, forge_is_known, needs_a_bump, worst};
use crate::forge::{Forge, trouble};
use crate::model::config::Group;
use crate::model::forge::{Milestone as Found, Open};
use crate::model::form::Form;
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problem};
use crate::model::template::Template;
use crate::model::version::Version;

/// `milestone`.
pub(super) struct Milestone;

/// How many open issues are named.
const NAMED: usize = 10;

impl Gate for Milestone {
    fn name(&self) -> &str {
        "milestone"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        if titles(situation).iter().any(|(_, title)| title.is_some()) {
            forge_is_known(situation)
        } else {
            Need::Nothing
        }
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        if groups(situation).next().is_none() {
            return Finding::off("`milestone` under [groups.NAME] names it");
        }
        if situation.rehearsal {
            return Finding::off("a rehearsal has no forge");
        }
        if titles(situation).is_empty() {
            return needs_a_bump(situation);
        }
        let forge = match situation.forge {
            Ok(Some(forge)) => forge.as_ref(),
            Ok(None) => {
                let what = "a group has a `milestone`, and nothing names the forge that has it";
                let problem = Problem::new(Code::W0800, what).help("write a [forge] table into the config");
                return Finding::unknown("no forge is known", vec![problem]);
            }
            Err(problem) => return Finding::unknown(problem.what.clone(), vec![problem.clone()]),
        };
        let mut wanted: Vec<String> = Vec::new();
        let mut early = None;
        for (version, title) in titles(situation) {
            match title {
                Some(title) if !wanted.contains(&title) => wanted.push(title),
                Some(_) => {}
                None => early = Some(version),
            }
        }
        if let (true, Some(version)) = (wanted.is_empty(), early) {
            return Finding::off(format!("{version} is a pre-release: its milestone goes on"));
        }
        let findings = wanted.iter().map(|title| of(forge, title));
        findings.reduce(worst).unwrap_or_else(|| needs_a_bump(situation))
    }
}

/// The groups about to be released that have a milestone.
fn groups<'a>(
    situation: &'a Situation<'_>,
) -> impl Iterator<Item = (&'a Group, &'a Template, Option<Version>)> {
    let config = &situation.workspace.config;
    situation.subjects.iter().filter_map(|subject| {
        let group = config.group(&subject.group)?;
        Some((group, group.milestone.as_ref()?, subject.version))
    })
}

/// Each version with its milestone's title; none for a pre-release that shares the final version's.
fn titles(situation: &Situation<'_>) -> Vec<(Version, Option<String>)> {
    let versions = groups(situation).filter_map(|(_, template, version)| Some((template, version?)));
    versions.map(|(template, version)| (version, title(template, version))).collect()
}

fn title(template: &Template, version: Version) -> Option<String> {
    let of = |version| template.render(version, Form::SEMVER, |_| String::new());
    let shared =
        !version.is_stable() && of(version) == of(Version::new(version.major, version.minor, version.patch));
    (!shared).then(|| of(version))
}

fn of(forge: &dyn Forge, title: &str) -> Finding {
    match forge.milestone(title) {
        Err(trouble) => {
            let what = format!("whether the milestone {title} is complete");
            let problem = trouble::problem(forge.kind(), forge.project(), &trouble, &what);
            Finding::unknown(trouble.why(), vec![problem])
        }
        Ok(None) => {
            let what = format!("{} {} has no milestone `{title}`", forge.kind(), forge.project());
            let problem =
                Problem::new(Code::W0809, what).help("create it there, or correct the group's `milestone`");
            Finding::fail(format!("there is no milestone {title}"), vec![problem])
        }
        Ok(Some(found)) => judge(&found),
    }
}

fn judge(found: &Found) -> Finding {
    let counted = |open: &[Open], one: &str, more: &str| match open.len() {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {more}")),
    };
    let issues = counted(&found.issues, "issue", "issues");
    let requests = counted(&found.merge_requests, "merge request", "merge requests");
    let open: Vec<String> = issues.into_iter().chain(requests).collect();
    if open.is_empty() {
        return Finding::pass(format!("nothing is open in {}", found.title));
    }
    let seen = format!("open in {}: {}", found.title, open.join(", "));
    let all: Vec<&Open> = found.issues.iter().chain(&found.merge_requests).collect();
    let mut problem = Problem::new(Code::W0808, seen.clone());
    for open in all.iter().take(NAMED) {
        problem = problem.help(format!("{} {}", open.reference, open.title));
    }
    if all.len() > NAMED {
        problem = problem.help(format!("and {} more", all.len() - NAMED));
    }
    let problem = problem.help(format!("close them, or move them to another milestone: {}", found.page));
    Finding::fail(seen, vec![problem])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pre_release_does_not_complete_the_final_versions_milestone() {
        let title = |template: &str, version: &str| {
            title(&Template::parse(template, &[]).unwrap(), Version::parse(version).unwrap())
        };
        assert_eq!(title("{major}.{minor}", "0.4.2").as_deref(), Some("0.4"));
        assert_eq!(title("{version:X.Y}", "0.4.0").as_deref(), Some("0.4"));
        assert_eq!(title("{version:X.Y}", "0.4.0-alpha.1"), None);
        assert_eq!(title("v{major}.{minor}.{patch}", "0.4.0-rc.1"), None);
        // With a milestone of its own it does.
        assert_eq!(title("{version}", "0.4.0-alpha.1").as_deref(), Some("0.4.0-alpha.1"));
    }

    #[test]
    fn names_what_is_open_and_not_all_of_it() {
        let open = |number: usize| Open {
            reference: format!("#{number}"),
            title: format!("Work {number}"),
            page: String::new(),
        };
        let found = |issues: usize, requests: usize| Found {
            title: "0.2".into(),
            page: "https://e.org/1".into(),
            issues: (1..=issues).map(open).collect(),
            merge_requests: (1..=requests).map(open).collect(),
        };
        assert_eq!(judge(&found(0, 0)), Finding::pass("nothing is open in 0.2"));
        let one = judge(&found(0, 1));
        assert!(one.verdict.bars());
        assert_eq!((one.seen.as_str(), one.problems.len()), ("open in 0.2: 1 merge request", 1));
        let many = judge(&found(9, 3));
        assert_eq!(many.seen, "open in 0.2: 9 issues, 3 merge requests");
        let help = &many.problems[0].help;
        assert_eq!((help.len(), help[10].as_str()), (12, "and 2 more"));
        let both = worst(judge(&found(0, 0)), one.clone());
        assert_eq!((both.verdict, both.problems.len()), (one.verdict, 1));
    }
}
