//! Helm charts in an OCI registry, as artifacts that `helm pull oci://…` reads.

use crate::model::sighting::{Access, Class, Sighting, Trouble};
use crate::model::target::Target;
use crate::model::version::Version;
use crate::registry::packed::Packed;
use crate::registry::world::World;
use crate::registry::{Built, Registry, Wanted, image};

pub struct Charts<'a> {
    target: &'a Target,
    world: &'a World,
}

impl<'a> Charts<'a> {
    pub fn new(target: &'a Target, world: &'a World) -> Charts<'a> {
        Charts { target, world }
    }
}

/// A chart's version as a tag: a tag holds no `+`, Helm writes `_` for it.
fn tag(version: &str) -> String {
    version.replace('+', "_")
}

impl Registry for Charts<'_> {
    fn access(&self, name: &str, _version: Option<Version>) -> Access {
        image::access(self.target, self.world, name)
    }

    fn versions(&self, name: &str) -> Result<Vec<String>, String> {
        let tags = image::client(self.target, self.world, name)?.tags().map_err(|wrong| wrong.to_string())?;
        Ok(tags.iter().map(|tag| tag.replace('_', "+")).collect())
    }

    /// The archive counts, whoever pushed it: another client writes another manifest around the same chart.
    fn look(&self, wanted: &Wanted<'_>) -> Sighting {
        let client = match image::client(self.target, self.world, &wanted.coordinate.name) {
            Ok(client) => client,
            Err(why) => return Sighting::Unknown { why },
        };
        let manifest = match client.manifest(&tag(&wanted.coordinate.version)) {
            Ok(Some((_, bytes))) => bytes,
            Ok(None) => return Sighting::Absent,
            Err(wrong) => return Sighting::unknown(wrong.to_string()),
        };
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
        let layers = manifest["layers"].as_array().map_or(&[][..], Vec::as_slice);
        let chart = layers.iter().find(|layer| {
            layer["mediaType"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("application/vnd.cncf.helm.chart.content"))
        });
        let Some(theirs) = chart.and_then(|layer| layer["digest"].as_str()) else {
            return Sighting::Different { theirs: "no chart".into() };
        };
        let ours = wanted.built.map(|built| format!("sha256:{}", built.artifact.sha256));
        Sighting::of(theirs, ours.as_deref())
    }

    fn upload(&self, built: &Built<'_>) -> Result<(), Trouble> {
        let packed = Packed::chart(built.path).map_err(|why| Trouble::new(Class::Broken, why))?;
        image::push(self.target, self.world, built, &packed)
    }
}
