//! `[pins.*]` and `[downstream.*]`: what they mean left alone, and each refusal.

use super::{config, reading, refused};

/// A package, then `rest` from line 2.
fn one(rest: &str) -> Vec<String> {
    refused(&format!("[packages.api]\n{rest}"))
}

/// A pin whose table says `rest` from line 4 on.
fn pin(rest: &str) -> Vec<String> {
    one(&format!("[pins.oss]\nrepository = \"../oss\"\n{rest}"))
}

const PLACES: &str = "places = [{ file = \".env\", pattern = \"OSS={tag}\" }]";

#[test]
fn a_pin_needs_two_keys() {
    let config = config(&format!("[packages.api]\n[pins.oss]\nrepository = \"../oss\"\n{PLACES}\n"));
    let pin = &config.pins[0];
    assert_eq!(pin.repository.to_string(), "../oss");
    assert_eq!(pin.tag.to_string(), "v{version}");
    assert_eq!(pin.note.to_string(), "Build on {name} {tag}");
    assert_eq!(pin.kind, "changed");
    assert_eq!(pin.groups[0].as_str(), "api");
    assert!(pin.targets.is_empty());
    assert_eq!(
        one("[pins.oss]"),
        [
            "W0106:2 `[pins.oss]` has no `repository` | where the upstream is, such as: repository = \"../oss\"",
            "W0106:2 `[pins.oss]` has no `places` | what holds the pin, such as: places = [{ file = \".env\", pattern = \"OSS_TAG={tag}\" }]",
        ]
    );
}

#[test]
fn addresses() {
    const ALLOWED: &str =
        "allowed: a path from the repository's root, such as `../oss`, or a URL that git takes";
    for (address, why) in [
        ("--upload-pack=x", "starts with `-`"),
        ("ext::x", "names a helper program of git's"),
        ("https://a:b@example.org/x", "holds a user or a password; git's credential helpers know them"),
        ("/srv/oss", "is not relative; others have this repository elsewhere"),
    ] {
        assert_eq!(
            one(&format!("[pins.oss]\nrepository = \"{address}\"\n{PLACES}")),
            [format!("W0104:3 `pins.oss.repository` is `{address}`, which {why} | {ALLOWED}")]
        );
    }
}

#[test]
fn places_and_tags() {
    assert_eq!(pin("places = []")[0].split(" | ").next(), Some("W0104:4 `pins.oss.places` is empty"));
    assert_eq!(
        pin("places = [{ file = \".env\", pattern = \"OSS=\" }]"),
        [
            "W0104:4 `pins.oss.places.pattern` is `OSS=`, which holds no `{version}` | allowed: a text around `{tag}`, `{version}` or `{version:FORM}`"
        ]
    );
    assert_eq!(
        pin("places = [{ file = \".env\", key = \"a\", after = \"publish\" }]")[0].split(" | ").next(),
        Some("W0103:4 an entry of `pins.oss.places` has the unknown key `after`")
    );
    assert_eq!(
        pin("places = [{ file = \"../.env\", key = \"a\" }]")[0].split(" | ").next(),
        Some("W0108:4 `pins.oss.places.file` is `../.env`, which leads out of the repository")
    );
    assert!(pin(&format!("tag = \"stable\"\n{PLACES}"))[0].contains("does not hold the whole version"));
    assert_eq!(
        pin(&format!("nte = \"x\"\n{PLACES}")),
        ["W0103:4 `[pins.oss]` has the unknown key `nte` | did you mean `note`?"]
    );
    assert!(pin(&format!("note = \"{{tga}}\"\n{PLACES}"))[0].contains("the unknown `{tga}`"));
    assert!(one("[pins.\"-x\"]")[0].contains("must start with a letter or a digit"));
}

#[test]
fn its_kind_is_one_of_the_changelog() {
    let text = format!("[packages.api]\n[pins.oss]\nrepository = \"../oss\"\nkind = \"chnged\"\n{PLACES}\n");
    let problems = reading(&text, true).unwrap_err();
    let said: Vec<String> = problems
        .iter()
        .map(|problem| format!("{} {} {}", problem.code, problem.what, problem.help[0]))
        .collect();
    assert_eq!(
        said,
        [
            "W0105 `[pins.oss]` writes its note as `chnged`, which is no category of CHANGELOG.md did you mean `changed`?"
        ]
    );
    // Without a changelog nothing is written.
    config(&text);
}

#[test]
fn what_must_stand_at_registries() {
    let of = |targets: &str| pin(&format!("{PLACES}\ntargets = [{targets}]"));
    assert_eq!(
        of("{ kind = \"npm\" }"),
        [
            "W0106:5 an entry of `pins.oss.targets` has no `name` | its name at the registry, such as: name = \"@tideplan/client\""
        ]
    );
    assert!(of("{ kind = \"files\", name = \"x\" }")[0].contains("allowed: `\"pypi\"`"));
    assert!(of("{ kind = \"npm\", name = \"-x y\" }")[0].starts_with("W0104:5"));
    assert_eq!(
        of("{ kind = \"npm\", name = \"x\", tag = \"{version}\" }"),
        ["W0731:5 an entry of `pins.oss.targets` of kind `npm` has the key `tag` | take `tag` out"]
    );
    assert!(
        of("{ kind = \"image\", name = \"ghcr.io/a/b\", tag = \"latest\" }")[0]
            .contains("moves with every release")
    );
}

#[test]
fn whose_releases_are_meant() {
    let groups = "[packages.a]\npath = \"a\"\n[packages.b]\npath = \"b\"\n[groups.x]\npackages = [\"a\"]\n[groups.y]\npackages = [\"b\"]\n";
    assert_eq!(
        refused(&format!("{groups}[pins.oss]\nrepository = \"../oss\"\n{PLACES}")),
        ["W0106:9 `[pins.oss]` has no `groups` | whose releases are meant, such as: groups = [\"x\"]"]
    );
    assert_eq!(
        refused(&format!("{groups}[downstream.d]\nrepository = \"../d\"\npin = \"p\"\ngroups = [\"xx\"]")),
        [
            "W0105:12 an entry of `downstream.d.groups` names the group `xx`, which does not exist | did you mean `x`?"
        ]
    );
}

#[test]
fn downstream_repositories() {
    let down = |rest: &str| one(&format!("[downstream.d]\nrepository = \"../d\"\n{rest}"));
    assert_eq!(
        down(""),
        [
            "W0106:2 `[downstream.d]` has no `pin` or `command` | its name for this repository, as in its [pins.NAME]: pin = \"oss\""
        ]
    );
    assert_eq!(
        down("pin = \"oss\"\ncommand = [\"make\"]"),
        [
            "W0107:2 `[downstream.d]` has a `pin` and a `command` | the pin makes the command by itself: keep one"
        ]
    );
    assert!(down("command = [\"make\"]\nbump = \"minor\"")[0].contains("has a `command` and a `bump`"));
    for (bump, why) in [("1.2.3", "is one version for ever"), ("next", "is no bump"), ("big", "is no bump")] {
        assert!(down(&format!("pin = \"oss\"\nbump = \"{bump}\""))[0].contains(why), "{bump}");
    }
    assert!(down("pin = \"-x\"")[0].contains("must start with a letter or a digit"));
    assert!(down("pin = \"oss\"\nreleases = \"some\"")[0].contains("`\"every\"`, `\"stable\"`"));
    assert!(down("command = []")[0].contains("is empty"));
}
