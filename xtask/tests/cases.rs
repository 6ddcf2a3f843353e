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
    let below = folder.clone();
    let trials = cases(&folder).into_iter().map(move |case| {
        let name = case.strip_prefix(&below).expect("below").display().to_string();
        Trial::test(name, move || run(&case))
    });
    let readme = Trial::test("readme/hotfix", move || ways_of_the_readme(&folder));
    libtest_mimic::run(&Arguments::from_args(), trials.chain([readme]).collect()).exit();
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

/// The README's two ways of a hotfix are, command by command, those that their cases run.
fn ways_of_the_readme(folder: &Path) -> Result<(), Failed> {
    let readme = include_str!("../../README.md");
    let section = readme.split("### Hotfix\n").nth(1).ok_or("the README has no such section")?;
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut blocks = section.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    for case in ["hotfix/fix-branch", "hotfix/maintenance"] {
        let text = fs::read_to_string(folder.join(case).join("run.txt"))?;
        let mut run = Transcript::parse(&text).steps.into_iter().map(|step| step.command);
        let block = blocks.next().ok_or_else(|| format!("the README does not show {case}"))?;
        for line in block.lines() {
            let line = line.split("  #").next().unwrap_or_default().trim();
            let typed = line.replace("cargo xtask", "windlass");
            let is_run = |command: String| command.trim_start_matches("WINDLASS_YES=1 ") == typed;
            if !run.any(is_run) {
                return Err(format!("{case} does not run `{typed}` where the README has it").into());
            }
        }
    }
    Ok(())
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
