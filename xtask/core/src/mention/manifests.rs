//! Manifests that belong to no package: found by the names of their files, read by the ecosystems.

use std::collections::BTreeSet;

use super::looked;
use super::site::Sites;
use crate::ecosystem::{self, Manifest};
use crate::model::glob;
use crate::model::names::Name;
use crate::model::pasted::quoted;
use crate::model::path::RepoPath;
use crate::model::place::Place;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Tree;
use crate::workspace::Workspace;

/// The names of manifests that hold a version.
pub const MANIFESTS: [&str; 5] = ["Cargo.toml", "package.json", "pyproject.toml", "Chart.yaml", "pom.xml"];

/// Names each manifest with a version in a folder that is no package's (`W0322`).
///
/// Version 0.0.0 says that there is none. A chart below another chart's `charts/` is that
/// chart's dependency (Helm, "Managing Dependencies manually via the charts/ directory").
pub fn of_nobody(tree: &dyn Tree, workspace: &Workspace, sites: &Sites<'_>) -> Problems {
    let mut problems = Problems::new();
    let mut taken: BTreeSet<String> =
        workspace.config.packages.iter().map(|package| package.name.to_string()).collect();
    for folder in sites.strangers() {
        let inside = folder.child("manifest");
        if !looked::by_path(sites.below(&inside)) || is_subchart(tree, &folder) {
            continue;
        }
        let Some(manifest) = manifest(tree, workspace, &folder) else { continue };
        let ignored =
            |rule: &crate::model::config::IgnoreRule| glob::matches(&rule.glob, manifest.file.as_str());
        if !workspace.config.ignore.places.iter().any(ignored) {
            problems.extend(problem(workspace, &manifest, &mut taken));
        }
    }
    problems
}

fn is_subchart(tree: &dyn Tree, folder: &RepoPath) -> bool {
    folder.ancestors().any(|up| {
        up.name() == "charts" && up.parent().is_some_and(|chart| tree.contains(&chart.child("Chart.yaml")))
    })
}

/// The first manifest in a folder that holds a version of its own.
fn manifest(tree: &dyn Tree, workspace: &Workspace, folder: &RepoPath) -> Option<Manifest> {
    let package = ecosystem::outside::stranger(folder)?;
    // A version that packages inherit moves with them.
    let known =
        |own: &Place| workspace.places.iter().any(|place| place.file == own.file && place.span == own.span);
    let read = ecosystem::ALL.iter().filter_map(|ecosystem| {
        // What is wrong with a manifest that is nobody's is not asked here.
        ecosystem.manifest(tree, &package).ok().flatten()
    });
    let mut own = read.filter(|manifest| {
        let version = manifest.places.first();
        MANIFESTS.contains(&manifest.file.name())
            && version.is_some_and(|place| !place.text.is_empty() && place.text != "0.0.0" && !known(place))
    });
    own.next()
}

fn problem(workspace: &Workspace, manifest: &Manifest, taken: &mut BTreeSet<String>) -> Option<Problem> {
    let version = manifest.places.first()?;
    let called = manifest.name.as_deref().unwrap_or_default();
    let name = free_name(called, &manifest.folder, taken)?;
    let is = if called.is_empty() { "holds".to_owned() } else { format!("is `{called}` at") };
    let mut problem = Problem::new(
        Code::W0322,
        format!("`{}` {is} {}, and no package has its folder", manifest.file, version.text),
    )
    .at_line(&manifest.file, version.line)
    .why("no release moves it");
    problem = match workspace.config.default_group().filter(|group| group.line.is_some()) {
        Some(group) => problem.help(format!(
            "to release it with {0}, add \"{name}\" to `packages` of [groups.{0}], and",
            group.name
        )),
        None => problem.help("to release it, add"),
    };
    let folder =
        if manifest.folder.is_root() { manifest.file.to_string() } else { format!("{}/**", manifest.folder) };
    Some(
        problem
            .help(format!("  [packages.{name}]"))
            .help(format!("  path = {}", quoted(&manifest.folder.to_string())))
            .help("or leave it alone, in `places` of [ignore]")
            .help(format!("  {{ glob = {}, reason = \"…\" }}", quoted(&folder))),
    )
}

/// A name that no package has: of the registry's the last part, else the folder's.
fn free_name(called: &str, folder: &RepoPath, taken: &mut BTreeSet<String>) -> Option<String> {
    let last = called.rsplit('/').next().unwrap_or_default();
    let whole = folder.as_str().replace('/', "-");
    let names = [last, folder.name(), &whole, "root"];
    let name = names.into_iter().find(|name| Name::parse(name).is_ok() && !taken.contains(*name))?;
    taken.insert(name.to_owned());
    Some(name.to_owned())
}
