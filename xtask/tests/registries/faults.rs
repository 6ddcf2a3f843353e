//! Each fault before each registry: what the client makes of it, and whether the version landed.

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use windlass::fault::{Proxy, Role};
use windlass::model::fault::Fault;
use windlass::model::registry::RegistryKind;

use super::client::{Probe, publish};
use super::scene::Scene;

/// How long a client gets before a silent server.
const PATIENCE: Duration = Duration::from_secs(4);
const LIMIT: Duration = Duration::from_secs(60);

/// The fault, whether the client succeeds, uploads that it began, uploads that the registry accepted. Real clients
/// meet the faults that they differ in; the OCI calls, which cost nothing, meet all.
const FAULTS: &[(&str, bool, usize, usize)] = &[
    ("oci:refuse", false, 0, 0),
    ("oci:drop-before", false, 1, 0),
    ("oci:drop-during", false, 1, 0),
    ("oci:drop-after", false, 1, 1),
    ("oci:rate-limit", false, 1, 0),
    ("oci:error-500", false, 1, 0),
    ("oci:error-503", false, 1, 0),
    ("oci:silent", false, 1, 0),
    ("oci:unauthorized", false, 1, 0),
    ("oci:forbidden", false, 1, 0),
    ("oci:drop-after@2", true, 1, 1),
    ("pypi:refuse", false, 0, 0),
    ("pypi:drop-before", false, 1, 0),
    ("pypi:drop-after", false, 1, 1),
    // twine tries again after a server's error, and the burst is over at the third attempt.
    ("pypi:error-503", true, 3, 1),
    ("pypi:forbidden", false, 1, 0),
    ("npm:refuse", false, 0, 0),
    ("npm:drop-during", false, 1, 0),
    ("npm:drop-after", false, 1, 1),
    ("npm:rate-limit", false, 1, 0),
    ("npm:silent", false, 1, 0),
    ("crates:refuse", false, 0, 0),
    ("crates:drop-before", false, 1, 0),
    ("crates:drop-during", false, 1, 0),
    ("crates:drop-after", false, 1, 1),
    ("crates:error-500", false, 1, 0),
    ("crates:unauthorized", false, 1, 0),
];

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let faults = FAULTS.iter().map(|row| {
        let scene = scene.clone();
        Trial::test(format!("fault/{}", row.0), move || met(&scene.expect("a scene"), row))
    });
    let late = ["pypi:late@2", "npm:late@2", "crates:late@2", "oci:late@2", "oci:late@400ms", "go:late@2"];
    let late = late.into_iter().map(|fault| {
        let scene = scene.clone();
        Trial::test(format!("fault/{fault}"), move || seen_late(&scene.expect("a scene"), fault))
    });
    let healed = {
        let scene = scene.clone();
        Trial::test("fault/healed", move || healed(&scene.expect("a scene")))
    };
    faults.chain(late).chain([healed]).collect()
}

/// A probe, and a proxy with a fault before its registry.
fn before(scene: &Scene, fault: &str) -> (Probe<'static>, Proxy, windlass::local::Reach) {
    let parsed = Fault::parse(fault).expect("a fault");
    let name = fault.replace([':', '@'], "-");
    let registry = scene.registry(parsed.target);
    let proxy = Proxy::start(parsed.target, &registry.host, Some(parsed)).expect("a proxy");
    let reach = registry.reach(&proxy.host(), &scene.fresh(&format!("reach/{name}"))).expect("a reach");
    (Probe::new(parsed.target, &name), proxy, reach)
}

fn met(scene: &Scene, (fault, succeeds, begun, accepted): &(&str, bool, usize, usize)) -> Result<(), Failed> {
    let (probe, proxy, reach) = before(scene, fault);
    let limit = if fault.ends_with("silent") { PATIENCE } else { LIMIT };
    let outcome = publish(scene, &probe, &reach, limit);
    let log = proxy.log();
    assert_eq!(outcome.is_done(), *succeeds, "{}\n{log:#?}", outcome.said);
    assert_eq!((proxy.attempted(), proxy.accepted()), (*begun, *accepted), "{}\n{log:#?}", outcome.said);
    let host = &scene.registry(probe.kind).host;
    let landed = scene.shown(probe.kind, host, &probe.name, probe.version).is_some();
    assert_eq!(landed, *accepted > 0, "landed");
    for upload in log.iter().filter(|entry| entry.role == Role::Upload) {
        let bare = probe.name.rsplit('/').next().expect("a name");
        let named = upload.artifact.as_deref().is_some_and(|name| name.replace('_', "-").contains(bare));
        let cut = fault.contains("drop-before") || fault.ends_with("silent");
        assert!(named || cut, "{upload:?}");
    }
    Ok(())
}

/// A version is published, and the index shows it later.
fn seen_late(scene: &Scene, fault: &str) -> Result<(), Failed> {
    let (probe, proxy, reach) = before(scene, fault);
    let look = || scene.shown(probe.kind, &proxy.host(), &probe.name, probe.version).is_some();
    if probe.kind != RegistryKind::Go {
        assert!(!look());
        // cargo waits for the index by itself; what it sees are looks too.
        publish(scene, &probe, &reach, LIMIT).succeeded();
        let at_once = scene.shown(probe.kind, &scene.registry(probe.kind).host, &probe.name, probe.version);
        assert!(at_once.is_some(), "the registry itself has it");
    }
    let begun = std::time::Instant::now();
    let mut misses = 0;
    while !look() {
        misses += 1;
        assert!(begun.elapsed() < LIMIT, "never shown");
        std::thread::sleep(Duration::from_millis(20));
    }
    if fault.ends_with("ms") || probe.kind == RegistryKind::Crates {
        assert!(misses > 0 || probe.kind == RegistryKind::Crates);
    } else {
        assert_eq!(misses, 2);
    }
    Ok(())
}

/// What was refused is taken once the fault is over, on the same port, exactly once.
fn healed(scene: &Scene) -> Result<(), Failed> {
    for fault in ["oci:refuse", "oci:refuse@2", "oci:silent", "oci:forbidden"] {
        let (mut probe, proxy, reach) = before(scene, fault);
        probe.name.push_str("-healed");
        if fault.ends_with("@2") {
            let first = Probe { version: "0.9.0", ..probe.clone() };
            publish(scene, &first, &reach, LIMIT).succeeded();
        }
        let accepted = proxy.accepted();
        assert!(!publish(scene, &probe, &reach, Duration::from_secs(1)).is_done(), "{fault}");
        assert_eq!(proxy.accepted(), accepted, "{fault}");
        proxy.heal().expect("healed");
        publish(scene, &probe, &reach, LIMIT).succeeded();
        assert_eq!(proxy.accepted(), accepted + 1, "{fault}");
    }
    Ok(())
}
