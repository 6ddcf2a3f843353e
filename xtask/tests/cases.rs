//! The case folders: `in/` is a repository's first commit, `run.txt` what is typed and must be
//! printed, `out/` (where there is one) every file of the work tree afterwards.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use support::sandbox::{Sandbox, files_below};
use support::transcript::Transcript;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let trials = cases(&folder).into_iter().map(|case| {
        let name = case.strip_prefix(&folder).expect("below").display().to_string();
        Trial::test(name, move || run(&case))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// Every folder that holds a `run.txt`.
fn cases(folder: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.file_name() == "run.txt")
        .filter_map(|entry| entry.path().parent().map(Path::to_owned))
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "there are no cases");
    cases
}

fn run(case: &Path) -> Result<(), Failed> {
    let transcript = Transcript::parse(&fs::read_to_string(case.join("run.txt"))?);
    let sandbox = Sandbox::new();
    if let Some(folder) = &transcript.from {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        support::sandbox::copy_tree(&tests.join(folder), &sandbox.work());
    }
    if case.join("in").exists() || transcript.from.is_none() {
        support::sandbox::copy_tree(&case.join("in"), &sandbox.work());
    }
    sandbox.begin(transcript.remote);
    transcript.run(&sandbox)?;
    let out = case.join("out");
    if out.exists() {
        compare(&files_below(&out), &sandbox.files())?;
    }
    Ok(())
}

fn compare(
    expected: &std::collections::BTreeMap<String, Vec<u8>>,
    got: &std::collections::BTreeMap<String, Vec<u8>>,
) -> Result<(), Failed> {
    let mut wrong = String::new();
    for (path, bytes) in expected {
        match got.get(path) {
            None => wrong.push_str(&format!("{path} is missing\n")),
            Some(other) if other != bytes => {
                let (expected, got) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(other));
                wrong.push_str(&format!(
                    "{path} differs\n{}",
                    similar::TextDiff::from_lines(&*expected, &*got).unified_diff()
                ));
            }
            Some(_) => {}
        }
    }
    for path in got.keys().filter(|path| !expected.contains_key(*path)) {
        wrong.push_str(&format!("{path} should not be there\n"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}
