//! What locks of uv and poetry hold of ours: the entries whose source is a folder that is ours. Those
//! of the same name that came from a registry are never touched.
//!
//! Versions are always in PEP 440 there (of a form that drops the stage, without it), since uv and
//! poetry normalise what the manifest says.

use super::{Locked, Ours, drifted, poetry, siblings, typed, uv};
use crate::format::{Node, Text, toml};
use crate::model::form::Form;
use crate::model::problem::Problem;
use crate::model::tree::Source;

/// The form in which uv and poetry write the version of a manifest in `form`.
fn locked_form(form: Form) -> Form {
    if form.is_whole() { Form::PEP440 } else { Form { v: false, ..form } }
}

/// Whether a lock is one of uv's for a script: `job.py.lock` beside `job.py` (uv, "Locking dependencies" of scripts).
pub(super) fn is_script(name: &str) -> bool {
    name.len() > SCRIPT.len() && name.ends_with(SCRIPT)
}

const SCRIPT: &str = ".py.lock";

/// What a lock of uv's or poetry's holds of ours.
///
/// # Errors
/// A malformed file; one in an unknown format (`W0310`) or without its own package (`W0309`).
pub(super) fn locked(lock: &Source, ours: &Ours<'_>) -> Result<Locked, Problem> {
    let text = Text::new(lock);
    let document = toml::parse(&text)?;
    let root = document.root();
    let is_script = is_script(lock.path.name());
    let is_uv = is_script || lock.path.name() == "uv.lock";
    match is_uv {
        true => uv::check(lock, root)?,
        false => poetry::check(lock, root)?,
    }
    let folder = lock.path.parent().unwrap_or_default();
    let packages = match root.get("package")? {
        Some(packages) => packages.items()?,
        None => Vec::new(),
    };
    let mut places = Vec::new();
    let mut dependencies = Vec::new();
    let registry = siblings::pypi::from_registry(&packages, is_uv, ours)?;
    let mut own = false;
    for entry in packages.iter().copied() {
        let path = if is_uv { uv::path(entry)? } else { poetry::path(entry)? };
        let Some(manifest) = path.and_then(|path| ours.or_guest(&folder, &path)) else { continue };
        own |= manifest.folder == folder;
        let copies = match is_uv {
            true => siblings::pypi::of_lock_entry(&registry, entry, &lock.path, manifest, ours)?,
            false => siblings::pypi::of_poetry_entry(&registry, entry, &lock.path, manifest, ours)?,
        };
        dependencies.extend(copies);
        if manifest.outside {
            continue;
        }
        // uv writes no version for a project whose version is dynamic.
        let Some(version) = entry.get("version")? else { continue };
        let name = entry.value_at(&["name"])?.unwrap_or_default();
        let node = format!("package[\"{name}\"].version");
        let token = version.token(&node)?;
        places.push(manifest.locked(lock, node, token, locked_form(manifest.form())));
    }
    match ours.owner(lock) {
        Some(owner) if is_uv && !is_script && !own => {
            let name = owner.name.as_deref().unwrap_or(owner.package.as_str());
            let command = format!("uv lock --project {}", typed(&folder));
            Err(drifted(lock, &format!("holds no entry of its own package `{name}`"), &command))
        }
        _ => Ok(Locked { places, dependencies }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    const CORE: &str = "[project]\nname = \"core\"\nversion = \"0.1.0\"\n";

    #[test]
    fn a_scripts_lock_holds_what_it_takes_from_a_folder() {
        let lock = |path: &str| {
            format!(
                "version = 1\n[manifest]\nrequirements = [{{ name = \"core\", directory = \"{path}\" }}]\n\
                 [[package]]\nname = \"core\"\nversion = \"0.1.0\"\nsource = {{ directory = \"{path}\" }}\n"
            )
        };
        let (far, own) = (lock("../libs/core"), lock("."));
        let files = [
            ("libs/core/pyproject.toml", CORE),
            ("libs/core/own.py.lock", own.as_str()),
            ("scripts/job.py.lock", far.as_str()),
            ("scripts/other.lock", far.as_str()),
        ];
        assert_eq!(
            found(&files, &config(&["core=libs/core"])),
            [
                "core libs/core/own.py.lock:6 package[\"core\"].version = 0.1.0 (pep440, Lock)",
                "core libs/core/pyproject.toml:3 project.version = 0.1.0 (pep440, Manifest)",
                "core scripts/job.py.lock:6 package[\"core\"].version = 0.1.0 (pep440, Lock)",
            ]
        );
    }
}
