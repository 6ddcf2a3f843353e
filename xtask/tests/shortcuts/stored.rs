//! What git's own files tell is what git answers; where they hold anything out of the ordinary, they tell nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use proptest::prelude::*;
use windlass::tool::git::query::{parse_entries, parse_refs};
use windlass::tool::git::{Repository, stored};

use crate::support::sandbox::Sandbox;

pub(super) fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.work().join("file.txt"), "a file\n").expect("a file");
    sandbox.begin(false);
    sandbox
}

pub(super) fn repository(sandbox: &Sandbox, object_format: &str) -> Repository {
    let git_dir = sandbox.work().join(".git");
    Repository {
        root: sandbox.work(),
        common_dir: git_dir.clone(),
        git_dir,
        object_format: object_format.into(),
        shallow: false,
        plain: true,
    }
}

/// git's answer, fed with a text.
pub(super) fn fed(sandbox: &Sandbox, args: &[&str], text: &[u8]) -> Vec<u8> {
    let mut git = sandbox.command("git");
    let mut child = git
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git");
    child.stdin.take().expect("a pipe").write_all(text).expect("written");
    let output = child.wait_with_output().expect("git");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The index against `git ls-files`; whether the file told.
pub(super) fn entries_agree(sandbox: &Sandbox, format: &str) -> bool {
    let told = stored::entries(&repository(sandbox, format));
    let asked = parse_entries(&fed(sandbox, &["ls-files", "-z", "--stage", "--full-name", "--", ":/"], b""));
    if let Some(told) = &told {
        assert_eq!(*told, asked);
    }
    told.is_some()
}

/// The refs against `git for-each-ref`; whether the files told.
pub(super) fn refs_agree(sandbox: &Sandbox, format: &str) -> bool {
    let told = stored::refs(&repository(sandbox, format));
    let fields = "--format=%(refname)%09%(objectname)%09%(objecttype)%09%(*objectname)";
    let asked = parse_refs(&fed(sandbox, &["for-each-ref", fields, "refs/tags", "refs/heads"], b""));
    if let Some(told) = &told {
        assert_eq!(format!("{told:#?}"), format!("{asked:#?}"));
    }
    told.is_some()
}

pub(super) const BLOB: &str = "1234567890123456789012345678901234567890";

pub(super) fn indexed(sandbox: &Sandbox, lines: &str) {
    fed(sandbox, &["update-index", "--add", "--index-info"], lines.as_bytes());
}

#[test]
fn an_index_of_every_version() {
    let sandbox = sandbox();
    // Past the 4,095 bytes that an entry's flags can count.
    let long = format!("long/{}", "x".repeat(5000));
    indexed(
        &sandbox,
        &format!(
            "100755 {BLOB}\trun.sh\n120000 {BLOB}\tlink\n160000 {BLOB}\tmodule\n100644 {BLOB}\t{long}\n\
             100644 {BLOB}\tünï cödé\n100644 {BLOB}\t\"new\\nline\"\n100644 {BLOB}\t\"back\\\\slash\"\n\
             100644 {BLOB} 1\tapart\n100644 {BLOB} 2\tapart\n100755 {BLOB} 3\tapart\n"
        ),
    );
    for version in ["2", "3", "4"] {
        sandbox.git(&["update-index", "--index-version", version]);
        assert!(entries_agree(&sandbox, "sha1"), "version {version}");
        // Flags that only later versions hold.
        fs::write(sandbox.work().join(format!("meant-{version}")), "meant\n").expect("a file");
        sandbox.git(&["add", "--intent-to-add", &format!("meant-{version}")]);
        sandbox.git(&["update-index", "--skip-worktree", "file.txt"]);
        assert!(entries_agree(&sandbox, "sha1"), "version {version} with more flags");
    }
    let (told, odd) = stored::entries(&repository(&sandbox, "sha1")).expect("told");
    assert_eq!((told.len(), odd.len()), (10, 2), "{told:?} {odd:?}");
}

#[test]
fn an_index_with_optional_parts() {
    let sandbox = sandbox();
    for args in [
        &["update-index", "--untracked-cache"][..],
        &["status"],
        &["write-tree"],
        &["config", "index.skipHash", "true"],
        &["update-index", "--force-write-index"],
        &["rm", "--quiet", "--cached", "file.txt"],
    ] {
        sandbox.git(args);
        assert!(entries_agree(&sandbox, "sha1"), "{args:?}");
    }
}

#[test]
fn an_index_that_tells_nothing() {
    let split = sandbox();
    split.git(&["update-index", "--split-index"]);
    assert!(!entries_agree(&split, "sha1"));

    let sparse = sandbox();
    for folder in ["in", "out"] {
        fs::create_dir_all(sparse.work().join(folder)).expect("a folder");
        fs::write(sparse.work().join(folder).join("file"), "a file\n").expect("a file");
    }
    sparse.git(&["add", "--all"]);
    sparse.git(&["commit", "--quiet", "-m", "Folders"]);
    sparse.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    assert!(!entries_agree(&sparse, "sha1"));

    let gone = sandbox();
    fs::remove_file(gone.work().join(".git/index")).expect("gone");
    assert!(!entries_agree(&gone, "sha1"));

    let (plain, other) = (sandbox(), Repository { plain: false, ..repository(&gone, "sha1") });
    assert!(stored::entries(&other).is_none() && stored::refs(&other).is_none());
    assert!(stored::entries(&repository(&plain, "sha3")).is_none());
}

#[test]
fn an_index_that_ends_early() {
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.work().join("sub")).expect("a folder");
    fs::write(sandbox.work().join("sub/other"), "another\n").expect("a file");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["write-tree"]);
    let path = sandbox.work().join(".git/index");
    let whole = fs::read(&path).expect("an index");
    let all = stored::entries(&repository(&sandbox, "sha1")).expect("told");
    let mut told = 0;
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).expect("written");
        // What ends where an optional part begins still holds every entry.
        if let Some(entries) = stored::entries(&repository(&sandbox, "sha1")) {
            assert_eq!(entries, all, "{end} of {} bytes", whole.len());
            told += 1;
        }
    }
    assert_eq!(told, 1, "the one optional part");
    for (at, byte) in [(3, b'X'), (7, 1), (7, 5), (11, 200)] {
        let mut changed = whole.clone();
        changed[at] = byte;
        fs::write(&path, changed).expect("written");
        assert!(stored::entries(&repository(&sandbox, "sha1")).is_none(), "byte {at} is {byte}");
    }
}

#[test]
fn refs_loose_and_packed() {
    let sandbox = sandbox();
    let agree = |what: &str| assert!(refs_agree(&sandbox, "sha1"), "{what}");
    agree("one branch");
    sandbox.git(&["tag", "light"]);
    sandbox.git(&["tag", "-a", "-m", "Release", "v0.1.0"]);
    sandbox.git(&["tag", "-a", "-m", "Release", "sdk/go/v0.1.0"]);
    sandbox.git(&["tag", "of-a-file", "HEAD:file.txt"]);
    sandbox.git(&["branch", "release/0.1"]);
    agree("loose");
    sandbox.git(&["pack-refs", "--all"]);
    agree("packed");
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
    sandbox.git(&["tag", "--force", "light"]);
    sandbox.git(&["tag", "--force", "-a", "-m", "Again", "v0.1.0"]);
    sandbox.git(&["tag", "--delete", "sdk/go/v0.1.0"]);
    agree("loose before packed");
    sandbox.git(&["pack-refs"]);
    fs::write(sandbox.work().join(".git/refs/tags/v9.lock"), "").expect("a lock");
    agree("a lock beside them");
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    agree("a detached HEAD");
    sandbox.git(&["gc", "--quiet"]);
    agree("all packed");
    sandbox.git(&["branch", "--list"]);
    let refs = stored::refs(&repository(&sandbox, "sha1")).expect("told");
    assert_eq!((refs.tags.len(), refs.branches.len()), (3, 2), "{refs:?}");
}

#[test]
fn refs_that_tell_nothing() {
    let told = |what: &dyn Fn(&Sandbox)| {
        let sandbox = sandbox();
        what(&sandbox);
        refs_agree(&sandbox, "sha1")
    };
    let write = |sandbox: &Sandbox, path: &str, text: &str| {
        fs::write(sandbox.work().join(".git").join(path), text).expect("a file");
    };
    assert!(!told(&|sandbox| {
        sandbox.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
    }));
    assert!(!told(&|sandbox| {
        sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
        sandbox.git(&["replace", "HEAD", "HEAD~1"]);
    }));
    assert!(!told(&|sandbox| {
        sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
        sandbox.git(&["replace", "HEAD", "HEAD~1"]);
        sandbox.git(&["pack-refs", "--all"]);
    }));
    // A tag whose object lies in a pack while the ref is loose.
    assert!(!told(&|sandbox| {
        sandbox.git(&["tag", "-a", "-m", "Release", "v0.1.0"]);
        sandbox.git(&["repack", "--quiet", "-a", "-d"]);
    }));
    // A tag of a tag: what gits of different age make of it differs.
    assert!(!told(&|sandbox| {
        sandbox.git(&["tag", "-a", "-m", "One", "one"]);
        sandbox.git(&["-c", "advice.nestedTag=false", "tag", "-a", "-m", "Two", "two", "one"]);
    }));
    assert!(!told(&|sandbox| {
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        // As gits before the peeled values wrote it.
        write(sandbox, "packed-refs", &format!("# pack-refs with: peeled \n{head} refs/tags/old\n"));
    }));
    assert!(!told(&|sandbox| {
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        write(sandbox, "packed-refs", &format!("{head} refs/tags/old\n"));
    }));
    assert!(!told(&|sandbox| {
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        write(sandbox, "refs/heads/cafe\u{301}", &format!("{head}\n"));
    }));
}

/// What git itself warns of or refuses.
#[test]
fn refs_that_are_broken() {
    for (path, text) in [
        ("refs/heads/empty", ""),
        ("refs/heads/short", "1234\n"),
        ("refs/heads/words", "what is this\n"),
        ("refs/tags/nowhere", "1234567890123456789012345678901234567890\n"),
        ("packed-refs", "# pack-refs with: peeled fully-peeled sorted \nnonsense\n"),
        (
            "packed-refs",
            "# pack-refs with: peeled fully-peeled sorted \n^1234567890123456789012345678901234567890\n",
        ),
    ] {
        let sandbox = sandbox();
        fs::write(sandbox.work().join(".git").join(path), text).expect("a file");
        assert!(stored::refs(&repository(&sandbox, "sha1")).is_none(), "{path}: {text}");
    }
}

#[test]
fn a_tag_of_a_tag_leads_to_the_commit_where_it_is_packed() {
    let sandbox = sandbox();
    sandbox.git(&["tag", "-a", "-m", "One", "one"]);
    sandbox.git(&["-c", "advice.nestedTag=false", "tag", "-a", "-m", "Two", "two", "one"]);
    sandbox.git(&["pack-refs", "--all"]);
    let refs = stored::refs(&repository(&sandbox, "sha1")).expect("told");
    assert_eq!(refs.tags["two"].commit.as_str(), sandbox.git(&["rev-parse", "two^{commit}"]));
}

#[test]
fn ids_of_the_other_length() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.work().join("file.txt"), "a file\n").expect("a file");
    sandbox.git(&["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "-m", "Start"]);
    sandbox.git(&["tag", "-a", "-m", "Release", "v0.1.0"]);
    assert!(entries_agree(&sandbox, "sha256") && refs_agree(&sandbox, "sha256"));
    sandbox.git(&["pack-refs", "--all"]);
    assert!(refs_agree(&sandbox, "sha256"));
    // Read by the wrong length neither tells anything.
    let wrong = repository(&sandbox, "sha1");
    assert!(stored::entries(&wrong).is_none() && stored::refs(&wrong).is_none());
}

/// A path that an index can hold.
fn path() -> impl Strategy<Value = String> {
    "[a-c]{1,3}(/[a-cü ._-]{1,12}){0,3}/[a-z]{1,30}"
}

fn ref_name() -> impl Strategy<Value = String> {
    "(heads|tags)/[a-d]{1,2}(-[0-9]\\.[0-9])?"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_index(
        paths in proptest::collection::vec((path(), 0..4_usize, 0..8_u8), 0..40),
        version in 2..5_u8,
    ) {
        let sandbox = sandbox();
        let lines: String = paths.iter().map(|(path, mode, stage)| {
            let mode = ["100644", "100755", "120000", "160000"][*mode];
            let stage = if *stage < 4 { *stage } else { 0 };
            let path = path.replace("/./", "/x/").replace("/../", "/y/");
            format!("{mode} {BLOB} {stage}\t{path}\n")
        }).collect();
        indexed(&sandbox, &lines);
        sandbox.git(&["update-index", "--index-version", &version.to_string()]);
        prop_assert!(entries_agree(&sandbox, "sha1"));
    }

    #[test]
    fn any_refs(
        before in proptest::collection::btree_set(ref_name(), 0..12),
        after in proptest::collection::btree_set(ref_name(), 0..12),
        pack in any::<bool>(),
    ) {
        let sandbox = sandbox();
        let object = |name: &str, message: &str| {
            let head = sandbox.git(&["rev-parse", "HEAD"]);
            let who = "tagger Ada Example <ada@example.org> 0 +0000";
            let text = format!("object {head}\ntype commit\ntag {name}\n{who}\n\n{message}\n");
            let id = fed(&sandbox, &["mktag"], text.as_bytes());
            (head, String::from_utf8(id).expect("an id").trim().to_owned())
        };
        let set = |names: &BTreeSet<String>, message: &str| {
            let (commit, tag) = object("any", message);
            let lines: String = names.iter().enumerate().map(|(n, name)| {
                let id = if name.starts_with("tags/") && n % 2 == 0 { &tag } else { &commit };
                format!("update refs/{name} {id}\n")
            }).collect();
            fed(&sandbox, &["update-ref", "--stdin"], lines.as_bytes());
        };
        set(&before, "Before");
        if pack {
            sandbox.git(&["pack-refs", "--all"]);
        }
        sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
        set(&after, "After");
        prop_assert!(refs_agree(&sandbox, "sha1"));
    }
}
