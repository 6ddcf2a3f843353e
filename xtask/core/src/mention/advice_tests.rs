//! The advice, taken: what it declares, and what the next release makes of that.

use super::tests::{CONFIG, pasted, pasted_into, problems, with, workspace};
use crate::model::problem::{Code, Problem};
use crate::model::version::Version;

/// The rules shown, as they are pasted.
fn rules(problems: &[Problem]) -> Vec<&str> {
    let lines = problems.iter().flat_map(|problem| &problem.help);
    lines.map(|line| line.trim()).filter(|line| line.starts_with("{ file = \"")).collect()
}

/// The lines of a file that move with the next release once all advice was taken.
fn moved(path: &str, text: &str) -> Vec<usize> {
    let files = with("1.2.5", path, text);
    let workspace = workspace(&pasted(&problems(CONFIG, &files, &[])), &files);
    let here = workspace.places.iter().filter(|place| place.file.as_str() == path);
    here.map(|place| place.line).collect()
}

/// The next item of a list, table or command says nothing of a version.
#[test]
fn what_is_not_ours_never_moves() {
    for (text, ours) in [
        ("a:\n- name: redis\n  version: 1.2.5\n- name: sketch-lib\n  version: 1.2.5\n", vec![5]),
        ("a:\n- name: redis\n  version: 1.2.5\n- name: sketch-lib\n  path: x\n", vec![]),
        ("a:\n- version: 1.2.5\n  name: redis\n- version: 1.2.5\n  name: sketch-lib\n", vec![4]),
        ("a:\n- name: sketch-lib\n- version: 1.2.5\n  name: redis\n", vec![]),
        ("a:\n  name: sketch-lib\nb:\n  version: 1.2.5\n", vec![]),
        ("name: sketch-lib\n---\nversion: 1.2.5\n", vec![]),
        ("a: [{name: sketch-lib}, {name: redis, version: 1.2.5}]\n", vec![]),
        (
            "- name: redis\n  chart: b/redis\n  version: 1.2.5\n- name: x\n  chart: a/sketch-lib\n  version: 1.2.5\n",
            vec![6],
        ),
        (
            "- chart: a/sketch-lib\n  # stays\n  version: 1.2.5\n- chart: redis\n  # stays\n  version: 1.2.5\n",
            vec![3],
        ),
    ] {
        assert_eq!(moved("deploy/a.yaml", text), ours, "{text}");
    }
    let json = "[\n  {\n    \"name\": \"redis\",\n    \"version\": \"1.2.5\"\n  },\n  {\n    \"name\": \"sketch-lib\",\n    \"version\": \"1.2.5\"\n  }\n]\n";
    assert_eq!(moved("deploy/a.json", json), [8]);
    let toml =
        "[[a]]\nname = \"redis\"\nversion = \"1.2.5\"\n[[a]]\nname = \"sketch-lib\"\nversion = \"1.2.5\"\n";
    assert_eq!(moved("deploy/a.toml", toml), [6]);
    let commands = "helm upgrade db redis --version 1.2.5 && helm upgrade s oci://h/sketch --version 1.2.5\n\
        helm upgrade s oci://h/sketch --version 1.2.5; helm upgrade db redis --version 1.2.5\n";
    let files = with("1.2.5", "docs/a.md", commands);
    let found = problems(CONFIG, &files, &[]);
    let rule = |count: &str| {
        format!("{{ file = \"../docs/a.md\", pattern = \"oci://h/sketch --version {{version}}\"{count} }}")
    };
    assert_eq!(rules(&found), [rule(", count = 2")]);
}

/// Where no text around a version tells it from another's, there is no rule to paste.
#[test]
fn a_rule_that_finds_more_is_not_shown() {
    let text =
        "# sketch-lib\nx:\n- repository: a/sketch-lib\n  tag: 1.2.5\n- repository: a/redis\n  tag: 1.2.5\n";
    assert_eq!(moved("deploy/a.yaml", text), [4]);
}

#[test]
fn a_rule_holds_no_version_of_ours() {
    let text = "npm install @sketch/web@1.2.5\nnpm install @sketch/web@1.2.4\n";
    let files = with("1.2.5", "docs/a.md", text);
    let found = problems(CONFIG, &files, &["1.2.4"]);
    assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [Code::W0320, Code::W0321]);
    assert_eq!(
        rules(&found),
        ["{ file = \"../docs/a.md\", pattern = \"@sketch/web@{version}\", count = 2 }"]
    );
    assert!(
        found[0].help.iter().any(|line| line == "that finds line 2 too, to be mended first"),
        "{found:?}"
    );
    let files = with("1.2.5", "docs/a.md", &text.replace("1.2.4", "1.2.5"));
    assert_eq!(problems(&pasted(&found), &files, &["1.2.4"]), []);
}

const APP: &str = "[groups.suite]\ndefault = true\npackages = [\"api\", \"client\"]\ntags = [\"v{version}\"]\n\
    [groups.tool]\npackages = [\"tool\"]\ntags = [\"tool-v{version}\"]\n\
    [packages.api]\npath = \"api\"\nimages = [\"ghcr.io/example/api\"]\nplaces = [\n]\n\
    [packages.client]\npath = \"client\"\nplaces = [\n]\n[packages.tool]\npath = \"tool\"\nplaces = [\n]\n";

fn app(path: &str, text: &str) -> Vec<(String, String)> {
    [
        ("api/pyproject.toml", "[project]\nname = \"acme-api\"\nversion = \"0.1.0\"\n"),
        ("client/package.json", "{\"name\": \"acme-client\", \"version\": \"0.1.0\"}\n"),
        ("tool/Cargo.toml", "[package]\nname = \"acme-tool\"\nversion = \"1.4.0\"\n"),
        (path, text),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into()
}

/// What a pre-release writes into a file once all advice was taken: package and text.
fn written(config: &str, path: &str, text: &str) -> Vec<String> {
    let files = app(path, text);
    let config = pasted_into(config, &problems(config, &files, &[]));
    let workspace = workspace(&config, &files);
    assert_eq!(problems(&config, &files, &[]), [], "{text}\n{config}");
    let next = Version::parse("2.0.0-alpha.1").unwrap();
    let here = workspace.places.iter().filter(|place| place.file.as_str() == path);
    here.map(|place| format!("{} {}", place.package, place.form.render(next))).collect()
}

/// A Python package's image and tag are spelled as semver, whatever its manifest says.
#[test]
fn a_rule_names_the_form_of_what_is_meant() {
    let (image, tag, own) = ("api 2.0.0-alpha.1", "api 2.0.0-alpha.1", "api 2.0.0a1");
    for (path, text, meant) in [
        ("deploy.yaml", "image: ghcr.io/example/api:0.1.0\n", vec![image]),
        ("docs.md", "docker run ghcr.io/example/api:0.1.0-slim\n", vec![image]),
        ("docs.md", "docker run ghcr.io/other/acme-api:0.1.0\n", vec![image]),
        ("deploy.yaml", "repository: ghcr.io/example/api\ntag: 0.1.0\n", vec![image]),
        ("compose.yaml", "image: ghcr.io/example/api:${TAG:-0.1.0}\n", vec![image]),
        ("docs.md", "pip install acme-api==0.1.0\n", vec![own]),
        ("api/README.md", "![](https://127.0.0.1/badge/version-v0.1.0-blue)\n", vec![tag]),
        ("api/README.md", "![](https://127.0.0.1/badge/version-0.1.0-blue)\n", vec![own]),
        ("docs.md", "The release is acme-api v0.1.0\n", vec![tag]),
        ("docs.md", "acme-api==0.1.0 ghcr.io/example/api:0.1.0\n", vec![own, image]),
    ] {
        assert_eq!(written(APP, path, text), meant, "{text}");
    }
    let target = |tags: &str| {
        let own = APP.replace("images = [\"ghcr.io/example/api\"]\n", "");
        format!(
            "{own}[[targets]]\npackage = \"api\"\nkind = \"image\"\nname = \"ghcr.io/example/backend\"\ntags = [{tags}]\n"
        )
    };
    let text = "image: ghcr.io/example/backend:0.1.0\n";
    assert_eq!(written(&target("\"{version}\""), "deploy.yaml", text), [image]);
    assert_eq!(written(&target("\"{version:pep440}\""), "deploy.yaml", text), [own]);
}

#[test]
fn the_name_on_a_line_says_whose_version_it_is() {
    for path in ["api/pom.html", "docs.html"] {
        assert_eq!(written(APP, path, "<acme-client>0.1.0</acme-client>\n"), ["client 2.0.0-alpha.1"]);
    }
    assert_eq!(written(APP, "api/a.html", "<b>0.1.0</b>\n"), ["api 2.0.0a1"]);
}

#[test]
fn tags_addresses_rows_and_short_versions_are_found() {
    let home = "https://github.com/acme/suite";
    for (path, text, meant) in [
        ("ci.yaml", "ref: tool-v1.4.0\n".to_owned(), vec!["tool 2.0.0-alpha.1"]),
        ("ci.yaml", "uses: acme/suite/act@tool-v1.4.0\n".to_owned(), vec!["tool 2.0.0-alpha.1"]),
        ("docs.md", "git clone --branch tool-v1.4.0 x\n".to_owned(), vec!["tool 2.0.0-alpha.1"]),
        ("docs.md", format!("curl {home}/releases/download/v0.1.0/x.tgz\n"), vec!["api 2.0.0-alpha.1"]),
        ("docs.md", format!("curl {home}/archive/refs/tags/v0.1.0.tar.gz\n"), vec!["api 2.0.0-alpha.1"]),
        ("docs.md", format!("curl {home}/releases/download/tool-v1.4.0/x\n"), vec!["tool 2.0.0-alpha.1"]),
        (
            "docs.md",
            "| a | b |\n|---|---|\n| acme-client | 0.1.0 |\n".to_owned(),
            vec!["client 2.0.0-alpha.1"],
        ),
        ("docs.md", "| `acme-client` | v0.1.0 | x |\n".to_owned(), vec!["client 2.0.0-alpha.1"]),
        ("docs.md", "acme-client v0.1\n".to_owned(), vec!["client 2.0"]),
    ] {
        assert_eq!(written(APP, path, &text), meant, "{text}");
    }
    let found = |path: &str, text: &str| {
        let found = problems(APP, &app(path, text), &["0.0.9", "1.3.0"]);
        found.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    for text in ["ref: tool-v1.3.0\n", "image: ghcr.io/example/api:0.0.9\n"] {
        assert_eq!(found("a.yaml", text), [Code::W0321], "{text}");
    }
    assert_eq!(found("a.md", &format!("{home}/releases/download/v0.0.9/x.tgz\n")), [Code::W0321]);
    for text in [
        "since tool-v1.4.0, before tool-v1.3.0; released tool-v1.3.0\n",
        "# tool-v1.4.0\n",
        "my-tool-v1.4.0 mytool-v1.4.0 tool-v1.4.0x tool-v1.4.0-rc\n",
        "https://github.com/other/suite/releases/download/v0.1.0/x https://github.com/acme/suite2/archive/v0.1.0\n",
        "https://github.com/acme/suite/releases/tag/v0.0.9\n",
        "| acme-client | 0.0.9 |\n| acme-client | 0.1.0 |\n",
        "| other | 0.1.0 |\n| acme-client (old) | 0.1.0 |\n",
        "requires acme-client v0.1 or later; acme-client v0.1+; acme-client 0.1; acme-client v0.0\n",
        "# ref: tool-v1.4.0\n",
    ] {
        assert_eq!(found("a.md", text), [], "{text}");
    }
    assert_eq!(found("a.yaml", "# since tool-v1.4.0\na: 1 # tool-v1.4.0\nmytag: x-tool-v1.4.0\n"), []);
}

/// From its second major version on a Go module's path ends with it.
#[test]
fn a_go_modules_earlier_path_is_mended_before_it_is_declared() {
    let files = |text: &str| {
        let mut files = app("docs.md", text);
        files.push(("lib/go.mod".to_owned(), "module example.org/acme/lib/v2\n".to_owned()));
        files.push(("lib/VERSION".to_owned(), "2.0.0\n".to_owned()));
        files
    };
    let config = format!(
        "{APP}[groups.go]\npackages = [\"lib\"]\ntags = [\"lib/v{{version}}\"]\n\
        [packages.lib]\npath = \"lib\"\nplaces = [\n{{ file = \"VERSION\", pattern = \"{{version}}\" }},\n]\n"
    );
    for (text, code) in [("lib@v1.4.0\n", Code::W0321), ("lib@v2.0.0\n", Code::W0320)] {
        let found = problems(&config, &files(&format!("go get example.org/acme/{text}")), &[]);
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), [code]);
        assert_eq!(rules(&found), [""; 0]);
        assert!(found[0].help[0].starts_with("write `example.org/acme/lib/v2@v2.0.0` there"), "{found:?}");
    }
    let mended = files("go get example.org/acme/lib/v2@v2.0.0\n");
    let found = problems(&config, &mended, &[]);
    assert_eq!(
        rules(&found),
        ["{ file = \"../docs.md\", pattern = \"example.org/acme/lib/v2@v{version}\" }"]
    );
}
