//! A Python package index: read as pip is set to, uploaded to by twine.

use std::sync::OnceLock;

use crate::model::form::Form;
use crate::model::sighting::{Access, Class, Sighting, Trouble};
use crate::model::target::Target;
use crate::model::version::Version;
use crate::publish::classify::of_words;
use crate::registry::pip::{self, File, Index};
use crate::registry::world::World;
use crate::registry::{Built, Registry, Wanted};

pub struct Pypi<'a> {
    target: &'a Target,
    world: &'a World,
    index: OnceLock<Result<Index, String>>,
}

impl<'a> Pypi<'a> {
    pub fn new(target: &'a Target, world: &'a World) -> Pypi<'a> {
        Pypi { target, world, index: OnceLock::new() }
    }

    fn files(&self, project: &str) -> Result<Option<Vec<File>>, String> {
        let (clients, root) = (&self.world.clients, &self.world.root);
        let index = self.index.get_or_init(|| pip::index(clients, root)).as_ref().map_err(Clone::clone)?;
        index.files(&self.world.http, project, clients)
    }
}

impl Registry for Pypi<'_> {
    /// An index has no way to say who asks. twine's own variables and `~/.pypirc` count as well.
    fn access(&self, _name: &str, _version: Option<Version>) -> Access {
        let clients = &self.world.clients;
        let home = clients.get("HOME").or_else(|| clients.get("USERPROFILE"));
        let kept = home.is_some_and(|home| std::path::Path::new(home).join(".pypirc").is_file());
        let (_, token) = self.world.credentials(self.target);
        let set = token.is_some() || clients.get("TWINE_PASSWORD").is_some();
        if set || kept || self.world.has_identity(self.target) {
            Access::CannotTell { why: "an index says so only when something is uploaded".into() }
        } else {
            let unset = self.world.unset(self.target);
            Access::Missing { set: if unset.is_empty() { vec!["TWINE_PASSWORD".into()] } else { unset } }
        }
    }

    fn versions(&self, name: &str) -> Result<Vec<String>, String> {
        let files = self.files(name)?.unwrap_or_default();
        let mut versions: Vec<String> =
            files.iter().filter_map(|file| pip::version_of(&file.name, name)).collect();
        versions.sort();
        versions.dedup();
        Ok(versions)
    }

    fn look(&self, wanted: &Wanted<'_>) -> Sighting {
        let name = &wanted.coordinate.name;
        let files = match self.files(name) {
            Ok(files) => files.unwrap_or_default(),
            Err(why) => return Sighting::Unknown { why },
        };
        let Some(built) = wanted.built else {
            let version = Form::PEP440.parse(&wanted.coordinate.version);
            let ours = |file: &&File| {
                let theirs = pip::version_of(&file.name, name).unwrap_or_default();
                theirs == wanted.coordinate.version
                    || version.is_some() && Form::PEP440.parse(&theirs) == version
            };
            let hashes: Vec<String> =
                files.iter().filter(ours).map(|file| file.sha256.clone().unwrap_or_default()).collect();
            return if hashes.is_empty() {
                Sighting::Absent
            } else {
                Sighting::Unproven { theirs: hashes.join(" ") }
            };
        };
        match files.iter().find(|file| file.name == built.file_name()) {
            None => Sighting::Absent,
            Some(File { sha256: Some(theirs), .. }) => Sighting::of(theirs, Some(&built.artifact.sha256)),
            Some(_) => Sighting::unknown("the index has the file and does not say its SHA-256"),
        }
    }

    fn upload(&self, built: &Built<'_>) -> Result<(), Trouble> {
        let mut clients = self.world.clients_for(self.target);
        if let (user, Some(token)) = self.world.credentials(self.target) {
            clients.put("TWINE_USERNAME", user.unwrap_or_else(|| "__token__".into()));
            clients.put("TWINE_PASSWORD", token.reveal());
        }
        let file = built.path.display().to_string();
        let registry = self.target.registry.as_ref().map(|name| format!("--repository={name}"));
        let args = ["upload", "--non-interactive", "--disable-progress-bar"];
        let args: Vec<&str> =
            args.into_iter().chain(registry.as_deref()).chain(["--", file.as_str()]).collect();
        match clients.run_holding("twine", &args, &self.world.root, self.world.held()) {
            Ok(_) => Ok(()),
            Err(failure) if failure.status == "not found" => {
                Err(Trouble::new(Class::Broken, "twine is not installed; it uploads to a Python index"))
            }
            Err(failure) => Err(of_words(&failure.words())),
        }
    }
}
