//! Go modules: `go.mod` in the package's folder.
//!
//! No file of a module holds its version: it lives in the tag alone. What can be wrong is the
//! module path, by which the tag is found (Go Modules Reference, "Module paths"): it must end
//! with the folder in the repository, and from the second major version on with `/vN`.

use super::{Ecosystem, Manifest};
use crate::model::config::Package;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Source, Tree};
use crate::model::version::Version;

pub struct Go;

impl Ecosystem for Go {
    fn name(&self) -> &'static str {
        "go"
    }

    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems> {
        let file = package.path.child("go.mod");
        let Some(source) = tree.read(&file).map_err(|problem| vec![problem])? else { return Ok(None) };
        let mut manifest = Manifest::new(self.name(), package, file);
        manifest.unversioned = Some("is a Go module, whose version lives in its tag".into());
        match module(&source) {
            Some((path, _)) => manifest.name = Some(path),
            None => {
                let what = format!("`{}` has no `module` line", source.path);
                return Err(vec![Problem::new(Code::W0305, what).at(&source.path)]);
            }
        }
        Ok(Some(manifest))
    }

    fn check(&self, manifest: &Manifest) -> Problems {
        let Some(path) = &manifest.name else { return Problems::new() };
        let folder = manifest.folder.as_str();
        let ends = |path: &str| path == folder || path.ends_with(&format!("/{folder}"));
        if folder.is_empty() || ends(path) || ends(split_major(path).0) {
            return Problems::new();
        }
        let what = format!("the module path `{path}` does not end with its folder `{folder}`");
        vec![
            Problem::new(Code::W0316, what)
                .at(&manifest.file)
                .why("`go get` looks for a module's tag under the folder that its path ends with")
                .help(format!("Let the `module` line end with `/{folder}`, or move the module.")),
        ]
    }

    fn check_next(&self, manifest: &Manifest, next: Version) -> Option<Problem> {
        check_major(manifest, next.major)
    }
}

/// The module path that a manifest must have for a major version, when it is not the one it
/// has: `/vN` at its end from 2 on, and none for 0 and 1.
fn path_for(manifest: &Manifest, major: u64) -> Option<String> {
    let path = manifest.name.as_deref()?;
    let (bare, current) = split_major(path);
    let wanted = if major >= 2 { Some(major) } else { None };
    if current == wanted {
        return None;
    }
    Some(wanted.map_or_else(|| bare.to_owned(), |major| format!("{bare}/v{major}")))
}

/// The problem of a module whose path does not fit a major version (`W0316`).
fn check_major(manifest: &Manifest, major: u64) -> Option<Problem> {
    let wanted = path_for(manifest, major)?;
    let path = manifest.name.as_deref().unwrap_or_default();
    let what = format!("the module path `{path}` does not fit version {major}: it would be `{wanted}`");
    Some(
        Problem::new(Code::W0316, what)
            .at(&manifest.file)
            .why("Go finds a module of the second major version or later only by a path that ends with it")
            .help(format!("Change the `module` line, and every import of it, to `{wanted}`.")),
    )
}

/// A module path and the major version that it ends with: `a/b/v2` is `a/b` and 2.
fn split_major(path: &str) -> (&str, Option<u64>) {
    let major = path.rsplit_once("/v").and_then(|(bare, number)| {
        let number = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some((bare, Some(number)))
    });
    major.unwrap_or((path, None))
}

/// The module path and its line: `module a/b`, also quoted or in parentheses.
fn module(source: &Source) -> Option<(String, usize)> {
    let (body, _) = source.body();
    let mut inside = false;
    for (index, line) in body.lines().enumerate() {
        let line = line.split_once("//").map_or(line, |(code, _)| code).trim();
        let path =
            match line.strip_prefix("module").filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
            {
                Some(rest) if rest.trim() == "(" => {
                    inside = true;
                    continue;
                }
                Some(rest) => rest.trim(),
                None if inside => line,
                None => continue,
            };
        let path = path.trim_matches(['"', '`']);
        if !path.is_empty() && path != ")" {
            return Some((path.to_owned(), index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found, package};
    use super::*;
    use crate::model::tree::MemoryTree;

    fn manifest(folder: &str, text: &str) -> Manifest {
        let tree = MemoryTree::new([(format!("{folder}/go.mod").as_str(), text)]);
        Go.manifest(&tree, &package(&format!("client={folder}"))).unwrap().unwrap()
    }

    #[test]
    fn a_module_needs_no_place() {
        let text = "// module x\nmodule 127.0.0.1/tideplan/packages/client-go // c\r\n\ngo 1.24\n";
        assert_eq!(
            found(&[("packages/client-go/go.mod", text)], &config(&["client=packages/client-go"])),
            [""; 0]
        );
    }

    #[test]
    fn reads_the_module_line_in_every_spelling() {
        for text in
            ["module a/b", "\u{feff}go 1.2\nmodule\t\"a/b\"\r\n", "module (\n\n a/b // c\n)", "module `a/b`"]
        {
            assert_eq!(manifest("b", text).name.as_deref(), Some("a/b"), "{text}");
        }
        assert_eq!(
            found(&[("go.mod", "modules x\n")], &config(&["client=."])),
            ["W0305 go.mod: `go.mod` has no `module` line"]
        );
    }

    #[test]
    fn the_path_ends_with_the_folder() {
        let fits =
            |folder: &str, path: &str| Go.check(&manifest(folder, &format!("module {path}"))).is_empty();
        assert!(fits("clients/go", "127.0.0.1/x/clients/go"));
        assert!(fits("clients/go", "127.0.0.1/x/clients/go/v2"));
        assert!(fits("clients/go/v2", "127.0.0.1/x/clients/go/v2"));
        assert!(fits(".", "127.0.0.1/x/anything"));
        assert!(!fits("clients/go", "127.0.0.1/x/sketchlog-go"));
        assert!(!fits("clients/go", "127.0.0.1/x/other-clients/go"));
        assert_eq!(
            found(&[("clients/go/go.mod", "module 127.0.0.1/x/y-go\n")], &config(&["client=clients/go"])),
            [
                "W0316 clients/go/go.mod: the module path `127.0.0.1/x/y-go` does not end with its folder `clients/go`"
            ]
        );
    }

    #[test]
    fn the_path_fits_the_major_version() {
        let wanted = |path: &str, major| path_for(&manifest("go", &format!("module {path}")), major);
        assert_eq!(wanted("x/go", 0), None);
        assert_eq!(wanted("x/go", 1), None);
        assert_eq!(wanted("x/go", 2), Some("x/go/v2".into()));
        assert_eq!(wanted("x/go/v2", 2), None);
        assert_eq!(wanted("x/go/v2", 3), Some("x/go/v3".into()));
        assert_eq!(wanted("x/go/v2", 1), Some("x/go".into()));
        assert_eq!(wanted("x/go/vx", 1), None);
        assert!(check_major(&manifest("go", "module x/go"), 2).is_some());
    }
}
