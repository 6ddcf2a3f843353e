//! `changelog new`, `changelog check`, `changelog show`.

use std::io::Read;

use super::assemble::{folder, on_disk};
use crate::app::{App, Exit, Refusal, Session};
use crate::changelog::branch::{self, Branch};
use crate::changelog::dated::{Dated, dated};
use crate::changelog::{fragment, notes};
use crate::cli::{ChangelogCheck, ChangelogNew, ChangelogShow};
use crate::config::nearest::advice;
use crate::gate::fragment::prepared_by;
use crate::io::env::current_dir;
use crate::io::files;
use crate::load;
use crate::model::command::paste;
use crate::model::config::{ChangelogRules, Config};
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::{Source, Tree};
use crate::model::version::Version;
use crate::observe::Question;
use crate::plan::prepared::Prepared;

/// The changelog that a command means: the named one, else the default group's.
fn rules<'a>(config: &'a Config, named: Option<&str>) -> Result<&'a ChangelogRules, Refusal> {
    if let Some(name) = named {
        let known: Vec<&str> = config.changelogs.iter().map(|rules| rules.name.as_str()).collect();
        return config.changelogs.iter().find(|rules| rules.name.as_str() == name).ok_or_else(|| {
            Refusal::usage(Problem::new(Code::W0105, format!("there is no changelog `{name}`")).help(advice(
                name,
                "changelog",
                &known,
            )))
        });
    }
    let default = config.default_group();
    let of_default =
        |rules: &&ChangelogRules| default.is_some_and(|group| rules.groups.contains(&group.name));
    config.changelogs.iter().find(of_default).or(config.changelogs.first()).ok_or_else(|| {
        Refusal::usage(
            Problem::new(Code::W0109, "no changelog is configured")
                .help("add [changelogs.root] with `file = \"CHANGELOG.md\"`"),
        )
    })
}

pub fn new(app: &mut App<'_>, args: &ChangelogNew) -> Result<Exit, Refusal> {
    let session = app.open(&[])?;
    let rules = rules(&session.config, args.changelog.as_deref())?;
    let folder = folder(&session.repository.root, rules)?.ok_or_else(|| {
        Refusal::usage(Problem::new(
            Code::W0109,
            format!("the changelog `{}` has no fragment folder", rules.name),
        ))
    })?;
    if !rules.kinds.iter().any(|kind| kind.name == args.kind) {
        let kinds: Vec<&str> = rules.kinds.iter().map(|kind| kind.name.as_str()).collect();
        return Err(Refusal::usage(
            Problem::new(
                Code::W0402,
                format!("`{}` is no kind of the changelog `{}`", args.kind, rules.name),
            )
            .help(advice(&args.kind, "kind", &kinds)),
        ));
    }
    let text = match &args.text {
        Some(text) => text.clone(),
        None => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Problem::new(Code::W0404, format!("standard input: {error}")))?;
            text
        }
    };
    let root = &session.repository.root;
    let taken = |name: &str| root.join(folder.as_str()).join(name).exists();
    let name = fragment::file_name(&args.kind, &text, &taken);
    let path = folder.child(&name);
    let body = format!("{}\n", text.trim_end());
    let (_, problems) = fragment::read(rules, vec![(path.clone(), body.clone().into_bytes())]);
    if !problems.is_empty() {
        return Err(Refusal::refused(problems));
    }
    let file = root.join(path.as_str());
    let written = std::fs::create_dir_all(root.join(folder.as_str()))
        .and_then(|()| files::create(&file, body.as_bytes()));
    written.map_err(|error| Problem::new(Code::W0304, error.to_string()).at(&path))?;
    if app.json() {
        app.result_json(&serde_json::json!({ "file": path }));
    } else {
        let here = current_dir().map_or_else(|_| file.clone(), |here| files::seen_from(&here, &file));
        app.result(&format!("{}\n", here.display()));
    }
    Ok(Exit::Done)
}

pub fn check(app: &mut App<'_>, args: &ChangelogCheck) -> Result<Exit, Refusal> {
    let session = app.open(&[Question::Status])?;
    let Session { repository, ground, config, text } = session;
    let entries = ground.entries.clone();
    let tree = ground.tree(&repository.root);
    let here = ground.branch()?;
    let here = app.env.branch.clone().or_else(|| here.map(|branch| branch.to_string()));
    let labels: Vec<String> = args.label.iter().chain(&app.env.labels).cloned().collect();
    if let Some(why) = branch::exempt(&config.changelogs, &Branch { name: here.as_deref(), labels: &labels })
    {
        return Ok(exempt(app, &why));
    }
    let base = args.base.clone().unwrap_or_else(|| branch::base(&config));
    let commit =
        repository.commit(&base)?.ok_or_else(|| Refusal::refused(vec![branch::no_base(&config, &base)]))?;
    let changed = repository
        .changed_since(&commit)?
        .ok_or_else(|| Refusal::refused(vec![branch::nothing_in_common(&base)]))?;
    let mut added = Vec::new();
    let mut untracked = Vec::new();
    for rules in &config.changelogs {
        folder(&repository.root, rules)?;
        let (fragments, problems) = on_disk(&repository.root, &config.ignore, rules);
        let mine = |path: &RepoPath| changed.written.iter().any(|changed| changed == path.as_str());
        let problems: Vec<Problem> = problems
            .into_iter()
            .filter(|problem| problem.at.as_ref().is_some_and(|at| changed.written.contains(&at.file)))
            .collect();
        if !problems.is_empty() {
            return Err(Refusal::refused(problems));
        }
        let paths = fragments.into_iter().map(|fragment| fragment.path);
        let (tracked, new): (Vec<_>, Vec<_>) = paths.partition(|path| entries.contains_key(path));
        added.extend(tracked.into_iter().filter(mine));
        untracked.extend(new);
    }
    if let (true, Some(path)) = (added.is_empty(), untracked.first()) {
        return Err(Refusal::refused(vec![
            Problem::new(Code::W0412, format!("{path} is a fragment, but git does not track it yet"))
                .run(format!("git add -- {}", paste(&[path.to_string()]))),
        ]));
    }
    if added.is_empty() {
        let none = branch::none_added(&config, &base);
        let workspace = load::workspace(&tree, config, &text);
        return match prepared_by(&repository, &workspace, &changed)? {
            Some(Prepared { what, against: None }) => Ok(exempt(app, &branch::prepares(&what))),
            Some(Prepared { what, against: Some(why) }) => {
                Err(Refusal::refused(vec![branch::against(none, &what, &why)]))
            }
            None => Err(Refusal::refused(vec![none])),
        };
    }
    if app.json() {
        app.result_json(&serde_json::json!({ "fragments": added }));
    } else {
        let list: String = added.iter().map(|path| format!("{path}\n")).collect();
        app.result(&list);
    }
    Ok(Exit::Done)
}

/// No fragment is needed, and none is a result.
fn exempt(app: &mut App<'_>, why: &str) -> Exit {
    if app.json() {
        app.result_json(&serde_json::json!({ "fragments": [], "exempt": why }));
    }
    app.remark(&format!("{why}\n"));
    Exit::Done
}

pub fn show(app: &mut App<'_>, args: &ChangelogShow) -> Result<Exit, Refusal> {
    let session = app.open(&[])?;
    let rules = rules(&session.config, args.changelog.as_deref())?;
    let tree = session.ground.tree(&session.repository.root);
    let source = tree.read(&rules.file)?.ok_or_else(|| {
        Problem::new(Code::W0410, format!("{} is not in the repository", rules.file)).at(&rules.file)
    })?;
    let notes = match &args.version {
        None => {
            let (fragments, problems) = on_disk(&session.repository.root, &session.config.ignore, rules);
            if !problems.is_empty() {
                return Err(Refusal::refused(problems));
            }
            notes::pending(&source, rules, &fragments)
        }
        Some(text) => {
            let bare = text.trim_start_matches('v');
            let version = Form::SEMVER.parse(bare).or_else(|| Form::PEP440.parse(bare)).ok_or_else(|| {
                Refusal::usage(Problem::new(Code::W0507, format!("`{text}` is no version")))
            })?;
            of_version(&source, rules, args.group.as_deref(), version)?
        }
    };
    if app.json() {
        app.result_json(
            &serde_json::json!({ "changelog": rules.name, "version": args.version, "notes": notes }),
        );
    } else {
        app.result(&notes);
    }
    Ok(Exit::Done)
}

/// The notes of a version of one of the changelog's groups: the named one, else the only one that has it.
fn of_version(
    source: &Source,
    rules: &ChangelogRules,
    named: Option<&str>,
    version: Version,
) -> Result<String, Refusal> {
    let known: Vec<&str> = rules.groups.iter().map(Name::as_str).collect();
    if let Some(name) = named.filter(|name| !known.contains(name)) {
        let what = format!("the changelog `{}` tells of no group `{name}`", rules.name);
        return Err(Refusal::usage(Problem::new(Code::W0105, what).help(advice(name, "group", &known))));
    }
    let asked = rules.groups.iter().filter(|group| named.is_none_or(|name| name == group.as_str()));
    let found: Vec<(&Name, String)> =
        asked.filter_map(|group| Some((group, notes::section(source, rules, group, version)?))).collect();
    match found.as_slice() {
        [(_, notes), others @ ..] if others.iter().all(|(_, other)| other == notes) => Ok(notes.clone()),
        [] => Err(Refusal::refused(vec![no_section(source, rules, version)])),
        [..] => {
            let groups: Vec<&str> = found.iter().map(|(group, _)| group.as_str()).collect();
            Err(Refusal::usage(
                Problem::new(Code::W0109, format!("{version} is a version of {}", groups.join(" and of ")))
                    .at(&rules.file)
                    .help("say whose: --group NAME"),
            ))
        }
    }
}

fn no_section(source: &Source, rules: &ChangelogRules, version: Version) -> Problem {
    let series = |one: Dated| one.versions.iter().map(Version::to_string).collect::<Vec<_>>().join("/");
    let have: Vec<String> = dated(source, rules).into_iter().take(5).map(series).collect();
    Problem::new(Code::W0411, format!("{} has no section for {version}", rules.file)).at(&rules.file).help(
        if have.is_empty() {
            "it has no dated section yet".to_owned()
        } else {
            format!("the newest: {}", have.join(", "))
        },
    )
}
