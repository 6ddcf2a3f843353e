//! A Helm chart.

use std::collections::BTreeMap;

use super::Site;
use super::store::{Made, Stored};
use crate::artifact::chart;
use crate::io::files as disk;
use crate::model::artifact::ArtifactKind;
use crate::model::problem::{Code, Problem};

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let folder = site.folder();
    if let Some(link) = disk::links_below(&folder).first() {
        let what = format!("{link} is a symbolic link; a chart is built from plain files");
        return Err(site.problem(Code::W0738, what));
    }
    let mut files = BTreeMap::new();
    for (path, name) in disk::files_below(&folder) {
        files.insert(name, site.read(&path)?);
    }
    let bytes = chart::package(&files, site.order.ambient.epoch)
        .map_err(|why| site.problem(Code::W0738, format!("{} {why}", site.job.folder)))?;
    // npm names its archives the same way.
    let name = format!("charts/{}-{}.tgz", site.job.own_name, site.job.version);
    site.identified(ArtifactKind::Chart, &name, &bytes)?;
    Ok(vec![site.store(ArtifactKind::Chart, &name, &Made::Bytes(&bytes), None)?])
}
