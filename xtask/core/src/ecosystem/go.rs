//! Go modules: `go.mod` in the package's folder.
//!
//! No file of a module holds its version: it lives in the tag alone. What can be wrong is the
//! module path, by which the tag is found (Go Modules Reference, "Module paths"): it must end
//! with the folder in the repository, and from the second major version on with `/vN`. The tag
//! starts with that folder, the `/vN` left out ("Mapping versions to commits").

use super::gomod::directives;
use super::{Dependency, Ecosystem, Locked, Manifest, Ours, siblings};
use crate::format::{Scalar, Text};
use crate::model::config::{Config, Package, TagRule};
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::requirement::Hindrance;
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
        match module(&Text::new(&source)) {
            Some(path) => {
                manifest.name = Some(path.text);
                manifest.dependencies = siblings::go::of_package(&source, manifest.owner(&manifest.file));
            }
            None => {
                let what = format!("`{}` has no `module` line", source.path);
                return Err(vec![Problem::new(Code::W0305, what).at(&source.path)]);
            }
        }
        Ok(Some(manifest))
    }

    /// A workspace, which may replace a sibling at one version.
    fn lock_names(&self) -> &'static [&'static str] {
        &["go.work"]
    }

    fn locked(&self, work: &Source, ours: &Ours<'_>) -> Result<Locked, Problems> {
        Ok(Locked { places: Vec::new(), dependencies: siblings::go::of_work(work, ours) })
    }

    fn hindrance(&self, tree: &dyn Tree, manifest: &Manifest, one: &Dependency) -> Option<Hindrance> {
        siblings::go::summed(tree, manifest, one)
    }

    fn check(&self, tree: &dyn Tree, config: &Config, manifest: &Manifest) -> Problems {
        let Some(path) = &manifest.name else { return Problems::new() };
        let mut problems: Problems = replaces_itself(tree, manifest, path).into_iter().collect();
        problems.extend(stray_tag(tree, config, manifest));
        let folder = manifest.folder.as_str();
        let ends = |path: &str| path == folder || path.ends_with(&format!("/{folder}"));
        if !(folder.is_empty() || ends(path) || ends(split_major(path).0)) {
            let what = format!("the module path `{path}` does not end with its folder `{folder}`");
            problems.push(
                Problem::new(Code::W0316, what)
                    .at(&manifest.file)
                    .why("`go get` looks for a module's tag under the folder that its path ends with")
                    .help(format!("Let the `module` line end with `/{folder}`, or move the module.")),
            );
        }
        problems
    }

    fn check_next(&self, manifest: &Manifest, next: Version) -> Option<Problem> {
        check_major(manifest, next.major)
    }
}

/// A `replace` of the module by itself or anything else: it has no effect in the module, and whoever
/// requires it does not see it.
fn replaces_itself(tree: &dyn Tree, manifest: &Manifest, path: &str) -> Option<Problem> {
    let source = tree.read(&manifest.file).ok()??;
    let text = Text::new(&source);
    let replaced = directives(&text)
        .into_iter()
        .filter(|directive| directive.verb == "replace")
        .find_map(|directive| directive.words.into_iter().next().filter(|word| word.text == path))?;
    Some(
        Problem::new(Code::W0316, format!("`{}` replaces its own module `{path}`", manifest.file))
            .at_line(&manifest.file, replaced.line)
            .why("a module is never replaced in its own go.mod, and no other module sees the line")
            .help("Remove the `replace` line; let those who require the module have it."),
    )
}

/// A tag that looks like the module's but has a folder that does not exist, when no tag of the
/// group has the module's. A module that no tag is meant for is nobody's to `go get`.
fn stray_tag(tree: &dyn Tree, config: &Config, manifest: &Manifest) -> Option<Problem> {
    let group = config.group_of(&manifest.package)?;
    let major = manifest.name.as_deref().and_then(|path| split_major(path).1);
    let folder = match major {
        Some(major) if manifest.folder.name() == format!("v{major}") => manifest.folder.parent()?,
        _ => manifest.folder.clone(),
    };
    if folder.is_root() {
        return None;
    }
    let of = |rule: &TagRule| {
        let tag = rule.name.render(Version::new(1, 2, 3), Form::SEMVER, |_| group.name.to_string());
        tag.strip_suffix("/v1.2.3").and_then(|folder| RepoPath::parse(folder).ok())
    };
    let folders: Vec<_> = group.tags.iter().filter_map(|rule| Some((rule, of(rule)?))).collect();
    if folders.iter().any(|(_, other)| *other == folder) {
        return None;
    }
    let alike = |other: &RepoPath| {
        let ends = |path: &RepoPath| (path.components().next().map(str::to_owned), path.name().to_owned());
        let ((first, last), (their_first, their_last)) = (ends(&folder), ends(other));
        first == their_first || last == their_last
    };
    let exists = |other: &RepoPath| tree.entries().keys().any(|path| path.below(other).is_some());
    let (rule, other) = folders.into_iter().find(|(_, other)| alike(other) && !exists(other))?;
    Some(
        Problem::new(
            Code::W0316,
            format!("the tag `{}` names the folder `{other}`, which does not exist", rule.name),
        )
        .at_file(&config.file, group.line)
        .why(format!("`go get` looks for the tags of `{}` under `{folder}/`", manifest.package))
        .help(format!("Name it `{folder}/v{{version}}`.")),
    )
}

/// The module path that a manifest must have for a major version, when it is not the one it
/// has: `/vN` at its end from 2 on, and none for 0 and 1.
pub(super) fn path_for(manifest: &Manifest, major: u64) -> Option<String> {
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
pub fn split_major(path: &str) -> (&str, Option<u64>) {
    let major = path.rsplit_once("/v").and_then(|(bare, number)| {
        let number = number.parse().ok().filter(|_| number.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some((bare, Some(number)))
    });
    major.unwrap_or((path, None))
}

/// The module path: `module a/b`, also quoted or in parentheses.
pub(super) fn module(text: &Text<'_>) -> Option<Scalar> {
    let module = directives(text).into_iter().find(|directive| directive.verb == "module")?;
    module.words.into_iter().next().filter(|path| !path.text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found, package};
    use super::*;
    use crate::model::config::TagKind;
    use crate::model::template::Template;
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
        let fits = |folder: &str, path: &str| {
            found(
                &[(&format!("{folder}/go.mod"), &format!("module {path}"))],
                &config(&[&format!("client={folder}")]),
            )
            .is_empty()
        };
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
    fn no_module_replaces_itself() {
        let text = "module a/go\nreplace (\n\ta/go => ./x\n\tb => ../b\n)\n";
        assert_eq!(
            found(&[("go/go.mod", text)], &config(&["client=go"])),
            ["W0316 go/go.mod:3: `go/go.mod` replaces its own module `a/go`"]
        );
        assert_eq!(
            found(&[("go/go.mod", &text.replace("a/go =>", "a/go/v2 =>"))], &config(&["client=go"])),
            [""; 0]
        );
    }

    #[test]
    fn a_tag_names_the_folder() {
        let tagged = |tags: &[&str], files: &[(&str, &str)]| {
            let mut config = config(&["client=clients/go"]);
            config.groups[0].tags = tags.iter().map(|tag| rule(tag)).collect();
            found(files, &config)
        };
        let module = ("clients/go/go.mod", "module x/clients/go");
        let wrong = [
            "W0316 windlass.toml: the tag `clients/golang/v{version}` names the folder `clients/golang`, which does not exist",
        ];
        assert_eq!(tagged(&["clients/golang/v{version}", "v{version}"], &[module]), wrong);
        assert_eq!(tagged(&["clients/golang/v{version}", "clients/go/v{version}"], &[module]), [""; 0]);
        assert_eq!(tagged(&["clients/golang/v{version}"], &[module, ("clients/golang/x", "")]), [""; 0]);
        assert_eq!(tagged(&["release/v{version}", "v{version}"], &[module]), [""; 0]);
    }

    fn rule(name: &str) -> TagRule {
        TagRule {
            name: Template::parse(name, &[]).unwrap(),
            kind: TagKind::Lightweight,
            message: Template::parse("", &[]).unwrap(),
            push_first: false,
        }
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
