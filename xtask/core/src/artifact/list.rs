//! `artifacts.json` as text.

use serde_json::Value;

use crate::model::artifact::{Artifacts, FORMAT};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::version::Version;

/// The file's name in the folder of what was built. It is written last: where it stands, all stands.
pub const FILE: &str = "artifacts.json";

/// The list as it is written.
pub fn render(artifacts: &Artifacts) -> String {
    let mut text = serde_json::to_string_pretty(artifacts).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a list; `file` is its name as people write it.
///
/// # Errors
/// `W0732` for another format number, for what is damaged, and for a path that leads out of the folder.
pub fn read(file: &str, text: &str) -> Result<Artifacts, Problem> {
    let refused = |what: String| Problem::new(Code::W0732, what).at_file(file, None);
    let again = "build again: cargo xtask build --again";
    let value: Value =
        serde_json::from_str(text).map_err(|error| refused(format!("it is damaged: {error}")).help(again))?;
    if let Some(part) = value.get("part") {
        return Err(refused(format!("it is of the part {part} alone"))
            .why("a release is published from the list of all parts")
            .run("cargo xtask build --join"));
    }
    from_value(value).map_err(|(what, why)| refused(what).why(why).help(again))
}

/// Reads a list from its JSON.
///
/// # Errors
/// What was seen, and why it matters where that is not plain.
pub(super) fn from_value(value: Value) -> Result<Artifacts, (String, &'static str)> {
    match value.get("format").map(|format| (format, format.as_u64())) {
        Some((_, Some(number))) if number == u64::from(FORMAT) => {}
        Some((other, _)) => {
            return Err((
                format!("it has the format {other}; this windlass knows {FORMAT}"),
                "a newer windlass may mean something else by the same words",
            ));
        }
        None => return Err(("it names no format".into(), "")),
    }
    let list: Artifacts =
        serde_json::from_value(value).map_err(|error| (format!("it is damaged: {error}"), ""))?;
    check(&list).map_err(|what| (what, ""))?;
    Ok(list)
}

fn check(list: &Artifacts) -> Result<(), String> {
    Version::parse(&list.version).map_err(|_| format!("its version `{}` is none", list.version))?;
    for artifact in &list.artifacts {
        let path = &artifact.path;
        match RepoPath::parse(path) {
            Ok(parsed) if !parsed.is_root() && parsed.as_str() == path => {}
            Ok(_) => return Err(format!("the path `{path}` is not a plain one")),
            Err(why) => return Err(format!("the path `{path}` {why}")),
        }
        if path == FILE || path == super::sums::FILE {
            return Err(format!("`{path}` can't be an artifact"));
        }
        let hex = artifact.sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if artifact.sha256.len() != 64 || !hex {
            return Err(format!("the digest of `{path}` is not SHA-256"));
        }
        let said = [&artifact.coordinate.name, &artifact.coordinate.version];
        if said.iter().any(|text| text.is_empty() || text.contains(char::is_control)) {
            return Err(format!("the coordinate of `{path}` is empty"));
        }
    }
    let mut seen: Vec<_> =
        list.artifacts.iter().map(|one| (&one.path, one.target, &one.coordinate)).collect();
    seen.sort();
    match seen.windows(2).find(|two| two[0] == two[1]) {
        Some(two) => Err(format!("`{}` stands twice", two[0].0)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::artifact::{Artifact, ArtifactKind, Coordinate};
    use crate::model::names::{CommitId, Name};
    use crate::model::target::TargetKind;

    fn list() -> Artifacts {
        Artifacts {
            format: FORMAT,
            group: Name::parse("all").unwrap(),
            version: "1.0.0-rc.1".into(),
            commit: CommitId::parse(&"a".repeat(40)).unwrap(),
            tag: None,
            epoch: 1,
            artifacts: vec![Artifact {
                package: Name::parse("api").unwrap(),
                target: TargetKind::Pypi,
                kind: ArtifactKind::Wheel,
                path: "api-1.0.0rc1-py3-none-any.whl".into(),
                size: 3,
                sha256: "0".repeat(64),
                coordinate: Coordinate { name: "api".into(), version: "1.0.0rc1".into() },
                registry_digest: None,
            }],
        }
    }

    fn refused(text: &str) -> String {
        let problem = read("artifacts.json", text).expect_err(text);
        assert_eq!(problem.code, Code::W0732);
        problem.what
    }

    #[test]
    fn reads_back_what_it_writes() {
        assert_eq!(read("artifacts.json", &render(&list())), Ok(list()));
    }

    #[test]
    fn another_format_is_refused_before_anything_else() {
        let text = render(&list());
        let other = text.replace("\"format\": 1", "\"format\": 2").replace("\"epoch\"", "\"time\"");
        assert_eq!(refused(&other), "it has the format 2; this windlass knows 1");
        assert_eq!(refused("{}"), "it names no format");
        assert_eq!(refused("[]"), "it names no format");
        let part = text.replacen('{', "{ \"part\": \"linux\",", 1);
        assert_eq!(refused(&part), "it is of the part \"linux\" alone");
    }

    #[test]
    fn damage_is_refused() {
        let text = render(&list());
        let digest = "0".repeat(64);
        assert!(refused(&text[..text.len() / 2]).starts_with("it is damaged"));
        assert!(refused(&text.replace("\"epoch\"", "\"time\"")).starts_with("it is damaged"));
        assert_eq!(refused(&text.replace("1.0.0-rc.1", "one")), "its version `one` is none");
        let short = refused(&text.replace(&digest, "00"));
        assert_eq!(short, "the digest of `api-1.0.0rc1-py3-none-any.whl` is not SHA-256");
        let mut twice = list();
        twice.artifacts.push(twice.artifacts[0].clone());
        assert_eq!(refused(&render(&twice)), "`api-1.0.0rc1-py3-none-any.whl` stands twice");
    }

    #[test]
    fn a_path_stays_in_the_folder() {
        for (path, why) in [
            ("../api.whl", "the path `../api.whl` leads out of the repository"),
            ("/api.whl", "the path `/api.whl` is absolute; write it relative to the repository's root"),
            ("a/./b", "the path `a/./b` is not a plain one"),
            ("", "the path `` is not a plain one"),
            ("artifacts.json", "`artifacts.json` can't be an artifact"),
        ] {
            let mut list = list();
            list.artifacts[0].path = path.into();
            assert_eq!(refused(&render(&list)), why);
        }
    }
}
