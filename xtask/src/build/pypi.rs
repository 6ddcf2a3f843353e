//! A Python package: one sdist, and the wheels that are built from it. A part of a build may keep one or the other.

use super::Site;
use super::jobs::Keeps;
use super::store::{Made, Stored};
use crate::artifact::archive::{Order, normalise};
use crate::io::files as disk;
use crate::model::artifact::ArtifactKind;
use crate::model::problem::{Code, Problem};
use crate::tool::python;

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let ambient = &site.order.ambient;
    let keeps = site.job.keeps;
    let sdist_alone = keeps == Keeps::Sdist;
    python::build(ambient, &site.order.python, &site.folder(), &site.out, sdist_alone)
        .map_err(|failure| site.failed(&failure))?;
    let mut stored = Vec::new();
    let mut kinds = Vec::new();
    for (path, name) in disk::files_below(&site.out) {
        let kind = match () {
            () if name.ends_with(".whl") => ArtifactKind::Wheel,
            () if name.ends_with(".tar.gz") => ArtifactKind::Sdist,
            () => continue,
        };
        if kind == ArtifactKind::Sdist && keeps == Keeps::Wheels {
            continue;
        }
        let mut bytes = site.read(&path)?;
        if kind == ArtifactKind::Sdist {
            // setuptools leaves the checkout's times and modes in it, and the time of day in the gzip header.
            bytes = normalise(&bytes, ambient.epoch, Order::Sorted)
                .map_err(|error| site.problem(Code::W0734, format!("{name} can't be read: {error}")))?;
        }
        site.identified(kind, &name, &bytes)?;
        stored.push(site.store(kind, &name, &Made::Bytes(&bytes), None)?);
        kinds.push(kind);
    }
    let count = |kind| kinds.iter().filter(|one| **one == kind).count();
    let (sdists, wheels) = (count(ArtifactKind::Sdist), count(ArtifactKind::Wheel));
    let (fine, wanted) = match keeps {
        Keeps::All => (sdists == 1 && wheels > 0, "one sdist and at least one wheel are published"),
        Keeps::Wheels => (wheels > 0, "this part brings at least one wheel"),
        Keeps::Sdist => (sdists == 1, "this part brings one sdist"),
    };
    if !fine {
        let what = format!("the build made {sdists} sdists and {wheels} wheels; {wanted}");
        return Err(site.problem(Code::W0738, what));
    }
    Ok(stored)
}
