//! Where values stand in texts: pure finders of byte spans, one file per format.
//!
//! A format reads a [`Text`], gives its nodes through the [`Node`] trait and never writes:
//! whoever edits replaces the bytes of a [`Scalar`]'s span and nothing else.

use crate::model::path::RepoPath;
use crate::model::problem::Problem;

pub mod json;
mod key;
pub mod lines;
mod node;
pub mod number;
mod pointer;
mod text;
pub mod toml;
pub mod xml;
pub mod yaml;

pub use key::{Key, Look};
pub use node::{Kind, Node};
pub use pointer::pointer_to;
pub use text::{Scalar, Text};

/// A structured format, known by its files' endings.
pub struct Format {
    pub name: &'static str,
    /// Endings after the last dot, or whole file names.
    pub endings: &'static [&'static str],
    /// Looks up keys in a text; each answer stands at its key's position.
    pub look: fn(&Text<'_>, &[Key]) -> Result<Vec<Look>, Problem>,
}

/// Every structured format.
pub const ALL: &[Format] = &[json::FORMAT, toml::FORMAT, yaml::FORMAT, xml::FORMAT];

/// The format of a file, by its name.
pub fn of(path: &RepoPath) -> Option<&'static Format> {
    let name = path.name();
    let (_, ending) = name.rsplit_once('.')?;
    let known = |known: &&str| known.eq_ignore_ascii_case(ending) || *known == name;
    ALL.iter().find(|format| format.endings.iter().any(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_ending_names_the_format() {
        let name = |path: &str| of(&RepoPath::parse(path).unwrap()).map(|format| format.name);
        assert_eq!(name("a/server.json"), Some("JSON"));
        assert_eq!(name("pyproject.toml"), Some("TOML"));
        assert_eq!(name("a/uv.lock"), Some("TOML"));
        assert_eq!(name("a.b/Chart.YAML"), Some("YAML"));
        assert_eq!(name("CITATION.cff"), Some("YAML"));
        assert_eq!(name("pom.xml"), Some("XML"));
        assert_eq!(name("json"), None);
        assert_eq!(name("README.md"), None);
    }

    #[test]
    fn every_format_is_in_the_list() {
        let besides = ["key.rs", "lines.rs", "mod.rs", "node.rs", "number.rs", "pointer.rs", "text.rs"];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/format");
        for entry in walkdir::WalkDir::new(folder).min_depth(1) {
            let file = entry.unwrap().file_name().to_string_lossy().into_owned();
            let listed = ALL.iter().any(|format| format!("{}.rs", format.name.to_lowercase()) == file);
            assert!(listed || besides.contains(&file.as_str()), "{file}");
        }
    }
}

/// What the tests of every format ask.
#[cfg(test)]
mod prove {
    use super::*;
    use crate::model::tree::Source;

    fn look(source: &Source, key: &str) -> Result<Look, Problem> {
        let format = of(&source.path).unwrap();
        let mut looks = (format.look)(&Text::new(source), &[Key::parse(key).unwrap()])?;
        Ok(looks.remove(0))
    }

    /// The key holds `0.1.0`; an edit of its span changes nothing else and reads back.
    pub fn all(path: &str, text: &str, key: &str) {
        let path = RepoPath::parse(path).unwrap();
        let source = Source { path: path.clone(), text: text.into() };
        let Ok(Look::Found(scalar)) = look(&source, key) else {
            panic!("{key} in {text:?}: {:?}", look(&source, key))
        };
        assert_eq!(scalar.text, "0.1.0", "{text:?}");
        assert_eq!(&text[scalar.span.clone()], "0.1.0", "{text:?}");
        assert_eq!(scalar.line, source.line(scalar.span.start), "{text:?}");
        let edited = [&text[..scalar.span.start], "0.2.0-alpha.1", &text[scalar.span.end..]].concat();
        let after = Source { path, text: edited };
        let Ok(Look::Found(read)) = look(&after, key) else {
            panic!("{key} in {:?}: {:?}", after.text, look(&after, key))
        };
        assert_eq!((read.text.as_str(), read.span.start), ("0.2.0-alpha.1", scalar.span.start));
    }

    /// Why a key gives no token, for people; nothing may panic on the way.
    pub fn refused(path: &str, text: &str, key: &str) -> String {
        let source = Source { path: RepoPath::parse(path).unwrap(), text: text.into() };
        match look(&source, key) {
            Ok(Look::Found(scalar)) => format!("found {}", scalar.text),
            Ok(Look::Other { line, noun }) => format!("{noun}, line {line}"),
            Ok(Look::Missing { nearest: Some(nearest) }) => format!("missing, nearest {nearest}"),
            Ok(Look::Missing { nearest: None }) => "missing".into(),
            Err(problem) => format!("{} {}", problem.code, problem.at.unwrap()),
        }
    }
}
