//! What targets must not say: keys of another kind, two targets of one coordinate, a coordinate that
//! forgets what it names.

use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem};
use crate::model::target::{Releases, TagHold, Target, TargetKind, drops_stage, hold};
use crate::model::template::Template;

use super::nearest::listed;
use super::reader::Section;

use TargetKind::{Crates, Go, Helm, Image, Npm, Pypi};

/// The keys that only some kinds have.
pub(super) const FITS: [(&str, &[TargetKind]); 12] = [
    ("name", &[Pypi, Npm, Crates, Image, Helm, Go]),
    ("registry", &[Pypi, Crates]),
    ("tags", &[Npm, Image]),
    ("prerelease_tag", &[Npm]),
    ("credentials", &[Pypi, Npm, Crates, Image, Helm]),
    ("private", &[Npm, Crates, Image, Helm]),
    ("dockerfile", &[Image]),
    ("context", &[Image]),
    ("args", &[Image]),
    ("files", &[TargetKind::Files]),
    ("wheels", &[Pypi]),
    ("check", &[Pypi, Npm, Crates, Image, Helm, Go]),
];

/// Refuses the keys of other kinds.
pub(super) fn fits(table: &Section, kind: TargetKind) {
    for (key, kinds) in FITS.iter().filter(|(key, kinds)| table.has(key) && !kinds.contains(&kind)) {
        let what = format!("{} of kind `{kind}` has the key `{key}`", table.title());
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let help = format!("`{key}` is for {}: take it out", listed(&names));
        table.report(Problem::new(Code::W0731, what).help(help));
    }
}

/// Whether an image's tag names one version for ever.
pub(super) fn is_fixed(tag: &Template) -> bool {
    hold(tag, Form::SEMVER) == TagHold::Fixed
}

/// What only shows when all targets are known.
pub(super) fn check(root: &Section, targets: &[Target], packages: &[Package]) {
    one_coordinate_each(root, targets);
    stages_kept(root, targets, packages);
    order(root, targets);
    private_with_credentials(root, targets);
}

fn contradiction(root: &Section, line: usize, what: String, help: String) {
    root.reader().report(line, Problem::new(Code::W0107, what).help(help));
}

/// Two targets of one coordinate would publish one thing twice, or two things as one.
fn one_coordinate_each(root: &Section, targets: &[Target]) {
    for (index, target) in targets.iter().enumerate() {
        let earlier = &targets[..index];
        let same = earlier.iter().find(|first| {
            first.package == target.package
                && first.kind == target.kind
                && first.name == target.name
                && first.registry == target.registry
                && (target.kind != TargetKind::Files || first.build.files == target.build.files)
        });
        if let Some(first) = same {
            let what = format!("the target `{}` stands twice under one name", target.label());
            let help = format!("the first is at line {}; take one out, or give it another name", first.line);
            contradiction(root, target.line, what, help);
            continue;
        }
        let shared = earlier.iter().find(|first| {
            first.name.is_some()
                && first.name == target.name
                && first.registry == target.registry
                && (first.kind == target.kind && target.oci().is_none()
                    || first.oci().is_some() && share_a_tag(first, target))
        });
        if let (Some(first), Some(name)) = (shared, &target.name) {
            let what =
                format!("the targets `{}` and `{}` both publish `{name}`", first.label(), target.label());
            let help = format!("the first is at line {}; give one of them another name", first.line);
            contradiction(root, target.line, what, help);
        }
    }
}

/// Whether two targets of one OCI repository would write one tag. A chart's is its version.
fn share_a_tag(first: &Target, second: &Target) -> bool {
    let tags = |target: &Target| match target.tags.as_slice() {
        [] => vec!["{version}".to_owned()],
        tags => tags.iter().map(Template::to_string).collect(),
    };
    tags(first).iter().any(|tag| tags(second).contains(tag))
}

/// A coordinate without the stage is one for `1.2.0-rc.1` and `1.2.0`.
fn stages_kept(root: &Section, targets: &[Target], packages: &[Package]) {
    for target in targets.iter().filter(|target| target.releases == Releases::Every) {
        let what = match target.kind {
            Image => {
                let dropping = target.tags.iter().find(|tag| drops_stage(tag, Form::SEMVER));
                dropping.map(|tag| format!("the tag `{tag}` of the target `{}`", target.label()))
            }
            TargetKind::Files | Go => None,
            Pypi | Npm | Crates | Helm => {
                let package = packages.iter().find(|package| package.name == target.package);
                let form = package.and_then(|package| package.form).filter(|form| !form.is_whole());
                form.map(|form| {
                    format!(
                        "the target `{}` is published as `{form}`, which the package's `form` says and which",
                        target.label()
                    )
                })
            }
        };
        if let Some(what) = what {
            let problem = Problem::new(Code::W0730, format!("{what} drops a pre-release's stage"))
                .why("1.2.0-rc.1 and 1.2.0 would claim one coordinate with different bytes")
                .help("add to the target: releases = \"stable\"");
            root.reader().report(target.line, problem);
        }
    }
}

/// What nobody can read without credentials needs some.
fn private_with_credentials(root: &Section, targets: &[Target]) {
    for target in targets.iter().filter(|target| target.private && target.credentials.token.is_none()) {
        let what = format!("the target `{}` is `private` and names no `credentials`", target.label());
        let help = "add them: credentials = { user = \"REGISTRY_USER\", token = \"REGISTRY_TOKEN\" }";
        contradiction(root, target.line, what, help.to_owned());
    }
}

/// Nothing can come after itself.
fn order(root: &Section, targets: &[Target]) {
    for target in targets.iter().filter(|target| waits_for(targets, &target.package, &target.package)) {
        // Each ring is told once, at its first target with an `after` of its own.
        let first = targets.iter().find(|other| {
            !other.after.is_empty()
                && waits_for(targets, &other.package, &target.package)
                && waits_for(targets, &target.package, &other.package)
        });
        if first.is_some_and(|first| first.line == target.line) && !target.after.is_empty() {
            let what = format!("the package `{}` would be published after itself", target.package);
            let help = "follow `after` from target to target, and take one of them out".to_owned();
            contradiction(root, target.line, what, help);
        }
    }
}

/// Whether a package comes, by any number of steps, after another.
fn waits_for(targets: &[Target], package: &Name, other: &Name) -> bool {
    let after = |package: &Name| -> Vec<&Name> {
        targets.iter().filter(|target| target.package == *package).flat_map(|target| &target.after).collect()
    };
    let mut seen: Vec<&Name> = Vec::new();
    let mut next = after(package);
    while let Some(name) = next.pop() {
        if name == other {
            return true;
        }
        if !seen.contains(&name) {
            seen.push(name);
            next.extend(after(name));
        }
    }
    false
}
