//! Which registry cargo is set to, by its own configuration (The Cargo Book, "Configuration"): the environment
//! first, then `.cargo/config.toml` from the repository's root upwards, then the one in `CARGO_HOME`.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use crate::io::files;
use crate::model::secret::Secret;
use crate::tool::clients::Clients;

/// cargo's configuration as far as registries go.
pub struct CargoConfig {
    files: Vec<(PathBuf, DocumentMut)>,
    credentials: Option<DocumentMut>,
}

impl CargoConfig {
    /// Reads the files; those that are none are passed over, as they are cargo's to complain about.
    pub fn read(clients: &Clients, root: &Path) -> CargoConfig {
        let home = home(clients);
        let above = root.ancestors().map(|folder| folder.join(".cargo"));
        let folders = above.chain(home.clone());
        let names = |folder: PathBuf| [folder.join("config.toml"), folder.join("config")];
        let mut paths: Vec<PathBuf> = Vec::new();
        for path in folders.flat_map(names) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        let document = |path: &Path| {
            let bytes = files::read_at_most(path, 1 << 20).ok()??;
            String::from_utf8(bytes).ok()?.parse::<DocumentMut>().ok()
        };
        CargoConfig {
            files: paths.into_iter().filter_map(|path| Some((path.clone(), document(&path)?))).collect(),
            credentials: home.and_then(|home| document(&home.join("credentials.toml"))),
        }
    }

    /// The files that were read, nearest first.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| path.as_path())
    }

    fn get(&self, keys: &[&str]) -> Option<&str> {
        self.files.iter().find_map(|(_, document)| text(document, keys))
    }

    /// The registry that cargo publishes to by itself; none is the public one.
    pub fn default_registry(&self, clients: &Clients) -> Option<String> {
        let named = clients.get("CARGO_REGISTRY_DEFAULT").or_else(|| self.get(&["registry", "default"]));
        named.filter(|name| *name != "crates-io").map(str::to_owned)
    }

    /// A registry's index: `sparse+https://…/`.
    pub fn index(&self, clients: &Clients, name: &str) -> Option<String> {
        let variable = format!("CARGO_REGISTRIES_{}_INDEX", shouted(name));
        clients.get(&variable).or_else(|| self.get(&["registries", name, "index"])).map(str::to_owned)
    }

    /// The token that cargo would send.
    pub fn token(&self, clients: &Clients, name: Option<&str>) -> Option<Secret> {
        let variable = match name {
            Some(name) => format!("CARGO_REGISTRIES_{}_TOKEN", shouted(name)),
            None => "CARGO_REGISTRY_TOKEN".into(),
        };
        let kept = || {
            let document = self.credentials.as_ref()?;
            match name {
                Some(name) => text(document, &["registries", name, "token"]),
                None => text(document, &["registry", "token"]),
            }
        };
        clients.get(&variable).or_else(kept).map(Secret::new)
    }
}

/// Gives cargo a registry's token, for reading as well.
pub fn let_in(clients: &mut Clients, name: &str, token: &Secret) {
    let name = shouted(name);
    clients.put(&format!("CARGO_REGISTRIES_{name}_TOKEN"), token.reveal());
    // Without a provider by name cargo refuses to send a token for reading ("Registry Authentication").
    clients.put(&format!("CARGO_REGISTRIES_{name}_CREDENTIAL_PROVIDER"), "cargo:token");
    clients.hide("", token);
}

pub fn home(clients: &Clients) -> Option<PathBuf> {
    let user = || clients.get("HOME").or_else(|| clients.get("USERPROFILE"));
    match clients.get("CARGO_HOME") {
        Some(home) => Some(PathBuf::from(home)),
        None => user().map(|user| Path::new(user).join(".cargo")),
    }
}

fn text<'a>(document: &'a DocumentMut, keys: &[&str]) -> Option<&'a str> {
    let item = keys.iter().try_fold(document.as_item(), |item: &Item, key| item.get(key));
    item.and_then(Item::as_str)
}

/// As a variable's name holds it.
fn shouted(name: &str) -> String {
    name.to_ascii_uppercase().replace(['-', '.'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/b");
        std::fs::create_dir_all(root.join(".cargo")).unwrap();
        let write = |path: PathBuf, text: &str| std::fs::write(path, text).unwrap();
        write(
            root.join(".cargo/config.toml"),
            "[registries.local]\nindex = \"sparse+http://127.0.0.1:1/\"\n",
        );
        let home = folder.path().join("home");
        std::fs::create_dir_all(&home).unwrap();
        write(
            home.join("config.toml"),
            "[registry]\ndefault = \"local\"\n[registries.local]\nindex = \"x\"\n",
        );
        write(home.join("credentials.toml"), "[registries.local]\ntoken = \"kept\"\n");
        let mut clients = Clients::new(std::collections::BTreeMap::new(), std::time::Duration::from_secs(1));
        clients.put("CARGO_HOME", home.display().to_string());
        let config = CargoConfig::read(&clients, &root);
        assert_eq!(config.default_registry(&clients).as_deref(), Some("local"));
        assert_eq!(config.index(&clients, "local").as_deref(), Some("sparse+http://127.0.0.1:1/"));
        assert_eq!(config.token(&clients, Some("local")).unwrap().reveal(), "kept");
        assert!(config.token(&clients, None).is_none());
        clients.put("CARGO_REGISTRIES_LOCAL_INDEX", "sparse+http://127.0.0.1:2/");
        clients.put("CARGO_REGISTRIES_LOCAL_TOKEN", "set");
        assert_eq!(config.index(&clients, "local").as_deref(), Some("sparse+http://127.0.0.1:2/"));
        assert_eq!(config.token(&clients, Some("local")).unwrap().reveal(), "set");
    }
}
