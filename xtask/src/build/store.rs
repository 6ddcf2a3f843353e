//! Where what was built lies: `target/windlass/<group>-<version>/`, whole or not at all.
//!
//! Everything is gathered in a folder beside it; the digests and `artifacts.json` are written there last, and
//! then the folder gets its name. So a build that is killed leaves no list, and a build that fails leaves the
//! one before as it was.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use crate::artifact::{list, part, sums};
use crate::io::files as disk;
use crate::model::artifact::{Artifact, ArtifactKind, Artifacts};
use crate::model::digest::{Hashing, sha512_base64};
use crate::model::names::PartName;
use crate::model::problem::{Code, Problem};

use super::Site;

/// One file or layout that was built.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The same bytes at each of its registries.
    pub artifacts: Vec<Artifact>,
    /// Every file of it with its digest, for `SHA256SUMS`.
    pub files: Vec<(String, String)>,
}

/// Bytes that were built.
pub(super) enum Made<'a> {
    Bytes(&'a [u8]),
    File(&'a Path),
}

impl Site<'_> {
    /// Stores a file under its name.
    pub(super) fn store(
        &self,
        kind: ArtifactKind,
        name: &str,
        made: &Made<'_>,
        registry_digest: Option<String>,
    ) -> Result<Stored, Problem> {
        let path = self.staging.join(name);
        let copied = || -> io::Result<(String, u64)> {
            disk::create_folder(path.parent().unwrap_or(self.staging))?;
            let mut to = Hashing::new(disk::create_new(&path)?);
            match made {
                Made::Bytes(bytes) => io::copy(&mut &**bytes, &mut to)?,
                Made::File(from) => io::copy(&mut File::open(from)?, &mut to)?,
            };
            let (_, digest, size) = to.finish();
            Ok((digest, size))
        };
        let (sha256, size) = copied().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                self.problem(Code::W0738, format!("two artifacts of the release are named {name}"))
            }
            _ => self.unusable(&path, &error),
        })?;
        let files = vec![(name.to_owned(), sha256.clone())];
        Ok(self.stored(kind, name, size, sha256, registry_digest, files))
    }

    /// What is noted of bytes that lie in the folder already.
    pub(super) fn stored(
        &self,
        kind: ArtifactKind,
        path: &str,
        size: u64,
        sha256: String,
        registry_digest: Option<String>,
        files: Vec<(String, String)>,
    ) -> Stored {
        let artifact = |coordinate: &crate::model::artifact::Coordinate| {
            let mut coordinate = coordinate.clone();
            // A plain file is known by its own name.
            if kind == ArtifactKind::File {
                path.clone_into(&mut coordinate.name);
            }
            Artifact {
                package: self.job.package.clone(),
                target: self.job.kind,
                kind,
                path: path.to_owned(),
                size,
                sha256: sha256.clone(),
                coordinate,
                registry_digest: registry_digest.clone(),
            }
        };
        Stored { artifacts: self.job.coordinates.iter().map(artifact).collect(), files }
    }
}

/// npm's spelling of a digest: Subresource Integrity with SHA-512 (W3C).
pub(super) fn integrity(bytes: &[u8]) -> String {
    format!("sha512-{}", sha512_base64(bytes))
}

/// The folder of a release's artifacts, and the one they are gathered in.
#[derive(Clone, Debug)]
pub struct Store {
    pub folder: PathBuf,
    pub staging: PathBuf,
}

impl Store {
    /// Below `target/windlass`, which git ignores in a Rust repository; elsewhere a `.gitignore` says so.
    pub fn of(root: &Path, group: &str, version: &str) -> Store {
        let above = root.join("target/windlass");
        let name = format!("{group}-{version}");
        Store { folder: above.join(&name), staging: above.join(format!(".{name}.building")) }
    }

    /// Of one part, in [`Store::parts`].
    pub fn of_part(root: &Path, group: &str, version: &str, part: &PartName) -> Store {
        let above = Store::parts(root, group, version);
        Store { folder: above.join(part.as_str()), staging: above.join(format!(".{part}.building")) }
    }

    /// The folder of a release's parts: `target/windlass/parts/<group>-<version>`.
    pub fn parts(root: &Path, group: &str, version: &str) -> PathBuf {
        root.join("target/windlass/parts").join(format!("{group}-{version}"))
    }

    /// Begins anew: an empty folder to gather in.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(&self) -> io::Result<()> {
        disk::remove_folder(&self.staging)?;
        disk::create_folder(&self.staging)?;
        let ignore = self.folder.with_file_name(".gitignore");
        if disk::read(&ignore)?.is_none() {
            disk::replace(&ignore, b"*\n")?;
        }
        Ok(())
    }

    /// Writes the digests and the list (its text), and gives the folder its name.
    ///
    /// # Errors
    /// The system's; then the folder from before is there, or none.
    pub fn finish(&self, list: &str, files: &[(String, String)]) -> io::Result<()> {
        let pairs = files.iter().map(|(path, digest)| (path.as_str(), digest.as_str()));
        disk::replace_durably(&self.staging.join(sums::FILE), sums::render(pairs).as_bytes())?;
        disk::replace_durably(&self.staging.join(list::FILE), list.as_bytes())?;
        // The list goes first, so that a kill on the way leaves nothing that looks whole.
        disk::remove(&self.folder.join(list::FILE))?;
        disk::remove_folder(&self.folder)?;
        disk::rename(&self.staging, &self.folder)
    }

    /// Forgets what was gathered.
    pub fn abandon(&self) {
        let _ = disk::remove_folder(&self.staging);
    }

    /// What an earlier build left, when its list is there and every byte is as its digest says.
    pub fn whole(&self) -> Option<Artifacts> {
        let read = |name: &str| {
            let bytes = disk::read(&self.folder.join(name)).ok().flatten()?;
            String::from_utf8(bytes).ok()
        };
        let artifacts = list::read(list::FILE, &read(list::FILE)?).ok()?;
        let text = read(sums::FILE)?;
        let known = sums::read(&text)?;
        let same = |(path, digest): &(String, String)| self.digest(path).as_deref() == Some(digest);
        let known: Vec<(String, String)> =
            known.into_iter().map(|(path, digest)| (path.to_owned(), digest.to_owned())).collect();
        let listed = |artifact: &Artifact| part::is_listed(artifact, &known);
        (known.iter().all(same) && artifacts.artifacts.iter().all(listed)).then_some(artifacts)
    }

    fn digest(&self, path: &str) -> Option<String> {
        let mut file = BufReader::new(File::open(self.folder.join(path)).ok()?);
        let mut to = Hashing::new(io::sink());
        io::copy(&mut file, &mut to).ok()?;
        Some(to.finish().1)
    }
}
