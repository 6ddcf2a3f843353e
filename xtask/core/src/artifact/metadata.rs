//! What a package's archive says of itself: its name and its version.

use std::io::{Cursor, Read};

use super::archive;
use crate::format::{self, Key, Look, Text};
use crate::model::artifact::ArtifactKind;
use crate::model::path::RepoPath;
use crate::model::tree::Source;

/// A name and a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    pub version: String,
}

/// Reads what the archive of a package says of itself.
///
/// # Errors
/// What is wrong with the archive, as the end of a sentence that starts with its name.
pub fn read(kind: ArtifactKind, bytes: &[u8]) -> Result<Identity, String> {
    match kind {
        ArtifactKind::Wheel => headers(&wheel(bytes)?),
        ArtifactKind::Sdist => headers(&below_root(bytes, "PKG-INFO")?),
        ArtifactKind::Npm => keys("package.json", &below_root(bytes, "package.json")?, ["name", "version"]),
        ArtifactKind::Crate => {
            let manifest = below_root(bytes, "Cargo.toml")?;
            let look = |key: &str| value("Cargo.toml", &manifest, &["package", key]);
            Ok(Identity { name: look("name")?, version: look("version")? })
        }
        ArtifactKind::Chart => keys("Chart.yaml", &below_root(bytes, "Chart.yaml")?, ["name", "version"]),
        ArtifactKind::Image | ArtifactKind::Module | ArtifactKind::File => {
            Err("says nothing of its name".into())
        }
    }
}

/// The file of a tar archive whose path is `FOLDER/NAME`.
fn below_root(bytes: &[u8], name: &str) -> Result<String, String> {
    let files = archive::files(bytes).map_err(|error| format!("can't be read: {error}"))?;
    let found =
        files.into_iter().find(|(path, _)| path.split_once('/').is_some_and(|(_, rest)| rest == name));
    let (_, bytes) = found.ok_or_else(|| format!("holds no {name}"))?;
    String::from_utf8(bytes).map_err(|_| format!("holds a {name} that is not UTF-8"))
}

/// `NAME-VERSION.dist-info/METADATA` (binary distribution format specification).
fn wheel(bytes: &[u8]) -> Result<String, String> {
    let unreadable = |error: zip::result::ZipError| format!("can't be read: {error}");
    let mut wheel = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let is_metadata = |name: &str| {
        name.split_once('/')
            .is_some_and(|(folder, file)| folder.ends_with(".dist-info") && file == "METADATA")
    };
    let names: Vec<String> =
        wheel.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned).collect();
    let name = names.into_iter().find(|name| is_metadata(name)).ok_or("holds no METADATA")?;
    let mut text = String::new();
    let mut file = wheel.by_name(&name).map_err(unreadable)?;
    file.read_to_string(&mut text)
        .map_err(|error| format!("holds a METADATA that can't be read: {error}"))?;
    Ok(text)
}

/// `Name: …` and `Version: …` among the headers (core metadata specification).
fn headers(text: &str) -> Result<Identity, String> {
    let header = |wanted: &str| {
        text.lines()
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim().to_owned())
            .ok_or_else(|| format!("has metadata without `{wanted}`"))
    };
    Ok(Identity { name: header("Name")?, version: header("Version")? })
}

fn keys(file: &str, text: &str, [name, version]: [&str; 2]) -> Result<Identity, String> {
    Ok(Identity { name: value(file, text, &[name])?, version: value(file, text, &[version])? })
}

/// A text in a JSON, TOML or YAML file.
pub(super) fn value(file: &str, text: &str, key: &[&str]) -> Result<String, String> {
    let path = RepoPath::parse(file).map_err(|why| why.to_string())?;
    let format = format::of(&path).ok_or_else(|| format!("holds {file}, whose format is not known"))?;
    let source = Source { path, text: text.to_owned() };
    let looks = (format.look)(&Text::new(&source), &[Key::of(key)]);
    let looks = looks.map_err(|problem| format!("holds a {file} that is malformed: {}", problem.what))?;
    match looks.into_iter().next() {
        Some(Look::Found(scalar)) => Ok(scalar.text),
        _ => Err(format!("holds a {file} without `{}`", key.join("."))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::artifact::archive::{Member, Order, pack};

    fn tar(path: &str, text: &str) -> Vec<u8> {
        pack(&[Member::file("x/other", ""), Member::file(path, text)], 0, Order::Kept).unwrap()
    }

    fn identity(name: &str, version: &str) -> Result<Identity, String> {
        Ok(Identity { name: name.into(), version: version.into() })
    }

    #[test]
    fn reads_each_kind() {
        let info = "Metadata-Version: 2.4\nName: Tide_plan\nVersion: 1.0a1\n\nName: not this\n";
        assert_eq!(read(ArtifactKind::Sdist, &tar("tide-1/PKG-INFO", info)), identity("Tide_plan", "1.0a1"));
        let json = "{ \"name\": \"@a/b\", \"version\": \"1.0.0-rc.1\" }";
        assert_eq!(
            read(ArtifactKind::Npm, &tar("package/package.json", json)),
            identity("@a/b", "1.0.0-rc.1")
        );
        let toml = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n";
        assert_eq!(read(ArtifactKind::Crate, &tar("a-1.0.0/Cargo.toml", toml)), identity("a", "1.0.0"));
        let yaml = "apiVersion: v2\nname: 'c'\nversion: \"1.0.0\" # all\n";
        assert_eq!(read(ArtifactKind::Chart, &tar("c/Chart.yaml", yaml)), identity("c", "1.0.0"));
    }

    #[test]
    fn reads_a_wheel() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("a/METADATA", options).unwrap();
        zip.start_file("a-1.0.dist-info/METADATA", options).unwrap();
        zip.write_all(b"Name: a\r\nVersion: 1.0\r\n\r\n").unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        assert_eq!(read(ArtifactKind::Wheel, &bytes), identity("a", "1.0"));
    }

    #[test]
    fn says_what_is_wrong() {
        let refused = |kind, bytes: &[u8]| read(kind, bytes).unwrap_err();
        assert!(refused(ArtifactKind::Wheel, b"x").starts_with("can't be read"));
        assert!(refused(ArtifactKind::Npm, b"x").starts_with("can't be read"));
        assert_eq!(refused(ArtifactKind::Sdist, &tar("a/b/PKG-INFO", "")), "holds no PKG-INFO");
        assert_eq!(
            refused(ArtifactKind::Sdist, &tar("a/PKG-INFO", "Name: a\n")),
            "has metadata without `Version`"
        );
        let manifest = tar("a/Cargo.toml", "[package]\nname = \"a\"\n");
        assert_eq!(refused(ArtifactKind::Crate, &manifest), "holds a Cargo.toml without `package.version`");
    }
}
