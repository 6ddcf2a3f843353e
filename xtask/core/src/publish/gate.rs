//! What must hold before the first upload: every registry has answered, nothing is in conflict, every
//! credential that will be needed is there.

use std::collections::{BTreeMap, BTreeSet};

use super::desired::{Desired, Upload};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::sighting::{Access, Sighting};

/// What was seen before the first upload.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// One for each upload, in their order.
    pub sightings: Vec<Sighting>,
    /// By target.
    pub access: BTreeMap<usize, Access>,
    /// Targets whose name no version is known of.
    pub first: BTreeSet<usize>,
}

/// What the gate says.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    pub problems: Problems,
    /// Whether one of the problems is a conflict.
    pub conflict: bool,
    /// Optional targets that are left out, each with why.
    pub skipped: BTreeMap<usize, String>,
    /// The uploads to make.
    pub uploads: BTreeSet<usize>,
}

/// Judges what was seen.
pub fn judge(desired: &Desired, seen: &Seen) -> Passage {
    let mut passage = Passage::default();
    for (index, (upload, sighting)) in desired.uploads.iter().zip(&seen.sightings).enumerate() {
        match sighting {
            Sighting::Different { theirs } => {
                passage.conflict = true;
                passage.problems.push(conflict(upload, theirs));
            }
            Sighting::Unknown { why } if upload.chosen => passage.leave(upload, why.clone(), || {
                Problem::new(Code::W0753, format!("{}: {}", upload.label, upload.shown()))
                    .why(why.clone())
                    .run("cargo xtask status")
            }),
            Sighting::Absent if upload.chosen => {
                passage.uploads.insert(index);
            }
            _ => {}
        }
    }
    for (index, upload) in desired.uploads.iter().enumerate() {
        if passage.uploads.contains(&index) {
            passage.access(upload, seen.access.get(&upload.target));
        }
    }
    let skipped = passage.skipped.clone();
    passage.uploads.retain(|index| !skipped.contains_key(&desired.uploads[*index].target));
    for index in passage.uploads.clone() {
        for other in &desired.after[index] {
            let (one, needed) = (&desired.uploads[index], &desired.uploads[*other]);
            let there = seen.sightings.get(*other) == Some(&Sighting::Equal);
            if !needed.chosen && needed.required && !there {
                let what = format!("{} needs {}: {}", one.label, needed.label, needed.shown());
                passage.problems.push(
                    Problem::new(Code::W0758, what)
                        .run(format!("cargo xtask publish --only {} --only {}", needed.label, one.label)),
                );
            }
        }
    }
    passage.problems.sort();
    passage.problems.dedup();
    passage
}

impl Passage {
    fn leave(&mut self, upload: &Upload, why: String, problem: impl FnOnce() -> Problem) {
        if upload.required {
            self.problems.push(problem());
        } else {
            self.skipped.insert(upload.target, why);
        }
    }

    fn access(&mut self, upload: &Upload, access: Option<&Access>) {
        match access {
            Some(Access::Missing { set }) => {
                let set = set.join(", ");
                self.leave(upload, format!("no credentials, needs {set}"), || {
                    Problem::new(Code::W0755, format!("{}: needs {set}", upload.label))
                        .run("cargo xtask publish")
                });
            }
            Some(Access::Denied { why }) => self.leave(upload, format!("refused: {why}"), || {
                Problem::new(Code::W0756, format!("{}: {}", upload.label, upload.coordinate.name))
                    .why(why.clone())
            }),
            Some(Access::Unknown { why }) => self.leave(upload, why.clone(), || {
                Problem::new(Code::W0753, format!("{}: who may publish there", upload.label)).why(why.clone())
            }),
            Some(Access::May { .. } | Access::CannotTell { .. }) | None => {}
        }
    }
}

/// Other bytes stand there.
pub fn conflict(upload: &Upload, theirs: &str) -> Problem {
    let ours = upload
        .artifact
        .as_ref()
        .map_or("unknown", |one| one.registry_digest.as_deref().unwrap_or(&one.sha256));
    Problem::new(Code::W0754, format!("{}: {}", upload.label, upload.shown()))
        .why(format!("built here: {ours}\nstands there: {theirs}"))
        .help("nothing was overwritten; this version is burnt, release the next one:")
        .run("cargo xtask release patch")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::artifact::ArtifactKind;
    use crate::model::names::Name;
    use crate::model::target::TargetKind;
    use crate::publish::desired::tests::artifact;

    fn upload(package: &str, target: usize) -> Upload {
        Upload {
            target,
            label: format!("{package}/npm"),
            package: Name::parse(package).unwrap(),
            kind: TargetKind::Npm,
            required: true,
            chosen: true,
            coordinate: artifact(package, TargetKind::Npm, ArtifactKind::Npm, "a.tgz").coordinate,
            artifact: Some(artifact(package, TargetKind::Npm, ArtifactKind::Npm, "a.tgz")),
        }
    }

    fn judged(change: impl Fn(&mut Desired, &mut Seen)) -> (Vec<Code>, bool, Vec<usize>, usize) {
        let mut desired = Desired {
            uploads: vec![upload("client", 0), upload("web", 1)],
            after: vec![vec![], vec![0]],
            skipped: Vec::new(),
        };
        let may = Access::May { who: None, untold: None };
        let mut seen = Seen {
            sightings: vec![Sighting::Absent, Sighting::Absent],
            access: BTreeMap::from([(0, may.clone()), (1, may)]),
            first: BTreeSet::new(),
        };
        change(&mut desired, &mut seen);
        let passage = judge(&desired, &seen);
        let codes = passage.problems.iter().map(|problem| problem.code).collect();
        (codes, passage.conflict, passage.uploads.into_iter().collect(), passage.skipped.len())
    }

    #[test]
    fn lets_through_what_is_known_and_absent() {
        assert_eq!(judged(|_, _| {}), (vec![], false, vec![0, 1], 0));
        assert_eq!(judged(|_, seen| seen.sightings[0] = Sighting::Equal), (vec![], false, vec![1], 0));
    }

    #[test]
    fn refuses_conflicts_unknowns_and_missing_rights() {
        let missing = Access::Missing { set: vec!["NPM_TOKEN".into()] };
        let denied = Access::Denied { why: "403".into() };
        let different = Sighting::Different { theirs: "x".into() };
        let (codes, conflict, ..) = judged(|_, seen| seen.sightings[1] = different.clone());
        assert_eq!((codes, conflict), (vec![Code::W0754], true));
        assert_eq!(judged(|_, seen| seen.sightings[1] = Sighting::unknown("down")).0, [Code::W0753]);
        assert_eq!(judged(|_, seen| _ = seen.access.insert(0, missing.clone())).0, [Code::W0755]);
        assert_eq!(judged(|_, seen| _ = seen.access.insert(0, denied.clone())).0, [Code::W0756]);
        // What stands there already needs no credentials.
        let (codes, ..) = judged(|_, seen| {
            seen.sightings[0] = Sighting::Equal;
            seen.access.insert(0, missing.clone());
        });
        assert!(codes.is_empty());
    }

    #[test]
    fn leaves_out_what_is_optional_and_refuses_what_lacks_its_dependency() {
        let missing = Access::Missing { set: vec!["NPM_TOKEN".into()] };
        let (codes, _, uploads, skipped) = judged(|desired, seen| {
            desired.uploads[0].required = false;
            seen.access.insert(0, missing.clone());
        });
        assert_eq!((codes, uploads, skipped), (vec![], vec![1], 1));
        assert_eq!(judged(|desired, _| desired.uploads[0].chosen = false).0, [Code::W0758]);
        let (codes, ..) = judged(|desired, seen| {
            desired.uploads[0].chosen = false;
            seen.sightings[0] = Sighting::Equal;
        });
        assert!(codes.is_empty());
    }
}
