//! The generated pipelines, judged by others: actionlint for GitHub's workflows, GitLab's own schema for its file.
//! What is judged are the files of this repository and those of the case folders, which `cases` holds to be what is
//! generated. Each judge is also shown broken files: one that refuses nothing would be worth nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a root").to_owned()
}

/// What a judge says, none when it is content.
fn objection(program: &str, args: &[&str], file: &Path) -> Option<String> {
    let path = root().join(".tools").join(program);
    let output = Command::new(&path).args(args).arg(file).current_dir(root()).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}; run scripts/setup", path.display()));
    let said = [output.stdout, output.stderr].concat();
    (!output.status.success()).then(|| String::from_utf8_lossy(&said).into_owned())
}

fn judged(file: &Path) -> Option<String> {
    if file.ends_with(".gitlab-ci.yml") {
        objection("python/bin/check-jsonschema", &["--builtin-schema", "vendor.gitlab-ci"], file)
    } else {
        objection("bin/actionlint", &["-no-color", "-shellcheck=", "-pyflakes="], file)
    }
}

/// The pipeline files below the root and below each case's `out`.
fn files() -> Vec<PathBuf> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/ci");
    let cases = std::fs::read_dir(cases).expect("cases").map(|case| case.expect("a case").path().join("out"));
    let mut found = Vec::new();
    for folder in cases.chain([root()]) {
        let workflows = std::fs::read_dir(folder.join(".github/workflows")).into_iter().flatten();
        found.extend(workflows.map(|file| file.expect("a file").path()));
        found.extend(Some(folder.join(".gitlab-ci.yml")).filter(|file| file.exists()));
    }
    found.sort();
    found
}

#[test]
fn the_judges_are_content() {
    let files = files();
    assert!(files.len() >= 10, "{files:?}");
    for file in files {
        assert_eq!(judged(&file), None, "{}", file.display());
    }
}

#[test]
fn the_judges_refuse_what_is_broken() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = [
        (".gitlab-ci.yml", "  script:", "  scrpt:"),
        (".gitlab-ci.yml", "  interruptible: false", "  interruptible: perhaps"),
        (".github/workflows/release.yml", "    runs-on:", "    run-on:"),
        (".github/workflows/release.yml", "needs: [preflight]", "needs: [preflite]"),
        (".github/workflows/release.yml", "contents: read", "contents: reed"),
        (".github/workflows/release.yml", "if-no-files-found: error", "if-no-file-found: error"),
        (".github/workflows/checks.yml", "github.base_ref", "github.base_reff"),
    ];
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/ci/matrix/out");
    for (name, right, wrong) in table {
        let text = std::fs::read_to_string(out.join(name)).expect("a case's file");
        assert!(text.contains(right), "{name}: {right}");
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, text.replacen(right, wrong, 1)).expect("a file");
        assert!(judged(&file).is_some(), "{name}: {wrong}");
    }
}
