//! What is started is stopped, also when something beside it does not come up.

use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use windlass::local::toolbox::Toolbox;
use windlass::local::{Registries, Wanted};
use windlass::model::problem::Code;

use super::scene::Scene;

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let stops = scene.clone();
    let fails = scene.clone();
    vec![
        Trial::test("teardown/stops", move || stops_all(&stops.expect("a scene"))),
        Trial::test("teardown/one-fails", move || one_fails(&fails.expect("a scene"))),
    ]
}

fn stops_all(scene: &Scene) -> Result<(), Failed> {
    let wanted = [Wanted::Npm { own: Vec::new() }, Wanted::Oci, Wanted::Crates { private: true }];
    let registries = Registries::start(&wanted, &scene.toolbox, &scene.fresh("second")).expect("started");
    let hosts: Vec<String> = registries.all().iter().map(|registry| registry.host.clone()).collect();
    let pids: Vec<u32> = registries.all().iter().filter_map(|registry| registry.pid()).collect();
    assert!(hosts.len() == 3 && pids.len() == 2);
    for host in &hosts {
        TcpStream::connect(host)?;
    }
    drop(registries);
    for host in &hosts {
        assert!(TcpStream::connect(host).is_err(), "{host} still listens");
    }
    if cfg!(target_os = "linux") {
        for pid in pids {
            assert!(!Path::new(&format!("/proc/{pid}")).exists(), "process {pid} is still there");
        }
    }
    Ok(())
}

/// A toolbox with nothing in it: the problem names the program, and the registry beside it does not stay.
fn one_fails(scene: &Scene) -> Result<(), Failed> {
    let empty = Toolbox::open(scene.fresh("no-tools"));
    let wanted = [Wanted::Pypi, Wanted::Crates { private: false }];
    let problems = Registries::start(&wanted, &empty, &scene.fresh("third")).expect_err("no devpi");
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::W0719]);
    assert!(problems[0].why.contains("devpi-init"), "{problems:?}");
    Ok(())
}
