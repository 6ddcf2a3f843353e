//! What packages are called in texts: by their registries' names, which are enough beside a
//! version, or by the name in the config and the folder's, which are not.

use std::collections::{BTreeMap, BTreeSet};

use super::tagged::Tags;
use crate::ecosystem::go::split_major;
use crate::model::config::Package;
use crate::model::names::Name;
use crate::model::target::TargetKind;
use crate::workspace::Workspace;

/// Every name with the packages that bear it.
pub struct Names<'a> {
    /// Names in registries, and as files spell them: `@acme/web`, `acme-web`, `my_wheel`.
    strong: BTreeMap<String, Vec<&'a Package>>,
    /// Names of packages in the config, of their folders: those of images, often.
    weak: BTreeMap<String, Vec<&'a Package>>,
    /// Those of the strong that are images.
    images: BTreeSet<String>,
    /// Go modules by the paths that they had before their second major version, with those that they have.
    moved: BTreeMap<String, (&'a Package, &'a str)>,
    /// The packages that are charts.
    charts: BTreeSet<&'a Name>,
    /// What the tags of our groups look like.
    pub tags: Tags<'a>,
}

/// A name that stands in a text.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    pub packages: Vec<&'a Package>,
    pub strong: bool,
    /// Where it starts.
    pub start: usize,
}

/// No name is longer.
const LONGEST: usize = 200;

impl<'a> Names<'a> {
    /// `home` is where the repository is: `github.com/acme/suite`.
    pub fn new(workspace: &'a Workspace, home: Option<&str>) -> Names<'a> {
        let tags = Tags::new(workspace, home);
        let charts = workspace.manifests.iter().filter(|manifest| manifest.ecosystem == "helm");
        let charts = charts.map(|manifest| &manifest.package).collect();
        let (strong, weak) = (BTreeMap::new(), BTreeMap::new());
        let mut names = Names { strong, weak, images: BTreeSet::new(), moved: BTreeMap::new(), charts, tags };
        for package in &workspace.config.packages {
            let own = workspace.manifests.iter().filter(|manifest| manifest.package == package.name);
            for name in own.filter_map(|manifest| manifest.name.as_ref()) {
                let file = name.trim_start_matches('@').replace('/', "-");
                // Of Maven's `group:artifact`, which a version follows behind another colon.
                let artifact = name.rsplit(':').next().unwrap_or_default().to_owned();
                for spelling in [name.clone(), name.replace('-', "_"), file, artifact] {
                    add(&mut names.strong, spelling, package);
                }
            }
            for manifest in
                workspace.manifests.iter().filter(|one| one.ecosystem == "go" && one.package == package.name)
            {
                let path = manifest.name.as_deref().unwrap_or_default();
                if let (bare, Some(_)) = split_major(path) {
                    names.moved.insert(bare.to_owned(), (package, path));
                }
            }
            for image in &package.images {
                add(&mut names.strong, image.clone(), package);
                names.images.insert(image.clone());
            }
            for name in [package.name.as_str(), package.path.name()] {
                add(&mut names.weak, name.to_owned(), package);
            }
        }
        for target in &workspace.config.targets {
            let package = workspace.config.package(&target.package);
            if let Some((name, package)) = target.oci().zip(package) {
                add(&mut names.strong, name.as_str().to_owned(), package);
                if target.kind == TargetKind::Image {
                    names.images.insert(name.as_str().to_owned());
                }
            }
        }
        names
    }

    /// The name at the end of a text, whole components only: of `images/acme/api` `api`, of
    /// `@acme/web` all, nothing of `my-web` or of `@other/web`. A weak one stands behind a `/`.
    pub fn at_end(&self, text: &str) -> Option<Named<'a>> {
        let run = text.bytes().rev().take(LONGEST).take_while(|byte| in_name(*byte)).count();
        let start = text.len() - run;
        let run = &text[start..];
        let cuts = std::iter::once(0).chain(run.match_indices('/').map(|(at, _)| at + 1));
        for cut in cuts {
            let name = &run[cut..];
            let scoped =
                cut > 0 && run[..cut - 1].rsplit('/').next().is_some_and(|part| part.starts_with('@'));
            if let Some(packages) = self.strong.get(name).filter(|_| !scoped) {
                return Some(Named { packages: packages.clone(), strong: true, start: start + cut });
            }
            if let Some(packages) = self.weak.get(name).filter(|_| cut > 0 && !scoped) {
                return Some(Named { packages: packages.clone(), strong: false, start: start + cut });
            }
        }
        None
    }

    /// A registry's name, and nothing but it.
    pub fn exactly(&self, name: &str) -> Option<Named<'a>> {
        let packages = self.strong.get(name)?;
        Some(Named { packages: packages.clone(), strong: true, start: 0 })
    }

    /// The Go module that had the path at the end of a text, where that starts, and the path that it has.
    pub fn moved_at_end(&self, text: &str) -> Option<(Named<'a>, &'a str)> {
        let run = text.bytes().rev().take(LONGEST).take_while(|byte| in_name(*byte)).count();
        let start = text.len() - run;
        let (package, path) = self.moved.get(&text[start..])?;
        Some((Named { packages: vec![*package], strong: true, start }, path))
    }

    /// Whether a name is one of an image.
    pub fn is_image(&self, name: &str) -> bool {
        self.images.contains(name)
    }

    /// Of the packages that share a name those that are charts, if any is.
    pub fn charts(&self, named: Named<'a>) -> Named<'a> {
        let is_chart = |package: &&'a Package| self.charts.contains(&package.name);
        let packages: Vec<_> = named.packages.iter().copied().filter(is_chart).collect();
        if packages.is_empty() { named } else { Named { packages, ..named } }
    }

    /// The first name among the words of a line.
    pub fn in_words(&self, line: &str) -> Option<Named<'a>> {
        let apart = |c: char| {
            c.is_whitespace()
                || matches!(c, '"' | '\'' | '`' | '=' | '(' | ')' | ',' | '{' | '[' | ']' | '<' | '>')
        };
        line.split(apart).filter(|word| word.len() > 1).find_map(|word| self.at_end(word))
    }

    /// The packages that a constant's name speaks of: `ACME_WEB` of `@acme/web`.
    pub fn in_constant(&self, name: &str) -> Option<Named<'a>> {
        let name = name.to_ascii_lowercase();
        let packages = self.strong.get(&name).or_else(|| self.strong.get(&name.replace('_', "-")))?;
        Some(Named { packages: packages.clone(), strong: true, start: 0 })
    }
}

fn add<'a>(names: &mut BTreeMap<String, Vec<&'a Package>>, name: String, package: &'a Package) {
    // A single letter says nothing.
    if name.len() > 1 {
        let packages = names.entry(name).or_default();
        if !packages.iter().any(|known| known.name == package.name) {
            packages.push(package);
        }
    }
}

fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'@' | b'~' | b'-')
}
