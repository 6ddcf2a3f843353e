//! The repositories that are measured, generated.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cost::git;

/// N packages: 40 % npm, 20 % Python, 20 % Cargo, 10 % Helm, 10 % Go, the first four with lock files.
pub fn packages(root: &Path, size: usize, version: &str) {
    let mut config = String::from("[release]\nbranches = [\"main\"]\n");
    let mut names = Vec::new();
    for n in 0..size {
        let (name, folder) = (format!("p{n}"), format!("packages/p{n}"));
        let put = |file: &str, text: String| write(root, &format!("{folder}/{file}"), &text);
        match n % 10 {
            0..=3 => {
                put(
                    "package.json",
                    format!(
                        "{{\n  \"name\": \"{name}\",\n  \"version\": \"{version}\",\n  \"dependencies\": {{ \"left\": \"^1.0.0\" }}\n}}\n"
                    ),
                );
                put(
                    "package-lock.json",
                    format!(
                        "{{\n  \"name\": \"{name}\",\n  \"version\": \"{version}\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{\n      \"name\": \"{name}\",\n      \"version\": \"{version}\"\n    }},\n    \"node_modules/left\": {{\n      \"version\": \"1.0.0\"\n    }}\n  }}\n}}\n"
                    ),
                );
            }
            4 | 5 => {
                put(
                    "pyproject.toml",
                    format!("[project]\nname = \"{name}\"\nversion = \"{version}\" # ours\n"),
                );
                put(
                    "uv.lock",
                    format!(
                        "version = 1\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ editable = \".\" }}\n"
                    ),
                );
            }
            6 | 7 => {
                put(
                    "Cargo.toml",
                    format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n"),
                );
                put(
                    "Cargo.lock",
                    format!("version = 4\n\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n"),
                );
                put("src/lib.rs", String::new());
            }
            8 => put(
                "Chart.yaml",
                format!("apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: \"{version}\"\n"),
            ),
            _ => put("go.mod", format!("module example.org/mono/{folder}\n\ngo 1.22\n")),
        }
        let _ = writeln!(config, "[packages.{name}]\npath = \"{folder}\"");
        names.push(format!("\"{name}\""));
    }
    let _ = writeln!(config, "[groups.all]\ntags = [\"v{{version}}\"]\npackages = [{}]", names.join(", "));
    write(root, "windlass.toml", &config);
}

pub fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

pub fn begin(root: &Path) {
    for args in [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-q", "-m", "Start"]] {
        assert!(git(root).args(args).status().expect("git").success());
    }
}

/// M fragments beside a changelog of 500 KiB.
pub fn fragments(root: &Path, size: usize) {
    packages(root, 1, "0.1.0");
    let mut changelog = String::from("# Changelog\n\n## [Unreleased]\n");
    let mut patch = 0;
    while changelog.len() < 500 * 1024 {
        let _ = write!(
            changelog,
            "\n## [0.0.{patch}] - 2020-01-01\n\n### Fixed\n\n- Something small that mattered to somebody.\n"
        );
        patch += 1;
    }
    write(root, "CHANGELOG.md", &changelog);
    for n in 0..size {
        let kind = ["added", "changed", "fixed", "security"][n % 4];
        let text = format!("The {n}th change does what users of it have long asked for.\n").repeat(8);
        write(root, &format!("changelog.d/note-{n}.{kind}.md"), &text);
    }
    begin(root);
}

/// A copy with a fresh index, so that no run profits from the one before.
pub fn fresh(origin: &Path, folder: &Path) -> PathBuf {
    let copy = folder.join("copy");
    let _ = fs::remove_dir_all(&copy);
    assert!(Command::new("cp").arg("-a").arg(origin).arg(&copy).status().expect("cp").success());
    assert!(git(&copy).args(["update-index", "-q", "--refresh"]).status().expect("git").success());
    copy
}
