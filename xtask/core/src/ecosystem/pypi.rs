//! Python packages: `pyproject.toml` in the package's folder and the nearest `uv.lock` and
//! `poetry.lock`, and uv's locks of scripts; `pdm.lock`, `Pipfile.lock` and `pixi.lock` are never
//! edited.
//!
//! The version is `project.version` (PEP 621) or `tool.poetry.version`. A dynamic one is
//! followed to its file where the build backend names it plainly: hatchling's and PDM's `path`,
//! setuptools' `attr` and `file`, flit's module. The form is PEP 440 unless the package says
//! otherwise.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Dependency, Ecosystem, Locked, Manifest, Ours, pdm, pixi, pypi_locks, siblings};
use crate::format::toml::Toml;
use crate::format::{Node, Scalar, Text, lines, toml};
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::Role;
use crate::model::problem::{Problem, Problems};
use crate::model::registry_name::normalised_pypi;
use crate::model::requirement::Hindrance;
use crate::model::tree::{Source, Tree};

pub struct Pypi;

const LOCKS: [&str; 5] = ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pixi.lock"];

impl Ecosystem for Pypi {
    fn name(&self) -> &'static str {
        "pypi"
    }

    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems> {
        read(tree, package).map_err(|problem| vec![problem])
    }

    fn manifest_name(&self) -> &'static str {
        "pyproject.toml"
    }

    fn lock_names(&self) -> &'static [&'static str] {
        &LOCKS
    }

    fn is_lock(&self, name: &str) -> bool {
        LOCKS.contains(&name) || pypi_locks::is_script(name)
    }

    fn locked(&self, lock: &Source, ours: &Ours<'_>) -> Result<Locked, Problems> {
        let locked = match lock.path.name() {
            "pdm.lock" | "Pipfile.lock" => pdm::check(lock, ours).map(|()| Locked::default()),
            "pixi.lock" => pixi::check(lock, ours).map(|()| Locked::default()),
            _ => pypi_locks::locked(lock, ours),
        };
        locked.map_err(|problem| vec![problem])
    }

    fn folders(&self, tree: &dyn Tree, manifest: &Manifest, ours: &Ours<'_>) -> BTreeMap<String, RepoPath> {
        siblings::sources::folders(tree, manifest, ours).unwrap_or_default()
    }

    fn hindrance(&self, tree: &dyn Tree, manifest: &Manifest, _: &Dependency) -> Option<Hindrance> {
        siblings::pypi::hashed(tree, manifest)
    }
}

fn read(tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problem> {
    let file = package.path.child("pyproject.toml");
    let Some(source) = tree.read(&file)? else { return Ok(None) };
    let text = Text::new(&source);
    let document = toml::parse(&text)?;
    let root = document.root();
    let (project, poetry) = (root.get("project")?, root.at(&["tool", "poetry"])?);
    if project.is_none() && poetry.is_none() {
        return Ok(None);
    }
    let mut manifest = Manifest::new("pypi", package, file.clone());
    let name = match root.value_at(&["project", "name"])? {
        Some(name) => Some(name),
        None => root.value_at(&["tool", "poetry", "name"])?,
    };
    manifest.name = name.map(|name| normalised_pypi(&name));
    manifest.private = match root.at(&["project", "classifiers"])? {
        Some(classifiers) => is_private(classifiers)?,
        None => false,
    };
    manifest.dependencies = siblings::pypi::of_package(root, manifest.owner(&file))?;
    let form = package.form.unwrap_or(Form::PEP440);
    for path in [["project", "version"].as_slice(), &["tool", "poetry", "version"]] {
        if let Some(version) = root.at(path)? {
            let node = path.join(".");
            let role = if manifest.places.is_empty() { Role::Manifest } else { Role::Mention };
            manifest.add(&file, &node, version.token(&node)?, form, role);
        }
    }
    if manifest.places.is_empty() {
        match dynamic(tree, package, root, manifest.name.as_deref())? {
            Some((file, node, token)) => manifest.add(&file, &node, token, form, Role::Manifest),
            None => manifest.unversioned = Some(unversioned(root)?),
        }
    }
    Ok(Some(manifest))
}

/// The classifier by which an index refuses an upload.
fn is_private(classifiers: Toml<'_>) -> Result<bool, Problem> {
    let mut all = classifiers.items()?.into_iter().filter_map(Node::value);
    Ok(all.any(|classifier| classifier.starts_with("Private ::")))
}

fn unversioned(root: Toml<'_>) -> Result<String, Problem> {
    let dynamic = match root.at(&["project", "dynamic"])? {
        Some(names) => names.items()?.into_iter().any(|name| name.value().as_deref() == Some("version")),
        None => false,
    };
    Ok(if dynamic {
        "has a dynamic version that no file is plainly named for; declare its place in `places`".into()
    } else {
        "has neither `project.version` nor `tool.poetry.version`".into()
    })
}

/// A file, the node's name in it, and its token.
type Spot = (RepoPath, String, Scalar);

/// The place that a dynamic version is read from, where the build backend's table names it.
fn dynamic(
    tree: &dyn Tree,
    package: &Package,
    root: Toml<'_>,
    name: Option<&str>,
) -> Result<Option<Spot>, Problem> {
    for (table, source, names) in [
        (["tool", "hatch", "version"], "regex", ["__version__", "VERSION"].as_slice()),
        (["tool", "pdm", "version"], "file", &["__version__"]),
    ] {
        let Some(table) = root.at(&table)? else { continue };
        let other = table.value_at(&["source"])?.is_some_and(|kind| kind != source);
        if other || table.get("pattern")?.is_some() {
            continue;
        }
        if let Some(path) = table.value_at(&["path"])? {
            return assigned(tree, &[below(package, &path)], names);
        }
    }
    if let Some(version) = root.at(&["tool", "setuptools", "dynamic", "version"])? {
        if let Some(attr) = version.value_at(&["attr"])? {
            let Some((module, name)) = attr.rsplit_once('.') else { return Ok(None) };
            return assigned(tree, &modules(package, module), &[name]);
        }
        if let Some(path) = file_of(version)?
            && let Some(file) = below(package, &path)
            && let Some(source) = tree.read(&file)?
        {
            let token = lines::whole(&Text::new(&source));
            return Ok(Some((file, "the whole file".into(), token)));
        }
        return Ok(None);
    }
    let backend = root.value_at(&["build-system", "build-backend"])?.unwrap_or_default();
    if backend.starts_with("flit_core") {
        let module = match root.value_at(&["tool", "flit", "module", "name"])? {
            Some(module) => module,
            None => Cow::Owned(name.unwrap_or_default().replace('-', "_")),
        };
        return assigned(tree, &modules(package, &module), &["__version__"]);
    }
    Ok(None)
}

/// setuptools' `file`: a path or a list of one.
fn file_of(version: Toml<'_>) -> Result<Option<String>, Problem> {
    let Some(file) = version.get("file")? else { return Ok(None) };
    let only = match file.items()?.as_slice() {
        [only] => only.value(),
        _ => file.value(),
    };
    Ok(only.map(Cow::into_owned))
}

fn below(package: &Package, path: &str) -> Option<RepoPath> {
    package.path.join(path).ok()
}

/// The files in which a module may be, in the layouts that setuptools and flit look for.
fn modules(package: &Package, module: &str) -> Vec<Option<RepoPath>> {
    let path = module.replace('.', "/");
    ["src/", ""]
        .iter()
        .flat_map(|root| [format!("{root}{path}/__init__.py"), format!("{root}{path}.py")])
        .map(|file| below(package, &file))
        .collect()
}

/// The one assignment to one of `names` in the first of the files that is there.
fn assigned(tree: &dyn Tree, files: &[Option<RepoPath>], names: &[&str]) -> Result<Option<Spot>, Problem> {
    for file in files.iter().flatten() {
        let Some(source) = tree.read(file)? else { continue };
        let text = Text::new(&source);
        let mut found = names.iter().filter_map(|name| Some((*name, lines::assigned(&text, name)?)));
        return Ok(found.next().map(|(name, token)| (file.clone(), name.to_owned(), token)));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    const API: &str = "[project]\nname = \"Tide_Plan.api\"\nversion = \"0.2.0a1\"\ndependencies = [\"tideplan-scheduler==0.2.0a1\"]\n";

    #[test]
    fn finds_own_and_sibling_entries_and_leaves_the_registrys() {
        let lock = "version = 1\r\nrevision = 3\r\n\r\n[[package]]\r\nname = \"tide-plan-api\"\r\nversion = \"0.2.0a1\"\r\n\
            source = { editable = \".\" }\r\n\r\n[[package]]\r\nname = \"tideplan-scheduler\"\r\nversion = \"0.2.0a1\"\r\n\
            source = { directory = \"../scheduler\" }\r\n\r\n[[package]]\r\nname = \"tideplan-scheduler\"\r\nversion = \"0.2.0a1\"\r\n\
            source = { registry = \"127.0.0.1\" }\r\n\r\n[[package]]\r\nname = \"other\"\r\nversion = \"0.2.0a1\"\r\n\
            source = { virtual = \"../../other\" }\r\n";
        let files = [
            ("packages/api/pyproject.toml", API),
            ("packages/api/uv.lock", lock),
            (
                "packages/scheduler/pyproject.toml",
                "[project]\nname = \"tideplan-scheduler\"\nversion = \"0.2.0a1\"\n",
            ),
        ];
        assert_eq!(
            found(&files, &config(&["api=packages/api", "scheduler=packages/scheduler"])),
            [
                "api packages/api/pyproject.toml:3 project.version = 0.2.0a1 (pep440, Manifest)",
                "api packages/api/uv.lock:6 package[\"tide-plan-api\"].version = 0.2.0a1 (pep440, Lock)",
                "scheduler packages/api/uv.lock:11 package[\"tideplan-scheduler\"].version = 0.2.0a1 (pep440, Lock)",
                "scheduler packages/scheduler/pyproject.toml:3 project.version = 0.2.0a1 (pep440, Manifest)",
            ]
        );
    }

    #[test]
    fn the_lock_is_pep440_whatever_the_manifest_says() {
        let lock = |version: &str| {
            format!(
                "version = 1\n[[package]]\nname = \"a\"\nversion = \"{version}\"\nsource = {{ virtual = \".\" }}\n"
            )
        };
        let of = |package: &str, manifest: &str, locked: &str| {
            let manifest = format!("[project]\nname = \"a\"\nversion = \"{manifest}\"\n");
            found(&[("pyproject.toml", &manifest), ("uv.lock", &lock(locked))], &config(&[package]))
        };
        assert_eq!(
            of("a=.:semver", "0.4.0-beta.1", "0.4.0b1"),
            [
                "a pyproject.toml:3 project.version = 0.4.0-beta.1 (semver, Manifest)",
                "a uv.lock:4 package[\"a\"].version = 0.4.0b1 (pep440, Lock)",
            ]
        );
        assert_eq!(
            of("a=.:vX.Y.Z", "v0.4.0", "0.4.0")[1],
            "a uv.lock:4 package[\"a\"].version = 0.4.0 (X.Y.Z, Lock)"
        );
        assert_eq!(
            of("a=.", "0.4.0-beta.1", "0.4.0b1")[1],
            "W0312 pyproject.toml:3: `project.version` holds `0.4.0-beta.1`, which is no version in the form pep440"
        );
    }

    #[test]
    fn reads_poetry() {
        let lock = "[[package]]\nname = \"scheduler\"\nversion = \"0.1.0\"\n\n[package.source]\ntype = \"directory\"\nurl = \"../scheduler\"\n\n\
            [[package]]\nname = \"scheduler\"\nversion = \"0.1.0\"\n";
        let poetry = |name: &str| format!("[tool.poetry]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
        let files = [
            ("api/pyproject.toml", &*poetry("api")),
            ("api/poetry.lock", lock),
            ("scheduler/pyproject.toml", &*poetry("scheduler")),
        ];
        assert_eq!(
            found(&files, &config(&["api=api", "scheduler=scheduler"])),
            [
                "scheduler api/poetry.lock:3 package[\"scheduler\"].version = 0.1.0 (pep440, Lock)",
                "api api/pyproject.toml:3 tool.poetry.version = 0.1.0 (pep440, Manifest)",
                "scheduler scheduler/pyproject.toml:3 tool.poetry.version = 0.1.0 (pep440, Manifest)",
            ]
        );
    }

    fn follows(tables: &str, file: &str, text: &str) -> String {
        let manifest = format!("[project]\nname = \"my-lib\"\ndynamic = [\"readme\", \"version\"]\n{tables}");
        found(&[("p/pyproject.toml", &manifest), (file, text)], &config(&["lib=p"])).join(" ")
    }

    #[test]
    fn follows_a_dynamic_version_to_its_file() {
        let init = "\"\"\"0.1.0\"\"\"\n__version__ = \"0.1.0\"\n";
        let at = |file: &str| format!("lib {file}:2 __version__ = 0.1.0 (pep440, Manifest)");
        let hatch = "[tool.hatch.version]\npath = \"src/my_lib/__about__.py\"\n";
        assert_eq!(follows(hatch, "p/src/my_lib/__about__.py", init), at("p/src/my_lib/__about__.py"));
        let pdm = "[tool.pdm.version]\nsource = \"file\"\npath = \"my_lib/__init__.py\"\n";
        assert_eq!(follows(pdm, "p/my_lib/__init__.py", init), at("p/my_lib/__init__.py"));
        let attr = "[tool.setuptools.dynamic]\nversion = { attr = \"my_lib.__version__\" }\n";
        assert_eq!(follows(attr, "p/src/my_lib/__init__.py", init), at("p/src/my_lib/__init__.py"));
        assert_eq!(follows(attr, "p/my_lib.py", init), at("p/my_lib.py"));
        let flit = "[build-system]\nbuild-backend = \"flit_core.buildapi\"\n";
        assert_eq!(follows(flit, "p/my_lib/__init__.py", init), at("p/my_lib/__init__.py"));
        let file = "[tool.setuptools.dynamic]\nversion = { file = [\"VERSION\"] }\n";
        assert_eq!(
            follows(file, "p/VERSION", "\r\n0.1.0\r\n"),
            "lib p/VERSION:2 the whole file = 0.1.0 (pep440, Manifest)"
        );
    }

    #[test]
    fn says_when_a_dynamic_version_cannot_be_followed() {
        let lost = "W0313 windlass.toml:1: `lib` has no version anywhere: `p/pyproject.toml` has a dynamic version \
            that no file is plainly named for; declare its place in `places`";
        assert_eq!(follows("[tool.setuptools_scm]\n", "x", ""), lost);
        assert_eq!(follows("[tool.hatch.version]\nsource = \"vcs\"\n", "x", ""), lost);
        assert_eq!(follows("[tool.hatch.version]\npath = \"missing.py\"\n", "x", ""), lost);
        assert_eq!(
            follows("[tool.hatch.version]\npath = \"a.py\"\n", "p/a.py", "__version__ = get()\n"),
            lost
        );
        assert_eq!(follows("[tool.hatch.version]\npath = \"../../../a.py\"\n", "x", ""), lost);
    }

    #[test]
    fn names_drift_and_unknown_locks() {
        let of = |lock: &str| {
            found(&[("a/pyproject.toml", API), ("a/uv.lock", lock)], &config(&["api=a"])).split_off(1)
        };
        assert_eq!(
            of("version = 1\n"),
            ["W0309 a/uv.lock: `a/uv.lock` holds no entry of its own package `tide-plan-api`"]
        );
        assert_eq!(of("version = 2\n"), ["W0310 a/uv.lock: `a/uv.lock` is a lock file of version 2"]);
        assert_eq!(of(""), ["W0310 a/uv.lock: `a/uv.lock` is a lock file without a version"]);
        // A lock further up is another project's, unless it holds an entry of ours.
        let files = [("a/pyproject.toml", API), ("uv.lock", "version = 1\n")];
        assert_eq!(found(&files, &config(&["api=a"])).len(), 1);
    }

    #[test]
    fn a_file_of_settings_is_no_manifest() {
        let files = [("pyproject.toml", "[tool.ruff]\nline-length = 100\n")];
        assert_eq!(
            found(&files, &config(&["a=."])),
            ["W0313 windlass.toml:1: `a` has no version anywhere below `.`"]
        );
    }
}
