use super::*;

const FIXED: &[(&str, &str)] = &[("1.fixed", "One.")];

#[test]
fn what_is_unreleased_is_dated() {
    for (fragments, before, after) in [
        // Prose opens the section, fragments come in, empty categories go.
        (
            FIXED,
            "# Log\n\n## [Unreleased]\n\nProse\nof two lines.\n\n### Added\n\n- A.\n\n### Changed\n\n### Fixed\n\n- F.\n\n## [0.1.0]\n",
            "# Log\n\n## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n\nProse\nof two lines.\n\n### Added\n\n- A.\n\n### Fixed\n\n- F.\n- One.\n\n## [0.1.0]\n",
        ),
        // Fragments alone, into sections without and with space, and at the end of the file.
        (
            FIXED,
            "## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n### Fixed\n- Old.\n",
            "## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n### Fixed\n- One.\n\n## [0.1.0] - 2026-01-01\n### Fixed\n- Old.\n",
        ),
        (FIXED, "## [Unreleased]", "## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n\n### Fixed\n\n- One.\n"),
        // Hand-written notes alone.
        (
            &[],
            "## Unreleased\n\n### Fixed\n\n- F.\n",
            "## Unreleased\n\n## [0.2.0] - 2026-11-22\n\n### Fixed\n\n- F.\n",
        ),
        (&[], "## [Unreleased]\n\n- F.\n", "## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n\n- F.\n"),
        // An empty category at the end.
        (
            &[],
            "## [Unreleased]\n\n### Added\n\n- A.\n\n### Fixed\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n\n### Added\n\n- A.\n\n## [0.1.0]\n",
        ),
        // The same between new notes, and at the end of the file.
        (
            FIXED,
            "## [Unreleased]\n### Added\n- A.\n\n### Changed\n### Security\n",
            "## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n### Added\n- A.\n\n### Fixed\n- One.\n",
        ),
        // Comments stay on top; the heading's own text too; other runs of blank lines as well.
        (
            FIXED,
            "## [Unreleased](https://example.org)\n\n<!--\nHow to write.\n-->\n\n\n## [0.1.0]\n\n\n- Old.\n",
            "## [Unreleased](https://example.org)\n\n<!--\nHow to write.\n-->\n\n## [0.2.0] - 2026-11-22\n\n### Fixed\n\n- One.\n\n\n## [0.1.0]\n\n\n- Old.\n",
        ),
    ] {
        assert_eq!(rotated(before, &rules(), fragments, &rotation()), after, "{before}");
    }
}

#[test]
fn a_placeholder_stays_behind() {
    for (fragments, before, after) in [
        (
            FIXED,
            "## [Unreleased]\n\n_Nothing yet._\n\n## [0.1.0]\n",
            "## [Unreleased]\n\n_Nothing yet._\n\n## [0.2.0] - 2026-11-22\n\n### Fixed\n\n- One.\n\n## [0.1.0]\n",
        ),
        (
            &[],
            "## [Unreleased]\n\n_Nothing yet._\n\nProse.\n",
            "## [Unreleased]\n\n_Nothing yet._\n\n## [0.2.0] - 2026-11-22\n\nProse.\n",
        ),
        (
            &[],
            "## [Unreleased]\n\nProse.\n\n### Added\n- A.\n",
            "## [Unreleased]\n\n_Nothing yet._\n\n## [0.2.0] - 2026-11-22\n\nProse.\n\n### Added\n- A.\n",
        ),
    ] {
        assert_eq!(rotated(before, &with_placeholder(), fragments, &rotation()), after, "{before}");
    }
}

#[test]
fn a_summary_replaces_the_prose() {
    let summarised = Rotation { summary: Some(" The tide\nis high. \n"), ..rotation() };
    let before = "## [Unreleased]\r\n\r\nProse.\r\n\r\n### Added\r\n\r\n- A.\r\n";
    let after = "## [Unreleased]\r\n\r\n## [0.2.0] - 2026-11-22\r\n\r\nThe tide\r\nis high.\r\n\r\n### Added\r\n\r\n- A.\r\n";
    assert_eq!(rotated(before, &rules(), &[], &summarised), after);
    assert_eq!(
        rotated("## [Unreleased]\n", &rules(), &[], &summarised),
        "## [Unreleased]\n\n## [0.2.0] - 2026-11-22\n\nThe tide\nis high.\n"
    );
}

#[test]
fn refusals() {
    let fails = |text: &str, rules: &ChangelogRules, summary| {
        let rotation = Rotation { summary, ..rotation() };
        codes(&rotate(&source(text), rules, &[], &rotation).unwrap_err())
    };
    let placeholder = "## [Unreleased]\n\n_Nothing yet._\n\n### Added\n\n## [0.1.0]\n\n- Old.\n";
    assert_eq!(fails(placeholder, &with_placeholder(), None), [Code::W0401]);
    assert_eq!(fails(placeholder, &with_placeholder(), Some(" \n")), [Code::W0401]);
    assert_eq!(fails(placeholder, &with_placeholder(), Some("_Nothing yet._ ")), [Code::W0415]);
    assert_eq!(fails(placeholder, &rules(), Some("Fine.\n## Not")), [Code::W0405]);
    assert_eq!(fails("## [Unreleased]\n\n<!-- How to. -->\n", &rules(), None), [Code::W0401]);
    assert_eq!(fails("## [0.1.0]\n", &rules(), None), [Code::W0409]);
    assert_eq!(fails("", &ChangelogRules { unreleased: false, ..rules() }, None), [Code::W0401]);
    let problems = rotate(&source("## [Unreleased]\n"), &rules(), &[], &rotation()).unwrap_err();
    assert_eq!(problems[0].help[0], "$ cargo xtask changelog new added \"…\"");
}

#[test]
fn nothing_is_written_inside_of_a_block_left_open() {
    let of = |text: &str| {
        let notes = notes(&[("1.added", "New.")]);
        let told = |problems: Problems| (codes(&problems), problems[0].at.as_ref().unwrap().line);
        let dated = rotate(&source(text), &rules(), &notes, &rotation()).err().map(told);
        assert_eq!(assemble(&source(text), &rules(), &notes).err().map(told), dated);
        dated
    };
    let refused = |line| Some((vec![Code::W0417], Some(line)));
    assert_eq!(of("## [Unreleased]\n\n<!-- Added\n- a\n"), refused(3));
    assert_eq!(of("## [Unreleased]\n### Added\n- a\n\n```\nb\n"), refused(5));
    assert_eq!(of("## [Unreleased]\n### Added\n- a\n  ```\n  b\n"), None);
    assert_eq!(of("## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n```\nb\n"), None);
}

#[test]
fn without_an_unreleased_section_the_new_one_goes_above_the_newest() {
    let rules =
        ChangelogRules { unreleased: false, heading: heading("## {version}"), fragments: None, ..rules() };
    let summarised = Rotation { summary: Some("Summary."), ..rotation() };
    for (fragments, rotation, before, after) in [
        (
            FIXED,
            rotation(),
            "# Log\n\n## Policy\n\nText.\n\n## 0.1.0\n\n- Old.\n",
            "# Log\n\n## Policy\n\nText.\n\n## 0.2.0\n\n### Fixed\n\n- One.\n\n## 0.1.0\n\n- Old.\n",
        ),
        (
            FIXED,
            summarised,
            "\u{feff}## 0.1.0\n",
            "\u{feff}## 0.2.0\n\nSummary.\n\n### Fixed\n\n- One.\n\n## 0.1.0\n",
        ),
        (&[], summarised, "", "## 0.2.0\n\nSummary.\n"),
        (&[], summarised, "# Log", "# Log\n\n## 0.2.0\n\nSummary.\n"),
        (&[], summarised, "# Log\n\n[a]: b\n", "# Log\n\n## 0.2.0\n\nSummary.\n\n[a]: b\n"),
        (
            FIXED,
            rotation(),
            "## 0.1.0\n### Fixed\n- Old.\n",
            "## 0.2.0\n### Fixed\n- One.\n\n## 0.1.0\n### Fixed\n- Old.\n",
        ),
    ] {
        assert_eq!(rotated(before, &rules, fragments, &rotation), after, "{before}");
    }
}

#[test]
fn compare_links_are_continued() {
    let rules = ChangelogRules { links: Links::Continue, ..rules() };
    let tagged = Rotation { tag: Some("v0.2.0"), previous_tag: Some("v0.1.0"), ..rotation() };
    let first = Rotation { previous_tag: None, ..tagged };
    let untagged = Rotation { tag: None, ..tagged };
    let github = "https://github.com/tide/compare/compare";
    let gitlab = "https://gitlab.com/tide/plan/-/compare";
    for (rotation, before, after) in [
        (
            tagged,
            format!("[Unreleased]:  {github}/v0.1.0...HEAD\n[0.1.0]: {github}/v0.0.1...v0.1.0\n"),
            format!(
                "[Unreleased]:  {github}/v0.2.0...HEAD\n[0.2.0]: {github}/v0.1.0...v0.2.0\n[0.1.0]: {github}/v0.0.1...v0.1.0\n"
            ),
        ),
        (
            tagged,
            format!("[0.1.0]: {gitlab}/v0\n[unreleased]: <{gitlab}/v0.1.0...main> \"t\""),
            format!(
                "[0.1.0]: {gitlab}/v0\n[unreleased]: <{gitlab}/v0.2.0...main> \"t\"\n[0.2.0]: <{gitlab}/v0.1.0...v0.2.0>\n"
            ),
        ),
        (
            first,
            format!("[unreleased]: {github}/v0...HEAD\n"),
            format!("[unreleased]: {github}/v0.2.0...HEAD\n"),
        ),
        (
            untagged,
            format!("[unreleased]: {github}/v0...HEAD\n"),
            format!("[unreleased]: {github}/v0...HEAD\n"),
        ),
        (tagged, "[unreleased]: https://example.org\n".into(), "[unreleased]: https://example.org\n".into()),
        (tagged, String::new(), String::new()),
    ] {
        let text = |foot: &str| format!("## [Unreleased]\n{foot}");
        let before = format!("## [Unreleased]\n\n- A.\n\n{before}");
        let after = format!("\n## [0.2.0] - 2026-11-22\n\n- A.\n\n{after}");
        assert_eq!(rotated(&before, &rules, &[], &rotation), text(&after));
    }
}

#[test]
fn compare_links_are_written_from_a_template() {
    let template = Template::parse("https://e.org/{previous}..{tag}", &["previous", "tag"]).unwrap();
    let rules = ChangelogRules {
        links: Links::Template(template),
        heading: heading("## [{version:pep440}] - {date}"),
        ..rules()
    };
    let version = Version::parse("0.2.0-rc.1").unwrap();
    let tagged = Rotation { version, tag: Some("s-v0.2.0rc1"), previous_tag: Some("s-v0.1.0"), ..rotation() };
    let start = "## [Unreleased]\n\n## [0.2.0rc1] - 2026-11-22\n\n- A.\n";
    let both =
        "[unreleased]: https://e.org/s-v0.2.0rc1..HEAD\n[0.2.0rc1]: https://e.org/s-v0.1.0..s-v0.2.0rc1\n";
    for (before, after) in [
        ("", format!("\n{both}")),
        ("\n[other]: x\n", format!("\n{both}[other]: x\n")),
        ("\n[Unreleased]: old\n[other]: x\n", format!("\n{}[other]: x\n", both.replace("[unr", "[Unr"))),
        ("\n[unreleased]: old\n[0.2.0RC1]: old\n", format!("\n{}", both.replace("[0.2.0rc1]", "[0.2.0RC1]"))),
    ] {
        let before = format!("## [Unreleased]\n\n- A.\n{before}");
        assert_eq!(rotated(&before, &rules, &[], &tagged), format!("{start}{after}"));
    }
    let plain = ChangelogRules { unreleased: false, ..rules };
    assert_eq!(
        rotated("# Log\n\n[other]: x\n", &plain, FIXED, &tagged),
        "# Log\n\n## [0.2.0rc1] - 2026-11-22\n\n### Fixed\n\n- One.\n\n[0.2.0rc1]: https://e.org/s-v0.1.0..s-v0.2.0rc1\n[other]: x\n"
    );
}

#[test]
fn edits_hold_no_date_but_where_they_say_so() {
    let text = "## [Unreleased]\n\n### Fixed\n\n- F.\n";
    let edits = rotate(&source(text), &rules(), &notes(FIXED), &rotation()).unwrap();
    let shown: Vec<_> = edits.iter().map(|edit| (&*edit.node, &*edit.old, edit.undated())).collect();
    assert_eq!(
        shown,
        [("## [0.2.0]", "", "## [0.2.0] - {date}\n\n".to_owned()), ("### Fixed", "", "- One.\n".to_owned()),]
    );
}

#[test]
fn the_first_real_shape_with_every_category_several_times() {
    let rules = ChangelogRules {
        body: Body::Verbatim,
        placeholder: Some("_No unreleased changes yet._".into()),
        heading: heading("## [{version}] \u{2014} {date}"),
        ..rules()
    };
    let headings = [
        "Added", "Changed", "Fixed", "Added", "Fixed", "Added", "Security", "Fixed", "Changed", "Added",
        "Fixed", "Added", "Changed", "Fixed", "Added", "Fixed", "Added",
    ];
    let body: String = headings
        .iter()
        .enumerate()
        .map(|(n, title)| format!("### {title}\n- Note {n}.\nGlued {n}.\n\n"))
        .collect();
    let before = format!(
        "# Log\n\n## [Unreleased]\n\nSeventh alpha.\n\n{body}## [0.1.0] \u{2014} 2026-05-01\n\nOld.\n"
    );
    let fragments = [("1044.security", "**Bold** paragraph"), ("971.security", "`code` paragraph")];
    let new = body.replace("Glued 6.\n", "Glued 6.\n**Bold** paragraph\n`code` paragraph\n");
    let after = format!(
        "# Log\n\n## [Unreleased]\n\n_No unreleased changes yet._\n\n## [0.2.0] \u{2014} 2026-11-22\n\nSeventh alpha.\n\n{new}## [0.1.0] \u{2014} 2026-05-01\n\nOld.\n"
    );
    assert_eq!(rotated(&before, &rules, &fragments, &rotation()), after);
}

#[test]
fn a_note_that_is_overtaken_goes() {
    let mut new = notes(&[("pin.changed", "Build on oss v2.")]);
    new[0].overtakes = Some("Build on oss v1.".into());
    for (before, after) in [
        // In its place among others, alone, twice.
        ("- A.\n- Build on oss v1.\n- B.\n", "- A.\n- B.\n- Build on oss v2.\n"),
        ("- Build on oss v1.\n", "- Build on oss v2.\n"),
        ("- Build on oss v1.\n- Build on oss v1.\n", "- Build on oss v2.\n"),
        // What somebody has changed stays.
        ("- Build on oss v1. At last!\n", "- Build on oss v1. At last!\n- Build on oss v2.\n"),
        ("- Build on oss v1.\n  At last!\n", "- Build on oss v1.\n  At last!\n- Build on oss v2.\n"),
    ] {
        let head = "# Log\n\n## [Unreleased]\n\n";
        let text = |items: &str| format!("### Changed\n\n{items}\n### Fixed\n\n- Build on oss v1.\n");
        let before = format!("{head}{}", text(before));
        let source = source(&before);
        let assembled = applied(&before, &assemble(&source, &rules(), &new).unwrap());
        assert_eq!(assembled, format!("{head}{}", text(after)));
        let rotated = applied(&before, &rotate(&source, &rules(), &new, &rotation()).unwrap());
        assert_eq!(rotated, format!("{head}## [0.2.0] - 2026-11-22\n\n{}", text(after)));
    }
}
