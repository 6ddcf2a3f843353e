//! `bun.lockb`, bun's older lock, which is no text: nobody but bun can tell what it says. It repeats the
//! versions of a workspace's members, and what each requires. Beside a `bun.lock` bun does not read it
//! (bun.sh, "Lockfile").

use super::{Manifest, siblings};
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::Tree;

const NAME: &str = "bun.lockb";

/// The problem of a member of a workspace that has such a lock (`W0310`).
pub fn check(tree: &dyn Tree, manifest: &Manifest) -> Option<Problem> {
    let lock = siblings::workspaces::root_of(tree, &manifest.folder)?.child(NAME);
    (manifest.is_moved() && is_read(tree, &lock)).then(|| {
        Problem::new(Code::W0310, format!("`{lock}` is no text and holds the versions of its workspace"))
            .at(&lock)
            .why("the release would leave it out of step with the manifests")
            .help("Let bun write a text in its place, or have a hook refresh it and list it under `ignore.places`:")
            .run("bun install --save-text-lockfile --frozen-lockfile --lockfile-only")
    })
}

/// The lock near a manifest that repeats its requirements unseen.
pub fn near(tree: &dyn Tree, manifest: &Manifest) -> Option<RepoPath> {
    tree.nearest(&manifest.folder, NAME).filter(|lock| is_read(tree, lock))
}

fn is_read(tree: &dyn Tree, lock: &RepoPath) -> bool {
    let text = lock.parent().unwrap_or_default().child("bun.lock");
    tree.contains(lock) && !tree.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn names_the_binary_lock_of_a_workspace() {
        let of = |workspaces: &str, text: &[(&str, &str)]| {
            let root = format!("{{\"private\": true, \"workspaces\": [{workspaces}]}}");
            let files = [
                [
                    ("bun.lockb", "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"),
                    ("client/package.json", "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}"),
                    ("package.json", root.as_str()),
                    ("web/bun.lockb", ""),
                    ("web/package.json", "{\"name\": \"web\", \"version\": \"0.1.0\"}"),
                ]
                .as_slice(),
                text,
            ]
            .concat();
            found(&files, &config(&["web=web", "client=client"])).split_off(2).join(" ")
        };
        let named = "W0310 bun.lockb: `bun.lockb` is no text and holds the versions of its workspace";
        assert_eq!(of("\"client\"", &[]), named);
        assert_eq!(of("\"*\"", &[]), named);
        assert_eq!(of("\"other\"", &[]), "");
        assert_eq!(of("\"*\"", &[("bun.lock", "{\"workspaces\": {}}")]), "");
    }
}
