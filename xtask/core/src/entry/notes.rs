//! The text of an entry: what the changelog says of the version, and the images by their digests.

use std::fmt::Write as _;

use crate::changelog::notes;
use crate::model::artifact::{ArtifactKind, Artifacts};
use crate::model::config::Rotate;
use crate::model::forge::ForgeKind;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::version::Version;
use crate::workspace::{Changelog, Workspace};

/// What the changelogs that tell of a group say of its version, as the release's commit has them: the version's
/// section; of a pre-release that leaves the notes alone, the notes that wait. Several changelogs stand one below
/// the other, each under its name. Nothing where no changelog tells of the group.
///
/// # Errors
/// `W0411` for a changelog without a section of the version, `W0410` for one that is missing.
pub fn of_changelogs(workspace: &Workspace, group: &Name, version: Version) -> Result<String, Problems> {
    let concerned: Vec<&Changelog> =
        workspace.changelogs.iter().filter(|one| one.rules.groups.contains(group)).collect();
    let mut text = String::new();
    let mut problems = Problems::new();
    for changelog in &concerned {
        match of_one(changelog, group, version) {
            Ok(notes) if concerned.len() > 1 && !notes.is_empty() => {
                let gap = if text.is_empty() { "" } else { "\n" };
                let _ = write!(text, "{gap}## {}\n\n{notes}", changelog.rules.name);
            }
            Ok(notes) => text.push_str(&notes),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

fn of_one(changelog: &Changelog, group: &Name, version: Version) -> Result<String, Problem> {
    let rules = &changelog.rules;
    let Some(source) = &changelog.source else {
        return Err(Problem::new(Code::W0410, format!("the release's commit has no {}", rules.file)));
    };
    if let Some(section) = notes::section(source, rules, group, version) {
        return Ok(section);
    }
    if rules.rotate == Rotate::Stable && !version.is_stable() {
        return Ok(notes::pending(source, rules, &changelog.fragments));
    }
    Err(Problem::new(Code::W0411, format!("{} has no section for {version}", rules.file))
        .at(&rules.file)
        .why("the release entry's notes are that section, as the release's commit has it"))
}

/// The notes with a foot that names each image by its digest, so that what is pulled can be held to it.
pub fn with_images(notes: &str, artifacts: Option<&Artifacts>) -> String {
    let images = artifacts.into_iter().flat_map(|list| &list.artifacts);
    let images = images.filter(|one| one.kind == ArtifactKind::Image);
    let mut lines: Vec<String> = images
        .map(|one| {
            let digest = one.registry_digest.clone().unwrap_or_else(|| format!("sha256:{}", one.sha256));
            format!("- `{}:{}@{digest}`\n", one.coordinate.name, one.coordinate.version)
        })
        .collect();
    lines.sort();
    lines.dedup();
    if lines.is_empty() {
        return notes.to_owned();
    }
    let gap = if notes.is_empty() { "" } else { "\n" };
    format!("{notes}{gap}### Images\n\n{}", lines.concat())
}

/// The longest text that a forge takes, in characters: GitHub's answer to a longer one says so; GitLab's
/// "Instance limits" name 1,000,000 for descriptions.
pub fn longest(forge: ForgeKind) -> usize {
    match forge {
        ForgeKind::Github => 125_000,
        ForgeKind::Gitlab => 1_000_000,
    }
}

/// Whether a forge takes the text.
///
/// # Errors
/// `W0814`.
pub fn check(notes: &str, forge: ForgeKind) -> Result<(), Problem> {
    let (have, most) = (notes.chars().count(), longest(forge));
    if have <= most {
        return Ok(());
    }
    Err(Problem::new(Code::W0814, format!("the notes have {have} characters, and {forge} takes {most}"))
        .help("shorten the version's section of the changelog"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::list;

    fn artifacts() -> Artifacts {
        let image = |name: &str, digest: &str| {
            format!(
                r#"{{ "package": "api", "target": "image", "kind": "image", "path": "{name}.oci", "size": 1,
                    "sha256": "{digest}", "coordinate": {{ "name": "ghcr.io/example/{name}", "version": "1.0.0" }} }}"#
            )
        };
        let (web, api) = (image("web", &"b".repeat(64)), image("api", &"a".repeat(64)));
        let text = format!(
            r#"{{ "format": 1, "group": "all", "version": "1.0.0", "commit": "{}", "epoch": 1,
                "artifacts": [{web}, {api}] }}"#,
            "c".repeat(40)
        );
        list::read("artifacts.json", &text).unwrap()
    }

    #[test]
    fn images_are_named_by_digest_below_the_notes() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let foot = format!(
            "### Images\n\n- `ghcr.io/example/api:1.0.0@sha256:{a}`\n- `ghcr.io/example/web:1.0.0@sha256:{b}`\n"
        );
        assert_eq!(with_images("", Some(&artifacts())), foot);
        assert_eq!(with_images("### Added\n", Some(&artifacts())), format!("### Added\n\n{foot}"));
        assert_eq!(with_images("### Added\n", None), "### Added\n");
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_before_anything_is_made() {
        let text = "é".repeat(125_000);
        assert_eq!(check(&text, ForgeKind::Github), Ok(()));
        let longer = format!("{text}!");
        assert_eq!(check(&longer, ForgeKind::Github).unwrap_err().code, Code::W0814);
        assert_eq!(check(&longer, ForgeKind::Gitlab), Ok(()));
    }
}
