//! What is peculiar to `uv.lock`: its version, and where its entries come from.

use super::unknown_lock;
use crate::format::Node;
use crate::format::toml::Toml;
use crate::model::problem::Problem;
use crate::model::tree::Source;

/// # Errors
/// `W0310`: the lock is of an unknown version.
pub fn check(lock: &Source, root: Toml<'_>) -> Result<(), Problem> {
    match root.get("version")?.and_then(Toml::integer) {
        Some(1) => Ok(()),
        Some(version) => Err(unknown_lock(lock, &format!("is a lock file of version {version}"))),
        None => Err(unknown_lock(lock, "is a lock file without a version")),
    }
}

/// The folder of a uv entry: `source = { editable = "." }`, or `virtual`, `directory`.
pub fn path(entry: Toml<'_>) -> Result<Option<String>, Problem> {
    for kind in ["editable", "virtual", "directory"] {
        if let Some(path) = entry.value_at(&["source", kind])? {
            return Ok(Some(path.into_owned()));
        }
    }
    Ok(None)
}
