//! Parts of a build put together: what the whole holds, and from which part each file comes.

use std::collections::BTreeMap;

use super::part::Part;
use super::wheels;
use crate::model::artifact::{Artifact, ArtifactKind, Coordinate};
use crate::model::names::{CommitId, Name, TagName};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::TargetKind;

/// The release that parts are joined for.
#[derive(Clone, Copy, Debug)]
pub struct Release<'a> {
    pub group: &'a Name,
    /// In semver's spelling.
    pub version: &'a str,
    pub commit: &'a CommitId,
    /// The commit's time.
    pub epoch: u64,
    pub tag: Option<&'a TagName>,
}

impl Release<'_> {
    /// A command of `build` for this release.
    pub fn command(&self, rest: &str) -> String {
        let tag = self.tag.map_or(String::new(), |tag| format!(" --tag {tag}"));
        format!("cargo xtask build{tag} {rest}")
    }
}

/// What must come of one build of one package.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub package: Name,
    pub kind: TargetKind,
    pub coordinates: Vec<Coordinate>,
    /// Globs of the wheels.
    pub wheels: Vec<String>,
}

impl Wanted {
    fn label(&self) -> String {
        format!("{}/{}", self.package, self.kind)
    }

    /// Whether an artifact comes of this build; a plain file's coordinate is its own name.
    fn makes(&self, one: &Artifact) -> bool {
        one.package == self.package
            && one.target == self.kind
            && (self.kind == TargetKind::Files || self.coordinates.contains(&one.coordinate))
    }
}

/// The parts as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// In the order in which one build lists them.
    pub artifacts: Vec<Artifact>,
    pub files: Vec<Taken>,
}

/// One file of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub path: String,
    pub sha256: String,
    /// The part that it is taken from, by its place among the parts.
    pub part: usize,
}

/// Joins parts. What several parts hold with equal bytes is one.
///
/// # Errors
/// Everything that is wrong: parts of another release (`W0741`), a file with different bytes (`W0742`), what no
/// part holds or what the config does not publish (`W0743`), wheels (`W0744`, `W0745`).
pub fn join(release: &Release<'_>, wanted: &[Wanted], parts: &[Part]) -> Result<Whole, Problems> {
    let mut problems: Problems = parts.iter().filter_map(|part| stranger(release, part)).collect();
    if parts.is_empty() {
        problems.push(
            Problem::new(Code::W0743, "there is no part").run(release.command("--part NAME --only TARGET")),
        );
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let files = one_of_each(release, parts, &mut problems);
    images_agree(parts, &mut problems);
    let artifacts = in_order(wanted, parts, &mut problems);
    // Two sdists that differ are told as such, not as two too many.
    if problems.is_empty() {
        wanted.iter().for_each(|one| problems.extend(lacking(release, one, &artifacts)));
    }
    if problems.is_empty() { Ok(Whole { artifacts, files }) } else { Err(problems) }
}

fn stranger(release: &Release<'_>, part: &Part) -> Option<Problem> {
    let list = &part.list;
    let what = if list.commit != *release.commit || list.epoch != release.epoch {
        format!("is of commit {}, and {} is joined", list.commit.short(), release.commit.short())
    } else if list.group != *release.group || list.version != release.version {
        let said = (&list.group, &list.version, release.group, release.version);
        format!("is of {} {}, and {} {} is joined", said.0, said.1, said.2, said.3)
    } else {
        return None;
    };
    let again = release.command(&format!("--part {}", part.name));
    Some(Problem::new(Code::W0741, format!("the part `{}` {what}", part.name)).run(again))
}

/// Every file once; the first part that holds it gives it.
fn one_of_each(release: &Release<'_>, parts: &[Part], problems: &mut Problems) -> Vec<Taken> {
    let mut taken: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for (path, digest) in &part.files {
            let (first, from) = *taken.entry(path).or_insert((digest, index));
            if first != digest {
                let owner = owner(part, path);
                let label = owner.map(|one| format!("{}/{}", one.package, one.target));
                let (one, other) = (&parts[from].name, &part.name);
                let what = format!("{path} is {} in `{one}`, {} in `{other}`", short(first), short(digest));
                let what = label.map_or(what.clone(), |label| format!("{label}: {what}"));
                let problem = Problem::new(Code::W0742, what);
                problems.push(match owner.map(|one| one.kind) {
                    Some(ArtifactKind::Sdist) => problem
                        .help("let one part alone bring the sdist; the others take:")
                        .run(release.command(&format!("--part {other} --wheels-only"))),
                    _ => problem.help("let one part alone build it: `--only` names a part's targets"),
                });
            }
        }
    }
    let taken = taken.into_iter().map(|(path, (digest, part))| Taken {
        path: path.to_owned(),
        sha256: digest.to_owned(),
        part,
    });
    taken.collect()
}

/// An image of one name has one manifest: two of them would lie in one layout without sharing a file.
fn images_agree(parts: &[Part], problems: &mut Problems) {
    let mut seen: BTreeMap<&str, (&str, &Part)> = BTreeMap::new();
    for part in parts {
        for one in part.list.artifacts.iter().filter(|one| one.kind == ArtifactKind::Image) {
            let (digest, first) = *seen.entry(&one.path).or_insert((&one.sha256, part));
            if digest != one.sha256 {
                let (path, name) = (&one.path, &part.name);
                let both = format!(
                    "{path} is {} in `{}`, {} in `{name}`",
                    short(digest),
                    first.name,
                    short(&one.sha256)
                );
                let what = format!("{}/{}: {both}", one.package, one.target);
                problems.push(
                    Problem::new(Code::W0742, what)
                        .help("let one part alone build it: `--only` names a part's targets"),
                );
            }
        }
    }
}

/// The artifact that a file is, or that it is of: an image's layout holds many.
fn owner<'a>(part: &'a Part, path: &str) -> Option<&'a Artifact> {
    part.list.artifacts.iter().find(|one| {
        let below = path.strip_prefix(&one.path);
        below.is_some_and(|rest| rest.is_empty() || one.kind == ArtifactKind::Image && rest.starts_with('/'))
    })
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

/// The artifacts as one build lists them: build by build, a Python package's by their file names.
fn in_order(wanted: &[Wanted], parts: &[Part], problems: &mut Problems) -> Vec<Artifact> {
    let mut of_wanted: Vec<Vec<Artifact>> = wanted.iter().map(|_| Vec::new()).collect();
    for part in parts {
        for one in &part.list.artifacts {
            let Some(index) = wanted.iter().position(|wanted| wanted.makes(one)) else {
                let what = format!(
                    "the part `{}` holds {} for {}/{} ({}), which the config does not publish",
                    part.name, one.path, one.package, one.target, one.coordinate
                );
                problems.push(Problem::new(Code::W0743, what).help("take the part's folder away"));
                continue;
            };
            let same = |other: &Artifact| other.path == one.path && other.coordinate == one.coordinate;
            if !of_wanted[index].iter().any(same) {
                of_wanted[index].push(one.clone());
            }
        }
    }
    for (wanted, artifacts) in wanted.iter().zip(&mut of_wanted) {
        if wanted.kind == TargetKind::Pypi {
            artifacts.sort_by(|one, other| one.path.cmp(&other.path));
        }
    }
    of_wanted.into_iter().flatten().collect()
}

/// What no part holds of one build.
fn lacking(release: &Release<'_>, wanted: &Wanted, artifacts: &[Artifact]) -> Problems {
    let label = wanted.label();
    let ours: Vec<&Artifact> = artifacts.iter().filter(|one| wanted.makes(one)).collect();
    let lacks = |what: String, option: &str| {
        let rest = format!("--part NAME --only {label}{option}");
        Problem::new(Code::W0743, what).run(release.command(&rest))
    };
    if ours.is_empty() {
        return vec![lacks(format!("no part holds {label}"), "")];
    }
    let mut problems = Problems::new();
    for coordinate in wanted.coordinates.iter().filter(|_| wanted.kind != TargetKind::Files) {
        if !ours.iter().any(|one| one.coordinate == *coordinate) {
            problems.push(lacks(format!("no part holds {label} as {coordinate}"), ""));
        }
    }
    if wanted.kind != TargetKind::Pypi {
        return problems;
    }
    let files = |kind: ArtifactKind| {
        let mut files: Vec<&str> =
            ours.iter().filter(|one| one.kind == kind).map(|one| one.path.as_str()).collect();
        files.dedup();
        files
    };
    let (sdists, built) = (files(ArtifactKind::Sdist), files(ArtifactKind::Wheel));
    match sdists.as_slice() {
        [] => problems.push(lacks(format!("no part holds the sdist of {label}"), " --sdist-only")),
        [_] => {}
        several => problems
            .push(Problem::new(Code::W0743, format!("{label} has two sdists: {}", several.join(", ")))),
    }
    if built.is_empty() && wanted.wheels.is_empty() {
        problems.push(lacks(format!("no part holds a wheel of {label}"), " --wheels-only"));
    }
    problems.extend(wheels::unmet(&label, &wanted.wheels, &built));
    problems
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
