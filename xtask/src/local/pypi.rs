//! A Python index: devpi-server with one index, whose versions stay as they are.

use std::path::Path;

use serde_json::json;

use super::ready::{accepted, request, send, started, unready, with_basic};
use super::toolbox::Toolbox;
use super::{Held, Reach, Registry, prepare};
use crate::io::group::Group;
use crate::io::random;
use crate::model::client_env::ClientEnv;
use crate::model::method::Method;
use crate::model::problem::{Code, Problem};
use crate::model::registry::RegistryKind;
use crate::model::secret::Secret;
use crate::tool::server::Server;

const USER: &str = "root";
/// The index: its user, its name.
const INDEX: &str = "/root/local/";

/// Starts an empty index.
///
/// # Errors
/// `W0719`, `W0720`.
pub fn start(toolbox: &Toolbox, folder: &Path, group: Group) -> Result<Registry, Problem> {
    const WHAT: &str = "devpi-server";
    prepare(folder)?;
    let secret = random::secret().map_err(|error| Problem::new(Code::W0719, format!("{WHAT}: {error}")))?;
    let data = folder.join("data");
    let init = Server { program: &toolbox.python("devpi-init"), dir: folder, group };
    init.devpi_init(&data, &secret).map_err(|failure| unready(&failure, WHAT))?;
    let server = Server { program: &toolbox.python(WHAT), dir: folder, group };
    let (process, port) = started(WHAT, "/+api", |port| server.devpi(&data, port))?;
    let host = format!("127.0.0.1:{port}");
    // No bases: whatever is not published here is not here. Not volatile: nothing is replaced.
    let index = json!({ "type": "stage", "bases": [], "volatile": false }).to_string();
    let make = request(
        Method::Put,
        &format!("http://{host}{}", INDEX.trim_end_matches('/')),
        "application/json",
        index,
    )?;
    let answer = send(&with_basic(make, USER, &secret))?;
    accepted(&answer, &[200, 201], "devpi-server did not make an index")?;
    Ok(Registry { kind: RegistryKind::Pypi, host, user: USER.into(), secret, held: Held::Process(process) })
}

/// How twine and pip reach it at a host. pip gets this index alone: it installs what is ours by hash and without
/// dependencies, and those from its own index afterwards. Both indexes at once would let the other one win.
pub fn reach(host: &str, secret: &Secret) -> Reach {
    let upload = format!("http://{host}{INDEX}");
    let simple = format!("{upload}+simple/");
    let publish = ClientEnv::default()
        .plain("TWINE_REPOSITORY_URL", &upload)
        .plain("TWINE_USERNAME", USER)
        .plain("TWINE_NON_INTERACTIVE", "1")
        .hidden("TWINE_PASSWORD", secret.clone());
    let install = ClientEnv::default().plain("PIP_INDEX_URL", &simple).plain("PIP_EXTRA_INDEX_URL", "");
    Reach { url: upload, index: simple, publish, install }
}

/// Puts a file of other bytes under a version.
///
/// # Errors
/// `W0720` when the index refuses it.
pub fn plant(host: &str, secret: &Secret, name: &str, version: &str, file: &str) -> Result<(), Problem> {
    const BOUNDARY: &str = "windlass-planted";
    let kind = if file.ends_with(".whl") { "bdist_wheel" } else { "sdist" };
    let fields = [
        (":action", "file_upload"),
        ("protocol_version", "1"),
        ("metadata_version", "2.1"),
        ("name", name),
        ("version", version),
        ("filetype", kind),
        ("pyversion", if kind == "sdist" { "source" } else { "py3" }),
    ];
    let mut body = String::new();
    for (field, value) in fields {
        let head = format!("Content-Disposition: form-data; name=\"{field}\"");
        body.push_str(&format!("--{BOUNDARY}\r\n{head}\r\n\r\n{value}\r\n"));
    }
    let head = format!("Content-Disposition: form-data; name=\"content\"; filename=\"{file}\"");
    body.push_str(&format!("--{BOUNDARY}\r\n{head}\r\n\r\n{}\r\n--{BOUNDARY}--\r\n", super::PLANTED));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let post = request(Method::Post, &format!("http://{host}{INDEX}"), &kind, body)?;
    accepted(&send(&with_basic(post, USER, secret))?, &[200, 201], "devpi-server did not take a planted file")
}
