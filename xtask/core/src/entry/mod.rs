//! A release's entry at its forge, without effects: what it should be, and what is left to do when one was found.

pub mod assets;
pub mod judge;
pub mod notes;

use crate::model::config::{Config, Group, TagKind, TagRule};
use crate::model::form::Form;
use crate::model::names::TagName;
use crate::model::version::Version;

/// The tag rule that an entry is made for: a group's first annotated tag, else its first. A lightweight tag is mostly
/// a Go module's.
pub fn rule(group: &Group) -> Option<&TagRule> {
    group.tags.iter().find(|rule| rule.kind == TagKind::Annotated).or(group.tags.first())
}

/// The tag of a version's entry.
pub fn tag(group: &Group, version: Version) -> Option<TagName> {
    let name = rule(group)?.name.render(version, Form::SEMVER, |_| group.name.to_string());
    TagName::parse(&name).ok()
}

/// Whether a version's entry is to be shown as the latest: it is final, of the default group, and no tag of that
/// group names a newer final version. So a maintenance release never is.
pub fn latest<'a>(
    config: &Config,
    group: &Group,
    version: Version,
    tags: impl IntoIterator<Item = &'a str>,
) -> bool {
    let default = config.default_group().is_some_and(|default| default.name == group.name);
    let Some(rule) = rule(group).filter(|_| default && version.is_stable()) else { return false };
    let versions = tags.into_iter().filter_map(|tag| rule.name.extract(tag, Form::SEMVER));
    versions.filter(|other| other.is_stable()).all(|other| other <= version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Surroundings, read};

    const CONFIG: &str = r#"
        [packages.api]
        path = "api"
        [packages.tool]
        path = "tool"
        [groups.suite]
        default = true
        packages = ["api"]
        tags = [{ name = "client/v{version}", kind = "lightweight" }, "v{version}"]
        [groups.tool]
        packages = ["tool"]
        tags = ["tool-v{version}"]
    "#;

    fn config() -> Config {
        read("windlass.toml", CONFIG, &Surroundings { exists: &|_| true }).unwrap()
    }

    #[test]
    fn the_annotated_tag_stands_for_the_release() {
        let config = config();
        let tags: Vec<_> = config
            .groups
            .iter()
            .map(|group| tag(group, Version::new(1, 2, 3)).map(|tag| tag.to_string()))
            .collect();
        assert_eq!(tags, [Some("v1.2.3".to_owned()), Some("tool-v1.2.3".to_owned())]);
    }

    #[test]
    fn only_the_newest_final_version_of_the_default_group_is_the_latest() {
        let config = config();
        let is_latest = |group: usize, version: &str, tags: &[&str]| {
            latest(&config, &config.groups[group], Version::parse(version).unwrap(), tags.iter().copied())
        };
        for (group, version, tags, expected) in [
            (0, "1.2.3", &["v1.2.3", "v1.2.2", "v1.3.0-rc.1", "tool-v9.0.0", "other"][..], true),
            (0, "1.2.3", &[], true),
            (0, "1.2.3", &["v2.0.0"], false),
            (0, "1.2.3", &["v1.2.4"], false),
            (0, "1.3.0-rc.1", &["v1.2.3"], false),
            (1, "1.2.3", &["tool-v1.2.3"], false),
        ] {
            assert_eq!(is_latest(group, version, tags), expected, "{version} {tags:?}");
        }
    }
}
