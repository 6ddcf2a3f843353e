//! Each single refusal with its line and its words.

use super::refused;
use crate::config::own_hooks;
use crate::model::hook::OwnHook;

/// A config of one package at line 1 to 2, then `rest` from line 3.
fn one(rest: &str) -> Vec<String> {
    refused(&format!("[packages.api]\npath = \"api\"\n{rest}"))
}

#[test]
fn no_toml() {
    assert_eq!(
        refused("[packages.api]\npath = \"api\nform = \"semver\"\n"),
        ["W0102:2 invalid basic string, expected `\"` | the line reads: path = \"api"]
    );
    assert_eq!(
        refused("[release]\n\nbranches = [\"main\"\n[packages.api]\n"),
        ["W0102:4 missing comma between array elements, expected `,` | the line reads: [packages.api]"]
    );
    assert_eq!(
        refused("[packages.api]\npath = \"a\"\npath = \"b\"\n"),
        ["W0102:3 duplicate key | the line reads: path = \"b\""]
    );
}

#[test]
fn unknown_keys() {
    assert_eq!(
        one("fom = \"semver\""),
        ["W0103:3 `[packages.api]` has the unknown key `fom` | did you mean `form`?"]
    );
    assert_eq!(
        one("[groups.all]\npackages = [\"api\"]\ntag = [\"v{version}\"]"),
        ["W0103:5 `[groups.all]` has the unknown key `tag` | did you mean `tags`?"]
    );
    assert_eq!(
        one("[release]\nsigned = true"),
        [
            "W0103:4 `[release]` has the unknown key `signed` | the keys here are `remote`, `branches`, `commit`, `requirements`"
        ]
    );
    assert_eq!(
        one("places = [\n  { file = \"a\", patern = \"{version}\" },\n]"),
        ["W0103:4 an entry of `packages.api.places` has the unknown key `patern` | did you mean `pattern`?"]
    );
    assert_eq!(
        one("[[hook]]\nrun = [\"x\"]"),
        ["W0103:3 the config has the unknown key `hook` | did you mean `hooks`?"]
    );
    assert_eq!(
        refused("[pakages.api]\n[groups.x]\npackages = [\"api\"]"),
        ["W0103:1 the config has the unknown key `pakages` | did you mean `packages`?"]
    );
    assert_eq!(
        one("[group.x]\npackages = [\"api\"]\n[[hooks]]\nrun = [\"x\"]\ngroups = [\"x\"]"),
        ["W0103:3 the config has the unknown key `group` | did you mean `groups`?"]
    );
}

#[test]
fn images_and_dates() {
    const ALLOWED: &str = "allowed: an image's name without a tag, such as `ghcr.io/example/api`";
    for (image, why) in [
        ("ghcr.io/example/api:1.0", "holds a tag"),
        ("ghcr.io//api", "has an empty part"),
        ("Example/api", "holds 'E'"),
        ("example/api@sha256:1", "holds '@'"),
    ] {
        assert_eq!(
            one(&format!("images = [\"{image}\"]")),
            [format!("W0104:3 an entry of `packages.api.images` is `{image}`, which {why} | {ALLOWED}")]
        );
    }
    assert_eq!(
        one("dates = \"final\""),
        ["W0104:3 `packages.api.dates` is the string `\"final\"` | allowed: `\"every\"`, `\"stable\"`"]
    );
}

#[test]
fn wrong_types() {
    assert_eq!(
        one("[release]\nbranches = \"main\""),
        ["W0104:4 `release.branches` is the string `\"main\"` | allowed: a list of branches"]
    );
    assert_eq!(
        one("[release]\nbranches = [\"main\", 3]"),
        [
            "W0104:4 an entry of `release.branches` is the integer `3` | allowed: a branch or a glob, such as `release/*`"
        ]
    );
    assert_eq!(
        one("[hooks]\nrun = []"),
        ["W0104:3 `hooks` is a table | allowed: a list of tables, each `[[hooks]]`"]
    );
    assert_eq!(one("[[ignore]]"), ["W0104:3 `ignore` is a list of tables | allowed: a table"]);
    assert_eq!(refused("packages = 3"), ["W0104:1 `packages` is the integer `3` | allowed: a table"]);
    assert_eq!(
        one("[groups.g]\npackages = [\"api\"]\ndefault = \"yes\""),
        ["W0104:5 `groups.g.default` is the string `\"yes\"` | allowed: `true` or `false`"]
    );
}

#[test]
fn unusable_values() {
    let group = |rest: &str| one(&format!("[groups.g]\npackages = [\"api\"]\n{rest}"));
    assert_eq!(
        group("flow = \"fast\""),
        ["W0104:5 `groups.g.flow` is the string `\"fast\"` | allowed: `\"direct\"`, `\"reviewed\"`"]
    );
    assert_eq!(
        group("tags = []"),
        ["W0104:5 `groups.g.tags` is empty | allowed: a list of tags, at least one"]
    );
    assert_eq!(
        group("tags = [\n\"v{version:X.Y}\"]"),
        [
            "W0104:6 an entry of `groups.g.tags` is `v{version:X.Y}`, which does not hold the whole version, so that \
          two releases would get one tag | allowed: a tag's name with the whole version in it, such as \
          `v{version}` or `api-v{version:pep440}`"
        ]
    );
    assert_eq!(
        group("tags = [{ name = \"v {version}\" }]")[0].split(" | ").next(),
        Some("W0104:5 `groups.g.tags.name` is `v {version}`, which holds ' ', which git refuses in a ref")
    );
    assert_eq!(
        one("form = \"semantic\"")[0].split(" | ").next(),
        Some("W0104:3 `packages.api.form` is `semantic`, which is no form")
    );
    assert_eq!(
        one("[release]\nremote = \"-u\""),
        [
            "W0104:4 `release.remote` is `-u`, which starts with `-` | allowed: a git remote's name, such as `origin`"
        ]
    );
    assert_eq!(
        one("[release]\nbranches = [\"release/*\", \"main\"]"),
        [
            "W0104:4 `release.branches` starts with `release/*`, which holds '*', which git refuses in a ref | \
          allowed: the main branch by its own name, then others or globs"
        ]
    );
    assert_eq!(
        one("[release]\ncommit = \"bump to {verison}\"")[0].split("; known").next(),
        Some("W0104:4 `release.commit` is `bump to {verison}`, which holds the unknown `{verison}`")
    );
    assert_eq!(
        one("[packages.\"my app\"]\npath = \"app\""),
        [
            "W0104:3 the name `my app` in `[packages]` holds ' '; letters, digits, `-`, `_` and `.` are allowed"
        ]
    );
    assert_eq!(
        one("places = [{ file = \"a\", pattern = \"version\" }]"),
        ["W0104:3 `packages.api.places.pattern` is `version`, which holds no `{version}` | \
          allowed: a text around `{version}` or `{version:FORM}`"]
    );
    assert_eq!(
        one("places = [{ file = \"a\", pattern = \"{version}\", count = 0 }]"),
        ["W0104:3 `packages.api.places.count` is the integer `0` | allowed: a number from 1 to 1000"]
    );
    assert_eq!(
        one("[ignore]\nplaces = [\"docs/{a,b\"]"),
        ["W0104:4 an entry of `ignore.places` is `docs/{a,b`, which has a lone `{` | \
          allowed: a glob from the repository's root, such as `docs/**` or `*/package.json`"]
    );
}

#[test]
fn unusable_changelogs_and_hooks() {
    let log = |rest: &str| one(&format!("[changelogs.root]\nfile = \"C.md\"\n{rest}"));
    assert_eq!(
        log("heading = \"## {date}\"")[0].split(" | ").next(),
        Some("W0104:5 `changelogs.root.heading` is `## {date}`, which holds no `{version}`")
    );
    assert_eq!(
        log("heading = \"{version}\"")[0].split(" | ").next(),
        Some(
            "W0104:5 `changelogs.root.heading` is `{version}`, which is no Markdown heading: it starts with no `#`"
        )
    );
    assert_eq!(
        log("kinds = [\"added\", \"chnaged\"]"),
        ["W0104:5 an entry of `changelogs.root.kinds` is `chnaged`, which is nearly `changed` | \
          allowed: `\"changed\"`; if a kind of your own is meant, `{ name = \"chnaged\" }`"]
    );
    assert_eq!(
        log("fragments = true"),
        ["W0104:5 `changelogs.root.fragments` is the switch `true` | \
          allowed: a folder such as `\"changelog.d\"`, or `false`"]
    );
    assert_eq!(
        log("links = \"https://example.org/{previous}\""),
        ["W0104:5 `changelogs.root.links` is `https://example.org/{previous}`, which holds no `{tag}` | \
          allowed: `false`, `true` to continue the links that are there, or a URL with `{previous}` and `{tag}`"]
    );
    assert_eq!(
        one("[[hooks]]\nrun = []"),
        [
            "W0104:4 `hooks.run` is empty | allowed: a list of strings (the program and each argument), at least one"
        ]
    );
    assert_eq!(
        one("[[hooks]]\nrun = [\"\", \"x\"]"),
        ["W0104:4 `hooks.run` starts with an empty program | allowed: the program first, then its arguments"]
    );
    assert_eq!(
        one("[[hooks]]\nrun = [\"x\"]\nfine = { 0 = \"done\" }"),
        ["W0104:5 `[hooks.fine]` has `0`, which is no exit code of a failure | \
          allowed: a number from 1 to 255, such as `2 = \"not yet shipped\"`"]
    );
    assert_eq!(
        one("[[hooks]]\nrun = [\"x\"]\nafter = \"tag\""),
        ["W0104:5 `hooks.after` is the string `\"tag\"` | allowed: `\"edit\"`"]
    );
    assert_eq!(
        one("[[hooks]]\nrun = [\"x\"]\n[hooks.env]\nA-B = \"1\""),
        ["W0104:6 `[hooks.env]` sets `A-B`, which is no environment variable's name | \
          allowed: letters, digits and `_`"]
    );
}

#[test]
fn names_of_nothing() {
    assert_eq!(
        one("[groups.g]\npackages = [\n  \"apo\",\n]"),
        [
            "W0105:5 an entry of `groups.g.packages` names the package `apo`, which does not exist | did you mean `api`?"
        ]
    );
    assert_eq!(
        one("[groups.g]\npackages = [\"api\", \"website\"]"),
        ["W0105:4 an entry of `groups.g.packages` names the package `website`, which does not exist | \
          the packages here are `api`"]
    );
    assert_eq!(
        one("[packages.web]\npath = \"web\"\n[groups.g]\npackages = [\"api\"]\nbase = \"web\""),
        ["W0105:7 `groups.g.base` names `web`, which is not in the group | \
          name one of `api`, or add `web` to the group's `packages`"]
    );
    assert_eq!(
        one("[changelogs.root]\nfile = \"C.md\"\ngroups = [\"default\"]"),
        ["W0105:5 an entry of `changelogs.root.groups` names the group `default`, which does not exist | \
          the groups here are `api`"]
    );
    assert_eq!(
        one("[[hooks]]\nrun = [\"x\"]\ngroups = [\"apis\"]"),
        [
            "W0105:5 an entry of `hooks.groups` names the group `apis`, which does not exist | did you mean `api`?"
        ]
    );
}

#[test]
fn missing_keys() {
    let smallest = "W0106:1 the config has no `packages` | \
        the smallest config, for one package at the repository's root: | \
        # windlass.toml | [packages.my-app] | path = \".\"";
    for empty in ["", "\n", "# nothing yet\n", "[packages]\n", "\u{feff}"] {
        assert_eq!(refused(empty), [smallest], "{empty:?}");
    }
    assert_eq!(
        one("[packages.web]"),
        [
            "W0106:3 `[packages.web]` has no `path` | the folder that holds it, such as: path = \"packages/web\""
        ]
    );
    assert_eq!(
        one("[groups.g]"),
        ["W0106:3 `[groups.g]` has no `packages` | \
          the packages that move together, such as: packages = [\"api\", \"web\"]"]
    );
    assert_eq!(
        one("places = [{ file = \"a\" }]"),
        ["W0106:3 an entry of `packages.api.places` has no `key` or `pattern` | \
          how the version is found: key = \"/info/version\" or pattern = \"v{version}\""]
    );
    assert_eq!(
        one("[changelogs.root]"),
        ["W0106:3 `[changelogs.root]` has no `file` | the changelog, such as: file = \"CHANGELOG.md\""]
    );
    assert_eq!(
        one("[[hooks]]"),
        ["W0106:3 an entry of `hooks` has no `run` | \
          the program and each argument, such as: run = [\"bash\", \"scripts/export.sh\"]"]
    );
    let two_groups = "[packages.web]\npath = \"web\"\n[groups.a]\npackages = [\"api\"]\n";
    assert_eq!(
        one(&format!(
            "{two_groups}[changelogs.a]\nfile = \"A.md\"\n[changelogs.b]\nfile = \"b/B.md\"\ngroups = [\"web\"]"
        )),
        ["W0106:7 `[changelogs.a]` has no `groups` | the groups it tells of, such as: groups = [\"api\"]"]
    );
}

#[test]
fn paths_out_of_the_repository() {
    let inside = "write a path inside the repository";
    let cases = [
        (
            "[packages.x]\npath = \"../x\"",
            4,
            "`packages.x.path` is `../x`, which leads out of the repository",
        ),
        (
            "places = [{ file = \"../../x\", key = \"v\" }]",
            3,
            "`packages.api.places.file` is `../../x`, which leads out of the repository",
        ),
        (
            "[changelogs.c]\nfile = \"/etc/motd\"",
            4,
            "`changelogs.c.file` is `/etc/motd`, which is absolute; write it relative to the repository's root",
        ),
        (
            "[changelogs.c]\nfile = \"C.md\"\nfragments = \".git/x\"",
            5,
            "`changelogs.c.fragments` is `.git/x`, which points into git's own folder",
        ),
        (
            "[[hooks]]\nrun = [\"x\"]\ndir = \"..\"",
            5,
            "`hooks.dir` is `..`, which leads out of the repository",
        ),
        (
            "[[hooks]]\nrun = [\"x\"]\nchanges = [\"a/{b,..}/c\"]",
            5,
            "an entry of `hooks.changes` is `a/{b,..}/c`, which leads out of the repository",
        ),
        (
            "[ignore]\nfragments = [{ glob = \"/x\" }]",
            4,
            "`ignore.fragments.glob` is `/x`, which is absolute; write it relative to the repository's root",
        ),
    ];
    for (text, line, what) in cases {
        assert_eq!(one(text), [format!("W0108:{line} {what} | {inside}")], "{text}");
    }
}

#[test]
fn an_ignored_mention_says_which() {
    assert_eq!(
        one("[ignore]\nmentions = [{ reason = \"x\" }]"),
        ["W0106:4 an entry of `ignore.mentions` has no `glob` or `text` | \
          the mentions that are meant, such as: text = \"since v1.2.0\""]
    );
    assert_eq!(one("[ignore]\nmentions = [{ text = \" \" }]").len(), 1);
    assert_eq!(one("[ignore]\nmentions = [{ text = \"a\", glob = \"/x\" }]").len(), 1);
}

#[test]
fn every_problem_is_said_at_once_in_the_order_of_the_file() {
    let text = "[release]\nremot = \"up\"\n[groups.all]\npackages = [\"apo\"]\nflow = 1\n\
                [packages.api]\npath = \"/api\"\n[packages.web]\n[[hooks]]\nrun = \"x\"\n";
    let codes: Vec<String> =
        refused(text).iter().filter_map(|said| said.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(codes, ["W0103:2", "W0105:4", "W0104:5", "W0108:7", "W0106:8", "W0104:10"]);
}

#[test]
fn hooks_in_rust_are_read_by_the_same_rules() {
    let own = |after, name, changes: &'static [&'static str]| OwnHook { after, name, changes };
    let hooks = own_hooks(&[own("edit", "export", &["docs/*.json", "a \"b\""])]).unwrap();
    assert!(hooks[0].is_own());
    assert_eq!((hooks[0].name.as_str(), hooks[0].changes.len()), ("export", 2));
    let refused = |hook| {
        let told = own_hooks(&[hook]).unwrap_err();
        told.iter().map(|problem| format!("{}: {}", problem.code, problem.what)).collect::<String>()
    };
    assert_eq!(refused(own("edit", "-x", &[])), "W0104: the xtask's hook `-x` has no usable name");
    assert_eq!(refused(own("commit", "x", &[])), "W0104: `hooks.after` is the string `\"commit\"`");
    assert!(refused(own("edit", "x", &["../out"])).starts_with("W0108: "));
}

#[test]
fn forges() {
    let forge = |rest: &str| one(&format!("[forge]\n{rest}"));
    let api = "allowed: the base of the API, such as `https://gitlab.example.org/api/v4`";
    let project = "allowed: the project's path, such as `owner/name`";
    let workflow = "allowed: a workflow's file name, such as `ci.yml`";
    for (rest, refusal) in [
        ("kind = \"gitea\"", "is the string `\"gitea\"` | allowed: `\"github\"`, `\"gitlab\"`".to_owned()),
        (
            "api = \"http://git.example.org/api/v4\"",
            format!(
                "is `http://git.example.org/api/v4`, which is not encrypted; write `https://` | {api}"
            ),
        ),
        (
            "api = \"https://me:pw@git.example.org\"",
            format!(
                "is `https://me:pw@git.example.org`, which holds a user or a password; give them by environment | \
                 {api}"
            ),
        ),
        ("api = \"https://e.org/?a=b\"", format!("is `https://e.org/?a=b`, which holds a query | {api}")),
        ("project = \"app\"", format!("is `app`, which is no `owner/name` | {project}")),
        ("project = \"a//b\"", format!("is `a//b`, which has an empty part | {project}")),
        ("project = \"a/..\"", format!("is `a/..`, which has an empty part | {project}")),
        (
            "workflow = \".github/workflows/ci.yml\"",
            format!(
                "is `.github/workflows/ci.yml`, which is a path; only the name of a file in `.github/workflows` is \
                 wanted | {workflow}"
            ),
        ),
        ("workflow = \"CI\"", format!("is `CI`, which does not end with `.yml` or `.yaml` | {workflow}")),
        (
            "token = \"to-ken\"",
            "is `to-ken`, which is no environment variable's name | allowed: an environment variable's name, such \
             as `REGISTRY_TOKEN`; never a secret itself"
                .to_owned(),
        ),
    ] {
        let key = rest.split(' ').next().unwrap_or_default();
        assert_eq!(forge(rest), [format!("W0104:4 `forge.{key}` {refusal}")]);
    }
    let of_github = forge("kind = \"github\"\nproject = \"group/sub/app\"");
    assert!(of_github[0].contains("GitHub has no groups in groups"), "{of_github:?}");
    assert_eq!(
        forge("kind = \"gitlab\"\nworkflow = \"ci.yml\""),
        [
            "W0107:3 `[forge]` is of kind `gitlab` and has a `workflow` | GitLab's pipeline is one: take `workflow` out"
        ]
    );
    let milestone = |text: &str| one(&format!("[groups.g]\npackages = [\"api\"]\nmilestone = \"{text}\""));
    assert!(milestone("next")[0].contains("is the same for every version"), "{:?}", milestone("next"));
    assert!(milestone("{majr}")[0].contains("{majr}"), "{:?}", milestone("{majr}"));
    assert!(milestone("")[0].contains("is empty"), "{:?}", milestone(""));
}
