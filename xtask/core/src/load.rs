//! A tree and the config's text, into what a release is planned from. Each file is read at most once.

use std::collections::{BTreeMap, BTreeSet};

use crate::changelog::fragment::{self, Fragment};
use crate::changelog::name::is_no_fragment;
use crate::config::Surroundings;
use crate::ecosystem;
use crate::model::config::{ChangelogRules, Config, Hook};
use crate::model::digest::sha256;
use crate::model::glob;
use crate::model::hook::OwnHook;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Mode, Tree};
use crate::model::version::Version;
use crate::workspace::{Changelog, Workspace};

/// The config that a command works by.
#[derive(Debug)]
pub struct ConfigText {
    /// As people name it.
    pub name: String,
    pub text: String,
}

/// The config's usual name.
pub const CONFIG: &str = "windlass.toml";

/// Reads the config's text against the tracked files.
///
/// # Errors
/// Every problem of the config at once (`W01xx`).
pub fn config(text: &ConfigText, entries: &BTreeMap<RepoPath, Mode>) -> Result<Config, Problems> {
    let exists = |path: &RepoPath| entries.contains_key(path);
    crate::config::read(&text.name, &text.text, &Surroundings { exists: &exists })
}

/// Checks the hooks that the repository's own `xtask` brings.
///
/// # Errors
/// What is wrong with how they are declared (`W01xx`).
pub fn own_hooks(own: &[OwnHook]) -> Result<Vec<Hook>, Problems> {
    if own.is_empty() { Ok(Vec::new()) } else { crate::config::own_hooks(own) }
}

/// Reads everything that a release is planned from.
///
/// Problems of places and fragments are kept in the workspace, not returned: a plan shows them all.
pub fn workspace(tree: &dyn Tree, config: Config, text: &ConfigText) -> Workspace {
    let scan = ecosystem::scan(tree, &config);
    let mut problems = scan.problems;
    let mut sources = BTreeMap::new();
    let mut digests = BTreeMap::from([(text.name.clone(), sha256(text.text.as_bytes()))]);
    let mut keep = |path: &RepoPath, problems: &mut Problems| match tree.read(path) {
        Ok(Some(source)) => {
            digests.insert(path.to_string(), sha256(source.text.as_bytes()));
            sources.insert(path.clone(), source.clone());
            Some(source)
        }
        Ok(None) => None,
        Err(problem) => {
            problems.push(problem);
            None
        }
    };
    let places = scan.places.iter().map(|place| &place.file);
    let dates = scan.dates.iter().map(|place| &place.file);
    let requirements = scan.requirements.iter().map(|one| &one.file);
    let pins = ecosystem::pinned::read(tree, &config, &mut problems);
    let pinned = pins.iter().flat_map(|pin| &pin.places).map(|place| &place.file);
    let files: BTreeSet<_> = places.chain(dates).chain(requirements).chain(pinned).collect();
    for file in files {
        keep(file, &mut problems);
    }
    let mut changelogs = Vec::new();
    for rules in &config.changelogs {
        let source = keep(&rules.file, &mut problems);
        let (fragments, digests) = fragments(tree, &config, rules, &mut problems);
        changelogs.push(Changelog { rules: rules.clone(), source, fragments, digests });
    }
    problems.extend(strays(tree, &config));
    problems.extend(passed_over(tree, &config, &problems, &BTreeSet::new()));
    Workspace {
        entries: tree.entries().clone(),
        manifests: scan.manifests,
        places: scan.places,
        requirements: scan.requirements,
        dates: scan.dates,
        pins,
        sources,
        changelogs,
        crossings: Vec::new(),
        problems,
        digests,
        config,
    }
}

/// Tracked files that could not be read and that nobody minded: each was looked for because it may hold a place, and
/// would be left behind. `before` had been said already.
fn passed_over(
    tree: &dyn Tree,
    config: &Config,
    problems: &Problems,
    before: &BTreeSet<RepoPath>,
) -> Problems {
    let mut files = tree.unread();
    files.retain(|file| {
        let file = file.as_str();
        let is_said = |problem: &Problem| {
            problem.code == Code::W0304 && problem.at.as_ref().is_some_and(|at| at.file == file)
        };
        !before.iter().any(|one| one.as_str() == file)
            && !problems.iter().any(is_said)
            && !config.ignore.places.iter().any(|rule| glob::matches(&rule.glob, file))
    });
    tree.why_unread(&files)
}

/// Tracked fragments that no changelog collects.
pub fn strays(tree: &dyn Tree, config: &Config) -> Problems {
    let ignored = |path: &RepoPath| config.ignore.is_no_fragment(path);
    fragment::strays(tree.entries().keys(), &config.changelogs, &ignored)
}

/// Looks for all that names the modules of packages whose next version may ask for another path.
pub fn crossings(tree: &dyn Tree, workspace: &mut Workspace, steps: &[(Name, Version)]) {
    let before = tree.unread();
    for manifest in &workspace.manifests {
        let Some((_, next)) = steps.iter().find(|(package, _)| *package == manifest.package) else {
            continue;
        };
        let Some(crossing) = ecosystem::crossing::read(tree, &workspace.config, manifest, *next) else {
            continue;
        };
        for spot in &crossing.spots {
            if let Ok(Some(source)) = tree.read(&spot.file) {
                workspace.digests.insert(spot.file.to_string(), sha256(source.text.as_bytes()));
                workspace.sources.insert(spot.file.clone(), source);
            }
        }
        workspace.crossings.push(crossing);
    }
    let said: Problems =
        workspace.crossings.iter().flat_map(|crossing| &crossing.problems).cloned().collect();
    workspace.problems.extend(passed_over(tree, &workspace.config, &said, &before));
}

/// A changelog's tracked fragments and the digest of each.
fn fragments(
    tree: &dyn Tree,
    config: &Config,
    rules: &ChangelogRules,
    problems: &mut Problems,
) -> (Vec<Fragment>, BTreeMap<RepoPath, String>) {
    let Some(folder) = &rules.fragments else { return Default::default() };
    if let Some(link) = tree.link(folder) {
        problems.push(fragment::linked_folder(rules, folder, &link));
        return Default::default();
    }
    let mut files = Vec::new();
    let first = folder.child("");
    for path in tree.entries().range(first..).map(|(path, _)| path) {
        let Some(name) = path.below(folder) else { break };
        if name.contains('/') || config.ignore.is_no_fragment(path) || is_no_fragment(name, &rules.kinds) {
            continue;
        }
        match tree.bytes(path) {
            _ if tree.entries().get(path) == Some(&Mode::Symlink) => problems.push(fragment::linked(path)),
            Ok(bytes) => files.extend(bytes.map(|bytes| (path.clone(), bytes))),
            Err(problem) => problems.push(problem),
        }
    }
    let digests = files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect();
    let (fragments, more) = fragment::read(rules, files);
    problems.extend(more);
    problems.extend(fragment::odd_names(rules, folder, tree.odd_names()));
    (fragments, digests)
}
