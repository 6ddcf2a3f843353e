//! What must hold for any input. Nothing may panic; whatever is found stands where it is said to
//! stand, and an edit of it reads back.
//!
//! ```sh
//! cd xtask && cargo +nightly fuzz run yaml fuzz/corpus/yaml fuzz/seeds/yaml -- -max_total_time=60
//! ```

mod repository;

use std::sync::LazyLock;

use windlass_core::changelog::dated::{Dated, dated};
use windlass_core::changelog::fragment::{self, Fragment};
use windlass_core::changelog::notes;
use windlass_core::changelog::rotate::{Rotation, rotate};
use windlass_core::config::{self, Surroundings};
use windlass_core::format::{self, Key, Look, Scalar, Text, lines};
use windlass_core::model::config::Config;
use windlass_core::model::date::Date;
use windlass_core::model::edit::{Edit, apply};
use windlass_core::model::form::Form;
use windlass_core::model::path::RepoPath;
use windlass_core::model::requirement::{Dialect, Policy};
use windlass_core::model::template::Template;
use windlass_core::model::tree::Source;
use windlass_core::model::version::Version;
use windlass_core::requirement::{admits, follow};

pub use repository::scan;

pub(crate) fn source(file: &str, text: &str) -> Source {
    Source { path: RepoPath::parse(file).expect("a path"), text: text.to_owned() }
}

pub(crate) fn forms() -> impl Iterator<Item = Form> {
    Form::names().filter_map(|name| Form::from_name(&name))
}

pub(crate) fn next() -> Version {
    Version::parse("98.76.54-rc.32").expect("a version")
}

/// A key in the first line, a text in the others.
pub fn key(file: &str, input: &str) {
    let (key, text) = input.split_once('\n').unwrap_or(("version", input));
    let Ok(key) = Key::parse(key) else { return };
    let before = source(file, text);
    let Some(found) = look(&before, &key) else { return };
    stands(&before, &found);
    let Some(form) = forms().find(|form| form.parse(&found.text).is_some()) else { return };
    let new = form.render(next());
    let after = source(file, &edited(&before, &[(found.clone(), new.clone())]));
    let read = look(&after, &key).expect("the key is still there");
    assert_eq!((read.text, read.span.start, read.line), (new, found.span.start, found.line));
}

fn look(source: &Source, key: &Key) -> Option<Scalar> {
    let format = format::of(&source.path).expect("a format");
    match (format.look)(&Text::new(source), std::slice::from_ref(key)) {
        Ok(looks) => looks.into_iter().find_map(|look| match look {
            Look::Found(scalar) => Some(scalar),
            _ => None,
        }),
        Err(_) => None,
    }
}

/// The span holds the text, on the line that is named.
pub(crate) fn stands(source: &Source, found: &Scalar) {
    assert_eq!(source.text.get(found.span.clone()), Some(found.text.as_str()));
    assert_eq!(source.line(found.span.start), found.line);
}

pub(crate) fn edited(source: &Source, changes: &[(Scalar, String)]) -> String {
    let edits: Vec<Edit> = changes
        .iter()
        .map(|(found, new)| Edit {
            start: found.span.start,
            end: found.span.end,
            old: found.text.clone(),
            new: new.clone(),
            node: String::new(),
            dates: Vec::new(),
        })
        .collect();
    apply(&source.text, &edits).expect("edits side by side")
}

/// A pattern in the first line, a text in the others.
pub fn lines(input: &str) {
    let (pattern, text) = input.split_once('\n').unwrap_or(("{version}", input));
    let Ok(pattern) = Template::pattern(pattern) else { return };
    for form in [Form::SEMVER, Form::PEP440, Form::PLAIN] {
        let source = source("README.md", text);
        let found = lines::find(&Text::new(&source), pattern.parts(), form);
        let mut changes = Vec::new();
        for (scalar, form) in found.iter().flatten() {
            stands(&source, scalar);
            assert!(form.parse(&scalar.text).is_some());
            changes.push((scalar.clone(), form.render(next())));
        }
        edited(&source, &changes);
    }
    let source = source("__init__.py", text);
    if let Some(found) = lines::assigned(&Text::new(&source), "__version__") {
        stands(&source, &found);
        let after = crate::source("__init__.py", &edited(&source, &[(found.clone(), "9.8.7".to_owned())]));
        let read = lines::assigned(&Text::new(&after), "__version__").expect("still there");
        assert_eq!((read.text.as_str(), read.span.start), ("9.8.7", found.span.start));
    }
    stands(&source, &lines::whole(&Text::new(&source)));
}

fn configured(text: &str) -> Option<Config> {
    config::read("windlass.toml", text, &Surroundings { exists: &|_| true }).ok()
}

/// A config is refused, or what is shown of it is a config that means the same.
pub fn config(text: &str) {
    let Some(config) = configured(text) else { return };
    let shown = config::show(&config);
    let again = configured(&shown).unwrap_or_else(|| panic!("no config is shown: {shown}"));
    let values = |config: &Config| -> Vec<_> {
        config.settings.iter().map(|setting| (setting.key.clone(), setting.value.clone())).collect()
    };
    assert_eq!(values(&config), values(&again));
}

/// A changelog; what follows a line `===` is fragments, parted by such lines.
pub fn changelog(input: &str) {
    let mut parts = input.split("\n===\n");
    let text = parts.next().unwrap_or("");
    let files: Vec<_> = parts
        .take(4)
        .zip(["added", "fixed", "odd", "security"])
        .enumerate()
        .filter_map(|(at, (body, kind))| {
            let path = RepoPath::parse(&format!("changelog.d/{at}.{kind}.md")).ok()?;
            Some((path, body.as_bytes().to_vec()))
        })
        .collect();
    static CONFIGS: LazyLock<Vec<Config>> = LazyLock::new(|| {
        let settings = [
            "",
            "rotate = \"every\"\nlinks = true\nplaceholder = \"None.\"",
            "body = \"verbatim\"\nunreleased = false",
        ];
        let root = "[packages.a]\npath = \".\"\n[changelogs.root]\nfile = \"CHANGELOG.md\"\nfragments = \"changelog.d\"\n";
        settings.iter().map(|more| configured(&format!("{root}{more}\n")).expect("a config")).collect()
    });
    for config in CONFIGS.iter() {
        let rules = &config.changelogs[0];
        let (fragments, _): (Vec<Fragment>, _) = fragment::read(rules, files.clone());
        let source = source("CHANGELOG.md", text);
        notes::pending(&source, rules, &fragments);
        notes::pending_level(&source, rules, &fragments);
        notes::warnings(&source, rules);
        notes::linked_tag(&source, rules);
        let group = &rules.groups[0];
        let first = |one: &Dated| one.of(rules, group).expect("a version");
        for one in dated(&source, rules) {
            assert!(notes::section(&source, rules, group, first(&one)).is_some(), "{one:?}");
        }
        let rotation = Rotation {
            version: next(),
            versions: "98.76.54-rc.32",
            date: Date::from_unix(0),
            summary: None,
            tag: Some("v98.76.54-rc.32"),
            previous_tag: None,
        };
        if let Ok(mut edits) = rotate(&source, rules, &fragments, &rotation) {
            edits.sort_by_key(|edit| (edit.start, edit.end));
            let after =
                crate::source("CHANGELOG.md", &apply(&source.text, &edits).expect("edits side by side"));
            let dated = dated(&after, rules);
            assert!(dated.iter().any(|one| first(one) == next()), "{}", after.text);
        }
    }
}

/// A version in any form reads back as it was written; a whole form says all of it.
pub fn any_form(text: &str) {
    for form in forms() {
        let Some(version) = form.parse(text) else { continue };
        let spelled = form.render(version);
        assert_eq!(form.parse(&spelled), Some(version));
        for other in forms() {
            let read = other.parse(&other.render(version)).expect("every form reads what it wrote");
            assert_eq!(other.render(read), other.render(version));
            assert!(!other.is_whole() || read == version);
        }
        assert!(version.core() >= version);
    }
}

/// The version of a sibling in the first line, a requirement on it in the second. What is written in
/// its place admits the version and is left alone from then on; what admits it already is not touched.
pub fn requirement(input: &str) {
    let (version, text) = input.split_once('\n').unwrap_or(("0.2.0", input));
    let Ok(version) = Version::parse(version) else { return };
    let dialects = [
        Dialect::Cargo,
        Dialect::Npm,
        Dialect::Helm,
        Dialect::Pep440,
        Dialect::Poetry,
        Dialect::Go { major: version.major.max(1) },
    ];
    for dialect in dialects {
        assert_eq!(follow(dialect, Policy::Leave, text, version), Ok(None));
        for policy in [Policy::Satisfy, Policy::Exact] {
            match follow(dialect, policy, text, version) {
                Ok(Some(new)) => {
                    assert_ne!(new, text);
                    assert_eq!(admits(dialect, &new, version), Ok(true), "{dialect:?} {new}");
                    assert_eq!(follow(dialect, policy, &new, version), Ok(None), "{dialect:?} {new}");
                    assert!(policy == Policy::Exact || admits(dialect, text, version) == Ok(false));
                }
                Ok(None) => assert_eq!(admits(dialect, text, version), Ok(true), "{dialect:?}"),
                Err(why) => assert!(!why.is_empty()),
            }
        }
    }
}
