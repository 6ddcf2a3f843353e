//! A container image: built by the engine, taken out of it, and written as an OCI layout in which nothing of
//! the engine, the machine or the hour is left.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use serde_json::Value;
use tar::Archive;

use super::Site;
use super::jobs::ImageJob;
use super::store::Stored;
use crate::artifact::layer::clamp_times;
use crate::artifact::oci::{Layer, blob, layout};
use crate::io::files as disk;
use crate::model::artifact::ArtifactKind;
use crate::model::digest::{Hashing, sha256};
use crate::model::problem::{Code, Problem};
use crate::tool::docker;

pub(super) fn build(site: &Site<'_>) -> Result<Vec<Stored>, Problem> {
    let Some(image) = &site.job.image else { return Ok(Vec::new()) };
    let saved = site.out.join("image.tar");
    engine(site, image, &saved)?;
    let refused = |why: String| site.problem(Code::W0735, format!("the image {why}"));
    let mut saved = Saved::open(&saved).map_err(|error| refused(format!("can't be read: {error}")))?;
    let (config, names) = saved.contents().map_err(refused)?;

    let folder = site.staging.join(&image.layout);
    let blobs = folder.join("blobs/sha256");
    disk::create_folder(&blobs).map_err(|error| site.unusable(&blobs, &error))?;
    let mut layers = Vec::new();
    for name in &names {
        let layer = saved.layer(name, site.order.ambient.epoch, &blobs);
        layers.push(layer.map_err(|error| refused(format!("has a layer that can't be copied: {error}")))?);
    }
    let tag = &site.job.version;
    let layout = layout(&config, &layers, tag, site.order.ambient.epoch).map_err(refused)?;
    let mut files: Vec<(String, String)> =
        layers.iter().map(|layer| (blob(&layer.sha256), layer.sha256.clone())).collect();
    for (path, bytes) in &layout.files {
        disk::replace(&folder.join(path), bytes).map_err(|error| site.unusable(&folder, &error))?;
        files.push((path.clone(), sha256(bytes)));
    }
    let files =
        files.into_iter().map(|(path, digest)| (format!("{}/{path}", image.layout), digest)).collect();
    let digest = format!("sha256:{}", layout.sha256);
    let stored =
        site.stored(ArtifactKind::Image, &image.layout, layout.size, layout.sha256, Some(digest), files);
    Ok(vec![stored])
}

/// Lets the engine build the image, and saves it to a file.
fn engine(site: &Site<'_>, image: &ImageJob, to: &Path) -> Result<(), Problem> {
    let dockerfile = site.at(&image.dockerfile);
    let recipe = disk::read(&dockerfile).map_err(|error| site.unusable(&dockerfile, &error))?;
    let Some(recipe) = recipe else {
        return Err(site.problem(Code::W0738, format!("git tracks no {}", image.dockerfile)));
    };
    let mut args = image.args.clone();
    // An argument that a Dockerfile does not declare is a warning to some builders.
    if String::from_utf8_lossy(&recipe).contains("ARG SOURCE_DATE_EPOCH") {
        args.push(("SOURCE_DATE_EPOCH".into(), site.order.ambient.epoch.to_string()));
    }
    let id_file = site.out.join("id");
    let context = site.at(&image.context);
    let image = docker::Image { dockerfile: &dockerfile, context: &context, args: &args };
    docker::build(&site.order.ambient, &image, &id_file).map_err(|failure| site.failed(&failure))?;
    let id = String::from_utf8_lossy(&site.read(&id_file)?).trim().to_owned();
    docker::save(&site.out, &id, to).map_err(|failure| site.failed(&failure))
}

/// What `docker save` wrote: a tar archive whose `manifest.json` names the config and the layers, in the old
/// layout (a folder a layer) as in the new one (an OCI layout).
struct Saved {
    file: File,
    members: BTreeMap<String, Member>,
}

enum Member {
    Bytes {
        start: u64,
        size: u64,
    },
    /// The old layout links a layer that two images share.
    Link(String),
}

impl Saved {
    fn open(path: &Path) -> io::Result<Saved> {
        let mut members = BTreeMap::new();
        let mut archive = Archive::new(BufReader::new(File::open(path)?));
        for entry in archive.entries_with_seek()? {
            let entry = entry?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let kind = entry.header().entry_type();
            if kind.is_file() {
                members.insert(name, Member::Bytes { start: entry.raw_file_position(), size: entry.size() });
            } else if let Some(target) =
                entry.link_name_bytes().filter(|_| kind.is_symlink() || kind.is_hard_link())
            {
                let target = String::from_utf8_lossy(&target).into_owned();
                members.insert(name, Member::Link(target.trim_start_matches("../").to_owned()));
            }
        }
        Ok(Saved { file: File::open(path)?, members })
    }

    /// The bytes of a member, a link followed once.
    fn member(&mut self, name: &str) -> io::Result<io::Take<&mut File>> {
        let absent = || io::Error::other(format!("{name} is not in it"));
        let mut member = self.members.get(name).ok_or_else(absent)?;
        if let Member::Link(target) = member {
            member = self.members.get(target).ok_or_else(absent)?;
        }
        let Member::Bytes { start, size } = *member else { return Err(absent()) };
        self.file.seek(SeekFrom::Start(start))?;
        Ok(self.file.by_ref().take(size))
    }

    /// The image's config, and the names of its layers, bottom first.
    fn contents(&mut self) -> Result<(Vec<u8>, Vec<String>), String> {
        let mut read = |name: &str| {
            let mut bytes = Vec::new();
            let read = self.member(name).and_then(|mut member| member.read_to_end(&mut bytes));
            read.map(|_| bytes).map_err(|error| format!("can't be read: {error}"))
        };
        let manifest: Value = serde_json::from_slice(&read("manifest.json")?)
            .map_err(|error| format!("has no readable manifest.json: {error}"))?;
        let text = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let config = text("/0/Config").ok_or("has a manifest.json without a config")?;
        let layers = manifest.pointer("/0/Layers").and_then(Value::as_array).cloned().unwrap_or_default();
        let names = layers.iter().filter_map(|layer| layer.as_str().map(str::to_owned)).collect();
        Ok((read(&config)?, names))
    }

    /// Writes a layer below `blobs` under its digest: times clamped, compressed without a time.
    fn layer(&mut self, name: &str, latest: u64, blobs: &Path) -> io::Result<Layer> {
        let mut magic = [0; 4];
        let filled = self.member(name)?.read(&mut magic)?;
        let draft = blobs.join(".layer");
        let compressed = Hashing::new(BufWriter::new(File::create(&draft)?));
        let gzip = GzBuilder::new().mtime(0).operating_system(255).write(compressed, Compression::new(6));
        let mut plain = Hashing::new(gzip);
        let member = BufReader::new(self.member(name)?);
        match &magic[..filled] {
            [0x1f, 0x8b, ..] => clamp_times(BufReader::new(GzDecoder::new(member)), &mut plain, latest)?,
            [0x28, 0xb5, 0x2f, 0xfd] => return Err(io::Error::other("it is compressed with zstd")),
            _ => clamp_times(member, &mut plain, latest)?,
        }
        let (gzip, diff_id, _) = plain.finish();
        let (file, sha256, size) = gzip.finish()?.finish();
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        disk::rename(&draft, &blobs.join(&sha256))?;
        Ok(Layer { sha256, size, diff_id })
    }
}
