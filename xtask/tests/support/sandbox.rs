//! A scratch repository, cut off from the user's own git configuration, home, locale and clock.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// `2026-07-01T00:00:00Z`: the release date of every case, and the date of every commit.
pub const EPOCH: &str = "1782864000";

/// A temporary folder with a repository in `work` and, mostly, its remote in `remote.git`.
pub struct Sandbox {
    pub folder: tempfile::TempDir,
}

impl Sandbox {
    /// An empty sandbox; `git init` is a step of its own.
    pub fn new() -> Sandbox {
        let folder = tempfile::Builder::new().prefix("windlass-").tempdir().expect("a temporary folder");
        fs::create_dir_all(folder.path().join("home")).expect("a home");
        fs::create_dir_all(folder.path().join("work")).expect("a work folder");
        Sandbox { folder }
    }

    /// A repository on `main` with these files in its first commit, level with its remote.
    pub fn with(files: &Path) -> Sandbox {
        let sandbox = Sandbox::new();
        copy_tree(files, &sandbox.work());
        sandbox.begin(true);
        sandbox
    }

    /// Commits what lies in the work folder, and makes the remote.
    pub fn begin(&self, remote: bool) {
        self.git(&["init", "--quiet", "--initial-branch=main"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "Start"]);
        if remote {
            self.git(&["clone", "--quiet", "--bare", ".", "../remote.git"]);
            self.git(&["remote", "add", "origin", "../remote.git"]);
            self.git(&["fetch", "--quiet", "origin"]);
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// A program in the work folder, its environment reduced to what makes runs alike.
    pub fn command(&self, program: &str) -> Command {
        let mut command = self.command_in_terminal(program);
        command.stdin(Stdio::null());
        command
    }

    /// As [`Sandbox::command`], its standard streams left to whoever spawns it.
    pub fn command_in_terminal(&self, program: &str) -> Command {
        let program = if program == "windlass" { env!("CARGO_BIN_EXE_windlass") } else { program };
        let mut command = Command::new(program);
        command.current_dir(self.work()).env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command
    }

    fn environment(&self) -> BTreeMap<&'static str, String> {
        let text = |path: PathBuf| path.display().to_string();
        BTreeMap::from([
            ("PATH", std::env::var("PATH").unwrap_or_default()),
            ("HOME", text(self.path().join("home"))),
            ("TMPDIR", text(self.path().to_owned())),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            // No repository above the sandbox is ever found.
            ("GIT_CEILING_DIRECTORIES", text(std::env::temp_dir())),
            ("GIT_AUTHOR_NAME", "Ada Example".into()),
            ("GIT_AUTHOR_EMAIL", "ada@example.org".into()),
            ("GIT_AUTHOR_DATE", format!("{EPOCH} +0000")),
            ("GIT_COMMITTER_NAME", "Ada Example".into()),
            ("GIT_COMMITTER_EMAIL", "ada@example.org".into()),
            ("GIT_COMMITTER_DATE", format!("{EPOCH} +0000")),
            ("GIT_EDITOR", "false".into()),
            ("SOURCE_DATE_EPOCH", EPOCH.into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("TZ", "Pacific/Kiritimati".into()),
        ])
    }

    /// Runs git, which must succeed, and gives what it printed.
    pub fn git(&self, args: &[&str]) -> String {
        let output = self.command("git").args(args).output().expect("git");
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs windlass to its end.
    pub fn windlass(&self, args: &[&str]) -> Output {
        self.command("windlass").args(args).output().expect("windlass")
    }

    /// Every file of the work tree (git's own folder excepted) with its bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = files_below(&self.work());
        files.retain(|path, _| !path.starts_with(".git/"));
        files
    }
}

/// Every file below a folder by its path from there; a link shows as its target.
pub fn files_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable folder"));
    let files = entries.filter(|entry| !entry.file_type().is_dir()).map(|entry| {
        let path = entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
        let bytes = match fs::read_link(entry.path()) {
            Ok(target) => format!("link to {}", target.display()).into_bytes(),
            Err(_) => fs::read(entry.path()).expect("a readable file"),
        };
        (path, bytes)
    });
    files.collect()
}

pub fn copy_tree(from: &Path, to: &Path) {
    for (path, bytes) in files_below(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}
