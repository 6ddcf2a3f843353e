//! An npm package: its lock file installed, its `build` script run, packed.

use super::Site;
use super::store::{Made, Stored, integrity};
use crate::artifact::archive::{Order, normalise};
use crate::io::files as disk;
use crate::model::artifact::ArtifactKind;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem};
use crate::tool::npm;

/// The time that npm itself gives every file it packs: 1985-10-26T08:15:00Z.
const NPMS_TIME: u64 = 499_162_500;

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let ambient = &site.order.ambient;
    let folder = site.folder();
    let is_locked = |folder: &RepoPath| {
        ["package-lock.json", "npm-shrinkwrap.json"].iter().any(|name| site.at(folder).join(name).is_file())
    };
    let locked = site.job.folder.ancestors().find(is_locked);
    let made = || {
        if let Some(locked) = &locked {
            npm::ci(ambient, &site.at(locked))?;
        }
        npm::build(ambient, &folder)?;
        npm::pack(ambient, &folder, &site.out)
    };
    made().map_err(|failure| site.failed(&failure))?;
    let packed: Vec<_> =
        disk::files_below(&site.out).into_iter().filter(|(_, name)| name.ends_with(".tgz")).collect();
    let [(path, name)] = packed.as_slice() else {
        return Err(site.problem(Code::W0738, format!("npm packed {} archives, not one", packed.len())));
    };
    let bytes = site.read(path)?;
    // What a script made has the modes of this machine's umask.
    let bytes = normalise(&bytes, NPMS_TIME, Order::Kept)
        .map_err(|error| site.problem(Code::W0734, format!("{name} can't be read: {error}")))?;
    site.identified(ArtifactKind::Npm, name, &bytes)?;
    let digest = integrity(&bytes);
    Ok(vec![site.store(ArtifactKind::Npm, name, &Made::Bytes(&bytes), Some(digest))?])
}
