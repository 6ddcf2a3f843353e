//! `bun.lock`, which is read but not edited. It repeats the name, the version and the requirements
//! of each workspace (bun.sh, "Lockfile"): one that a release would leave behind is refused. The
//! text is JSON with commas behind the last members, which YAML's flow style admits, too.

use super::{Ours, unknown_lock};
use crate::format::{Node, Text, yaml};
use crate::model::problem::Problem;
use crate::model::tree::Source;

const TABLES: [&str; 4] = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// The problem of a lock that a release would leave behind (`W0310`).
pub fn check(lock: &Source, ours: &Ours<'_>) -> Option<Problem> {
    match drifting(lock, ours) {
        Ok(what) => what.map(|what| unknown_lock(lock, &what)),
        Err(_) => Some(unknown_lock(lock, "cannot be read")),
    }
}

fn drifting(lock: &Source, ours: &Ours<'_>) -> Result<Option<String>, Problem> {
    let folder = lock.path.parent().unwrap_or_default();
    let text = Text::new(lock);
    let document = yaml::parse(&text)?;
    let Some(workspaces) = document.root().get("workspaces")? else { return Ok(None) };
    for (path, workspace) in workspaces.members()? {
        let own = ours.beside(&folder, &path);
        if own.is_some() && workspace.get("version")?.is_some() {
            let name = workspace.value_at(&["name"])?.unwrap_or(path);
            return Ok(Some(format!("holds the version of `{name}`")));
        }
        for table in TABLES {
            let Some(table) = workspace.get(table)? else { continue };
            for (name, range) in table.members()? {
                let version = ours.named(&name).and_then(|manifest| manifest.places.first());
                if version.is_some_and(|version| range.value().as_deref() == Some(&version.text)) {
                    return Ok(Some(format!("requires `{name}` at its very version")));
                }
            }
        }
    }
    Ok(None)
}

/// Whether a lock repeats a requirement word for word.
pub fn repeats(body: &str, name: &str, range: &str) -> bool {
    body.contains(&format!("\"{name}\": \"{range}\"")) || body.contains(&format!("\"{name}\":\"{range}\""))
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn names_bun_locks_that_hold_a_version() {
        let of = |web: &str, root: &str| {
            let lock = format!(
                "{{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {{\n    \"\": {{\n      \"name\": \"root\",{root}\n    }},\n    \
                 \"web\": {{\n      \"name\": \"web\",\n{web}    }},\n  }},\n  \"packages\": {{\n    \"x\": [\"x@0.1.0\", \"\", {{}}, \"sha512-a==\"],\n  }}\n}}\n"
            );
            let files = [
                ("bun.lock", lock.as_str()),
                ("client/package.json", "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}"),
                ("web/package.json", "{\"name\": \"web\", \"version\": \"0.1.0\"}"),
            ];
            found(&files, &config(&["web=web", "client=client"])).split_off(2).join(" ")
        };
        let named = |what: &str| format!("W0310 bun.lock: `bun.lock` {what}");
        assert_eq!(of("      \"version\": \"0.1.0\",\n", ""), named("holds the version of `web`"));
        let needs = |range: &str| {
            format!("      \"dependencies\": {{\n        \"@t/client\": \"{range}\",\n      }},\n")
        };
        assert_eq!(of(&needs("0.1.0"), ""), named("requires `@t/client` at its very version"));
        assert_eq!(of(&needs("workspace:*"), "\n      \"version\": \"0.1.0\","), "");
        assert_eq!(of(&needs("^0.1.0"), ""), "");
        assert_eq!(of("\"", ""), named("cannot be read"));
    }
}
