//! Helm: entries of `dependencies` whose `repository` is a folder, `file://../engine` (helm.sh,
//! "Chart Dependency"). All others are other people's charts.

use super::{Dependency, On, Owner};
use crate::ecosystem::Ours;
use crate::format::Node;
use crate::format::yaml::Yaml;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::requirement::Dialect;

/// The dependencies of a chart.
pub fn of_package(root: Yaml<'_>, owner: Owner<'_>) -> Result<Vec<Dependency>, Problem> {
    let mut found = Vec::new();
    for (name, folder, entry) in folders(root, owner.folder)? {
        if let Some(token) = entry.get("version")?.and_then(Node::scalar) {
            found.push(owner.needs(On::Folder(folder), "dependencies", &name, token, Dialect::Helm));
        }
    }
    Ok(found)
}

/// The name of a chart of ours that a Chart.lock holds with its version.
pub fn locked(root: Yaml<'_>, folder: &RepoPath, ours: &Ours<'_>) -> Result<Option<String>, Problem> {
    let mut found = folders(root, folder)?.into_iter().filter(|(_, folder, _)| ours.at(folder).is_some());
    Ok(found.next().map(|(name, ..)| name))
}

/// The entries with a folder.
fn folders<'a>(root: Yaml<'a>, from: &RepoPath) -> Result<Vec<(String, RepoPath, Yaml<'a>)>, Problem> {
    let mut found = Vec::new();
    let Some(list) = root.get("dependencies")? else { return Ok(found) };
    for entry in list.items()? {
        let name = entry.value_at(&["name"])?.unwrap_or_default().into_owned();
        let repository = entry.value_at(&["repository"])?.unwrap_or_default();
        if let Some(Ok(folder)) = repository.strip_prefix("file://").map(|path| from.join(path)) {
            found.push((name, folder, entry));
        }
    }
    Ok(found)
}
