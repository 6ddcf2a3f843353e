//! The assets of an entry: the files that were built, with their digests.

use std::path::Path;

use crate::artifact::{list, sums};
use crate::model::artifact::{ArtifactKind, Artifacts};
use crate::model::digest::sha256;
use crate::model::entry::{Asset, Content};
use crate::model::problem::{Code, Problem, Problems};

/// The assets of what was built in a folder, by name: every file, the list itself, and the digests of all of these.
/// Images and Go modules are none: their registries have them.
///
/// # Errors
/// `W0814` for a name that a forge would change, for two of the same name, for an empty file.
pub fn assets(artifacts: &Artifacts, folder: &Path) -> Result<Vec<Asset>, Problems> {
    let is_file = |kind| !matches!(kind, ArtifactKind::Image | ArtifactKind::Module);
    let files = artifacts.artifacts.iter().filter(|one| is_file(one.kind));
    let mut problems = Problems::new();
    let mut assets: Vec<Asset> = Vec::new();
    for one in files {
        let name = one.path.rsplit('/').next().unwrap_or_default().to_owned();
        let content = Content::File(folder.join(&one.path));
        let asset = Asset { name, size: one.size, sha256: one.sha256.clone(), content };
        match assets.iter().find(|other| other.name == asset.name) {
            // The same file at several registries.
            Some(other) if *other == asset => {}
            Some(_) => problems.push(unusable(&asset.name, "two files of the release have this name")),
            None => assets.push(asset),
        }
    }
    let written = list::render(artifacts);
    assets.push(text(list::FILE, written));
    let digests = assets.iter().map(|asset| (asset.name.as_str(), asset.sha256.as_str()));
    let sums = sums::render(digests);
    assets.push(text(sums::FILE, sums));
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    problems.extend(assets.iter().filter_map(refused));
    if problems.is_empty() { Ok(assets) } else { Err(problems) }
}

fn text(name: &str, text: String) -> Asset {
    let (size, sha256) = (text.len() as u64, sha256(text.as_bytes()));
    Asset { name: name.to_owned(), size, sha256, content: Content::Text(text) }
}

/// What both forges keep as it is. GitHub renames assets with other characters and those with a `.` at an end
/// (REST API, "Upload a release asset"); GitLab takes letters, digits, `.`, `_`, `-`, `+` and inner `~` (generic
/// packages, "Valid package filename format"). GitHub refuses an empty file.
fn refused(asset: &Asset) -> Option<Problem> {
    let name = &asset.name;
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    if name.is_empty() || name.starts_with('.') || name.ends_with('.') || !name.chars().all(known) {
        let why =
            "a forge would rename it; letters, digits, `.`, `_`, `-` and `+` stay, without a `.` at an end";
        return Some(unusable(name, why));
    }
    (asset.size == 0).then(|| unusable(name, "it is empty, and an empty asset is refused"))
}

fn unusable(name: &str, why: &str) -> Problem {
    Problem::new(Code::W0814, format!("the asset `{name}`")).why(why).help("let the target name another file")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::artifact::{Artifact, Coordinate, FORMAT};
    use crate::model::names::{CommitId, Name};
    use crate::model::target::TargetKind;

    fn artifact(kind: ArtifactKind, path: &str, digit: &str) -> Artifact {
        Artifact {
            package: Name::parse("api").unwrap(),
            target: TargetKind::Files,
            kind,
            path: path.into(),
            size: 3,
            sha256: digit.repeat(64),
            coordinate: Coordinate { name: "api".into(), version: "1.0.0".into() },
            registry_digest: None,
        }
    }

    fn of(artifacts: Vec<Artifact>) -> Result<Vec<Asset>, Problems> {
        let list = Artifacts {
            format: FORMAT,
            group: Name::parse("all").unwrap(),
            version: "1.0.0".into(),
            commit: CommitId::parse(&"c".repeat(40)).unwrap(),
            tag: None,
            epoch: 1,
            artifacts,
        };
        assets(&list, Path::new("built"))
    }

    #[test]
    fn files_are_assets_and_their_digests_too() {
        let found = of(vec![
            artifact(ArtifactKind::Wheel, "api-1.0.0-py3-none-any.whl", "a"),
            artifact(ArtifactKind::Image, "api.oci", "b"),
            artifact(ArtifactKind::Chart, "suite-1.0.0.tgz", "c"),
            artifact(ArtifactKind::Chart, "suite-1.0.0.tgz", "c"),
            artifact(ArtifactKind::Module, "client.zip", "d"),
            artifact(ArtifactKind::File, "docs/manual.pdf", "e"),
        ])
        .unwrap();
        let names: Vec<&str> = found.iter().map(|asset| asset.name.as_str()).collect();
        let expected =
            ["SHA256SUMS", "api-1.0.0-py3-none-any.whl", "artifacts.json", "manual.pdf", "suite-1.0.0.tgz"];
        assert_eq!(names, expected);
        assert_eq!(found[3].content, Content::File(Path::new("built/docs/manual.pdf").into()));
        let Content::Text(sums) = &found[0].content else { panic!("{found:?}") };
        let listed: Vec<&str> = sums::read(sums).unwrap().into_iter().map(|(path, _)| path).collect();
        assert_eq!(listed, &expected[1..]);
        assert_eq!((found[0].size, &found[0].sha256), (sums.len() as u64, &sha256(sums.as_bytes())));
    }

    #[test]
    fn what_a_forge_would_change_is_refused() {
        let empty = Artifact { size: 0, ..artifact(ArtifactKind::File, "empty", "a") };
        for (artifacts, what) in [
            (vec![artifact(ArtifactKind::File, "a b.txt", "a")], "the asset `a b.txt`"),
            (vec![artifact(ArtifactKind::File, ".hidden", "a")], "the asset `.hidden`"),
            (vec![artifact(ArtifactKind::File, "café", "a")], "the asset `café`"),
            (vec![empty], "the asset `empty`"),
            (
                vec![
                    artifact(ArtifactKind::File, "a/notes", "a"),
                    artifact(ArtifactKind::File, "b/notes", "b"),
                ],
                "the asset `notes`",
            ),
        ] {
            let problems = of(artifacts).unwrap_err();
            assert_eq!((problems[0].code, problems[0].what.as_str()), (Code::W0814, what));
        }
    }
}
