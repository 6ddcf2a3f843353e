//! Plain files, after the target's programs made them.

use super::Site;
use super::store::{Made, Stored};
use crate::io::files as disk;
use crate::model::artifact::ArtifactKind;
use crate::model::glob;
use crate::model::problem::{Code, Problem};

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let all: Vec<_> = disk::files_below(&site.checkout)
        .into_iter()
        .filter(|(_, path)| !path.starts_with(".git/"))
        .collect();
    for wanted in &site.job.files {
        if !all.iter().any(|(_, path)| glob::matches(wanted, path)) {
            return Err(site.problem(Code::W0738, format!("no file is as `{wanted}` says")));
        }
    }
    let chosen = all.iter().filter(|(_, path)| glob::any(&site.job.files, path));
    chosen
        .map(|(path, from_root)| {
            let name = from_root.rsplit('/').next().unwrap_or(from_root);
            site.store(ArtifactKind::File, name, &Made::File(path), None)
        })
        .collect()
}
