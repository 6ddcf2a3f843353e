//! Go modules: the tag on the remote is the publication. What the module proxy serves is compared by its sum.

use serde_json::Value;

use crate::model::sighting::{Access, Sighting, Trouble};
use crate::model::target::Target;
use crate::model::version::Version;
use crate::registry::world::World;
use crate::registry::{Built, Registry, Wanted};
use crate::tool::clients::Clients;

pub struct Go<'a> {
    world: &'a World,
}

/// What go says when a proxy or a repository has no such version.
const ABSENT: [&str; 7] = [
    "unknown revision",
    "not found",
    "404 not found",
    "410 gone",
    "no matching versions",
    "no such file or directory",
    "invalid version",
];

impl<'a> Go<'a> {
    pub fn new(_target: &Target, world: &'a World) -> Go<'a> {
        Go { world }
    }

    /// go with a module cache of its own: nothing is answered from an older look.
    fn fresh(&self) -> Result<(Clients, std::path::PathBuf), String> {
        let room = self.world.room("go").map_err(|error| error.to_string())?;
        let mut clients = self.world.clients.clone();
        let path = |name: &str| room.join(name).display().to_string();
        let flags = format!("{} -modcacherw", clients.get("GOFLAGS").unwrap_or_default());
        for (name, value) in [
            ("GOPATH", path("path")),
            ("GOMODCACHE", path("modules")),
            ("GOCACHE", path("cache")),
            ("GOFLAGS", flags.trim().to_owned()),
            ("GOTOOLCHAIN", "local".into()),
            ("GOWORK", "off".into()),
            ("GO111MODULE", "on".into()),
        ] {
            clients.put(name, value);
        }
        Ok((clients, room))
    }
}

impl Registry for Go<'_> {
    /// Nothing is uploaded, so nobody is asked.
    fn access(&self, _name: &str, _version: Option<Version>) -> Access {
        Access::May { who: None, untold: None }
    }

    fn versions(&self, name: &str) -> Result<Vec<String>, String> {
        let (clients, room) = self.fresh()?;
        match clients.run("go", &["list", "-m", "-versions", "-json", name], &room) {
            Ok(output) => {
                let found: Value = serde_json::from_slice(&output).map_err(|error| error.to_string())?;
                let versions = found["Versions"].as_array().into_iter().flatten();
                Ok(versions.filter_map(|one| one.as_str().map(str::to_owned)).collect())
            }
            Err(failure) if says_absent(&failure.words().join(" ")) => Ok(Vec::new()),
            Err(failure) => Err(failure.problem_text()),
        }
    }

    fn look(&self, wanted: &Wanted<'_>) -> Sighting {
        let (clients, room) = match self.fresh() {
            Ok(fresh) => fresh,
            Err(why) => return Sighting::Unknown { why },
        };
        let module = format!("{}@{}", wanted.coordinate.name, wanted.coordinate.version);
        let (printed, failed) = match clients.run("go", &["mod", "download", "-json", &module], &room) {
            Ok(output) => (output, None),
            Err(failure) => (failure.printed.to_vec(), Some(failure)),
        };
        let found: Value = serde_json::from_slice(&printed).unwrap_or_default();
        if let Some(sum) = found["Sum"].as_str() {
            let ours = wanted.built.and_then(|built| built.artifact.registry_digest.as_deref());
            return match ours {
                Some(ours) if ours == sum => Sighting::Equal,
                Some(_) => Sighting::Different { theirs: sum.to_owned() },
                None => Sighting::Unproven { theirs: sum.to_owned() },
            };
        }
        let said = match (found["Error"].as_str(), failed) {
            (Some(error), _) => error.to_owned(),
            (None, Some(failure)) => failure.problem_text(),
            (None, None) => "go said nothing".into(),
        };
        if says_absent(&said) { Sighting::Absent } else { Sighting::unknown(said) }
    }

    /// The tag is there already; the first look lets the proxy fetch it.
    fn upload(&self, _built: &Built<'_>) -> Result<(), Trouble> {
        Ok(())
    }
}

fn says_absent(said: &str) -> bool {
    let said = said.to_ascii_lowercase();
    // A host that is not found is no answer about a module.
    !said.contains("no such host")
        && !said.contains("dial tcp")
        && ABSENT.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_absent_from_unreachable() {
        for absent in [
            "invalid version: unknown revision clients/go/v9.9.9",
            "reading http://127.0.0.1:1/m/@v/v1.0.0.info: 404 Not Found",
            "reading file:///x/@v/v9.9.9.info: no such file or directory",
        ] {
            assert!(says_absent(absent), "{absent}");
        }
        for unknown in [
            "Get \"http://127.0.0.1:1/m/@v/v1.0.0.info\": dial tcp 127.0.0.1:1: connect: connection refused",
            "dial tcp: lookup example.test: no such host (not found)",
            "reading http://127.0.0.1:1/m: 503 Service Unavailable",
        ] {
            assert!(!says_absent(unknown), "{unknown}");
        }
    }
}
