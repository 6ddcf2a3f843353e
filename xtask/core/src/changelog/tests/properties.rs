use proptest::collection::vec;
use proptest::prelude::*;

use super::super::document::Document;
use super::super::fragment::faults;
use super::super::notes::pending;
use super::*;

/// Pieces that changelogs are made of, and some that they should not be made of.
const PIECES: &[&str] = &[
    "## [Unreleased]\n",
    "## [0.1.0] - 2026-01-01\n",
    "## Other\n",
    "### Added\n",
    "### Fixed\n",
    "### Internal\n",
    "# Log\n",
    "- a\n",
    "  more\n",
    "Prose.\n",
    "\n",
    "\n",
    "\n",
    "_Nothing yet._\n",
    "<!-- c -->\n",
    "<!--\n",
    "-->\n",
    "```\n",
    "  ```\n",
    "- ```\n",
    "[unreleased]: https://e.org/compare/v0...HEAD\n",
    "[a]: b\n",
    "é",
    " \n",
    "\t- x\n",
];

fn messy() -> impl Strategy<Value = String> {
    (any::<bool>(), any::<bool>(), vec(0..PIECES.len(), 0..24)).prop_map(|(mark, crlf, pieces)| {
        let text: String = pieces.into_iter().map(|index| PIECES[index]).collect();
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        if mark { format!("\u{feff}{text}") } else { text }
    })
}

fn category(title: &'static str) -> impl Strategy<Value = String> {
    (0..3usize, any::<bool>(), any::<bool>()).prop_map(move |(notes, after_heading, after)| {
        let mut text = format!("### {title}\n{}", if after_heading { "\n" } else { "" });
        text.extend((0..notes).map(|n| format!("- {title} note {n}.\n")));
        text + if after { "\n" } else { "" }
    })
}

/// A changelog as people write them: above, lead, categories, below; any look, any line ending.
fn tidy() -> impl Strategy<Value = (String, String, String)> {
    let lead = prop_oneof![
        Just(""),
        Just("\n"),
        Just("\n_Nothing yet._\n\n"),
        Just("\nProse one.\n\n"),
        Just("Prose two.\n")
    ];
    let titles =
        prop::sample::subsequence(vec!["Fixed", "Internal", "Added", "Changed", "Fixed", "Security"], 0..=6);
    let categories = titles.prop_flat_map(|titles| titles.into_iter().map(category).collect::<Vec<_>>());
    let above = prop_oneof![Just(""), Just("\u{feff}# Log\n\n"), Just("# Log\n```\n## [Unreleased]\n```\n")];
    let below = prop_oneof![
        Just(""),
        Just("## [0.1.0] - 2026-01-01\n### Added\n- Old.\n"),
        Just("## [0.1.0]\n\n\n\n### Added\n\n- Old.\n\n[0.1.0]: x"),
        Just("[0.1.0]: x\n"),
    ];
    (above, lead, categories, below, any::<bool>()).prop_map(|(above, lead, categories, below, crlf)| {
        let end = |text: String| if crlf { text.replace('\n', "\r\n") } else { text };
        (
            end(format!("{above}## [Unreleased]\n")),
            end(format!("{lead}{}", categories.concat())),
            end(below.to_owned()),
        )
    })
}

const BODIES: &[&str] = &[
    "Plain @.",
    "- Item @.",
    "* Star @.\n  more",
    "Two\nlines @.",
    "Para @.\n\nMore.",
    "Code @:\n```\n## x\n\ny\n```",
    "\nLate @.",
    "**Bold** @",
    "- a @\n\n  ```\n  x\n  ```",
    "```\n@\n```",
    "<!-- @ -->",
    "crlf @\r\n\r\nmore",
];

fn fragments() -> impl Strategy<Value = Vec<Fragment>> {
    vec((0..BODIES.len(), 0..6usize), 0..8).prop_map(|list| {
        let kinds = rules().kinds;
        let fragment = |(index, (body, kind)): (usize, (usize, usize))| Fragment {
            path: path(&format!("changelog.d/{index}.{}.md", kinds[kind].name)),
            kind: kinds[kind].name.clone(),
            body: BODIES[body].replace('@', &format!("note-{index}-")),
            overtakes: None,
        };
        list.into_iter().enumerate().map(fragment).collect()
    })
}

fn any_rules() -> impl Strategy<Value = ChangelogRules> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(verbatim, placeholder, links)| ChangelogRules {
        body: if verbatim { Body::Verbatim } else { Body::Items },
        links: if links { Links::Continue } else { Links::Off },
        ..if placeholder { with_placeholder() } else { rules() }
    })
}

/// The lines that say something.
fn said(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

proptest! {
    #[test]
    fn lines_cover_every_text(text in messy()) {
        let source = source(&text);
        let document = Document::parse(&source, &rules());
        let mut at = source.body().1;
        for line in &document.lines {
            prop_assert_eq!(line.start, at);
            prop_assert!(text[line.end()..line.next].trim().is_empty());
            at = line.next;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn edits_fit_every_text(text in messy(), fragments in fragments(), rules in any_rules(), unreleased: bool) {
        let rules = ChangelogRules { unreleased, ..rules };
        let source = source(&text);
        let rotation = Rotation { tag: Some("v2"), previous_tag: Some("v1"), ..rotation() };
        for edits in [assemble(&source, &rules, &fragments), rotate(&source, &rules, &fragments, &rotation)] {
            let Ok(edits) = edits else { continue };
            let after = applied(&text, &edits);
            for index in 0..fragments.len() {
                prop_assert_eq!(after.matches(&format!("note-{index}-")).count(), 1, "{}", after);
            }
            prop_assert!(edits.windows(2).all(|pair| pair[0].end < pair[1].start), "{:#?}", edits);
        }
        let _ = pending(&source, &rules, &fragments);
    }

    #[test]
    fn only_the_section_changes((above, body, below) in tidy(), fragments in fragments(), rules in any_rules()) {
        let text = format!("{above}{body}{below}");
        let after = applied(&text, &assemble(&source(&text), &rules, &fragments).unwrap());
        prop_assert!(after.starts_with(&above) && after.ends_with(&below), "{}", after);
        if let Ok(edits) = rotate(&source(&text), &rules, &fragments, &rotation()) {
            let after = applied(&text, &edits);
            prop_assert!(after.starts_with(&above) && after.ends_with(&below), "{}", after);
        }
    }

    #[test]
    fn line_endings_stay((above, body, below) in tidy(), fragments in fragments()) {
        let text = format!("{above}{body}{below}");
        let after = applied(&text, &assemble(&source(&text), &rules(), &fragments).unwrap());
        let lone = after.matches('\n').count() - after.matches("\r\n").count();
        prop_assert!(lone == 0 || !after.contains('\r'), "{:?}", after);
    }

    #[test]
    fn assembling_again_changes_nothing((above, body, below) in tidy(), fragments in fragments(), rules in any_rules()) {
        let text = format!("{above}{body}{below}");
        let after = applied(&text, &assemble(&source(&text), &rules, &fragments).unwrap());
        prop_assert_eq!(assemble(&source(&after), &rules, &[]), Ok(vec![]));
    }

    #[test]
    fn assembling_first_makes_no_difference_to_a_rotation(
        (above, body, below) in tidy(), fragments in fragments(), rules in any_rules(),
    ) {
        let text = format!("{above}{body}{below}");
        let assembled = applied(&text, &assemble(&source(&text), &rules, &fragments).unwrap());
        let at_once = rotate(&source(&text), &rules, &fragments, &rotation());
        let at_once = at_once.map(|edits| applied(&text, &edits));
        let after = rotate(&source(&assembled), &rules, &[], &rotation());
        let after = after.map(|edits| applied(&assembled, &edits));
        // Blank lines may differ where a category without notes stood.
        let (at_once, after) = (at_once.as_deref().map(said), after.as_deref().map(said));
        prop_assert_eq!(at_once, after);
    }

    #[test]
    fn rotating_keeps_every_note((above, body, below) in tidy(), fragments in fragments(), rules in any_rules()) {
        let text = format!("{above}{body}{below}");
        let Ok(edits) = rotate(&source(&text), &rules, &fragments, &rotation()) else { return Ok(()) };
        let after = applied(&text, &edits);
        let (before, after) = (said(&text), said(&after));
        for line in before.iter().filter(|line| !line.starts_with("### ") && **line != "_Nothing yet._") {
            prop_assert!(after.contains(line), "{} in {:?}", line, after);
        }
        for index in 0..fragments.len() {
            let token = format!("note-{index}-");
            prop_assert_eq!(after.iter().filter(|line| line.contains(&token)).count(), 1);
        }
        // A second rotation finds nothing.
        let again = applied(&text, &edits);
        let nothing = rotate(&source(&again), &rules, &[], &rotation()).unwrap_err();
        prop_assert_eq!(codes(&nothing), [Code::W0401]);
    }

    #[test]
    fn faults_never_panic(text in messy()) {
        let _ = faults(&text);
    }
}

#[test]
fn the_bodies_above_have_no_faults() {
    assert!(BODIES.iter().all(|body| faults(body).is_empty()));
}
