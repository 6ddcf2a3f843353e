//! pip, in a virtual environment of its own: our files by their hash, then what they depend on.

use std::collections::BTreeMap;

use super::{Room, Setback, setback, wrong};
use crate::model::artifact::{Artifact, ArtifactKind, Coordinate};

pub fn install(room: &Room<'_>) -> Result<&'static str, Setback> {
    let folder = room.folder.join("venv");
    let environment = folder.display().to_string();
    let made = room.clients.run("python3", &["-m", "venv", "--clear", "--", &environment], &room.folder);
    made.map_err(|failure| setback("no virtual environment", &failure, &[""]))?;
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join("python").display().to_string();
    let built = room.artifact(ArtifactKind::Wheel).or_else(|| room.artifact(ArtifactKind::Sdist));
    let built = built.ok_or_else(|| wrong("nothing was built for pip"))?;
    // Where dependencies come from while the index holds nothing but this release: a rehearsal's.
    let elsewhere = room.world.clients.get("WINDLASS_LOCAL_PIP_INDEX");
    let siblings = room.siblings.iter().copied().filter(|_| elsewhere.is_some());
    let ours: Vec<&Artifact> = room.artifacts.iter().map(|(one, _)| *one).chain(siblings).collect();
    room.write("requirements.txt", &requirements(&ours))?;
    let (name, version) = (&built.coordinate.name, &built.coordinate.version);
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir"];
    let ours = ["--require-hashes", "--no-deps", "--requirement", "requirements.txt"];
    let args: Vec<&str> = pip.into_iter().chain(ours).collect();
    let done = room.clients.run(&python, &args, &room.folder);
    done.map_err(|failure| setback("pip", &failure, &["DO NOT MATCH THE HASHES", "invalid wheel"]))?;
    let pinned = format!("{name}=={version}");
    // What is installed satisfies the pin, so this brings its dependencies alone.
    let args: Vec<&str> = pip.into_iter().chain(["--", &pinned]).collect();
    let mut clients = room.clients.clone();
    if let Some(index) = elsewhere {
        clients.put("PIP_INDEX_URL", index);
    }
    let done = clients.run(&python, &args, &room.folder);
    done.map_err(|failure| setback("pip could not install the dependencies", &failure, &[]))?;
    room.check(Some(&bin))?;
    Ok("pip")
}

/// One line a version, with the hashes of all that was built for it.
fn requirements(artifacts: &[&Artifact]) -> String {
    let mut hashes: BTreeMap<&Coordinate, String> = BTreeMap::new();
    for one in artifacts {
        hashes.entry(&one.coordinate).or_default().push_str(&format!(" --hash=sha256:{}", one.sha256));
    }
    hashes.iter().map(|(one, hashes)| format!("{}=={}{hashes}\n", one.name, one.version)).collect()
}
