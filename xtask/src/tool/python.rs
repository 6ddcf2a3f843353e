//! Python's builder of packages, `build` (the Python Packaging Authority's).

use std::path::Path;

use crate::tool::ambient::Ambient;
use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// Whether this Python has `build`.
pub fn has_build(python: &Path, dir: &Path) -> bool {
    let words = [&python.display().to_string(), "-I", "-c", "import build"].map(String::from);
    Call::program(words.to_vec(), dir).merged().run().is_ok()
}

/// Builds a sdist of the project in `dir`, and (unless it is wanted alone) a wheel from that sdist, into `out`. The
/// build backend that the project names is fetched into an environment of its own.
///
/// # Errors
/// When the build fails.
pub fn build(
    ambient: &Ambient,
    python: &Path,
    dir: &Path,
    out: &Path,
    sdist_alone: bool,
) -> Result<(), Failure> {
    let mut words = [&python.display().to_string(), "-m", "build", "--outdir", &out.display().to_string()]
        .map(String::from)
        .to_vec();
    words.extend(sdist_alone.then(|| "--sdist".to_owned()));
    words.push(".".into());
    let call = ambient.call(words, dir).env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    call.merged().run().map(|_| ())
}
