//! Maven: `pom.xml` in the package's folder.
//!
//! The version is the project's own `<version>`; a project without one inherits its parent's, and
//! then `<parent><version>` is the place. Where the parent is one of ours, by groupId and
//! artifactId (Maven takes what lies at `relativePath` for the parent only if both fit), its
//! version in the child is a place of the parent. A module that is no package and inherits the version
//! of one has that version too, and so have those that inherit it in turn. Dependencies, plugins,
//! profiles and all other properties are never touched.
//!
//! A version that is a property, `${revision}` (Maven, "Maven CI Friendly Versions"), is followed
//! to `<properties>` of the project or of the parents at `relativePath`. One composed of several
//! (`${revision}${changelist}`) is not: which of them a release changes has to be declared.

use super::{Ecosystem, Manifest, maven_modules};
use crate::format::{Node, Scalar, Text, xml};
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::{Origin, Place, Role};
use crate::model::problem::{Problem, Problems};
use crate::model::tree::Tree;

pub struct Maven;

impl Ecosystem for Maven {
    fn name(&self) -> &'static str {
        "maven"
    }

    fn manifest(&self, tree: &dyn Tree, package: &Package) -> Result<Option<Manifest>, Problems> {
        self.manifests(tree, std::slice::from_ref(package)).pop().unwrap_or(Ok(None))
    }

    fn manifests(&self, tree: &dyn Tree, packages: &[Package]) -> Vec<Result<Option<Manifest>, Problems>> {
        let poms: Vec<_> = packages.iter().map(|package| pom(tree, &package.path.child("pom.xml"))).collect();
        let mut ours: Vec<_> = packages
            .iter()
            .zip(&poms)
            .filter_map(|(package, pom)| Some((package, pom.as_ref().ok()?.as_ref()?)))
            .collect();
        let modules = if ours.is_empty() { Vec::new() } else { maven_modules::others(tree, &ours) };
        let followers = maven_modules::following(&mut ours, &modules);
        let read = |(package, pom): (&Package, &Result<Option<Pom>, Problem>)| match pom {
            Ok(Some(pom)) => {
                let mut manifest = manifest(tree, package, pom, &ours).map_err(|problem| vec![problem])?;
                let own = followers.iter().filter(|(owner, _)| owner.name == package.name);
                manifest.places.extend(own.filter_map(|(owner, pom)| parent_place(pom, owner)));
                Ok(Some(manifest))
            }
            Ok(None) => Ok(None),
            Err(problem) => Err(vec![problem.clone()]),
        };
        packages.iter().zip(&poms).map(read).collect()
    }
}

/// What a project says of itself and its parent.
pub(super) struct Pom {
    pub(super) file: RepoPath,
    /// groupId (its own, else the parent's) and artifactId.
    pub(super) names: (String, String),
    pub(super) version: Option<Scalar>,
    pub(super) parent: Option<Parent>,
}

pub(super) struct Parent {
    pub(super) names: (String, String),
    pub(super) version: Option<Scalar>,
    /// The file that `relativePath` leads to; none when it is empty or leads out of the repository.
    pub(super) file: Option<RepoPath>,
}

pub(super) fn pom(tree: &dyn Tree, file: &RepoPath) -> Result<Option<Pom>, Problem> {
    let Some(source) = tree.read(file)? else { return Ok(None) };
    let text = Text::new(&source);
    let document = xml::parse(&text)?;
    let Some(project) = document.root().get("project")? else { return Ok(None) };
    let value = |node: xml::Xml<'_>, key: &str| -> Result<String, Problem> {
        Ok(node.value_at(&[key])?.map(|value| value.into_owned()).unwrap_or_default())
    };
    let token = |node: xml::Xml<'_>, name: &str| match node.get("version")? {
        Some(version) => version.token(name).map(Some),
        None => Ok(None),
    };
    let parent = match project.get("parent")? {
        Some(node) => Some(Parent {
            names: (value(node, "groupId")?, value(node, "artifactId")?),
            version: token(node, PARENT)?,
            file: match node.value_at(&["relativePath"])? {
                Some(path) => parent_file(tree, file, &path),
                None => parent_file(tree, file, "../pom.xml"),
            },
        }),
        None => None,
    };
    let group = value(project, "groupId")?;
    let inherited = parent.as_ref().map(|parent| parent.names.0.clone()).filter(|_| group.is_empty());
    // A version that is said to be the parent's is inherited, whichever way it is written.
    let version =
        token(project, OWN)?.filter(|own| parent.is_none() || !PARENTS.contains(&own.text.as_str()));
    Ok(Some(Pom {
        file: file.clone(),
        names: (inherited.unwrap_or(group), value(project, "artifactId")?),
        version,
        parent,
    }))
}

const OWN: &str = "project.version";
const PARENT: &str = "project.parent.version";

/// A parent's version as an expression (Maven Model Builder, "Model Interpolation"; the second is its old spelling).
const PARENTS: [&str; 2] = ["${project.parent.version}", "${parent.version}"];

/// `relativePath` may name a folder for the `pom.xml` in it (POM Reference, "Inheritance").
fn parent_file(tree: &dyn Tree, file: &RepoPath, path: &str) -> Option<RepoPath> {
    let found = file.parent()?.join(path).ok().filter(|_| !path.is_empty())?;
    Some(if tree.contains(&found) { found } else { found.child("pom.xml") })
}

fn manifest(
    tree: &dyn Tree,
    package: &Package,
    pom: &Pom,
    ours: &[(&Package, &Pom)],
) -> Result<Manifest, Problem> {
    let mut manifest = Manifest::new("maven", package, pom.file.clone());
    let (group, artifact) = &pom.names;
    manifest.name = Some(format!("{group}:{artifact}"));
    let form = package.form.unwrap_or(Form::MAVEN);
    let parent = pom.parent.as_ref().and_then(|parent| Some((parent, ours_of(parent, ours)?)));
    let inherited = pom.parent.as_ref().and_then(|parent| parent.version.as_ref());
    let stands = match (&pom.version, inherited) {
        (Some(own), _) => Ok((OWN, own)),
        (None, Some(version)) if parent.is_some() || version.text.contains("${") => Ok((PARENT, version)),
        (None, Some(_)) => Err("inherits its version from a parent that is no package of the config"),
        (None, None) => Err("has no `<version>`"),
    };
    match stands.map(|(node, token)| follow(tree, pom, node, token)) {
        Ok(spot) => match spot? {
            Some((file, node, token)) => manifest.add(&file, &node, token, form, Role::Manifest),
            None => manifest.unversioned = Some(COMPOSED.into()),
        },
        Err(why) => manifest.unversioned = Some(why.into()),
    }
    manifest.places.extend(parent.and_then(|(_, owner)| parent_place(pom, owner)));
    Ok(manifest)
}

/// A parent's version in its child; one that is a property stands elsewhere.
fn parent_place(pom: &Pom, owner: &Package) -> Option<Place> {
    let token = pom.parent.as_ref()?.version.as_ref().filter(|token| !token.text.contains("${"))?;
    Some(Place {
        package: owner.name.clone(),
        file: pom.file.clone(),
        node: PARENT.into(),
        span: token.span.clone(),
        line: token.line,
        text: token.text.clone(),
        form: owner.form.unwrap_or(Form::MAVEN),
        role: Role::Mention,
        origin: Origin::Ecosystem("maven"),
    })
}

const COMPOSED: &str = "has a version made of properties that are not plainly there; declare in `places` \
    the one that a release changes";

/// The package that a parent is; of two with its names the one at `relativePath`.
fn ours_of<'a>(parent: &Parent, ours: &[(&'a Package, &Pom)]) -> Option<&'a Package> {
    let fits = ours.iter().filter(|(_, pom)| pom.names == parent.names);
    let at_path = fits.clone().find(|(_, pom)| parent.file.as_ref() == Some(&pom.file));
    at_path.or_else(|| fits.clone().next()).map(|(package, _)| *package)
}

/// The longest way from a property to its text, through parents and other properties.
const STEPS: usize = 32;

/// Where a version stands: here, or in the property that it is.
fn follow(
    tree: &dyn Tree,
    pom: &Pom,
    node: &str,
    token: &Scalar,
) -> Result<Option<(RepoPath, String, Scalar)>, Problem> {
    let mut spot = (pom.file.clone(), node.to_owned(), token.clone());
    let mut at = None;
    for _ in 0..STEPS {
        if !spot.2.text.contains("${") {
            return Ok(Some(spot));
        }
        let Some(name) = spot.2.text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
            break;
        };
        let file = at.as_ref().unwrap_or(&pom.file);
        if let Some(found) = property(tree, file, name)? {
            spot = (file.clone(), format!("project.properties.{name}"), found);
            // What it refers to is looked for from the project itself again: a child overrides.
            at = None;
            continue;
        }
        let above = self::pom(tree, file)?.and_then(|pom| pom.parent).and_then(|parent| {
            let file = parent.file?;
            Some((parent.names, file))
        });
        match above {
            Some((names, file)) if self::pom(tree, &file)?.is_some_and(|pom| pom.names == names) => {
                at = Some(file);
            }
            _ => break,
        }
    }
    Ok(None)
}

fn property(tree: &dyn Tree, file: &RepoPath, name: &str) -> Result<Option<Scalar>, Problem> {
    let Some(source) = tree.read(file)? else { return Ok(None) };
    let text = Text::new(&source);
    let document = xml::parse(&text)?;
    match document.root().at(&["project", "properties", name])? {
        Some(node) => node.token(&format!("project.properties.{name}")).map(Some),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    const ROOT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<project xmlns=\"127.0.0.1/POM/4.0.0\">\r\n\
        \t<modelVersion>4.0.0</modelVersion>\r\n\t<groupId>org.example</groupId><artifactId>suite</artifactId>\r\n\
        \t<version>0.1.0-SNAPSHOT</version> <!-- \u{e9} 0.1.0-SNAPSHOT -->\r\n\t<packaging>pom</packaging>\r\n</project>\r\n";

    fn child(parent: &str, rest: &str) -> String {
        format!("<project>\n<parent>{parent}</parent>\n{rest}</project>\n")
    }

    const PARENT: &str =
        "<groupId>org.example</groupId><artifactId>suite</artifactId>\n<version>0.1.0-SNAPSHOT</version>";

    #[test]
    fn own_and_parent_versions_and_no_others() {
        let core = child(
            PARENT,
            "<artifactId>core</artifactId>\n<dependencies><dependency><groupId>org.example</groupId>\
             <artifactId>suite</artifactId><version>0.1.0-SNAPSHOT</version></dependency></dependencies>\n\
             <build><plugins><plugin><version>0.1.0-SNAPSHOT</version></plugin></plugins></build>\n\
             <properties><other>0.1.0-SNAPSHOT</other></properties>\n",
        );
        let app = child(
            &PARENT.replace("suite", "parent"),
            "<artifactId>app</artifactId><version>0.1.0-SNAPSHOT</version>\n",
        );
        let files = [("pom.xml", ROOT), ("core/pom.xml", &core), ("app/pom.xml", &app)];
        assert_eq!(
            found(&files, &config(&["suite=.", "core=core", "app=app"])),
            [
                "app app/pom.xml:4 project.version = 0.1.0-SNAPSHOT (maven, Manifest)",
                "core core/pom.xml:3 project.parent.version = 0.1.0-SNAPSHOT (maven, Manifest)",
                "suite pom.xml:5 project.version = 0.1.0-SNAPSHOT (maven, Manifest)",
            ]
        );
    }

    #[test]
    fn a_childs_own_version_stands_beside_its_parents() {
        let core = child(PARENT, "<artifactId>core</artifactId>\n<version>0.1.0-SNAPSHOT</version>\n");
        assert_eq!(
            found(&[("pom.xml", ROOT), ("core/pom.xml", &core)], &config(&["core=core", "suite=."])),
            [
                "suite core/pom.xml:3 project.parent.version = 0.1.0-SNAPSHOT (maven, Mention)",
                "core core/pom.xml:5 project.version = 0.1.0-SNAPSHOT (maven, Manifest)",
                "suite pom.xml:5 project.version = 0.1.0-SNAPSHOT (maven, Manifest)",
            ]
        );
    }

    #[test]
    fn follows_ci_friendly_versions() {
        let root = "<project><groupId>g</groupId><artifactId>suite</artifactId><version>${revision}</version>\n\
            <properties><other>0.1.0</other><revision> ${next}</revision>\n<next>0.1.0</next></properties></project>";
        let core = child(
            "<groupId>g</groupId><artifactId>suite</artifactId><version>${revision}</version><relativePath>../</relativePath>",
            "<artifactId>core</artifactId>",
        );
        assert_eq!(
            found(&[("pom.xml", root), ("core/pom.xml", &core)], &config(&["suite=.", "core=core"])),
            ["suite pom.xml:3 project.properties.next = 0.1.0 (maven, Manifest)"]
        );
        let composed = root.replace("${revision}<", "${revision}${changelist}<");
        assert_eq!(
            found(&[("pom.xml", &composed)], &config(&["suite=."])),
            [
                "W0313 windlass.toml:1: `suite` has no version anywhere: `pom.xml` has a version made of properties \
                 that are not plainly there; declare in `places` the one that a release changes"
            ]
        );
        let round = root.replace("0.1.0</next>", "${revision}</next>");
        assert!(found(&[("pom.xml", &round)], &config(&["suite=."]))[0].starts_with("W0313"));
    }

    #[test]
    fn other_peoples_parents_are_left_alone() {
        let of = |file: &str, parent: &str, rest: &str| {
            found(&[(file, &child(parent, rest)), ("pom.xml", ROOT)], &config(&["a=a", "suite=."]))
        };
        let other = PARENT.replace("org.example", "org.other");
        assert_eq!(
            of("a/pom.xml", &other, "<artifactId>a</artifactId><version>0.1.0-SNAPSHOT</version>")[0],
            "a a/pom.xml:4 project.version = 0.1.0-SNAPSHOT (maven, Manifest)"
        );
        assert_eq!(
            of("a/pom.xml", &other, "<artifactId>a</artifactId>")[1],
            "W0313 windlass.toml:1: `a` has no version anywhere: `a/pom.xml` inherits its version from a parent \
             that is no package of the config"
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let of = |text: &str| found(&[("pom.xml", text)], &config(&["a=."])).join(" ");
        assert_eq!(
            of("<project><version>1.2</version></project>"),
            "W0312 pom.xml:1: `project.version` holds `1.2`, which is no version in the form maven"
        );
        assert_eq!(
            of("<project>\n<version><x/></version></project>"),
            "W0312 pom.xml:2: `project.version` in `pom.xml` is a table, not a string"
        );
        assert_eq!(
            of("<project/>"),
            "W0313 windlass.toml:1: `a` has no version anywhere: `pom.xml` has no `<version>`"
        );
        assert!(of("<project>").starts_with("W0305 pom.xml:1: `pom.xml` is not XML: "));
        assert!(of("<other><version>0.1.0</version></other>").starts_with("W0313"));
    }
}
