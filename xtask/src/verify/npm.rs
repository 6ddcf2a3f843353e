//! npm, with a lock that pins our package by its integrity.

use serde_json::Value;

use super::keys::npm_clients;
use super::{Room, Setback, setback, wrong};
use crate::io::files;
use crate::model::artifact::ArtifactKind;

pub fn install(room: &Room<'_>) -> Result<&'static str, Setback> {
    let built = room.artifact(ArtifactKind::Npm).ok_or_else(|| wrong("nothing was built for npm"))?;
    let (name, version) = (&built.coordinate.name, &built.coordinate.version);
    let manifest =
        serde_json::json!({ "name": "clean-room", "private": true, "dependencies": { name: version } });
    room.write("package.json", &manifest.to_string())?;
    let _ = files::remove(&room.folder.join("package-lock.json"));
    let private = room.target.is_read_with_credentials();
    let mut clients = npm_clients(room, name)?;
    for (key, value) in [
        ("npm_config_cache", room.folder.join("npm-cache").display().to_string()),
        ("npm_config_prefer_online", "true".into()),
        ("npm_config_update_notifier", "false".into()),
        ("npm_config_fund", "false".into()),
        ("npm_config_audit", "false".into()),
    ] {
        clients.put(key, value);
    }
    let locked = clients.run("npm", &["install", "--package-lock-only"], &room.folder);
    locked.map_err(|failure| setback("npm", &failure, &[]))?;
    // npm has locked what the registry says; what was built must be the same.
    let lock = files::read(&room.folder.join("package-lock.json")).ok().flatten().unwrap_or_default();
    let lock: Value = serde_json::from_slice(&lock).unwrap_or_default();
    let theirs = lock["packages"][format!("node_modules/{name}")]["integrity"].as_str().unwrap_or_default();
    let ours = built.registry_digest.as_deref().unwrap_or_default();
    if !ours.is_empty() && theirs != ours {
        return Err(wrong(format!("npm's lock says {theirs}, what was built is {ours}")));
    }
    // Scripts of packages see no token: they run afterwards, without it.
    let args: &[&str] = if private { &["ci", "--ignore-scripts"] } else { &["ci"] };
    let done = clients.run("npm", args, &room.folder);
    done.map_err(|failure| setback("npm", &failure, &["EINTEGRITY"]))?;
    if private {
        let done = room.clients.run("npm", &["rebuild"], &room.folder);
        done.map_err(|failure| setback("npm", &failure, &[""]))?;
    }
    room.check(Some(&room.folder.join("node_modules/.bin")))?;
    Ok("npm")
}
