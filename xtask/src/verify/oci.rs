//! Images and charts: by the user's engine and helm where they answer, else by our own client, which is said.

use serde_json::Value;

use super::keys::Keys;
use super::{Room, Setback, setback, wrong};
use crate::model::artifact::{Artifact, ArtifactKind};
use crate::registry::image::{client, digest_of};
use crate::registry::oci::{Descriptor, Oci};
use crate::tool::clients::Clients;

const OWN: &str = "windlass's own OCI client";

/// An image by its digest: every blob is fetched, since an engine takes the layers that it has from before; then it is
/// pulled by the engine, and the check run in it.
pub fn image(room: &Room<'_>) -> Result<&'static str, Setback> {
    let built = room.artifact(ArtifactKind::Image).ok_or_else(|| wrong("no image was built"))?;
    let digest = digest_of(built);
    named(room, built, &digest)?;
    pulled(room, built, &digest)?;
    let keys = Keys::of(room, built)?;
    let clients = &keys.clients;
    let engine = clients.run("docker", &["version", "--format", "{{.Server.Version}}"], &room.folder);
    if engine.is_err() {
        return match room.check.is_empty() {
            true => Ok(OWN),
            false => Err(wrong("the check needs a container engine, and none answers")),
        };
    }
    let reference = format!("{}@{digest}", room.world.place(&built.coordinate.name));
    let here =
        clients.run("docker", &["image", "inspect", "--format", "{{.Id}}", "--", &reference], &room.folder);
    let went = by_engine(room, clients, &reference);
    if here.is_err() {
        // The engine is the user's: what it had not before, it has not afterwards.
        let _ = clients.run("docker", &["image", "rm", "--", &reference], &room.folder);
    }
    went?;
    Ok("docker")
}

fn by_engine(room: &Room<'_>, clients: &Clients, reference: &str) -> Result<(), Setback> {
    let done = clients.run("docker", &["pull", "--quiet", "--", reference], &room.folder);
    done.map_err(|failure| setback("docker", &failure, &[]))?;
    if !room.check.is_empty() {
        let own: Vec<&str> = room.check.iter().map(String::as_str).collect();
        let args: Vec<&str> =
            ["run", "--rm", "--network=none", "--", reference].into_iter().chain(own).collect();
        let done = clients.run("docker", &args, &room.folder);
        done.map_err(|failure| setback("the check failed", &failure, &[""]))?;
    }
    Ok(())
}

/// A chart by its version: pulled and rendered by helm; without helm its archive is fetched and compared.
pub fn chart(room: &Room<'_>) -> Result<&'static str, Setback> {
    let built = room.artifact(ArtifactKind::Chart).ok_or_else(|| wrong("no chart was built"))?;
    let own = fetched(room, built)?;
    let (name, version) = (&built.coordinate.name, &built.coordinate.version);
    let reference = format!("oci://{}", room.world.place(name));
    let place = room.folder.display().to_string();
    let plain = if client_of(room, built)?.is_plain() { Some("--plain-http") } else { None };
    let args = ["pull", "--version", version, "--destination", &place];
    let args: Vec<&str> = args.into_iter().chain(plain).chain(["--", &reference]).collect();
    let keys = Keys::of(room, built)?;
    let pulled = keys.clients.run("helm", &args, &room.folder);
    drop(keys);
    match pulled {
        Err(failure) if failure.status == "not found" => match room.check.is_empty() {
            true => Ok(own),
            false => Err(wrong("the check needs helm, which is not installed")),
        },
        Err(failure) => Err(setback("helm", &failure, &[])),
        Ok(_) => {
            let chart = name.rsplit('/').next().unwrap_or_default();
            let archive = room.folder.join(format!("{chart}-{version}.tgz")).display().to_string();
            let done = room.clients.run("helm", &["template", "clean-room", &archive], &room.folder);
            done.map_err(|failure| setback("helm", &failure, &[""]))?;
            room.check(None)?;
            Ok("helm")
        }
    }
}

fn client_of<'a>(room: &'a Room<'_>, built: &Artifact) -> Result<Oci<'a>, Setback> {
    client(room.target, room.world, &built.coordinate.name).map_err(wrong)
}

/// The tag names what was built.
fn named(room: &Room<'_>, built: &Artifact, digest: &str) -> Result<(), Setback> {
    match client_of(room, built)?.digest(&built.coordinate.version) {
        Ok(Some(theirs)) if theirs == digest => Ok(()),
        Ok(Some(theirs)) => Err(wrong(format!(
            "the tag {} names {theirs}, what was built is {digest}",
            built.coordinate.version
        ))),
        Ok(None) => Err(Setback::NotYet(vec![format!("there is no tag {}", built.coordinate.version)])),
        Err(why) => Err(Setback::NotYet(vec![why.to_string()])),
    }
}

/// Every blob of an image, each against its digest.
fn pulled(room: &Room<'_>, built: &Artifact, digest: &str) -> Result<(), Setback> {
    let client = client_of(room, built)?;
    let manifest = manifest(&client, digest)?;
    let layers = manifest["layers"].as_array().into_iter().flatten();
    let inner = manifest["manifests"].as_array().into_iter().flatten();
    for one in inner.filter_map(|one| one["digest"].as_str()) {
        pulled(room, built, one)?;
    }
    for one in layers.chain(manifest.get("config")) {
        let blob = Descriptor::read(one)
            .ok_or_else(|| wrong(format!("{digest} names a blob without digest or size")))?;
        client.read_blob(&blob).map_err(|why| Setback::NotYet(vec![format!("{}: {why}", blob.digest)]))?;
    }
    Ok(())
}

fn manifest(client: &Oci<'_>, reference: &str) -> Result<Value, Setback> {
    match client.manifest(reference) {
        Ok(Some((_, bytes))) => serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string())),
        Ok(None) => Err(Setback::NotYet(vec![format!("there is no {reference}")])),
        Err(why) => Err(Setback::NotYet(vec![why.to_string()])),
    }
}

fn fetched(room: &Room<'_>, built: &Artifact) -> Result<&'static str, Setback> {
    let client = client_of(room, built)?;
    let manifest = manifest(&client, &built.coordinate.version.replace('+', "_"))?;
    let ours = format!("sha256:{}", built.sha256);
    let layers = manifest["layers"].as_array().into_iter().flatten();
    let layer = layers.filter_map(Descriptor::read).find(|layer| layer.digest == ours);
    let layer = layer.ok_or_else(|| wrong(format!("the chart there is not {ours}")))?;
    client.read_blob(&layer).map_err(|why| Setback::NotYet(vec![why.to_string()]))?;
    Ok(OWN)
}
