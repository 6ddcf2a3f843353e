//! pip, in a virtual environment of its own: our files by their hash, then what they depend on.

use super::{Room, Setback, setback, wrong};
use crate::model::artifact::ArtifactKind;

pub fn install(room: &Room<'_>) -> Result<&'static str, Setback> {
    let folder = room.folder.join("venv");
    let environment = folder.display().to_string();
    let made = room.clients.run("python3", &["-m", "venv", "--clear", "--", &environment], &room.folder);
    made.map_err(|failure| setback("no virtual environment", &failure, &[""]))?;
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join("python").display().to_string();
    let built = room.artifact(ArtifactKind::Wheel).or_else(|| room.artifact(ArtifactKind::Sdist));
    let built = built.ok_or_else(|| wrong("nothing was built for pip"))?;
    let hashes = room.artifacts.iter().map(|(one, _)| format!(" --hash=sha256:{}", one.sha256));
    let (name, version) = (&built.coordinate.name, &built.coordinate.version);
    room.write("requirements.txt", &format!("{name}=={version}{}\n", hashes.collect::<String>()))?;
    let pip =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir"];
    let ours = ["--require-hashes", "--no-deps", "--requirement", "requirements.txt"];
    let args: Vec<&str> = pip.into_iter().chain(ours).collect();
    let done = room.clients.run(&python, &args, &room.folder);
    done.map_err(|failure| setback("pip", &failure, &["DO NOT MATCH THE HASHES"]))?;
    let pinned = format!("{name}=={version}");
    // What is installed satisfies the pin, so this brings its dependencies alone.
    let args: Vec<&str> = pip.into_iter().chain(["--", &pinned]).collect();
    let done = room.clients.run(&python, &args, &room.folder);
    done.map_err(|failure| setback("pip could not install the dependencies", &failure, &[]))?;
    room.check(Some(&bin))?;
    Ok("pip")
}
