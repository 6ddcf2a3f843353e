//! What a cargo registry is told about a crate, read from the normalised manifest inside of it
//! (The Cargo Book, "Registry Web API", Publish).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use toml_edit::{DocumentMut, Item, TableLike};

use crate::registry::packed::member;

/// The metadata of a `.crate` for a registry: its index, or none for the public one.
///
/// A normalised manifest names a dependency's registry unless that is the public one; the registry wants it named
/// unless it is itself. The crate's own lock says where the public one is; `siblings` are at this one, whatever the
/// lock says of them.
///
/// # Errors
/// Says what of the archive can't be read.
pub fn of(archive: &[u8], index: Option<&str>, siblings: &BTreeSet<&str>) -> Result<Value, String> {
    let at_top =
        |name: &'static str| move |path: &str| path.split_once('/').is_some_and(|(_, rest)| rest == name);
    let manifest = member(archive, at_top("Cargo.toml"))?.ok_or("the crate holds no Cargo.toml")?;
    let manifest: DocumentMut =
        manifest.parse().map_err(|error| format!("the crate's Cargo.toml: {error}"))?;
    let readme = match text(manifest.get("package"), "readme") {
        Some(file) => member(archive, |path| path.split_once('/').is_some_and(|(_, rest)| rest == file))?,
        None => None,
    };
    let mut said = metadata(&manifest, readme)?;
    if let Some(index) = index {
        let lock = member(archive, at_top("Cargo.lock"))?.and_then(|lock| lock.parse().ok());
        from_elsewhere(&mut said, index, siblings, &lock.unwrap_or_default());
    }
    Ok(said)
}

/// Names the registry of each dependency that is not of this one.
fn from_elsewhere(said: &mut Value, index: &str, siblings: &BTreeSet<&str>, lock: &DocumentMut) {
    let plain = |source: &str| source.strip_prefix("registry+").unwrap_or(source).to_owned();
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let source_of = |name: &str| {
        let mut packages = packages.into_iter().flatten();
        let ours = |package: &&toml_edit::Table| package.get("name").and_then(Item::as_str) == Some(name);
        packages.find(ours)?.get("source")?.as_str().map(plain)
    };
    for dep in said["deps"].as_array_mut().into_iter().flatten() {
        match dep["registry"].as_str() {
            Some(theirs) if theirs == index => dep["registry"] = Value::Null,
            Some(_) => {}
            None => {
                let name = dep["name"].as_str().filter(|name| !siblings.contains(name));
                let source = name.and_then(source_of).filter(|source| source != index);
                dep["registry"] = source.map_or(Value::Null, Value::from);
            }
        }
    }
}

fn metadata(manifest: &DocumentMut, readme: Option<String>) -> Result<Value, String> {
    let package = manifest.get("package");
    let own = |key: &str| text(package, key);
    let required =
        |key: &str| own(key).ok_or_else(|| format!("the crate's Cargo.toml lacks `package.{key}`"));
    let mut deps = Vec::new();
    dependencies(manifest.as_table(), None, &mut deps);
    for (target, tables) in
        manifest.get("target").and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter)
    {
        if let Some(tables) = tables.as_table_like() {
            dependencies(tables, Some(target), &mut deps);
        }
    }
    let features = manifest.get("features").and_then(Item::as_table_like);
    let features: Map<String, Value> = features
        .into_iter()
        .flat_map(TableLike::iter)
        .map(|(name, list)| (name.to_owned(), strings(Some(list)).into()))
        .collect();
    Ok(json!({
        "name": required("name")?,
        "vers": required("version")?,
        "deps": deps,
        "features": features,
        "authors": strings(package.and_then(|package| package.get("authors"))),
        "description": own("description"),
        "documentation": own("documentation"),
        "homepage": own("homepage"),
        "readme": readme,
        "readme_file": own("readme"),
        "keywords": strings(package.and_then(|package| package.get("keywords"))),
        "categories": strings(package.and_then(|package| package.get("categories"))),
        "license": own("license"),
        "license_file": own("license-file"),
        "repository": own("repository"),
        "badges": {},
        "links": own("links"),
        "rust_version": own("rust-version"),
    }))
}

fn dependencies(tables: &dyn TableLike, target: Option<&str>, deps: &mut Vec<Value>) {
    for (table, kind) in
        [("dependencies", "normal"), ("dev-dependencies", "dev"), ("build-dependencies", "build")]
    {
        for (key, value) in
            tables.get(table).and_then(Item::as_table_like).into_iter().flat_map(TableLike::iter)
        {
            let field = |name: &str| value.as_table_like().and_then(|table| table.get(name));
            let requirement = value.as_str().or_else(|| field("version")?.as_str());
            // A development dependency without a version is a path of the repository's own: no registry knows it.
            let Some(requirement) = requirement else { continue };
            let package = field("package").and_then(Item::as_str);
            let is = |name: &str, otherwise: bool| field(name).and_then(Item::as_bool).unwrap_or(otherwise);
            deps.push(json!({
                "name": package.unwrap_or(key),
                "version_req": requirement,
                "features": strings(field("features")),
                "optional": is("optional", false),
                "default_features": is("default-features", true),
                "target": target,
                "kind": kind,
                "registry": field("registry-index").and_then(Item::as_str),
                "explicit_name_in_toml": package.map(|_| key),
            }));
        }
    }
}

fn text<'a>(item: Option<&'a Item>, key: &str) -> Option<&'a str> {
    item?.get(key)?.as_str()
}

fn strings(item: Option<&Item>) -> Vec<String> {
    let array = item.and_then(Item::as_array);
    array.into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_from_elsewhere_say_so() {
        let source = "source = \"registry+https://index.example.org/\"";
        let lock =
            format!("[[package]]\nname = \"semver\"\n{source}\n[[package]]\nname = \"sibling\"\n{source}\n");
        let mut said = json!({ "deps": [
            { "name": "semver", "registry": null },
            { "name": "ours", "registry": "sparse+http://127.0.0.1:1/" },
            { "name": "theirs", "registry": "sparse+http://127.0.0.1:2/" },
            { "name": "unlocked", "registry": null },
            { "name": "sibling", "registry": null },
        ] });
        let siblings = ["demo", "sibling"].into();
        from_elsewhere(&mut said, "sparse+http://127.0.0.1:1/", &siblings, &lock.parse().unwrap());
        let registries: Vec<&Value> =
            said["deps"].as_array().unwrap().iter().map(|dep| &dep["registry"]).collect();
        assert_eq!(
            registries,
            [
                &json!("https://index.example.org/"),
                &Value::Null,
                &json!("sparse+http://127.0.0.1:2/"),
                &Value::Null,
                &Value::Null
            ]
        );
    }

    #[test]
    fn says_what_cargo_would_say() {
        let manifest = r#"
[package]
name = "demo"
version = "1.2.3"
license = "MIT"
readme = "README.md"
rust-version = "1.89"
keywords = ["a"]
[features]
default = ["x"]
x = ["dep:other"]
[dependencies.semver]
version = "1"
[dependencies.renamed]
version = "^2"
package = "other"
optional = true
default-features = false
features = ["f"]
registry-index = "sparse+http://127.0.0.1:1/"
[dev-dependencies]
plain = "0.3"
[target."cfg(unix)".dependencies.libc]
version = "0.2"
"#;
        let said = metadata(&manifest.parse().unwrap(), Some("# Demo".into())).unwrap();
        assert_eq!((said["name"].as_str(), said["vers"].as_str()), (Some("demo"), Some("1.2.3")));
        assert_eq!((&said["readme"], &said["readme_file"]), (&json!("# Demo"), &json!("README.md")));
        assert_eq!(said["features"], json!({ "default": ["x"], "x": ["dep:other"] }));
        let deps = said["deps"].as_array().unwrap();
        let brief =
            |dep: &Value| format!("{} {} {} {}", dep["name"], dep["version_req"], dep["kind"], dep["target"]);
        let brief: Vec<String> = deps.iter().map(brief).collect();
        assert_eq!(
            brief,
            [
                r#""semver" "1" "normal" null"#,
                r#""other" "^2" "normal" null"#,
                r#""plain" "0.3" "dev" null"#,
                r#""libc" "0.2" "normal" "cfg(unix)""#,
            ]
        );
        let renamed = &deps[1];
        assert_eq!(
            (&renamed["explicit_name_in_toml"], &renamed["optional"]),
            (&json!("renamed"), &json!(true))
        );
        assert_eq!((&renamed["default_features"], &renamed["features"]), (&json!(false), &json!(["f"])));
        assert_eq!(renamed["registry"], "sparse+http://127.0.0.1:1/");
    }
}
