//! Which crates a Cargo.lock takes from folders. The lock says no paths: an entry without a
//! `source` is one of its workspace's or one that a `path` leads to (the Cargo Book, "Specifying
//! path dependencies"), so the manifests tell, from those that share the lock on.

use std::collections::BTreeSet;

use super::{Manifest, Ours};
use crate::format::toml::Toml;
use crate::format::{Node, Text, toml};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::tree::{Source, Tree};

/// The packages of ours that a lock has an entry of and its manifests lead to.
pub fn held<'a>(tree: &dyn Tree, lock: &Source, ours: &Ours<'a>) -> Vec<&'a Manifest> {
    let name = |line: &str| line.trim().strip_prefix("name = \"")?.strip_suffix('"').map(str::to_owned);
    let entries: BTreeSet<String> = lock.body().0.lines().filter_map(name).collect();
    let mut held: Vec<_> = entries.iter().filter_map(|name| ours.named(name)).collect();
    if held.is_empty() {
        return held;
    }
    let reached = reached(tree, &lock.path.parent().unwrap_or_default());
    let members = reached.iter().filter_map(|folder| inheriting(tree, folder));
    let members: BTreeSet<String> = members.filter(|name| entries.contains(name)).collect();
    let inherits = |manifest: &Manifest| manifest.inherited_by.iter().any(|name| members.contains(name));
    held.retain(|manifest| reached.contains(&manifest.folder) || inherits(manifest));
    held
}

/// The name of a crate that inherits its version.
fn inheriting(tree: &dyn Tree, folder: &RepoPath) -> Option<String> {
    let source = tree.read(&folder.child("Cargo.toml")).ok()??;
    let text = Text::new(&source);
    let document = toml::parse(&text).ok()?;
    let package = document.root().get("package").ok()??;
    let inherits = package.at(&["version", "workspace"]).ok()?.is_some_and(Toml::is_true);
    Some(package.value_at(&["name"]).ok()??.into_owned()).filter(|_| inherits)
}

/// The folders of all crates that the manifests around a lock lead to, from one to the next.
fn reached(tree: &dyn Tree, folder: &RepoPath) -> BTreeSet<RepoPath> {
    let first = folder.child("");
    let below = tree.entries().range(first..).map(|(path, _)| path);
    let below = below.take_while(|path| path.below(folder).is_some());
    let shares = |path: &&RepoPath| {
        let lock = path.parent().and_then(|own| tree.nearest(&own, "Cargo.lock"));
        path.name() == "Cargo.toml" && lock.and_then(|lock| lock.parent()).as_ref() == Some(folder)
    };
    let mut left: Vec<RepoPath> = below.filter(shares).filter_map(RepoPath::parent).collect();
    let mut reached: BTreeSet<RepoPath> = left.iter().cloned().collect();
    while let Some(folder) = left.pop() {
        // What a crate inherits stands in a workspace above it.
        for above in folder.ancestors() {
            let file = above.child("Cargo.toml");
            let Ok(Some(source)) = tree.read(&file) else { continue };
            for path in paths(&source, above == folder).unwrap_or_default() {
                if let Ok(next) = above.join(&path)
                    && tree.contains(&next.child("Cargo.toml"))
                    && reached.insert(next.clone())
                {
                    left.push(next);
                }
            }
        }
    }
    reached
}

/// The paths of a manifest's dependencies and members; else those that others inherit from it.
fn paths(source: &Source, own: bool) -> Result<Vec<String>, Problem> {
    let text = Text::new(source);
    let document = toml::parse(&text)?;
    let root = document.root();
    let mut found = Vec::new();
    if !own {
        if let Some(shared) = root.at(&["workspace", "dependencies"])? {
            collect(shared, &mut found)?;
        }
        return Ok(found);
    }
    collect(root, &mut found)?;
    if let Some(members) = root.at(&["workspace", "members"])? {
        found.extend(members.items()?.into_iter().filter_map(|member| Some(member.value()?.into_owned())));
    }
    Ok(found)
}

/// Every `path` of a table and of the tables in it.
fn collect(table: Toml<'_>, found: &mut Vec<String>) -> Result<(), Problem> {
    for (key, node) in table.members()? {
        match node.value() {
            Some(path) if key == "path" => found.push(path.into_owned()),
            Some(_) => {}
            None => collect(node, found)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn a_lock_apart_holds_who_inherits_the_version() {
        let lock = |name: &str| format!("version = 4\n[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
        let of = |path: &str, lock: &str| {
            let fuzz = format!(
                "[package]\nname = \"fuzz\"\n[dependencies]\nx = {{ path = \"{path}\" }}\n[workspace]\n"
            );
            let files = [
                ("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n[workspace.package]\nversion = \"0.1.0\"\n"),
                ("a/Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true\n"),
                ("task/Cargo.toml", "[package]\nname = \"task\"\nversion.workspace = true\n"),
                ("own/Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.1.0\"\n"),
                ("fuzz/Cargo.toml", fuzz.as_str()),
                ("fuzz/Cargo.lock", lock),
            ];
            let mut lines = found(&files, &config(&["a=a"]));
            lines.retain(|line| line.contains("fuzz/Cargo.lock"));
            lines.concat()
        };
        let held =
            |name: &str| format!("a fuzz/Cargo.lock:4 package[\"{name}\"].version = 0.1.0 (semver, Lock)");
        assert_eq!(of("../a", &lock("a")), held("a"));
        assert_eq!(of("../task", &lock("task")), held("task"));
        assert_eq!(of("../own", &lock("own")), "");
        assert_eq!(of("../own", &lock("a")), "");
        assert_eq!(of("../own", &lock("task")), "");
    }
}
