//! `[[targets]]`: what need not be said, and each refusal.

use super::{config, refused};
use crate::model::target::{Credentials, Releases, Target, TargetKind};

const PACKAGES: &str = "[packages.api]\npath = \"api\"\n[packages.web]\npath = \"web\"\nform = \"X.Y.Z\"\n";

fn targets(text: &str) -> Vec<Target> {
    config(&format!("{PACKAGES}{text}")).targets
}

/// A target of the package `api` at line 6, the kind on line 8.
fn one(kind: &str, rest: &str) -> Vec<String> {
    refused(&format!("{PACKAGES}[[targets]]\npackage = \"api\"\nkind = \"{kind}\"\n{rest}"))
}

#[test]
fn two_lines_are_enough_for_a_package_registry() {
    for (kind, user, token) in [
        ("pypi", Some("TWINE_USERNAME"), Some("TWINE_PASSWORD")),
        ("npm", None, Some("NPM_TOKEN")),
        ("crates", None, Some("CARGO_REGISTRY_TOKEN")),
        ("go", None, None),
    ] {
        let found = targets(&format!("[[targets]]\npackage = \"api\"\nkind = \"{kind}\""));
        let [target] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((target.label(), target.line), (format!("api/{kind}"), 6));
        assert!(target.name.is_none() && target.registry.is_none() && target.required, "{target:?}");
        assert_eq!(target.releases, Releases::Every);
        let expected = Credentials { user: user.map(str::to_owned), token: token.map(str::to_owned) };
        assert_eq!(target.credentials, expected);
        let tags: Vec<_> = target.tags.iter().map(ToString::to_string).collect();
        assert_eq!(tags.join(" "), if kind == "npm" { "latest" } else { "" });
        assert_eq!(target.prerelease_tag, "next");
    }
}

#[test]
fn an_image_is_built_from_its_packages_folder() {
    let found = targets("[[targets]]\npackage = \"api\"\nkind = \"image\"\nname = \"ghcr.io/example/api\"");
    let image = found[0].build.image.as_ref().unwrap();
    assert_eq!((image.dockerfile.as_str(), image.context.as_str()), ("api/Dockerfile", "api"));
    assert_eq!(found[0].tags[0].to_string(), "{version}");
    assert_eq!(found[0].oci().unwrap().host(), "ghcr.io");
    assert_eq!(found[0].credentials, Credentials::default());
    let found = targets(
        "[[targets]]\npackage = \"api\"\nkind = \"image\"\nname = \"ghcr.io/example/api\"\ncontext = \".\"",
    );
    assert!(found[0].build.image.as_ref().unwrap().context.is_root());
}

#[test]
fn missing_keys() {
    assert_eq!(
        refused(&format!("{PACKAGES}[[targets]]\nname = \"x\"")),
        [
            "W0106:6 an entry of `targets` has no `package` | the package that is published, such as: package = \"api\"",
            "W0106:6 an entry of `targets` has no `kind` | the registry's kind, such as: kind = \"pypi\"",
        ]
    );
    assert_eq!(
        one("image", ""),
        [
            "W0106:6 an entry of `targets` has no `name` | with its host, such as: name = \"ghcr.io/example/api\""
        ]
    );
    assert_eq!(
        one("helm", ""),
        ["W0106:6 an entry of `targets` has no `name` | \
          with its host, such as: name = \"ghcr.io/example/charts/suite\""]
    );
    assert_eq!(
        one("files", ""),
        [
            "W0106:6 an entry of `targets` has no `files` | what is published, such as: files = [\"dist/*.tar.gz\"]"
        ]
    );
    assert_eq!(
        one("pypi", "credentials = { user = \"U\" }"),
        ["W0106:9 `[targets.credentials]` has no `token` | \
          the variable that holds it, such as: token = \"REGISTRY_TOKEN\""]
    );
}

#[test]
fn names_of_nothing() {
    assert_eq!(
        refused(&format!("{PACKAGES}[[targets]]\npackage = \"apt\"\nkind = \"pipy\"\nafter = [\"wep\"]")),
        [
            "W0105:7 `targets.package` names the package `apt`, which does not exist | did you mean `api`?",
            "W0104:8 `targets.kind` is the string `\"pipy\"` | allowed: `\"pypi\"`, `\"npm\"`, `\"crates\"`, \
             `\"image\"`, `\"helm\"`, `\"go\"`, `\"files\"`",
            "W0105:9 an entry of `targets.after` names the package `wep`, which does not exist | did you mean `web`?",
        ]
    );
}

#[test]
fn names_by_the_kinds_rules() {
    const OCI: &str = "allowed: a name with its host, without a tag, such as `ghcr.io/example/api`";
    for (name, why) in [
        ("api", "names no host; write `host/path`"),
        ("example/api", "starts with `example`, which is no host; write `host/path`"),
        ("ghcr.io/Example/api", "holds 'E'; registries take lower case only"),
        ("ghcr.io/example/api:1.0", "holds a tag; tags are said in `tags`"),
        ("--help/x", "starts with `--help`, which is no host; write `host/path`"),
    ] {
        assert_eq!(
            one("image", &format!("name = \"{name}\"")),
            [format!("W0104:9 `targets.name` is `{name}`, which {why} | {OCI}")]
        );
    }
    assert_eq!(
        one("npm", "name = \"@Tideplan/client\""),
        [
            "W0104:9 `targets.name` is `@Tideplan/client`, which holds 'T'; lower-case letters, digits, `-`, `_`, \
          `.` and `~` are allowed | allowed: a name as the registry takes it, such as `@tideplan/client`"
        ]
    );
    assert_eq!(
        one("crates", "registry = \"--token\""),
        ["W0104:9 `targets.registry` is `--token`, which must start with a letter or a digit | \
          allowed: a registry's name"]
    );
    assert_eq!(
        one("pypi", "credentials = { token = \"my secret\" }"),
        ["W0104:9 `targets.credentials.token` is `my secret`, which is no environment variable's name | \
          allowed: an environment variable's name, such as `REGISTRY_TOKEN`; never a secret itself"]
    );
}

#[test]
fn tags() {
    let image = |tags: &str| one("image", &format!("name = \"ghcr.io/example/api\"\ntags = {tags}"));
    assert_eq!(
        image("[\"latest\", \"{version}\"]"),
        ["W0104:10 `targets.tags` starts with `latest`, which moves with every release | \
          allowed: first a tag with the whole version in it, such as `{version}`"]
    );
    assert_eq!(
        image("[\"{version}\", \"a/b\"]"),
        [
            "W0104:10 an entry of `targets.tags` is `a/b`, which holds '/'; a tag holds letters, digits, `_`, `.` \
          and `-` | allowed: a tag, such as `{version}`, `{version:X.Y}` or `latest`"
        ]
    );
    assert_eq!(image("[]"), ["W0104:10 `targets.tags` is empty | allowed: a list of tags, at least one"]);
    assert_eq!(
        one("npm", "tags = [\"v{version:X.Y}\"]\nprerelease_tag = \"1.x\""),
        [
            "W0104:9 an entry of `targets.tags` is `v{version:X.Y}`, which reads as a range of versions, which \
             npm refuses as a dist-tag | allowed: a dist-tag, such as `latest` or `next`",
            "W0104:10 `targets.prerelease_tag` is `1.x`, which reads as a range of versions, which npm refuses \
             as a dist-tag | allowed: a dist-tag, such as `latest` or `next`",
        ]
    );
}

#[test]
fn a_dropped_stage_asks_for_stable_releases() {
    let chart = "[[targets]]\npackage = \"web\"\nkind = \"helm\"\nname = \"ghcr.io/example/charts/web\"\n";
    const HELP: &str = "add to the target: releases = \"stable\"";
    assert_eq!(
        refused(&format!("{PACKAGES}{chart}")),
        [format!(
            "W0730:6 the target `web/helm` is published as `X.Y.Z`, which the package's `form` says and which \
             drops a pre-release's stage | {HELP}"
        )]
    );
    assert_eq!(targets(&format!("{chart}releases = \"stable\""))[0].releases, Releases::Stable);
    let image = "name = \"ghcr.io/example/api\"\ntags = [\"{version}\", \"{version:X.Y.Z}\"]";
    assert_eq!(
        one("image", image),
        [format!(
            "W0730:6 the tag `{{version:X.Y.Z}}` of the target `api/image` drops a pre-release's stage | {HELP}"
        )]
    );
}

#[test]
fn keys_of_other_kinds() {
    const VALUES: [(&str, &str); 12] = [
        ("name", "\"x\""),
        ("registry", "\"x\""),
        ("tags", "[\"x\"]"),
        ("prerelease_tag", "\"x\""),
        ("credentials", "{ token = \"T\" }"),
        ("private", "true"),
        ("dockerfile", "\"x\""),
        ("context", "\"x\""),
        ("args", "{}"),
        ("files", "[\"x\"]"),
        ("wheels", "[\"*.whl\"]"),
        ("check", "[\"x\"]"),
    ];
    // One letter a kind, in the order of `TargetKind::ALL`: which keys it refuses.
    let table = [
        ("name", "......f"),
        ("registry", ".n.ihgf"),
        ("tags", "p.c.hgf"),
        ("prerelease_tag", "p.cihgf"),
        ("credentials", ".....gf"),
        ("private", "p....gf"),
        ("dockerfile", "pnc.hgf"),
        ("context", "pnc.hgf"),
        ("args", "pnc.hgf"),
        ("files", "pncihg."),
        ("wheels", ".ncihgf"),
        ("check", "......f"),
    ];
    for ((key, value), (same, row)) in VALUES.iter().zip(table) {
        assert_eq!(*key, same);
        for (kind, letter) in TargetKind::ALL.iter().zip(row.chars()) {
            let text =
                format!("{PACKAGES}[[targets]]\npackage = \"api\"\nkind = \"{kind}\"\n{key} = {value}\n");
            let misfit = format!("W0731:6 an entry of `targets` of kind `{kind}` has the key `{key}` | ");
            let problems = super::reading(&text, false).err().map_or_else(Vec::new, |_| refused(&text));
            let told = problems.iter().any(|problem| problem.starts_with(&misfit));
            assert_eq!(told, letter != '.', "{key} of {kind}: {problems:?}");
        }
    }
    let image = "name = \"ghcr.io/example/api\"\nprivate = true";
    assert_eq!(
        one("image", image),
        ["W0107:6 the target `api/image` is `private` and names no `credentials` | \
          add them: credentials = { user = \"REGISTRY_USER\", token = \"REGISTRY_TOKEN\" }"]
    );
    assert_eq!(
        one("npm", "credentials = { user = \"U\", token = \"T\" }"),
        ["W0731:9 `[targets.credentials]` has a `user`, and this registry knows people by their token | \
          take `user` out"]
    );
}

#[test]
fn globs_of_wheels() {
    let found =
        targets("[[targets]]\npackage = \"api\"\nkind = \"pypi\"\nwheels = [\"*-cp311-*_x86_64.whl\"]");
    assert_eq!(found[0].build.wheels, ["*-cp311-*_x86_64.whl"]);
    const ALLOWED: &str = "a glob over wheels' file names, such as `*-cp311-*-manylinux*_x86_64.whl`";
    for (glob, why) in [
        ("dist/*.whl", "holds `/`, and a file name has none"),
        ("*", "does not end with `.whl`"),
        ("", "is empty"),
        ("a{b.whl", "has a lone `{`"),
    ] {
        let problems = one("pypi", &format!("wheels = [\"{glob}\"]"));
        assert!(problems.len() == 1 && problems[0].starts_with("W0104:9 "), "{problems:?}");
        assert!(problems[0].contains(why) && problems[0].contains(ALLOWED), "{problems:?}");
    }
}

#[test]
fn one_coordinate_each() {
    let pypi = "[[targets]]\npackage = \"api\"\nkind = \"pypi\"\n";
    assert_eq!(
        refused(&format!("{PACKAGES}{pypi}{pypi}")),
        ["W0107:9 the target `api/pypi` stands twice under one name | \
          the first is at line 6; take one out, or give it another name"]
    );
    assert_eq!(targets(&format!("{pypi}{pypi}registry = \"mirror\"")).len(), 2);
    let image = |package: &str, tags: &str| {
        format!(
            "[[targets]]\npackage = \"{package}\"\nkind = \"image\"\nname = \"ghcr.io/example/x\"\n{tags}\n"
        )
    };
    assert_eq!(
        refused(&format!("{PACKAGES}{}{}", image("api", ""), image("web", "tags = [\"{version}\"]"))),
        ["W0107:11 the targets `api/image` and `web/image` both publish `ghcr.io/example/x` | \
          the first is at line 6; give one of them another name"]
    );
    let apart = format!("{}{}", image("api", ""), image("web", "tags = [\"web-{version}\"]"));
    assert_eq!(targets(&apart).len(), 2);
}

#[test]
fn nothing_comes_after_itself() {
    let target = |package: &str, after: &str| {
        format!("[[targets]]\npackage = \"{package}\"\nkind = \"go\"\nafter = [\"{after}\"]\n")
    };
    const HELP: &str = "follow `after` from target to target, and take one of them out";
    assert_eq!(
        refused(&format!("{PACKAGES}{}", target("api", "api"))),
        [format!("W0107:6 the package `api` would be published after itself | {HELP}")]
    );
    assert_eq!(
        refused(&format!("{PACKAGES}{}{}", target("api", "web"), target("web", "api"))),
        [format!("W0107:6 the package `api` would be published after itself | {HELP}")]
    );
    assert_eq!(targets(&target("api", "web")).len(), 1);
}
