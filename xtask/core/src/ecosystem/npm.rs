//! npm: `package.json` in the package's folder, the nearest `package-lock.json` or
//! `npm-shrinkwrap.json`.
//!
//! A lock of version 2 or 3 holds its own package twice (`version` and `packages[""].version`)
//! and each linked or packed sibling under its path; one of version 1 holds `version` alone. A
//! private package at 0.0.0 says that it has no version: it has no places.
//!
//! `pnpm-lock.yaml`, `yarn.lock`, bun's and Deno's locks are never edited; `foreign`, `bun`, `bun_binary`
//! and `deno` name those that would drift.

use std::collections::BTreeMap;

use super::{
    Dependency, Ecosystem, Locked, Manifest, Ours, bun, bun_binary, deno, drifted, foreign, outside,
    siblings, typed, unknown_lock,
};
use crate::format::json::Json;
use crate::format::{Node, Text, json};
use crate::model::config::{Config, Package};
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::Role;
use crate::model::problem::{Problem, Problems};
use crate::model::requirement::Hindrance;
use crate::model::tree::{Source, Tree};

pub struct Npm;

const LOCKS: [&str; 6] =
    ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "deno.lock"];

impl Ecosystem for Npm {
    fn name(&self) -> &'static str {
        "npm"
    }

    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems> {
        read(tree, package).map_err(|problem| vec![problem])
    }

    fn check(&self, tree: &dyn Tree, _: &Config, manifest: &Manifest) -> Problems {
        bun_binary::check(tree, manifest).into_iter().collect()
    }

    fn manifest_name(&self) -> &'static str {
        "package.json"
    }

    fn lock_names(&self) -> &'static [&'static str] {
        &LOCKS
    }

    fn locked(&self, lock: &Source, ours: &Ours<'_>) -> Result<Locked, Problems> {
        let locked = match lock.path.name() {
            "bun.lock" => bun::check(lock, ours).map_or_else(|| Ok(Locked::default()), Err),
            "deno.lock" => deno::check(lock, ours).map_or_else(|| Ok(Locked::default()), Err),
            "pnpm-lock.yaml" | "yarn.lock" => {
                foreign::check(lock, ours).map_or_else(|| Ok(Locked::default()), Err)
            }
            _ => locked(lock, ours),
        };
        locked.map_err(|problem| vec![problem])
    }

    /// What the other tools' locks take from a registry is pinned there, and no release's business.
    fn held<'a>(&self, _: &dyn Tree, lock: &Source, ours: &Ours<'a>) -> Option<Ours<'a>> {
        let held = outside::named(lock, ours);
        let is_foreign = !lock.path.name().ends_with(".json");
        (!held.is_empty()).then(|| if is_foreign { ours.only(held) } else { ours.clone() })
    }

    fn folders(&self, tree: &dyn Tree, manifest: &Manifest, ours: &Ours<'_>) -> BTreeMap<String, RepoPath> {
        siblings::workspaces::folders(tree, manifest, ours)
    }

    fn hindrance(&self, tree: &dyn Tree, manifest: &Manifest, one: &Dependency) -> Option<Hindrance> {
        siblings::npm::copied(tree, manifest, one)
    }
}

fn read(tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problem> {
    let file = package.path.child("package.json");
    let Some(source) = tree.read(&file)? else { return Ok(None) };
    let text = Text::new(&source);
    let document = json::parse(&text)?;
    let root = document.root();
    let mut manifest = Manifest::new("npm", package, file.clone());
    manifest.name = root.value_at(&["name"])?.map(Into::into);
    manifest.private = root.get("private")?.is_some_and(Json::is_true);
    manifest.dependencies = siblings::npm::of_package(root, "", manifest.owner(&file))?;
    let Some(version) = root.get("version")? else {
        manifest.unversioned = Some("has no `version`".into());
        return Ok(Some(manifest));
    };
    let token = version.token("version")?;
    if manifest.private && token.text == "0.0.0" {
        manifest.unversioned = Some("is private at 0.0.0, which says that it has no version".into());
    } else {
        manifest.add(&file, "version", token, package.form.unwrap_or(Form::SEMVER), Role::Manifest);
    }
    Ok(Some(manifest))
}

fn locked(lock: &Source, ours: &Ours<'_>) -> Result<Locked, Problem> {
    let text = Text::new(lock);
    let document = json::parse(&text)?;
    let root = document.root();
    let format = root.get("lockfileVersion")?.and_then(Json::integer);
    if !matches!(format, Some(1..=3)) {
        let what = match format {
            Some(number) => format!("is a lock file of version {number}"),
            None => "has no `lockfileVersion`".into(),
        };
        return Err(unknown_lock(lock, &what));
    }
    let folder = lock.path.parent().unwrap_or_default();
    let mut places = Vec::new();
    let mut entry = |node: Json<'_>, manifest: &Manifest, name: String| {
        let Some(version) = node.get("version")? else {
            let command = format!("npm install --package-lock-only --prefix {}", typed(&folder));
            return Err(drifted(lock, &format!("has no `{name}`"), &command));
        };
        let token = version.token(&name)?;
        places.push(manifest.locked(lock, name, token, manifest.form()));
        Ok(())
    };
    let owner = ours.owner(lock);
    if let Some(owner) = owner {
        entry(root, owner, "version".into())?;
    }
    let mut dependencies = match format {
        Some(1 | 2) => siblings::npm::of_old_lock(root, &lock.path, ours)?,
        _ => Vec::new(),
    };
    if format == Some(1) {
        return Ok(Locked { places, dependencies });
    }
    let packages = match root.get("packages")? {
        Some(packages) => packages.members()?,
        None => Vec::new(),
    };
    let by_key: BTreeMap<&str, Json<'_>> = packages.iter().map(|(key, node)| (&**key, *node)).collect();
    for (key, node) in &packages {
        let Some(path) = path(key, *node)? else { continue };
        if let Some(manifest) = ours.or_guest(&folder, &path) {
            if !manifest.outside {
                entry(*node, manifest, format!("packages[\"{key}\"].version"))?;
            }
            let copies = siblings::npm::of_lock_entry(&by_key, (key, *node), &lock.path, manifest, ours)?;
            dependencies.extend(copies);
            if format == Some(2)
                && let Some((old, name)) = siblings::npm::in_old_table(root, key)?
            {
                if !manifest.outside {
                    entry(old, manifest, format!("{name}.version"))?;
                }
                dependencies.extend(siblings::npm::requires(old, &name, manifest.owner(&lock.path), ours)?);
            }
        }
    }
    if let Some(owner) = owner
        && !packages.iter().any(|(key, _)| key.is_empty())
    {
        let command = format!("npm install --package-lock-only --prefix {}", typed(&folder));
        return Err(drifted(
            lock,
            &format!("holds no entry of its own package `{}`", owner.package),
            &command,
        ));
    }
    Ok(Locked { places, dependencies })
}

/// The path of the folder that an entry of `packages` was made from, when it is one of the
/// repository's: the key itself, or what a packed sibling (`file:../engine`) was resolved to.
/// Entries from a registry and links, which hold no version, have none.
fn path(key: &str, node: Json<'_>) -> Result<Option<String>, Problem> {
    if !key.split('/').any(|part| part == "node_modules") {
        return Ok(Some(key.to_owned()));
    }
    if !node.holds("\"file:") {
        return Ok(None);
    }
    let resolved = node.value_at(&["resolved"])?;
    Ok(resolved.and_then(|resolved| resolved.strip_prefix("file:").map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found, ignore};

    const LOCK: &str = "{\n\t\"name\": \"web\",\n\t\"version\": \"0.1.0\",\n\t\"lockfileVersion\": 3,\n\t\"packages\": {\n\
        \t\t\"\": {\n\t\t\t\"name\": \"web\",\n\t\t\t\"version\": \"0.1.0\"\n\t\t},\n\
        \t\t\"../client-ts\": {\n\t\t\t\"name\": \"@t/client\",\n\t\t\t\"version\": \"0.1.0\"\n\t\t},\n\
        \t\t\"../foreign\": {\n\t\t\t\"version\": \"0.1.0\"\n\t\t},\n\
        \t\t\"node_modules/@t/client\": {\n\t\t\t\"resolved\": \"../client-ts\",\n\t\t\t\"link\": true\n\t\t},\n\
        \t\t\"node_modules/web\": {\n\t\t\t\"version\": \"0.1.0\",\n\t\t\t\"resolved\": \"127.0.0.1/web.tgz\"\n\t\t}\n\t}\n}\n";

    #[test]
    fn finds_both_fields_and_linked_siblings() {
        let files = [
            (
                "packages/web/package.json",
                "{\r\n  \"dependencies\": {\"x\": \"0.1.0\"},\r\n  \"version\": \"0.1.0\",\r\n  \"name\": \"web\"\r\n}",
            ),
            ("packages/web/package-lock.json", LOCK),
            ("packages/client-ts/package.json", "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}"),
            ("packages/web/node_modules/web/package.json", "{\"version\": \"0.1.0\"}"),
        ];
        let config = config(&["web=packages/web", "client=packages/client-ts"]);
        assert_eq!(
            found(&files, &config),
            [
                "client packages/client-ts/package.json:1 version = 0.1.0 (semver, Manifest)",
                "web packages/web/package-lock.json:3 version = 0.1.0 (semver, Lock)",
                "web packages/web/package-lock.json:8 packages[\"\"].version = 0.1.0 (semver, Lock)",
                "client packages/web/package-lock.json:12 packages[\"../client-ts\"].version = 0.1.0 (semver, Lock)",
                "web packages/web/package.json:3 version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    #[test]
    fn finds_workspaces_and_packed_siblings_from_the_root() {
        let lock = "{\"lockfileVersion\": 2, \"packages\": {\"\": {\"name\": \"root\"},
            \"packages/a\": {\"version\": \"0.1.0\"}, \"node_modules/a\": {\"resolved\": \"packages/a\", \"link\": true},
            \"node_modules/b\": {\"version\": \"0.1.0\", \"resolved\": \"file:packages/b\"}},
            \"dependencies\": {\"a\": {\"version\": \"file:packages/a\"}}}";
        let files = [
            ("package.json", "{\"name\": \"root\", \"private\": true}"),
            ("package-lock.json", lock),
            ("packages/a/package.json", "{\"version\": \"0.1.0\"}"),
            ("packages/b/package.json", "{\"version\": \"0.1.0\"}"),
        ];
        assert_eq!(
            found(&files, &config(&["a=packages/a", "b=packages/b"])),
            [
                "a package-lock.json:2 packages[\"packages/a\"].version = 0.1.0 (semver, Lock)",
                "b package-lock.json:3 packages[\"node_modules/b\"].version = 0.1.0 (semver, Lock)",
                "a packages/a/package.json:1 version = 0.1.0 (semver, Manifest)",
                "b packages/b/package.json:1 version = 0.1.0 (semver, Manifest)",
            ]
        );
    }

    fn locked(lock: &str) -> Vec<String> {
        let files = [("package.json", "{\"version\": \"0.1.0\"}"), ("package-lock.json", lock)];
        found(&files, &config(&["a=."])).split_off(1)
    }

    #[test]
    fn knows_three_lock_formats_and_names_others() {
        assert_eq!(
            locked(
                "{\"version\": \"0.1.0\", \"lockfileVersion\": 1, \"dependencies\": {\"x\": {\"version\": \"0.1.0\"}}}"
            ),
            ["a package.json:1 version = 0.1.0 (semver, Manifest)"]
        );
        assert_eq!(
            locked("{\"lockfileVersion\": 4}"),
            ["W0310 package-lock.json: `package-lock.json` is a lock file of version 4"]
        );
        assert_eq!(locked("{}"), ["W0310 package-lock.json: `package-lock.json` has no `lockfileVersion`"]);
    }

    #[test]
    fn names_drift_and_broken_locks() {
        assert_eq!(
            locked("{\"lockfileVersion\": 3, \"packages\": {}}"),
            ["W0309 package-lock.json: `package-lock.json` has no `version`"]
        );
        assert_eq!(
            locked("{\"version\": \"0.1.0\", \"lockfileVersion\": 3, \"packages\": {}}"),
            ["W0309 package-lock.json: `package-lock.json` holds no entry of its own package `a`"]
        );
        assert_eq!(
            locked("{\"version\": \"0.1.0\", \"lockfileVersion\": 3, \"packages\": {\"\": {}}}"),
            ["W0309 package-lock.json: `package-lock.json` has no `packages[\"\"].version`"]
        );
        assert_eq!(
            locked("{\"version\": \"0.1.0\",\n\"version\": \"0.1.0\", \"lockfileVersion\": 3}"),
            ["W0311 package-lock.json:2: the key `version` stands twice in one table of `package-lock.json`"]
        );
        assert_eq!(
            locked("{\n<<<<<<< main\n}"),
            ["W0305 package-lock.json:2: `package-lock.json` is not JSON: key must be a string"]
        );
    }

    #[test]
    fn a_private_package_at_zero_has_no_places() {
        let files = [
            ("package.json", "{\"name\": \"web\", \"version\": \"0.0.0\", \"private\": true}"),
            (
                "package-lock.json",
                "{\"version\": \"0.0.0\", \"lockfileVersion\": 3, \"packages\": {\"\": {\"version\": \"0.0.0\"}}}",
            ),
        ];
        assert_eq!(
            found(&files, &config(&["web=."])),
            [
                "W0313 windlass.toml:1: `web` has no version anywhere: `package.json` is private at 0.0.0, which says that it has no version"
            ]
        );
    }

    #[test]
    fn names_pnpm_and_yarn_locks_that_would_drift() {
        let locked = |name: &str, lock: &str| {
            let files = [
                ("web/package.json", "{\"name\": \"web\", \"version\": \"0.1.0\"}"),
                ("client/package.json", "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}"),
                (name, lock),
            ];
            found(&files, &config(&["web=web", "client=client"])).split_off(2)
        };
        let fine = [""; 0];
        assert_eq!(
            locked("web/yarn.lock", "\"@t/client@workspace:client\":\n  version: 0.0.0-use.local\n"),
            fine
        );
        assert_eq!(locked("web/yarn.lock", "\"@t/client@^0.1.0\":\n  version \"0.1.0\"\n"), fine);
        assert_eq!(
            locked(
                "web/pnpm-lock.yaml",
                "importers:\n  .:\n    dependencies:\n      '@t/client':\n        specifier: workspace:^\n        version: link:../client\n"
            ),
            fine
        );
        assert_eq!(
            locked("web/yarn.lock", "\"@t/client@file:../client\":\n  version \"0.1.0\"\n"),
            ["W0310 web/yarn.lock: `web/yarn.lock` holds a copy of `@t/client` with its version"]
        );
        assert_eq!(
            locked(
                "web/pnpm-lock.yaml",
                "packages:\n  '@t/client@file:../client':\n    resolution: {directory: ../client}\n    version: 0.1.0\n"
            ),
            ["W0310 web/pnpm-lock.yaml: `web/pnpm-lock.yaml` holds a copy of `@t/client` with its version"]
        );
    }

    #[test]
    fn ignored_files_are_not_looked_into() {
        let files = [("package.json", "{\"version\": \"0.1.0\"}"), ("package-lock.json", "broken")];
        let mut config = config(&["a=."]);
        ignore(&mut config, "*-lock.json");
        assert_eq!(found(&files, &config), ["a package.json:1 version = 0.1.0 (semver, Manifest)"]);
    }
}
