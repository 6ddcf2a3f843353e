//! A `git` in front of the real one that dies at a chosen rename, link or unlink.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::scene::{Run, Scene};

/// The system calls by which git makes files appear and disappear: each group is one call by
/// its several names.
pub const CALLS: [&str; 3] = ["rename,renameat,renameat2", "link,linkat", "unlink,unlinkat"];

/// Where git is to die.
#[derive(Clone, Debug)]
pub struct Strike {
    pub subcommand: &'static str,
    pub calls: &'static str,
    /// At which of its calls, from 1.
    pub count: usize,
    /// Whether git's children are counted (each for itself) and struck too.
    pub children: bool,
    /// Whether windlass dies with it.
    pub both: bool,
}

const SHIM: &str = r#"#!/bin/sh
for word in "$@"; do
    case $word in -*) ;; *) break ;; esac
done
struck() { grep -q 'killed by SIGKILL' '@LOG@' 2>/dev/null; }
if [ "$word" != '@SUBCOMMAND@' ] || struck; then
    exec '@GIT@' "$@"
fi
@BOTH@ || exec strace @FOLLOW@ -A -o '@LOG@' -e 'trace=@ALL@' -e 'inject=@CALLS@:signal=SIGKILL:when=@COUNT@' '@GIT@' "$@"
strace @FOLLOW@ -A -o '@LOG@' -e 'trace=@ALL@' -e 'inject=@CALLS@:signal=SIGKILL:when=@COUNT@' '@GIT@' "$@"
code=$?
if struck; then kill -KILL "$PPID"; fi
exit $code
"#;

/// The tests below need it, so its absence is a failure and not a pass.
pub fn assert_strace() {
    let found = Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success());
    assert!(found, "strace is missing; install it: apt-get install strace");
}

/// Runs windlass with the shim in front; whether git was struck, and how windlass ended.
pub fn run(scene: &Scene, args: &[&str], strike: &Strike) -> (bool, Run) {
    let folder = scene.sandbox.path().join("shim");
    fs::create_dir_all(&folder).expect("a folder");
    let log = folder.join("log");
    let shim = SHIM
        .replace("@SUBCOMMAND@", strike.subcommand)
        .replace("@GIT@", &real_git().display().to_string())
        .replace("@LOG@", &log.display().to_string())
        .replace("@FOLLOW@", if strike.children { "-f" } else { "" })
        .replace("@BOTH@", if strike.both { "true" } else { "false" })
        .replace("@ALL@", &CALLS.join(","))
        .replace("@CALLS@", strike.calls)
        .replace("@COUNT@", &strike.count.to_string());
    let path = folder.join("git");
    fs::write(&path, shim).expect("the shim");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    let search = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let run = scene.run_with(args, &[("PATH", &search)]);
    scene.wait_until_dead();
    let struck = fs::read_to_string(&log).is_ok_and(|log| log.contains("killed by SIGKILL"));
    fs::remove_dir_all(&folder).expect("removed");
    (struck, run)
}

fn real_git() -> PathBuf {
    let path = std::env::var_os("PATH").expect("a PATH");
    let found = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| is_file(git));
    found.expect("git on the PATH")
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}
