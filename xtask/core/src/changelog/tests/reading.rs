use super::super::dated::{Dated, dated};
use super::super::notes::{pending, pending_level, section, warnings};
use super::*;

const LOG: &str = "# Log\r\n\r\n## [Unreleased]\r\n\r\nProse.\r\n\r\n### Fixed\r\n\r\n- F.\r\n\r\n## [0.2.0-rc.1] - 2026-11-22\r\n\r\nText.\r\n\r\n### Added\r\n- A.\r\n\r\n\r\n## 0.1.0\r\n## Old\r\n- O.\r\n\r\n[0.1.0]: x\r\n";

#[test]
fn a_section_without_its_heading() {
    let read =
        |version: &str| section(&source(LOG), &rules(), &rules().groups[0], Version::parse(version).unwrap());
    assert_eq!(read("0.2.0-rc.1").unwrap(), "Text.\n\n### Added\n- A.\n");
    assert_eq!(read("0.1.0").unwrap(), "");
    assert_eq!(read("0.2.0"), None);
}

fn heading(version: &str, heading: &str, line: usize) -> Dated {
    Dated { versions: vec![Version::parse(version).unwrap()], heading: heading.into(), line }
}

#[test]
fn dated_versions_with_heading_and_line() {
    let found = dated(&source(LOG), &rules());
    assert_eq!(
        found,
        [heading("0.2.0-rc.1", "## [0.2.0-rc.1] - 2026-11-22", 11), heading("0.1.0", "## 0.1.0", 19),]
    );
}

/// Two groups, joined from the third release on; before, the changelog told of the first alone.
const JOINT: &str = "# Log

## [Unreleased]

## [0.2.0/1.5.1] - 2026-07-03
- Tool again.

## [0.2.0/1.5.0] - 2026-07-02
- Both.

## [0.1.0/1.4.0] - 2026-07-01
- Tool.

## 0.1.0
- Suite.

## 1.4.0
- Suite, long ago.
";

#[test]
fn a_version_of_a_joint_heading_is_the_group_s_and_its_notes_are_the_oldest() {
    let rules = ChangelogRules {
        groups: vec![Name::parse("suite").unwrap(), Name::parse("tool").unwrap()],
        heading: Template::parse("## [{versions}] - {date}", &["date", "versions"]).unwrap(),
        ..rules()
    };
    let read = |group: &str, version: &str| {
        section(&source(JOINT), &rules, &Name::parse(group).unwrap(), Version::parse(version).unwrap())
    };
    for (group, version, notes) in [
        ("suite", "0.2.0", Some("- Both.\n")),
        ("tool", "1.5.0", Some("- Both.\n")),
        ("tool", "1.5.1", Some("- Tool again.\n")),
        ("tool", "1.4.0", Some("- Tool.\n")),
        ("suite", "0.1.0", Some("- Suite.\n")),
        ("suite", "1.4.0", Some("- Suite, long ago.\n")),
        ("suite", "1.5.0", None),
        ("tool", "0.2.0", None),
        ("other", "0.2.0", None),
    ] {
        assert_eq!(read(group, version).as_deref(), notes, "{group} {version}");
    }
    let tool: Vec<_> =
        dated(&source(JOINT), &rules).iter().map(|one| one.of(&rules, &rules.groups[1]).unwrap()).collect();
    assert_eq!(tool, ["1.5.1", "1.5.0", "1.4.0", "0.1.0", "1.4.0"].map(|text| Version::parse(text).unwrap()));
}

#[test]
fn what_the_next_release_would_say() {
    let fragments = notes(&[("1.added", "One."), ("2.misc", "Lost.")]);
    assert_eq!(
        pending(&source(LOG), &rules(), &fragments),
        "Prose.\n\n### Added\n\n- One.\n\n### Fixed\n\n- F.\n"
    );
    assert_eq!(pending(&source(LOG), &rules(), &[]), "Prose.\n\n### Fixed\n\n- F.\n");
    assert_eq!(pending(&source("## [Unreleased]\n\n_Nothing yet._\n"), &with_placeholder(), &[]), "");
    assert_eq!(pending(&source("no section\n"), &rules(), &fragments), "### Added\n\n- One.\n");
    let plain = ChangelogRules { unreleased: false, ..rules() };
    assert_eq!(pending(&source(LOG), &plain, &fragments), "### Added\n\n- One.\n");
    assert_eq!(pending(&source(LOG), &plain, &[]), "");
}

#[test]
fn the_level_that_pending_notes_call_for() {
    let level =
        |text: &str, fragments: &[(&str, &str)]| pending_level(&source(text), &rules(), &notes(fragments));
    assert_eq!(level("## [Unreleased]\n\n## [0.1.0]\n### Removed\n- x\n", &[]), None);
    assert_eq!(level("## [Unreleased]\n### Removed\n\n### Fixed\n- x\n", &[]), Some(Level::Patch));
    assert_eq!(level("## [Unreleased]\n### Fixed\n- x\n", &[("1.added", "x")]), Some(Level::Minor));
    assert_eq!(level("## [Unreleased]\n### Removed\n- x\n", &[("1.fixed", "x")]), Some(Level::Major));
    assert_eq!(level("## [Unreleased]\n### Internal\n- x\n", &[]), None);
}

#[test]
fn repeated_categories_are_warned_of_once_each() {
    let text = "## [Unreleased]\n### Added\n- a\n### Fixed\n- b\n### added\n- c\n### Added\n\n## [0.1.0]\n### Fixed\n### Fixed\n";
    let problems = warnings(&source(text), &rules());
    assert_eq!(codes(&problems), [Code::W0416]);
    assert_eq!(problems[0].what, "`### added` stands 3 times under `[Unreleased]`, in lines 2, 6, 8");
    assert_eq!(problems[0].at.as_ref().unwrap().to_string(), "CHANGELOG.md:6");
}
