//! Docker's client and the engine behind it.

use std::path::Path;
use std::time::Duration;

use crate::tool::ambient::Ambient;
use crate::tool::call::Call;
use crate::tool::failure::Failure;
use crate::tool::supervised::Program;

/// How long the engine may take to say that it is there.
const LIMIT: Duration = Duration::from_secs(30);

/// The engine's version, when one answers.
///
/// # Errors
/// When there is no client or no engine.
pub fn engine(dir: &Path) -> Result<String, Failure> {
    let words = ["docker", "version", "--format", "{{.Server.Version}}"].map(String::from);
    let said = Call::program(words.to_vec(), dir).start()?.wait_at_most(LIMIT)?;
    Ok(String::from_utf8_lossy(&said).trim().to_owned())
}

/// What removes images that were pulled by their names; images that are not there are fine.
pub fn removal(dir: &Path, names: &[String]) -> Program {
    let words = ["docker", "image", "rm", "--force", "--"].map(String::from);
    Program {
        words: words.into_iter().chain(names.iter().cloned()).collect(),
        dir: dir.to_owned(),
        env: Vec::new(),
    }
}

/// An image to be built.
#[derive(Debug)]
pub struct Image<'a> {
    pub dockerfile: &'a Path,
    pub context: &'a Path,
    pub args: &'a [(String, String)],
}

/// Builds an image; `id_file` gets its id. Every step is run: a layer of the engine's cache is from another time,
/// and maybe from another tree. No name is given to the image, so that `docker image prune` removes it.
///
/// # Errors
/// When a step fails.
pub fn build(ambient: &Ambient, image: &Image<'_>, id_file: &Path) -> Result<(), Failure> {
    let mut words: Vec<String> = ["docker", "build", "--iidfile"].map(String::from).to_vec();
    words.push(id_file.display().to_string());
    words.extend(["--file".to_owned(), image.dockerfile.display().to_string()]);
    words.push("--no-cache".to_owned());
    for (name, value) in image.args {
        words.extend(["--build-arg".to_owned(), format!("{name}={value}")]);
    }
    words.extend(["--".to_owned(), ".".to_owned()]);
    // Attestations of the builder hold times; what is built is attested by its digest.
    ambient.call(words, image.context).env("BUILDX_NO_DEFAULT_ATTESTATIONS", "1").merged().run().map(|_| ())
}

/// Saves an image by its id (`sha256:` and hexadecimal) to a file.
///
/// # Errors
/// When the engine fails, or the id is none.
pub fn save(dir: &Path, id: &str, file: &Path) -> Result<(), Failure> {
    let words = ["docker", "save", "--output", &file.display().to_string(), id].map(String::from);
    let digits = id.strip_prefix("sha256:").unwrap_or_default();
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::new(&words, dir, "no image id", id));
    }
    Call::program(words.to_vec(), dir).merged().run().map(|_| ())
}
