//! A Go module's zip, from git's own objects as the go command takes it: its tag publishes it, and what the
//! module proxy then serves is compared with this.

use std::collections::BTreeMap;

use super::Site;
use super::store::{Made, Stored};
use crate::artifact::module::{Module, hash, zip};
use crate::model::artifact::ArtifactKind;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::model::tree::{Mode, Tree as _};

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let (job, order) = (site.job, site.order);
    let tree = order.repository.commit_tree(order.commit)?;
    let is_file = |mode: &Mode| matches!(mode, Mode::File | Mode::Executable);
    let mut files = BTreeMap::new();
    for (path, _) in tree.entries().iter().filter(|(_, mode)| is_file(mode)) {
        if let (Some(below), Some(bytes)) = (path.below(&job.folder), tree.bytes(path)?) {
            files.insert(below.to_owned(), bytes);
        }
    }
    let license =
        RepoPath::parse("LICENSE").ok().filter(|path| tree.entries().get(path).is_some_and(is_file));
    let license = license.map(|path| tree.bytes(&path)).transpose()?.flatten();
    let module = Module {
        path: &job.own_name,
        version: &job.version,
        files: &files,
        license: license.as_deref().filter(|_| !job.folder.is_root()),
    };
    let refused = |why: String| site.problem(Code::W0738, format!("the module {} {why}", job.own_name));
    let contents = module.contents().map_err(refused)?;
    let bytes = zip(&contents).map_err(refused)?;
    let name = format!("{}-{}.zip", job.package, job.version);
    Ok(vec![site.store(ArtifactKind::Module, &name, &Made::Bytes(&bytes), Some(hash(&contents)))?])
}
