//! What the tests of every ecosystem ask: the scan of a tree in memory, as lines of text.

use super::*;
use crate::model::config::{Config, Dates, Find, Flow, Group, Ignore, IgnoreRule, PlaceRule, ReleaseRules};
use crate::model::edit::{self, Edit};
use crate::model::names::RemoteName;
use crate::model::place::DatePlace;
use crate::model::requirement::Policy;
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
            line: None,
        }],
        packages,
        changelogs: vec![],
        hooks: vec![],
        targets: vec![],
        ignore: Ignore::default(),
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
    config.ignore.places.push(IgnoreRule { glob: glob.into(), reason: None });
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

fn round(files: &[(&str, &str)], config: &Config, read: &Scan) {
    let version = Version::parse("3.2.1-rc.4").unwrap();
    let edited: Vec<_> = files.iter().map(|(path, text)| (*path, after(path, text, read, version))).collect();
    let again = scan(&MemoryTree::new(edited.iter().map(|(path, text)| (*path, text.as_str()))), config);
    assert_eq!(again.problems, []);
    assert_eq!(again.places.len(), read.places.len());
    assert_eq!(again.dates.len(), read.dates.len());
    assert!(again.dates.iter().all(|place| place.text == DATE));
    for (now, before) in again.places.iter().zip(&read.places) {
        assert_eq!((&now.node, &now.file, now.line), (&before.node, &before.file, before.line));
        assert_eq!(now.text, before.form.render(version), "{}", before.node);
    }
    for manifest in &again.manifests {
        assert!(manifest.places.iter().all(|place| place.text == place.form.render(version)));
    }
}

fn after(path: &str, text: &str, read: &Scan, version: Version) -> String {
    let here = read.places.iter().filter(|place| place.file.as_str() == path);
    let dates = read.dates.iter().filter(|place| place.file.as_str() == path);
    let dates = dates.map(|place| Edit {
        start: place.span.start,
        end: place.span.end,
        old: place.text.clone(),
        new: DATE.into(),
        node: place.node.clone(),
        dates: vec![],
    });
    let mut edits: Vec<_> = here
        .map(|place| Edit {
            start: place.span.start,
            end: place.span.end,
            old: place.text.clone(),
            new: place.form.render(version),
            node: place.node.clone(),
            dates: vec![],
        })
        .chain(dates)
        .collect();
    edits.sort_by_key(|edit| edit.start);
    edit::apply(text, &edits).unwrap()
}
