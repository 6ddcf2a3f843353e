//! A crate, as cargo packs it. It is not compiled here: it may require siblings that no registry has yet.

use super::Site;
use super::store::{Made, Stored};
use crate::io::files as disk;
use crate::model::artifact::ArtifactKind;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::tool::cargo::{Packing, package};

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let job = site.job;
    let root = workspace(site);
    let locked = site.at(&root).join("Cargo.lock").is_file();
    let packing = Packing { locked, generated: !job.before.is_empty(), registry: None };
    let packed = |crates: &[String], registry: Option<&str>| {
        package(&site.order.ambient, &site.folder(), crates, &site.out, Packing { registry, ..packing })
    };
    // Siblings are packed along where cargo knows them: for the default registry or the targets' own, whichever the
    // requirements name. Where they are of another workspace, alone.
    let own = job.registry.as_ref().map(|registry| registry.as_str());
    let together = job.siblings.len() > 1
        && (packed(&job.siblings, None).is_ok() || own.is_some() && packed(&job.siblings, own).is_ok());
    if !together {
        let alone = std::slice::from_ref(&job.own_name);
        packed(alone, None).map_err(|failure| site.failed(&failure))?;
    }
    let name = format!("{}-{}.crate", job.own_name, job.version);
    let path = site.out.join("package").join(&name);
    let bytes = site.read(&path)?;
    site.identified(ArtifactKind::Crate, &name, &bytes)?;
    Ok(vec![site.store(ArtifactKind::Crate, &name, &Made::Bytes(&bytes), None)?])
}

/// The nearest folder whose manifest opens a workspace; without one, the crate's own.
fn workspace(site: &Site<'_>) -> RepoPath {
    let opens = |folder: &RepoPath| {
        let manifest = disk::read(&site.at(folder).join("Cargo.toml")).ok().flatten().unwrap_or_default();
        String::from_utf8_lossy(&manifest).lines().any(|line| line.trim_start().starts_with("[workspace"))
    };
    site.job.folder.ancestors().find(opens).unwrap_or_else(|| site.job.folder.clone())
}
