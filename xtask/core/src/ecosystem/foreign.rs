//! Lock files that are read but not edited: `pnpm-lock.yaml` and `yarn.lock`.
//!
//! Neither holds the versions of workspace packages. Such a lock drifts with a release where it
//! holds a copy of a package (`file:`), or what a manifest requires of one word for word, with the
//! version in it: `specifier: 0.1.0` (pnpm), `"web@npm:0.1.0, web@workspace:web"` (yarn 2 and
//! later), `web@0.1.0:` (yarn 1). Ranges stand until a requirement changes.

use super::{Manifest, Ours, unknown_lock};
use crate::model::problem::Problem;
use crate::model::tree::Source;

/// The problem of a lock that a release would leave behind (`W0310`).
pub fn check(lock: &Source, ours: &Ours<'_>) -> Option<Problem> {
    let copy = copied(lock, ours).map(|name| format!("holds a copy of `{name}` with its version"));
    let what =
        copy.or_else(|| pinned(lock, ours).map(|name| format!("requires `{name}` at its very version")));
    what.map(|what| unknown_lock(lock, &what))
}

/// The name of a package of ours that a lock holds a copy of, version included.
fn copied<'a>(lock: &Source, ours: &Ours<'a>) -> Option<&'a str> {
    let (body, _) = lock.body();
    let mut copy = None;
    for line in body.lines() {
        let key = line.trim_end();
        if key.ends_with(':') && key.contains("@file:") {
            let of = |manifest: &&Manifest| {
                manifest.name.as_ref().is_some_and(|name| {
                    let key = key.trim_start().trim_start_matches(['"', '\'', '/']);
                    key.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with("@file:"))
                })
            };
            copy = ours.all().find(of).map(|manifest| (indent(line), manifest));
        } else if let Some((outer, manifest)) = copy {
            if !line.trim().is_empty() && indent(line) <= outer {
                copy = None;
            } else if line.trim_start().starts_with("version")
                && version(manifest).is_some_and(|text| line.contains(text))
            {
                return manifest.name.as_deref();
            }
        }
    }
    None
}

/// The name of a package of ours that a lock has a requirement of at exactly its version.
fn pinned<'a>(lock: &Source, ours: &Ours<'a>) -> Option<&'a str> {
    let (body, _) = lock.body();
    // Inside of a block of yarn's that is a workspace's, of pnpm's `specifiers`, of a dependency.
    let (mut workspace, mut specifiers, mut dependency) = (false, None, None);
    for line in body.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let depth = indent(line);
        let (key, value) = pair(line.trim());
        if depth == 0 {
            workspace = key.contains("@workspace:");
            if let Some(manifest) = ours.all().find(|manifest| is_header(key, manifest)) {
                return manifest.name.as_deref();
            }
        }
        specifiers = specifiers.filter(|outer| depth > *outer);
        dependency = dependency.filter(|(outer, _): &(usize, &Manifest)| depth > *outer);
        let named = ours.named(key);
        let direct = named.filter(|_| workspace || specifiers.is_some());
        let found = direct.or(dependency.map(|(_, manifest)| manifest).filter(|_| key == "specifier"));
        if let Some(manifest) = found
            && version(manifest) == Some(value.strip_prefix("npm:").unwrap_or(value))
        {
            return manifest.name.as_deref();
        }
        match (key, value, named) {
            ("specifiers", "", _) => specifiers = Some(depth),
            (_, "", Some(manifest)) => dependency = Some((depth, manifest)),
            _ => {}
        }
    }
    None
}

/// Whether the key of a yarn block, `"a@^1, a@npm:1.0.0"`, asks for a manifest's very version.
fn is_header(key: &str, manifest: &Manifest) -> bool {
    let (Some(name), Some(version)) = (manifest.name.as_deref(), version(manifest)) else { return false };
    key.split(',').map(|one| one.trim().trim_matches(['"', '\''])).any(|one| {
        let range = one.strip_prefix(name).and_then(|rest| rest.strip_prefix('@'));
        range.is_some_and(|range| range.strip_prefix("npm:").unwrap_or(range) == version)
    })
}

fn version(manifest: &Manifest) -> Option<&str> {
    manifest.places.first().map(|place| place.text.as_str())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A line's key and value, unquoted: `'@a/b': 1.0.0`, `"a": "1.0.0"`, `a:`.
fn pair(line: &str) -> (&str, &str) {
    let (key, value) = line.split_once(": ").unwrap_or((line.strip_suffix(':').unwrap_or(line), ""));
    let bare = |text: &'_ str| -> (usize, usize) {
        let inside = text.trim().trim_matches(['"', '\'']);
        let start = inside.as_ptr() as usize - text.as_ptr() as usize;
        (start, start + inside.len())
    };
    let ((a, b), (c, d)) = (bare(key), bare(value));
    (&key[a..b], &value[c..d])
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    fn locked(name: &str, lock: &str) -> String {
        let files = [
            ("web/package.json", "{\"name\": \"web\", \"version\": \"0.1.0\"}"),
            ("client/package.json", "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}"),
            (name, lock),
        ];
        found(&files, &config(&["web=web", "client=client"])).split_off(2).join(" ")
    }

    const PINS: &str = "requires `@t/client` at its very version";

    #[test]
    fn names_pnpm_locks_that_hold_a_version() {
        let of = |lock: &str| locked("web/pnpm-lock.yaml", lock);
        let named = format!("W0310 web/pnpm-lock.yaml: `web/pnpm-lock.yaml` {PINS}");
        let importer = |specifier: &str| {
            format!(
                "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@t/client':\n        \
                 specifier: {specifier}\n        version: link:../client\n      other:\n        specifier: 0.1.0\n"
            )
        };
        assert_eq!(of(&importer("0.1.0")), named);
        assert_eq!(of(&importer("'0.1.0'")), named);
        assert_eq!(of("specifiers:\n  other: 0.1.0\n  '@t/client': 0.1.0\ndependencies:\n  a: 1\n"), named);
        for fine in [
            &importer("^0.1.0"),
            &importer("workspace:*"),
            "specifiers:\n  '@t/client': workspace:0.1.0\ndependencies:\n  '@t/client': 0.1.0\n",
            "snapshots:\n\n  other@1.0.0:\n    dependencies:\n      '@t/client': 0.1.0\n",
        ] {
            assert_eq!(of(fine), "", "{fine}");
        }
    }

    #[test]
    fn names_yarn_locks_that_hold_a_version() {
        let of = |lock: &str| locked("web/yarn.lock", lock);
        let named = format!("W0310 web/yarn.lock: `web/yarn.lock` {PINS}");
        for lock in [
            "# yarn lockfile v1\n\n\"@t/client@0.1.0\":\n  version \"0.1.0\"\n",
            "\"@t/client@^0.1.0, @t/client@0.1.0\":\n  version \"0.1.0\"\n",
            "\"@t/client@npm:0.1.0, @t/client@workspace:client\":\n  version: 0.0.0-use.local\n",
            "\"web@workspace:web\":\n  version: 0.0.0-use.local\n  dependencies:\n    \"@t/client\": \"npm:0.1.0\"\n",
            "\"web@workspace:web\":\r\n  dependencies:\r\n    \"@t/client\": 0.1.0\r\n",
        ] {
            assert_eq!(of(lock), named, "{lock}");
        }
        for fine in [
            "\"@t/client@^0.1.0\":\n  version \"0.1.0\"\n",
            "\"@t/client@workspace:client, @t/client@workspace:^\":\n  version: 0.0.0-use.local\n",
            "\"x@npm:1.0.0\":\n  dependencies:\n    \"@t/client\": \"npm:0.1.0\"\n",
            "\"not-@t/client@0.1.0\":\n  version \"0.1.0\"\n",
        ] {
            assert_eq!(of(fine), "", "{fine}");
        }
    }
}
