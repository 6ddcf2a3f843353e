//! What a smoke test leaves behind, however it ends: nothing.
#![cfg(unix)]

mod support;

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::canary::Canary;
use support::sandbox::{Sandbox, copy_tree};

/// A running smoke test of the product whose service started a process of its own, and hangs.
struct Scene {
    sandbox: Sandbox,
    windlass: Child,
    /// The service, its child, the port.
    service: i32,
    child: i32,
    port: u16,
}

const LIMIT: Duration = Duration::from_secs(30);

fn product() -> Sandbox {
    let sandbox = Sandbox::new();
    copy_tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smoke/product"), &sandbox.work());
    sandbox.begin(false);
    sandbox
}

fn smoke(sandbox: &Sandbox, fault: &str, args: &[&str]) -> Command {
    let mut command = sandbox.command("windlass");
    command.env("FAULT", fault).arg("release-smoke").args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Scene {
    fn begin(fault: &str) -> Scene {
        let sandbox = product();
        let windlass = smoke(&sandbox, fault, &[]).spawn().expect("windlass");
        let pids = wait_for("the service", || {
            let folder = folders(&sandbox).pop()?;
            std::fs::read_to_string(folder.join("data/pids")).ok()
        });
        let numbers: Vec<i32> = pids.split(' ').map(|number| number.parse().expect("a number")).collect();
        let port = u16::try_from(numbers[2]).expect("a port");
        Scene { sandbox, windlass, service: numbers[0], child: numbers[1], port }
    }

    /// Lets it come so far that it waits for the hanging response.
    fn until_it_hangs(self) -> Scene {
        wait_for("the call", || {
            let log = folders(&self.sandbox).pop()?.join("logs/api.log");
            std::fs::read_to_string(log).ok()?.contains("GET /total").then_some(())
        });
        self
    }

    fn signal(&self, pid: i32, signal: i32) {
        // SAFETY: a plain system call without memory of ours.
        assert_eq!(unsafe { libc::kill(pid, signal) }, 0, "signal {signal} to {pid}");
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.windlass.id()).expect("a pid")
    }

    /// Nothing of it is left.
    fn nothing_is_left(&self) {
        for (what, pid) in [("the service", self.service), ("its child", self.child)] {
            wait_for(&format!("the end of {what}"), || (!is_alive(pid)).then_some(()));
        }
        wait_for("a free port", || TcpStream::connect(("127.0.0.1", self.port)).is_err().then_some(()));
        wait_for("no folder", || folders(&self.sandbox).is_empty().then_some(()));
    }
}

/// The temporary folders of smoke tests.
fn folders(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(sandbox.path()).expect("the sandbox");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("windlass-smoke-"))
        })
        .collect()
}

/// Whether a process runs; one that ended and was not taken note of does not.
fn is_alive(pid: i32) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps");
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + LIMIT;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "no {what} within {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The password of the seeded user, which the service, the login and the checks get.
#[test]
fn the_password_is_found_nowhere() {
    for fault in ["", "login"] {
        let sandbox = product();
        let mut canary = Canary::default();
        let password = canary.make("DEMO_PASSWORD");
        let mut command = smoke(&sandbox, fault, &["--junit", "junit.xml"]);
        command.env("DEMO_PASSWORD", password);
        let (output, mut leaks) = canary.during(|| command.output().expect("windlass"));
        let passed = output.status.code() == Some(0);
        assert_eq!(passed, fault.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
        leaks.extend(canary.in_bytes("stdout", &output.stdout));
        leaks.extend(canary.in_bytes("stderr", &output.stderr));
        // The report, what the product left, the temporary folder.
        leaks.extend(canary.below(sandbox.path()));
        Canary::silent(&leaks);
    }
}

#[test]
fn ctrl_c_takes_everything_down() {
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let scene = Scene::begin("child").until_it_hangs();
        scene.signal(scene.pid(), signal);
        let began = Instant::now();
        let (sandbox, service, child, port) = (scene.sandbox, scene.service, scene.child, scene.port);
        let output = scene.windlass.wait_with_output().expect("its end");
        assert!(began.elapsed() < Duration::from_secs(15));
        assert_eq!(output.status.code(), Some(130), "{output:?}");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.starts_with("stopped after ") && !said.contains("error"), "{said}");
        // What it left must be gone when it has ended, not later.
        assert!(!is_alive(service) && !is_alive(child));
        assert!(folders(&sandbox).is_empty() && TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

#[test]
fn a_killed_windlass_leaves_nothing() {
    for fault in ["child", "deaf"] {
        let mut scene = Scene::begin(fault);
        scene.signal(scene.pid(), libc::SIGKILL);
        scene.windlass.wait().expect("its end");
        scene.nothing_is_left();
    }
}

#[test]
fn a_deaf_child_is_killed() {
    let scene = Scene::begin("deaf").until_it_hangs();
    scene.signal(scene.pid(), libc::SIGINT);
    let mut scene = scene;
    scene.windlass.wait().expect("its end");
    scene.nothing_is_left();
}

/// The watchdog leads the service's group.
#[test]
fn a_killed_watchdog_is_no_loss() {
    let mut scene = Scene::begin("deaf").until_it_hangs();
    let output =
        Command::new("ps").args(["-o", "pgid=", "-p", &scene.service.to_string()]).output().expect("ps");
    let watchdog = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a group");
    assert_ne!(watchdog, scene.pid());
    scene.signal(watchdog, libc::SIGKILL);
    scene.signal(scene.pid(), libc::SIGINT);
    scene.windlass.wait().expect("its end");
    scene.nothing_is_left();
}

#[test]
fn a_killed_service_is_named() {
    let mut scene = Scene::begin("child").until_it_hangs();
    scene.signal(scene.service, libc::SIGKILL);
    let output = {
        let mut said = String::new();
        std::io::Read::read_to_string(&mut scene.windlass.stdout.take().expect("piped"), &mut said)
            .expect("text");
        said
    };
    assert_eq!(scene.windlass.wait().expect("its end").code(), Some(1));
    assert!(output.contains("the service `api` ended by itself during GET /total"), "{output}");
    assert!(output.contains("signal: 9"), "{output}");
    scene.nothing_is_left();
}

#[test]
fn a_taken_port_is_named() {
    let sandbox = product();
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let config = sandbox.work().join("windlass.toml");
    let text = std::fs::read_to_string(&config).expect("the config");
    std::fs::write(
        &config,
        text.replace("[smoke.services.api]\n", &format!("[smoke.services.api]\nport = {port}\n")),
    )
    .expect("the config");
    let output = smoke(&sandbox, "", &["--quiet"]).output().expect("windlass");
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with("error W0701: a port is already taken\n"), "{said}");
    assert!(said.contains(&format!("port {port} of the service `api` is already taken")), "{said}");
    assert!(folders(&sandbox).is_empty());
}

/// A stack that was kept is the remote one of a second test, which reads and does not write.
#[test]
fn a_stack_elsewhere_is_only_read() {
    let sandbox = product();
    let kept = smoke(&sandbox, "", &["--keep", "--format", "json"]).output().expect("windlass");
    assert!(kept.status.success(), "{kept:?}");
    let kept: serde_json::Value = serde_json::from_slice(&kept.stdout).expect("JSON");
    let line = |at: usize| kept["kept"][at].as_str().expect("a line").to_owned();
    let url = line(0).replace("api runs at ", "");
    let group: i32 = line(1).replace("$ kill -- -", "").parse().expect("a group");
    let log = folders(&sandbox).pop().expect("a folder").join("logs/api.log");
    let before = std::fs::read_to_string(&log).expect("a log").lines().count();

    let remote = |args: &[&str]| {
        let junit = sandbox.path().join("junit.xml");
        let output = smoke(&sandbox, "", &["--base-url", &url, "--junit", junit.to_str().expect("UTF-8")])
            .args(args)
            .output()
            .expect("windlass");
        (
            String::from_utf8_lossy(&output.stdout).into_owned(),
            std::fs::read_to_string(junit).unwrap_or_default(),
        )
    };
    // Of the five operations that write none is called, and nothing is seeded.
    let (said, junit) = remote(&[]);
    assert!(said.contains("6 of 11 operations covered, 6 called here"), "{said}");
    assert!(junit.contains("classname=\"call\" name=\"GET /total\""), "{junit}");
    assert!(junit.contains("it writes, and a stack elsewhere is only read"), "{junit}");
    let log = std::fs::read_to_string(&log).expect("a log");
    let asked: Vec<&str> = log.lines().skip(before).collect();
    let writing = |line: &&&str| !line.starts_with("GET ") && !line.ends_with("/login");
    assert_eq!(asked.iter().filter(writing).count(), 0, "{asked:?}");
    assert!(junit.contains("it may write, and a stack elsewhere is only read"), "{junit}");
    let (said, _) = remote(&["--expect-version", "1.3.0"]);
    assert!(said.contains("the running version is \"1.2.0\", not 1.3.0"), "{said}");

    // SAFETY: a plain system call without memory of ours.
    assert_eq!(unsafe { libc::kill(-group, libc::SIGKILL) }, 0);
}
