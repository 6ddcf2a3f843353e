//! The programs that hooks and targets need are there, in the versions that the config wants.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Gate, Need, Situation, owned};
use crate::io::env;
use crate::model::gate::{Finding, Stage};
use crate::model::gate_rules::Range;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::target::TargetKind;
use crate::tool::clients::Clients;

/// How long a program may take to say its version.
const LIMIT: Duration = Duration::from_secs(30);

/// `tools`.
pub(super) struct Tools;

impl Gate for Tools {
    fn name(&self) -> &str {
        "tools"
    }

    fn stages(&self) -> &[Stage] {
        &Stage::ALL
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        if situation.workspace.config.gates.tools.is_empty() { Need::Nothing } else { Need::Programs }
    }

    fn owns(&self, code: Code) -> bool {
        matches!(code, Code::W0605 | Code::W0208)
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let ranges = &situation.workspace.config.gates.tools;
        let finding = match situation.stage {
            Stage::Release => owned(self, situation, String::new),
            Stage::Publish => publishers(situation),
        };
        let (seen, mut wrong) = versions(situation, ranges);
        if wrong.is_empty() && !finding.verdict.bars() {
            return match (seen.is_empty(), finding.seen.is_empty()) {
                (false, _) => Finding::pass(seen.join(", ")),
                (true, false) => finding,
                (true, true) if situation.workspace.config.hooks.is_empty() => {
                    Finding::pass("there are no hooks, and no `tools` under [gates]")
                }
                (true, true) => Finding::pass("what the hooks need is there"),
            };
        }
        let unknown = finding.problems.is_empty() && wrong.iter().all(|(_, unknown)| *unknown);
        let mut problems = finding.problems;
        problems.extend(wrong.drain(..).map(|(problem, _)| problem));
        let what = problems.first().map(|first| first.what.clone()).unwrap_or_default();
        if unknown { Finding::unknown(what, problems) } else { Finding::fail(what, problems) }
    }
}

/// The clients by which targets are published, of those that have something left to upload; images and charts
/// are pushed without one.
fn publishers(situation: &Situation<'_>) -> Finding {
    let mut needs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (number, target) in situation.targets.iter().enumerate() {
        let left = situation.access.is_none_or(|access| access.contains_key(&number));
        if !target.required || !left {
            continue;
        }
        let program = match target.kind {
            TargetKind::Pypi => "twine",
            TargetKind::Npm => "npm",
            TargetKind::Crates => "cargo",
            TargetKind::Go => "go",
            TargetKind::Image | TargetKind::Helm | TargetKind::Files => continue,
        };
        needs.entry(program).or_default().push(target.label());
    }
    let root = &situation.repository.root;
    let missing: Problems = needs
        .iter()
        .filter(|(program, _)| env::find_program(program, root).is_none())
        .filter(|(program, _)| **program != "twine" || !situation.own_twine)
        .map(|(program, labels)| {
            let what = format!("{program} is not on the PATH; {} needs it", labels.join(", "));
            match *program {
                "twine" => Problem::new(Code::W0208, what).run("cargo xtask tools install"),
                _ => Problem::new(Code::W0208, what).help("install it where the publication runs"),
            }
        })
        .collect();
    match missing.first() {
        Some(first) => Finding::fail(first.what.clone(), missing),
        None if needs.is_empty() => Finding::pass("the targets need none"),
        None => Finding::pass(format!("{} found", needs.into_keys().collect::<Vec<_>>().join(", "))),
    }
}

/// Each configured program with its version, and what is wrong; the switch says that nobody knows.
fn versions(
    situation: &Situation<'_>,
    ranges: &BTreeMap<String, Range>,
) -> (Vec<String>, Vec<(Problem, bool)>) {
    let clients = Clients::new(env::variables(), LIMIT);
    let root = &situation.repository.root;
    let said: Vec<(&String, &Range, Result<String, String>)> = std::thread::scope(|scope| {
        let asked: Vec<_> = ranges
            .iter()
            .map(|(program, range)| (program, range, scope.spawn(|| ask(&clients, program, root))))
            .collect();
        let broken = || Err("the question broke off".to_owned());
        let end = |(program, range, asked): (_, _, std::thread::ScopedJoinHandle<'_, _>)| {
            (program, range, asked.join().unwrap_or_else(|_| broken()))
        };
        asked.into_iter().map(end).collect()
    });
    let (mut seen, mut wrong) = (Vec::new(), Vec::new());
    for (program, range, said) in said {
        let (of_range, or_any) = match range.to_string() {
            any if any == "*" => (String::new(), String::new()),
            range => (format!(" {range}"), format!(", wanted is {range}")),
        };
        let wanted = |what: String| {
            Problem::new(Code::W0827, what)
                .help(format!("install {program}{of_range}, or mend `tools` under [gates]"))
        };
        match said.as_deref().map(|text| (text, version(text))) {
            Ok((_, Some(version))) if range.holds(version) => {
                seen.push(format!("{program} {}.{}.{}", version.0, version.1, version.2));
            }
            Ok((_, Some((major, minor, patch)))) => {
                let what = format!("{program} is {major}.{minor}.{patch}{or_any}");
                wrong.push((wanted(what), false));
            }
            Ok((text, None)) => {
                let what = format!("{program} says no version: {}", text.lines().next().unwrap_or_default());
                wrong.push((wanted(what), true));
            }
            Err(_) if env::find_program(program, root).is_none() => {
                let what = format!("{program} is not on the PATH{or_any}");
                let problem = Problem::new(Code::W0208, what);
                wrong.push((problem.help(format!("install {program}{of_range}")), false));
            }
            Err(why) => wrong.push((wanted(format!("{program} does not say its version")).why(why), true)),
        }
    }
    (seen, wrong)
}

/// What a program says of its version.
fn ask(clients: &Clients, program: &str, root: &std::path::Path) -> Result<String, String> {
    let question = match program {
        "go" | "helm" => "version",
        "java" => "-version",
        _ => "--version",
    };
    let output = clients.run(program, &[question], root).map_err(|failure| failure.problem_text())?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// The first `1.2` or `1.2.3` of a text.
fn version(text: &str) -> Option<(u64, u64, u64)> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find_map(|word| {
        let mut numbers = word.trim_matches('.').split('.').map(|number| number.parse::<u64>().ok());
        let (major, minor) = (numbers.next()??, numbers.next()??);
        Some((major, minor, numbers.next().flatten().unwrap_or(0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_that_a_program_says() {
        let table = [
            ("10.9.2\n", Some((10, 9, 2))),
            ("git version 2.43.0\n", Some((2, 43, 0))),
            ("go version go1.24.1 linux/amd64", Some((1, 24, 1))),
            ("Docker version 27.5.1, build 9f9e405", Some((27, 5, 1))),
            ("version.BuildInfo{Version:\"v3.17.0\", GitCommit:\"301108ed\"}", Some((3, 17, 0))),
            ("Python 3.12", Some((3, 12, 0))),
            ("twine version 6.1.0 (keyring: 25.6.0)", Some((6, 1, 0))),
            ("v22", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
