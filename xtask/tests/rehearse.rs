//! Whole rehearsals of a small repository by the real program, with real registries; and that nothing stays.
#![cfg(unix)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::canary::{Canary, credential};
use support::sandbox::{Sandbox, copy_tree, files_below};
use windlass::local::toolbox::{Tool, Toolbox};
use windlass::model::rehearsal::{Record, Verdict};

/// The credentials of a user, none of which a rehearsal may use.
const VARIABLES: [&str; 4] =
    ["TWINE_PASSWORD", "NPM_TOKEN", "CARGO_REGISTRY_TOKEN", "CARGO_REGISTRIES_LOCAL_TOKEN"];

/// A user's own settings, none of which a rehearsal may use for publishing, or change.
fn home() -> [(&'static str, String); 5] {
    [
        (".npmrc", format!("//registry.example.org/:_authToken={}\n", credential("npmrc"))),
        (".pypirc", format!("[pypi]\nusername = __token__\npassword = {}\n", credential("pypirc"))),
        (".cargo/credentials.toml", format!("[registry]\ntoken = \"{}\"\n", credential("cargo"))),
        (".docker/config.json", "{\"auths\":{}}\n".into()),
        (".config/git/ignore", "*.swp\n".into()),
    ]
}

/// What nobody may find afterwards.
fn canary() -> Canary {
    let mut canary = Canary::default();
    for name in VARIABLES.into_iter().chain(["npmrc", "pypirc", "cargo"]) {
        canary.make(name);
    }
    canary
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A repository with a package of each kind that needs no container engine, and a home with settings.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build/in");
    copy_tree(&files, &sandbox.work());
    let config = sandbox.work().join("windlass.toml");
    let text = fs::read_to_string(&config).unwrap();
    let (text, _) = text.split_once("[[targets]]\npackage = \"img\"").expect("images come last");
    let text = text.replace(", \"img\"]", "]").replace("[packages.img]\npath = \"img\"\n", "");
    let module = "{ name = \"gomod/v{version}\", kind = \"lightweight\", push = \"first\" }";
    fs::write(&config, text.replace("tags = [", &format!("tags = [{module}, "))).unwrap();
    // The builder of this package says its version by itself.
    let builder = sandbox.work().join("py/backend.py");
    let text = fs::read_to_string(&builder).unwrap();
    fs::write(&builder, text.replace("1.2.0rc1", "1.2.0")).unwrap();
    fs::write(sandbox.work().join(".gitignore"), "/target/\n").unwrap();
    for (path, text) in home() {
        let path = sandbox.path().join("home").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    sandbox.begin(true);
    sandbox
}

fn rehearse(sandbox: &Sandbox, args: &[&str]) -> Command {
    let tools = std::env::var_os("WINDLASS_TOOLS")
        .map_or_else(|| repository().join("target/windlass/tools"), PathBuf::from);
    Toolbox::open(&tools).install(&Tool::ALL, &mut |text| eprint!("{text}")).expect("the tools");
    let mut command = sandbox.command("windlass");
    // Programs that rustup stands for find their toolchain; whatever leads to the package registries leads there.
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let rustup = std::env::var_os("RUSTUP_HOME").map_or_else(|| home.join(".rustup"), PathBuf::from);
    command.env("RUSTUP_HOME", rustup).env("WINDLASS_TOOLS", tools);
    command.envs(VARIABLES.map(|name| (name, credential(name))));
    for name in
        ["PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "https_proxy"]
    {
        if let Ok(value) = std::env::var(name) {
            command.env(name, value);
        }
    }
    command.arg("rehearse").args(args);
    command
}

/// What must be the same before and after: files, refs and settings, the home, the folder for temporary files.
fn state(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let mut state = BTreeMap::new();
    let files = sandbox.files().into_iter().filter(|(path, _)| !path.starts_with("target/"));
    state.extend(files.map(|(path, bytes)| (format!("work/{path}"), bytes)));
    // go counts its own runs, wherever it is started.
    let home = files_below(&sandbox.path().join("home")).into_iter();
    let home = home.filter(|(path, _)| !path.contains("go/telemetry/"));
    state.extend(home.map(|(path, bytes)| (format!("home/{path}"), bytes)));
    for args in [&["for-each-ref"][..], &["config", "--local", "--list"], &["ls-remote", "origin"]] {
        state.insert(format!("git {}", args.join(" ")), sandbox.git(args).into_bytes());
    }
    for entry in fs::read_dir(sandbox.path()).unwrap() {
        state.insert(entry.unwrap().file_name().into_string().unwrap(), Vec::new());
    }
    state
}

/// The names of what is not as before.
fn changed(sandbox: &Sandbox, before: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let after = state(sandbox);
    let names = before.keys().chain(after.keys()).filter(|name| before.get(*name) != after.get(*name));
    let mut names: Vec<String> = names.cloned().collect();
    names.dedup();
    names
}

/// Runs it; all that it must not touch is as before.
fn run(sandbox: &Sandbox, args: &[&str]) -> (Output, Record) {
    let before = state(sandbox);
    let canary = canary();
    let (output, mut leaks) = canary.during(|| rehearse(sandbox, args).output().expect("windlass"));
    leaks.extend(canary.in_bytes("stdout", &output.stdout));
    leaks.extend(canary.in_bytes("stderr", &output.stderr));
    // Records, artifacts, the caches of every client, git's own folder.
    leaks.extend(canary.below(&sandbox.work()));
    Canary::silent(&leaks);
    assert_eq!(changed(sandbox, &before), [""; 0]);
    let mut records = files_below(&sandbox.work().join("target/windlass/rehearsals"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let (name, bytes) = records.pop_first().unwrap_or_else(|| panic!("no record: {said}"));
    let record: Record = serde_json::from_slice(&bytes).expect("a record");
    assert_eq!(name, format!("{}.json", record.plan));
    (output, record)
}

#[track_caller]
fn ended(output: &Output, code: i32) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(code), "{}{}", text(&output.stderr), text(&output.stdout));
    text(&output.stdout)
}

#[test]
fn the_whole_release_of_every_kind() {
    let sandbox = sandbox();
    // What the release will be: the record carries the plan's id.
    let plan = sandbox.windlass(&["release", "release", "--dry-run", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_slice(&plan.stdout).expect("a plan");
    let (output, record) = run(&sandbox, &["release", "--skip", "chart/helm"]);
    let printed = ended(&output, 0);
    for line in
        ["all 1.2.0 (v1.2.0)", "2 of 2", "incomplete: all went well, but nothing is known of chart/helm"]
    {
        assert!(printed.contains(line), "{line:?} is not in\n{printed}");
    }
    assert_eq!(record.plan, plan["id"].as_str().unwrap());
    assert_eq!(record.verdict, Verdict::Incomplete);
    assert_eq!(record.groups[0].tag.as_str(), "v1.2.0");
    assert_ne!(record.groups[0].commit.as_ref(), Some(&record.base));
    let rows: Vec<String> = record
        .targets
        .iter()
        .map(|one| format!("{} {} {}", one.target, one.published, one.verified.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        rows,
        ["py/pypi 2 pip", "js/npm 1 npm", "rs/crates 1 cargo", "chart/helm 0 -", "gomod/go 1 go"]
    );
    assert!(record.targets[0].digests.contains_key("tiny_py-1.2.0-py3-none-any.whl"), "{record:?}");
    assert!(record.tools.contains_key("npm") && record.tools["git"].starts_with("git version"), "{record:?}");
    assert!(record.problems.is_empty(), "{record:?}");
}

/// A branch, its merge, the tags: and the record lets the release that it was made for pass.
#[test]
fn a_reviewed_release_is_rehearsed_as_it_will_be() {
    let sandbox = Sandbox::new();
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/build/in/gomod");
    copy_tree(&files, &sandbox.work().join("gomod"));
    fs::write(sandbox.work().join(".gitignore"), "/target/\n").unwrap();
    fs::write(sandbox.work().join("version.json"), "{\"version\": \"1.0.0\"}\n").unwrap();
    let config = "[groups.all]\nflow = \"reviewed\"\npackages = [\"gomod\"]\n\
        tags = [{ name = \"gomod/v{version}\", kind = \"lightweight\", push = \"first\" }, \"v{version}\"]\n\
        [packages.gomod]\npath = \"gomod\"\nplaces = [{ file = \"../version.json\", key = \"version\" }]\n\
        [[targets]]\npackage = \"gomod\"\nkind = \"go\"\n[gates.rehearsal]\nrequired = true\n";
    fs::write(sandbox.work().join("windlass.toml"), config).unwrap();
    sandbox.begin(true);

    let prepare = ["release", "minor", "--prepare", "--yes", "--push"];
    let refused = sandbox.windlass(&prepare);
    assert!(String::from_utf8_lossy(&refused.stdout).contains("nobody rehearsed the plan"), "{refused:?}");
    ended(&refused, 1);

    let (output, record) = run(&sandbox, &["minor"]);
    let printed = ended(&output, 0);
    assert!(printed.contains("all 1.1.0 (v1.1.0)") && printed.contains("passed: "), "{printed}");
    assert_eq!((record.verdict, record.targets[0].verified.as_deref()), (Verdict::Passed, Some("go")));

    ended(&sandbox.windlass(&prepare), 0);
    sandbox.git(&["push", "-q", "origin", "release/1.1.0:main"]);
    sandbox.git(&["fetch", "-q"]);
    ended(&sandbox.windlass(&["release", "tag", "--yes", "--push"]), 0);
    assert_eq!(sandbox.git(&["ls-remote", "--tags", "origin"]).matches("1.1.0").count(), 3);
}

/// All targets but one are left out, so that a fault is seen alone.
fn all_but(package: &str) -> Vec<&'static str> {
    let others = ["py", "js", "rs", "chart", "gomod"].into_iter().filter(|other| *other != package);
    others.flat_map(|other| ["--skip", other]).collect()
}

#[test]
fn a_lost_reply_publishes_once() {
    let sandbox = sandbox();
    let (output, record) =
        run(&sandbox, &[&["release", "--fault", "npm:drop-after"], &all_but("js")[..]].concat());
    let printed = ended(&output, 0);
    assert!(printed.contains("fault npm:drop-after: exit code 0, then 0; as it should"), "{printed}");
    let fault = record.fault.expect("a fault");
    assert_eq!(fault.accepted, BTreeMap::from([("@tiny/js 1.2.0".to_owned(), 1)]));
    assert!(fault.as_expected);
}

#[test]
fn other_bytes_are_a_conflict_and_nothing_is_sent() {
    let sandbox = sandbox();
    let (output, record) =
        run(&sandbox, &[&["release", "--fault", "pypi:exists"], &all_but("py")[..]].concat());
    let printed = ended(&output, 4);
    assert!(printed.contains("conflict: as the fault wants it"), "{printed}");
    let fault = record.fault.expect("a fault");
    assert_eq!((fault.first, fault.again, fault.accepted.len()), (4, 4, 0));
    assert_eq!(record.verdict, Verdict::Conflict);
}

#[test]
fn a_rehearsal_that_is_stopped_leaves_nothing() {
    for (signal, code) in [("-TERM", Some(130)), ("-KILL", None)] {
        let sandbox = sandbox();
        let before = state(&sandbox);
        let mut child = rehearse(&sandbox, &["release"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("windlass");
        // The build has begun, beside the start of registries.
        wait_for(&mut child, || {
            folders(&sandbox).iter().any(|folder| folder.join("logs/build.log").is_file())
        });
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        assert_eq!(child.wait().expect("an end").code(), code, "{signal}");
        let until = Instant::now() + LIMIT;
        while !folders(&sandbox).is_empty() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(changed(&sandbox, &before), [""; 0], "{signal}");
    }
}

#[test]
fn what_is_missing_is_said_before_anything_is_done() {
    let sandbox = sandbox();
    let programs = sandbox.path().join("programs");
    fs::create_dir_all(&programs).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let git =
        std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| git.is_file()).expect("git");
    std::os::unix::fs::symlink(git, programs.join("git")).unwrap();
    let output = rehearse(&sandbox, &["release"]).env("PATH", &programs).output().expect("windlass");
    ended(&output, 1);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    for text in
        ["error W0780", "npm is not on the PATH; js/npm needs it", "--skip js/npm", "go is not on the PATH"]
    {
        assert!(said.contains(text), "{text:?} is not in\n{said}");
    }
    assert!(!sandbox.work().join("target/windlass/rehearsals").exists());
}

#[test]
fn what_is_typed_wrongly_is_refused() {
    let sandbox = sandbox();
    for (args, text) in [
        (&["sideways"][..], "`sideways` is no bump"),
        (&["minor", "--group", "none"], "there is no group `none`"),
        (&["minor", "--skip", "none"], "--skip `none` names no target"),
        (&["minor", "--fault", "npm:explode"], "`explode` is no kind of fault"),
        (&["minor", "--fault", "npm:refuse", "--skip", "js"], "no target is published to npm"),
    ] {
        let output = sandbox.windlass(&[&["rehearse"], args].concat());
        ended(&output, 2);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(text), "{text:?} is not in\n{said}");
    }
}

const LIMIT: Duration = Duration::from_secs(60);

fn folders(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = fs::read_dir(sandbox.path()).unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-rehearsal")))
        .collect()
}

#[track_caller]
fn wait_for(child: &mut Child, done: impl Fn() -> bool) {
    let until = Instant::now() + LIMIT;
    while !done() {
        assert!(child.try_wait().expect("a child").is_none(), "it ended too early");
        assert!(Instant::now() < until, "it took too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}
