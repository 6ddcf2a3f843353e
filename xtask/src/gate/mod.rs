//! The gates, one file each: what must hold before a release is cut and before it is published.
//!
//! A gate sees borrowed facts and changes nothing. Many conditions are judged by the plan already; their
//! gates own the plan's codes and say what was seen where there is none. A new gate is a file here and a
//! line in [`all`].

mod branch;
mod changelog;
mod chart_images;
mod ci_admits;
mod ci_green;
mod credentials;
pub mod fragment;
mod go_module;
mod level;
mod milestone;
mod own;
mod protected;
mod rehearsal;
mod run;
mod situation;
mod tags;
mod tags_free;
mod tools;
mod tree;
mod versions;

use crate::model::config::Config;
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problems};

pub use run::{Asked, Judged, run};
pub use situation::{Situation, Subject};

/// What a gate does to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Looks at what is known already.
    Nothing,
    /// Starts programs of this machine.
    Programs,
    /// Asks others; `--offline` leaves it out.
    Network,
}

/// One condition.
pub trait Gate: Send + Sync {
    /// `ci-green`: how tables, configs and `--skip-gate` name it.
    fn name(&self) -> &str;

    /// Before what it stands.
    fn stages(&self) -> &[Stage];

    /// What it takes to find out here; [`Need::Nothing`] where nothing is configured for it.
    fn need(&self, situation: &Situation<'_>) -> Need {
        let _ = situation;
        Need::Nothing
    }

    /// Whether a problem of the plan with this code is this gate's.
    fn owns(&self, code: Code) -> bool {
        let _ = code;
        false
    }

    /// Why it can't be skipped at a stage: the plan itself could not be carried out without it.
    fn firm(&self, stage: Stage) -> Option<&'static str> {
        let _ = stage;
        None
    }

    /// Whether what it says holds for this clone alone, since others are not to be asked.
    fn looks_here_alone(&self, situation: &Situation<'_>) -> bool {
        let _ = situation;
        false
    }

    /// Looks, and says what was seen. The finding's name is filled in by [`run`].
    fn look(&self, situation: &Situation<'_>) -> Finding;
}

/// Every gate, in the order in which they are shown; those of the config last.
pub fn all(config: &Config) -> Vec<Box<dyn Gate>> {
    let mut gates: Vec<Box<dyn Gate>> = vec![
        Box::new(tree::Tree),
        Box::new(branch::Branch),
        Box::new(level::Level),
        Box::new(protected::Protected),
        Box::new(tags_free::TagsFree),
        Box::new(tags::Tags),
        Box::new(ci_admits::CiAdmits),
        Box::new(versions::Versions),
        Box::new(chart_images::ChartImages),
        Box::new(go_module::GoModule),
        Box::new(changelog::Changelog),
        Box::new(fragment::Fragment),
        Box::new(ci_green::CiGreen),
        Box::new(milestone::Milestone),
        Box::new(tools::Tools),
        Box::new(credentials::Credentials),
        Box::new(rehearsal::Rehearsal),
    ];
    for own in &config.gates.own {
        gates.push(Box::new(own::Own(own.clone())));
    }
    gates
}

/// Passes where the plan found nothing of the gate's own, with what `seen` says.
fn owned(gate: &dyn Gate, situation: &Situation<'_>, seen: impl FnOnce() -> String) -> Finding {
    let problems: Problems =
        situation.unmet.iter().filter(|problem| gate.owns(problem.code)).cloned().collect();
    match problems.as_slice() {
        [] => Finding::pass(seen()),
        [one] => Finding::fail(one.what.clone(), problems),
        [first, rest @ ..] => Finding::fail(format!("{}, and {} more", first.what, rest.len()), problems),
    }
}

/// A finding of a gate that needs to know the next version.
fn needs_a_bump(situation: &Situation<'_>) -> Finding {
    Finding::off(match situation.bumped {
        true => "the next version can't be decided",
        false => "name a bump: cargo xtask preflight minor",
    })
}

/// What it takes to ask the forge, if there is one.
fn forge_is_known(situation: &Situation<'_>) -> Need {
    if matches!(situation.forge, Ok(None)) { Need::Nothing } else { Need::Network }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::gate_rules::OwnGate;

    fn config() -> Config {
        let around = crate::config::Surroundings { exists: &|_| false };
        crate::config::read("windlass.toml", "[packages.a]\npath = \"a\"\n", &around).unwrap()
    }

    /// A file of a gate without its line in the list would be a gate that never looks.
    #[test]
    fn every_file_has_its_line_in_the_list() {
        let mut config = config();
        config.gates.own.push(OwnGate {
            name: "own".into(),
            run: Vec::new(),
            stages: Stage::ALL.to_vec(),
            meanings: Default::default(),
            limit: 1,
        });
        let listed: BTreeSet<String> =
            all(&config).iter().map(|gate| gate.name().replace('-', "_")).collect();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/gate");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
            .filter(|name| !["mod", "run", "situation"].contains(&name.as_str()))
            .collect();
        assert_eq!(files, listed);
        assert!(all(&config).iter().all(|gate| !gate.stages().is_empty()));
    }

    /// A condition of the plan that no gate owned would let `preflight` pass where `release` refuses.
    #[test]
    fn each_code_of_a_plan_is_one_gates() {
        let gates = all(&config());
        let owners = |code: Code| gates.iter().filter(|gate| gate.owns(code)).count();
        let mut codes = BTreeSet::new();
        let core = ["plan", "resolve.rs", "ecosystem", "changelog", "requirement", "load.rs"];
        let core = core.map(|room| format!("core/src/{room}"));
        for room in core.iter().map(String::as_str).chain(["src/observe/worktree.rs"]) {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(room);
            for entry in walkdir::WalkDir::new(path) {
                let entry = entry.unwrap();
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                let text = text.split("#[cfg(test)]").next().unwrap_or_default();
                codes.extend(
                    text.split("Code::W")
                        .skip(1)
                        .filter_map(|rest| Code::from_name(&format!("W{}", rest.get(..4)?))),
                );
            }
        }
        assert!(codes.len() > 40);
        let odd: Vec<Code> = codes.into_iter().filter(|code| owners(*code) != 1).collect();
        assert!(odd.is_empty(), "{odd:?}");
    }
}
