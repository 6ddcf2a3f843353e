//! One part of a build, as text: the list that says which part it is, and its digests.

use serde::Serialize;
use serde_json::Value;

use super::{list, sums};
use crate::model::artifact::{Artifact, ArtifactKind, Artifacts};
use crate::model::names::PartName;
use crate::model::path::RepoPath;

/// What one machine built of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: PartName,
    /// Of this part alone.
    pub list: Artifacts,
    /// Every file below the part's folder, with its SHA-256.
    pub files: Vec<(String, String)>,
}

/// The list of a part as it is written: an `artifacts.json` that names the part, so that nobody takes it for the
/// whole.
pub fn render(name: &PartName, list: &Artifacts) -> String {
    #[derive(Serialize)]
    struct Shown<'a> {
        part: &'a PartName,
        #[serde(flatten)]
        list: &'a Artifacts,
    }
    let mut text = serde_json::to_string_pretty(&Shown { part: name, list }).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a part from the texts of its list and of its digests.
///
/// # Errors
/// What was seen: damage, another format, a path that leads out of the folder, an artifact without a digest.
pub fn read(list_text: &str, sums_text: &str) -> Result<Part, String> {
    let json: Result<Value, _> = serde_json::from_str(list_text);
    let mut value = json.map_err(|error| format!("its {} is damaged: {error}", list::FILE))?;
    let name = value.as_object_mut().and_then(|table| table.remove("part"));
    let name = name.as_ref().and_then(Value::as_str);
    let name = name.ok_or_else(|| format!("its {} does not say which part it is", list::FILE))?;
    let name = PartName::parse(name).map_err(|why| format!("its name `{name}` {why}"))?;
    let list = list::from_value(value).map_err(|(what, _)| format!("{}: {what}", list::FILE))?;
    let files = digests(sums_text)?;
    match list.artifacts.iter().find(|one| !is_listed(one, &files)) {
        Some(one) => Err(format!("{} does not name {} as the list does", sums::FILE, one.path)),
        None => Ok(Part { name, list, files }),
    }
}

fn digests(text: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = sums::read(text).ok_or_else(|| format!("its {} is damaged", sums::FILE))?;
    for (path, _) in &pairs {
        let plain = RepoPath::parse(path).is_ok_and(|parsed| !parsed.is_root() && parsed.as_str() == *path);
        if !plain || [list::FILE, sums::FILE].contains(path) {
            return Err(format!("{}: `{path}` is no path of a part", sums::FILE));
        }
    }
    Ok(pairs.into_iter().map(|(path, digest)| (path.to_owned(), digest.to_owned())).collect())
}

/// Whether the digests hold an artifact's own; an image's is that of its manifest.
pub fn is_listed(artifact: &Artifact, files: &[(String, String)]) -> bool {
    let path = match artifact.kind {
        ArtifactKind::Image => format!("{}/blobs/sha256/{}", artifact.path, artifact.sha256),
        _ => artifact.path.clone(),
    };
    files.iter().any(|(file, digest)| *file == path && *digest == artifact.sha256)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::artifact::{Coordinate, FORMAT};
    use crate::model::names::{CommitId, Name};
    use crate::model::target::TargetKind;

    fn list() -> Artifacts {
        Artifacts {
            format: FORMAT,
            group: Name::parse("all").unwrap(),
            version: "1.0.0".into(),
            commit: CommitId::parse(&"a".repeat(40)).unwrap(),
            tag: None,
            epoch: 1,
            artifacts: vec![Artifact {
                package: Name::parse("api").unwrap(),
                target: TargetKind::Npm,
                kind: ArtifactKind::Npm,
                path: "api.tgz".into(),
                size: 3,
                sha256: "0".repeat(64),
                coordinate: Coordinate { name: "api".into(), version: "1.0.0".into() },
                registry_digest: None,
            }],
        }
    }

    #[test]
    fn reads_back_what_it_writes_and_refuses_the_rest() {
        let name = PartName::parse("linux").unwrap();
        let text = render(&name, &list());
        let sums = format!("{}  api.tgz\n", "0".repeat(64));
        let part = read(&text, &sums).unwrap();
        assert_eq!((part.name, part.list, part.files.len()), (name, list(), 1));
        let whole = list::render(&list());
        for (text, sums, says) in [
            (&whole, &sums, "does not say which part it is"),
            (&text.replace("linux", "../x"), &sums, "its name `../x`"),
            (&text.replace("\"format\": 1", "\"format\": 2"), &sums, "it has the format 2"),
            (&text[..40].to_owned(), &sums, "is damaged"),
            (&text, &String::new(), "does not name api.tgz"),
            (&text, &sums.replace("api.tgz", "../api.tgz"), "`../api.tgz` is no path of a part"),
            (&text, &sums.replace("api.tgz", "artifacts.json"), "is no path of a part"),
            (&text, &sums.replace("000  ", "00x  "), "does not name api.tgz"),
        ] {
            let refused = read(text, sums).unwrap_err();
            assert!(refused.contains(says), "{refused}");
        }
    }
}
