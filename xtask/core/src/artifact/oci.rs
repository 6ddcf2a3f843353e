//! An image as an OCI layout (OCI Image Format Specification: image-layout, manifest, config): the exact bytes
//! that are pushed later, with one time in them and nothing of the engine that built it.

use serde_json::{Map, Value, json};

use crate::model::date::rfc3339;
use crate::model::digest::sha256;

pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
/// The annotation of a manifest's tag in `index.json`.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// A layer as it is pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Of the compressed bytes.
    pub sha256: String,
    pub size: u64,
    /// Of the tar archive in it.
    pub diff_id: String,
}

/// The small files of a layout, and the blobs among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The manifest's digest.
    pub sha256: String,
    /// Config, manifest, `index.json` and `oci-layout` by their path; the layers go beside the blobs.
    pub files: Vec<(String, Vec<u8>)>,
    /// All blobs together: config, manifest, layers.
    pub size: u64,
}

/// Where a blob lies in a layout.
pub fn blob(sha256: &str) -> String {
    format!("blobs/sha256/{sha256}")
}

/// The keys of an image's own settings; the rest is the engine's (the builder's host name, its parent image).
const SETTINGS: [&str; 13] = [
    "User",
    "ExposedPorts",
    "Env",
    "Entrypoint",
    "Cmd",
    "Volumes",
    "WorkingDir",
    "Labels",
    "StopSignal",
    "Healthcheck",
    "Shell",
    "OnBuild",
    "ArgsEscaped",
];

/// The layout of an image from its engine's config and its layers, bottom first.
///
/// # Errors
/// A config that is none, as the end of a sentence that starts with the image.
pub fn layout(config: &[u8], layers: &[Layer], tag: &str, time: u64) -> Result<Layout, String> {
    let config: Value =
        serde_json::from_slice(config).map_err(|error| format!("has no readable config: {error}"))?;
    let created = rfc3339(time);
    let config = config_of(&config, layers, &created)?;
    let config = config.to_string().into_bytes();
    let config_digest = sha256(&config);
    let descriptors: Vec<Value> = layers
        .iter()
        .map(|layer| json!({ "mediaType": LAYER, "digest": format!("sha256:{}", layer.sha256), "size": layer.size }))
        .collect();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": { "mediaType": CONFIG, "digest": format!("sha256:{config_digest}"), "size": config.len() },
        "layers": descriptors,
    });
    let manifest = manifest.to_string().into_bytes();
    let digest = sha256(&manifest);
    let index = json!({
        "schemaVersion": 2,
        "manifests": [{
            "mediaType": MANIFEST,
            "digest": format!("sha256:{digest}"),
            "size": manifest.len(),
            "annotations": { REF_NAME: tag },
        }],
    });
    // A layer that stands twice in an image is one blob.
    let mut sizes: Vec<(&str, u64)> =
        layers.iter().map(|layer| (layer.sha256.as_str(), layer.size)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let layers: u64 = sizes.iter().map(|(_, size)| size).sum();
    let size = layers + config.len() as u64 + manifest.len() as u64;
    let files = vec![
        (blob(&config_digest), config),
        (blob(&digest), manifest),
        ("index.json".to_owned(), index.to_string().into_bytes()),
        ("oci-layout".to_owned(), json!({ "imageLayoutVersion": "1.0.0" }).to_string().into_bytes()),
    ];
    Ok(Layout { sha256: digest, files, size })
}

fn config_of(engine: &Value, layers: &[Layer], created: &str) -> Result<Value, String> {
    let text = |key: &str| engine.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut config = Map::new();
    for key in ["architecture", "os"] {
        let value = text(key).ok_or_else(|| format!("has a config without `{key}`"))?;
        config.insert(key.into(), value.into());
    }
    for key in ["author", "variant", "os.version"] {
        if let Some(value) = text(key) {
            config.insert(key.into(), value.into());
        }
    }
    let mut settings = Map::new();
    for key in SETTINGS {
        match engine.pointer(&format!("/config/{key}")) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(value) => {
                settings.insert(key.into(), value.clone());
            }
        }
    }
    config.insert("config".into(), settings.into());
    config.insert("created".into(), created.into());
    let steps = engine.get("history").and_then(Value::as_array).cloned().unwrap_or_default();
    let filled = steps.iter().filter(|step| step.get("empty_layer") != Some(&Value::Bool(true))).count();
    // Images that were imported or squashed say less than they hold; then they say nothing.
    if filled == layers.len() {
        config.insert("history".into(), steps.iter().map(|step| history(step, created)).collect());
    }
    let diff_ids: Vec<String> = layers.iter().map(|layer| format!("sha256:{}", layer.diff_id)).collect();
    config.insert("rootfs".into(), json!({ "type": "layers", "diff_ids": diff_ids }));
    Ok(config.into())
}

fn history(step: &Value, created: &str) -> Value {
    let mut kept = Map::new();
    for key in ["author", "comment", "created_by", "empty_layer"] {
        if let Some(value) = step.get(key).filter(|value| !value.is_null()) {
            kept.insert(key.into(), value.clone());
        }
    }
    kept.insert("created".into(), created.into());
    kept.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(host: &str, time: &str) -> Vec<u8> {
        json!({
            "architecture": "amd64", "os": "linux", "created": time, "container": host, "docker_version": "20",
            "container_config": { "Hostname": host },
            "config": { "Hostname": host, "Image": host, "Env": ["A=1"], "Cmd": ["/x"], "User": "", "Volumes": null },
            "history": [
                { "created": time, "created_by": "COPY x /x", "empty_layer": false },
                { "created": time, "created_by": "CMD", "empty_layer": true },
            ],
            "rootfs": { "type": "layers", "diff_ids": ["sha256:00"] },
        })
        .to_string()
        .into_bytes()
    }

    fn layer() -> Layer {
        Layer { sha256: "a".repeat(64), size: 10, diff_id: "b".repeat(64) }
    }

    #[test]
    fn nothing_of_the_engine_is_left() {
        let one = layout(&engine("one", "2026-01-01T00:00:00Z"), &[layer()], "1.0.0", 0).unwrap();
        let other = layout(&engine("other", "2026-02-02T00:00:00Z"), &[layer()], "1.0.0", 0).unwrap();
        assert_eq!(one, other);
        let config: Value = serde_json::from_slice(&one.files[0].1).unwrap();
        assert_eq!(
            config,
            json!({
                "architecture": "amd64", "os": "linux", "created": "1970-01-01T00:00:00Z",
                "config": { "Env": ["A=1"], "Cmd": ["/x"] },
                "history": [
                    { "created": "1970-01-01T00:00:00Z", "created_by": "COPY x /x", "empty_layer": false },
                    { "created": "1970-01-01T00:00:00Z", "created_by": "CMD", "empty_layer": true },
                ],
                "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", "b".repeat(64))] },
            })
        );
    }

    #[test]
    fn every_descriptor_names_its_bytes() {
        let layout = layout(&engine("x", "y"), &[layer(), layer()], "1.0.0", 0).unwrap();
        let index: Value = serde_json::from_slice(&layout.files[2].1).unwrap();
        let entry = &index["manifests"][0];
        assert_eq!(entry["digest"], format!("sha256:{}", layout.sha256));
        assert_eq!(entry["annotations"][REF_NAME], "1.0.0");
        let (path, manifest) = &layout.files[1];
        assert_eq!((path.as_str(), sha256(manifest)), (blob(&layout.sha256).as_str(), layout.sha256.clone()));
        let manifest: Value = serde_json::from_slice(manifest).unwrap();
        let config = &layout.files[0].1;
        assert_eq!(manifest["config"]["digest"], format!("sha256:{}", sha256(config)));
        assert_eq!(manifest["config"]["size"], config.len());
        assert_eq!(manifest["layers"].as_array().unwrap().len(), 2);
        assert_eq!(layout.size, 10 + config.len() as u64 + layout.files[1].1.len() as u64);
    }

    #[test]
    fn a_config_that_is_none_is_refused() {
        assert!(super::layout(b"x", &[], "1", 0).unwrap_err().starts_with("has no readable config"));
        assert_eq!(super::layout(b"{}", &[], "1", 0).unwrap_err(), "has a config without `architecture`");
    }
}
