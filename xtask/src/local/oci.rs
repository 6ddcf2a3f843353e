//! An OCI registry: the distribution registry, with one user.

use std::path::Path;

use serde_json::json;

use super::ready::{accepted, basic, request, send, started, with_basic};
use super::toolbox::Toolbox;
use super::{Held, Reach, Registry, prepare, written};
use crate::io::group::Group;
use crate::io::random;
use crate::model::client_env::ClientEnv;
use crate::model::digest::sha256;
use crate::model::method::Method;
use crate::model::problem::{Code, Problem};
use crate::model::registry::RegistryKind;
use crate::model::secret::Secret;
use crate::tool::server::Server;

const USER: &str = "windlass";
/// The least that bcrypt allows: the password is random, and lives for minutes.
const COST: u32 = 4;

/// Starts an empty registry.
///
/// # Errors
/// `W0719`, `W0720`.
pub fn start(toolbox: &Toolbox, folder: &Path, group: Group) -> Result<Registry, Problem> {
    const WHAT: &str = "the distribution registry";
    let failed = |error: String| Problem::new(Code::W0719, format!("{WHAT}: {error}"));
    prepare(folder)?;
    let secret = random::secret().map_err(|error| failed(error.to_string()))?;
    let hash = bcrypt::hash(secret.expose(), COST).map_err(|error| failed(error.to_string()))?;
    let htpasswd = folder.join("htpasswd");
    written(&htpasswd, &format!("{USER}:{hash}\n"))?;
    let config = folder.join("config.yml");
    let program = toolbox.distribution();
    let server = Server { program: &program, dir: folder, group };
    let (process, port) = started(WHAT, "/v2/", |port| {
        // JSON is YAML.
        let text = json!({
            "version": "0.1",
            "log": { "level": "warn" },
            "storage": {
                "filesystem": { "rootdirectory": folder.join("data") },
                "delete": { "enabled": true },
            },
            "http": { "addr": format!("127.0.0.1:{port}"), "secret": sha256(secret.expose().as_bytes()) },
            "auth": { "htpasswd": { "realm": "local", "path": htpasswd } },
        });
        // A file that can't be written shows when the server starts.
        let _ = written(&config, &text.to_string());
        server.distribution(&config)
    })?;
    let host = format!("127.0.0.1:{port}");
    let check = request(Method::Get, &format!("http://{host}/v2/"), "text/plain", "")?;
    accepted(
        &send(&with_basic(check, USER, &secret))?,
        &[200],
        "the distribution registry refuses its user",
    )?;
    Ok(Registry { kind: RegistryKind::Oci, host, user: USER.into(), secret, held: Held::Process(process) })
}

/// How docker, skopeo and helm reach it at a host: a `config.json` in `folder`, which is the one place where these
/// clients look for credentials.
///
/// # Errors
/// `W0719` when the file can't be written.
pub fn reach(host: &str, secret: &Secret, folder: &Path) -> Result<Reach, Problem> {
    let folder = folder.join("docker");
    prepare(&folder)?;
    let auths = json!({ "auths": { host: { "auth": basic(USER, secret).expose() } } });
    written(&folder.join("config.json"), &auths.to_string())?;
    let env = ClientEnv::default()
        .plain("DOCKER_CONFIG", folder.display().to_string())
        .plain("REGISTRY_AUTH_FILE", folder.join("config.json").display().to_string());
    Ok(Reach { url: format!("http://{host}"), index: host.to_owned(), publish: env.clone(), install: env })
}

/// Puts another image under a tag: a manifest over an empty configuration and no layers.
///
/// # Errors
/// `W0720` when the registry refuses it.
pub fn plant(host: &str, secret: &Secret, repository: &str, tag: &str) -> Result<(), Problem> {
    let config = json!({ "planted": super::PLANTED }).to_string();
    let digest = format!("sha256:{}", sha256(config.as_bytes()));
    upload_blob(host, secret, repository, config.as_bytes())?;
    let kind = "application/vnd.oci.image.manifest.v1+json";
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": kind,
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": config.len(),
        },
        "layers": [],
    });
    let url = format!("http://{host}/v2/{repository}/manifests/{tag}");
    let put = request(Method::Put, &url, kind, manifest.to_string())?;
    accepted(
        &send(&with_basic(put, USER, secret))?,
        &[201],
        "the distribution registry did not take a planted tag",
    )
}

/// Uploads a blob in one piece after opening an upload (OCI distribution specification, "Pushing a blob").
fn upload_blob(host: &str, secret: &Secret, repository: &str, bytes: &[u8]) -> Result<(), Problem> {
    let url = format!("http://{host}/v2/{repository}/blobs/uploads/");
    let open = request(Method::Post, &url, "application/octet-stream", "")?;
    let answer = send(&with_basic(open, USER, secret))?;
    accepted(&answer, &[202], "the distribution registry opens no upload")?;
    let place = answer.head.header("location").unwrap_or_default();
    let place = if place.starts_with('/') { format!("http://{host}{place}") } else { place.to_owned() };
    let join = if place.contains('?') { '&' } else { '?' };
    let url = format!("{place}{join}digest=sha256:{}", sha256(bytes));
    let put = request(Method::Put, &url, "application/octet-stream", bytes)?;
    accepted(&send(&with_basic(put, USER, secret))?, &[201], "the distribution registry takes no blob")
}
