//! `release-smoke`: the product booted fresh, seeded, and every operation of its contract called.

use crate::app::{App, Exit, Refusal};
use crate::cli::{ReleaseSmoke, StackName};
use crate::contract::{Contract, read};
use crate::io::files;
use crate::load;
use crate::model::form::Form;
use crate::model::place::Role;
use crate::model::problem::{Code, Problem};
use crate::model::smoke::outcome::Findings;
use crate::model::smoke::{ContractRule, Smoke, StackKind};
use crate::model::url::Url;
use crate::model::version::Version;
use crate::report::junit::junit;
use crate::report::problem::Gravity;
use crate::report::smoke::{document, failures, line, summary};
use crate::smoke::{self, Job};
use crate::workspace::Workspace;

pub fn run(app: &mut App<'_>, args: &ReleaseSmoke) -> Result<Exit, Refusal> {
    let session = app.open(&[])?;
    let tree = session.ground.tree(&session.repository.root);
    let workspace = load::workspace(&tree, session.config, &session.text);
    let Some(rules) = &workspace.config.smoke else { return Err(unconfigured(&workspace.config.file)) };
    let root = &session.repository.root;
    let contract = rules.contract.as_ref().map(|rule| contract(root, rule)).transpose()?;
    if let (Some(rule), Some(contract)) = (&rules.contract, &contract) {
        known_operations(&workspace.config.file, rule, contract)?;
    }
    let (version, form) = expected(&workspace, rules)?;
    let remote = args.base_url.as_deref().map(|text| {
        let bad = |why| Problem::new(Code::W0109, format!("--base-url is `{text}`, which {why}"));
        Url::parse(text).map_err(|why| Refusal::usage(bad(why)))
    });
    let stack = match args.stack {
        Some(StackName::Process) => StackKind::Process,
        Some(StackName::Compose) => StackKind::Compose,
        None => rules.stack,
    };
    let job = Job {
        rules,
        root,
        contract: contract.as_ref(),
        stack,
        remote: remote.transpose()?,
        seed_remote: args.seed_remote,
        setup: !args.no_setup,
        keep: args.keep,
        version,
        form,
        expect_version: args.expect_version.clone(),
    };
    let style = app.style;
    let findings = smoke::run(&job, &mut |item| app.progress(&line(item, style)))?;
    if let Some(path) = &args.junit {
        let text = junit(&findings).and_then(|text| files::write_named(path, text.as_bytes()));
        text.map_err(|error| {
            Problem::new(Code::W0716, format!("{} cannot be written: {error}", path.display()))
        })?;
    }
    app.note(&failures(&findings), Gravity::Error);
    if app.json() {
        app.result_json(&document(&findings, &form.render(version)));
    } else {
        if !findings.items.is_empty() {
            app.progress("\n");
        }
        app.result(&summary(&findings, style));
    }
    Ok(exit(&findings))
}

fn exit(findings: &Findings) -> Exit {
    match findings.failed() {
        _ if findings.interrupted => Exit::Interrupted,
        0 => Exit::Done,
        _ if findings.up => Exit::Refused,
        _ => Exit::NEVER_UP,
    }
}

fn unconfigured(file: &str) -> Refusal {
    let problem = Problem::new(Code::W0106, "the config has no `[smoke]`")
        .at_file(file, None)
        .help("say how the product is started, such as:")
        .help("  [smoke.services.api]")
        .help("  run = [\"python3\", \"-m\", \"api\", \"--port\", \"{port}\"]")
        .help("  ready = \"/health\"")
        .run("cargo xtask config schema");
    Refusal::usage(problem)
}

fn contract(root: &std::path::Path, rule: &ContractRule) -> Result<Contract, Refusal> {
    let bad = |why: String| {
        let problem = Problem::new(Code::W0708, format!("the contract {why}"));
        Refusal::usage(problem.at(&rule.file))
    };
    let bytes = files::read(&root.join(rule.file.as_str()))
        .map_err(|error| bad(format!("cannot be read: {error}")))?;
    let bytes = bytes.ok_or_else(|| bad("is missing".into()))?;
    let text = String::from_utf8(bytes).map_err(|_| bad("is not UTF-8".into()))?;
    read(&text).and_then(Contract::of).map_err(bad)
}

/// Every operation that the config speaks of is one of the contract's.
fn known_operations(file: &str, rule: &ContractRule, contract: &Contract) -> Result<(), Refusal> {
    let known: Vec<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    let unknown = rule.operations.keys().filter(|id| !known.contains(&id.as_str()));
    let problem = |id: &String| {
        Problem::new(
            Code::W0105,
            format!("`smoke.contract.operations` names `{id}`, which the contract has not"),
        )
        .at_file(file, None)
        .help(crate::config::nearest::advice(id, "operation", &known))
    };
    let problems: Vec<Problem> = unknown.map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Refusal::config(problems)) }
}

/// The version that the manifests hold, and the form of the package whose service answers.
fn expected(workspace: &Workspace, rules: &Smoke) -> Result<(Version, Form), Refusal> {
    let named = rules.group.as_ref().map(ToString::to_string);
    let name = super::groups(&workspace.config, &named.into_iter().collect::<Vec<_>>())?.remove(0);
    let group = workspace.config.group(&name);
    let place = group.and_then(|group| workspace.base_place(group));
    let Some((place, version)) = place.and_then(|place| Some((place, place.form.parse(&place.text)?))) else {
        let problem = Problem::new(Code::W0313, format!("no manifest of the group `{name}` holds a version"));
        return Err(Refusal::refused(vec![problem]));
    };
    let own = workspace.places.iter().find(|own| own.package == rules.base && own.role == Role::Manifest);
    Ok((version, own.unwrap_or(place).form))
}
