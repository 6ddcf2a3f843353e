//! `[ci]`: defaults, and what is refused.

use super::{config, refused};

const TARGET: &str = "[packages.api]\npath = \"api\"\n[[targets]]\npackage = \"api\"\nkind = \"pypi\"\n";

fn one(rest: &str) -> Vec<String> {
    refused(&format!("{TARGET}{rest}"))
}

#[test]
fn every_key_has_a_default() {
    assert_eq!(config(TARGET).ci, None);
    let ci = config(&format!("{TARGET}[ci]\n")).ci.unwrap();
    assert_eq!(ci, crate::model::ci::CiRules::default());
    let named = config(&format!(
        "{TARGET}[ci]\nenvironments = {{ pypi = \"kind\", \"api/pypi\" = \"label\", api = \"package\" }}\n"
    ));
    assert_eq!(named.ci.unwrap().environment(&named.targets[0]), Some("label"));
}

#[test]
fn what_a_pipeline_could_not_hold_is_refused() {
    let table = [
        ("tests = [[]]", "W0104:7 an entry of `ci.tests` is empty"),
        ("tests = [[\" \"]]", "W0104:7 an entry of `ci.tests` starts with an empty program"),
        (
            "tests = [[\"a\", \"b\\nc\"]]",
            "W0104:7 an entry of `ci.tests` is `b\\nc`, which holds a line break",
        ),
        ("tests = [[\"${{ x }}\"]]", "W0104:7 an entry of `ci.tests` is `${{ x }}`, which holds `${{`"),
        ("tests = [\"a b\"]", "W0104:7 an entry of `ci.tests` is the string `\"a b\"`"),
        ("runner = \"\"", "W0104:7 `ci.runner` is empty"),
        ("image = 3", "W0104:7 `ci.image` is the integer `3`"),
        ("timeout = 0", "W0104:7 `ci.timeout` is the integer `0`"),
        (
            "actions = { checkut = \"v5\" }",
            "W0103:7 `[ci.actions]` has the unknown key `checkut` | did you mean",
        ),
        (
            "actions = { checkout = \"${{ x }}\" }",
            "W0104:7 `ci.actions.checkout` is `${{ x }}`, which is no tag",
        ),
        ("actions = { cache = \"v4 #\" }", "W0104:7 `ci.actions.cache` is `v4 #`, which has no plain text"),
        ("actions = { cache = \"-v4\" }", "W0104:7 `ci.actions.cache` is `-v4`, which is no tag"),
        ("environments = { wab = \"x\" }", "W0105:7 `ci.environments.wab` names the target `wab`"),
        ("setup = [{ kinds = [\"pypi\"] }]", "W0106:7 an entry of `ci.setup` has no `run`"),
        ("setup = [{ run = [\"x\"], kinds = [] }]", "W0104:7 `ci.setup.kinds` is empty"),
        ("audiences = { crates = \"x\" }", "W0103:7 `[ci.audiences]` has the unknown key `crates`"),
        ("builds = [{ name = \"a\" }]", "W0106:7 an entry of `ci.builds` has no `targets`"),
        ("builds = [{ name = \"a b\", targets = [\"api\"] }]", "W0104:7 `ci.builds.name` is `a b`"),
        (
            "builds = [{ name = \"a\", targets = [\"npm\"] }]",
            "W0105:7 an entry of `ci.builds.targets` names the target",
        ),
        (
            "builds = [{ name = \"a\", targets = [\"api\"], python = [\"x;y\"] }]",
            "W0104:7 an entry of `ci.builds.python`",
        ),
        (
            "builds = [{ name = \"a\", targets = [\"api\"] }, { name = \"a\", targets = [\"pypi\"] }]",
            "W0107:6 two of `ci.builds` are named `a`",
        ),
        ("test = []", "W0103:7 `[ci]` has the unknown key `test` | did you mean `tests`?"),
    ];
    for (text, expected) in table {
        let found = one(&format!("[ci]\n{text}\n"));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{text}: {found:#?}");
    }
}
