//! A Go module's path is its repository and its folder, its major suffix is right, and it does not replace
//! itself: else `go get` finds no tag (Go Modules Reference, "Module paths").

use super::{Gate, Situation, owned};
use crate::ecosystem::Manifest;
use crate::ecosystem::go::split_major;
use crate::forge::remote::{Remote, remote};
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problem, Problems};

/// `go-module`.
pub(super) struct GoModule;

impl Gate for GoModule {
    fn name(&self) -> &str {
        "go-module"
    }

    fn stages(&self) -> &[Stage] {
        &Stage::ALL
    }

    fn owns(&self, code: Code) -> bool {
        code == Code::W0316
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let ours = |manifest: &&Manifest| {
            manifest.ecosystem == "go" && situation.subject_of(&manifest.package).is_some()
        };
        let modules: Vec<&Manifest> = situation.released.manifests.iter().filter(ours).collect();
        let paths: Vec<&str> = modules.iter().filter_map(|module| module.name.as_deref()).collect();
        let finding = match situation.stage {
            Stage::Release => owned(self, situation, || paths.join(", ")),
            Stage::Publish => published(self, situation, &paths),
        };
        if modules.is_empty() && !finding.verdict.bars() {
            return Finding::off("no package is a Go module");
        }
        let address = situation.address.and_then(remote);
        let wrong: Problems =
            modules.iter().filter_map(|module| elsewhere(address.as_ref()?, module)).collect();
        match wrong.first() {
            Some(first) => Finding::fail(first.what.clone(), [finding.problems, wrong.clone()].concat()),
            None => finding,
        }
    }
}

/// The same codes, from the tag's commit.
fn published(gate: &GoModule, situation: &Situation<'_>, paths: &[&str]) -> Finding {
    let config = &situation.released.config;
    let mut problems: Problems =
        situation.released.problems.iter().filter(|problem| gate.owns(problem.code)).cloned().collect();
    for subject in situation.subjects {
        if let (Some(group), Some(version)) = (config.group(&subject.group), subject.version) {
            problems.extend(situation.released.misfits(group, version));
        }
    }
    match problems.first() {
        None => Finding::pass(paths.join(", ")),
        Some(first) => Finding::fail(first.what.clone(), problems),
    }
}

/// A module whose path begins with the remote's host must go on with its project and its folder. Another host
/// is a vanity path, which the host's own page leads to the repository.
fn elsewhere(address: &Remote, module: &Manifest) -> Option<Problem> {
    let path = module.name.as_deref()?;
    let (host, _) = path.split_once('/')?;
    if !host.eq_ignore_ascii_case(&address.host) {
        return None;
    }
    let folder = module.folder.as_str();
    let slash = if folder.is_empty() { "" } else { "/" };
    let expected = format!("{host}/{}{slash}{folder}", address.path);
    let same = |path: &str| path.eq_ignore_ascii_case(&expected);
    (!same(path) && !same(split_major(path).0)).then(|| {
        Problem::new(Code::W0830, format!("the module's path is `{path}`, and it lies in `{expected}`"))
            .at(&module.file)
            .why("`go get` looks for the repository and the tag by the path alone")
            .help(format!("let the `module` line say `{expected}`, or move the module"))
    })
}
