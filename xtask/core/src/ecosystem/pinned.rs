//! The places of pins: versions of other repositories. They are found as declared places of ours are, and
//! belong to no package.

use super::declared;
use crate::model::config::{Config, Find, PlaceRule};
use crate::model::form::Form;
use crate::model::pin::{Pin, PinPlace, Pinned, Spelled};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Tree;

/// The places of every pin, by file and position; what is wrong with them goes to `problems`.
pub fn read(tree: &dyn Tree, config: &Config, problems: &mut Problems) -> Vec<Pinned> {
    let places = |pin: &Pin, problems: &mut Problems| {
        let mut places: Vec<PinPlace> = Vec::new();
        for rule in &pin.places {
            match of_rule(tree, config, pin, rule) {
                Ok(found) => places.extend(found),
                Err(problem) => problems.push(problem),
            }
        }
        places.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
        Pinned { name: pin.name.clone(), places }
    };
    config.pins.iter().map(|pin| places(pin, problems)).collect()
}

/// A key holds the tag, where what stands there has a tag's shape, else the version.
fn of_rule(tree: &dyn Tree, config: &Config, pin: &Pin, rule: &PlaceRule) -> Result<Vec<PinPlace>, Problem> {
    let found = declared::found(tree, config, rule, rule.form.unwrap_or(Form::SEMVER))?;
    let by_key = matches!(rule.find, Find::Key(_));
    let mut places = Vec::new();
    for (node, scalar, form) in found {
        let is_tag = by_key && rule.form.is_none() && pin.version_of(&scalar.text).is_some();
        if !is_tag && form.parse(&scalar.text).is_none() {
            let what = match rule.form {
                Some(form) => {
                    format!("{node} holds `{}`, which is no version in the form {form}", scalar.text)
                }
                None => format!(
                    "{node} holds `{}`, which is neither a tag `{}` nor a version",
                    scalar.text, pin.tag
                ),
            };
            return Err(Problem::new(Code::W0312, what)
                .at_line(&rule.file, scalar.line)
                .why(format!("it is declared as a place of the pin `{}`", pin.name))
                .help("write there by hand what is built on now"));
        }
        places.push(PinPlace {
            file: rule.file.clone(),
            node,
            span: scalar.span,
            line: scalar.line,
            text: scalar.text,
            spelled: if is_tag { Spelled::Tag } else { Spelled::Version(form) },
        });
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Surroundings, read as config};
    use crate::model::tree::MemoryTree;
    use crate::model::version::{Stage, Suffix, Version};

    fn found(files: &[(&str, &str)], places: &str) -> Vec<String> {
        let text = format!("[packages.app]\n[pins.oss]\nrepository = \"../oss\"\nplaces = [{places}]\n");
        let config = config("windlass.toml", &text, &Surroundings { exists: &|_| false }).unwrap();
        let mut problems = Problems::new();
        let pinned = read(&MemoryTree::new(files.iter().copied()), &config, &mut problems);
        let place = |place: &PinPlace| {
            format!("{}:{} {} = {} {:?}", place.file, place.line, place.node, place.text, place.spelled)
        };
        let said = problems.into_iter().map(|problem| format!("{} {}", problem.code, problem.what));
        pinned.iter().flat_map(|pin| &pin.places).map(place).chain(said).collect()
    }

    #[test]
    fn tags_and_versions_by_key_and_by_pattern() {
        let files = [
            ("b.json", "{\"tag\": \"v0.2.0-rc.1\", \"version\": \"0.2.0-rc.1\", \"py\": \"0.2.0rc1\"}"),
            ("a.env", "# OSS\nOSS_TAG=v0.2.0-rc.1\n"),
        ];
        let lines = found(
            &files,
            "{ file = \"b.json\", key = \"tag\" }, { file = \"b.json\", key = \"version\" }, \
             { file = \"b.json\", key = \"py\", form = \"pep440\" }, { file = \"a.env\", pattern = \"OSS_TAG={tag}\" }",
        );
        assert!(lines[0].starts_with("a.env:2 OSS_TAG=v{version} = 0.2.0-rc.1 Version("), "{lines:#?}");
        assert_eq!(lines[1], "b.json:1 tag = v0.2.0-rc.1 Tag");
        assert!(lines[2].starts_with("b.json:1 version = 0.2.0-rc.1 Version("), "{lines:#?}");
        assert!(lines[3].starts_with("b.json:1 py = 0.2.0rc1 Version("), "{lines:#?}");
    }

    #[test]
    fn says_what_is_no_pin() {
        let files = [("a.json", "{\"tag\": \"main\"}")];
        assert_eq!(
            found(&files, "{ file = \"a.json\", key = \"tag\" }"),
            ["W0312 tag holds `main`, which is neither a tag `v{version}` nor a version"]
        );
        assert_eq!(
            found(&files, "{ file = \"a.json\", key = \"tag\", form = \"pep440\" }"),
            ["W0312 tag holds `main`, which is no version in the form pep440"]
        );
        assert_eq!(
            found(&files, "{ file = \"a.json\", pattern = \"TAG={tag}\" }"),
            ["W0302 `a.json` holds nothing like `TAG=v{version}`"]
        );
    }

    proptest! {
        /// Whatever the upstream's tags look like: a pin that was moved reads as moved, everywhere.
        #[test]
        fn a_moved_pin_is_read_back(
            (tag, form) in prop::sample::select(vec![
                ("v{version}", "semver"),
                ("oss-v{version}", "vsemver"),
                ("{version:pep440}", "pep440"),
                ("suite/{version:pep440}", "X.Y"),
            ]),
            old in (0u64..3, 0u64..12, 0u64..12, 0u64..4),
            new in (0u64..3, 0u64..12, 0u64..12, 0u64..4),
        ) {
            let version = |(major, minor, patch, rc)| {
                let version = Version::new(major, minor, patch);
                if rc == 0 { version } else { version.with(Suffix::Pre(Stage::Rc, rc)) }
            };
            let (old, new) = (version(old), version(new));
            let text = format!(
                "[packages.app]\n[pins.oss]\nrepository = \"../oss\"\ntag = \"{tag}\"\nplaces = [\
                 {{ file = \"a.env\", pattern = \"TAG={{tag}}\" }}, {{ file = \"b.json\", key = \"tag\" }}, \
                 {{ file = \"b.json\", key = \"form\", form = \"{form}\" }}]\n"
            );
            let config = config("windlass.toml", &text, &Surroundings { exists: &|_| false }).unwrap();
            let pin = &config.pins[0];
            let files = |version: Version| {
                let (tag, form) = (pin.tag_of(version), Form::from_name(form).unwrap().render(version));
                (format!("x\nTAG={tag}\n"), format!("{{\"tag\": \"{tag}\", \"form\": \"{form}\"}}"))
            };
            let read = |(env, json): &(String, String)| {
                let mut problems = Problems::new();
                let tree = MemoryTree::new([("a.env", env.as_str()), ("b.json", json.as_str())]);
                let pinned = super::read(&tree, &config, &mut problems);
                assert_eq!(problems, []);
                pinned.into_iter().next().unwrap().places
            };
            let mut texts = files(old);
            for place in read(&texts).into_iter().rev() {
                let text = if place.file.as_str() == "a.env" { &mut texts.0 } else { &mut texts.1 };
                text.replace_range(place.span.clone(), &place.render(pin, new));
            }
            prop_assert_eq!(&texts, &files(new));
            let places = read(&texts);
            prop_assert!(places.iter().all(|place| place.text == place.render(pin, new)));
            prop_assert_eq!(places.iter().find_map(|place| place.whole(pin)), Some(new));
        }
    }
}
