//! Any text: patterns with `{version}`, and assignments of source languages.

use std::ops::Range;

use super::{Scalar, Text};
use crate::model::form::Form;
use crate::model::template::Part;

/// No rendered version is longer: three numbers of 20 digits, a stage and its number.
const LONGEST: usize = 100;

/// Every place where the whole pattern stands, from left to right without overlap: the
/// versions in it, each with the form it was read in.
///
/// Literal parts match exactly. A version is the longest run that parses in its form such that
/// the rest of the pattern follows. A pattern that ends with a version does not end inside a
/// longer number or word, one that starts with a version does not start inside one: `0.1.0` is
/// found neither in `10.1.0` nor in `0.1.01`.
pub fn find(text: &Text<'_>, parts: &[Part], form: Form) -> Vec<Vec<(Scalar, Form)>> {
    let body = text.body;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_start(body, parts, at) {
        let mut versions = Vec::new();
        match follow(body, start, parts, form, &mut versions) {
            Some(end) => {
                versions.reverse();
                found.push(versions.into_iter().map(|(range, form)| (text.scalar(range), form)).collect());
                at = end.max(start + 1);
            }
            None => at = start + 1,
        }
        while !body.is_char_boundary(at) {
            at += 1;
        }
    }
    found
}

/// The next offset from `at` where the pattern may start.
fn next_start(body: &str, parts: &[Part], at: usize) -> Option<usize> {
    let rest = body.get(at..)?;
    match parts.first()? {
        Part::Literal(literal) => rest.find(literal.as_str()).map(|skip| at + skip),
        _ => rest
            .char_indices()
            .map(|(skip, c)| (at + skip, c))
            .find(|(start, c)| (c.is_ascii_digit() || *c == 'v') && begins(&body[..*start]))
            .map(|(start, _)| start),
    }
}

/// Whether a version may begin after this text.
fn begins(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || c == '.')
}

/// Whether a version may end before this text.
fn ends(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some('.' | '-' | '+') => !chars.next().is_some_and(char::is_alphanumeric),
        Some(c) => !c.is_alphanumeric(),
        None => true,
    }
}

/// The end of the pattern when it stands at `at`; its versions are pushed last first.
fn follow(
    body: &str,
    at: usize,
    parts: &[Part],
    form: Form,
    versions: &mut Vec<(Range<usize>, Form)>,
) -> Option<usize> {
    let Some((first, rest)) = parts.split_first() else { return Some(at) };
    let here = &body[at..];
    match first {
        Part::Literal(literal) => here
            .starts_with(literal.as_str())
            .then(|| follow(body, at + literal.len(), rest, form, versions))?,
        Part::Version(own) => {
            let own = own.unwrap_or(form);
            let run = here
                .bytes()
                .take(LONGEST)
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'))
                .count();
            (1..=run).rev().find_map(|len| {
                own.parse(&here[..len])?;
                if rest.is_empty() && !ends(&here[len..]) {
                    return None;
                }
                let end = follow(body, at + len, rest, form, versions)?;
                versions.push((at..at + len, own));
                Some(end)
            })
        }
        Part::Value(_) => None,
    }
}

/// The string that a top-level line assigns to `name`: `__version__ = "0.1.0"`,
/// `__version__: str = '0.1.0'`. None unless exactly one line does.
pub fn assigned(text: &Text<'_>, name: &str) -> Option<Scalar> {
    let mut found = text.body.split_inclusive('\n').filter_map(|line| {
        let rest = line.strip_prefix(name)?.trim_start();
        let value = match rest.strip_prefix(':') {
            Some(annotated) => annotated.split_once('=')?.1,
            None => rest.strip_prefix('=')?,
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let inside = &value[1..];
        let inside = &inside[..inside.find(quote)?];
        let start = text.offset(inside);
        Some(start..start + inside.len())
    });
    let only = found.next()?;
    found.next().is_none().then(|| text.scalar(only))
}

/// The text of a file that holds a version and nothing else but white space around it.
pub fn whole(text: &Text<'_>) -> Scalar {
    let inside = text.body.trim();
    let start = if inside.is_empty() { 0 } else { text.offset(inside) };
    text.scalar(start..start + inside.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::path::RepoPath;
    use crate::model::template::Template;
    use crate::model::tree::Source;

    fn source(text: &str) -> Source {
        Source { path: RepoPath::parse("README.md").unwrap(), text: text.into() }
    }

    /// The versions found, each with its line: `0.1.0@3`.
    fn found(pattern: &str, form: &str, text: &str) -> String {
        let source = source(text);
        let pattern = Template::pattern(pattern).unwrap();
        let matches = find(&Text::new(&source), pattern.parts(), Form::from_name(form).unwrap());
        for (scalar, form) in matches.iter().flatten() {
            assert_eq!(source.text[scalar.span.clone()], scalar.text);
            assert!(form.parse(&scalar.text).is_some());
        }
        let shown = |versions: &Vec<(Scalar, Form)>| {
            versions.iter().map(|(at, _)| format!("{}@{}", at.text, at.line)).collect::<Vec<_>>().join("+")
        };
        matches.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn matches_literally_around_a_version() {
        assert_eq!(found("go@v{version}", "semver", "go get x/go@v0.1.0\n"), "0.1.0@1");
        assert_eq!(
            found("--version {version}", "semver", "\u{feff}\u{e9}\r\n--version 0.2.0-rc.1\r\n"),
            "0.2.0-rc.1@2"
        );
        assert_eq!(found(">v{version}<", "semver", "<b>v0.1.0</b> <i>v1</i>"), "0.1.0@1");
        assert_eq!(found("=={version}", "pep440", "pip install a==0.2.0a1 b==0.2.0-alpha.1"), "0.2.0a1@1");
        assert_eq!(
            found("{version}-linux", "semver", "0.1.0-linux 0.2.0-rc.1-linux"),
            "0.1.0@1 0.2.0-rc.1@1"
        );
        assert_eq!(found("({version})", "X.Y", "(0.1) (0.1.0)"), "0.1@1");
    }

    #[test]
    fn never_reads_part_of_a_longer_one() {
        for other in
            ["10.1.0.1", "x0.1.0", "0.1.0x", "0.1.0.1", "0.1.0-foo", "0.1.0+b", "1.0.1.0", "0.1.01", "é0.1.0"]
        {
            assert_eq!(found("{version}", "semver", other), "", "{other}");
        }
        assert_eq!(found("{version}", "semver", "10.1.0"), "10.1.0@1");
        assert_eq!(found("{version}", "X.Y", "0.1.0 0.1 0.1."), "0.1@1 0.1@1");
        assert_eq!(
            found("a:{version}", "semver", "a:0.1.0. a:0.1.0, a:0.1.0- a:0.1.0.x"),
            "0.1.0@1 0.1.0@1 0.1.0@1"
        );
        assert_eq!(found("{version}", "semver", "v0.1.0"), "");
        assert_eq!(found("{version}", "vsemver", "v0.1.0 vv0.1.0"), "v0.1.0@1");
    }

    #[test]
    fn reads_several_forms_in_one_pattern() {
        assert_eq!(
            found("{version:X.Y} (v{version})", "semver", "a\n0.2 (v0.2.0-alpha.1)\n0.3 (v0.3.0)"),
            "0.2@2+0.2.0-alpha.1@2 0.3@3+0.3.0@3"
        );
    }

    #[test]
    fn reads_assignments() {
        let read =
            |text: &str| assigned(&Text::new(&source(text)), "__version__").map(|at| (at.text, at.line));
        assert_eq!(read("import x\n__version__ = \"0.1.0\"  # c\n"), Some(("0.1.0".into(), 2)));
        assert_eq!(read("__version__: Final[str] = '0.1.0'\r\n"), Some(("0.1.0".into(), 1)));
        assert_eq!(read("__version__='0.1.0'"), Some(("0.1.0".into(), 1)));
        for none in [
            "",
            "__version__ = 1",
            "__version__ == '1'",
            "__version__ = get()",
            "__version__ = '1",
            "  __version__ = '1'",
            "__version_info__ = '1'",
            "__version__ = '1'\n__version__ = '2'",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn reads_a_file_that_is_a_version() {
        let read = |text: &str| whole(&Text::new(&source(text)));
        assert_eq!(read("\u{feff}\r\n 0.1.0\r\n"), Scalar { span: 6..11, line: 2, text: "0.1.0".into() });
        assert_eq!(read(" \n").text, "");
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            before in "[a-z0-9.\u{e9}\n -]{0,20}",
            after in "[a-z0-9.\u{e9}\n -]{0,20}",
            major in 0u64..1000,
        ) {
            let source = source(&format!("{before}<pin {major}.1.0>{after}"));
            let pattern = Template::pattern("<pin {version}>").unwrap();
            let matches = find(&Text::new(&source), pattern.parts(), Form::SEMVER);
            prop_assert_eq!(matches.len(), 1);
            let (scalar, _) = &matches[0][0];
            let mut edited = source.text.clone();
            edited.replace_range(scalar.span.clone(), "0.2.0-alpha.1");
            prop_assert_eq!(edited, format!("{before}<pin 0.2.0-alpha.1>{after}"));
        }

        #[test]
        fn any_text_is_looked_through(text in "[\\PC\n]{0,60}", close in "[v0-3.a\u{e9}+-]{0,30}") {
            for form in Form::names() {
                found("{version}", &form, &text);
                found("{version}", &form, &close);
                found("a{version}.{version:X.Y}", &form, &close);
            }
        }
    }
}
