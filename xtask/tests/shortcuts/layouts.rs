//! A repository is the same one whether git is asked where it is or its layout tells: what windlass
//! says and does at the root is what it says and does in a folder below, where git is always asked.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::support::sandbox::Sandbox;
use crate::support::shim::noted;

const PREVIEW: &[&str] = &["release", "minor", "--dry-run", "--offline"];
const RELEASE: &[&str] = &["release", "minor", "--yes", "--offline", "--quiet"];

/// What windlass printed and returned in a folder, and whether git was asked where the repository is.
#[derive(Debug)]
struct Said {
    text: String,
    code: Option<i32>,
    asked: bool,
}

fn say(sandbox: &Sandbox, dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Said {
    let (output, calls) = noted(sandbox, dir, args, env);
    let text = [output.stdout, b"--\n".to_vec(), output.stderr].concat();
    let text = String::from_utf8_lossy(&text).replace(&dir.display().to_string(), "<here>");
    Said {
        // Lines break elsewhere after a longer path.
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        code: output.status.code(),
        asked: calls.iter().any(|call| call == "rev-parse"),
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// The files of a repository that can be released, with a folder `sub`.
fn product(folder: &Path, name: &str) {
    write(&folder.join("windlass.toml"), &format!("[packages.{name}]\npath = \".\"\n"));
    write(&folder.join("package.json"), &format!("{{ \"name\": \"{name}\", \"version\": \"0.1.0\" }}\n"));
    write(&folder.join("sub/file.txt"), "a file\n");
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    product(&sandbox.work(), "app");
    sandbox.begin(true);
    sandbox
}

fn git(sandbox: &Sandbox, dir: &Path, args: &[&str]) -> String {
    let text = dir.display().to_string();
    sandbox.git(&[&["-C", &text], args].concat())
}

/// A layout is made twice and released from its root and from below; gives what the preview and
/// the release said.
///
/// `changed` makes it of a plain repository and names its root.
fn alike(asked: bool, changed: impl Fn(&Sandbox) -> PathBuf) -> (Said, Said) {
    let above = sandbox();
    let root = changed(&above);
    let said = say(&above, &root, PREVIEW, &[]);
    let below = say(&above, &root.join("sub"), PREVIEW, &[]);
    // What names the root names it in both.
    let here = |sandbox: &Sandbox, text: &str| text.replace(&sandbox.work().display().to_string(), "<here>");
    assert_eq!((&said.text, said.code), (&here(&above, &below.text), below.code), "above and below");
    assert_eq!((said.asked, below.asked), (asked, true), "whether git was asked: {}", said.text);

    let other = sandbox();
    let other_root = changed(&other);
    let first = say(&above, &root, RELEASE, &[]);
    let second = say(&other, &other_root.join("sub"), RELEASE, &[]);
    assert_eq!((&first.text, first.code), (&here(&other, &second.text), second.code), "the releases");
    if first.code == Some(0) {
        let facts = |sandbox: &Sandbox, root: &Path| {
            let git = |args: &[&str]| git(sandbox, root, args);
            assert_eq!(git(&["status", "--porcelain"]), "");
            assert_eq!(git(&["fsck", "--strict", "--no-dangling"]), "");
            [git(&["for-each-ref"]), git(&["rev-parse", "HEAD"]), git(&["ls-files", "--stage"])]
        };
        let refs = facts(&above, &root);
        assert_eq!(refs, facts(&other, &other_root));
        assert!(refs[0].contains("refs/tags/v0.2.0"), "{}", refs[0]);
    }
    (said, first)
}

fn released(asked: bool, changed: impl Fn(&Sandbox) -> PathBuf) {
    let (_, said) = alike(asked, changed);
    assert_eq!(said.code, Some(0), "{}", said.text);
}

fn refused(asked: bool, code: &str, changed: impl Fn(&Sandbox) -> PathBuf) {
    let (preview, said) = alike(asked, changed);
    for said in [preview, said] {
        assert!(said.code != Some(0) && said.text.contains(code), "{}", said.text);
    }
}

fn configured(key: &'static str, value: &'static str) -> impl Fn(&Sandbox) -> PathBuf {
    move |sandbox| {
        sandbox.git(&["config", key, value]);
        sandbox.work()
    }
}

#[test]
fn a_plain_repository_is_found_without_asking() {
    released(false, Sandbox::work);
    released(false, |sandbox| {
        sandbox.git(&["checkout", "--quiet", "-b", "release/0.1"]);
        sandbox.git(&["pack-refs", "--all"]);
        write(
            &sandbox.work().join("windlass.toml"),
            "[release]\nbranches = [\"main\", \"release/*\"]\n[packages.app]\npath = \".\"\n",
        );
        sandbox.git(&["commit", "--quiet", "-am", "Branch"]);
        sandbox.work()
    });
}

#[test]
fn a_folder_named_in_any_way() {
    let sandbox = sandbox();
    symlink("work", sandbox.path().join("alias")).expect("a link");
    let plain = say(&sandbox, &sandbox.work(), PREVIEW, &[]);
    assert_eq!(plain.code, Some(0), "{}", plain.text);
    for (here, repo, asked) in [
        ("work", ".", false),
        ("work/sub", "..", false),
        ("home", "../work", false),
        ("home", "../alias", false),
        ("alias", "./", false),
        ("alias", "sub", true),
        ("home", "../work/sub/", true),
    ] {
        let said = say(&sandbox, &sandbox.path().join(here), &[&["-C", repo], PREVIEW].concat(), &[]);
        assert_eq!((said.text, said.code, said.asked), (plain.text.clone(), Some(0), asked), "{here} {repo}");
    }
}

#[test]
fn another_work_tree() {
    released(true, |sandbox| {
        sandbox.git(&["checkout", "--quiet", "--detach"]);
        sandbox.git(&["worktree", "add", "--quiet", "../other", "main"]);
        sandbox.path().join("other")
    });
    // The first one stays plain.
    released(false, |sandbox| {
        sandbox.git(&["worktree", "add", "--quiet", "-b", "side", "../other"]);
        sandbox.work()
    });
}

#[test]
fn a_submodule() {
    let inside = |sandbox: &Sandbox| {
        let product_of = sandbox.path().join("module");
        product(&product_of, "module");
        git(sandbox, &product_of, &["init", "--quiet", "--initial-branch=main"]);
        git(sandbox, &product_of, &["add", "--all"]);
        git(sandbox, &product_of, &["commit", "--quiet", "-m", "Module"]);
        let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../module"];
        sandbox.git(&add);
        sandbox.git(&["commit", "--quiet", "-m", "Add the module"]);
        sandbox.work()
    };
    released(true, |sandbox| inside(sandbox).join("module"));
    released(false, inside);
}

#[test]
fn a_work_tree_elsewhere() {
    let elsewhere = |sandbox: &Sandbox| {
        product(&sandbox.path().join("elsewhere"), "app");
        fs::create_dir_all(sandbox.path().join("elsewhere/work/sub")).expect("a folder");
        sandbox.git(&["config", "core.worktree", "../../elsewhere"]);
        sandbox.work()
    };
    alike(true, elsewhere);
    // Of itself, in other words.
    released(true, configured("core.worktree", ".."));
    // In a file that git reads, but not for this.
    released(true, |sandbox| {
        write(&sandbox.path().join("home/.gitconfig"), "[core]\n\tworktree = /nowhere\n");
        sandbox.work()
    });
}

#[test]
fn a_bare_repository() {
    let sandbox = sandbox();
    let remote = sandbox.path().join("remote.git");
    let (above, below) =
        (say(&sandbox, &remote, PREVIEW, &[]), say(&sandbox, &remote.join("refs"), PREVIEW, &[]));
    assert!(above.text.contains("W0201") && above.code == Some(1), "{}", above.text);
    // Both name the repository.
    let here = |text: &str| text.replace(&remote.display().to_string(), "<here>");
    assert_eq!(here(&above.text), here(&below.text));
    assert!(
        above.text.contains("is a bare repository") && !above.text.contains("git init"),
        "{}",
        above.text
    );
    refused(true, "W0201", |sandbox| {
        sandbox.git(&["config", "core.bare", "true"]);
        sandbox.work()
    });
}

#[test]
fn an_environment_of_another_repository() {
    let sandbox = sandbox();
    let remote = sandbox.path().join("remote.git").display().to_string();
    let plain = say(&sandbox, &sandbox.work(), PREVIEW, &[]);
    assert_eq!(plain.code, Some(0), "{}", plain.text);
    for env in [
        ("GIT_DIR", remote.as_str()),
        ("GIT_WORK_TREE", "/"),
        ("GIT_COMMON_DIR", remote.as_str()),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_PREFIX", "sub/"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_ICASE_PATHSPECS", "1"),
        ("GIT_NOGLOB_PATHSPECS", "1"),
        ("GIT_GLOB_PATHSPECS", "1"),
    ] {
        for (dir, asked) in [("", false), ("sub", true)] {
            let said = say(&sandbox, &sandbox.work().join(dir), PREVIEW, &[env]);
            assert_eq!((&said.text, said.code, said.asked), (&plain.text, Some(0), asked), "{env:?} {dir}");
        }
    }
}

#[test]
fn a_git_folder_behind_a_link() {
    released(true, |sandbox| {
        fs::rename(sandbox.work().join(".git"), sandbox.path().join("behind")).expect("a rename");
        symlink("../behind", sandbox.work().join(".git")).expect("a link");
        sandbox.work()
    });
    released(true, |sandbox| {
        fs::rename(sandbox.work().join(".git"), sandbox.path().join("behind")).expect("a rename");
        write(&sandbox.work().join(".git"), "gitdir: ../behind\n");
        sandbox.work()
    });
    for part in ["objects", "refs"] {
        released(true, |sandbox| {
            let (inside, behind) = (sandbox.work().join(".git").join(part), sandbox.path().join(part));
            fs::rename(&inside, &behind).expect("a rename");
            symlink(&behind, &inside).expect("a link");
            sandbox.work()
        });
    }
}

/// git gives this answer when another user owns the repository.
#[test]
fn a_repository_of_somebody_else() {
    let sandbox = sandbox();
    let plain = say(&sandbox, &sandbox.work(), PREVIEW, &[]);
    let foreign = [("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")];
    let owned = |dir: &str| say(&sandbox, &sandbox.path().join(dir), PREVIEW, &foreign);
    let (above, below) = (owned("work"), owned("work/sub"));
    if above.code == Some(0) {
        eprintln!("this git has no safe.directory");
        return;
    }
    let advice = "$ git config --global --add safe.directory <here>";
    assert!(above.text.contains("W0217") && above.text.contains(advice), "{}", above.text);
    assert!(!above.text.contains("git init") && !above.text.contains("\\t"), "{}", above.text);
    // git itself names the root in both.
    let here = |text: &str| text.replace(&sandbox.work().display().to_string(), "<here>");
    assert_eq!(here(&above.text), here(&below.text));
    let root = sandbox.work().canonicalize().expect("a root");
    sandbox.git(&["config", "--global", "safe.directory", &root.display().to_string()]);
    for said in [owned("work"), owned("work/sub")] {
        assert_eq!((said.text, said.code), (plain.text.clone(), Some(0)));
    }
}

#[test]
fn a_repository_in_a_repository() {
    let within = |sandbox: &Sandbox| {
        let inner = sandbox.work().join("inner");
        write(&sandbox.work().join(".git/info/exclude"), "/inner\n");
        product(&inner, "inner");
        git(sandbox, &inner, &["init", "--quiet", "--initial-branch=main"]);
        git(sandbox, &inner, &["add", "--all"]);
        git(sandbox, &inner, &["commit", "--quiet", "-m", "Inner"]);
        inner
    };
    let (said, _) = alike(false, within);
    assert!(said.text.contains("inner 0.1.0 → 0.2.0"), "{}", said.text);
    released(false, |sandbox| {
        within(sandbox);
        sandbox.work()
    });
    // What git does not take for a repository is a folder of the outer one.
    for broken in ["HEAD", "refs", "objects"] {
        let (said, _) = alike(true, |sandbox| {
            let inner = within(sandbox);
            fs::rename(inner.join(".git").join(broken), sandbox.path().join("broken")).expect("a rename");
            inner
        });
        assert!(said.text.contains("app 0.1.0 → 0.2.0"), "{broken}: {}", said.text);
    }
}

#[test]
fn extensions_and_formats() {
    released(true, |sandbox| {
        sandbox.git(&["config", "core.repositoryformatversion", "1"]);
        sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
        sandbox.git(&["config", "--worktree", "core.worktree", sandbox.work().to_str().expect("a path")]);
        sandbox.work()
    });
    released(true, configured("extensions.unheardOf", "true"));
    released(false, configured("core.repositoryformatversion", "1"));
    refused(true, "W0201", configured("core.repositoryformatversion", "99"));
    let again = |args: &'static [&'static str]| {
        move |sandbox: &Sandbox| {
            fs::remove_dir_all(sandbox.work().join(".git")).expect("gone");
            sandbox.git(&[&["init", "--quiet", "--initial-branch=main"], args].concat());
            sandbox.git(&["add", "--all"]);
            sandbox.git(&["commit", "--quiet", "-m", "Again"]);
            sandbox.work()
        }
    };
    released(false, again(&["--object-format=sha256"]));
    let reftable = sandbox().command("git").args(["init", "--ref-format=reftable", "../table"]).output();
    if reftable.is_ok_and(|output| output.status.success()) {
        alike(true, again(&["--ref-format=reftable"]));
    } else {
        eprintln!("this git knows no reftable");
    }
}

#[test]
fn heads_of_every_kind() {
    alike(false, |sandbox| {
        sandbox.git(&["checkout", "--quiet", "--detach"]);
        sandbox.work()
    });
    alike(false, |sandbox| {
        sandbox.git(&["checkout", "--quiet", "--orphan", "fresh"]);
        sandbox.work()
    });
    released(false, |sandbox| {
        fs::remove_file(sandbox.work().join(".git/HEAD")).expect("gone");
        symlink("refs/heads/main", sandbox.work().join(".git/HEAD")).expect("a link");
        sandbox.work()
    });
    alike(true, |sandbox| {
        write(&sandbox.work().join(".git/HEAD"), "nonsense\n");
        sandbox.work()
    });
    alike(false, |sandbox| {
        sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "More"]);
        let tip = sandbox.git(&["rev-parse", "HEAD"]);
        write(&sandbox.work().join(".git/shallow"), &format!("{tip}\n"));
        sandbox.work()
    });
}
