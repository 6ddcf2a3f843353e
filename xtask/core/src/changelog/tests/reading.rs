use super::super::notes::{dated, pending, pending_level, section, warnings};
use super::*;

const LOG: &str = "# Log\r\n\r\n## [Unreleased]\r\n\r\nProse.\r\n\r\n### Fixed\r\n\r\n- F.\r\n\r\n## [0.2.0-rc.1] - 2026-11-22\r\n\r\nText.\r\n\r\n### Added\r\n- A.\r\n\r\n\r\n## 0.1.0\r\n## Old\r\n- O.\r\n\r\n[0.1.0]: x\r\n";

#[test]
fn a_section_without_its_heading() {
    let read = |version: &str| section(&source(LOG), &rules(), Version::parse(version).unwrap());
    assert_eq!(read("0.2.0-rc.1").unwrap(), "Text.\n\n### Added\n- A.\n");
    assert_eq!(read("0.1.0").unwrap(), "");
    assert_eq!(read("0.2.0"), None);
}

#[test]
fn dated_versions_with_heading_and_line() {
    let found = dated(&source(LOG), &rules());
    assert_eq!(
        found,
        [
            (Version::parse("0.2.0-rc.1").unwrap(), "## [0.2.0-rc.1] - 2026-11-22".to_owned(), 11),
            (Version::new(0, 1, 0), "## 0.1.0".to_owned(), 19),
        ]
    );
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
