//! Declared places: a file, and a key or a pattern that finds a version in it.

use crate::model::config::{After, Find, PlaceRule};
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::template::{Part, Template};

use super::entry::Entry;
use super::reader::Section;

pub(super) const AFTERS: [(&str, After); 2] = [("release", After::Release), ("publish", After::Publish)];

/// What is said where a place lacks its file, or its pattern is none.
pub(super) struct Examples {
    pub(super) file: &'static str,
    pub(super) pattern: &'static str,
}

const OF_PACKAGE: Examples = Examples {
    file: "the file from the package's folder, such as: file = \"src/version.py\"",
    pattern: "a text around `{version}` or `{version:FORM}`",
};

/// A package's declared place.
pub(super) fn place(entry: &Entry, folder: &RepoPath) -> Option<PlaceRule> {
    let mut table = entry.section()?;
    let spot = spot(&mut table, folder, &OF_PACKAGE, Template::pattern);
    let after = table.get("after", |value| value.one_of(&AFTERS)).unwrap_or(After::Release);
    let line = table.line();
    table.finish();
    let (file, find, form) = spot?;
    Some(PlaceRule { file, find, form, after, line })
}

/// A file, how a version is found in it, in which form.
pub(super) type Spot = (RepoPath, Find, Option<Form>);

/// Reads the keys that every place has; `read` reads a pattern.
pub(super) fn spot(
    table: &mut Section,
    folder: &RepoPath,
    examples: &Examples,
    read: impl Fn(&str) -> Result<Template, String>,
) -> Option<Spot> {
    let file = table.require("file", examples.file).and_then(|value| value.path_from(folder));
    let key = table.take("key");
    let pattern = table.take("pattern");
    let count = table.take("count");
    let form = table.take("form");
    if key.is_none() && pattern.is_none() {
        table.lacks(
            &["key", "pattern"],
            "how the version is found: key = \"/info/version\" or pattern = \"v{version}\"",
        );
    }
    let find = match (&key, &pattern) {
        (Some(_), Some(_)) => both(table, "a `key` and a `pattern`", "a place is found in one way: keep one"),
        (Some(_), None) if count.is_some() => {
            both(table, "a `key` and a `count`", "a key is one node; `count` goes with `pattern`")
        }
        (Some(key), None) => key.words().map(|key| Find::Key(key.to_owned())),
        (None, Some(pattern)) => {
            let pattern = pattern.checked(examples.pattern, &read);
            let count = count.map_or(Some(1), |count| count.number(1..=1_000));
            pattern.zip(count).map(|(pattern, count)| Find::Pattern { pattern, count })
        }
        (None, None) => None,
    };
    if let (Some(_), Some(Find::Pattern { pattern, .. })) = (&form, &find)
        && !pattern.parts().contains(&Part::Version(None))
    {
        let _: Option<()> =
            both(table, "a `form` and a pattern that names its own", "take the form out of one of them");
    }
    let form = form.and_then(|form| form.form());
    Some((file?, find?, form))
}

/// Refuses two keys that exclude each other.
fn both<T>(table: &Section, keys: &str, help: &str) -> Option<T> {
    let what = format!("{} has {keys}", table.title());
    table.report(Problem::new(Code::W0107, what).help(help));
    None
}
