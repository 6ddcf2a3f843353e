//! What is started is stopped, also when something beside it does not come up.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use windlass::local::toolbox::Toolbox;
use windlass::local::{Registries, Wanted};
use windlass::model::problem::Code;

use super::scene::{Scene, toolbox};

pub fn trials(scene: &Option<Arc<Scene>>) -> Vec<Trial> {
    let stops = scene.clone();
    let fails = scene.clone();
    let killed_scene = scene.clone();
    vec![
        Trial::test("teardown/stops", move || stops_all(&stops.expect("a scene"))),
        Trial::test("teardown/killed", move || killed(&killed_scene.expect("a scene"))),
        Trial::test("teardown/one-fails", move || one_fails(&fails.expect("a scene"))),
    ]
}

fn stops_all(scene: &Scene) -> Result<(), Failed> {
    let wanted =
        [Wanted::Npm { own: Vec::new(), private: false }, Wanted::Oci, Wanted::Crates { private: true }];
    let registries = Registries::start(&wanted, &scene.toolbox, &scene.fresh("second")).expect("started");
    let hosts: Vec<String> = registries.all().iter().map(|registry| registry.host.clone()).collect();
    let group = registries.group().expect("a group");
    assert!(hosts.len() == 3 && group.is_left());
    for host in &hosts {
        TcpStream::connect(host)?;
    }
    drop(registries);
    for host in &hosts {
        assert!(TcpStream::connect(host).is_err(), "{host} still listens");
    }
    assert!(!group.is_left(), "a process is still there");
    Ok(())
}

/// The word by which this program knows that it is to start registries and be killed.
pub const HOLD: &str = "__hold";

/// Starts registries, names their hosts in `FOLDER/hosts`, and waits for its death.
pub fn hold(folder: &Path) {
    let wanted = [Wanted::Npm { own: Vec::new(), private: false }, Wanted::Oci];
    let registries = Registries::start(&wanted, &toolbox(), &folder.join("scratch")).expect("started");
    let hosts: Vec<&str> = registries.all().iter().map(|registry| registry.host.as_str()).collect();
    std::fs::write(folder.join("draft"), hosts.join("\n")).expect("a file");
    std::fs::rename(folder.join("draft"), folder.join("hosts")).expect("a file");
    // The trial ends it long before; should the trial itself be killed, so does the end of its input.
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

/// Killed without a word, windlass leaves no registry and no scratch folder.
fn killed(scene: &Scene) -> Result<(), Failed> {
    let folder = scene.fresh("killed");
    let mut holder = Command::new(std::env::current_exe()?);
    let mut holder = holder.arg(HOLD).arg(&folder).stdin(Stdio::piped()).spawn()?;
    let hosts = until("hosts are named", || std::fs::read_to_string(folder.join("hosts")).ok());
    let hosts: Vec<&str> = hosts.lines().collect();
    assert!(hosts.len() == 2 && hosts.iter().all(|host| TcpStream::connect(host).is_ok()));
    holder.kill()?;
    holder.wait()?;
    until("the registries are gone", || {
        hosts.iter().all(|host| TcpStream::connect(host).is_err()).then_some(())
    });
    until("the scratch folder is gone", || (!folder.join("scratch").exists()).then_some(()));
    Ok(())
}

fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
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
