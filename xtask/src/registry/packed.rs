//! What an OCI registry is sent: an image from its OCI layout, a chart as an artifact.

use std::path::Path;

use serde_json::{Value, json};

use crate::io::files;
use crate::model::digest::sha256;
use crate::registry::oci::{Blob, Content, Descriptor, MANIFESTS};

/// Blobs first, then inner manifests by digest, then the one that the tag names.
#[derive(Debug, Default)]
pub struct Packed {
    pub blobs: Vec<Blob>,
    /// Media type, digest and bytes; the last is the outermost.
    pub manifests: Vec<(String, String, Vec<u8>)>,
}

/// The longest manifest that is read; registries take 4 MiB.
const LONGEST: u64 = 4 << 20;

impl Packed {
    /// An image: the manifest `digest` of an OCI image layout (OCI Image Specification, "Image Layout").
    ///
    /// # Errors
    /// Says what is wrong with the layout.
    pub fn image(layout: &Path, digest: &str) -> Result<Packed, String> {
        let mut packed = Packed::default();
        packed.gather(layout, digest, 0)?;
        Ok(packed)
    }

    fn gather(&mut self, layout: &Path, digest: &str, depth: u8) -> Result<(), String> {
        let bytes = files::read_at_most(&blob_path(layout, digest)?, LONGEST)
            .map_err(|error| error.to_string())?
            .ok_or_else(|| format!("the layout {} has no {digest}", layout.display()))?;
        if format!("sha256:{}", sha256(&bytes)) != digest {
            return Err(format!("{digest} of {} holds other bytes", layout.display()));
        }
        let manifest: Value = serde_json::from_slice(&bytes).map_err(|error| format!("{digest}: {error}"))?;
        let inner = manifest["manifests"].as_array();
        for one in inner.into_iter().flatten().filter(|_| depth < 2) {
            self.gather(layout, one["digest"].as_str().unwrap_or_default(), depth + 1)?;
        }
        let layers = manifest["layers"].as_array().into_iter().flatten();
        for one in layers.chain(manifest.get("config")) {
            let lacks = || format!("{digest} of {} names a blob without digest or size", layout.display());
            let descriptor = Descriptor::read(one).ok_or_else(lacks)?;
            let content = Content::File(blob_path(layout, &descriptor.digest)?);
            let blob = Blob { descriptor, content };
            if !self.blobs.contains(&blob) {
                self.blobs.push(blob);
            }
        }
        let kind = if inner.is_some() { MANIFESTS[0] } else { MANIFESTS[1] };
        let kind = manifest["mediaType"].as_str().unwrap_or(kind).to_owned();
        self.manifests.push((kind, digest.to_owned(), bytes));
        Ok(())
    }

    /// A chart: its `Chart.yaml` as JSON and the archive, as Helm stores them ("HIP 6: OCI Support"). The same
    /// archive gives the same manifest.
    ///
    /// # Errors
    /// Says what is wrong with the archive.
    pub fn chart(archive: &Path) -> Result<Packed, String> {
        let bytes = files::read(archive).map_err(|error| error.to_string())?;
        let bytes = bytes.ok_or_else(|| format!("{} is gone", archive.display()))?;
        let config = chart_metadata(&bytes)?.to_string().into_bytes();
        let (config_digest, digest) =
            (format!("sha256:{}", sha256(&config)), format!("sha256:{}", sha256(&bytes)));
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFESTS[1],
            "config": {
                "mediaType": "application/vnd.cncf.helm.config.v1+json",
                "digest": config_digest,
                "size": config.len(),
            },
            "layers": [{
                "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                "digest": digest,
                "size": bytes.len(),
            }],
        });
        let manifest = manifest.to_string().into_bytes();
        let own = format!("sha256:{}", sha256(&manifest));
        let described = |digest, size: usize| Descriptor { digest, size: size as u64 };
        Ok(Packed {
            blobs: vec![
                Blob { descriptor: described(config_digest, config.len()), content: Content::Bytes(config) },
                Blob {
                    descriptor: described(digest, bytes.len()),
                    content: Content::File(archive.to_owned()),
                },
            ],
            manifests: vec![(MANIFESTS[1].to_owned(), own, manifest)],
        })
    }
}

fn blob_path(layout: &Path, digest: &str) -> Result<std::path::PathBuf, String> {
    let hex = digest.strip_prefix("sha256:").unwrap_or_default();
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(layout.join("blobs/sha256").join(hex))
    } else {
        Err(format!("the layout {} names `{digest}`, which is no digest", layout.display()))
    }
}

/// What `Chart.yaml` says in plain values at its top: what Helm shows of a chart without unpacking it.
fn chart_metadata(archive: &[u8]) -> Result<Value, String> {
    let text = member(archive, |path| path.ends_with("/Chart.yaml") && path.matches('/').count() == 1)?
        .ok_or("the archive holds no Chart.yaml")?;
    let mut found = serde_json::Map::new();
    for line in text.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let known = ["apiVersion", "name", "version", "appVersion", "description", "type", "kubeVersion"];
        if known.contains(&key) {
            let value = value.trim();
            let bare = value.split(" #").next().unwrap_or_default().trim();
            let quoted = bare.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\'']));
            found.insert(key.to_owned(), quoted.unwrap_or(bare).into());
        }
    }
    if found.contains_key("name") && found.contains_key("version") {
        Ok(Value::Object(found))
    } else {
        Err("the archive's Chart.yaml says no name and version".into())
    }
}

/// The text of a gzipped tar's first file whose path fits.
pub fn member(archive: &[u8], fits: impl Fn(&str) -> bool) -> Result<Option<String>, String> {
    use std::io::Read as _;
    let broken = |error: std::io::Error| format!("the archive cannot be read: {error}");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in archive.entries().map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if fits(path.trim_start_matches("./")) {
            let mut text = String::new();
            entry.take(LONGEST).read_to_string(&mut text).map_err(broken)?;
            return Ok(Some(text));
        }
    }
    Ok(None)
}
