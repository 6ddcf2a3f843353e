//! The advice, taken: what it declares, and what the next release makes of that.

use super::tests::{CONFIG, pasted, problems, with, workspace};
use crate::model::problem::{Code, Problem};

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
