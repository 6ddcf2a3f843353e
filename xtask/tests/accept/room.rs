//! A repository with the tools that judge it. They run offline, in an environment as small as
//! windlass' own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::sandbox::{Sandbox, copy_tree};

/// A repository below `repositories`, and what its files held before the last release.
pub struct Room {
    pub sandbox: Sandbox,
    before: BTreeMap<String, Vec<u8>>,
}

impl Room {
    /// The files, not yet committed: a tool may have to write its lock first.
    pub fn new(name: &str) -> Room {
        let sandbox = Sandbox::new();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accept/repositories").join(name);
        copy_tree(&from, &sandbox.work());
        Room { sandbox, before: BTreeMap::new() }
    }

    /// Commits what lies there.
    pub fn begin(&self) {
        self.sandbox.begin(false);
    }

    /// A release, which must succeed and leave nothing uncommitted.
    pub fn release(&mut self, words: &str) {
        self.before = self.sandbox.files();
        let args: Vec<&str> =
            ["release"].into_iter().chain(words.split(' ')).chain(["--yes", "--offline"]).collect();
        let output = self.sandbox.windlass(&args);
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert!(output.status.success(), "windlass {args:?}\n{}", text.concat());
        assert_eq!(self.sandbox.git(&["status", "--porcelain"]), "");
    }

    /// Replaces a text that stands once in a file.
    pub fn replace(&self, file: &str, old: &str, new: &str) {
        let path = self.sandbox.work().join(file);
        let text = std::fs::read_to_string(&path).expect("a file");
        assert_eq!(text.matches(old).count(), 1, "`{old}` in {file}:\n{text}");
        std::fs::write(&path, text.replacen(old, new, 1)).expect("a file");
    }

    /// The files as the last release wrote them.
    pub fn restore(&self) {
        self.sandbox.git(&["checkout", "--quiet", "--", "."]);
    }

    /// Files that differ from the last release's, a line each.
    pub fn touched(&self) -> String {
        self.sandbox.git(&["status", "--porcelain"])
    }

    /// A tool in a folder of the repository; its words are parted by blanks.
    fn run(&self, folder: &str, line: &str, variables: &[(&str, &str)]) -> (bool, String) {
        let mut words = line.split(' ');
        let program = words.next().expect("a program");
        let mut command = self.command(&tool(program));
        command.envs(variables.iter().copied());
        command.current_dir(self.sandbox.work().join(folder)).args(words);
        let output = command.output().unwrap_or_else(|error| panic!("{line}: {error}"));
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (output.status.success(), text.concat())
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = self.sandbox.command(program.to_str().expect("a path in UTF-8"));
        // The real programs beside the ones that were found: rustc beside cargo, node beside npm.
        let mut path = vec![program.parent().expect("a folder").to_owned()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        command.env("PATH", std::env::join_paths(path).expect("a search path"));
        for (name, value) in [
            // The standard library, compiled once for all runs.
            ("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go")),
            ("GOFLAGS", "-mod=readonly"),
            ("GOPROXY", "off"),
            ("GOTOOLCHAIN", "local"),
            ("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
            ("UV_OFFLINE", "1"),
            ("npm_config_offline", "true"),
            ("npm_config_audit", "false"),
            ("npm_config_fund", "false"),
            ("npm_config_update_notifier", "false"),
            ("POETRY_VIRTUALENVS_CREATE", "false"),
            ("POETRY_KEYRING_ENABLED", "false"),
        ] {
            command.env(name, value);
        }
        command.env("UV_PYTHON", tool("python"));
        for name in ["JAVA_HOME", "GOROOT"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
    }

    /// A tool that must succeed; what it printed.
    pub fn passes(&self, folder: &str, line: &str) -> String {
        self.passes_with(folder, line, &[])
    }

    /// As [`Room::passes`], with variables of its environment.
    pub fn passes_with(&self, folder: &str, line: &str, variables: &[(&str, &str)]) -> String {
        let (success, text) = self.run(folder, line, variables);
        assert!(success, "`{line}` in `{folder}` fails:\n{text}");
        text
    }

    /// The control: a tool that must fail, and say why in these words.
    pub fn refuses(&self, folder: &str, line: &str, why: &str) {
        let (success, text) = self.run(folder, line, &[]);
        assert!(!success, "`{line}` in `{folder}` takes what was left behind:\n{text}");
        assert!(text.contains(why), "`{line}` in `{folder}` fails, but not with `{why}`:\n{text}");
    }

    /// A few lines of Python in the work folder.
    pub fn python(&self, lines: &str) {
        let output = self.command(&tool("python")).args(["-I", "-c", lines]).output().expect("python");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What the last release changed, as each file's own parser sees it.
    pub fn changes(&self) -> Vec<String> {
        let folder = self.sandbox.path().join("compared");
        let mut list = String::new();
        let tracked = self.sandbox.git(&["ls-files"]);
        let after = self.sandbox.files();
        for (at, path) in tracked.lines().enumerate() {
            let (old, new) = (&self.before[path], &after[path]);
            if old == new {
                continue;
            }
            for (side, bytes) in [("old", old), ("new", new)] {
                std::fs::create_dir_all(folder.join(side)).expect("a folder");
                std::fs::write(folder.join(side).join(at.to_string()), bytes).expect("a file");
            }
            list += &format!("{at} {path}\n");
        }
        std::fs::write(folder.join("list"), list).expect("a file");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accept/changes.py");
        let mut command = self.command(&tool("python"));
        let output = command.arg("-I").arg(script).arg(folder).output().expect("python");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }
}

/// Where a tool is: what `scripts/setup` installed, else on the search path.
fn tool(name: &str) -> PathBuf {
    if let (true, Some(cargo)) = (name == "cargo", std::env::var_os("CARGO")) {
        return cargo.into();
    }
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").join(".tools");
    let path: OsString = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        [tools.join("bin"), tools.join("python/bin")].into_iter().chain(std::env::split_paths(&path));
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: run scripts/setup"))
}
