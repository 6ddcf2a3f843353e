//! `[release]`: where releases are cut and what their commit says.

use crate::model::config::ReleaseRules;
use crate::model::names::{Branch, RemoteName};
use crate::model::requirement::Policy;

use super::entry::Entry;
use super::reader::Section;
use super::values::{placeholders, template};

/// What can be done with requirements on siblings; also under a group and a package.
pub(super) const POLICIES: [(&str, Policy); 3] =
    [("satisfy", Policy::Satisfy), ("exact", Policy::Exact), ("leave", Policy::Leave)];

const COMMIT: &str = "chore(release): {version}";
/// What a commit's subject may hold besides the version.
const COMMIT_VALUES: [&str; 2] = ["group", "tag"];

pub(super) fn read(mut table: Section) -> Option<ReleaseRules> {
    let remote =
        table.checked_or("remote", "origin", "a git remote's name, such as `origin`", RemoteName::parse);
    let branches = match table.take("branches") {
        Some(value) => branches(&value),
        None => Some(vec!["main".to_owned()]),
    };
    let commit = table
        .checked_or("commit", COMMIT, &placeholders(&COMMIT_VALUES), |text| template(text, &COMMIT_VALUES));
    let requirements = table.get("requirements", |value| value.one_of(&POLICIES)).unwrap_or_default();
    table.finish();
    Some(ReleaseRules { remote: remote?, branches: branches?, commit: commit?, requirements })
}

/// The first is the main branch and must be one branch; the others may be globs.
fn branches(value: &Entry) -> Option<Vec<String>> {
    let branches = value.some("branches", Entry::branch_glob)?;
    match branches.first().map(|first| (first, Branch::parse(first))) {
        Some((first, Err(why))) => value.refuse(
            format!("starts with `{first}`, which {why}"),
            "the main branch by its own name, then others or globs",
        ),
        _ => Some(branches),
    }
}
