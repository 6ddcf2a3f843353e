//! `CITATION.cff` in the package's folder: the root's `version`, in the form of the package's
//! manifest, and `date-released`, the date of that version (Citation File Format 1.2.0, "Valid
//! keys"). What the file says of other works, `references` and `preferred-citation`, stays.

use super::companion::{Companion, Found, Known};
use crate::format::{Node, Text, yaml};
use crate::model::config::Package;
use crate::model::date::Date;
use crate::model::place::{DatePlace, Origin, Place, Role};
use crate::model::problem::{Code, Problem};
use crate::model::tree::Tree;

pub struct Citation;

impl Companion for Citation {
    fn name(&self) -> &'static str {
        "citation"
    }

    fn read(&self, tree: &dyn Tree, package: &Package, known: &Known<'_>) -> Result<Found, Problem> {
        let file = package.path.child("CITATION.cff");
        let mut found = Found::default();
        let Some(source) = tree.read(&file)? else { return Ok(found) };
        let text = Text::new(&source);
        let document = yaml::parse(&text)?;
        let root = document.root();
        if let Some(version) = root.get("version")? {
            let token = version.token("version")?;
            found.places.push(Place {
                package: package.name.clone(),
                file: file.clone(),
                node: "version".into(),
                span: token.span,
                line: token.line,
                text: token.text,
                form: known.form(package),
                role: Role::Mention,
                origin: Origin::Ecosystem(self.name()),
            });
        }
        if let Some(released) = root.get("date-released")? {
            let token = released.token("date-released")?;
            if Date::parse(&token.text).is_none() {
                let what = format!("`date-released` in `{file}` holds `{}`, which is no day", token.text);
                return Err(Problem::new(Code::W0305, what)
                    .at_line(&file, token.line)
                    .help("Write the day of the last release there, as YYYY-MM-DD."));
            }
            found.dates.push(DatePlace {
                package: package.name.clone(),
                file,
                node: "date-released".into(),
                span: token.span,
                line: token.line,
                text: token.text,
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::prove::{config, found, ignore};

    const MANIFEST: (&str, &str) = ("p/pyproject.toml", "[project]\nname = \"p\"\nversion = \"0.1.0a1\"\n");

    fn of(text: &str) -> Vec<String> {
        let mut all = found(&[MANIFEST, ("p/CITATION.cff", text)], &config(&["p=p"]));
        all.retain(|line| !line.contains("pyproject"));
        all
    }

    #[test]
    fn the_roots_version_and_date_and_no_other_works() {
        let text = "\u{feff}cff-version: 1.2.0\r\ntitle: \"\u{e9} 0.1.0a1\"\r\nversion: 0.1.0a1 # c\r\n\
            date-released: '2026-01-31'\r\npreferred-citation:\r\n  version: 0.1.0a1\r\n  date-released: 2026-01-31\r\n\
            references:\r\n- {version: 0.1.0a1}\r\n";
        assert_eq!(
            of(text),
            [
                "p p/CITATION.cff:3 version = 0.1.0a1 (pep440, Mention)",
                "p p/CITATION.cff:4 date-released = 2026-01-31 (date)",
            ]
        );
        assert_eq!(of("title: x\n"), [""; 0]);
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(
            of("date-released: 2026-02-30\n"),
            [
                "W0305 p/CITATION.cff:1: `date-released` in `p/CITATION.cff` holds `2026-02-30`, which is no day"
            ]
        );
        assert_eq!(
            of("version: 0.1.0-alpha.1\n"),
            [
                "W0312 p/CITATION.cff:1: `version` holds `0.1.0-alpha.1`, which is no version in the form pep440"
            ]
        );
        let mut config = config(&["p=p"]);
        ignore(&mut config, "**/CITATION.cff");
        let files = [MANIFEST, ("p/CITATION.cff", "date-released: never\n")];
        assert_eq!(found(&files, &config).len(), 1);
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            noise in "[a-z\u{e9}\u{1f600}]{0,12}",
            quote in prop_oneof![Just(""), Just("'"), Just("\"")],
            ending in prop_oneof![Just("\n"), Just("\r\n")],
            gap in " {1,3}",
        ) {
            let text = format!(
                "# {noise} 2026-01-31{ending}date-released:{gap}{quote}2026-01-31{quote}{gap}# {noise}{ending}\
                 message: 'm {noise} 0.1.0a1'{ending}version:{gap}{quote}0.1.0a1{quote}{ending}",
            );
            prop_assert_eq!(of(&text).len(), 2);
        }
    }
}
