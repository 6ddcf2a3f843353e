use super::*;
use crate::model::artifact::{Artifacts, FORMAT};
use crate::model::names::PartName;

const COMMIT: char = 'a';

/// One artifact in a few words: `api/wheel api-1.0-py3-none-any.whl 1` (package, kind, path, first digit of the
/// digest), and `as NAME` for another coordinate.
fn artifact(text: &str) -> Artifact {
    let words: Vec<&str> = text.split(' ').collect();
    let (package, kind) = words[0].split_once('/').unwrap();
    let (kind, target) = match kind {
        "wheel" => (ArtifactKind::Wheel, TargetKind::Pypi),
        "sdist" => (ArtifactKind::Sdist, TargetKind::Pypi),
        "npm" => (ArtifactKind::Npm, TargetKind::Npm),
        "image" => (ArtifactKind::Image, TargetKind::Image),
        _ => (ArtifactKind::File, TargetKind::Files),
    };
    let name = match words.get(4) {
        Some(name) => (*name).to_owned(),
        None if target == TargetKind::Files => words[1].to_owned(),
        None => package.to_owned(),
    };
    Artifact {
        package: Name::parse(package).unwrap(),
        target,
        kind,
        path: words[1].into(),
        size: 1,
        sha256: words[2].repeat(64),
        coordinate: Coordinate { name, version: "1.0.0".into() },
        registry_digest: None,
    }
}

fn part(name: &str, artifacts: &[&str]) -> Part {
    let artifacts: Vec<Artifact> = artifacts.iter().map(|text| artifact(text)).collect();
    let file = |one: &Artifact| match one.kind {
        ArtifactKind::Image => (format!("{}/blobs/sha256/{}", one.path, one.sha256), one.sha256.clone()),
        _ => (one.path.clone(), one.sha256.clone()),
    };
    let files = artifacts.iter().map(file).collect();
    let list = Artifacts {
        format: FORMAT,
        group: Name::parse("all").unwrap(),
        version: "1.0.0".into(),
        commit: commit(COMMIT),
        tag: None,
        epoch: 7,
        artifacts,
    };
    Part { name: PartName::parse(name).unwrap(), list, files }
}

fn commit(letter: char) -> CommitId {
    CommitId::parse(&letter.to_string().repeat(40)).unwrap()
}

fn wanted(package: &str, kind: TargetKind, names: &[&str], wheels: &[&str]) -> Wanted {
    let coordinate = |name: &&str| Coordinate { name: (*name).into(), version: "1.0.0".into() };
    Wanted {
        package: Name::parse(package).unwrap(),
        kind,
        coordinates: names.iter().map(coordinate).collect(),
        wheels: wheels.iter().map(|glob| (*glob).to_owned()).collect(),
    }
}

fn joined(wanted: &[Wanted], parts: &[Part]) -> Result<Whole, Vec<String>> {
    let (group, commit) = (Name::parse("all").unwrap(), commit(COMMIT));
    let tag = TagName::parse("v1.0.0").unwrap();
    let release = Release { group: &group, version: "1.0.0", commit: &commit, epoch: 7, tag: Some(&tag) };
    join(&release, wanted, parts).map_err(|problems| {
        problems.iter().map(|one| format!("{}: {} | {}", one.code, one.what, one.help.join(" | "))).collect()
    })
}

fn api(wheels: &[&str]) -> Vec<Wanted> {
    vec![
        wanted("web", TargetKind::Npm, &["web"], &[]),
        wanted("api", TargetKind::Pypi, &["api"], wheels),
        wanted("api", TargetKind::Image, &["api"], &[]),
    ]
}

const ONE: &str = "api/wheel api-cp311.whl 1";
const TWO: &str = "api/wheel api-cp312.whl 2";
const SDIST: &str = "api/sdist api.tar.gz 3";
const NPM: &str = "web/npm web.tgz 4";
const IMAGE: &str = "api/image api.oci 5";

#[test]
fn parts_in_any_order_are_listed_as_one_build_lists_them() {
    let parts = [part("b", &[TWO, SDIST, IMAGE]), part("c", &[NPM]), part("d", &[ONE, SDIST])];
    let whole = joined(&api(&["*-cp311.whl", "*-cp312.whl"]), &parts).unwrap();
    let paths: Vec<&str> = whole.artifacts.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["web.tgz", "api-cp311.whl", "api-cp312.whl", "api.tar.gz", "api.oci"]);
    let files: Vec<(&str, usize)> =
        whole.files.iter().map(|one| (one.path.rsplit('/').next().unwrap(), one.part)).collect();
    // The sdist comes from the first part that holds it.
    let layer = "5".repeat(64);
    let expected =
        [("api-cp311.whl", 2), ("api-cp312.whl", 0), (&layer, 0), ("api.tar.gz", 0), ("web.tgz", 1)];
    assert_eq!(files, expected);
    let reversed: Vec<Part> = parts.into_iter().rev().collect();
    assert_eq!(joined(&api(&[]), &reversed).unwrap().artifacts, whole.artifacts);
}

#[test]
fn what_is_lacking_is_told_with_the_command_that_brings_it() {
    let table: &[(&[&str], &[&str], &[&str])] = &[
        (&[], &[ONE, SDIST, NPM, IMAGE], &[]),
        (
            &[],
            &[ONE, SDIST, IMAGE],
            &["W0743: no part holds web/npm | \
            $ cargo xtask build --tag v1.0.0 --part NAME --only web/npm"],
        ),
        (
            &[],
            &[ONE, NPM, IMAGE],
            &["W0743: no part holds the sdist of api/pypi | \
            $ cargo xtask build --tag v1.0.0 --part NAME --only api/pypi --sdist-only"],
        ),
        (
            &[],
            &[SDIST, NPM, IMAGE],
            &["W0743: no part holds a wheel of api/pypi | \
            $ cargo xtask build --tag v1.0.0 --part NAME --only api/pypi --wheels-only"],
        ),
        (
            &["*-cp311.whl", "*-cp312.whl"],
            &[ONE, SDIST, NPM, IMAGE],
            &["W0744: api/pypi: \
            no wheel is as `*-cp312.whl` says | built: api-cp311.whl | \
            build it where it can be built (cargo xtask build --part NAME), then join the parts: | \
            $ cargo xtask build --join"],
        ),
        (
            &["*-cp311.whl"],
            &[ONE, TWO, SDIST, NPM, IMAGE],
            &["W0745: api/pypi: \
            no glob of `wheels` names api-cp312.whl | \
            add one to the target's `wheels`, or keep the part from building it"],
        ),
        (
            &[],
            &[ONE, SDIST, "api/sdist old.tar.gz 6", NPM, IMAGE],
            &["W0743: api/pypi has two sdists: api.tar.gz, old.tar.gz | "],
        ),
        (
            &[],
            &[ONE, SDIST, NPM, IMAGE, "api/npm x.tgz 7"],
            &["W0743: the part `a` holds x.tgz for \
            api/npm (api 1.0.0), which the config does not publish | take the part's folder away"],
        ),
    ];
    for (wheels, artifacts, problems) in table {
        let found = joined(&api(wheels), &[part("a", artifacts)]).err().unwrap_or_default();
        assert_eq!(&found, problems, "{artifacts:?}");
    }
    let found = joined(&api(&[]), &[]).unwrap_err();
    assert_eq!(
        found,
        ["W0743: there is no part | \
        $ cargo xtask build --tag v1.0.0 --part NAME --only TARGET"]
    );
}

#[test]
fn every_name_of_an_artifact_is_wanted() {
    let two = [wanted("api", TargetKind::Image, &["api", "mirror"], &[])];
    let found = joined(&two, &[part("a", &[IMAGE])]).unwrap_err();
    assert!(found[0].starts_with("W0743: no part holds api/image as mirror 1.0.0 | "), "{found:?}");
    let whole = joined(&two, &[part("a", &[IMAGE, "api/image api.oci 5 as mirror"])]).unwrap();
    assert_eq!((whole.artifacts.len(), whole.files.len()), (2, 1));
    // Plain files are known by their own names.
    let files = [wanted("api", TargetKind::Files, &[""], &[])];
    let whole = joined(&files, &[part("a", &["api/file z.txt 1", "api/file a.txt 2"])]).unwrap();
    assert_eq!(whole.artifacts[0].path, "z.txt");
}

#[test]
fn different_bytes_are_refused() {
    let parts = |other: &str| [part("a", &[ONE, SDIST, NPM, IMAGE]), part("b", &[other])];
    assert_eq!(
        joined(&api(&[]), &parts("api/sdist api.tar.gz 9")).unwrap_err(),
        ["W0742: api/pypi: api.tar.gz is 333333333333 in `a`, 999999999999 in `b` | \
          let one part alone bring the sdist; the others take: | \
          $ cargo xtask build --tag v1.0.0 --part b --wheels-only"]
    );
    assert_eq!(
        joined(&api(&[]), &parts("web/npm web.tgz 9")).unwrap_err(),
        ["W0742: web/npm: web.tgz is 444444444444 in `a`, 999999999999 in `b` | \
          let one part alone build it: `--only` names a part's targets"]
    );
    // Another manifest of an image is another file; the list shows that they are one path with two digests.
    let found = joined(&api(&[]), &parts("api/image api.oci 9")).unwrap_err();
    assert!(found[0].starts_with("W0742: api/image: api.oci is 555555555555 in `a`"), "{found:?}");
}

#[test]
fn parts_of_another_release_are_refused() {
    let other = |change: fn(&mut Artifacts)| {
        let mut part = part("old", &[NPM]);
        change(&mut part.list);
        joined(&api(&[]), &[part]).unwrap_err()
    };
    assert_eq!(
        other(|list| list.commit = commit('b')),
        ["W0741: the part `old` is of commit bbbbbbbbbb, and aaaaaaaaaa is joined | \
          $ cargo xtask build --tag v1.0.0 --part old"]
    );
    assert!(other(|list| list.version = "0.9.0".into())[0].contains("is of all 0.9.0, and all 1.0.0"));
    assert!(other(|list| list.group = Name::parse("x").unwrap())[0].contains("is of x 1.0.0"));
    assert!(other(|list| list.epoch = 8)[0].starts_with("W0741"));
}
