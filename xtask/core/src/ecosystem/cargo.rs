//! Cargo: `Cargo.toml` in the package's folder and the nearest `Cargo.lock`.
//!
//! A version inherited from the workspace (`version.workspace = true`) is the workspace's
//! `workspace.package.version`, a place that all who inherit it share. In the lock our entries
//! are those without a `source`; where a name stands there several times, other entries name
//! ours with its version in their `dependencies`, and those are places too.

use std::collections::BTreeMap;

use super::cargo_workspaces::{INHERITED, Workspaces};
use super::{Ecosystem, Locked, Manifest, Ours, cargo_paths, drifted, siblings, typed, unknown_lock};
use crate::format::toml::Toml;
use crate::format::{Node, Scalar, Text, toml};
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::place::{Place, Role};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Source, Tree};

pub struct Cargo;

/// The newest `version` of a lock file that is known; older files have none.
const NEWEST_LOCK: i64 = 4;

impl Ecosystem for Cargo {
    fn name(&self) -> &'static str {
        "cargo"
    }

    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems> {
        read(&mut Workspaces::new(tree), package).map_err(|problem| vec![problem])
    }

    fn manifests(&self, tree: &dyn Tree, packages: &[Package]) -> Vec<Result<Option<Manifest>, Problems>> {
        let mut workspaces = Workspaces::new(tree);
        packages
            .iter()
            .map(|package| read(&mut workspaces, package).map_err(|problem| vec![problem]))
            .collect()
    }

    fn manifest_name(&self) -> &'static str {
        "Cargo.toml"
    }

    fn lock_names(&self) -> &'static [&'static str] {
        &["Cargo.lock"]
    }

    /// Its entries are known by their names alone.
    fn held<'a>(&self, tree: &dyn Tree, lock: &Source, ours: &Ours<'a>) -> Option<Ours<'a>> {
        let held = cargo_paths::held(tree, lock, ours);
        (!held.is_empty()).then(|| ours.only(held))
    }

    /// A Cargo.lock repeats no requirements.
    fn locked(&self, lock: &Source, ours: &Ours<'_>) -> Result<Locked, Problems> {
        match lock_places(lock, ours) {
            Ok(places) => Ok(Locked { places, dependencies: Vec::new() }),
            Err(problem) => Err(vec![problem]),
        }
    }
}

fn read(workspaces: &mut Workspaces<'_>, package: &Package) -> Result<Option<Manifest>, Problem> {
    let file = package.path.child("Cargo.toml");
    let Some(source) = workspaces.tree.read(&file)? else { return Ok(None) };
    let text = Text::new(&source);
    let document = toml::parse(&text)?;
    let root = document.root();
    let mut manifest = Manifest::new("cargo", package, file.clone());
    let form = package.form.unwrap_or(Form::SEMVER);
    workspaces.note(&file, root, &package.name)?;
    let above = root.value_at(&["package", "workspace"])?;
    let inherited = workspaces.root(&package.path, above.as_deref(), &package.name);
    let patches = match &inherited {
        Ok(Some(above)) => workspaces.patches(above),
        _ => workspaces.patches(&file),
    };
    manifest.dependencies = siblings::cargo::of_package(root, manifest.owner(&file), &patches)?;
    if let Ok(Some(above)) = &inherited {
        manifest.dependencies.extend(workspaces.dependencies(above));
    }
    let Some(crate_) = root.get("package")? else {
        // A workspace without a package of its own.
        let Some(version) = root.at(&INHERITED)? else { return Ok(None) };
        manifest.add(&file, &INHERITED.join("."), version.token(&INHERITED.join("."))?, form, Role::Manifest);
        manifest.inherited_by = workspaces.inheriting(&file, &file);
        return Ok(Some(manifest));
    };
    manifest.name = crate_.value_at(&["name"])?.map(Into::into);
    manifest.private = match crate_.get("publish")? {
        Some(publish) => publish.is_false() || publish.is_empty_list(),
        None => false,
    };
    let Some(version) = crate_.get("version")? else {
        manifest.unversioned = Some("has no `package.version`".into());
        return Ok(Some(manifest));
    };
    if version.get("workspace")?.is_some_and(Toml::is_true) {
        match inherited?.and_then(|file| Some((workspaces.version(&file)?, file))) {
            Some((token, root)) => {
                manifest.add(&root, &INHERITED.join("."), token, form, Role::Manifest);
                manifest.inherited_by = workspaces.inheriting(&root, &file);
            }
            None => {
                let what = format!("`{file}` inherits its version from a workspace that has none");
                return Err(Problem::new(Code::W0302, what)
                    .at_line(&file, version.line())
                    .help("Write `workspace.package.version` in the workspace's Cargo.toml."));
            }
        }
        return Ok(Some(manifest));
    }
    let token = version.token("package.version")?;
    if manifest.private && token.text == "0.0.0" {
        manifest.unversioned = Some("is private at 0.0.0, which says that it has no version".into());
    } else {
        manifest.add(&file, "package.version", token, form, Role::Manifest);
    }
    Ok(Some(manifest))
}

fn lock_places(lock: &Source, ours: &Ours<'_>) -> Result<Vec<Place>, Problem> {
    let text = Text::new(lock);
    let document = toml::parse(&text)?;
    let root = document.root();
    if let Some(version) =
        root.get("version")?.and_then(Toml::integer).filter(|version| *version > NEWEST_LOCK)
    {
        return Err(unknown_lock(lock, &format!("is a lock file of version {version}")));
    }
    let packages = match root.get("package")? {
        Some(packages) => packages.items()?,
        None => Vec::new(),
    };
    let mut entries: BTreeMap<String, (&Manifest, Scalar)> = BTreeMap::new();
    for entry in &packages {
        let Some(name) = entry.value_at(&["name"])? else { continue };
        let Some(manifest) = ours.named(&name) else { continue };
        if entry.get("source")?.is_some() {
            continue;
        }
        let Some(version) = entry.get("version")? else { continue };
        let token = version.token("version")?;
        // Two crates of one name may stand side by side; ours is at its manifest's version.
        let ours_is_there = entries.contains_key(&*name);
        if !ours_is_there || manifest.places.first().is_some_and(|place| place.text == token.text) {
            entries.insert(name.into(), (manifest, token));
        }
    }
    if let Some(owner) = ours.owner(lock)
        && let Some(name) = owner.name.as_deref().filter(|name| !entries.contains_key(*name))
    {
        let command = format!("cargo update --workspace --manifest-path {}", typed(&owner.file));
        return Err(drifted(lock, &format!("holds no entry of its own package `{name}`"), &command));
    }
    let mut places = references(&packages, &entries, lock)?;
    for (name, (manifest, token)) in entries {
        places.push(manifest.locked(lock, format!("package[\"{name}\"].version"), token, manifest.form()));
    }
    Ok(places)
}

/// The `dependencies` that name an entry of ours with its version: `"engine 0.1.0"`.
fn references(
    packages: &[Toml<'_>],
    entries: &BTreeMap<String, (&Manifest, Scalar)>,
    lock: &Source,
) -> Result<Vec<Place>, Problem> {
    let mut places = Vec::new();
    for entry in packages {
        let Some(dependencies) = entry.get("dependencies")? else { continue };
        for item in dependencies.items()? {
            let Some(token) = item.scalar() else { continue };
            let Some((name, version)) = token.text.split_once(' ') else { continue };
            let Some((manifest, own)) = entries.get(name).filter(|(_, own)| own.text == version) else {
                continue;
            };
            let of = entry.value_at(&["name"])?.unwrap_or_default();
            let span = token.span.end - version.len()..token.span.end;
            let token = Scalar { span, line: token.line, text: own.text.clone() };
            let node = format!("package[\"{of}\"].dependencies[\"{name}\"]");
            places.push(manifest.locked(lock, node, token, manifest.form()));
        }
    }
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn finds_the_version_and_its_lock_entry() {
        let toml = "# 0.1.0 \u{e9}\r\n[package]\r\nversion\t= '0.1.0' # 0.1.0\r\nname = \"engine\"\r\n\r\n\
            [dependencies]\r\nother = \"0.1.0\"\r\nsibling = { path = \"../s\", version = \"0.1.0\" }\r\n";
        let lock = "version = 4\n\n[[package]]\nname = \"engine\"\nversion = \"0.1.0\"\ndependencies = [\n \"other\",\n]\n\n\
            [[package]]\nname = \"other\"\nversion = \"0.1.0\"\nsource = \"registry+127.0.0.1\"\n";
        let files = [("engine/Cargo.toml", toml), ("engine/Cargo.lock", lock)];
        assert_eq!(
            found(&files, &config(&["engine=engine"])),
            [
                "engine engine/Cargo.lock:5 package[\"engine\"].version = 0.1.0 (semver, Lock)",
                "engine engine/Cargo.toml:3 package.version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    #[test]
    fn an_inherited_version_is_one_place_for_all() {
        let files = [
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"a\", \"b\"]\n[workspace.package]\nversion = \"0.1.0\"\n",
            ),
            ("a/Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true\n"),
            ("b/Cargo.toml", "[package]\nname = \"b\"\nversion = { workspace = true }\nworkspace = \"..\"\n"),
            (
                "Cargo.lock",
                "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n[[package]]\nname = \"b\"\nversion = \"0.1.0\"\n",
            ),
        ];
        let both = config(&["a=a", "b=b"]);
        assert_eq!(
            found(&files, &both),
            [
                "a Cargo.lock:3 package[\"a\"].version = 0.1.0 (semver, Lock)",
                "b Cargo.lock:6 package[\"b\"].version = 0.1.0 (semver, Lock)",
                "a Cargo.toml:4 workspace.package.version = 0.1.0 (semver, Manifest)",
            ]
        );
        let mut apart = both.clone();
        apart.groups[0].packages.truncate(1);
        assert_eq!(
            found(&files, &apart)[3],
            "W0317 Cargo.toml:4: `workspace.package.version` in `Cargo.toml` is a place of `a` and of `b`, which do not move together"
        );
        assert_eq!(
            found(&files, &config(&["all=."])),
            [
                "all Cargo.lock:3 package[\"a\"].version = 0.1.0 (semver, Lock)",
                "all Cargo.lock:6 package[\"b\"].version = 0.1.0 (semver, Lock)",
                "all Cargo.toml:4 workspace.package.version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    #[test]
    fn who_inherits_the_version_stands_in_the_lock_with_it() {
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = [\"*\"]\n[workspace.package]\nversion = \"0.1.0\"\n"),
            ("a/Cargo.toml", "[package]\nname = \"a\"\nversion.workspace = true\n"),
            ("xtask/Cargo.toml", "[package]\nname = \"task\"\nversion.workspace = true\npublish = false\n"),
            ("own/Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.1.0\"\n"),
            ("apart/Cargo.toml", "[workspace]\n[package]\nname = \"apart\"\nversion.workspace = true\n"),
            ("broken/Cargo.toml", "[package\n"),
            (
                "Cargo.lock",
                "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n[[package]]\nname = \"apart\"\nversion = \"0.1.0\"\n\
                 [[package]]\nname = \"own\"\nversion = \"0.1.0\"\n[[package]]\nname = \"task\"\nversion = \"0.1.0\"\n",
            ),
        ];
        assert_eq!(
            found(&files, &config(&["a=a"])),
            [
                "a Cargo.lock:3 package[\"a\"].version = 0.1.0 (semver, Lock)",
                "a Cargo.lock:12 package[\"task\"].version = 0.1.0 (semver, Lock)",
                "a Cargo.toml:4 workspace.package.version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    #[test]
    fn tells_ours_from_a_registry_crate_of_the_same_name() {
        let lock = "version = 3\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"engine 0.0.9\",\n \"engine 0.1.0\",\n]\n\
            [[package]]\nname = \"engine\"\nversion = \"0.0.9\"\nsource = \"registry+127.0.0.1\"\n\
            [[package]]\nname = \"engine\"\nversion = \"0.1.0\"\n[[package]]\nname = \"engine\"\nversion = \"9.9.9\"\n";
        let files = [
            ("app/Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n"),
            ("app/Cargo.lock", lock),
            ("engine/Cargo.toml", "[package]\nname = \"engine\"\nversion = \"0.1.0\"\n"),
        ];
        assert_eq!(
            found(&files, &config(&["app=app", "engine=engine"])),
            [
                "app app/Cargo.lock:4 package[\"app\"].version = 0.1.0 (semver, Lock)",
                "engine app/Cargo.lock:7 package[\"app\"].dependencies[\"engine\"] = 0.1.0 (semver, Lock)",
                "engine app/Cargo.lock:15 package[\"engine\"].version = 0.1.0 (semver, Lock)",
                "app app/Cargo.toml:3 package.version = 0.1.0 (semver, Manifest)",
                "engine engine/Cargo.toml:3 package.version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    #[test]
    fn names_what_is_wrong() {
        let of =
            |toml: &str, lock: &str| found(&[("Cargo.toml", toml), ("Cargo.lock", lock)], &config(&["a=."]));
        let good = "[package]\nname = \"a\"\nversion = \"0.1.0\"\n";
        assert_eq!(
            of(good, "version = 4\n")[1],
            "W0309 Cargo.lock: `Cargo.lock` holds no entry of its own package `a`"
        );
        assert_eq!(
            of(good, "version = 5\n")[1],
            "W0310 Cargo.lock: `Cargo.lock` is a lock file of version 5"
        );
        assert!(of(good, "[[package]\n")[1].starts_with("W0305 Cargo.lock:1: `Cargo.lock` is not TOML: "));
        assert_eq!(
            of("[package]\nversion = \"0.1.0\"\nversion = \"0.1.0\"\n", ""),
            ["W0311 Cargo.toml:3: the key `version` stands twice in one table of `Cargo.toml`"]
        );
        assert_eq!(
            of("[package]\nversion = 1\n", ""),
            ["W0312 Cargo.toml:2: `package.version` in `Cargo.toml` is a number, not a string"]
        );
        assert_eq!(
            of("[package]\nversion.workspace = true\n", ""),
            ["W0302 Cargo.toml:2: `Cargo.toml` inherits its version from a workspace that has none"]
        );
        assert_eq!(
            of("[package]\nname = \"a\"\npublish = []\nversion = \"0.0.0\"\n", ""),
            [
                "W0313 windlass.toml:1: `a` has no version anywhere: `Cargo.toml` is private at 0.0.0, which says that it has no version"
            ]
        );
        assert_eq!(
            of("[package]\nname = \"a\"\n", ""),
            ["W0313 windlass.toml:1: `a` has no version anywhere: `Cargo.toml` has no `package.version`"]
        );
        assert_eq!(of("[workspace]\n", ""), ["W0313 windlass.toml:1: `a` has no version anywhere below `.`"]);
    }
}
