//! Go: the `require` lines of go.mod (Go Modules Reference, "go.mod files"). One that stands for a
//! commit (a pseudo-version) is left alone, and so is `v0.0.0` where a `replace` leads to a folder:
//! neither says a release.

use super::{Dependency, On, Owner};
use crate::ecosystem::Manifest;
use crate::ecosystem::go::split_major;
use crate::ecosystem::gomod::{Directive, directives};
use crate::format::Text;
use crate::model::path::RepoPath;
use crate::model::requirement::Dialect;
use crate::model::tree::{Source, Tree};

/// The modules that a module requires.
pub fn of_package(source: &Source, owner: Owner<'_>) -> Vec<Dependency> {
    let all = directives(&Text::new(source));
    let mut found = Vec::new();
    for Directive { words, .. } in all.iter().filter(|directive| directive.verb == "require") {
        let [path, version] = words.as_slice() else { continue };
        if is_commit(&version.text) || (version.text == "v0.0.0" && is_replaced(&all, &path.text)) {
            continue;
        }
        let dialect = Dialect::Go { major: split_major(&path.text).1.unwrap_or(1) };
        found.push(owner.needs(On::Name(path.text.clone()), "require", &path.text, version.clone(), dialect));
    }
    found
}

/// Whether a module is replaced by a folder.
fn is_replaced(all: &[Directive], path: &str) -> bool {
    all.iter().filter(|directive| directive.verb == "replace").any(|Directive { words, .. }| {
        let target = words.iter().position(|word| word.text == "=>").and_then(|at| words.get(at + 1));
        let folder = target.is_some_and(|target| target.text.starts_with('.'));
        folder && words.first().is_some_and(|word| word.text == path)
    })
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
pub fn summed(tree: &dyn Tree, manifest: &Manifest, one: &Dependency) -> Option<(RepoPath, String)> {
    let sums = manifest.folder.child("go.sum");
    let own = tree.read(&manifest.file).ok().flatten()?;
    let source = tree.read(&sums).ok().flatten()?;
    let known = source.text.lines().any(|line| line.split_whitespace().next() == Some(one.name.as_str()));
    let text = format!("`{sums}` holds its checksum, and the next version has none before it is tagged");
    (known && !is_replaced(&directives(&Text::new(&own)), &one.name)).then_some((sums, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_folders_and_commits() {
        let body = "module x\nreplace(\n \"c\" v1.0.0 => ../c\n)\nreplace d => example.org/d v1.0.0\n";
        let source = Source { path: RepoPath::parse("go.mod").unwrap(), text: body.into() };
        let all = directives(&Text::new(&source));
        assert!(is_replaced(&all, "c") && !is_replaced(&all, "d") && !is_replaced(&all, "x"));
        assert!(is_commit("v0.1.1-0.20260101120000-abcdef012345"));
        assert!(!is_commit("v0.1.0-alpha.1") && !is_commit("v0.1.0"));
    }
}
