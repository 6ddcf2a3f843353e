//! What the tests of every ecosystem ask: the scan of a tree in memory, as lines of text.

use super::*;
use crate::model::config::{
    Config, Dates, Find, Flow, Group, Ignore, IgnoreRule, PlaceRule, RehearseRules, ReleaseRules,
};
use crate::model::edit::{self, Edit};
use crate::model::gate_rules::GateRules;
use crate::model::names::RemoteName;
use crate::model::place::DatePlace;
use crate::model::requirement::{Dialect, Policy};
use crate::model::template::Template;
use crate::model::tree::MemoryTree;
use crate::model::version::Version;

/// A config of packages, each `name=folder` or `name=folder:form`, in one group.
pub fn config(packages: &[&str]) -> Config {
    let packages: Vec<_> = packages.iter().map(|spec| package(spec)).collect();
    Config {
        file: "windlass.toml".into(),
        release: ReleaseRules {
            remote: RemoteName::parse("origin").unwrap(),
            branches: vec!["main".into()],
            commit: Template::parse("{version}", &[]).unwrap(),
            requirements: Policy::Satisfy,
        },
        groups: vec![Group {
            name: Name::parse("all").unwrap(),
            packages: packages.iter().map(|package| package.name.clone()).collect(),
            default: true,
            base: None,
            flow: Flow::Direct,
            development: None,
            tags: vec![],
            requirements: None,
            milestone: None,
            line: None,
        }],
        packages,
        changelogs: vec![],
        hooks: vec![],
        targets: vec![],
        ignore: Ignore::default(),
        smoke: None,
        rehearse: RehearseRules::default(),
        gates: GateRules::default(),
        ci: None,
        forge: None,
        pins: vec![],
        downstream: vec![],
        settings: vec![],
    }
}

pub fn package(spec: &str) -> Package {
    let (name, rest) = spec.split_once('=').unwrap();
    let (path, form) = rest.split_once(':').map_or((rest, None), |(path, form)| (path, Some(form)));
    Package {
        name: Name::parse(name).unwrap(),
        path: RepoPath::parse(path).unwrap(),
        form: form.map(|form| Form::from_name(form).unwrap()),
        requirements: None,
        places: vec![],
        images: vec![],
        dates: Dates::Every,
        line: 1,
    }
}

/// Adds a rule to a config's first package: `file key KEY` or `file COUNT PATTERN`, each
/// perhaps with `:FORM` after the file.
pub fn declare(config: &mut Config, rule: &str) {
    let parts: Vec<_> = rule.splitn(3, ' ').collect();
    let (file, form) = parts[0].split_once(':').map_or((parts[0], None), |(file, form)| (file, Some(form)));
    let line = 10 + config.packages[0].places.len();
    config.packages[0].places.push(PlaceRule {
        file: RepoPath::parse(file).unwrap(),
        find: match parts[1] {
            "key" => Find::Key(parts[2].into()),
            count => {
                Find::Pattern { pattern: Template::pattern(parts[2]).unwrap(), count: count.parse().unwrap() }
            }
        },
        form: form.map(|form| Form::from_name(form).unwrap()),
        after: crate::model::config::After::Release,
        line,
    });
}

pub fn ignore(config: &mut Config, glob: &str) {
    config.ignore.places.push(IgnoreRule { glob: glob.into(), reason: None, line: 1 });
}

fn place(place: &Place) -> String {
    let Place { package, file, node, line, text, form, role, .. } = place;
    format!("{package} {file}:{line} {node} = {text} ({form}, {role:?})")
}

fn date(place: &DatePlace) -> String {
    let DatePlace { package, file, node, line, text, .. } = place;
    format!("{package} {file}:{line} {node} = {text} (date)")
}

fn problem(problem: &Problem) -> String {
    let at = problem.at.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {at}: {}", problem.code, problem.what)
}

/// The places and problems of a scan, a line each. Where nothing is wrong, an edit of every
/// span must change nothing else, and reading back must give the new version everywhere.
pub fn found(files: &[(&str, &str)], config: &Config) -> Vec<String> {
    let read = scan(&MemoryTree::new(files.iter().copied()), config);
    if read.problems.is_empty() {
        round(files, config, &read);
    }
    let dates = read.dates.iter().map(date);
    read.places.iter().map(place).chain(dates).chain(read.problems.iter().map(problem)).collect()
}

const DATE: &str = "2031-12-30";

/// What a requirement is set to: a pin in its dialect.
fn pin(dialect: Dialect, version: Version) -> String {
    match dialect {
        Dialect::Cargo => format!("={version}"),
        Dialect::Npm | Dialect::Helm => version.to_string(),
        Dialect::Pep440 | Dialect::Poetry => format!("=={}", Form::PEP440.render(version)),
        Dialect::Go { .. } => format!("v{version}"),
    }
}

fn round(files: &[(&str, &str)], config: &Config, read: &Scan) {
    let version = Version::parse("3.2.1-rc.4").unwrap();
    let edited: Vec<_> = files.iter().map(|(path, text)| (*path, after(path, text, read, version))).collect();
    let again = scan(&MemoryTree::new(edited.iter().map(|(path, text)| (*path, text.as_str()))), config);
    assert_eq!(again.problems, []);
    assert_eq!(again.places.len(), read.places.len());
    assert_eq!(again.dates.len(), read.dates.len());
    assert_eq!(again.requirements.len(), read.requirements.len());
    assert!(again.dates.iter().all(|place| place.text == DATE));
    for (now, before) in again.places.iter().zip(&read.places) {
        assert_eq!((&now.node, &now.file, now.line), (&before.node, &before.file, before.line));
        assert_eq!(now.text, before.form.render(version), "{}", before.node);
    }
    for (now, before) in again.requirements.iter().zip(&read.requirements) {
        assert_eq!((&now.node, &now.file, now.line), (&before.node, &before.file, before.line));
        assert_eq!(now.text, pin(before.dialect, version), "{}", before.node);
    }
    for manifest in &again.manifests {
        assert!(manifest.places.iter().all(|place| place.text == place.form.render(version)));
    }
    // What stands between the spans that were found first is what stands between those found now.
    for ((path, text), (_, new)) in files.iter().zip(&edited) {
        assert_eq!(between(text, &spans(path, read)), between(new, &spans(path, &again)), "{path}");
    }
}

/// Every span of a file that a release may change, in order.
fn spans(path: &str, read: &Scan) -> Vec<std::ops::Range<usize>> {
    let places = read.places.iter().map(|place| (&place.file, &place.span));
    let dates = read.dates.iter().map(|place| (&place.file, &place.span));
    let requirements = read.requirements.iter().map(|one| (&one.file, &one.span));
    let all = places.chain(dates).chain(requirements);
    let mut spans: Vec<_> =
        all.filter(|(file, _)| file.as_str() == path).map(|(_, span)| span.clone()).collect();
    spans.sort_by_key(|span| span.start);
    spans
}

/// The pieces of a text outside of spans, byte for byte.
fn between<'a>(text: &'a str, spans: &[std::ops::Range<usize>]) -> Vec<&'a [u8]> {
    let starts = std::iter::once(0).chain(spans.iter().map(|span| span.end));
    let ends = spans.iter().map(|span| span.start).chain(std::iter::once(text.len()));
    starts.zip(ends).map(|(start, end)| &text.as_bytes()[start..end]).collect()
}

fn after(path: &str, text: &str, read: &Scan, version: Version) -> String {
    let edit = |span: &std::ops::Range<usize>, old: &str, new: String, node: &str| Edit {
        start: span.start,
        end: span.end,
        old: old.to_owned(),
        new,
        node: node.to_owned(),
        dates: vec![],
    };
    let here = |file: &RepoPath| file.as_str() == path;
    let mut edits: Vec<_> = read
        .places
        .iter()
        .filter(|place| here(&place.file))
        .map(|place| edit(&place.span, &place.text, place.form.render(version), &place.node))
        .collect();
    let dates = read.dates.iter().filter(|place| here(&place.file));
    edits.extend(dates.map(|place| edit(&place.span, &place.text, DATE.into(), &place.node)));
    let requirements = read.requirements.iter().filter(|one| here(&one.file));
    edits.extend(requirements.map(|one| edit(&one.span, &one.text, pin(one.dialect, version), &one.node)));
    edits.sort_by_key(|edit| edit.start);
    edit::apply(text, &edits).unwrap()
}
