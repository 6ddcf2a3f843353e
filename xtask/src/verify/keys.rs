//! What lets a room's clients read where nobody unknown may: the target's credentials, in each client's own way.

use std::path::PathBuf;

use super::{Room, Setback, wrong};
use crate::io::files;
use crate::model::artifact::Artifact;
use crate::model::oci::OciName;
use crate::registry::cargo_config::let_in;
use crate::registry::image::login;
use crate::registry::npm::Npm;
use crate::registry::oci_auth::kept_login;
use crate::tool::clients::Clients;

/// Clients of an image or a chart with the credentials wherever they are set, as our own client takes them. docker and
/// helm read no variable that holds them: they need a file, which is gone with this value.
pub(super) struct Keys {
    pub clients: Clients,
    file: Option<PathBuf>,
}

impl Keys {
    pub fn of(room: &Room<'_>, built: &Artifact) -> Result<Keys, Setback> {
        let mut clients = room.clients.clone();
        let Some(login) = login(room.target, room.world) else { return Ok(Keys { clients, file: None }) };
        let place = room.world.place(&built.coordinate.name);
        let name = OciName::parse(&place).map_err(|why| wrong(format!("`{place}` {why}")))?;
        let folder = room.folder.join("docker");
        let file = folder.join("config.json");
        files::create_folder(&folder)
            .and_then(|()| files::create_private(&file, kept_login(name.host(), &login).reveal().as_bytes()))
            .map_err(|error| wrong(format!("{}: {error}", file.display())))?;
        clients.hide(&login.user, &login.secret);
        clients.put("DOCKER_CONFIG", folder.display().to_string());
        clients.put("REGISTRY_AUTH_FILE", file.display().to_string());
        Ok(Keys { clients, file: Some(file) })
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            let _ = files::remove(file);
        }
    }
}

/// npm's, for a package that is private with a configuration that refers to the token.
pub(super) fn npm_clients(room: &Room<'_>, name: &str) -> Result<Clients, Setback> {
    let mut clients = room.clients.clone();
    if room.target.is_read_with_credentials() {
        let npm = Npm::new(room.target, room.world);
        npm.let_in(&mut clients, &room.folder, name).map_err(wrong)?;
    }
    Ok(clients)
}

/// cargo's, for a crate that is private with the token in its registry's own variable.
pub(super) fn cargo_clients(room: &Room<'_>, registry: Option<&str>) -> Clients {
    let mut clients = room.clients.clone();
    let (_, token) = room.world.credentials(room.target);
    let token = token.filter(|_| room.target.is_read_with_credentials());
    if let (Some(token), Some(registry)) = (token, registry) {
        let_in(&mut clients, registry, &token);
    }
    clients
}
