//! What each dialect admits and becomes, by hand; and what must hold for every requirement.

use proptest::prelude::*;

use super::*;
use crate::model::version::{Stage, Suffix};

fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

fn takes(dialect: Dialect, text: &str, at: &str) -> bool {
    admits(dialect, text, version(at)).unwrap()
}

/// What a requirement becomes under `satisfy`; `=` when it stays, `!` when it is refused.
fn becomes(dialect: Dialect, text: &str, at: &str) -> String {
    match follow(dialect, Policy::Satisfy, text, version(at)) {
        Ok(Some(new)) => new,
        Ok(None) => "=".into(),
        Err(why) => format!("! {why}"),
    }
}

fn all_become(dialect: Dialect, table: &[(&str, &str, &str)]) {
    for (text, at, expected) in table {
        assert_eq!(becomes(dialect, text, at), *expected, "{text} at {at}");
    }
}

#[test]
fn cargo_admits() {
    for (text, inside, outside) in [
        ("0.1.0", "0.1.9", "0.2.0"),
        ("1", "1.9.9", "2.0.0"),
        ("^0.0.3", "0.0.3", "0.0.4"),
        ("~1.2", "1.2.9", "1.3.0"),
        ("=0.1.0", "0.1.0", "0.1.1"),
        ("1.2.*", "1.2.7", "1.3.0"),
        (">=0.1.0, <1", "0.9.0", "1.0.0"),
        ("*", "7.0.0", "7.0.0-rc.1"),
        ("^0.2.0-alpha.1", "0.2.0-alpha.2", "0.2.1-alpha.1"),
        (">=0.1.0, <1", "0.2.0", "0.2.0-alpha.1"),
    ] {
        assert!(takes(Dialect::Cargo, text, inside), "{text} {inside}");
        assert!(!takes(Dialect::Cargo, text, outside), "{text} {outside}");
        let crates = semver::VersionReq::parse(text).unwrap();
        for at in [inside, outside] {
            let at = semver::Version::parse(at).unwrap();
            assert_eq!(crates.matches(&at), takes(Dialect::Cargo, text, &at.to_string()), "{text} {at}");
        }
    }
}

#[test]
fn cargo_becomes() {
    all_become(
        Dialect::Cargo,
        &[
            ("0.1.0", "0.1.1", "="),
            ("0.1.0", "0.2.0", "0.2.0"),
            ("0.1", "0.2.0", "0.2"),
            ("0", "1.0.0", "1"),
            ("^0.1.0", "0.2.0", "^0.2.0"),
            ("~0.1", "0.2.3", "~0.2"),
            ("=0.1.0", "0.1.1", "=0.1.1"),
            ("= 0.1.0", "0.1.1", "= 0.1.1"),
            ("0.1.*", "0.2.0", "0.2.*"),
            (">=0.1.0, <1", "0.2.0", "="),
            (">=0.1.0, <1", "1.0.0", ">=0.1.0, <2"),
            (">=0.1,<0.2", "0.2.0", ">=0.1,<0.3"),
            (">=0.1.0, <0.2.0", "0.2.5", ">=0.1.0, <0.3.0"),
            (">=0.1.0, <0.1.5", "0.1.5", ">=0.1.0, <0.1.6"),
            ("<=0.1", "0.2.0", "<=0.2"),
            (">=0.3.0", "0.2.0", ">=0.2.0"),
            (">0.1.0", "0.1.0", "! asks for more than >0.1.0"),
            ("0.1.0", "0.2.0-alpha.1", "0.2.0-alpha.1"),
            ("0.1", "0.2.0-alpha.1", "0.2.0-alpha.1"),
            ("^0.2.0-alpha.1", "0.2.0-alpha.2", "="),
            ("^0.2.0-alpha.1", "0.2.0", "="),
            ("^0.2.0-alpha.1", "0.3.0", "^0.3.0"),
            ("^0.2.0", "0.2.1-rc.1", "^0.2.1-rc.1"),
            (">=0.1.0, <1", "0.2.0-alpha.1", ">=0.2.0-alpha.1, <1"),
            (">=0.1.0, <1.0.0", "1.0.0-alpha.1", ">=1.0.0-alpha.1, <2.0.0"),
            (
                "0.1.*",
                "0.2.0-alpha.1",
                "! leaves numbers open, and such a range admits no pre-release (0.2.0-alpha.1)",
            ),
            (
                "<1",
                "0.2.0-alpha.1",
                "! admits no pre-release, and has no lower bound that could name 0.2.0-alpha.1",
            ),
            (
                "*",
                "0.2.0-alpha.1",
                "! admits no pre-release, and has no lower bound that could name 0.2.0-alpha.1",
            ),
            ("0.1.0 - 0.2.0", "0.1.0", "! holds `0.1.0 - 0.2.0`, which is no range"),
            ("", "0.1.0", "! holds ``, which is no range"),
            ("01.2", "0.1.0", "! holds `01.2`, which is no range"),
            ("!=1", "0.1.0", "! holds `!=1`, which is no range"),
            ("0.1.0+5", "0.1.0", "! names build metadata, which no range compares"),
        ],
    );
}

#[test]
fn npm_admits() {
    for (text, inside, outside) in [
        ("0.1.0", "0.1.0", "0.1.1"),
        ("=v0.1.0", "0.1.0", "0.1.1"),
        ("0.1", "0.1.4", "0.2.0"),
        ("0.1.x", "0.1.4", "0.2.0"),
        ("1.X", "1.4.0", "2.0.0"),
        ("^0.1.0", "0.1.4", "0.2.0-alpha.1"),
        ("^0", "0.9.0", "1.0.0"),
        ("~0.1", "0.1.4", "0.2.0"),
        (">= 0.1.0 < 1", "0.1.4", "1.0.0"),
        (">=0.1.0 <1", "0.1.4", "0.2.0-alpha.1"),
        ("^0.1.0 || ^0.3.0", "0.3.1", "0.2.0"),
        ("1.2.3 - 1.9.9", "1.9.9", "1.2.2"),
        ("1.2 - 1.9", "1.9.9", "2.0.0"),
        ("0.1.0 - 0.2 || 1.x", "1.3.0", "0.3.0"),
        (">=0.2.0-0 <0.3.0", "0.2.0-alpha.1", "0.3.0"),
        (">=0.1.0-0 <0.3.0", "0.2.0", "0.2.0-alpha.1"),
    ] {
        assert!(takes(Dialect::Npm, text, inside), "{text} {inside}");
        assert!(!takes(Dialect::Npm, text, outside), "{text} {outside}");
    }
    for any in ["", "*", "x", " "] {
        assert!(takes(Dialect::Npm, any, "0.2.0-alpha.1") && takes(Dialect::Npm, any, "3.0.0"), "{any}");
    }
}

#[test]
fn npm_becomes() {
    all_become(
        Dialect::Npm,
        &[
            ("0.1.0", "0.2.0-alpha.1", "0.2.0-alpha.1"),
            ("=v0.1.0", "0.1.1", "=v0.1.1"),
            ("^0.1.0", "0.1.1", "="),
            ("^0.1.0", "0.2.0", "^0.2.0"),
            ("~0.1.0", "0.2.0", "~0.2.0"),
            ("0.1.x", "0.2.0", "0.2.x"),
            ("0.x", "1.0.0", "1.x"),
            ("0.1", "0.2.0", "0.2"),
            (">=0.1.0 <1.0.0", "1.0.0", ">=0.1.0 <2.0.0"),
            (">= 0.1.0  < 1.0.0-0", "1.0.0", ">= 0.1.0  < 2.0.0-0"),
            ("^0.1.0 || ^0.2.0", "0.3.0", "^0.1.0 || ^0.2.0 || ^0.3.0"),
            ("^0.1.0||^0.2.0", "0.3.0-rc.1", "^0.1.0||^0.2.0||^0.3.0-rc.1"),
            ("^0.1.0 || ^0.2.0", "0.1.5", "="),
            ("", "9.0.0", "="),
            ("0.1.0 - 0.3.0", "0.2.0", "="),
            ("0.1.0 - 0.3.0", "0.3.1", "! is a hyphen range; write it as `>=A <=B`"),
            ("0.1.0 - 0.3.0 <1", "0.2.0", "! is a hyphen range with more than two ends"),
            ("latest", "0.2.0", "! holds `latest`, which is no range"),
            ("~>0.1", "0.2.0", "! has the unknown operator `~>`"),
        ],
    );
}

#[test]
fn helm_joins_by_commas_and_looks_at_pre_releases_once_one_is_named() {
    assert!(takes(Dialect::Helm, ">=0.1.0-0, <1.0.0", "0.2.0-alpha.1"));
    assert!(!takes(Dialect::Helm, ">=0.1.0, <1.0.0", "0.2.0-alpha.1"));
    assert!(!takes(Dialect::Helm, "*", "0.2.0-alpha.1"));
    all_become(
        Dialect::Helm,
        &[
            ("0.1.0", "0.2.0", "0.2.0"),
            ("~0.1.0", "0.2.0-alpha.1", "~0.2.0-alpha.1"),
            (">=0.1.0-0", "0.2.0-alpha.1", "="),
            (">= 0.1.0, < 1", "1.0.0", ">= 0.1.0, < 2"),
            (">=0.1.0-0, <1.0.0", "1.0.0-rc.1", "="),
            ("^0.1.0", "0.1.1-rc.1", "^0.1.1-rc.1"),
        ],
    );
}

#[test]
fn pep440_admits() {
    for (text, inside, outside) in [
        ("==0.1.0", "0.1.0", "0.1.1"),
        ("==0.1", "0.1.0", "0.1.1"),
        ("===0.1.0", "0.1.0", "0.1.1"),
        ("===0.1", "0.0.0", "0.1.0"),
        ("==0.1.*", "0.1.4", "0.2.0"),
        ("~=0.1.2", "0.1.4", "0.2.0"),
        ("~=0.1", "0.9.0", "1.0.0"),
        (">=0.1.0,<1", "0.9.0", "1.0.0-alpha.1"),
        (">=0.1.0,<1", "0.9.0", "0.9.0-alpha.1"),
        (">=0.1.0a1,<1", "0.9.0-alpha.1", "1.0.0-alpha.1"),
        (">=0.1.0a1,<=1", "1.0.0-alpha.1", "1.0.1"),
        (">= v0.1.0.dev0 , != 0.2.0", "0.1.0-dev", "0.2.0"),
        (">=0.1,<2.0.dev0", "1.0.0", "1.0.0-alpha.1"),
        (">0.1.0", "0.1.1", "0.1.0"),
        (">0.1.0.post1", "0.1.1", "0.1.0"),
        ("<=0.1.0-ALPHA_2, >=0", "0.1.0-alpha.2", "0.1.0-beta.1"),
    ] {
        if text != "===0.1" {
            assert!(takes(Dialect::Pep440, text, inside), "{text} {inside}");
        }
        assert!(!takes(Dialect::Pep440, text, outside), "{text} {outside}");
    }
}

#[test]
fn pep440_becomes() {
    all_become(
        Dialect::Pep440,
        &[
            (">=0.1.0,<1", "0.2.0", "="),
            (">=0.1.0,<1", "1.0.0", ">=0.1.0,<2"),
            (">=0.1.0,<1", "0.2.0-alpha.1", ">=0.2.0a1,<1"),
            (">=0.2.0a1,<1", "0.2.0-beta.1", "="),
            (">=0.2.0a1,<1", "0.2.0", "="),
            (">=0.1.0,<1", "1.0.0-rc.1", ">=1.0.0rc1,<2"),
            (">=0.1,<0.2", "0.2.0", ">=0.1,<0.3"),
            (">=0.1,<0.2", "1.0.0", ">=0.1,<1.1"),
            (" >= 0.1.0 , < 1.0.dev0 ", "1.0.0", " >= 0.1.0 , < 2.0.dev0 "),
            ("==0.1.0", "0.2.0-alpha.1", "==0.2.0a1"),
            ("==0.1", "0.2.0", "==0.2"),
            ("==0.1", "0.2.1", "==0.2.1"),
            ("===0.1.0", "0.1.1", "===0.1.1"),
            ("==0.1.*", "0.2.0", "==0.2.*"),
            ("==0.1.*", "0.2.0-rc.1", "! leaves numbers open, and such a specifier admits no pre-release"),
            ("~=0.1.0", "0.2.0", "~=0.2.0"),
            ("~=0.1", "0.2.0", "="),
            ("~=0.1", "1.2.0", "~=1.2"),
            ("~=0.1", "0.2.0-alpha.1", "~=0.2a1"),
            ("<=0.1", "0.1.1", "<=0.1.1"),
            ("!=0.2.0", "0.2.0", "! excludes that version by name"),
            (
                "<1",
                "0.2.0-alpha.1",
                "! admits no pre-release, and has no lower bound that could name 0.2.0-alpha.1",
            ),
            (">=1!0.1", "0.2.0", "! names `1!0.1`, which is no version that a range is compared with"),
            ("^0.1", "0.2.0", "! holds `^0.1`, which is no version specifier"),
            (">=0.1.*", "0.2.0", "! holds `>=0.1.*`, which is no version specifier"),
        ],
    );
}

#[test]
fn poetry_and_go_become() {
    all_become(
        Dialect::Poetry,
        &[
            ("^0.1.0", "0.2.0", "^0.2.0"),
            ("^0.1", "0.2.0-alpha.1", "^0.2.0-alpha.1"),
            ("0.1.0", "0.2.0", "0.2.0"),
            (">=0.1,<0.2", "0.2.0", ">=0.1,<0.3"),
            ("~=0.1.0", "0.2.0", "~=0.2.0"),
            ("^1.2.3rc1", "1.2.3-rc.1", "="),
            ("^1.2.3rc1", "1.3.0", "="),
            ("^1.2.3rc1", "2.0.0", "^2.0.0"),
            ("^1.2.3rc1 , <2", "2.0.0-beta.1", "^2.0.0b1 , <3"),
            ("~1.2.3a1", "1.3.0-rc.1", "~1.3.0rc1"),
            ("^1.2.3-rc.1", "2.0.0-rc.1", "^2.0.0-rc.1"),
            ("1.2.3rc1", "1.2.3", "1.2.3"),
        ],
    );
    all_become(
        Dialect::Go { major: 1 },
        &[
            ("v1.9.0", "2.0.0", "! is of a path that does not end with /v2, as 2.0.0 needs"),
            ("v0.1.0", "0.1.0", "="),
            ("v0.1.0", "0.2.0-alpha.1", "v0.2.0-alpha.1"),
            ("v0.1.0+incompatible", "0.2.0", "! is no version of ours"),
            // No tag has a development version: nothing can require it.
            ("v0.1.0", "0.2.0-dev", "="),
            ("v1.4.0", "2.0.0-dev", "="),
            ("v0.2.0-dev", "0.2.0-dev", "="),
            ("v0.2.0-dev", "0.2.0", "v0.2.0"),
            ("v0.3.0", "0.2.0-dev", "! is later than 0.2.0-dev"),
        ],
    );
}

#[test]
fn the_other_policies() {
    let exact = |dialect, text| follow(dialect, Policy::Exact, text, version("0.2.0-alpha.1")).unwrap();
    assert_eq!(exact(Dialect::Cargo, ">=0.1, <1").as_deref(), Some("=0.2.0-alpha.1"));
    assert_eq!(exact(Dialect::Npm, "^0.1.0 || ^0.2.0").as_deref(), Some("0.2.0-alpha.1"));
    assert_eq!(exact(Dialect::Npm, "0.2.0-alpha.1"), None);
    assert_eq!(exact(Dialect::Npm, "=0.1.0").as_deref(), Some("=0.2.0-alpha.1"));
    assert_eq!(exact(Dialect::Pep440, ">=0.1,<1").as_deref(), Some("==0.2.0a1"));
    assert_eq!(exact(Dialect::Go { major: 1 }, "v0.1.0").as_deref(), Some("v0.2.0-alpha.1"));
    assert_eq!(follow(Dialect::Go { major: 1 }, Policy::Exact, "v0.1.0", version("0.2.0-dev")), Ok(None));
    for dialect in [Dialect::Cargo, Dialect::Npm, Dialect::Pep440] {
        assert_eq!(follow(dialect, Policy::Leave, "nonsense", version("0.2.0")), Ok(None));
    }
}

fn versions() -> impl Strategy<Value = Version> {
    let suffix = prop_oneof![
        3 => Just(Suffix::None),
        1 => Just(Suffix::Dev),
        2 => (0usize..3, 0u64..12).prop_map(|(stage, number)| Suffix::Pre(Stage::ALL[stage], number)),
    ];
    (0u64..4, 0u64..4, 0u64..12, suffix).prop_map(|(major, minor, patch, suffix)| Version {
        major,
        minor,
        patch,
        suffix,
    })
}

/// Requirements of a dialect, most of them well formed.
fn requirements(operators: &'static [&'static str], between: &'static str) -> impl Strategy<Value = String> {
    let one = (0..operators.len(), "[ ]{0,1}", "[0-3](\\.[0-3](\\.[0-9](-(alpha|rc)\\.[0-3])?|\\.[x*])?)?")
        .prop_map(|(at, blank, version)| format!("{}{blank}{version}", operators[at]));
    proptest::collection::vec(one, 1..3).prop_map(move |all| all.join(between))
}

fn holds(dialect: Dialect, text: &str, at: Version) -> Result<(), TestCaseError> {
    for policy in [Policy::Satisfy, Policy::Exact] {
        match follow(dialect, policy, text, at) {
            Ok(Some(new)) => {
                prop_assert_eq!(admits(dialect, &new, at), Ok(true), "{} {}", text, new);
                prop_assert_eq!(follow(dialect, policy, &new, at), Ok(None), "{} {}", text, new);
                prop_assert!(policy == Policy::Exact || admits(dialect, text, at) == Ok(false));
            }
            Ok(None) => prop_assert_eq!(admits(dialect, text, at), Ok(true), "{}", text),
            Err(_) => {}
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_admits_and_what_admits_is_untouched(
        at in versions(),
        cargo in requirements(&["", "^", "~", "=", ">=", "<", "<=", ">"], ", "),
        npm in requirements(&["", "^", "~", "=", ">=", "<", "<=", ">"], " "),
        npm_or in requirements(&["", "^", "~", ">="], " || "),
        pep440 in requirements(&["==", "~=", ">=", "<", "<=", ">", "!=", "==="], ","),
    ) {
        holds(Dialect::Cargo, &cargo, at)?;
        holds(Dialect::Npm, &npm, at)?;
        holds(Dialect::Npm, &npm_or, at)?;
        holds(Dialect::Helm, &npm, at)?;
        holds(Dialect::Pep440, &pep440, at)?;
        holds(Dialect::Poetry, &cargo, at)?;
    }

    #[test]
    fn cargo_agrees_with_the_semver_crate(
        at in versions(),
        text in requirements(&["", "^", "~", "=", ">=", "<", "<=", ">"], ", "),
    ) {
        if let (Ok(theirs), Ok(ours)) = (semver::VersionReq::parse(&text), admits(Dialect::Cargo, &text, at)) {
            prop_assert_eq!(theirs.matches(&semver::Version::parse(&at.to_string()).unwrap()), ours);
        }
    }

    #[test]
    fn any_text_is_looked_through(text in "\\PC{0,16}", close in "[0-3.x*<>=~^!|, va-]{0,12}", at in versions()) {
        for dialect in [Dialect::Cargo, Dialect::Npm, Dialect::Pep440, Dialect::Poetry, Dialect::Helm, Dialect::Go { major: 1 }] {
            holds(dialect, &text, at)?;
            holds(dialect, &close, at)?;
        }
    }
}
