//! What is peculiar to `poetry.lock`: where its entries come from, and when it can't be edited. Its
//! `content-hash` covers what a manifest requires, not its version, so that an edit of versions
//! keeps it.

use std::borrow::Cow;

use super::{Ours, unknown_lock};
use crate::format::Node;
use crate::format::toml::Toml;
use crate::model::problem::Problem;
use crate::model::registry_name::normalised_pypi;
use crate::model::tree::Source;

/// # Errors
/// `W0310`: the lock is of an unknown version, or an entry of ours requires another at exactly
/// its version.
pub fn check(lock: &Source, root: Toml<'_>, ours: &Ours<'_>) -> Result<(), Problem> {
    let format = root.value_at(&["metadata", "lock-version"])?;
    if let Some(format) = format.filter(|format| !["1", "2"].contains(&major(format))) {
        return Err(unknown_lock(lock, &format!("is a lock file of version {format}")));
    }
    let folder = lock.path.parent().unwrap_or_default();
    let entries = match root.get("package")? {
        Some(entries) => entries.items()?,
        None => Vec::new(),
    };
    for entry in entries {
        let is_ours = path(entry)?.is_some_and(|path| ours.beside(&folder, &path).is_some());
        if is_ours && let Some(name) = pinned(entry, ours)? {
            return Err(unknown_lock(lock, &format!("requires `{name}` at its very version")));
        }
    }
    Ok(())
}

/// `2` of poetry's `lock-version = "2.1"`.
fn major(format: &str) -> &str {
    format.split_once('.').map_or(format, |(major, _)| major)
}

/// The name of a package of ours that an entry of poetry's requires at exactly its version
/// (`scheduler = "0.1.0"`): that changes with the release, and the lock's hash of it can't be told.
fn pinned<'a>(entry: Toml<'_>, ours: &Ours<'a>) -> Result<Option<&'a str>, Problem> {
    let Some(dependencies) = entry.get("dependencies")? else { return Ok(None) };
    for (name, requirement) in dependencies.members()? {
        let Some(manifest) = ours.named(&normalised_pypi(&name)) else { continue };
        let version = match requirement.value() {
            Some(version) => Some(version),
            None => requirement.value_at(&["version"])?,
        };
        let own = manifest.places.first().map(|place| place.text.as_str());
        if version.is_some_and(|version| own == Some(version.trim_start_matches('='))) {
            return Ok(manifest.name.as_deref());
        }
    }
    Ok(None)
}

/// The folder of a poetry entry: a `source` of type `directory`, with its path under `url`.
pub fn path(entry: Toml<'_>) -> Result<Option<String>, Problem> {
    let is_folder = entry.value_at(&["source", "type"])?.as_deref() == Some("directory");
    Ok(if is_folder { entry.value_at(&["source", "url"])?.map(Cow::into_owned) } else { None })
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn names_poetry_locks_that_would_drift() {
        let locked = |entry: &str, metadata: &str| {
            let lock = format!(
                "[[package]]\nname = \"api\"\nversion = \"0.1.0\"\n{entry}[package.source]\ntype = \"directory\"\nurl = \"../api\"\n{metadata}"
            );
            let poetry = |name: &str| format!("[tool.poetry]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
            let files = [
                ("app/poetry.lock", &*lock),
                ("app/pyproject.toml", &*poetry("app")),
                ("api/pyproject.toml", &*poetry("api")),
            ];
            found(&files, &config(&["api=api", "app=app"]))
                .into_iter()
                .filter(|line| line.starts_with('W'))
                .collect::<String>()
        };
        assert_eq!(locked("", "[metadata]\nlock-version = \"2.1\"\n"), "");
        assert_eq!(locked("[package.dependencies]\napp = \">=0.1.0\"\nother = \"0.1.0\"\n", ""), "");
        let what = |what: &str| format!("W0310 app/poetry.lock: `app/poetry.lock` {what}");
        let pins = what("requires `app` at its very version");
        assert_eq!(locked("[package.dependencies]\nApp = \"0.1.0\"\n", ""), pins);
        assert_eq!(
            locked("[package.dependencies]\napp = {version = \"==0.1.0\", extras = [\"x\"]}\n", ""),
            pins
        );
        assert_eq!(locked("", "[metadata]\nlock-version = \"3.0\"\n"), what("is a lock file of version 3.0"));
    }
}
