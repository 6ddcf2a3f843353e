//! An npm registry: verdaccio. Packages of our own stay here; all others come from npm's configured registry.

use std::path::Path;

use base64::Engine as _;
use serde_json::{Value, json};

use super::ready::{accepted, request, send, started, unready};
use super::toolbox::Toolbox;
use super::{Held, Reach, Registry, prepare, written};
use crate::io::group::Group;
use crate::io::random;
use crate::model::client_env::ClientEnv;
use crate::model::digest::sha512_base64;
use crate::model::method::Method;
use crate::model::problem::{Code, Problem};
use crate::model::registry::RegistryKind;
use crate::model::secret::{Secret, percent_encoded};
use crate::tool::server::Server;
use crate::tool::toolbox as installer;

const USER: &str = "windlass";
/// The variable that the npmrc reads the token from, so that no file holds it.
const TOKEN: &str = "WINDLASS_LOCAL_NPM_TOKEN";

/// Starts an empty registry. `own` names packages or scopes that never come from elsewhere: `@tideplan/*`; with
/// `private`, nobody unknown reads them.
///
/// # Errors
/// `W0719`, `W0720`.
pub fn start(
    toolbox: &Toolbox,
    folder: &Path,
    own: &[String],
    private: bool,
    group: Group,
) -> Result<Registry, Problem> {
    const WHAT: &str = "verdaccio";
    prepare(folder)?;
    let up = installer::npm_registry(folder).map_err(|failure| unready(&failure, WHAT))?;
    let access = |more: Option<&str>| {
        let mut access =
            json!({ "access": "$all", "publish": "$authenticated", "unpublish": "$authenticated" });
        if let Some(up) = more {
            access["proxy"] = up.into();
        }
        access
    };
    let mut kept = access(None);
    if private {
        kept["access"] = "$authenticated".into();
    }
    // The first pattern that fits decides, so their order is kept, which a map would not do.
    let rules = own.iter().map(|name| (name.as_str(), kept.clone())).chain([("**", access(Some("up")))]);
    let rules: Vec<String> = rules.map(|(name, rule)| format!("{}:{rule}", Value::from(name))).collect();
    // JSON is YAML, and quotes whatever the names hold.
    let config = json!({
        "storage": folder.join("storage"),
        "auth": { "htpasswd": { "file": folder.join("htpasswd"), "max_users": 1 } },
        "uplinks": { "up": { "url": up, "cache": true } },
        "max_body_size": "256mb",
        "log": { "type": "stdout", "format": "pretty", "level": "warn" },
    });
    let file = folder.join("config.yaml");
    let config = config.to_string();
    let config =
        format!("{},\"packages\":{{{}}}}}", config.strip_suffix('}').unwrap_or(&config), rules.join(","));
    written(&file, &config)?;
    let script = toolbox.verdaccio();
    let server = Server { program: Path::new("node"), dir: folder, group };
    let (process, port) = started(WHAT, "/-/ping", |port| server.verdaccio(&script, &file, port))?;
    let host = format!("127.0.0.1:{port}");
    let password = random::secret().map_err(|error| Problem::new(Code::W0719, format!("{WHAT}: {error}")))?;
    let user = json!({ "name": USER, "password": password.expose() }).to_string();
    let url = format!("http://{host}/-/user/org.couchdb.user:{USER}");
    let answer = send(&request(Method::Put, &url, "application/json", user)?)?;
    accepted(&answer, &[201], "verdaccio did not make a user")?;
    let answer: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(token) = answer["token"].as_str() else {
        return Err(Problem::new(Code::W0720, "verdaccio gave no token"));
    };
    let secret = Secret::new(token);
    Ok(Registry {
        kind: RegistryKind::Npm,
        host,
        user: USER.into(),
        secret,
        held: Held::Process(Box::new(process)),
    })
}

/// How npm reaches it at a host: an npmrc in `folder`, the token in a variable.
///
/// # Errors
/// `W0719` when the file can't be written.
pub fn reach(host: &str, secret: &Secret, folder: &Path) -> Result<Reach, Problem> {
    let url = format!("http://{host}/");
    let npmrc = folder.join("npmrc");
    written(&npmrc, &format!("registry={url}\n//{host}/:_authToken=${{{TOKEN}}}\n"))?;
    let install = ClientEnv::default()
        .plain("NPM_CONFIG_USERCONFIG", npmrc.display().to_string())
        .plain("NPM_CONFIG_REGISTRY", &url)
        // npm warns of every variable in an npmrc that is not set.
        .hidden(TOKEN, secret.clone());
    Ok(Reach { index: url.clone(), url, publish: install.clone(), install })
}

/// Puts an archive of other bytes under a version.
///
/// # Errors
/// `W0720` when the registry refuses it.
pub fn plant(host: &str, secret: &Secret, name: &str, version: &str) -> Result<(), Problem> {
    let bytes = super::PLANTED.as_bytes();
    let file = format!("{name}-{version}.tgz");
    let url = format!("http://{host}/{}", percent_encoded(name));
    let manifest = json!({
        "name": name, "version": version,
        "dist": {
            "tarball": format!("http://{host}/{name}/-/{file}"),
            "integrity": format!("sha512-{}", sha512_base64(bytes)),
        },
    });
    let document = json!({
        "_id": name, "name": name,
        "dist-tags": { "latest": version },
        "versions": { version: manifest },
        "_attachments": { file: {
            "content_type": "application/octet-stream",
            "data": base64::engine::general_purpose::STANDARD.encode(bytes),
            "length": bytes.len(),
        } },
    });
    let put = request(Method::Put, &url, "application/json", document.to_string())?.bearer(secret);
    accepted(&send(&put)?, &[200, 201], "verdaccio did not take a planted version")
}
