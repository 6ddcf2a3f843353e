//! `pdm.lock` and `Pipfile.lock`, which are read but not edited: each holds hashes that only its own
//! tool writes. One that would drift with a release holds a package of ours from its folder with
//! its version, or says what such a package requires of another at its very version.

use super::{Ours, unknown_lock};
use crate::format::{Node, Text, json, toml};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::registry_name::normalised_pypi;
use crate::model::tree::Source;

/// # Errors
/// A malformed file; one that a release would leave behind (`W0310`).
pub fn check(lock: &Source, ours: &Ours<'_>) -> Result<(), Problem> {
    let text = Text::new(lock);
    let what = match lock.path.name() {
        "Pipfile.lock" => pipenv(json::parse(&text)?.root(), &lock.path.parent().unwrap_or_default(), ours)?,
        _ => pdm(toml::parse(&text)?.root(), &lock.path.parent().unwrap_or_default(), ours)?,
    };
    what.map_or(Ok(()), |what| Err(unknown_lock(lock, &what)))
}

fn pdm<'a>(root: impl Node<'a>, folder: &RepoPath, ours: &Ours<'_>) -> Result<Option<String>, Problem> {
    let Some(packages) = root.get("package")? else { return Ok(None) };
    for entry in packages.items()? {
        let Some(path) = entry.value_at(&["path"])? else { continue };
        if ours.beside(folder, &path).is_none() {
            continue;
        }
        if entry.get("version")?.is_some() {
            let name = entry.value_at(&["name"])?.unwrap_or(path);
            return Ok(Some(format!("holds a copy of `{name}` with its version")));
        }
        let Some(requires) = entry.get("dependencies")? else { continue };
        for one in requires.items()?.into_iter().filter_map(Node::value) {
            let Some((name, version)) = one.split_once("==") else { continue };
            let manifest = ours.named(&normalised_pypi(name.trim()));
            let own = manifest.and_then(|manifest| manifest.places.first());
            if own.is_some_and(|own| version.split(';').next().is_some_and(|text| text.trim() == own.text)) {
                return Ok(Some(format!("requires `{}` at its very version", name.trim())));
            }
        }
    }
    Ok(None)
}

fn pipenv<'a>(root: impl Node<'a>, folder: &RepoPath, ours: &Ours<'_>) -> Result<Option<String>, Problem> {
    for (table, entries) in root.members()? {
        if table == "_meta" {
            continue;
        }
        for (name, entry) in entries.members()? {
            for key in ["path", "file"] {
                let Some(path) = entry.value_at(&[key])? else { continue };
                let is_ours = ours.beside(folder, path.trim_start_matches("file:")).is_some();
                if is_ours && entry.get("version")?.is_some() {
                    return Ok(Some(format!("holds a copy of `{name}` with its version")));
                }
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    fn locked(name: &str, lock: &str) -> String {
        let project = |name: &str| format!("[project]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
        let files = [
            ("app/pyproject.toml", &*project("app")),
            ("lib/pyproject.toml", &*project("my-lib")),
            (name, lock),
        ];
        let lines = found(&files, &config(&["app=app", "lib=lib"]));
        lines.into_iter().filter(|line| line.starts_with('W')).collect()
    }

    #[test]
    fn names_pdm_and_pipenv_locks_that_hold_a_version() {
        let pdm = |entry: &str| {
            locked(
                "app/pdm.lock",
                &format!("[metadata]\ncontent_hash = \"x\"\n[[package]]\nname = \"my-lib\"\n{entry}"),
            )
        };
        let named = |file: &str, what: &str| format!("W0310 {file}: `{file}` {what}");
        let copy = "holds a copy of `my-lib` with its version";
        assert_eq!(pdm("version = \"0.1.0\"\npath = \"../lib\"\n"), named("app/pdm.lock", copy));
        assert_eq!(pdm("version = \"0.1.0\"\npath = \"./../lib\"\n"), named("app/pdm.lock", copy));
        let pins = "requires `my_lib` at its very version";
        assert_eq!(pdm("path = \".\"\ndependencies = [\"my_lib==0.1.0\"]\n"), named("app/pdm.lock", pins));
        for fine in [
            "version = \"0.1.0\"\n",
            "path = \"../lib\"\n",
            "path = \".\"\ndependencies = [\"my-lib>=0.1.0\"]\n",
        ] {
            assert_eq!(pdm(fine), "", "{fine}");
        }
        let pipenv = |entry: &str| {
            locked(
                "app/Pipfile.lock",
                &format!("{{\"_meta\": {{}}, \"default\": {{\"my-lib\": {{{entry}}}}}}}"),
            )
        };
        assert_eq!(pipenv("\"path\": \"../lib\", \"version\": \"==0.1.0\""), named("app/Pipfile.lock", copy));
        assert_eq!(pipenv("\"version\": \"==0.1.0\""), "");
        assert_eq!(pipenv("\"path\": \"../lib\", \"editable\": true"), "");
    }
}
