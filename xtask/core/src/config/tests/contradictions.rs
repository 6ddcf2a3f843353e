//! Configs that say two things at once.

use super::refused;

const TWO: &str = "[packages.api]\npath = \"api\"\n[packages.web]\npath = \"web\"\n";

/// The problems of two packages at lines 1 to 4, then `rest` from line 5.
fn two(rest: &str) -> Vec<String> {
    refused(&format!("{TWO}{rest}"))
}

#[test]
fn packages() {
    assert_eq!(
        refused("[packages.a]\npath = \"x\"\n[packages.b]\npath = \"./x/\"\n"),
        [
            "W0107:3 the packages `a` and `b` are both in `x` | `a` is at line 1; give one of them another `path`"
        ]
    );
    let place = "{ file = \"v.txt\", key = \"v\", pattern = \"{version}\" }";
    assert_eq!(
        two(&format!("places = [{place}]")),
        [
            "W0107:5 an entry of `packages.web.places` has a `key` and a `pattern` | a place is found in one way: keep one"
        ]
    );
    assert_eq!(
        two("places = [{ file = \"v.txt\", key = \"v\", count = 2 }]"),
        ["W0107:5 an entry of `packages.web.places` has a `key` and a `count` | \
          a key is one node; `count` goes with `pattern`"]
    );
    assert_eq!(
        two("places = [{ file = \"v\", pattern = \"{version:X.Y}\", form = \"semver\" }]"),
        ["W0107:5 an entry of `packages.web.places` has a `form` and a pattern that names its own | \
          take the form out of one of them"]
    );
    assert_eq!(
        two("places = [\n{ file = \"v.json\", key = \"v\" },\n{ file = \"../web/v.json\", key = \"v\" }]"),
        ["W0107:7 the key `v` of `web/v.json` is declared twice | the first is at line 6"]
    );
}

#[test]
fn groups() {
    assert_eq!(
        two("[groups.a]\npackages = [\"api\", \"web\"]\n[groups.b]\npackages = [\"web\"]\n"),
        ["W0107:8 the package `web` is in the groups `a` and `b` | \
          a package moves with one group; it is first named at line 6"]
    );
    assert_eq!(
        two("[groups.a]\npackages = [\"api\", \"web\", \"api\"]\n"),
        ["W0107:6 the group `a` names the package `api` twice | \
          a package moves with one group; it is first named at line 6"]
    );
    assert_eq!(
        two(
            "[groups.a]\npackages = [\"api\"]\ndefault = true\n[groups.b]\npackages = [\"web\"]\ndefault = true\n"
        ),
        ["W0107:10 the groups `a` and `b` both say `default = true` | \
          one group is released when the command names none; the first is at line 7"]
    );
    assert_eq!(
        two("[groups.web]\npackages = [\"api\"]\n"),
        ["W0107:3 the package `web` is not in the group `web` | \
          add `web` to a group's `packages`, or give the group another name"]
    );
}

#[test]
fn tags() {
    let tags = |tags: &str| two(&format!("[groups.a]\npackages = [\"api\", \"web\"]\ntags = [\n{tags}]\n"));
    let first = "the first is at line 8; give one of them another name";
    assert_eq!(
        tags("\"v{version}\",\n\"v{version}\""),
        [format!("W0107:9 the tag `v{{version}}` is listed twice | {first}")]
    );
    assert_eq!(
        tags("\"v{version}\",\n{ name = \"v{version:pep440}\" }"),
        [format!(
            "W0107:9 the tags `v{{version}}` and `v{{version:pep440}}` are both `v1.2.3` for one version | {first}"
        )]
    );
    assert_eq!(
        tags("\"v{version}\",\n\"v{version}/web\""),
        [format!(
            "W0107:9 the tags `v{{version}}` and `v{{version}}/web` cannot both exist: git takes one for a folder | {first}"
        )]
    );
    assert_eq!(
        tags("{ name = \"v{version}\", kind = \"lightweight\", message = \"out\" }"),
        ["W0107:8 an entry of `groups.a.tags` is lightweight and has a `message` | \
          a lightweight tag holds no message: take it out, or make the tag annotated"]
    );
    assert_eq!(
        two("[groups.a]\npackages = [\"api\"]\ntags = [\"v{version}\"]\n\
             [groups.b]\npackages = [\"web\"]\ntags = [\"v{version}\"]\n"),
        [
            "W0107:10 the tag `v{version}` is listed twice | the first is at line 7; give one of them another name"
        ]
    );
}

#[test]
fn changelogs() {
    let both = "give each its own `file` and `fragments`";
    assert_eq!(
        two("[changelogs.a]\nfile = \"C.md\"\n[changelogs.b]\nfile = \"C.md\"\nfragments = false\n"),
        [format!("W0107:7 the changelogs `a` and `b` are both `C.md` | the first is at line 5; {both}")]
    );
    assert_eq!(
        two("[changelogs.a]\nfile = \"A.md\"\n[changelogs.b]\nfile = \"B.md\"\n"),
        [format!(
            "W0107:7 the changelogs `a` and `b` both take their fragments from `changelog.d` | \
             the first is at line 5; {both}"
        )]
    );
    assert_eq!(
        two("[changelogs.a]\nfile = \"A.md\"\ngroups = [\"default\", \"default\"]\n"),
        ["W0107:7 `changelogs.a.groups` names the group `default` twice | once is enough"]
    );
    assert_eq!(
        two("[changelogs.a]\nfile = \"A.md\"\nkinds = [\"added\", \"added\"]\n"),
        ["W0107:7 the kind `added` is listed twice | a heading is one kind's: take one of them out"]
    );
    assert_eq!(
        two("[changelogs.a]\nfile = \"A.md\"\nkinds = [\"fixed\", { name = \"bug\", title = \"Fixed\" }]\n"),
        ["W0107:7 the kinds `fixed` and `bug` are both titled `Fixed` | \
          a heading is one kind's: take one of them out"]
    );
    assert_eq!(
        two("[changelogs.a]\nfile = \"A.md\"\nunreleased = false\nplaceholder = \"Nothing yet.\"\n"),
        ["W0107:5 `[changelogs.a]` has a `placeholder` and `unreleased = false` | \
          the placeholder stands under `[Unreleased]`: take one of them out"]
    );
}
