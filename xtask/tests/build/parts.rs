//! Parts of a release, built apart and joined.

use std::path::PathBuf;

use support::canary::Canary;
use support::sandbox::files_below;

use super::*;

/// Builds a wheel of this tag.
fn build_with(sandbox: &Sandbox, args: &[&str], tag: &str) -> Output {
    command(sandbox, args).env("TINY_TAG", tag).output().unwrap()
}

fn refused(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

/// The toolbox's Python, by its path.
fn python() -> PathBuf {
    let tools = std::env::var("WINDLASS_TOOLS")
        .map_or_else(|_| repository().join("target/windlass/tools"), PathBuf::from);
    windlass::local::toolbox::Toolbox::open(tools).python("python")
}

#[test]
fn parts_of_several_machines_are_what_one_builds() {
    let sandbox = sandbox(|_| {});
    let mut canary = Canary::default();
    canary.make("NPM_TOKEN");
    let tag = ["--tag", "v1.2.0-rc.1"];
    succeeded(&build(&sandbox, &tag));
    let folder = sandbox.work().join(FOLDER);
    let whole = files_below(&folder);
    fs::remove_dir_all(&folder).unwrap();
    let parts: &[&[&str]] = &[
        &["--part", "sdist", "--only", "py", "--sdist-only"],
        &["--part", "linux", "--only", "pypi", "--wheels-only", "--python", &python().display().to_string()],
        &["--part", "rest", "--only", "js/npm", "--only", "crates", "--only", "chart", "--only", "gomod"],
        // What two parts build alike is one.
        &["--part", "img", "--only", "img", "--only", "js"],
    ];
    for part in parts {
        succeeded(&build(&sandbox, &[&tag, *part].concat()));
        assert!(!folder.exists());
    }
    let said = succeeded(&build(&sandbox, &[&tag[..], &["--join"]].concat()));
    assert!(said.contains("Joining the parts of all 1.2.0-rc.1: img, linux, rest, sdist"), "{said}");
    let joined = files_below(&folder);
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&joined), names(&whole));
    let differ: Vec<&String> = whole.keys().filter(|path| joined[*path] != whole[*path]).collect();
    assert_eq!(differ, [""; 0]);
    assert!(succeeded(&build(&sandbox, &tag)).contains("Nothing to do"));
    Canary::silent(&canary.below(&sandbox.work()));
}

#[test]
fn every_expected_wheel_is_there_and_no_other() {
    let sandbox = sandbox(|sandbox| {
        only(sandbox, "py");
        let wheels = "kind = \"pypi\"\nwheels = [\"*-cp311-*_x86_64.whl\", \"*-cp312-*_x86_64.whl\"]";
        edit(sandbox, "windlass.toml", "kind = \"pypi\"", wheels);
        edit(sandbox, "py/backend.py", "-py3-none-any.whl", "-{os.environ['TINY_TAG']}.whl");
    });
    let (one, two) = ("cp311-cp311-manylinux_2_28_x86_64", "cp312-cp312-manylinux_2_28_x86_64");
    // One machine has not all of them: it is told, and nothing is written.
    let said = refused(&build_with(&sandbox, &[], one));
    assert!(said.contains("error W0744") && said.contains("no wheel is as `*-cp312-*_x86_64.whl`"), "{said}");
    assert!(!sandbox.work().join(FOLDER).exists());

    succeeded(&build_with(&sandbox, &["--part", "a"], one));
    let said = refused(&build_with(&sandbox, &["--join"], ""));
    assert!(said.contains("error W0744") && !said.contains("W0745"), "{said}");

    let odd = "cp312-cp312-linux_aarch64";
    succeeded(&build_with(&sandbox, &["--part", "b", "--wheels-only"], odd));
    let said = refused(&build_with(&sandbox, &["--join"], ""));
    assert!(said.contains("error W0744") && said.contains("error W0745"), "{said}");
    assert!(said.contains("tiny_py-1.2.0rc1-cp312-cp312-linux_aarch64.whl"), "{said}");
    assert!(!sandbox.work().join(FOLDER).exists());

    // The part is built anew under its name, and the sdist that both make is one.
    succeeded(&build_with(&sandbox, &["--part", "b"], two));
    succeeded(&build_with(&sandbox, &["--join"], ""));
    let list = list(&sandbox);
    let paths: Vec<&str> =
        list["artifacts"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    let wheel = |tag: &str| format!("tiny_py-1.2.0rc1-{tag}.whl");
    assert_eq!(paths, [&wheel(one), &wheel(two), "tiny_py-1.2.0rc1.tar.gz"]);

    // A part with another sdist.
    let before = fs::read(sandbox.work().join(FOLDER).join("artifacts.json")).unwrap();
    let part = sandbox.work().join("target/windlass/parts/all-1.2.0-rc.1/b");
    let sums = fs::read_to_string(part.join("SHA256SUMS")).unwrap();
    let old = sums.lines().find_map(|line| line.strip_suffix("  tiny_py-1.2.0rc1.tar.gz")).unwrap();
    fs::write(part.join("tiny_py-1.2.0rc1.tar.gz"), "other").unwrap();
    let new = windlass::model::digest::sha256(b"other");
    for file in ["SHA256SUMS", "artifacts.json"] {
        let text = fs::read_to_string(part.join(file)).unwrap();
        fs::write(part.join(file), text.replace(old, &new)).unwrap();
    }
    let said = refused(&build_with(&sandbox, &["--join"], ""));
    assert!(said.contains("error W0742") && said.contains("--part b --wheels-only"), "{said}");
    assert_eq!(fs::read(sandbox.work().join(FOLDER).join("artifacts.json")).unwrap(), before);
}

#[test]
fn a_python_that_cannot_build_is_named() {
    let sandbox = sandbox(|sandbox| only(sandbox, "py"));
    let said = refused(&build(&sandbox, &["--part", "a", "--python", "python-from-nowhere"]));
    assert!(said.contains("error W0208") && said.contains("there is no such program"), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let stub = sandbox.path().join("python3.99");
        fs::write(&stub, "#!/bin/sh\nexit 1\n").unwrap();
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).unwrap();
        let said = refused(&build(&sandbox, &["--part", "a", "--python", "../python3.99"]));
        assert!(said.contains("it has no module `build`") && said.contains("-m pip install build"), "{said}");
    }
    assert!(!sandbox.work().join("target/windlass/parts/all-1.2.0-rc.1/a").exists());
}
