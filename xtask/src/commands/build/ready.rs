//! The programs that a build needs, looked for before it begins.

use std::path::PathBuf;

use crate::app::{App, Refusal};
use crate::build::jobs::Job;
use crate::commands::tools;
use crate::io::env::{current_dir, find_program};
use crate::local::toolbox::Tool;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::TargetKind;
use crate::tool::git::Repository;
use crate::tool::{docker, python};

/// Looks for every program that the jobs need, and gives a Python that has `build`: the one that was asked for, or
/// the toolbox's, or the PATH's.
///
/// # Errors
/// `W0208` and `W0737` for what is missing, all at once.
pub(super) fn ready(
    app: &mut App<'_>,
    repository: &Repository,
    jobs: &[Job],
    python: Option<&str>,
) -> Result<PathBuf, Refusal> {
    let root = &repository.root;
    let has = |kind: TargetKind| jobs.iter().any(|job| job.kind == kind);
    let mut problems = Problems::new();
    for (kind, program) in [(TargetKind::Npm, "npm"), (TargetKind::Crates, "cargo")] {
        if has(kind) && find_program(program, root).is_none() {
            let what = format!("{program} is not on the PATH; it builds targets of kind `{kind}`");
            problems.push(Problem::new(Code::W0208, what));
        }
    }
    if has(TargetKind::Image)
        && let Err(failure) = docker::engine(root)
    {
        let problem = failure.problem(Code::W0737, "no container engine answers");
        let start = match () {
            () if root.join("scripts/docker").is_file() => "scripts/docker",
            () if cfg!(target_os = "macos") => "open -a Docker",
            () => "sudo systemctl start docker",
        };
        problems.push(problem.run(start));
    }
    let named = python.filter(|_| has(TargetKind::Pypi)).map(named);
    if let Some(Err(problem)) = &named {
        problems.push(problem.clone());
    }
    if !problems.is_empty() {
        return Err(Refusal::refused(problems));
    }
    if !has(TargetKind::Pypi) {
        return Ok(PathBuf::new());
    }
    if let Some(Ok(python)) = named {
        return Ok(python);
    }
    let toolbox = tools::toolbox(app)?;
    let own = find_program("python3", root).filter(|python| python::has_build(python, root));
    match own {
        Some(own) if !toolbox.has(Tool::Python) => Ok(own),
        _ => {
            toolbox.install(&[Tool::Python], &mut |text| app.progress(text)).map_err(Refusal::refused)?;
            Ok(toolbox.python("python"))
        }
    }
}

/// A Python by its name on the PATH or by its path, as it was typed.
fn named(text: &str) -> Result<PathBuf, Problem> {
    let lacks = |what: String| Problem::new(Code::W0208, format!("--python `{text}`: {what}"));
    let here = current_dir().map_err(|error| lacks(error.to_string()))?;
    let python = find_program(text, &here).ok_or_else(|| lacks("there is no such program".into()))?;
    if python::has_build(&python, &here) {
        return Ok(python);
    }
    Err(lacks("it has no module `build`".into()).run(format!("{} -m pip install build", python.display())))
}
