//! Repositories that are plain by their looks and unusual in one thing: git's files tell the same there, or nothing.

use std::fs;
use std::path::Path;

use super::stored::{BLOB, entries_agree, indexed, refs_agree, sandbox};
use crate::support::sandbox::Sandbox;

fn write(sandbox: &Sandbox, path: &str, text: &str) {
    let path = sandbox.work().join(".git").join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Tags of both kinds and a branch, loose.
fn tagged() -> Sandbox {
    let sandbox = sandbox();
    sandbox.git(&["tag", "light"]);
    sandbox.git(&["tag", "-a", "-m", "Release", "v0.1.0"]);
    sandbox.git(&["branch", "release/0.1"]);
    sandbox
}

/// A clone of it beside it, in place of the work tree.
fn cloned(from: &Sandbox, args: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::remove_dir(sandbox.work()).expect("an empty folder");
    let url = format!("file://{}", from.work().display());
    let to = sandbox.work().display().to_string();
    let args = [&["-C", "..", "clone", "--quiet"][..], args, &["--", &url, &to]].concat();
    let mut git = from.command("git");
    let output = git.args(args).output().expect("git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    sandbox
}

fn agree(sandbox: &Sandbox, what: &str) {
    assert!(entries_agree(sandbox, "sha1"), "{what}: the index");
    assert!(refs_agree(sandbox, "sha1"), "{what}: the refs");
}

#[test]
fn an_index_written_by_threads() {
    let sandbox = sandbox();
    let lines: String =
        (0..30_000).map(|n| format!("100644 {BLOB}\tfolder-{}/file-{n}\n", n / 100)).collect();
    sandbox.git(&["config", "index.threads", "3"]);
    for version in ["2", "4"] {
        sandbox.git(&["config", "index.version", version]);
        indexed(&sandbox, &lines);
        sandbox.git(&["update-index", "--index-version", version]);
        let bytes = fs::read(sandbox.work().join(".git/index")).expect("an index");
        let holds = |name: &[u8]| bytes.windows(4).any(|four| four == name);
        assert!(holds(b"EOIE") && holds(b"IEOT"), "version {version} has the offsets of its blocks");
        assert!(entries_agree(&sandbox, "sha1"), "version {version}");
    }
}

#[test]
fn an_index_with_a_cache_of_a_monitor() {
    let sandbox = sandbox();
    sandbox.git(&["config", "core.fsmonitor", ".git/no-such-monitor"]);
    sandbox.git(&["update-index", "--fsmonitor"]);
    sandbox.git(&["update-index", "--untracked-cache", "--force-write-index"]);
    let bytes = fs::read(sandbox.work().join(".git/index")).expect("an index");
    assert!(bytes.windows(4).any(|four| four == b"FSMN"));
    agree(&sandbox, "a monitor");
}

#[test]
fn an_unborn_branch() {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
    assert!(!entries_agree(&sandbox, "sha1") && refs_agree(&sandbox, "sha1"));
    fs::write(sandbox.work().join("file.txt"), "a file\n").expect("a file");
    sandbox.git(&["add", "--all"]);
    agree(&sandbox, "before the first commit");
    sandbox.git(&["rm", "--quiet", "--cached", "file.txt"]);
    agree(&sandbox, "an index of nothing");
}

#[test]
fn clones_of_every_kind() {
    let from = tagged();
    from.git(&["config", "uploadpack.allowFilter", "true"]);
    from.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
    agree(&cloned(&from, &[]), "a clone");
    agree(&cloned(&from, &["--depth=1", "--no-single-branch"]), "a shallow clone");
    let borrowing = cloned(&from, &["--reference", &from.work().display().to_string()]);
    agree(&borrowing, "a clone that borrows objects");
    // Its tag object lies with the other repository.
    borrowing.git(&["update-ref", "refs/tags/again", "refs/tags/v0.1.0"]);
    assert!(!refs_agree(&borrowing, "sha1"));
    let partial = cloned(&from, &["--filter=blob:none"]);
    agree(&partial, "a partial clone");
    partial.git(&["update-ref", "refs/tags/again", "refs/tags/v0.1.0"]);
    assert!(!refs_agree(&partial, "sha1"));
}

#[test]
fn settings_that_change_nothing_here() {
    let sandbox = tagged();
    sandbox.git(&["config", "core.sharedRepository", "group"]);
    sandbox.git(&["tag", "-a", "-m", "Shared", "shared"]);
    agree(&sandbox, "a shared repository");
    sandbox.git(&["config", "core.precomposeUnicode", "true"]);
    sandbox.git(&["config", "core.ignoreCase", "true"]);
    agree(&sandbox, "another file system");
    sandbox.git(&["worktree", "add", "--quiet", "--detach", "../beside"]);
    sandbox.git(&["-C", "../beside", "update-ref", "refs/worktree/mine", "HEAD"]);
    sandbox.git(&["update-ref", "refs/worktree/ours", "HEAD"]);
    sandbox.git(&["update-ref", "refs/bisect/bad", "HEAD"]);
    agree(&sandbox, "a work tree beside it");
    sandbox.git(&["maintenance", "run", "--quiet", "--task=pack-refs", "--task=loose-objects", "--task=gc"]);
    agree(&sandbox, "after maintenance");
}

/// Loose and packed refs that can't both be, and what is left of a git that was killed among them.
#[test]
fn refs_in_each_others_way() {
    let sandbox = tagged();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.git(&["pack-refs", "--all"]);
    for folder in ["refs/tags/v0.1.0", "refs/heads/release/0.1", "refs/tags/empty/deep"] {
        fs::create_dir_all(sandbox.work().join(".git").join(folder)).expect("a folder");
    }
    agree(&sandbox, "folders without a ref in the way");
    for lock in
        ["packed-refs.lock", "refs/tags/v0.1.0/x.lock", "refs/heads/locked.lock/inside", "refs/tags/.hidden"]
    {
        write(&sandbox, lock, &format!("{head}\n"));
    }
    agree(&sandbox, "locks");
    write(&sandbox, "refs/tags/light/below", &format!("{head}\n"));
    agree(&sandbox, "a loose ref below a packed one");
    write(&sandbox, "refs/heads/release/0.1/below", &format!("{head}\n"));
    agree(&sandbox, "and a branch");
}

/// A ref that is packed and loose is deleted, and packed again.
#[test]
fn a_ref_deleted_between_two_packs() {
    let sandbox = tagged();
    sandbox.git(&["pack-refs", "--all"]);
    sandbox.git(&["tag", "--force", "light", "HEAD^{tree}"]);
    agree(&sandbox, "a loose one upon a packed one");
    sandbox.git(&["pack-refs", "--all", "--no-prune"]);
    agree(&sandbox, "both");
    sandbox.git(&["tag", "--delete", "light"]);
    agree(&sandbox, "neither");
}

/// Packed refs that no git has written: the same as git makes of them, or nothing.
#[test]
fn packed_refs_by_hand() {
    let head = "HEAD";
    for text in [
        "HEAD refs/heads/carriage\r\n",
        "HEAD refs/heads/no-end",
        "HEAD refs/heads/two words\n",
        "HEAD refs/heads/up/../down\n",
        "HEAD refs/heads/x.lock\n",
        "HEAD refs/heads/z\nHEAD refs/heads/a\n",
        "0000000000000000000000000000000000000000 refs/heads/zero\n",
        "HEAD  refs/heads/blanks\n",
        "HEAD refs/heads/x\n\n",
        "# more\nHEAD refs/heads/x\n",
    ] {
        for traits in ["peeled fully-peeled sorted ", "peeled fully-peeled "] {
            let sandbox = sandbox();
            let id = sandbox.git(&["rev-parse", head]);
            write(
                &sandbox,
                "packed-refs",
                &format!("# pack-refs with: {traits}\n{}", text.replace("HEAD", &id)),
            );
            must_not_differ(&sandbox, text);
        }
    }
}

/// Loose refs that no git has written.
#[test]
fn loose_refs_by_hand() {
    for (path, text) in [
        ("refs/heads/zero", "0000000000000000000000000000000000000000\n"),
        ("refs/tags/zero", "0000000000000000000000000000000000000000\n"),
        ("refs/heads/carriage", "HEAD\r\n"),
        ("refs/heads/no-end", "HEAD"),
        ("refs/heads/more", "HEAD\nmore\n"),
        ("refs/heads/blank", "HEAD \n"),
        ("refs/heads/two words", "HEAD\n"),
        ("refs/heads/a..b", "HEAD\n"),
        ("refs/heads/end.", "HEAD\n"),
        ("refs/heads/@{1}", "HEAD\n"),
        ("refs/heads/-x", "HEAD\n"),
        ("refs/heads/@", "HEAD\n"),
        ("refs/heads/HEAD", "HEAD\n"),
    ] {
        let sandbox = sandbox();
        let id = sandbox.git(&["rev-parse", "HEAD"]);
        write(&sandbox, path, &text.replace("HEAD", &id));
        must_not_differ(&sandbox, path);
    }
}

/// Where git refuses, the files may tell nothing.
fn must_not_differ(sandbox: &Sandbox, what: &str) {
    let mut git = sandbox.command("git");
    let output = git.args(["for-each-ref", "refs/heads", "refs/tags"]).output().expect("git");
    if output.status.success() && output.stderr.is_empty() {
        refs_agree(sandbox, "sha1");
        return;
    }
    let told = windlass::tool::git::stored::refs(&super::stored::repository(sandbox, "sha1"));
    assert!(told.is_none(), "{what:?}: {told:?}");
}

/// A layout that git's configuration tells of is not plain: git is asked for all of it.
#[test]
fn extensions_are_left_to_git() {
    for extension in
        ["worktreeConfig", "partialClone", "preciousObjects", "refStorage", "compatObjectFormat", "unheard"]
    {
        let sandbox = sandbox();
        sandbox.git(&["config", &format!("extensions.{extension}"), "x"]);
        let config = fed_config(sandbox.work().as_path());
        let place = windlass::tool::git::locate::Place::of(&sandbox.work());
        let found = place.repository(&sandbox.work(), &config);
        assert!(found.map_or(true, |repository| !repository.plain), "{extension}");
    }
}

fn fed_config(work: &Path) -> windlass::tool::git::query::GitConfig {
    let text = fs::read_to_string(work.join(".git/config")).expect("a configuration");
    let extension = text.lines().find_map(|line| line.trim().strip_suffix(" = x")).expect("the extension");
    let text = format!("core.repositoryformatversion\n1\0extensions.{}\nx\0", extension.to_lowercase());
    windlass::tool::git::query::GitConfig::parse(text.as_bytes())
}
