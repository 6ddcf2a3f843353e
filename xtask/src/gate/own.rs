//! Gates of the repository's own: a command, and what its exit codes mean. It runs once for each group that it
//! asks for differently.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Gate, Need, Situation, Subject, needs_a_bump, worst};
use crate::io::env;
use crate::model::form::Form;
use crate::model::gate::{Finding, Stage, Verdict};
use crate::model::gate_rules::{Meaning, OwnGate};
use crate::model::names::Name;
use crate::model::problem::Code;
use crate::model::template::Part;
use crate::tool::clients::Clients;
use crate::tool::failure::Failure;

/// Tokens that commands find in the environment, by the forges' and the clients' own names.
const TOKENS: [&str; 7] = [
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GITLAB_TOKEN",
    "CI_JOB_TOKEN",
    "NPM_TOKEN",
    "TWINE_PASSWORD",
    "CARGO_REGISTRY_TOKEN",
];

/// `own/NAME`.
pub(super) struct Own(pub(super) OwnGate);

impl Gate for Own {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn stages(&self) -> &[Stage] {
        &self.0.stages
    }

    fn need(&self, situation: &Situation<'_>) -> Need {
        if situation.commands { Need::Programs } else { Need::Nothing }
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        let gate = &self.0;
        if !situation.commands {
            return Finding::off("runs in `preflight`, and when the release is applied");
        }
        let mut runs: Vec<(&Name, Vec<String>)> = Vec::new();
        for subject in situation.subjects {
            let Some(words) = words(gate, subject) else { return needs_a_bump(situation) };
            // What names neither version, tag nor group is one question for all of them.
            if runs.iter().all(|(_, known)| *known != words) {
                runs.push((&subject.group, words));
            }
        }
        let several = runs.len() > 1;
        let findings = runs.iter().map(|(group, words)| {
            let name = if several { format!("{} for {group}", gate.name) } else { gate.name.clone() };
            let ended = run(situation, words, Duration::from_secs(gate.limit));
            let program = words.first();
            let gone =
                program.filter(|program| env::find_program(program, &situation.repository.root).is_none());
            let mut finding = judge(&name, &gate.meanings, ended, gone.map(String::as_str));
            if several && finding.verdict.bars() {
                finding.seen = format!("{group}: {}", finding.seen);
            }
            finding
        });
        findings.reduce(worst).unwrap_or_else(|| Finding::off("there is no group"))
    }
}

/// The command for one group; none where it asks for what a bump decides.
fn words(gate: &OwnGate, subject: &Subject) -> Option<Vec<String>> {
    let asks = |part: &Part| !matches!(part, Part::Literal(_));
    let Some(version) = subject.version else {
        let plain = !gate.run.iter().any(|word| word.parts().iter().any(asks));
        return plain.then(|| gate.run.iter().map(ToString::to_string).collect());
    };
    let value = |name: &str| match name {
        "tag" => subject.tag.as_ref().map(ToString::to_string).unwrap_or_default(),
        _ => subject.group.to_string(),
    };
    Some(gate.run.iter().map(|word| word.render(version, Form::SEMVER, value)).collect())
}

fn run(situation: &Situation<'_>, words: &[String], limit: Duration) -> Result<(), Failure> {
    let mut clients = Clients::new(env::variables(), limit);
    let named =
        situation.workspace.config.targets.iter().filter_map(|target| target.credentials.token.as_deref());
    for name in named.chain(TOKENS) {
        // Looked up to be masked in what the command says.
        let _ = clients.secret(name);
    }
    let Some((program, args)) = words.split_first() else { return Ok(()) };
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let call = clients.call(program, &args, &situation.repository.root).merged();
    call.start()?.wait_at_most(limit).map(drop)
}

/// What a command's end means. A program that did not end by itself said nothing; `gone` names one that is not
/// there.
fn judge(
    name: &str,
    meanings: &BTreeMap<i32, Meaning>,
    ended: Result<(), Failure>,
    gone: Option<&str>,
) -> Finding {
    let (code, failure) = match ended {
        Ok(()) => (Some(0), None),
        Err(failure) => (failure.code, Some(failure)),
    };
    let meaning = match code {
        Some(code) => meanings.get(&code).copied().unwrap_or(Meaning::Fail),
        None => Meaning::Unknown,
    };
    let seen = match (&failure, code) {
        (None, _) => "exit code 0".to_owned(),
        (Some(failure), Some(code)) if failure.said.is_empty() => format!("exit code {code}"),
        (Some(failure), Some(code)) => format!("exit code {code}: {}", failure.last()),
        (Some(failure), None) => failure.status.clone(),
    };
    let verdict = meaning.verdict();
    let mut finding = Finding::new(verdict.clone(), seen.clone());
    if let (Verdict::Fail | Verdict::Unknown, failure) = (&verdict, failure) {
        let what = format!("{name}: {seen}");
        let problem = match (failure, gone) {
            (Some(failure), Some(gone)) => failure
                .problem(Code::W0829, &what)
                .help(format!("install {gone}, or mend `run` under [[gates.own]]")),
            (Some(failure), None) => failure.problem(Code::W0829, &what).run(&failure.command),
            (None, _) => crate::model::problem::Problem::new(Code::W0829, what),
        };
        finding.problems.push(problem);
    }
    finding
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn exit_codes_mean_what_the_config_says() {
        let meanings = BTreeMap::from([(0, Meaning::Pass), (2, Meaning::Off), (3, Meaning::Unknown)]);
        let ended = |code: Option<i32>| {
            let failure = Failure::new(&["check".to_owned()], Path::new("."), "exit code", "No.\n");
            judge("own/x", &meanings, Err(Failure { code, ..failure }), None).verdict
        };
        assert_eq!(judge("own/x", &meanings, Ok(()), None).verdict, Verdict::Pass);
        assert_eq!(ended(Some(2)), Verdict::Off);
        assert_eq!(ended(Some(3)), Verdict::Unknown);
        assert_eq!(ended(Some(1)), Verdict::Fail);
        assert_eq!(ended(None), Verdict::Unknown);
        let odd = BTreeMap::from([(0, Meaning::Fail)]);
        let finding = judge("own/x", &odd, Ok(()), None);
        assert_eq!((finding.verdict, finding.problems.len()), (Verdict::Fail, 1));
    }
}
