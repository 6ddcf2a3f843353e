//! A Go module that crosses to another major version takes a new path (Go Modules Reference,
//! "Major version suffixes"), and everything in the repository that names it must follow: its
//! `module` line, imports of its packages, `require` and `replace` lines. Comments, strings and
//! `exclude` lines stay, and so do folders that Go does not look into (`testdata`, names that
//! start with `_` or `.`).

use std::ops::Range;

use super::crossing_mentions::Named;
use super::go::{self, split_major};
use super::gomod::{Directive, directives};
use super::{Manifest, crossing_mentions, imports};
use crate::format::Text;
use crate::model::config::Config;
use crate::model::form::Form;
use crate::model::glob;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Mode, Source, Tree};
use crate::model::version::Version;

/// Everything that changes with a module's path.
#[derive(Debug)]
pub struct Crossing {
    pub package: Name,
    pub next: Version,
    pub spots: Vec<Spot>,
    /// What names the path and can't be edited safely.
    pub problems: Problems,
    /// The path that is left, and the texts that go on naming it.
    pub from: String,
    pub named: Vec<Named>,
}

/// One text to replace.
#[derive(Debug)]
pub struct Spot {
    pub file: RepoPath,
    /// Counted from the file's first byte.
    pub span: Range<usize>,
    pub old: String,
    pub new: String,
    /// `module`, `import`, `require`, `replace`.
    pub node: String,
    /// A required version: whoever else plans to edit it knows better.
    pub yields: bool,
}

/// What changes in the repository when a module is released as `next`; none when its path fits.
pub fn read(tree: &dyn Tree, config: &Config, manifest: &Manifest, next: Version) -> Option<Crossing> {
    let to = go::path_for(manifest, next.major).filter(|_| manifest.ecosystem == "go")?;
    let from = manifest.name.clone()?;
    let crossing = Crossing {
        package: manifest.package.clone(),
        next,
        spots: Vec::new(),
        problems: Problems::new(),
        from: from.clone(),
        named: Vec::new(),
    };
    let modules = modules(tree);
    let mut search = Search { tree, manifest, from, to, modules, crossing };
    if search.modules.contains(&search.to) {
        let what = format!("another module of the repository has the path `{}`", search.to);
        search.refuse(&manifest.file, None, what);
    }
    for (path, mode) in tree.entries() {
        let ignored = config.ignore.places.iter().any(|rule| glob::matches(&rule.glob, path.as_str()));
        if matches!(mode, Mode::File | Mode::Executable) && !ignored {
            search.file(path);
        }
    }
    let nested: Vec<_> = search.modules.iter().filter(|other| search.is_nested(other)).cloned().collect();
    search.crossing.named =
        crossing_mentions::read(tree, config, &search.from, &nested, &search.crossing.spots);
    Some(search.crossing)
}

/// The paths of all modules of the repository.
fn modules(tree: &dyn Tree) -> Vec<String> {
    let files = tree.entries().keys().filter(|path| path.name() == "go.mod");
    files
        .filter_map(|path| go::module(&Text::new(tree.read(path).ok()??.as_ref())))
        .map(|at| at.text)
        .collect()
}

struct Search<'a> {
    tree: &'a dyn Tree,
    manifest: &'a Manifest,
    from: String,
    to: String,
    modules: Vec<String>,
    crossing: Crossing,
}

impl Search<'_> {
    fn refuse(&mut self, file: &RepoPath, line: Option<usize>, what: String) {
        self.crossing.problems.push(
            Problem::new(Code::W0316, what)
                .at_file(file.as_str(), line)
                .why(format!("`{}` becomes `{}`", self.from, self.to)),
        );
    }

    fn file(&mut self, path: &RepoPath) {
        let vendored = path.components().any(|part| part == "vendor");
        let looked = match path.name() {
            "go.mod" | "go.work" => !vendored,
            "modules.txt" => vendored,
            name => name.ends_with(".go") && !vendored && is_seen(path),
        };
        if !looked {
            return;
        }
        match self.tree.read(path) {
            Ok(Some(source)) if source.text.contains(&self.from) || source.text.contains('\\') => {
                match path.name() {
                    "go.mod" | "go.work" => self.gomod(&source),
                    "modules.txt" => self.vendored(&source),
                    _ => self.imports(&source),
                }
            }
            Ok(_) => {}
            Err(problem) => self.crossing.problems.push(problem),
        }
    }

    fn spot(&mut self, source: &Source, span: Range<usize>, node: &str, new: String, yields: bool) {
        let old = source.text.get(span.clone()).unwrap_or("").to_owned();
        self.crossing.spots.push(Spot {
            file: source.path.clone(),
            span,
            old,
            new,
            node: node.to_owned(),
            yields,
        });
    }

    fn gomod(&mut self, source: &Source) {
        for Directive { verb, words } in directives(&Text::new(source)) {
            let own = source.path == self.manifest.file;
            let Some(path) = words.first() else { continue };
            let follows = match verb.as_str() {
                "module" => own && path.text == self.from,
                "require" | "replace" => path.text == self.from,
                // Go 1.24: the path of a package.
                "tool" => self.names(&path.text),
                _ => false,
            };
            if !follows {
                continue;
            }
            let span = path.span.start..path.span.start + self.from.len();
            self.spot(source, span, &verb, self.to.clone(), false);
            if let Some(version) = words.get(1).filter(|word| verb != "tool" && word.text.starts_with('v')) {
                let next = Form { v: true, ..Form::SEMVER }.render(self.crossing.next);
                self.spot(source, version.span.clone(), &verb, next, true);
            }
        }
    }

    fn vendored(&mut self, source: &Source) {
        let line = source.text.lines().position(|line| {
            line.strip_prefix("# ").is_some_and(|rest| rest.split(' ').next() == Some(self.from.as_str()))
        });
        if let Some(line) = line {
            let what = format!("`{}` holds a copy of the module under its old path", source.path);
            self.refuse(&source.path, Some(line + 1), what);
        }
    }

    fn imports(&mut self, source: &Source) {
        let (body, shift) = source.body();
        match imports::imports(body) {
            Ok(found) => {
                for import in found {
                    let start = import.range.start + shift;
                    if import.escaped {
                        let what = format!("an import in `{}` is written with escapes", source.path);
                        self.refuse(&source.path, Some(source.line(start)), what);
                    } else if self.names(&body[import.range.clone()]) {
                        self.spot(source, start..start + self.from.len(), "import", self.to.clone(), false);
                    }
                }
            }
            Err(at) if source.text.contains(&self.from) => {
                let what = format!("the imports of `{}` can't be read", source.path);
                self.refuse(&source.path, Some(source.line(at + shift)), what);
            }
            Err(_) => {}
        }
    }

    /// Whether an import path is that of a package of the module: not of a module nested in it,
    /// and not of another major version of it.
    fn names(&self, import: &str) -> bool {
        let Some(inside) = below(import, &self.from) else { return false };
        let nested = |other: &String| self.is_nested(other) && below(import, other).is_some();
        if self.modules.iter().any(nested) {
            return false;
        }
        let first = inside.trim_start_matches('/').split('/').next().unwrap_or("");
        let other_major = split_major(&format!("x/{first}")).1.is_some();
        !other_major || self.holds(&self.manifest.folder.child(first))
    }

    /// Whether another module's path is below this one's.
    fn is_nested(&self, other: &str) -> bool {
        other.len() > self.from.len() && below(other, &self.from).is_some()
    }

    fn holds(&self, folder: &RepoPath) -> bool {
        let next = self.tree.entries().range(folder.child("")..).next();
        next.is_some_and(|(path, _)| path.below(folder).is_some())
    }
}

/// What of an import path follows a module's, if it is the module's own or below it.
fn below<'a>(import: &'a str, module: &str) -> Option<&'a str> {
    import.strip_prefix(module).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether Go looks into a file (`go help packages`).
fn is_seen(path: &RepoPath) -> bool {
    path.components().all(|part| part != "testdata" && !part.starts_with(['_', '.']))
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, ignore, package};
    use super::super::{Ecosystem, go::Go};
    use super::*;
    use crate::model::tree::MemoryTree;

    const FROM: &str = "example.org/suite/go";

    /// The spots and problems of the module in `go`, a line each.
    fn crossing(files: &[(&str, &str)], next: &str) -> Vec<String> {
        let tree = MemoryTree::new(files.iter().copied());
        let mut config = config(&["client=go"]);
        ignore(&mut config, "old/**");
        let manifest = Go.manifest(&tree, &package("client=go")).unwrap().unwrap();
        let Some(crossing) = read(&tree, &config, &manifest, Version::parse(next).unwrap()) else {
            return vec!["fits".into()];
        };
        let spot = |spot: &Spot| {
            let source = tree.read(&spot.file).unwrap().unwrap();
            assert_eq!(source.text[spot.span.clone()], spot.old);
            format!(
                "{}:{} {} {} -> {}",
                spot.file,
                source.line(spot.span.start),
                spot.node,
                spot.old,
                spot.new
            )
        };
        let problem = |problem: &Problem| {
            format!("{} {}: {}", problem.code, problem.at.as_ref().unwrap(), problem.what)
        };
        crossing.spots.iter().map(spot).chain(crossing.problems.iter().map(problem)).collect()
    }

    #[test]
    fn everything_that_names_the_path_follows() {
        let files = [
            ("go/go.mod", "module example.org/suite/go // example.org/suite/go\n"),
            (
                "go/client.go",
                "\u{feff}// Package client is example.org/suite/go.\r\npackage client\r\n\r\nimport (\r\n\t\"example.org/suite/go/internal\"\r\n\
                 \tx `example.org/suite/go`\r\n\t\"example.org/suite/go-other\"\r\n\t\"example.org/suite/go/nested/p\"\r\n\t\"example.org/suite/go/v3\"\r\n)\r\n\
                 const path = \"example.org/suite/go\"\r\n",
            ),
            ("go/nested/go.mod", "module example.org/suite/go/nested\nrequire example.org/suite/go v1.4.0\n"),
            (
                "app/go.mod",
                "module example.org/app\nrequire (\n\texample.org/suite/go v1.4.0 // indirect\n\texample.org/suite/go/nested v1.4.0\n)\n\
                 replace example.org/suite/go => ../go\nexclude example.org/suite/go v1.3.0\ntool example.org/suite/go/cmd/x\n",
            ),
            ("go.work", "go 1.24\nuse ./go\nreplace example.org/suite/go v1.4.0 => ./go\n"),
            ("go/testdata/a.go", "package a\nimport \"example.org/suite/go\"\n"),
            ("old/a.go", "package a\nimport \"example.org/suite/go\"\n"),
            ("README.md", "import \"example.org/suite/go\"\n"),
        ];
        let to = "example.org/suite/go/v2";
        assert_eq!(
            crossing(&files, "2.0.0-rc.1"),
            [
                format!("app/go.mod:3 require {FROM} -> {to}"),
                "app/go.mod:3 require v1.4.0 -> v2.0.0-rc.1".into(),
                format!("app/go.mod:6 replace {FROM} -> {to}"),
                format!("app/go.mod:8 tool {FROM} -> {to}"),
                format!("go.work:3 replace {FROM} -> {to}"),
                "go.work:3 replace v1.4.0 -> v2.0.0-rc.1".into(),
                format!("go/client.go:5 import {FROM} -> {to}"),
                format!("go/client.go:6 import {FROM} -> {to}"),
                format!("go/go.mod:1 module {FROM} -> {to}"),
                format!("go/nested/go.mod:2 require {FROM} -> {to}"),
                "go/nested/go.mod:2 require v1.4.0 -> v2.0.0-rc.1".into(),
            ]
        );
        assert_eq!(crossing(&files, "1.9.0"), ["fits"]);
    }

    #[test]
    fn later_majors_and_packages_named_like_one() {
        let files = [
            ("go/go.mod", "module example.org/suite/go/v2\n"),
            ("go/v4/api.go", "package v4\n"),
            (
                "go/a.go",
                "package a\nimport (\n\"example.org/suite/go\"\n\"example.org/suite/go/v2/b\"\n\"example.org/suite/go/v2/v4\"\n\"example.org/suite/go/v2/v5\"\n)\n",
            ),
        ];
        let (from, to) = ("example.org/suite/go/v2", "example.org/suite/go/v3");
        assert_eq!(
            crossing(&files, "3.0.0"),
            [
                format!("go/a.go:4 import {from} -> {to}"),
                format!("go/a.go:5 import {from} -> {to}"),
                format!("go/go.mod:1 module {from} -> {to}"),
            ]
        );
    }

    #[test]
    fn refuses_what_it_cannot_edit() {
        let files = [
            ("go/go.mod", "module example.org/suite/go\n"),
            ("go/v2/go.mod", "module example.org/suite/go/v2\n"),
            ("go/a.go", "package a\nimport \"example.org/suite\\x2fgo\"\n"),
            ("go/b.go", "<<<<<<< example.org/suite/go\npackage a\n"),
            ("go/c.go", "no go at all \\\n"),
            ("app/vendor/modules.txt", "# example.org/other v1.0.0\n# example.org/suite/go v1.4.0\n"),
            ("app/vendor/example.org/suite/go/a.go", "package a\nimport \"example.org/suite/go/b\"\n"),
        ];
        assert_eq!(
            crossing(&files, "2.0.0"),
            [
                "go/go.mod:1 module example.org/suite/go -> example.org/suite/go/v2",
                "W0316 go/go.mod: another module of the repository has the path `example.org/suite/go/v2`",
                "W0316 app/vendor/modules.txt:2: `app/vendor/modules.txt` holds a copy of the module under its old path",
                "W0316 go/a.go:2: an import in `go/a.go` is written with escapes",
                "W0316 go/b.go:1: the imports of `go/b.go` can't be read",
            ]
        );
    }
}
