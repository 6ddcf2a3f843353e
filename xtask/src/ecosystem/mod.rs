//! Where versions stand: one file per ecosystem, each of which reads manifests and lock files
//! and answers with places. Nothing here says what should stand there.

use std::collections::BTreeMap;

use crate::format::Scalar;
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::place::{Origin, Place, Role};
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::{Source, Tree};
use crate::model::version::Version;

pub mod cargo;
mod declared;
pub mod go;
pub mod helm;
pub mod npm;
pub mod openapi;
pub mod pypi;
mod scan;

pub use scan::{Scan, scan};

/// Every ecosystem, in the order in which manifests are reported.
pub const ALL: &[&dyn Ecosystem] =
    &[&cargo::Cargo, &npm::Npm, &pypi::Pypi, &go::Go, &helm::Helm, &openapi::Openapi];

/// One kind of package: its manifest and its lock files.
pub trait Ecosystem: Sync {
    /// `cargo`; also the name of the file in this folder.
    fn name(&self) -> &'static str;

    /// The package's manifest, if its folder holds one of this kind.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems>;

    /// The manifests of all packages; for ecosystems whose manifests share a file.
    fn manifests(&self, tree: &dyn Tree, packages: &[Package]) -> Vec<Result<Option<Manifest>, Problems>> {
        packages.iter().map(|package| self.manifest(tree, package)).collect()
    }

    /// What is wrong with a manifest besides its version.
    fn check(&self, _manifest: &Manifest) -> Problems {
        Problems::new()
    }

    /// Why a package cannot be released as a version, when its manifest does not fit it.
    fn check_next(&self, _manifest: &Manifest, _next: Version) -> Option<Problem> {
        None
    }

    /// The lock files, nearest to the package's folder, that may hold entries of it.
    fn locks(&self, _tree: &dyn Tree, _manifest: &Manifest) -> Vec<RepoPath> {
        Vec::new()
    }

    /// The places of our packages in one lock file.
    ///
    /// # Errors
    /// A malformed lock file, one in an unknown format (`W0310`), one without the entry of its
    /// own package (`W0309`).
    fn lock_places(&self, _lock: &Source, _ours: &Ours<'_>) -> Result<Vec<Place>, Problems> {
        Ok(Vec::new())
    }
}

/// Why manifests do not fit the version that their package is to be released as.
pub fn misfits<'a>(
    manifests: impl Iterator<Item = &'a Manifest>,
    next: Version,
) -> impl Iterator<Item = Problem> {
    manifests.filter_map(move |manifest| {
        let ecosystem = ALL.iter().find(|ecosystem| ecosystem.name() == manifest.ecosystem)?;
        ecosystem.check_next(manifest, next)
    })
}

/// What a package's manifest says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub ecosystem: &'static str,
    pub package: Name,
    pub folder: RepoPath,
    pub file: RepoPath,
    /// The name in the registry; a Go module's path.
    pub name: Option<String>,
    /// Never published, by its own word.
    pub private: bool,
    /// The manifest's own version first.
    pub places: Vec<Place>,
    /// Why the manifest holds no version, as the end of a sentence that starts with its file.
    pub unversioned: Option<String>,
}

impl Manifest {
    /// A manifest without places.
    fn new(ecosystem: &'static str, package: &Package, file: RepoPath) -> Manifest {
        Manifest {
            ecosystem,
            package: package.name.clone(),
            folder: package.path.clone(),
            file,
            name: None,
            private: false,
            places: Vec::new(),
            unversioned: None,
        }
    }

    /// Adds a place that this ecosystem found.
    fn add(&mut self, file: &RepoPath, node: &str, scalar: Scalar, form: Form, role: Role) {
        self.places.push(Place {
            package: self.package.clone(),
            file: file.clone(),
            node: node.to_owned(),
            span: scalar.span,
            line: scalar.line,
            text: scalar.text,
            form,
            role,
            origin: Origin::Ecosystem(self.ecosystem),
        });
    }

    /// A place of this manifest's package in a lock file.
    fn locked(&self, lock: &Source, node: String, scalar: Scalar, form: Form) -> Place {
        Place {
            package: self.package.clone(),
            file: lock.path.clone(),
            node,
            span: scalar.span,
            line: scalar.line,
            text: scalar.text,
            form,
            role: Role::Lock,
            origin: Origin::Ecosystem(self.ecosystem),
        }
    }

    /// The form of the manifest's own version.
    fn form(&self) -> Form {
        self.places.first().map_or(Form::SEMVER, |place| place.form)
    }
}

/// The manifests of one ecosystem that hold a version, to look lock entries up in.
pub struct Ours<'a> {
    by_folder: BTreeMap<&'a RepoPath, &'a Manifest>,
    by_name: BTreeMap<&'a str, &'a Manifest>,
}

impl<'a> Ours<'a> {
    pub fn new(manifests: impl IntoIterator<Item = &'a Manifest>) -> Ours<'a> {
        let mut ours = Ours { by_folder: BTreeMap::new(), by_name: BTreeMap::new() };
        for manifest in manifests.into_iter().filter(|manifest| !manifest.places.is_empty()) {
            ours.by_folder.entry(&manifest.folder).or_insert(manifest);
            if let Some(name) = &manifest.name {
                ours.by_name.entry(name).or_insert(manifest);
            }
        }
        ours
    }

    /// The manifest in a folder.
    pub fn at(&self, folder: &RepoPath) -> Option<&'a Manifest> {
        self.by_folder.get(folder).copied()
    }

    /// The manifest in the folder that a relative path leads to.
    pub fn beside(&self, folder: &RepoPath, path: &str) -> Option<&'a Manifest> {
        self.at(&folder.join(path).ok()?)
    }

    /// The manifest with a registry name.
    pub fn named(&self, name: &str) -> Option<&'a Manifest> {
        self.by_name.get(name).copied()
    }

    /// The manifest in the lock file's own folder.
    pub fn owner(&self, lock: &Source) -> Option<&'a Manifest> {
        self.at(&lock.path.parent()?)
    }

    pub fn all(&self) -> impl Iterator<Item = &'a Manifest> {
        self.by_folder.values().copied()
    }
}

/// A lock file lacks what it must hold (`W0309`).
fn drifted(lock: &Source, what: &str, command: &str) -> Problem {
    Problem::new(Code::W0309, format!("`{}` {what}", lock.path)).at(&lock.path).run(command)
}

/// A lock file in a format that is not known (`W0310`).
fn unknown_lock(lock: &Source, what: &str) -> Problem {
    Problem::new(Code::W0310, format!("`{}` {what}", lock.path))
        .at(&lock.path)
        .why("the release would leave it out of step with the manifests")
        .help("Have a hook refresh it, and list the file under `ignore.places`.")
}

/// A path as it is typed in a command, where it can't be read as an option.
fn typed(path: &RepoPath) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let text = if path.as_str().starts_with('-') { format!("./{path}") } else { path.to_string() };
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_list() {
        let besides = ["declared.rs", "mod.rs", "scan.rs"];
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ecosystem");
        for entry in walkdir::WalkDir::new(folder).min_depth(1) {
            let file = entry.unwrap().file_name().to_string_lossy().into_owned();
            let listed = ALL.iter().any(|ecosystem| format!("{}.rs", ecosystem.name()) == file);
            assert!(listed || besides.contains(&file.as_str()), "{file} is not in ALL");
        }
    }
}

/// What the tests of every ecosystem ask: the scan of a tree in memory, as lines of text.
#[cfg(test)]
mod prove {
    use super::*;
    use crate::model::config::{Config, Find, Flow, Group, Ignore, IgnoreRule, PlaceRule, ReleaseRules};
    use crate::model::edit::{self, Edit};
    use crate::model::names::RemoteName;
    use crate::model::template::Template;
    use crate::model::tree::MemoryTree;
    use crate::model::version::Version;

    /// A config of packages, each `name=folder` or `name=folder:form`, in one group.
    pub fn config(packages: &[&str]) -> Config {
        let packages: Vec<_> = packages.iter().map(|spec| package(spec)).collect();
        Config {
            file: "windlass.toml".into(),
            release: ReleaseRules {
                remote: RemoteName::parse("origin").unwrap(),
                branches: vec!["main".into()],
                commit: Template::parse("{version}", &[]).unwrap(),
            },
            groups: vec![Group {
                name: Name::parse("all").unwrap(),
                packages: packages.iter().map(|package| package.name.clone()).collect(),
                default: true,
                base: None,
                flow: Flow::Direct,
                development: None,
                tags: vec![],
                line: None,
            }],
            packages,
            changelogs: vec![],
            hooks: vec![],
            ignore: Ignore::default(),
            settings: vec![],
        }
    }

    pub fn package(spec: &str) -> Package {
        let (name, rest) = spec.split_once('=').unwrap();
        let (path, form) = rest.split_once(':').map_or((rest, None), |(path, form)| (path, Some(form)));
        Package {
            name: Name::parse(name).unwrap(),
            path: RepoPath::parse(path).unwrap(),
            form: form.map(|form| Form::from_name(form).unwrap()),
            places: vec![],
            line: 1,
        }
    }

    /// Adds a rule to a config's first package: `file key KEY` or `file COUNT PATTERN`, each
    /// perhaps with `:FORM` after the file.
    pub fn declare(config: &mut Config, rule: &str) {
        let parts: Vec<_> = rule.splitn(3, ' ').collect();
        let (file, form) =
            parts[0].split_once(':').map_or((parts[0], None), |(file, form)| (file, Some(form)));
        let line = 10 + config.packages[0].places.len();
        config.packages[0].places.push(PlaceRule {
            file: RepoPath::parse(file).unwrap(),
            find: match parts[1] {
                "key" => Find::Key(parts[2].into()),
                count => Find::Pattern {
                    pattern: Template::pattern(parts[2]).unwrap(),
                    count: count.parse().unwrap(),
                },
            },
            form: form.map(|form| Form::from_name(form).unwrap()),
            after: crate::model::config::After::Release,
            line,
        });
    }

    pub fn ignore(config: &mut Config, glob: &str) {
        config.ignore.places.push(IgnoreRule { glob: glob.into(), reason: None });
    }

    fn place(place: &Place) -> String {
        let Place { package, file, node, line, text, form, role, .. } = place;
        format!("{package} {file}:{line} {node} = {text} ({form}, {role:?})")
    }

    fn problem(problem: &Problem) -> String {
        let at = problem.at.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{} {at}: {}", problem.code, problem.what)
    }

    /// The places and problems of a scan, a line each. Where nothing is wrong, an edit of every
    /// span must change nothing else, and reading back must give the new version everywhere.
    pub fn found(files: &[(&str, &str)], config: &Config) -> Vec<String> {
        let read = scan(&MemoryTree::new(files.iter().copied()), config);
        if read.problems.is_empty() {
            round(files, config, &read);
        }
        read.places.iter().map(place).chain(read.problems.iter().map(problem)).collect()
    }

    fn round(files: &[(&str, &str)], config: &Config, read: &Scan) {
        let version = Version::parse("3.2.1-rc.4").unwrap();
        let edited: Vec<_> =
            files.iter().map(|(path, text)| (*path, after(path, text, read, version))).collect();
        let again = scan(&MemoryTree::new(edited.iter().map(|(path, text)| (*path, text.as_str()))), config);
        assert_eq!(again.problems, []);
        assert_eq!(again.places.len(), read.places.len());
        for (now, before) in again.places.iter().zip(&read.places) {
            assert_eq!((&now.node, &now.file, now.line), (&before.node, &before.file, before.line));
            assert_eq!(now.text, before.form.render(version), "{}", before.node);
        }
        for manifest in &again.manifests {
            assert!(manifest.places.iter().all(|place| place.text == place.form.render(version)));
        }
    }

    fn after(path: &str, text: &str, read: &Scan, version: Version) -> String {
        let here = read.places.iter().filter(|place| place.file.as_str() == path);
        let edits: Vec<_> = here
            .map(|place| Edit {
                start: place.span.start,
                end: place.span.end,
                old: place.text.clone(),
                new: place.form.render(version),
                node: place.node.clone(),
                dates: vec![],
            })
            .collect();
        edit::apply(text, &edits).unwrap()
    }
}
