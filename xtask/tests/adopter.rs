//! Another repository with an `xtask` of its own: ten lines, one task beside windlass' commands.
//!
//! It is built into this run's target folder, so that the dependencies are there already.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::sandbox::{Sandbox, copy_tree};

/// `cargo xtask …` in the other repository, offline, with the toolchain of this run.
fn xtask(sandbox: &Sandbox, args: &[&str]) -> Output {
    cargo(sandbox, &["xtask"]).args(args).output().expect("cargo")
}

fn cargo(sandbox: &Sandbox, args: &[&str]) -> Command {
    let cargo = PathBuf::from(std::env::var_os("CARGO").expect("these tests are run by cargo"));
    let mut command = sandbox.command(cargo.to_str().expect("a path in UTF-8"));
    // rustc stands beside cargo; the registry's crates are where this run took them from.
    let mut path = vec![cargo.parent().expect("a folder").to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo"))).expect("a home");
    let profile = Path::new(env!("CARGO_BIN_EXE_windlass")).parent().expect("a folder");
    command
        .env("PATH", std::env::join_paths(path).expect("a search path"))
        .env("CARGO_HOME", home)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TARGET_DIR", profile.parent().expect("a target folder"))
        .args(args);
    command
}

/// The repository, its lock written by cargo from this repository's (nothing is asked of anybody).
fn repository() -> Sandbox {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sandbox = Sandbox::new();
    copy_tree(&here.join("tests/adopter"), &sandbox.work());
    let at = |path: &str| sandbox.work().join(path);
    let manifest = std::fs::read_to_string(at("xtask/Cargo.toml")).expect("a manifest");
    // With this repository's profiles cargo takes the dependencies as they lie in the target folder.
    let ours =
        std::fs::read_to_string(here.parent().expect("the root").join("Cargo.toml")).expect("a manifest");
    let profiles = &ours[ours.find("[profile.dev]").expect("profiles")..];
    let theirs = std::fs::read_to_string(at("Cargo.toml")).expect("a manifest");
    std::fs::write(at("Cargo.toml"), format!("{theirs}\n{profiles}")).expect("a manifest");
    let path = here.display().to_string().replace('\\', "/");
    std::fs::write(at("xtask/Cargo.toml"), manifest.replace("WINDLASS", &path)).expect("a manifest");
    std::fs::copy(here.parent().expect("the root").join("Cargo.lock"), at("Cargo.lock")).expect("a lock");
    succeeds(&cargo(&sandbox, &["update", "--quiet", "--workspace"]).output().expect("cargo"));
    sandbox.begin(true);
    sandbox
}

/// Its standard output.
fn succeeds(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn ten_lines_run_a_task_and_cut_a_release() {
    let sandbox = repository();

    assert_eq!(succeeds(&xtask(&sandbox, &["seed", "demo", "--twice", "-n"])), "seeding demo --twice -n\n");
    let failed = xtask(&sandbox, &["seed"]);
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&failed.stderr), "nothing to seed\n");
    let help = succeeds(&xtask(&sandbox, &["--help"]));
    let lists = |name: &str, about: &str| {
        help.lines().any(|line| line.trim().starts_with(name) && line.contains(about))
    };
    assert!(lists("seed ", "Seed the demo project") && lists("release ", ""), "{help}");

    // Away from the root too.
    let mut below = cargo(&sandbox, &["xtask", "check"]);
    let checked = below.current_dir(sandbox.work().join("app/src")).output().expect("cargo");
    assert_eq!(succeeds(&checked), "app 0.1.0: 2 places in 2 files agree\n");

    let start = sandbox.git(&["rev-parse", "HEAD"]);
    succeeds(&xtask(&sandbox, &["release", "minor", "--yes"]));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(sandbox.git(&["log", "--format=%s", &format!("{start}..")]), "chore(release): 0.2.0");
    assert_eq!(sandbox.git(&["rev-parse", "v0.2.0^{commit}"]), sandbox.git(&["rev-parse", "HEAD"]));
    assert_eq!(sandbox.git(&["cat-file", "-t", "v0.2.0"]), "tag");
    let changed = sandbox.git(&["diff", "--unified=0", "--no-prefix", "--no-ext-diff", &start]);
    let changed: Vec<&str> = changed.lines().filter(|line| line.starts_with(['+', '-'])).collect();
    assert_eq!(
        changed,
        [
            "--- Cargo.lock",
            "+++ Cargo.lock",
            "-version = \"0.1.0\"",
            "+version = \"0.2.0\"",
            "--- app/Cargo.toml",
            "+++ app/Cargo.toml",
            "-version = \"0.1.0\"",
            "+version = \"0.2.0\"",
            "--- docs/contract.json",
            "+++ docs/contract.json",
            "-0.1.0",
            "+0.2.0 0.2.0 0.1.0 v0.2.0 app",
        ]
    );
    succeeds(
        &cargo(&sandbox, &["metadata", "--quiet", "--locked", "--format-version", "1"])
            .output()
            .expect("cargo"),
    );

    // The hook keeps to the rules of all others: a message, or a change it did not declare, takes the
    // release back.
    let hook = xtask(&sandbox, &["hook", "export"]);
    assert_eq!(hook.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&hook.stderr), "the hook `export` runs within a release\n");
    for (mark, code, says) in [
        ("docs/refused", "W0603", "the contract can't be exported"),
        ("docs/broken", "W0604", "docs/stray.txt"),
    ] {
        std::fs::write(sandbox.work().join(mark), "").expect("a file");
        sandbox.git(&["add", mark]);
        sandbox.git(&["commit", "--quiet", "-m", mark]);
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        let failed = xtask(&sandbox, &["release", "alpha", "--offline", "--yes"]);
        let text = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(1), "{text}");
        assert!(text.contains(code) && text.contains(says), "{text}");
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        sandbox.git(&["rm", "--quiet", mark]);
        sandbox.git(&["commit", "--quiet", "-m", "Mend"]);
    }

    let refused = xtask(&sandbox, &["release", "minro", "--yes"]);
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
}
