//! What should stand at the registries after a release, and what waits for what.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::artifact::{Artifact, ArtifactKind, Artifacts, Coordinate};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::{Target, TargetKind};
use crate::model::version::Version;
use crate::publish::floating::fixed;

/// One thing to stand at one registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The target, by its number among those given.
    pub target: usize,
    /// `api/image`.
    pub label: String,
    pub package: Name,
    pub kind: TargetKind,
    pub required: bool,
    /// Whether this run was asked to publish it; else it is only looked at.
    pub chosen: bool,
    pub coordinate: Coordinate,
    /// What was built, where that is known here.
    pub artifact: Option<Artifact>,
}

impl Upload {
    /// How a person names it: a file where the registry holds several, else the coordinate.
    pub fn shown(&self) -> String {
        match &self.artifact {
            Some(artifact) if matches!(artifact.kind, ArtifactKind::Sdist | ArtifactKind::Wheel) => {
                artifact.path.rsplit('/').next().unwrap_or_default().to_owned()
            }
            _ => format!("{} {}", self.coordinate.name, self.coordinate.version),
        }
    }
}

/// All of a release.
#[derive(Clone, Debug, Default)]
pub struct Desired {
    pub uploads: Vec<Upload>,
    /// What each upload waits for.
    pub after: Vec<Vec<usize>>,
    /// Targets that this release does not concern, each with why.
    pub skipped: Vec<(String, String)>,
}

/// What the desired state is worked out from.
pub struct Given<'a> {
    /// The targets of the group's packages, in the config's order.
    pub targets: &'a [&'a Target],
    /// `--only`: labels, packages or kinds; empty for all.
    pub only: &'a [String],
    pub version: Version,
    /// What was built, if that is at hand.
    pub artifacts: Option<&'a Artifacts>,
    /// The form of a package's manifest.
    pub form: &'a dyn Fn(&Name) -> Form,
    /// The name at the registry by the package's manifest.
    pub name: &'a dyn Fn(&Target) -> Option<String>,
    /// The siblings that each package requires.
    pub needs: &'a BTreeMap<Name, BTreeSet<Name>>,
}

/// Works out the desired state.
///
/// # Errors
/// `W0751` for a target of which nothing was built, `W0752` for a name that nobody says.
pub fn desired(given: &Given<'_>) -> Result<Desired, Problems> {
    let mut desired = Desired::default();
    let mut problems = Problems::new();
    for (index, target) in given.targets.iter().enumerate() {
        if target.kind == TargetKind::Files {
            desired.skipped.push((target.label(), "goes to the forge's release entry".into()));
            continue;
        }
        if !target.takes(given.version) {
            desired.skipped.push((target.label(), "takes final versions only".into()));
            continue;
        }
        match uploads_of(given, index, target) {
            Ok(uploads) => desired.uploads.extend(uploads),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    desired.after = (0..desired.uploads.len()).map(|one| waits_for(given, &desired.uploads, one)).collect();
    Ok(desired)
}

fn uploads_of(given: &Given<'_>, index: usize, target: &Target) -> Result<Vec<Upload>, Problem> {
    let upload = |coordinate: Coordinate, artifact: Option<Artifact>| Upload {
        target: index,
        label: target.label(),
        package: target.package.clone(),
        kind: target.kind,
        required: target.required,
        chosen: given.only.is_empty() || given.only.iter().any(|word| names(target, word)),
        coordinate,
        artifact,
    };
    let Some(artifacts) = given.artifacts else {
        let said = target.name.as_ref().map(ToString::to_string);
        let name = said.or_else(|| (given.name)(target)).ok_or_else(|| {
            Problem::new(Code::W0752, format!("{}: its manifest says no name", target.label()))
                .help("give the target a `name`")
        })?;
        let form = (given.form)(&target.package);
        let version = match (target.kind.form(), fixed(target, form)) {
            (Some(form), _) => form.render(given.version),
            (None, Some(tag)) => tag.render(given.version, form, |_| String::new()),
            (None, None) => form.render(given.version),
        };
        return Ok(vec![upload(Coordinate { name, version }, None)]);
    };
    let ours = |artifact: &&Artifact| {
        artifact.package == target.package
            && artifact.target == target.kind
            && target.name.as_ref().is_none_or(|name| name.as_str() == artifact.coordinate.name)
    };
    let mut built: Vec<&Artifact> = artifacts.artifacts.iter().filter(ours).collect();
    // An installer that finds the source alone would build it: wheels go first.
    built.sort_by_key(|artifact| (artifact.kind == ArtifactKind::Sdist, artifact.path.clone()));
    if built.is_empty() {
        return Err(Problem::new(Code::W0751, format!("{}: nothing was built for it", target.label()))
            .help("build the release again; what was built is from before the target was there"));
    }
    Ok(built.into_iter().map(|one| upload(one.coordinate.clone(), Some(one.clone()))).collect())
}

/// Whether a word of `--only` names a target: `api/image`, `api` or `image`.
pub fn names(target: &Target, word: &str) -> bool {
    word == target.label() || word == target.package.as_str() || word == target.kind.name()
}

/// The siblings that a package requires and those that its targets name; a chart also waits for every image of
/// the release, since its values name them. Files of one target go one after the other.
fn waits_for(given: &Given<'_>, uploads: &[Upload], one: usize) -> Vec<usize> {
    let upload = &uploads[one];
    let none = BTreeSet::new();
    let needs = given.needs.get(&upload.package).unwrap_or(&none);
    let after = &given.targets[upload.target].after;
    let waits = |(index, other): (usize, &Upload)| {
        let sibling = other.package != upload.package
            && (needs.contains(&other.package) || after.contains(&other.package));
        let image = upload.kind == TargetKind::Helm && other.kind == TargetKind::Image;
        let before = other.target == upload.target && index < one;
        (sibling || image || before).then_some(index)
    };
    uploads.iter().enumerate().filter_map(waits).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::artifact::FORMAT;
    use crate::model::names::CommitId;
    use crate::model::registry_name;
    use crate::model::target::{Build, Credentials, Releases};
    use crate::model::template::Template;

    pub fn target(package: &str, kind: TargetKind, tags: &[&str]) -> Target {
        Target {
            package: Name::parse(package).unwrap(),
            kind,
            name: None,
            registry: None,
            tags: tags.iter().map(|tag| Template::parse(tag, &[]).unwrap()).collect(),
            prerelease_tag: "next".into(),
            releases: Releases::Every,
            required: true,
            credentials: Credentials::default(),
            private: false,
            after: Vec::new(),
            build: Build::default(),
            check: Vec::new(),
            line: 1,
        }
    }

    pub fn artifact(package: &str, target: TargetKind, kind: ArtifactKind, path: &str) -> Artifact {
        Artifact {
            package: Name::parse(package).unwrap(),
            target,
            kind,
            path: path.into(),
            size: 1,
            sha256: "00".into(),
            coordinate: Coordinate { name: package.into(), version: "1.0.0".into() },
            registry_digest: None,
        }
    }

    pub fn artifacts(artifacts: Vec<Artifact>) -> Artifacts {
        Artifacts {
            format: FORMAT,
            group: Name::parse("suite").unwrap(),
            version: "1.0.0".into(),
            commit: CommitId::parse(&"a".repeat(40)).unwrap(),
            tag: None,
            epoch: 0,
            artifacts,
        }
    }

    fn work_out(targets: &[Target], built: Option<&Artifacts>, only: &[&str]) -> Result<Desired, Problems> {
        let name = |text: &str| Name::parse(text).unwrap();
        let needs = BTreeMap::from([(name("api"), BTreeSet::from([name("scheduler")]))]);
        desired(&Given {
            targets: &targets.iter().collect::<Vec<_>>(),
            only: &only.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(),
            version: Version::parse("1.0.0").unwrap(),
            artifacts: built,
            form: &|_| Form::SEMVER,
            name: &|target| Some(target.package.to_string()),
            needs: &needs,
        })
    }

    #[test]
    fn siblings_come_first_wheels_before_sources_charts_after_images() {
        let targets = [
            target("helm", TargetKind::Helm, &[]),
            target("api", TargetKind::Pypi, &[]),
            target("scheduler", TargetKind::Pypi, &[]),
            target("web", TargetKind::Image, &["{version}"]),
        ];
        let built = artifacts(vec![
            artifact("helm", TargetKind::Helm, ArtifactKind::Chart, "c.tgz"),
            artifact("api", TargetKind::Pypi, ArtifactKind::Sdist, "a.tar.gz"),
            artifact("api", TargetKind::Pypi, ArtifactKind::Wheel, "a.whl"),
            artifact("scheduler", TargetKind::Pypi, ArtifactKind::Wheel, "s.whl"),
            artifact("web", TargetKind::Image, ArtifactKind::Image, "web.oci"),
        ]);
        let desired = work_out(&targets, Some(&built), &["web/image"]).unwrap();
        let paths: Vec<&str> =
            desired.uploads.iter().map(|one| one.artifact.as_ref().unwrap().path.as_str()).collect();
        assert_eq!(paths, ["c.tgz", "a.whl", "a.tar.gz", "s.whl", "web.oci"]);
        assert_eq!(desired.after, [vec![4], vec![3], vec![1, 3], vec![], vec![]]);
        let chosen: Vec<bool> = desired.uploads.iter().map(|one| one.chosen).collect();
        assert_eq!(chosen, [false, false, false, false, true]);
    }

    #[test]
    fn a_target_without_artifacts_is_refused() {
        let problems = work_out(&[target("api", TargetKind::Npm, &[])], Some(&artifacts(Vec::new())), &[]);
        assert_eq!(problems.unwrap_err()[0].code, Code::W0751);
    }

    #[test]
    fn without_artifacts_the_config_says_where_to_look() {
        let mut stable = target("web", TargetKind::Image, &["v{version:X.Y.Z}", "latest"]);
        stable.name = registry_name::parse(TargetKind::Image, "ghcr.io/example/web").ok();
        let desired = work_out(&[stable, target("api", TargetKind::Go, &[])], None, &[]).unwrap();
        let coordinates: Vec<String> = desired.uploads.iter().map(Upload::shown).collect();
        assert_eq!(coordinates, ["ghcr.io/example/web v1.0.0", "api v1.0.0"]);
    }
}
