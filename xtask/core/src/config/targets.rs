//! `[[targets]]`: where a package's artifacts are published, and how they are built.

use std::collections::BTreeMap;

use crate::model::config::Package;
use crate::model::names::Name;
use crate::model::oci;
use crate::model::problem::{Code, Problem};
use crate::model::registry_name::{self, check_dist_tag};
use crate::model::target::{
    Build, Credentials, ImageBuild, Releases, Target, TargetKind, TargetName, samples,
};
use crate::model::template::Template;

use super::entry::{Entry, printable};
use super::reader::Section;
use super::target_rules;
use super::values::{Names, check_glob, line, placeholders};

pub(super) const RELEASES: [(&str, Releases); 2] = [("every", Releases::Every), ("stable", Releases::Stable)];
pub(super) const PRERELEASE_TAG: &str = "next";

const KIND: &str = "the registry's kind, such as: kind = \"pypi\"";
const PACKAGE: &str = "the package that is published, such as: package = \"api\"";
const PROGRAMS: &str = "programs, each a list of the program and its arguments";
const STRINGS: &str = "strings (the program and each argument)";

/// The targets in the file's order.
pub(super) fn read(root: &mut Section, packages: &[Package], names: &Names) -> Vec<Target> {
    let targets: Vec<Target> = root
        .get("targets", |value| {
            value.each("tables, each `[[targets]]`", |entry| target(entry.section()?, packages, names))
        })
        .unwrap_or_default();
    target_rules::check(root, &targets, packages);
    targets
}

fn target(mut table: Section, packages: &[Package], names: &Names) -> Option<Target> {
    let line = table.line();
    let package = table.require("package", PACKAGE).and_then(|value| value.refers_to(names));
    let kinds = TargetKind::ALL.map(|kind| (kind.name(), kind));
    let kind = table.require("kind", KIND).and_then(|value| value.one_of(&kinds));
    let name = table.take("name");
    let registry = table.get("registry", |value| value.checked("a registry's name", Name::parse));
    let tags = table.take("tags");
    let prerelease_tag = table.get("prerelease_tag", dist_tag);
    let releases = table.get("releases", |value| value.one_of(&RELEASES)).unwrap_or_default();
    let required = table.get("required", Entry::switch).unwrap_or(true);
    let credentials = table.get("credentials", |value| credentials(value, kind));
    let private = table.get("private", Entry::switch).unwrap_or(false);
    let after = table.get("after", |value| value.each("packages", |entry| entry.refers_to(names)));
    let before = table.get("before", |value| value.each(PROGRAMS, |entry| program(entry)));
    let dockerfile = table.take("dockerfile");
    let context = table.take("context");
    let args = table.get("args", arguments).unwrap_or_default();
    let files = table.take("files");
    let wheels = table.get("wheels", |value| value.each("globs", wheel_glob)).unwrap_or_default();
    let check = table.get("check", |value| program(value)).unwrap_or_default();
    let kind = match kind {
        Some(kind) => kind,
        None => {
            table.finish();
            return None;
        }
    };
    target_rules::fits(&table, kind);
    let name = match (&name, kind) {
        (Some(_), TargetKind::Files) => Some(None),
        (Some(value), _) => named(value, kind).map(Some),
        (None, TargetKind::Image | TargetKind::Helm) => {
            table.lacks(&["name"], format!("with its host, such as: name = \"{}\"", example(kind)));
            None
        }
        (None, _) => Some(None),
    };
    if kind == TargetKind::Files && files.is_none() {
        table.lacks(&["files"], "what is published, such as: files = [\"dist/*.tar.gz\"]");
    }
    let tags = match (&tags, kind) {
        (Some(value), TargetKind::Image) => image_tags(value),
        (Some(value), TargetKind::Npm) => value.some("dist-tags", dist_tag_template),
        (None, TargetKind::Image) => Template::parse("{version}", &[]).ok().map(|tag| vec![tag]),
        (None, TargetKind::Npm) => Template::parse("latest", &[]).ok().map(|tag| vec![tag]),
        _ => Some(Vec::new()),
    };
    let files = files.map_or(Some(Vec::new()), |value| value.some("globs", Entry::path_glob));
    let dockerfile = dockerfile.map(|value| value.path_from_root());
    let context = context.map(|value| value.path_from_root());
    table.finish();
    let package = package?;
    let folder = packages.iter().find(|one| one.name == package).map(|one| one.path.clone());
    let image = if kind == TargetKind::Image {
        // The folder of a package that was refused is of no matter: the config is refused with it.
        let folder = folder.unwrap_or_default();
        let dockerfile = dockerfile.unwrap_or_else(|| Some(folder.child("Dockerfile")))?;
        Some(ImageBuild { dockerfile, context: context.unwrap_or(Some(folder))?, args })
    } else {
        None
    };
    Some(Target {
        package,
        kind,
        name: name?,
        registry,
        tags: tags?,
        prerelease_tag: prerelease_tag.unwrap_or_else(|| PRERELEASE_TAG.to_owned()),
        releases,
        required,
        credentials: credentials.unwrap_or_else(|| usual_credentials(kind)),
        private,
        after: after.unwrap_or_default(),
        build: Build { before: before.unwrap_or_default(), image, files: files?, wheels },
        check,
        line,
    })
}

/// A glob over file names of wheels.
fn wheel_glob(entry: &Entry) -> Option<String> {
    entry.checked("a glob over wheels' file names, such as `*-cp311-*-manylinux*_x86_64.whl`", |text| {
        check_glob(text)?;
        match () {
            () if text.contains('/') => Err("holds `/`, and a file name has none".into()),
            () if !text.ends_with(".whl") => Err("does not end with `.whl`".into()),
            () => Ok(text.to_owned()),
        }
    })
}

pub(super) fn example(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Pypi => "tideplan-api",
        TargetKind::Npm => "@tideplan/client",
        TargetKind::Crates => "tideplan",
        TargetKind::Image => "ghcr.io/example/api",
        TargetKind::Helm => "ghcr.io/example/charts/suite",
        TargetKind::Go => "example.org/tideplan/client",
        TargetKind::Files => "",
    }
}

pub(super) fn named(value: &Entry, kind: TargetKind) -> Option<TargetName> {
    let allowed = match kind {
        TargetKind::Image | TargetKind::Helm => "a name with its host, without a tag, such as",
        TargetKind::Go => "a module's path, such as",
        _ => "a name as the registry takes it, such as",
    };
    value.checked(&format!("{allowed} `{}`", example(kind)), |text| registry_name::parse(kind, text))
}

/// The variables that a kind's own client reads.
pub(super) fn usual_credentials(kind: TargetKind) -> Credentials {
    let (user, token) = match kind {
        TargetKind::Pypi => (Some("TWINE_USERNAME"), Some("TWINE_PASSWORD")),
        TargetKind::Npm => (None, Some("NPM_TOKEN")),
        TargetKind::Crates => (None, Some("CARGO_REGISTRY_TOKEN")),
        TargetKind::Image | TargetKind::Helm | TargetKind::Go | TargetKind::Files => (None, None),
    };
    Credentials { user: user.map(str::to_owned), token: token.map(str::to_owned) }
}

fn credentials(value: &Entry, kind: Option<TargetKind>) -> Option<Credentials> {
    let mut table = value.section()?;
    let variable = |entry: &Entry| entry.checked(VARIABLE, check_variable);
    let user = table.get("user", variable);
    let token = table
        .require("token", "the variable that holds it, such as: token = \"REGISTRY_TOKEN\"")
        .and_then(|value| variable(&value));
    if table.has("user") && matches!(kind, Some(TargetKind::Npm | TargetKind::Crates)) {
        let what = format!("{} has a `user`, and this registry knows people by their token", table.title());
        table.report(Problem::new(Code::W0731, what).help("take `user` out"));
    }
    table.finish();
    token.is_some().then_some(Credentials { user, token })
}

pub(super) const VARIABLE: &str =
    "an environment variable's name, such as `REGISTRY_TOKEN`; never a secret itself";

pub(super) fn check_variable(text: &str) -> Result<String, String> {
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        Ok(text.to_owned())
    } else {
        Err("is no environment variable's name".into())
    }
}

/// A program that says something, and its arguments, in which versions may stand.
fn program(value: &Entry) -> Option<Vec<Template>> {
    let run = value.some(STRINGS, |entry| {
        entry.checked(&placeholders(&[]), |text| {
            if text.contains('\0') {
                Err("holds a null character".into())
            } else {
                Template::parse(text, &[])
            }
        })
    })?;
    match run.first() {
        Some(program) if program.to_string().trim().is_empty() => {
            value.refuse("starts with an empty program", "the program first, then its arguments")
        }
        _ => Some(run),
    }
}

fn arguments(value: &Entry) -> Option<BTreeMap<String, Template>> {
    let table = value.section()?;
    let mut args = BTreeMap::new();
    for (name, value) in table.pairs() {
        if let Err(why) = check_variable(name) {
            let what = format!("{} sets `{}`, which {why}", table.title(), printable(name));
            value.report(Problem::new(Code::W0104, what).help("allowed: letters, digits and `_`"));
        } else if let Some(template) = value.checked(&placeholders(&[]), |text| Template::parse(text, &[])) {
            args.insert(name.to_owned(), template);
        }
    }
    Some(args)
}

const IMAGE_TAG: &str = "a tag, such as `{version}`, `{version:X.Y}` or `latest`";

/// An image's tags: the first names one version for ever.
fn image_tags(value: &Entry) -> Option<Vec<Template>> {
    let tags = value.some("tags", |entry| {
        entry.checked(IMAGE_TAG, |text| {
            let tag = line(text, &[])?;
            samples(&tag).iter().try_for_each(|sample| oci::check_tag(sample))?;
            Ok(tag)
        })
    })?;
    if let Some(first) = tags.first()
        && !target_rules::is_fixed(first)
    {
        return value.refuse(
            format!("starts with `{first}`, which moves with every release"),
            "first a tag with the whole version in it, such as `{version}`",
        );
    }
    Some(tags)
}

const DIST_TAG: &str = "a dist-tag, such as `latest` or `next`";

fn dist_tag(entry: &Entry) -> Option<String> {
    entry.checked(DIST_TAG, |text| check_dist_tag(text).map(|()| text.to_owned()))
}

fn dist_tag_template(entry: &Entry) -> Option<Template> {
    entry.checked(DIST_TAG, |text| {
        let tag = line(text, &[])?;
        samples(&tag).iter().try_for_each(|sample| check_dist_tag(sample))?;
        Ok(tag)
    })
}
