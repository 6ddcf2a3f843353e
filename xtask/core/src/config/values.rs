//! Values with a meaning: paths, globs, templates, forms, names of other tables.

use std::collections::BTreeSet;

use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::{PathError, RepoPath};
use crate::model::problem::{Code, Problem};
use crate::model::template::Template;

use super::entry::{Entry, printable};
use super::nearest::advice;
use super::reader::Section;

/// The names that a table defines, for checking what refers to them.
pub(super) struct Names {
    noun: &'static str,
    names: Vec<String>,
    /// The same, to look one up.
    known: BTreeSet<String>,
    /// Whether all are known; when their table could not be read, no reference is refused.
    complete: bool,
}

impl Names {
    pub(super) fn new(noun: &'static str, names: Vec<String>) -> Names {
        let known = names.iter().cloned().collect();
        Names { noun, names, known, complete: true }
    }

    pub(super) fn unknown(noun: &'static str) -> Names {
        Names { noun, names: Vec::new(), known: BTreeSet::new(), complete: false }
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    pub(super) fn add(&mut self, name: &Name) {
        self.names.push(name.to_string());
        self.known.insert(name.to_string());
    }

    /// Every name that is well formed.
    pub(super) fn all(&self) -> Vec<Name> {
        self.names.iter().filter_map(|name| Name::parse(name).ok()).collect()
    }
}

impl<'a> Entry<'a> {
    /// The name of one of `names`.
    pub(super) fn refers_to(&self, names: &Names) -> Option<Name> {
        let text = self.as_text().or_else(|| self.mistyped(format!("a {}'s name", names.noun)))?;
        if names.complete && !names.known.contains(text) {
            let what = format!(
                "{} names the {} `{}`, which does not exist",
                self.label(),
                names.noun,
                printable(text)
            );
            let known: Vec<&str> = names.names.iter().map(String::as_str).collect();
            self.report(Problem::new(Code::W0105, what).help(advice(text, names.noun, &known)));
            return None;
        }
        Name::parse(text).ok()
    }

    /// A path from the repository's root.
    pub(super) fn path_from_root(&self) -> Option<RepoPath> {
        self.path_from(&RepoPath::default())
    }

    /// A path from `folder`; `..` may lead up, but not out.
    pub(super) fn path_from(&self, folder: &RepoPath) -> Option<RepoPath> {
        let text = self.text()?;
        if text.is_empty() {
            return self.refuse("is empty", "a path (`.` for the folder itself)");
        }
        let absolute = RepoPath::parse(text).err().filter(|error| *error == PathError::Absolute);
        match absolute.map_or_else(|| folder.join(text), Err) {
            Ok(path) => Some(path),
            Err(error @ (PathError::Backslash | PathError::Control)) => self.refuse(
                format!("is `{}`, which {error}", printable(text)),
                "a path with `/` between folders",
            ),
            Err(error) => self.leaves(text, error),
        }
    }

    /// A glob over paths from the repository's root.
    pub(super) fn path_glob(&self) -> Option<String> {
        const ALLOWED: &str = "a glob from the repository's root, such as `docs/**` or `*/package.json`";
        let glob = self.checked(ALLOWED, |text| check_glob(text).map(|()| text))?;
        if glob.starts_with('/') {
            return self.leaves(glob, PathError::Absolute);
        }
        if glob.split(['/', '{', ',', '}']).any(|part| part == "..") {
            return self.leaves(glob, PathError::Outside);
        }
        Some(glob.to_owned())
    }

    /// A glob over branch names.
    pub(super) fn branch_glob(&self) -> Option<String> {
        self.checked("a branch or a glob, such as `release/*`", |text| {
            check_glob(text).map(|()| text.to_owned())
        })
    }

    fn leaves<T>(&self, text: &str, error: PathError) -> Option<T> {
        let what = format!("{} is `{}`, which {error}", self.label(), printable(text));
        let problem = Problem::new(Code::W0108, what)
            .why("a release reads and writes tracked files of this repository only")
            .help("write a path inside the repository");
        self.report(problem);
        None
    }

    /// A template in which versions and the `values` may stand.
    pub(super) fn template(&self, values: &[&str]) -> Option<Template> {
        self.checked(&placeholders(values), |text| template(text, values))
    }

    pub(super) fn form(&self) -> Option<Form> {
        let names = Form::names().map(|name| format!("`\"{name}\"`")).collect::<Vec<_>>().join(", ");
        self.checked(&names, |text| Form::from_name(text).ok_or_else(|| "is no form".to_owned()))
    }

    /// A text on one line that says something.
    pub(super) fn words(&self) -> Option<&'a str> {
        self.checked("a text on one line", |text| {
            if text.trim().is_empty() {
                Err("is empty".to_owned())
            } else if text.contains(char::is_control) {
                Err("holds a control character".to_owned())
            } else {
                Ok(text)
            }
        })
    }
}

impl Section<'_> {
    /// A key's text, or its default, which goes through the same check.
    pub(super) fn checked_or<T>(
        &mut self,
        key: &'static str,
        default: &str,
        allowed: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match self.take(key) {
            Some(value) => value.checked(allowed, check),
            None => self.default(key, default, allowed, check),
        }
    }

    /// The default of a key that is not there.
    pub(super) fn default<T>(
        &self,
        key: &str,
        default: &str,
        allowed: &str,
        check: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let refused = |why| {
            let what = format!("the default `{key}` of {} is `{default}`, which {why}", self.title());
            self.report(Problem::new(Code::W0104, what).help(format!("allowed: {allowed}")));
        };
        check(default).map_err(refused).ok()
    }
}

/// A template of at least one visible letter.
pub(super) fn template(text: &str, values: &[&str]) -> Result<Template, String> {
    if text.trim().is_empty() {
        return Err("is empty".to_owned());
    }
    Template::parse(text, values)
}

/// As [`template`], on one line.
pub(super) fn line(text: &str, values: &[&str]) -> Result<Template, String> {
    if text.contains(char::is_control) {
        return Err("holds a line break or another control character".to_owned());
    }
    template(text, values)
}

/// What a template may hold, for people.
pub(super) fn placeholders(values: &[&str]) -> String {
    let names = ["version", "version:FORM", "major", "minor", "patch"];
    let names: Vec<String> = names.iter().chain(values).map(|name| format!("`{{{name}}}`")).collect();
    format!("a text that may hold {}", names.join(", "))
}

/// Refuses what would silently match nothing, or everything.
pub(super) fn check_glob(glob: &str) -> Result<(), String> {
    if glob.is_empty() {
        return Err("is empty".to_owned());
    }
    if glob.starts_with('!') {
        return Err("starts with `!`; list what is meant instead".to_owned());
    }
    if glob.contains('\\') {
        return Err("holds a backslash; write `/` between folders".to_owned());
    }
    if glob.contains(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    for (open, close) in [('{', '}'), ('[', ']')] {
        let mut depth = 0_usize;
        for c in glob.chars() {
            if c == open {
                depth += 1;
            } else if c == close {
                depth = depth.checked_sub(1).ok_or_else(|| format!("has a lone `{close}`"))?;
            }
        }
        if depth > 0 {
            return Err(format!("has a lone `{open}`"));
        }
    }
    Ok(())
}
