use super::*;

const ADDED: &[(&str, &str)] = &[("1.added", "One.")];

#[test]
fn notes_go_to_the_end_of_their_category_or_into_a_new_one() {
    for (fragments, before, after) in [
        // An empty section.
        (ADDED, "## [Unreleased]\n\n## [0.1.0]\n", "## [Unreleased]\n\n### Added\n\n- One.\n\n## [0.1.0]\n"),
        (ADDED, "## [Unreleased]\n## [0.1.0]\n", "## [Unreleased]\n\n### Added\n\n- One.\n\n## [0.1.0]\n"),
        (ADDED, "## [Unreleased]", "## [Unreleased]\n\n### Added\n\n- One.\n"),
        // An existing category, in the look of the file.
        (
            ADDED,
            "## Unreleased\n\n### Added\n- Zero.\n\n### Fixed\n- Five.\n",
            "## Unreleased\n\n### Added\n- Zero.\n- One.\n\n### Fixed\n- Five.\n",
        ),
        (
            ADDED,
            "## [Unreleased]\n\n### added ##\n\n- Zero.\n  More.\n\n  #### Deep\n\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n### added ##\n\n- Zero.\n  More.\n\n  #### Deep\n- One.\n\n\n## [0.1.0]\n",
        ),
        // The last of several.
        (
            &[("1.added", "One."), ("2.fixed", "Two.")],
            "## [Unreleased]\n### Added\n- A.\n### Fixed\n- B.\n### Added\n- C.\n## [0.1.0]\n",
            "## [Unreleased]\n### Added\n- A.\n### Fixed\n- B.\n- Two.\n### Added\n- C.\n- One.\n\n## [0.1.0]\n",
        ),
        // New ones at their place: before, between, behind, and unknown ones stay.
        (
            &[("1.added", "One."), ("2.removed", "Two."), ("3.security", "Three."), ("4.changed", "Four.")],
            "## [Unreleased]\n\nProse.\n\n### Changed\n\n- C.\n\n### Internal\n\n- I.\n\n### Fixed\n\n- F.\n\n## [0.1.0]\n",
            "## [Unreleased]\n\nProse.\n\n### Added\n\n- One.\n\n### Changed\n\n- C.\n- Four.\n\n### Internal\n\n- I.\n\n\
             ### Removed\n\n- Two.\n\n### Fixed\n\n- F.\n\n### Security\n\n- Three.\n\n## [0.1.0]\n",
        ),
        // A category that says nothing yet.
        (
            &[("1.fixed", "One.")],
            "## [Unreleased]\n\n### Added\n### Fixed\n### Security\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n### Added\n### Fixed\n\n- One.\n\n### Security\n\n## [0.1.0]\n",
        ),
        (
            &[("1.fixed", "One.")],
            "## [Unreleased]\n\n### Added\n\n### Fixed\n\n## [0.1.0]\n\n### Fixed\n- Old.\n",
            "## [Unreleased]\n\n### Added\n\n### Fixed\n- One.\n\n## [0.1.0]\n\n### Fixed\n- Old.\n",
        ),
        // Before the foot, not behind it.
        (
            ADDED,
            "## [Unreleased]\n\n### Added\n\n- Zero.\n\n[unreleased]: https://example.org/compare/v1...HEAD\n",
            "## [Unreleased]\n\n### Added\n\n- Zero.\n- One.\n\n[unreleased]: https://example.org/compare/v1...HEAD\n",
        ),
        (
            ADDED,
            "## [Unreleased]\n[unreleased]: https://example.org\n<!-- end -->\n",
            "## [Unreleased]\n\n### Added\n\n- One.\n\n[unreleased]: https://example.org\n<!-- end -->\n",
        ),
        // Several notes of a kind, paragraphs and items.
        (
            &[
                ("1.fixed", "A paragraph\nof two lines."),
                ("2.fixed", "- An item."),
                ("3.fixed", "**Bold.**\n\nMore."),
            ],
            "## [Unreleased]\n",
            "## [Unreleased]\n\n### Fixed\n\n- A paragraph\n  of two lines.\n- An item.\n- **Bold.**\n\n  More.\n",
        ),
    ] {
        assert_eq!(assembled(before, &rules(), fragments), after, "{before}");
        assert_eq!(assembled(after, &rules(), &[]), after);
    }
}

#[test]
fn line_endings_and_the_byte_order_mark_stay() {
    let before = "\u{feff}## [Unreleased]\r\n\r\n### Added\r\n- Zero.\r\n\r\n## [0.1.0]\r\n";
    let after = "\u{feff}## [Unreleased]\r\n\r\n### Added\r\n- Zero.\r\n- One.\r\n  Two.\r\n\r\n### Fixed\r\n- Three.\r\n\r\n## [0.1.0]\r\n";
    let fragments = [("1.added", "One.\nTwo."), ("3.fixed", "Three.")];
    assert_eq!(assembled(before, &rules(), &fragments), after);
    assert_eq!(
        assembled("# Log\n\n## [Unreleased]\n", &rules(), &[("1.added", "a\r\nb")]),
        "# Log\n\n## [Unreleased]\n\n### Added\n\n- a\n  b\n"
    );
}

#[test]
fn headings_in_code_and_comments_are_none() {
    let before = "# Log\n\n```md\n## [Unreleased]\n```\n\n<!--\n## [Unreleased]\n-->\n\n## [Unreleased]\n\n### Added\n\n- Zero:\n  ```md\n  ## [0.0.9]\n  ```\n\n```\n### Added\n```\n\n## [0.1.0]\n";
    let after = before.replace("```\n\n## [0.1.0]", "```\n- One.\n\n## [0.1.0]");
    assert_eq!(assembled(before, &rules(), ADDED), after);
}

#[test]
fn the_placeholder_makes_room() {
    for (before, after) in [
        (
            "## [Unreleased]\n\n_Nothing yet._\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n### Added\n\n- One.\n\n## [0.1.0]\n",
        ),
        ("## [Unreleased]\n\n_Nothing yet._", "## [Unreleased]\n\n### Added\n\n- One.\n"),
        (
            "## [Unreleased]\n_Nothing yet._\n## [0.1.0]\n- Old.\n",
            "## [Unreleased]\n### Added\n\n- One.\n\n## [0.1.0]\n- Old.\n",
        ),
        (
            "## [Unreleased]\n\n<!-- Sort me. -->\n\n_Nothing yet._\n\nProse.\n\n### Fixed\n\n- F.\n",
            "## [Unreleased]\n\n<!-- Sort me. -->\n\nProse.\n\n### Added\n\n- One.\n\n### Fixed\n\n- F.\n",
        ),
        (
            "## [Unreleased]\n\n_Nothing yet._\n\n### Added\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n### Added\n\n- One.\n\n## [0.1.0]\n",
        ),
    ] {
        assert_eq!(assembled(before, &with_placeholder(), ADDED), after, "{before}");
    }
    let unchanged = "## [Unreleased]\n\n_Nothing yet._\n";
    assert_eq!(assembled(unchanged, &with_placeholder(), &[]), unchanged);
}

#[test]
fn edits_are_small_and_named() {
    let text = "# Log\n\n## [Unreleased]\n\n### Added\n\n- A.\n\n### Fixed\n\n- B.\n\n## [0.1.0]\n";
    let edits =
        assemble(&source(text), &rules(), &notes(&[("1.added", "x"), ("2.fixed", "y"), ("3.security", "z")]))
            .unwrap();
    let shown: Vec<_> = edits.iter().map(|edit| (&*edit.node, &*edit.old, &*edit.new)).collect();
    assert_eq!(shown, [("### Added", "", "- x\n"), ("### Fixed", "", "- y\n\n### Security\n\n- z\n")]);
}

#[test]
fn a_section_to_put_them_into_must_be_there() {
    let fails = |text: &str, rules: &ChangelogRules| {
        codes(&assemble(&source(text), rules, &notes(ADDED)).unwrap_err())
    };
    assert_eq!(fails("", &rules()), [Code::W0409]);
    assert_eq!(fails("# Log\n\n## [0.1.0]\n", &rules()), [Code::W0409]);
    let without = ChangelogRules { unreleased: false, ..rules() };
    assert_eq!(fails("## [Unreleased]\n", &without), [Code::W0409]);
    assert_eq!(assemble(&source(""), &without, &[]), Ok(vec![]));
    let unknown = assemble(&source("## [Unreleased]\n"), &rules(), &notes(&[("1.misc", "x")]));
    assert_eq!(codes(&unknown.unwrap_err()), [Code::W0402]);
}
