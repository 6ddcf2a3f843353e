//! More than a thousand fragments of one folder: what stays in the folder stays as it was.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use crate::support::sandbox::Sandbox;
use crate::support::shim::noted;

/// Up to this many fragments of a folder are removed one by one.
const MANY: usize = 1000;

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn fragments(folder: &Path, count: usize) {
    for n in 0..count {
        write(&folder.join(format!("note-{n}.fixed.md")), &format!("Note {n} of many.\n"));
    }
}

/// Files of every kind that no release takes away.
fn others(folder: &Path) {
    for (name, text) in [
        ("README.md", "How to write a note.\n"),
        (".gitkeep", ""),
        (".says \"so\"", "a quote inside"),
        (".\"", "a quote\n"),
        (".line\nfeed", "two lines\n"),
        ("ünï cödé.txt", "not ASCII\n"),
        (" blank .txt", "blanks about it\n"),
        ("\"quoted\".txt", "a quote first\n"),
        ("sub/deep/file.txt", "deep\n"),
        ("sub/line\nfeed", "two lines\n"),
        ("note-1.fixed.md.d/x", "a folder whose name begins as a fragment's\n"),
    ] {
        write(&folder.join(name), text);
    }
    write(&folder.join("tool.sh"), "#!/bin/sh\n");
    fs::set_permissions(folder.join("tool.sh"), fs::Permissions::from_mode(0o755)).expect("executable");
    symlink("../README.md", folder.join("sub/link")).expect("a link");
    // Not every file system admits these names.
    for name in [&b".caf\xe9"[..], b"sub/caf\xe9"] {
        let _ = fs::write(folder.join(OsStr::from_bytes(name)), "Latin-1\n");
    }
}

const CONFIG: &str = r#"
[packages.app]
path = "."
[ignore]
fragments = ["**/*.txt", "**/*.sh"]
"#;

/// A repository of these changelogs: folder of the fragments, their number.
fn repository(changelogs: &[(&str, usize)], format: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let work = sandbox.work();
    let mut config = CONFIG.to_owned();
    for (n, (folder, count)) in changelogs.iter().enumerate() {
        let literal = toml_edit::Value::from(*folder);
        config += &format!("[changelogs.c{n}]\nfile = \"CHANGES-{n}.md\"\nfragments = {literal}\n");
        write(&work.join(format!("CHANGES-{n}.md")), "# Changelog\n\n## [Unreleased]\n");
        fragments(&work.join(folder), *count);
    }
    write(&work.join("windlass.toml"), &config);
    write(&work.join("package.json"), "{ \"name\": \"app\", \"version\": \"0.1.0\" }\n");
    sandbox.git(&["init", "--quiet", "--initial-branch=main", &format!("--object-format={format}")]);
    sandbox
}

/// Releases, and holds the commit against the tree that git makes of the same edits. Gives the number of calls
/// of `git ls-tree`.
fn release(sandbox: &Sandbox, changelogs: &[(&str, usize)]) -> usize {
    sandbox.begin(false);
    let base = sandbox.git(&["rev-parse", "HEAD"]);
    let (output, calls) =
        noted(sandbox, &sandbox.work(), &["release", "minor", "--yes", "--offline", "--quiet"], &[]);
    assert!(output.status.success(), "{output:?}");

    let git = |args: &[&str]| {
        let index = sandbox.path().join("index");
        let output = sandbox.command("git").env("GIT_INDEX_FILE", index).args(args).output().expect("git");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    };
    // What git makes of the base without the fragments and with the files that were edited.
    git(&["read-tree", &base]);
    for (folder, _) in changelogs {
        let names = format!(":(glob,top){}/*.fixed.md", folder.replace('\\', "\\\\").replace('*', "\\*"));
        git(&["rm", "--quiet", "--cached", "--", &names]);
    }
    let edited: Vec<String> = (0..changelogs.len()).map(|n| format!("CHANGES-{n}.md")).collect();
    let mut add = vec!["add", "--", "package.json"];
    add.extend(edited.iter().map(String::as_str));
    git(&add);
    let expected = git(&["write-tree"]);
    assert_eq!(
        sandbox.git(&["ls-tree", "-r", "-t", "HEAD"]),
        sandbox.git(&["ls-tree", "-r", "-t", &expected]),
        "the release's tree against git's own"
    );
    assert_eq!(sandbox.git(&["rev-parse", "HEAD^{tree}"]), expected);
    assert_ne!(expected, sandbox.git(&["rev-parse", &format!("{base}^{{tree}}")]));
    // The work tree and the index hold the same.
    git(&["add", "--all"]);
    assert_eq!(git(&["write-tree"]), expected, "the work tree");
    assert_eq!(sandbox.git(&["write-tree"]), expected, "the index");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.git(&["fsck", "--strict", "--no-dangling"]), "");
    calls.iter().filter(|call| *call == "ls-tree").count()
}

#[test]
fn one_fragment_more_changes_nothing_that_stays() {
    let left = |count| {
        let changelogs = [("news", count)];
        let sandbox = repository(&changelogs, "sha1");
        others(&sandbox.work().join("news"));
        let asked = release(&sandbox, &changelogs);
        (asked, sandbox.git(&["ls-tree", "-r", "-t", "-z", "HEAD:news"]))
    };
    let (few, many) = (left(MANY), left(MANY + 1));
    assert_eq!((few.0, many.0), (0, 1), "calls of git ls-tree");
    assert_eq!(few.1, many.1);
    assert!(many.1.contains("100755 blob"), "{}", many.1);
}

#[test]
fn a_folder_that_nothing_stays_in_is_gone() {
    let changelogs = [("news", MANY + 1)];
    let sandbox = repository(&changelogs, "sha1");
    assert_eq!(release(&sandbox, &changelogs), 1);
    assert!(!sandbox.git(&["ls-tree", "--name-only", "HEAD"]).contains("news"));
}

#[test]
fn folders_in_a_folder_that_is_removed_whole() {
    let changelogs = [("news", MANY + 1), ("news/api", MANY + 1), ("news/web", 3), ("news/api/v1", 2)];
    let sandbox = repository(&changelogs, "sha256");
    others(&sandbox.work().join("news"));
    others(&sandbox.work().join("news/api"));
    others(&sandbox.work().join("news/web"));
    assert_eq!(release(&sandbox, &changelogs), 2);
}

#[test]
fn a_folder_whose_name_git_might_take_for_more() {
    for name in [":news", ":(top)n*", "\"it's", "-nëws"] {
        let changelogs = [(name, MANY + 1)];
        let sandbox = repository(&changelogs, "sha1");
        others(&sandbox.work().join(name));
        assert_eq!(release(&sandbox, &changelogs), 1, "{name}");
    }
}
