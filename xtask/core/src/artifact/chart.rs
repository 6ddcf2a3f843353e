//! A Helm chart's archive, written deterministically by helm's own rules: everything in the chart's folder
//! that `.helmignore` does not leave out, below a folder of the chart's name.
//!
//! `helm package` stamps each entry with the time of day and writes Chart.yaml anew; here every file keeps its
//! bytes, so that one tree gives one archive.

use std::collections::BTreeMap;

use super::archive::{Member, Order, pack};
use super::helmignore::Helmignore;
use super::metadata::value;

/// The archive of the files of a chart's folder (path from there to bytes).
///
/// # Errors
/// What is wrong with the chart, as the end of a sentence that starts with its folder.
pub fn package(files: &BTreeMap<String, Vec<u8>>, time: u64) -> Result<Vec<u8>, String> {
    let text = |path: &str| -> Result<Option<&str>, String> {
        let Some(bytes) = files.get(path) else { return Ok(None) };
        std::str::from_utf8(bytes).map(Some).map_err(|_| format!("holds a {path} that is not UTF-8"))
    };
    let manifest = text("Chart.yaml")?.ok_or("holds no Chart.yaml")?;
    let name = value("Chart.yaml", manifest, &["name"])?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(plain) {
        return Err(format!("holds a chart named `{name}`, which helm refuses"));
    }
    let rules = Helmignore::parse(text(".helmignore")?.unwrap_or_default())
        .map_err(|why| format!("holds a .helmignore that {why}"))?;
    let kept: Vec<(&String, &Vec<u8>)> = files.iter().filter(|(path, _)| !is_ignored(&rules, path)).collect();
    if !kept.iter().any(|(path, _)| *path == "Chart.yaml") {
        return Err("holds a .helmignore that leaves out Chart.yaml".into());
    }
    missing(manifest, &kept)?;
    let members: Vec<Member> = kept
        .into_iter()
        // helm reads every file without its byte-order mark.
        .map(|(path, bytes)| {
            Member::file(format!("{name}/{path}"), bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        })
        .collect();
    pack(&members, time, Order::Sorted).map_err(|error| format!("can't be packed: {error}"))
}

/// Whether a file or a folder above it is left out.
fn is_ignored(rules: &Helmignore, path: &str) -> bool {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
    folders.into_iter().any(|folder| rules.ignores(folder, true)) || rules.ignores(path, false)
}

/// Subcharts that Chart.yaml names and `charts/` does not hold: `helm package` refuses those too.
fn missing(manifest: &str, kept: &[(&String, &Vec<u8>)]) -> Result<(), String> {
    for index in 0.. {
        let Ok(name) = value("Chart.yaml", manifest, &["dependencies", &index.to_string(), "name"]) else {
            return Ok(());
        };
        let held = kept.iter().any(|(path, _)| {
            path.strip_prefix("charts/").is_some_and(|rest| {
                rest.starts_with(&format!("{name}/"))
                    || rest.starts_with(&format!("{name}-")) && rest.ends_with(".tgz")
            })
        });
        if !held {
            return Err(format!(
                "names the subchart `{name}`, which is not in charts/; track it, or let the target's `before` fetch it"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::archive;

    const MANIFEST: &str = "apiVersion: v2\nname: suite\nversion: 1.0.0\n";

    fn files(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn holds_what_helm_would_package() {
        let folder = files(&[
            ("Chart.yaml", MANIFEST),
            ("values.yaml", "\u{feff}a: 1\n"),
            ("templates/api.yaml", "x"),
            ("templates/.hidden", "x"),
            ("tests/deep/a.txt", "x"),
            (".helmignore", "tests/\n"),
        ]);
        let packed = package(&folder, 9).unwrap();
        let inside = archive::files(&packed).unwrap();
        let names: Vec<&str> = inside.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["suite/.helmignore", "suite/Chart.yaml", "suite/templates/api.yaml", "suite/values.yaml"]
        );
        assert_eq!(inside["suite/values.yaml"], b"a: 1\n");
        assert_eq!(packed, package(&folder, 9).unwrap());
    }

    #[test]
    fn refuses_what_helm_refuses() {
        let refused = |files: &BTreeMap<_, _>| package(files, 0).unwrap_err();
        assert_eq!(refused(&files(&[("values.yaml", "")])), "holds no Chart.yaml");
        assert!(refused(&files(&[("Chart.yaml", "name: ../x\nversion: 1.0.0\n")])).contains("`../x`"));
        let hiding = files(&[("Chart.yaml", MANIFEST), (".helmignore", "*.yaml")]);
        assert!(refused(&hiding).contains("leaves out Chart.yaml"));
        let with = format!("{MANIFEST}dependencies:\n  - name: db\n    version: 1.x.x\n");
        let lacking = files(&[("Chart.yaml", &with), ("charts/db2/Chart.yaml", "")]);
        assert!(refused(&lacking).starts_with("names the subchart `db`"));
        let held = files(&[("Chart.yaml", &with), ("charts/db-1.2.0.tgz", "")]);
        assert!(package(&held, 0).is_ok());
    }
}
