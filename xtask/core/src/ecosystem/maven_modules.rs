//! Maven's modules that are no packages: a `pom.xml` anywhere whose parent is one of ours repeats its
//! version, and Maven refuses to build it once they differ.

use super::maven::{Pom, pom};
use crate::model::config::Package;
use crate::model::path::RepoPath;
use crate::model::tree::{Mode, Tree};

/// The projects in folders that are no package's. One that can't be read is nobody's.
pub(super) fn others(tree: &dyn Tree, ours: &[(&Package, &Pom)]) -> Vec<Pom> {
    let is_ours = |file: &RepoPath| ours.iter().any(|(_, pom)| pom.file == *file);
    let files = tree.entries().iter().filter(|(path, mode)| {
        path.name() == "pom.xml" && matches!(mode, Mode::File | Mode::Executable) && !is_ours(path)
    });
    files.filter_map(|(path, _)| pom(tree, path).ok().flatten()).filter(|pom| pom.parent.is_some()).collect()
}

/// The modules whose parent is a package of ours, or a module that inherits a package's version, each with that
/// package. Those that inherit the version join `ours`: they are parents like the package itself.
///
/// The parent must lie where `relativePath` leads: one that is asked for at a repository is a published one.
pub(super) fn following<'a>(
    ours: &mut Vec<(&'a Package, &'a Pom)>,
    modules: &'a [Pom],
) -> Vec<(&'a Package, &'a Pom)> {
    let mut found = Vec::new();
    let mut left: Vec<&Pom> = modules.iter().collect();
    let mut known = 0;
    while known < ours.len() {
        let (package, above) = ours[known];
        known += 1;
        left.retain(|module| {
            let parent = module.parent.as_ref().filter(|parent| parent.names == above.names);
            if parent.is_none_or(|parent| parent.file.as_ref() != Some(&above.file)) {
                return true;
            }
            found.push((package, *module));
            if module.version.is_none() {
                ours.push((package, module));
            }
            false
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    fn child(parent: &str, artifact: &str, rest: &str) -> String {
        format!(
            "<project>\n<parent><groupId>g</groupId><artifactId>{parent}</artifactId>\n<version>0.1.0</version>\n\
             </parent>\n<artifactId>{artifact}</artifactId>{rest}</project>\n"
        )
    }

    #[test]
    fn modules_that_are_no_packages_follow_their_parent() {
        let root =
            "<project><groupId>g</groupId><artifactId>suite</artifactId><version>0.1.0</version></project>";
        let (core, deep) = (child("suite", "core", ""), child("core", "deep", ""));
        let (own, below) = (child("suite", "own", "<version>0.1.0</version>"), child("own", "below", ""));
        let other = child("other", "x", "");
        let published = child("suite", "y", "").replace("</version>", "</version><relativePath/>");
        let app = child("core", "app", "");
        let files = [
            ("pom.xml", root),
            ("core/pom.xml", &core),
            ("core/deep/pom.xml", &deep),
            ("core/app/pom.xml", &app),
            ("own/pom.xml", &own),
            ("own/below/pom.xml", &below),
            ("other/pom.xml", &other),
            ("published/pom.xml", &published),
            ("broken/pom.xml", "<project>"),
        ];
        let place = |file: &str| format!("suite {file}:3 project.parent.version = 0.1.0 (maven, Mention)");
        assert_eq!(
            found(&files, &config(&["suite=.", "app=core/app"])),
            [
                "app core/app/pom.xml:3 project.parent.version = 0.1.0 (maven, Manifest)".into(),
                place("core/deep/pom.xml"),
                place("core/pom.xml"),
                place("own/pom.xml"),
                "suite pom.xml:1 project.version = 0.1.0 (maven, Manifest)".into(),
            ]
        );
    }

    #[test]
    fn a_version_that_is_said_to_be_the_parents() {
        let root =
            "<project><groupId>g</groupId><artifactId>suite</artifactId><version>0.1.0</version></project>";
        let core = child("suite", "core", "<version>${project.parent.version}</version>");
        assert_eq!(
            found(&[("pom.xml", root), ("core/pom.xml", &core)], &config(&["suite=.", "core=core"]))[0],
            "core core/pom.xml:3 project.parent.version = 0.1.0 (maven, Manifest)"
        );
    }
}
