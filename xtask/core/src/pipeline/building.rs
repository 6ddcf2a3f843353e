//! The jobs that build: one, or a part on each machine and one that joins them.

use std::collections::BTreeSet;

use super::jobs::{Handover, Job, Stage, job, tagged, with_setup};
use super::shell::Word;
use crate::model::ci::{CiBuild, CiRules, names};
use crate::model::names::Name;
use crate::model::target::{Target, TargetKind};

/// One part, before it is a job.
struct Part<'a> {
    machine: CiBuild,
    targets: Vec<&'a Target>,
    /// Of Python packages.
    holds: Holds,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    All,
    Wheels,
    Sdist,
}

/// Adds the jobs that build, and gives the id of the one that has all of it.
pub(super) fn build(ci: &CiRules, targets: &[&Target], jobs: &mut Vec<Job>) -> String {
    let kinds = |all: &[&Target]| all.iter().map(|target| target.kind).collect::<Vec<_>>();
    let parts = parts(ci, targets);
    if parts.is_empty() {
        let mut whole = job("build", "Build".into(), Stage::Build);
        whole.needs = vec!["preflight".into()];
        whole.gives = Some(Handover::Artifacts);
        whole.commands = with_setup(ci, &kinds(targets), vec![tagged("build", &[])]);
        let id = whole.id.clone();
        jobs.push(whole);
        return id;
    }
    let mut join = job("join", "Join the parts".into(), Stage::Join);
    for part in parts {
        let name = part.machine.name.clone();
        let mut one = job(&format!("build-{name}"), format!("Build {name}"), Stage::Build);
        let labels: BTreeSet<String> = part.targets.iter().map(|target| target.label()).collect();
        let mut words = vec![Word::Plain("--part"), Word::Variable("PART")];
        words.extend(labels.iter().flat_map(|label| [Word::Plain("--only"), Word::Plain(label)]));
        match part.holds {
            Holds::All => {}
            Holds::Wheels => words.push(Word::Plain("--wheels-only")),
            Holds::Sdist => words.push(Word::Plain("--sdist-only")),
        }
        if !part.machine.python.is_empty() {
            words.extend([Word::Plain("--python"), Word::Program("python", "PYTHON")]);
        }
        one.needs = vec!["preflight".into()];
        one.gives = Some(Handover::Part);
        one.commands = with_setup(ci, &kinds(&part.targets), vec![tagged("build", &words)]);
        one.machine = Some(part.machine);
        join.needs.push(one.id.clone());
        jobs.push(one);
    }
    join.takes = Some(Handover::Part);
    join.gives = Some(Handover::Artifacts);
    join.commands = with_setup(ci, &[], vec![tagged("build", &[Word::Plain("--join")])]);
    let id = join.id.clone();
    jobs.push(join);
    id
}

/// The parts that the config names for these targets; a Python package that several of them build gets its sdist
/// from a part of its own, and what none builds is the rest.
fn parts<'a>(ci: &CiRules, targets: &[&'a Target]) -> Vec<Part<'a>> {
    let named = |one: &CiBuild, target: &Target| one.targets.iter().any(|word| names(target, word));
    let times = |target: &Target| -> usize {
        ci.builds.iter().filter(|one| named(one, target)).map(|one| one.python.len().max(1)).sum()
    };
    let spread = |target: &&&Target| target.kind == TargetKind::Pypi && times(target) > 1;
    let mut parts: Vec<Part> = Vec::new();
    for one in &ci.builds {
        let own: Vec<&Target> = targets.iter().filter(|target| named(one, target)).copied().collect();
        if !own.is_empty() {
            let holds = if own.iter().any(|target| spread(&target)) { Holds::Wheels } else { Holds::All };
            parts.push(Part { machine: one.clone(), targets: own, holds });
        }
    }
    if parts.is_empty() {
        return parts;
    }
    let sdists: Vec<&Target> = targets.iter().filter(spread).copied().collect();
    let rest: Vec<&Target> = targets.iter().filter(|target| times(target) == 0).copied().collect();
    for (name, targets, holds) in [("sdist", sdists, Holds::Sdist), ("rest", rest, Holds::All)] {
        let taken = |name: &str| ci.builds.iter().any(|one| one.name.as_str() == name);
        let name = if taken(name) { format!("{name}-of-all") } else { name.to_owned() };
        if let (false, Ok(name)) = (targets.is_empty(), Name::parse(&name)) {
            let machine = CiBuild {
                name,
                runner: None,
                image: None,
                tags: Vec::new(),
                targets: Vec::new(),
                python: Vec::new(),
            };
            parts.push(Part { machine, targets, holds });
        }
    }
    parts
}
