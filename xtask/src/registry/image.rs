//! Container images in an OCI registry, pushed from an OCI image layout.

use crate::model::artifact::Artifact;
use crate::model::oci::OciName;
use crate::model::sighting::{Access, Class, Sighting, Trouble};
use crate::model::target::Target;
use crate::model::version::Version;
use crate::registry::oci::Oci;
use crate::registry::oci_auth::docker_login;
use crate::registry::packed::Packed;
use crate::registry::world::{Login, World};
use crate::registry::{Built, Registry, Wanted};

pub struct Images<'a> {
    target: &'a Target,
    world: &'a World,
}

impl<'a> Images<'a> {
    pub fn new(target: &'a Target, world: &'a World) -> Images<'a> {
        Images { target, world }
    }
}

/// A client for a repository, with the target's credentials, else those of `docker login`.
pub fn client<'a>(target: &Target, world: &'a World, name: &str) -> Result<Oci<'a>, String> {
    let name = OciName::parse(&world.place(name)).map_err(|why| format!("`{name}` {why}"))?;
    let login = login(target, world).or_else(|| docker_login(&world.clients, name.host()));
    Oci::new(&world.http, &name, login, world.clients.limit)
}

/// The target's credentials, where they are set.
pub fn login(target: &Target, world: &World) -> Option<Login> {
    let (user, secret) = world.credentials(target);
    // A token alone is some registries' whole login; any user will do beside it.
    secret.map(|secret| Login { user: user.unwrap_or_else(|| "token".into()), secret })
}

/// The manifest's digest as the registry spells it.
pub fn digest_of(artifact: &Artifact) -> String {
    artifact.registry_digest.clone().unwrap_or_else(|| format!("sha256:{}", artifact.sha256))
}

pub(super) fn access(target: &Target, world: &World, name: &str) -> Access {
    match client(target, world, name).map(|client| client.access()) {
        Ok(Access::Missing { .. }) => {
            let unset = world.unset(target);
            let host = name.split('/').next().unwrap_or_default();
            Access::Missing {
                set: if unset.is_empty() { vec![format!("`docker login {host}`")] } else { unset },
            }
        }
        Ok(access) => access,
        Err(why) => Access::Unknown { why },
    }
}

pub(super) fn look(target: &Target, world: &World, wanted: &Wanted<'_>, ours: Option<&str>) -> Sighting {
    let seen = client(target, world, &wanted.coordinate.name)
        .and_then(|client| client.digest(&wanted.coordinate.version).map_err(|wrong| wrong.to_string()));
    match seen {
        Ok(Some(theirs)) => Sighting::of(&theirs, ours),
        Ok(None) => Sighting::Absent,
        Err(why) => Sighting::Unknown { why },
    }
}

/// Blobs, inner manifests, and last the manifest under its tag: before that nobody sees anything.
pub(super) fn push(
    target: &Target,
    world: &World,
    built: &Built<'_>,
    packed: &Packed,
) -> Result<(), Trouble> {
    let broken = |why: String| Trouble::new(Class::Broken, why);
    let coordinate = &built.artifact.coordinate;
    let client = client(target, world, &coordinate.name).map_err(broken)?;
    for blob in &packed.blobs {
        client.push_blob(blob)?;
    }
    let last = packed.manifests.len().saturating_sub(1);
    for (index, (kind, digest, bytes)) in packed.manifests.iter().enumerate() {
        let reference = if index == last { &coordinate.version } else { digest };
        client.push_manifest(reference, kind, bytes)?;
    }
    Ok(())
}

impl Registry for Images<'_> {
    fn access(&self, name: &str, _version: Option<Version>) -> Access {
        access(self.target, self.world, name)
    }

    fn versions(&self, name: &str) -> Result<Vec<String>, String> {
        client(self.target, self.world, name)?.tags().map_err(|wrong| wrong.to_string())
    }

    fn look(&self, wanted: &Wanted<'_>) -> Sighting {
        let ours = wanted.built.map(|built| digest_of(built.artifact));
        look(self.target, self.world, wanted, ours.as_deref())
    }

    fn upload(&self, built: &Built<'_>) -> Result<(), Trouble> {
        let packed = Packed::image(built.path, &digest_of(built.artifact));
        let packed = packed.map_err(|why| Trouble::new(Class::Broken, why))?;
        push(self.target, self.world, built, &packed)
    }

    fn pointed(&self, name: &str, tag: &str) -> Result<Option<String>, String> {
        client(self.target, self.world, name)?.digest(tag).map_err(|wrong| wrong.to_string())
    }

    fn pointer(&self, wanted: &Wanted<'_>) -> Option<String> {
        wanted.built.map(|built| digest_of(built.artifact))
    }

    fn point(&self, wanted: &Wanted<'_>, tag: &str) -> Result<(), Trouble> {
        let broken = |why: String| Trouble::new(Class::Broken, why);
        let client = client(self.target, self.world, &wanted.coordinate.name).map_err(broken)?;
        // The manifest as the registry holds it: what the tag will name is what was confirmed.
        let digest = self.pointer(wanted).ok_or_else(|| broken("nothing was built to point at".into()))?;
        let (kind, bytes) =
            client.manifest(&digest)?.ok_or_else(|| broken(format!("the registry has no {digest}")))?;
        Ok(client.push_manifest(tag, &kind, &bytes)?)
    }
}
