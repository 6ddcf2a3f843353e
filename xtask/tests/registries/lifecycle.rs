//! A version's life in each registry: published, shown, published again, replaced by nobody, installed back.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use windlass::local::{Plant, Reach, Registries, Wanted};
use windlass::model::registry::RegistryKind;
use windlass::model::secret::Secret;

use super::client::{Outcome, Probe, install, publish};
use super::scene::Scene;
use crate::support::canary::credential;

const LIMIT: Duration = Duration::from_secs(60);

/// What a registry does with a version that it has.
struct Manners {
    kind: RegistryKind,
    /// The client's success when the same bytes come again.
    same_again: bool,
    /// A word of its refusal of other bytes; none where they replace the old ones.
    other_bytes: Option<&'static str>,
    /// A word of its refusal of wrong credentials.
    stranger: Option<&'static str>,
    /// A word of a successful installation.
    installed: &'static str,
}

const MANNERS: &[Manners] = &[
    Manners {
        kind: RegistryKind::Pypi,
        same_again: true,
        other_bytes: Some("409"),
        stranger: Some("401"),
        installed: "Successfully installed",
    },
    Manners {
        kind: RegistryKind::Npm,
        same_again: false,
        other_bytes: Some("cannot publish over"),
        stranger: Some("npm error"),
        installed: "added 2 packages",
    },
    Manners {
        kind: RegistryKind::Crates,
        same_again: false,
        other_bytes: Some("already exists"),
        stranger: Some("authentication failed"),
        installed: "Downloaded windlass-probe-life v1.0.0",
    },
    Manners {
        kind: RegistryKind::Oci,
        same_again: true,
        // Tags move, as everywhere: whoever publishes has to look first.
        other_bytes: None,
        stranger: None,
        installed: "",
    },
];

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let lives = MANNERS.iter().map(|manners| {
        let scene = scene.clone();
        Trial::test(format!("life/{}", manners.kind), move || life(&scene.expect("a scene"), manners))
    });
    let planted = MANNERS.iter().map(|manners| {
        let scene = scene.clone();
        Trial::test(format!("planted/{}", manners.kind), move || planted(&scene.expect("a scene"), manners))
    });
    let go = scene.clone();
    let go = Trial::test("life/go", move || modules(&go.expect("a scene")));
    let private = scene.clone();
    let private = Trial::test("life/crates-private", move || private_crates(&private.expect("a scene")));
    lives.chain(planted).chain([go, private]).collect()
}

fn life(scene: &Scene, manners: &Manners) -> Result<(), Failed> {
    let registry = scene.registry(manners.kind);
    let reach =
        registry.reach(&registry.host, &scene.fresh(&format!("reach/{}", manners.kind))).expect("a reach");
    let probe = Probe::new(manners.kind, "life");
    let shown = || scene.shown(probe.kind, &registry.host, &probe.name, probe.version);
    assert_eq!(shown(), None);
    if let Some(says) = manners.stranger {
        let mut stranger = reach.clone();
        let secrets: Vec<String> = hidden(&reach);
        for name in &secrets {
            stranger.publish = stranger.publish.hidden(name, Secret::new(credential("stranger")));
        }
        refused(&publish(scene, &probe, &stranger, LIMIT), says);
        assert_eq!(shown(), None, "published by a stranger");
    }
    publish(scene, &probe, &reach, LIMIT).succeeded();
    let digest = shown().expect("shown after its publication");
    let again = publish(scene, &probe, &reach, LIMIT);
    assert_eq!(again.is_done(), manners.same_again, "{}", again.said);
    assert_eq!(shown().as_ref(), Some(&digest));
    let other = Probe { mark: "two", ..probe.clone() };
    let replaced = publish(scene, &other, &reach, LIMIT);
    match manners.other_bytes {
        Some(says) => {
            refused(&replaced, says);
            assert_eq!(shown().as_ref(), Some(&digest), "replaced");
        }
        None => {
            replaced.succeeded();
            assert_ne!(shown().as_ref(), Some(&digest));
        }
    }
    let installed = install(scene, &probe, &reach);
    installed.succeeded();
    assert!(installed.said.contains(manners.installed), "{}", installed.said);
    Ok(())
}

/// The variables that hold secrets.
fn hidden(reach: &Reach) -> Vec<String> {
    let names = reach.publish.expose().map(|(name, _)| name.to_owned());
    names.filter(|name| reach.publish.get(name).is_none()).collect()
}

fn refused(outcome: &Outcome, says: &str) {
    assert!(outcome.code.is_some_and(|code| code != 0), "{outcome:?}");
    // Clients break their lines at the width of a terminal.
    let said = outcome.said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(says), "{said}");
}

/// Somebody else's bytes stand under the version before ours come.
fn planted(scene: &Scene, manners: &Manners) -> Result<(), Failed> {
    let registry = scene.registry(manners.kind);
    let probe = Probe::new(manners.kind, "planted");
    let (name, version) = (probe.name.as_str(), probe.version);
    let plant = match manners.kind {
        RegistryKind::Npm => Plant::Npm { name, version },
        RegistryKind::Crates => Plant::Crates { name, version },
        RegistryKind::Oci => Plant::Oci { repository: name, tag: version },
        _ => Plant::Pypi { name, version, file: "windlass_probe_planted-1.0.0-py3-none-any.whl" },
    };
    registry.plant(&plant).expect("planted");
    let shown = || scene.shown(probe.kind, &registry.host, name, version);
    let before = shown().expect("shown once planted");
    let folder = scene.fresh(&format!("reach/{}-planted", manners.kind));
    let reach = registry.reach(&registry.host, &folder).expect("a reach");
    if let Some(says) = manners.other_bytes {
        refused(&publish(scene, &probe, &reach, LIMIT), says);
        assert_eq!(shown(), Some(before));
    }
    Ok(())
}

/// A registry that asks for a token on every page: cargo brings it, and is refused with a wrong one.
fn private_crates(scene: &Scene) -> Result<(), Failed> {
    let wanted = [Wanted::Crates { private: true }];
    let registries = Registries::start(&wanted, &scene.toolbox, &scene.fresh("private")).expect("started");
    let registry = registries.get(RegistryKind::Crates).expect("started");
    let mut reach = registry.reach(&registry.host, &scene.fresh("reach/private")).expect("a reach");
    let probe = Probe::new(RegistryKind::Crates, "private");
    publish(scene, &probe, &reach, LIMIT).succeeded();
    assert!(!install(scene, &probe, &reach).is_done(), "installed without a token");
    reach.install = reach.publish.clone();
    install(scene, &probe, &reach).succeeded();
    reach.install = reach.install.hidden("CARGO_REGISTRIES_LOCAL_TOKEN", Secret::new(credential("stranger")));
    let again = Probe { mark: "again", ..probe };
    refused(&publish(scene, &again, &Reach { publish: reach.install.clone(), ..reach }, LIMIT), "403");
    Ok(())
}

/// Modules come from tags: those that stand there at the start, and one that is made meanwhile.
fn modules(scene: &Scene) -> Result<(), Failed> {
    let registry = scene.registry(RegistryKind::Go);
    let reach = registry.reach(&registry.host, &scene.fresh("reach/go")).expect("a reach");
    let probe = Probe::new(RegistryKind::Go, "");
    let installed = install(scene, &probe, &reach);
    installed.succeeded();
    // go's own sum of what it got is what the rules of go.sum make of the repository's files.
    let files = [
        ("LICENSE", "Do as you like.\n"),
        ("client.go", "package client\n\nconst Version = 1\n"),
        ("go.mod", "module example.test/probe/clients/Go\n\ngo 1.19\n"),
    ];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let sum = windlass::local::module_zip::hash("example.test/probe/clients/Go", "v1.2.3", &files);
    assert!(installed.said.contains(&format!("\"Sum\": \"{sum}\"")), "{}\n{sum}", installed.said);
    let module = format!(
        "{}/install/go/example.test-probe-clients-!go-home/go/pkg/mod",
        scene.folder.path().display()
    );
    let license = format!("{module}/example.test/probe/clients/!go@v1.2.3/LICENSE");
    assert!(std::path::Path::new(&license).is_file(), "the module lacks the repository's LICENSE");
    let root = |version: &str| scene.shown(RegistryKind::Go, &registry.host, "example.test/probe", version);
    assert!(root("v1.0.0").is_some() && root("v1.1.0-rc.1").is_some() && root("v1.2.3").is_none());
    super::client::run(&["git", "tag", "v1.3.0"], &scene.repository, scene.folder.path(), &[]).succeeded();
    assert!(root("v1.3.0").is_some());
    Ok(())
}
