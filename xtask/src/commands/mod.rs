//! The commands, one file each: which stages run in which order.

pub mod assemble;
pub mod build;
pub mod changelog;
pub mod check;
pub mod ci;
pub mod config;
pub mod confirm;
pub mod explain;
pub mod forge_release;
mod gates;
pub mod hotfix;
pub mod pins;
pub mod preflight;
pub mod publish;
pub mod rehearse;
pub mod release;
pub mod release_smoke;
pub mod resume;
pub mod shell;
pub mod tag;
pub mod tools;

use crate::app::{App, Exit, Refusal};
use crate::cli::{ChangelogCommand, CiCommand, Command, ConfigCommand, ReleaseCommand, ToolsCommand};
use crate::config::nearest::advice;
use crate::model::config::Config;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::report::problem::Gravity;

/// Runs a command and gives its exit code; refusals are printed.
pub fn run(app: &mut App<'_>, command: &Command) -> Exit {
    let result = match command {
        Command::Release(args) => match &args.tag {
            Some(ReleaseCommand::Tag(tag)) => tag::run(app, tag),
            None if args.resume => resume::resume(app, args.push),
            None if args.abort => resume::abort(app),
            None => release::run(app, args),
        },
        Command::Hotfix(args) => hotfix::run(app, args),
        Command::ReleaseSmoke(args) => release_smoke::run(app, args),
        Command::AssembleChangelog(args) => assemble::run(app, args),
        Command::Changelog(ChangelogCommand::New(args)) => changelog::new(app, args),
        Command::Changelog(ChangelogCommand::Check(args)) => changelog::check(app, args),
        Command::Changelog(ChangelogCommand::Show(args)) => changelog::show(app, args),
        Command::Check(args) => check::run(app, args),
        Command::Preflight(args) => preflight::run(app, args),
        Command::Build(args) => build::run(app, args),
        Command::Publish(args) => publish::run(app, args),
        Command::Status(args) => publish::status(app, args),
        Command::Verify(args) => publish::verify(app, args),
        Command::ForgeRelease(args) => forge_release::run(app, args),
        Command::Rehearse(args) => rehearse::run(app, args),
        Command::Ci(CiCommand::Generate(args)) => ci::generate(app, args),
        Command::Ci(CiCommand::Check) => ci::check(app),
        Command::Explain(args) => explain::run(app, args),
        Command::Config(ConfigCommand::Show) => config::show(app),
        Command::Config(ConfigCommand::Schema) => config::schema(app),
        Command::Completions(args) => shell::completions(app, args),
        Command::Man => shell::man(app),
        Command::Tools(ToolsCommand::Install) => tools::install(app),
    };
    let exit = result.unwrap_or_else(|refusal| {
        app.refusal(&refusal);
        refusal.exit
    });
    match (app.annotate(), exit) {
        (Ok(()), exit) => exit,
        (Err(problem), exit) => {
            let text = app.problems(&[problem], Gravity::Error);
            app.progress_always(&text);
            if exit == Exit::Done { Exit::Refused } else { exit }
        }
    }
}

/// The groups that a command names, in the config's order; without a name the default one.
fn groups(config: &Config, named: &[String]) -> Result<Vec<Name>, Refusal> {
    let known: Vec<&str> = config.groups.iter().map(|group| group.name.as_str()).collect();
    for name in named {
        if !known.contains(&name.as_str()) {
            return Err(Refusal::usage(
                Problem::new(Code::W0105, format!("there is no group `{name}`"))
                    .help(advice(name, "group", &known)),
            ));
        }
    }
    if named.is_empty() {
        let default = config.default_group().ok_or_else(|| {
            Refusal::usage(
                Problem::new(Code::W0109, "several groups, and none is the default")
                    .help(format!("name one: --group NAME ({})", known.join(", ")))
                    .help("or set `default = true` under one of [groups.*]"),
            )
        })?;
        return Ok(vec![default.name.clone()]);
    }
    let chosen = config.groups.iter().filter(|group| named.iter().any(|name| name == group.name.as_str()));
    Ok(chosen.map(|group| group.name.clone()).collect())
}
