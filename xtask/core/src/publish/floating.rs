//! Tags that move: `latest`, `1.2`, npm's `next`. They are decided from what the registry shows, so that a
//! maintenance release moves none of them past a newer version.

use crate::model::form::Form;
use crate::model::target::{TagHold, Target, TargetKind, hold};
use crate::model::template::Template;
use crate::model::version::Version;

/// One floating tag of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floating {
    /// As the registry knows it: `latest`, `1.2`.
    pub tag: String,
    /// Why it stays where it is; none when it is to name the version released.
    pub stays: Option<String>,
}

/// The floating tags that a release of `version` concerns, given every version seen at the registry.
pub fn floating(target: &Target, version: Version, form: Form, seen: &[Version]) -> Vec<Floating> {
    match target.kind {
        TargetKind::Npm if !version.is_stable() => {
            let newer = newest(seen.iter().copied(), version);
            vec![Floating { tag: target.prerelease_tag.clone(), stays: newer }]
        }
        TargetKind::Npm => target.tags.iter().map(|tag| of_stable(tag, version, form, seen)).collect(),
        TargetKind::Image if version.is_stable() => {
            let floats = target.tags.iter().filter(|tag| hold(tag, form) == TagHold::Floating);
            floats.map(|tag| of_stable(tag, version, form, seen)).collect()
        }
        _ => Vec::new(),
    }
}

/// A tag names the newest stable version of those that it renders alike: `1.2` the newest 1.2.x.
fn of_stable(tag: &Template, version: Version, form: Form, seen: &[Version]) -> Floating {
    let render = |version: Version| tag.render(version, form, |_| String::new());
    let name = render(version);
    let rivals = seen.iter().copied().filter(|other| other.is_stable() && render(*other) == name);
    Floating { stays: newest(rivals, version), tag: name }
}

fn newest(rivals: impl Iterator<Item = Version>, version: Version) -> Option<String> {
    rivals.max().filter(|rival| *rival > version).map(|rival| format!("{rival} is newer"))
}

/// The fixed tag of an image or chart: the first that names a version for ever.
pub fn fixed(target: &Target, form: Form) -> Option<&Template> {
    target.tags.iter().find(|tag| hold(tag, form) == TagHold::Fixed)
}

/// The versions that a registry's spellings name; what is none of ours is passed over.
pub fn versions(target: &Target, form: Form, spelled: &[String]) -> Vec<Version> {
    let fixed = fixed(target, form);
    let read = |text: &String| match (target.kind.form(), fixed) {
        (Some(form), _) => form.parse(text),
        (None, Some(fixed)) => fixed.extract(text, form),
        (None, None) => form.parse(text),
    };
    spelled.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::publish::desired::tests::target;

    fn v(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    fn moved(kind: TargetKind, tags: &[&str], version: &str, seen: &[&str]) -> Vec<(String, bool)> {
        let seen: Vec<Version> = seen.iter().map(|text| v(text)).collect();
        let target = target("web", kind, tags);
        let found = floating(&target, v(version), Form::SEMVER, &seen);
        found.into_iter().map(|one| (one.tag, one.stays.is_none())).collect()
    }

    #[test]
    fn only_the_newest_stable_moves_them() {
        let tags = ["{version}", "{version:X.Y}", "latest"];
        let image = |version, seen: &[&str]| moved(TargetKind::Image, &tags, version, seen);
        let both =
            |minor: &str, first, second| vec![(minor.to_owned(), first), ("latest".to_owned(), second)];
        assert_eq!(image("1.2.3", &[]), both("1.2", true, true));
        assert_eq!(image("1.2.3", &["1.2.2", "1.2.3", "1.3.0-rc.1"]), both("1.2", true, true));
        // Maintenance: its own line moves, the newest does not.
        assert_eq!(image("1.2.3", &["1.2.2", "2.0.0"]), both("1.2", true, false));
        assert_eq!(image("1.2.3", &["1.2.4", "2.0.0"]), both("1.2", false, false));
        assert_eq!(image("1.3.0-rc.1", &["1.2.4"]), []);
    }

    #[test]
    fn pre_releases_of_npm_go_to_next() {
        let npm = |version, seen: &[&str]| moved(TargetKind::Npm, &["latest"], version, seen);
        assert_eq!(npm("1.3.0-rc.1", &["1.2.4"]), [("next".to_owned(), true)]);
        assert_eq!(npm("1.2.5-rc.1", &["1.3.0"]), [("next".to_owned(), false)]);
        assert_eq!(npm("1.3.0", &["1.2.4", "2.0.0-alpha.1"]), [("latest".to_owned(), true)]);
    }

    #[test]
    fn reads_what_the_registry_lists() {
        let image = target("api", TargetKind::Image, &["v{version}", "latest"]);
        let spelled = ["v1.2.3", "latest", "sha-abc", "v1.3.0-rc.1", "1.0.0"].map(String::from);
        assert_eq!(versions(&image, Form::SEMVER, &spelled), [v("1.2.3"), v("1.3.0-rc.1")]);
    }

    proptest! {
        /// However many releases, in whatever order: a floating tag never goes back.
        #[test]
        fn never_goes_back(order in prop::collection::vec((0u64..3, 0u64..3, 0u64..3), 1..12)) {
            let target = target("web", TargetKind::Image, &["{version}", "latest"]);
            let (mut seen, mut latest): (Vec<Version>, Option<Version>) = (Vec::new(), None);
            for (major, minor, patch) in order {
                let version = Version::new(major, minor, patch);
                seen.push(version);
                let moves = floating(&target, version, Form::SEMVER, &seen);
                if moves[0].stays.is_none() {
                    prop_assert!(latest.is_none_or(|before| before <= version));
                    latest = Some(version);
                }
            }
            prop_assert_eq!(latest, seen.iter().copied().max());
        }
    }
}
