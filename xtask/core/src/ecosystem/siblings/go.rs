//! Go: the `require` lines of go.mod (Go Modules Reference, "go.mod files"). One that stands for a
//! commit (a pseudo-version) is left alone, and so is `v0.0.0` where a `replace` leads to a folder:
//! neither says a release.
//!
//! A `replace` with a version on its left holds for that version alone ("replace directive"), so one
//! that leads what is required to a folder repeats the requirement; in a go.work, too.

use super::{Dependency, On, Owner};
use crate::ecosystem::go::split_major;
use crate::ecosystem::gomod::{Directive, directives};
use crate::ecosystem::{Manifest, Ours};
use crate::format::{Scalar, Text};
use crate::model::requirement::{Dialect, Hindrance};
use crate::model::tree::{Source, Tree};

/// The modules that a module requires.
pub fn of_package(source: &Source, owner: Owner<'_>) -> Vec<Dependency> {
    let all = directives(&Text::new(source));
    let mut found = Vec::new();
    for Directive { words, .. } in all.iter().filter(|directive| directive.verb == "require") {
        let [path, version] = words.as_slice() else { continue };
        let by_folder = is_replaced(&all, &path.text, &version.text);
        if is_commit(&version.text) || (version.text == "v0.0.0" && by_folder) {
            continue;
        }
        found.push(needs(owner, "require", path, version));
        let replaced = replaced(&all).filter(|(name, _)| name.text == path.text);
        for left in replaced.filter_map(|(_, left)| left).filter(|left| left.text == version.text) {
            found.push(needs(owner, "replace", path, left));
        }
    }
    found
}

fn needs(owner: Owner<'_>, verb: &str, path: &Scalar, version: &Scalar) -> Dependency {
    let dialect = Dialect::Go { major: split_major(&path.text).1.unwrap_or(1) };
    owner.needs(On::Name(path.text.clone()), verb, &path.text, version.clone(), dialect)
}

/// What a go.work replaces at the very version that one of its modules requires: it follows with that module's line.
pub fn of_work(work: &Source, ours: &Ours<'_>) -> Vec<Dependency> {
    let all = directives(&Text::new(work));
    let mut found = Vec::new();
    for (path, left) in replaced(&all) {
        let requires = |manifest: &&Manifest| {
            let all = manifest.dependencies.iter().filter(|one| one.name == path.text);
            left.is_some_and(|left| all.into_iter().any(|one| one.scalar.text == left.text))
        };
        if let (Some(left), Some(manifest)) = (left, ours.all().find(requires)) {
            found.push(needs(manifest.owner(&work.path), "replace", path, left));
        }
    }
    found
}

/// The modules that are replaced by a folder, each with the version that alone is, if one is named.
fn replaced(all: &[Directive]) -> impl Iterator<Item = (&Scalar, Option<&Scalar>)> {
    all.iter().filter(|directive| directive.verb == "replace").filter_map(|Directive { words, .. }| {
        let arrow = words.iter().position(|word| word.text == "=>")?;
        let folder = words.get(arrow + 1)?.text.starts_with('.');
        let path = words.first().filter(|_| folder && arrow > 0)?;
        Some((path, words.get(1).filter(|_| arrow > 1)))
    })
}

/// Whether a module is replaced by a folder at a version.
fn is_replaced(all: &[Directive], path: &str, version: &str) -> bool {
    let at = |left: Option<&Scalar>| left.is_none_or(|left| left.text == version);
    replaced(all).any(|(name, left)| name.text == path && at(left))
}

/// A pseudo-version (Go Modules Reference): it ends with a time of 14 digits and 12 of a commit.
fn is_commit(version: &str) -> bool {
    let Some((before, commit)) = version.rsplit_once('-') else { return false };
    let time = before.rsplit(['-', '.']).next().unwrap_or_default();
    commit.len() == 12
        && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
        && time.len() == 14
        && time.bytes().all(|byte| byte.is_ascii_digit())
}

/// A go.sum beside the manifest that knows the required version by its checksum.
pub fn summed(tree: &dyn Tree, manifest: &Manifest, one: &Dependency) -> Option<Hindrance> {
    let sums = manifest.folder.child("go.sum");
    let own = tree.read(&manifest.file).ok().flatten()?;
    let source = tree.read(&sums).ok().flatten()?;
    let known = source.text.lines().any(|line| line.split_whitespace().next() == Some(one.name.as_str()));
    let text = format!("`{sums}` holds its checksum, and the next version has none before it is tagged");
    let replaced = is_replaced(&directives(&Text::new(&own)), &one.name, &one.scalar.text);
    (known && !replaced).then_some(Hindrance { file: sums, why: text, by_hook: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::path::RepoPath;

    #[test]
    fn knows_folders_and_commits() {
        let body = "module x\nreplace(\n \"c\" v1.0.0 => ../c\n)\nreplace d => example.org/d v1.0.0\n";
        let source = Source { path: RepoPath::parse("go.mod").unwrap(), text: body.into() };
        let all = directives(&Text::new(&source));
        let is = |path: &str| is_replaced(&all, path, "v1.0.0");
        assert!(is("c") && !is("d") && !is("x"));
        assert!(!is_replaced(&all, "c", "v1.0.1"));
        assert!(is_commit("v0.1.1-0.20260101120000-abcdef012345"));
        assert!(!is_commit("v0.1.0-alpha.1") && !is_commit("v0.1.0"));
    }
}
