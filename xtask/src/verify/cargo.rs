//! cargo, with a home of its own: a program is installed, a library becomes a dependency; the lock's checksum is
//! compared in either case.

use super::keys::cargo_clients;
use super::{Room, Setback, setback, wrong};
use crate::io::files;
use crate::model::artifact::ArtifactKind;
use crate::registry::cargo_config::CargoConfig;

pub fn install(room: &Room<'_>) -> Result<&'static str, Setback> {
    let built = room.artifact(ArtifactKind::Crate).ok_or_else(|| wrong("nothing was built for cargo"))?;
    let (name, version) = (&built.coordinate.name, &built.coordinate.version);
    let config = CargoConfig::read(&room.world.clients, &room.world.root);
    let registry = room.target.registry.as_ref().map(ToString::to_string);
    let registry = registry.or_else(|| config.default_registry(&room.world.clients));
    let mut clients = cargo_clients(room, registry.as_deref());
    clients.put("CARGO_HOME", room.folder.join("cargo").display().to_string());
    clients.put("CARGO_TERM_COLOR", "never");
    clients.put("CARGO_TARGET_DIR", room.folder.join("target").display().to_string());
    if let Some(home) = room.world.clients.get("HOME").filter(|_| clients.get("RUSTUP_HOME").is_none()) {
        let rustup = std::path::Path::new(home).join(".rustup");
        if rustup.is_dir() {
            clients.put("RUSTUP_HOME", rustup.display().to_string());
        }
    }
    let from = registry.as_ref().map_or(String::new(), |name| format!(", registry = \"{name}\""));
    room.write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"clean-room\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n\
            [dependencies]\n\"{name}\" = {{ version = \"={version}\"{from} }}\n"
        ),
    )?;
    room.write("lib.rs", "")?;
    let _ = files::remove(&room.folder.join("Cargo.lock"));
    let configs: Vec<String> = config.paths().map(|path| path.display().to_string()).collect();
    let configs: Vec<&str> = configs.iter().rev().flat_map(|path| ["--config", path.as_str()]).collect();
    let run = |args: &[&str]| {
        let args: Vec<&str> = args.iter().chain(&configs).copied().collect();
        clients.run("cargo", &args, &room.folder)
    };
    run(&["fetch"]).map_err(|failure| setback("cargo", &failure, &["checksum"]))?;
    let lock = files::read(&room.folder.join("Cargo.lock")).ok().flatten().unwrap_or_default();
    if !String::from_utf8_lossy(&lock).contains(&format!("checksum = \"{}\"", built.sha256)) {
        return Err(wrong(format!("cargo's lock does not hold the checksum {}", built.sha256)));
    }
    if room.check.is_empty() {
        return Ok("cargo");
    }
    let root = room.folder.display().to_string();
    let exact = format!("={version}");
    let mut args = vec!["install", "--quiet", "--root", &root, "--version", &exact];
    let named = registry.unwrap_or_default();
    if !named.is_empty() {
        args.extend(["--registry", &named]);
    }
    args.extend(["--locked", name.as_str()]);
    run(&args).map_err(|failure| setback("cargo", &failure, &["checksum", "error: could not compile"]))?;
    room.check(Some(&room.folder.join("bin")))?;
    Ok("cargo")
}
