//! What nobody declared: versions of ours in texts, and manifests outside of all packages. In
//! manifests it is what their ecosystem does not account for.
//!
//! A text is looked through once, for tokens that look like a version (`token`); what stands
//! around one may say that it is ours (`sight`, by `key`s and the `names` of packages); the versions that
//! the group had and has (`series`) tell whether it is current, so that nobody declared it
//! (`W0320`), or older, so that it was forgotten (`W0321`). `advice` writes the rule that
//! declares it. `looked` says which files are looked into, `site` whose they are, and
//! `manifests` names those that belong to no package (`W0322`).
//!
//! All of it is read off texts, so it is advice: `check` lists it and fails for it only when
//! `--strict`; a release neither looks nor waits.

mod advice;
#[cfg(test)]
mod advice_tests;
mod finding;
mod ignored;
mod key;
mod looked;
mod manifests;
mod names;
mod pair;
mod series;
mod sight;
mod site;
mod spoken;
mod tagged;
#[cfg(test)]
mod tests;
mod token;

use std::collections::BTreeSet;

use crate::model::glob;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::Problems;
use crate::model::tree::{Mode, Tree};
use crate::model::version::Version;
use crate::workspace::Workspace;

use finding::Judge;
use site::Sites;

/// The versions that a group's tags name.
pub type Tagged<'a> = dyn Fn(&Name) -> &'a [Version] + 'a;

/// What `check` says of mentions.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Everything that nobody declared, by file and line.
    pub undeclared: Problems,
    /// What `[ignore]` could do without, by line.
    pub hints: Problems,
}

/// Looks through the tree; `home` is where the repository is, as host and path
/// (`github.com/acme/suite`).
pub fn look(tree: &dyn Tree, workspace: &Workspace, tagged: &Tagged<'_>, home: Option<&str>) -> Mentions {
    let sites = Sites::new(workspace);
    let mut undeclared = manifests::of_nobody(tree, workspace, &sites);
    let judge = Judge::new(workspace, tagged, home);
    let known = Known::new(workspace);
    let mut used = BTreeSet::new();
    for (path, mode) in tree.entries() {
        let is_file = matches!(mode, Mode::File | Mode::Executable);
        if !is_file
            || !looked::by_path(sites.below(path))
            || known.covers(path)
            || ignored::whole(workspace, path, &used)
        {
            continue;
        }
        let Some(source) = tree.glance(path, looked::LARGEST) else { continue };
        if looked::by_text(&source.text) {
            undeclared.extend(judge.look(&source, sites.of(path), &mut used));
        }
    }
    undeclared.sort_by(|a, b| (&a.at, a.code, &a.what).cmp(&(&b.at, b.code, &b.what)));
    Mentions { undeclared, hints: ignored::hints(workspace, &used) }
}

/// Files whose versions the config speaks of already.
struct Known<'a> {
    workspace: &'a Workspace,
    files: BTreeSet<&'a str>,
    folders: Vec<&'a RepoPath>,
}

impl<'a> Known<'a> {
    fn new(workspace: &'a Workspace) -> Known<'a> {
        let rules = || workspace.changelogs.iter().map(|changelog| &changelog.rules);
        let config = workspace.config.file.as_str();
        // What went wrong is mended first: a file that could not be read as what it is, and one in
        // which a rule did not find what it was meant to.
        let wrong: BTreeSet<(&str, Option<usize>)> = workspace
            .problems
            .iter()
            .filter_map(|problem| problem.at.as_ref().map(|at| (at.file.as_str(), at.line)))
            .collect();
        let rules_of = workspace.config.packages.iter().flat_map(|package| &package.places);
        let broken = rules_of.filter(|rule| wrong.contains(&(config, Some(rule.line))));
        let files = rules().map(|rules| rules.file.as_str()).chain([config]);
        let files =
            files.chain(broken.map(|rule| rule.file.as_str())).chain(wrong.iter().map(|(file, _)| *file));
        let folders = rules().filter_map(|rules| rules.fragments.as_ref()).collect();
        Known { workspace, files: files.collect(), folders }
    }

    fn covers(&self, path: &RepoPath) -> bool {
        let ignore = &self.workspace.config.ignore;
        self.files.contains(path.as_str())
            || self.folders.iter().any(|folder| path.below(folder).is_some())
            || ignore.places.iter().any(|rule| glob::matches(&rule.glob, path.as_str()))
    }
}
