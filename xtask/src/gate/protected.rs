//! The tag's commit is on a branch that releases are cut from, as the remote has it.

use super::{Gate, Need, Situation, Subject};
use crate::model::facts::{Remote, Seen};
use crate::model::gate::{Finding, Stage};
use crate::model::glob;
use crate::model::problem::{Code, Problem};

/// `protected`.
pub(super) struct Protected;

/// How far a branch is known here.
enum Reach {
    Holds(String),
    /// No branch has it; those that nobody fetched might.
    Not {
        unfetched: Vec<String>,
    },
}

impl Gate for Protected {
    fn name(&self) -> &str {
        "protected"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Publish]
    }

    fn need(&self, _: &Situation<'_>) -> Need {
        Need::Programs
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let remote = &situation.workspace.config.release.remote;
        let seen = match &situation.facts.remote {
            Remote::Seen(seen) => seen,
            other => return unseen(remote.as_str(), other),
        };
        let mut holders = Vec::new();
        for subject in situation.subjects {
            match reach(situation, seen, subject) {
                Reach::Holds(branch) => holders.push(branch),
                Reach::Not { unfetched } if unfetched.is_empty() => {
                    let branches = situation.workspace.config.release.branches.join(", ");
                    let what = format!("{} is on none of {branches} on {remote}", subject.commit.short());
                    let problem = Problem::new(Code::W0216, what.clone())
                        .why("what is published went through the branch that everybody reviews")
                        .help("release from there, and publish that tag");
                    return Finding::fail(what, vec![problem]);
                }
                Reach::Not { unfetched } => {
                    let what = format!("{remote}/{} is not here yet", unfetched.join(", "));
                    let problem = Problem::new(Code::W0216, what.clone())
                        .run(format!("git fetch {remote} {}", unfetched.join(" ")));
                    return Finding::unknown(what, vec![problem]);
                }
            }
        }
        holders.dedup();
        Finding::pass(format!("the commit is on {remote}/{}", holders.join(", ")))
    }
}

fn reach(situation: &Situation<'_>, seen: &Seen, subject: &Subject) -> Reach {
    let allowed = &situation.workspace.config.release.branches;
    let mut unfetched = Vec::new();
    for (branch, tip) in seen.branches.iter().filter(|(branch, _)| glob::any(allowed, branch)) {
        let known =
            *tip == subject.commit || matches!(situation.repository.commit(tip.as_str()), Ok(Some(_)));
        let holds = *tip == subject.commit
            || (known && situation.repository.is_ancestor(&subject.commit, tip).unwrap_or(false));
        if holds {
            return Reach::Holds(branch.clone());
        }
        if !known {
            unfetched.push(branch.clone());
        }
    }
    Reach::Not { unfetched }
}

/// The remote was not seen.
pub(super) fn unseen(name: &str, remote: &Remote) -> Finding {
    let (what, why) = match remote {
        Remote::Offline => return Finding::skipped(crate::model::gate::OFFLINE),
        Remote::Unreachable { why, .. } => (format!("{name} does not answer"), why.clone()),
        _ => (format!("there is no remote `{name}`"), String::new()),
    };
    let problem = Problem::new(Code::W0205, what.clone()).why(why).run(format!("git ls-remote {name}"));
    Finding::unknown(what, vec![problem])
}
