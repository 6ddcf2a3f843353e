//! What a repository holds, to be compared before and after.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::scene::Scene;

/// Everything that a release may change. Objects that nothing names are not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Every file of the work tree with its mode and bytes, and every folder.
    files: BTreeMap<String, (u32, Vec<u8>)>,
    /// Every ref with its id, HEAD's branch first.
    pub refs: String,
    pub index: String,
    /// The remote's refs.
    pub remote: String,
}

impl State {
    pub fn of(scene: &Scene) -> State {
        let work = scene.sandbox.work();
        let entries = walkdir::WalkDir::new(&work).min_depth(1).into_iter();
        let entries = entries.filter_entry(|entry| entry.file_name() != ".git");
        let files = entries.map(|entry| {
            let entry = entry.expect("a readable folder");
            let path = entry.path().strip_prefix(&work).expect("below").display().to_string();
            let mode = entry.metadata().expect("metadata").permissions().mode() & 0o7777;
            let bytes = match entry.file_type().is_dir() {
                true => Vec::new(),
                false => fs::read(entry.path()).expect("a readable file"),
            };
            (path, (mode, bytes))
        });
        let head = fs::read_to_string(scene.git_folder().join("HEAD")).expect("HEAD");
        let list = |dir: &str| {
            // A clone's view of its remote is not asked: fetching may move it at any time.
            scene.git(&[
                "-C",
                dir,
                "for-each-ref",
                "--format=%(objectname) %(refname)",
                "refs/heads",
                "refs/tags",
            ])
        };
        State {
            files: files.collect(),
            refs: format!("{head}{}", list(".")),
            index: scene.git(&["ls-files", "--stage"]),
            remote: list("../remote.git"),
        }
    }

    /// What another state has otherwise, for people; empty when nothing.
    pub fn difference(&self, other: &State) -> String {
        let mut text = String::new();
        for path in self.files.keys().chain(other.files.keys()).collect::<std::collections::BTreeSet<_>>() {
            let (mine, theirs) = (self.files.get(path), other.files.get(path));
            if mine != theirs {
                let show = |file: Option<&(u32, Vec<u8>)>| {
                    file.map_or_else(
                        || "absent".to_owned(),
                        |(mode, bytes)| format!("{mode:o} {:?}", String::from_utf8_lossy(bytes)),
                    )
                };
                let _ = writeln!(text, "{path}\n  expected {}\n  got      {}", show(mine), show(theirs));
            }
        }
        for (name, mine, theirs) in [
            ("refs", &self.refs, &other.refs),
            ("index", &self.index, &other.index),
            ("remote", &self.remote, &other.remote),
        ] {
            if mine != theirs {
                let _ = writeln!(text, "{name}, expected\n{mine}\n{name}, got\n{theirs}");
            }
        }
        text
    }
}

/// Nothing is left of the release but what it made: a clean status, no journal, no lock, no half
/// ref, a sound object store.
pub fn assert_settled(scene: &Scene, context: &str) {
    let status = scene.git(&["status", "--porcelain"]);
    assert_eq!(status, "?? mine.txt", "{context}: status");
    let folder = scene.git_folder();
    for entry in walkdir::WalkDir::new(&folder) {
        let entry = entry.expect("a readable folder");
        let path = entry.path().strip_prefix(&folder).expect("below").display().to_string();
        let odd = path.ends_with(".lock")
            || path == "packed-refs.new"
            || (path.starts_with("windlass/")
                && !["windlass/lock", "windlass/aside"].iter().any(|stays| path.starts_with(stays)))
            || (["refs/heads/", "refs/tags/"].iter().any(|kind| path.starts_with(kind))
                && entry.file_type().is_dir()
                && fs::read_dir(entry.path()).expect("a folder").next().is_none());
        assert!(!odd, "{context}: .git/{path} is left");
    }
    let fsck = scene.sandbox.command("git").args(["fsck", "--strict", "--no-dangling"]).output();
    let fsck = fsck.expect("git");
    assert!(
        fsck.status.success() && fsck.stdout.is_empty(),
        "{context}: git fsck: {}{}",
        String::from_utf8_lossy(&fsck.stdout),
        String::from_utf8_lossy(&fsck.stderr)
    );
}
