//! The running registries.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use libtest_mimic::Trial;
use windlass::local::toolbox::{Tool, Toolbox};
use windlass::local::{Registries, Registry, Wanted};
use windlass::model::registry::RegistryKind;

pub struct Scene {
    pub registries: Registries,
    pub toolbox: Toolbox,
    /// Removed with the scene.
    _folder: tempfile::TempDir,
}

impl Scene {
    /// Starts the registries; module proxies belong to one repository each, so a release brings its own.
    ///
    /// # Panics
    /// When one does not come up.
    pub fn start() -> Scene {
        Scene::of(&[
            Wanted::Pypi,
            Wanted::Npm { own: vec!["@windlass-probe/*".into()], private: false },
            Wanted::Crates { private: false },
            Wanted::Oci,
        ])
    }

    /// Registries that nobody unknown reads from.
    ///
    /// # Panics
    /// When one does not come up.
    pub fn private() -> Scene {
        let own = vec!["@windlass-probe/*".into()];
        Scene::of(&[Wanted::Npm { own, private: true }, Wanted::Crates { private: true }, Wanted::Oci])
    }

    fn of(wanted: &[Wanted]) -> Scene {
        let folder = tempfile::Builder::new().prefix("windlass-").tempdir().expect("a folder");
        let root = std::env::var_os("WINDLASS_TOOLS").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/windlass/tools"),
            PathBuf::from,
        );
        let toolbox = Toolbox::open(root);
        toolbox.install(&Tool::ALL, &mut |text| eprint!("{text}")).expect("the tools");
        let registries = Registries::start(wanted, &toolbox, &folder.path().join("registries"));
        Scene { registries: registries.expect("the registries"), toolbox, _folder: folder }
    }

    pub fn registry(&self, kind: RegistryKind) -> &Registry {
        self.registries.get(kind).expect("started")
    }
}

/// A trial over the scene.
pub fn trial(scene: &Option<Arc<Scene>>, name: &str, run: impl FnOnce(&Scene) + Send + 'static) -> Trial {
    let scene = scene.clone();
    Trial::test(name, move || {
        run(&scene.expect("a scene"));
        Ok(())
    })
}
