//! Go: the `require` lines of go.mod (Go Modules Reference, "go.mod files"). One that stands for a
//! commit (a pseudo-version) is left alone, and so is `v0.0.0` where a `replace` leads to a folder:
//! neither says a release.

use super::{Dependency, On, Owner};
use crate::ecosystem::Manifest;
use crate::ecosystem::go::split_major;
use crate::format::Text;
use crate::model::path::RepoPath;
use crate::model::requirement::Dialect;
use crate::model::tree::{Source, Tree};

/// The modules that a module requires.
pub fn of_package(source: &Source, owner: Owner<'_>) -> Vec<Dependency> {
    let text = Text::new(source);
    let mut found = Vec::new();
    for words in directives(text.body, "require") {
        let [path, version] = words[..] else { continue };
        let path = path.trim_matches(['"', '`']);
        if is_commit(version) || (version == "v0.0.0" && is_replaced(text.body, path)) {
            continue;
        }
        let start = text.offset(version);
        let scalar = text.scalar(start..start + version.len());
        let major = split_major(path).1.unwrap_or(1);
        let dialect = Dialect::Go { major };
        found.push(owner.needs(On::Name(path.to_owned()), "require", path, scalar, dialect));
    }
    found
}

/// The words after a directive, also those of a block in parentheses; comments left out.
fn directives<'a>(body: &'a str, name: &str) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in body.lines() {
        let line = line.split_once("//").map_or(line, |(code, _)| code);
        let mut words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [")"] => inside = false,
            [first, "("] => inside = *first == name,
            [first] if first.strip_suffix('(') == Some(name) => inside = true,
            [first, ..] if *first == name => {
                words.remove(0);
                found.push(words);
            }
            [_, ..] if inside => found.push(words),
            _ => {}
        }
    }
    found
}

/// Whether a module is replaced by a folder.
fn is_replaced(body: &str, path: &str) -> bool {
    directives(body, "replace").iter().any(|words| {
        let target = words.iter().position(|word| *word == "=>").and_then(|at| words.get(at + 1));
        let folder = target.is_some_and(|target| target.trim_matches(['"', '`']).starts_with('.'));
        folder && words.first().is_some_and(|word| word.trim_matches(['"', '`']) == path)
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
    (known && !is_replaced(own.body().0, &one.name)).then_some((sums, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lines_and_blocks() {
        let body = "module x // require y v1\nrequire a/b v0.1.0 // indirect\nrequire (\n\t\"c\" v1.0.0\n)\nreplace(\n c => ../c\n)\n";
        assert_eq!(directives(body, "require"), [["a/b", "v0.1.0"], ["\"c\"", "v1.0.0"]]);
        assert!(is_replaced(body, "c") && !is_replaced(body, "a/b"));
        assert!(is_commit("v0.1.1-0.20260101120000-abcdef012345"));
        assert!(!is_commit("v0.1.0-alpha.1") && !is_commit("v0.1.0"));
    }
}
