//! What is found in small repositories, and that the advice holds.

use crate::config::Surroundings;
use crate::load::{self, ConfigText};
use crate::model::problem::{Code, Problem};
use crate::model::tree::MemoryTree;
use crate::model::version::Version;
use crate::workspace::Workspace;

pub(super) const CONFIG: &str = "[groups.suite]\npackages = [\"lib\", \"web\", \"go\", \"chart\"]\nbase = \"lib\"\n\
    [packages.lib]\npath = \"lib\"\nplaces = [\n]\n[packages.web]\npath = \"web\"\nplaces = [\n]\n\
    [packages.go]\npath = \"clients/go\"\nplaces = [\n]\n[packages.chart]\npath = \"chart\"\nplaces = [\n]\n";

fn files(version: &str) -> Vec<(String, String)> {
    let pep440 = version.replace("-beta.", "b");
    [
        ("lib/pyproject.toml", format!("[project]\nname = \"sketch-lib\"\nversion = \"{pep440}\"\n")),
        ("web/package.json", format!("{{\"name\": \"@sketch/web\", \"version\": \"{version}\"}}\n")),
        ("clients/go/go.mod", "module example.org/sketch/clients/go\n".to_owned()),
        ("chart/Chart.yaml", format!("name: sketch\nversion: {version}\n")),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

/// A repository as it is loaded.
pub(super) fn workspace(config: &str, files: &[(String, String)]) -> Workspace {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let around = Surroundings { exists: &|_| true };
    let read = crate::config::read("windlass.toml", config, &around).unwrap();
    let text = ConfigText { name: "windlass.toml".into(), text: config.into() };
    load::workspace(&tree, read, &text)
}

/// Everything that `check` would say: places that disagree, and what nobody declared.
pub(super) fn problems(config: &str, files: &[(String, String)], tags: &[&str]) -> Vec<Problem> {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let workspace = workspace(config, files);
    let group = workspace.config.groups[0].clone();
    let versions: Vec<_> = tags.iter().map(|tag| Version::parse(tag).unwrap()).collect();
    let mut problems = workspace.problems.clone();
    problems.extend(crate::plan::agreement::of_group(&workspace, &group, &versions));
    problems.extend(super::look(&tree, &workspace, &|_| &versions, Some("github.com/acme/suite")).undeclared);
    problems
}

pub(super) fn with(version: &str, path: &str, text: &str) -> Vec<(String, String)> {
    let mut files = files(version);
    files.push((path.to_owned(), text.to_owned()));
    files
}

/// The findings in one file of a repository at a version, `W0320 3`.
fn found(version: &str, tags: &[&str], path: &str, text: &str) -> Vec<String> {
    let show = |problem: &Problem| {
        format!("{} {}", problem.code, problem.at.as_ref().and_then(|at| at.line).unwrap_or_default())
    };
    problems(CONFIG, &with(version, path, text), tags).iter().map(show).collect()
}

/// Pastes every rule that the problems show into the config.
pub(super) fn pasted(problems: &[Problem]) -> String {
    pasted_into(CONFIG, problems)
}

/// As [`pasted`], into a config whose packages have a line `places = [`.
pub(super) fn pasted_into(config: &str, problems: &[Problem]) -> String {
    let mut config = config.to_owned();
    for problem in problems {
        let package =
            problem.help.iter().find_map(|line| Some(line.split_once("of [")?.1.split_once(']')?.0));
        let Some(rule) = problem.help.iter().find(|line| line.starts_with("  { file")) else { continue };
        let table = format!("[{}]\n", package.unwrap());
        let at = config.find(&table).unwrap()
            + config[config.find(&table).unwrap()..].find("places = [\n").unwrap();
        config.insert_str(at + "places = [\n".len(), &format!("{rule},\n"));
    }
    config
}

/// Each text is found where the version is current, the rule shown finds it, and nothing is left.
#[test]
fn a_pasted_rule_declares_what_was_found() {
    let beta = [
        ("README.md", "pip install sketch-lib==0.4.0b1\n"),
        ("README.md", "npm i @sketch/web@0.4.0-beta.1 # or @sketch/web@0.4.0-beta.1\n"),
        ("docs/go.md", "go get example.org/sketch/clients/go@v0.4.0-beta.1\n"),
        ("docs/a.md", "helm install s oci://127.0.0.1/charts/sketch \\\n  --version 0.4.0-beta.1\n"),
        (
            "docs/b.md",
            "docker run ghcr.io/acme/sketch:0.4.0-beta.1-alpine\r\ndocker run other:0.4.0-beta.1\r\n",
        ),
        ("docs/c.md", "\u{feff}\u{e9} [wheel](files/sketch_lib-0.4.0b1-py3-none-any.whl)\n"),
        ("docs/d.md", "`sketch-web-0.4.0-beta.1.tgz`\n"),
        (
            "deploy/a.yaml",
            "image:\n  repository: ghcr.io/acme/web\n  tag: \"0.4.0-beta.1\"\nother:\n  tag: \"0.4.0-beta.1\"\n",
        ),
        ("deploy/b.env", "SKETCH_LIB_VERSION=0.4.0b1\n"),
        ("deploy/requirements.txt", "other==0.4.0b1\nsketch-lib==0.4.0b1\n"),
        ("lib/src/a.py", "__version__: str = '0.4.0b1'\n"),
        ("web/src/a.tsx", "const version = \"0.4.0-beta.1\";\n<b>v0.4.0-beta.1</b>\n"),
        ("site/a.jsx", "<i>v0.4.0-beta.1</i>\n"),
        ("site/c.html", "<b>Release v0.4.0-beta.1</b>\n"),
        ("site/b.mdx", "export const LATEST_TAG = \"0.4.0-beta.1\";\n"),
        ("web/README.md", "![](https://127.0.0.1/badge/version-0.4.0-beta.1-blue)\n"),
        ("README.md", "pip install sketch-lib[fast]==0.4.0b1 'sketch-lib[a,b] == 0.4.0b1'\n"),
        ("README.md", "The current release is `sketch-lib` (0.4.0b1).\n\nsketch-lib v0.4.0b1\n"),
        ("README.md", "![](https://127.0.0.1/badge/release-0.4.0--beta.1-green) `sketch-lib==0.4.0b1`\n"),
        (
            "docs/f.md",
            "![](https://127.0.0.1/badge/pypi-0.4.0b1-green) ![](https://127.0.0.1/badge/v-0.4.0b1-green)\n",
        ),
        ("deploy/c.yaml", "a:\n  image: \"${HOST:-127.0.0.1}/acme/web:${TAG:-0.4.0-beta.1}\"\n"),
        ("deploy/d.yaml", "b:\n  repository: ghcr.io/acme/sketch\n  tag: &tag 0.4.0-beta.1\n"),
        ("lib/docs/conf.py", "release = \"0.4.0b1\"\n"),
        ("lib/sonar-project.properties", "sonar.projectKey=x\nsonar.projectVersion=0.4.0b1\n"),
        ("docs/g.md", "`sketch-lib==0.4.0b1` and sketch-lib==0.4.0b1 and `sketch-lib==0.4.0b1`\n"),
        ("docs/e.md", "web/0.4.0-beta.1 and sketch-lib==0.4.0b1 and\n{\"sketch-lib\": \"0.4.0b1\"}\n"),
    ];
    for (path, text) in beta {
        let files = with("0.4.0-beta.1", path, text);
        let first = problems(CONFIG, &files, &[]);
        assert!(!first.is_empty(), "{text}");
        assert!(first.iter().all(|problem| problem.code == Code::W0320), "{text}: {first:?}");
        let config = pasted(&first);
        assert_eq!(problems(&config, &files, &[]), [], "{text}\n{config}");
    }
}

#[test]
fn no_two_rules_find_one_spot() {
    let text = "`sketch-lib==1.2.5` or `sketch-lib==1.2.5`\n\nsketch-lib==1.2.5 |\n";
    let found = problems(CONFIG, &with("1.2.5", "README.md", text), &[]);
    let rules: Vec<_> =
        found.iter().flat_map(|one| &one.help).filter(|line| line.starts_with("  {")).collect();
    assert_eq!(rules, ["  { file = \"../README.md\", pattern = \"sketch-lib=={version}\", count = 3 }"]);
    assert_eq!(found[0].at.as_ref().unwrap().line, Some(1));
}

/// What a package's own manifest holds besides its places and requirements.
#[test]
fn manifests_are_searched_for_what_no_adapter_reads() {
    let web = |more: &str| {
        format!(
            "{{\n  \"name\": \"@sketch/web\",\n  \"version\": \"1.2.5\",\n  \"dependencies\": {{\"x\": \"1.2.5\"}},\n  {more}\n}}\n"
        )
    };
    let lib = |more: &str| format!("[project]\nname = \"sketch-lib\"\nversion = \"1.2.5\"\n{more}\n");
    let chart = |more: &str| format!("name: sketch\nversion: 1.2.5\n{more}\n");
    let told = |path: &str, text: &str| {
        let mut files = files("1.2.5");
        files.retain(|(known, _)| known != path);
        files.push((path.to_owned(), text.to_owned()));
        let first = problems(CONFIG, &files, &["1.2.4"]);
        assert!(first.iter().all(|problem| problem.code == Code::W0320), "{text}: {first:?}");
        assert_eq!(problems(&pasted(&first), &files, &["1.2.4"]), [], "{text}\n{}", pasted(&first));
        let rules =
            first.iter().filter_map(|problem| problem.help.iter().find(|line| line.starts_with("  {")));
        rules.map(|rule| rule.trim().to_owned()).collect::<Vec<_>>()
    };
    let key = |file: &str, key: &str| vec![format!("{{ file = \"{file}\", key = \"{key}\" }}")];
    let pattern = |file: &str, pattern: &str| vec![format!("{{ file = \"{file}\", pattern = {pattern} }}")];
    for (table, pointer) in [
        ("\"overrides\": {\"@sketch/web\": \"1.2.5\"}", "/overrides/@sketch~1web"),
        ("\"resolutions\": {\"**/@sketch/web\": \"1.2.5\"}", "/resolutions/**~1@sketch~1web"),
        ("\"pnpm\": {\"overrides\": {\"a>@sketch/web\": \"1.2.5\"}}", "/pnpm/overrides/a>@sketch~1web"),
    ] {
        assert_eq!(told("web/package.json", &web(table)), key("package.json", pointer));
    }
    let alias = web("\"devDependencies\": {\"old\": \"npm:@sketch/web@1.2.5\"}");
    assert_eq!(told("web/package.json", &alias), pattern("package.json", "'@sketch/web@{version}\"'"));
    let script = web("\"scripts\": {\"up\": \"npx @sketch/web@1.2.5 up\"}");
    assert_eq!(told("web/package.json", &script), pattern("package.json", "\"@sketch/web@{version}\""));
    let note = chart("annotations:\n  images: |\n    - image: ghcr.io/acme/sketch:1.2.5");
    assert_eq!(told("chart/Chart.yaml", &note), pattern("Chart.yaml", "\"sketch:{version}\""));
    let tool = "[tool.commitizen]\nversion = \"1.2.5\"\n[tool.bumpversion]\ncurrent_version = \"1.2.5\"";
    let tools = ["/tool/commitizen/version", "/tool/bumpversion/current_version"];
    let tools: Vec<_> = tools.iter().flat_map(|pointer| key("pyproject.toml", pointer)).collect();
    assert_eq!(told("lib/pyproject.toml", &lib(tool)), tools);
    for (path, text) in [
        ("web/package.json", web("\"engines\": {\"node\": \"1.2.5\"}, \"config\": {\"version\": \"1.2.5\"}")),
        ("web/package.json", web("\"overrides\": {\"@other/web\": \"1.2.5\", \"web\": \"1.2.5\"}")),
        (
            "chart/Chart.yaml",
            chart("dependencies:\n- name: db\n  version: 1.2.5\n  repository: https://127.0.0.1"),
        ),
        ("lib/pyproject.toml", lib("[tool.poetry.dependencies.x]\nversion = \"1.2.5\"")),
        ("lib/pyproject.toml", lib("[tool.ruff]\nrequired-version = \"1.2.5\"\ntarget-version = \"1.2.5\"")),
        ("lib/pyproject.toml", lib("[[tool.x]]\nversion = \"1.2.5\"\n[other]\nversion = \"1.2.5\"")),
    ] {
        assert_eq!(told(path, &text), [""; 0], "{text}");
    }
}

#[test]
fn a_poms_dependency_on_ours_is_told_by_group_and_artifact() {
    let config = "[packages.core]\npath = \"core\"\n[packages.app]\npath = \"app\"\n[groups.all]\npackages = [\"core\", \"app\"]\n";
    let pom = |artifact: &str, more: &str| {
        format!(
            "<project>\n<groupId>org.x</groupId><artifactId>{artifact}</artifactId>\n<version>1.2.5</version>\n{more}</project>\n"
        )
    };
    let lines = |more: &str| {
        let files = [("core/pom.xml", pom("core", "")), ("app/pom.xml", pom("app", more))];
        let files = files.map(|(path, text)| (path.to_owned(), text));
        let of = |problem: &Problem| problem.at.as_ref().and_then(|at| at.line).unwrap_or_default();
        problems(config, &files, &[]).iter().map(of).collect::<Vec<_>>()
    };
    let needs = |group: &str, artifact: &str| {
        format!(
            "<dependency>\n<groupId>{group}</groupId>\n<artifactId>{artifact}</artifactId>\n<version>1.2.5</version>\n</dependency>\n"
        )
    };
    assert_eq!(lines(&needs("org.x", "core")), [7]);
    assert_eq!(lines(&needs("${project.groupId}", "core")), [7]);
    assert_eq!(lines(&(needs("org.other", "core") + &needs("org.x", "other"))), [0; 0]);
}

#[test]
fn older_versions_are_stale_where_the_text_is_sure() {
    let tags = ["1.2.4", "1.1.0"];
    let found = |path: &str, text: &str| found("1.2.5", &tags, path, text);
    assert_eq!(found("README.md", "sketch-lib==1.2.4\n\nsketch-lib==0.9.0\n"), ["W0321 1"]);
    assert_eq!(found("docs/a.md", "sketch-1.2.4.tgz sketch-0.9.0.tgz\n"), ["W0321 1"]);
    assert_eq!(found("lib/a.py", "__version__ = \"0.1.0\"\n"), ["W0321 1"]);
    assert_eq!(found("lib/a.yaml", "version: 0.1.0\n"), Vec::<String>::new());
    assert_eq!(found("lib/a.yaml", "version: 1.1.0\n"), ["W0321 1"]);
    assert_eq!(found("docs/b.md", "image: ghcr.io/acme/sketch:1.1\n"), ["W0321 1"]);
    assert_eq!(found("site/a.jsx", "<b>v1.2.4</b>\n"), ["W0321 1"]);
    assert_eq!(found("site/a.html", "<td>v1.2.4</td><td>v1.1.0</td>\n"), Vec::<String>::new());
}

#[test]
fn a_stale_mention_disagrees_once_its_rule_is_pasted() {
    let files = with("1.2.5", "README.md", "go get example.org/sketch/clients/go@v1.2.2\n");
    let first = problems(CONFIG, &files, &[]);
    let codes = |problems: &[Problem]| problems.iter().map(|problem| problem.code).collect::<Vec<_>>();
    assert_eq!(codes(&first), [Code::W0321]);
    let config = pasted(&first);
    assert_eq!(codes(&problems(&config, &files, &[])), [Code::W0301]);
    let mended = with("1.2.5", "README.md", "go get example.org/sketch/clients/go@v1.2.5\n");
    assert_eq!(problems(&config, &mended, &[]), []);
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let quiet = |path: &str, text: &str| {
        let found = found("1.2.5", &["1.2.4"], path, text);
        assert!(found.is_empty(), "{path} {text}: {found:?}");
    };
    for text in [
        "other==1.2.5 @other/web@1.2.5 my-sketch-lib==1.2.5 sketch-lib-x==1.2.5\n",
        "sketch-lib>=1.2.5 sketch-lib~=1.2.5 sketch-lib <1.2.6\n",
        "since 1.2.5, since v1.2.4; 1.2.5 -> 1.3.0\n",
        "sketch-lib==1.3.0 sketch-lib==1.2.5.1 sketch-lib==1.2.5x\n",
        "python_version: \"1.2.5\"\n",
        "> v1.2.4\n",
        "since sketch-lib 1.2.5, sketch-lib 1.2.4 was slow; sketch-lib 1.2.5 -> 1.3.0\n",
        "my-sketch-lib 1.2.5, other (1.2.5), sketch-lib, 1.2.5 times\n",
        "![](https://127.0.0.1/badge/python-1.2.5-blue) other:${TAG:-1.2.5}\n",
        "repository: ghcr.io/acme/other\ntag: &t 1.2.5\n",
    ] {
        quiet("README.md", text);
        quiet("docs/a.yaml", text);
    }
    quiet("web/a.ts", "const schemaVersion = \"1.2.5\"; // version = \"1.2.5\"\n");
    quiet("lib/a.py", "# version = \"1.2.5\"\nassert x.version == \"1.2.5\"\n");
    quiet("ci.yaml", "version: 1.2.5\ntag: 1.2.5\n");
    for path in ["CHANGELOG.md", "lib/tests/a.py", "vendor/a.py", "node_modules/b.js", "a.min.js", "x.lock"] {
        quiet(path, "sketch-lib==1.2.5\n");
    }
    quiet("big.md", &format!("sketch-lib==1.2.5\n{}", " \n".repeat(1 << 19)));
    quiet("bin.md", "sketch-lib==1.2.5\0");
    quiet("gen.py", "# @generated\nx = \"sketch-lib==1.2.5\"\n");
}

#[test]
fn the_newest_release_may_stand_beside_a_pre_release() {
    let found = |text: &str| found("0.4.0-beta.1", &["0.3.0", "0.2.0"], "README.md", text);
    assert_eq!(found("sketch-lib==0.3.0\n"), Vec::<String>::new());
    assert_eq!(found("sketch-lib==0.2.0\n"), ["W0321 1"]);
}

#[test]
fn reasons_silence() {
    let files = with("1.2.5", "docs/a.md", "sketch-lib==1.2.5\nsketch-lib==1.1.0 was fine\n");
    let codes = |ignore: &str| {
        let config = format!("{CONFIG}[ignore]\n{ignore}\n");
        problems(&config, &files, &[]).iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(""), [Code::W0320, Code::W0321]);
    assert_eq!(codes("mentions = [{ text = \"was fine\", reason = \"history\" }]"), [Code::W0320]);
    assert_eq!(codes("mentions = [{ text = \"was fine\", glob = \"x/**\" }]"), [Code::W0320, Code::W0321]);
    assert_eq!(codes("mentions = [\"docs/**\"]"), []);
    assert_eq!(codes("places = [\"docs/**\"]"), []);
}

#[test]
fn entries_without_a_reason_or_a_use_are_hinted_at() {
    let files = with("1.2.5", "docs/a.md", "sketch-lib==1.2.5\nsketch-lib==1.3.0 is to come\n");
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let hints = |ignore: &str| {
        let workspace = workspace(&format!("{CONFIG}[ignore]\n{ignore}\n"), &files);
        let hints = super::look(&tree, &workspace, &|_| &[], None).hints;
        let shown = |one: &Problem| format!("{} {}", one.code, one.what.split('`').nth(1).unwrap());
        hints.iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(hints("places = [\"docs/**\"]"), ["W0326 docs/**"]);
    let why = "reason = \"history\"";
    assert_eq!(hints(&format!("places = [{{ glob = \"old/**\", {why} }}]")), ["W0327 old/**"]);
    assert_eq!(hints(&format!("fragments = [{{ glob = \"docs/*\", {why} }}]")), [""; 0]);
    assert_eq!(hints(&format!("mentions = [{{ glob = \"docs/*\", {why} }}]")), [""; 0]);
    // One whose version is not ours yet, or no longer, is of use.
    assert_eq!(hints(&format!("mentions = [{{ text = \"to come\", {why} }}]")), [""; 0]);
    assert_eq!(hints(&format!("mentions = [{{ text = \"gone\", {why} }}]")), ["W0327 gone"]);
    assert_eq!(hints("mentions = [{ glob = \"x\", text = \"gone\" }]"), ["W0326 gone", "W0327 gone"]);
}

#[test]
fn manifests_of_nobody_are_named_with_the_lines_to_add() {
    let mut files = files("1.2.5");
    for (path, text) in [
        ("crates/fast/Cargo.toml", "[package]\nname = \"fast\"\nversion = \"0.1.0\"\n"),
        ("site/package.json", "{\"private\": true, \"version\": \"0.0.0\"}"),
        ("chart/charts/db/Chart.yaml", "name: db\nversion: 0.2.0\n"),
        ("vendor/x/package.json", "{\"version\": \"1.0.0\"}"),
        ("site/c/package.json", "{\n  \"name\": \"c\",\n  \"version\": \"0.0.0\"\n}"),
        ("web/test/x/package.json", "{\"version\": \"1.0.0\"}"),
    ] {
        files.push((path.to_owned(), text.to_owned()));
    }
    let found = problems(CONFIG, &files, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].code, found[0].at.as_ref().unwrap().to_string().as_str()),
        (Code::W0322, "crates/fast/Cargo.toml:3")
    );
    let lines: Vec<&str> = found[0].help.iter().filter_map(|line| line.strip_prefix("  ")).collect();
    let [table, path, ignore] = lines.as_slice() else { panic!("{lines:?}") };
    let member = CONFIG.replace("\"chart\"]", "\"chart\", \"fast\"]");
    let declared = problems(&format!("{member}{table}\n{path}\n"), &files, &[]);
    assert_eq!(declared.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::W0301]);
    assert_eq!(problems(&format!("{CONFIG}[ignore]\nplaces = [\n{ignore}\n]\n"), &files, &[]), []);
}

proptest::proptest! {
    #[test]
    fn any_text_is_looked_through(text in "[v0-3.@:=\"'<>\\- \n\u{e9}a-b]{0,80}|[\\PC\n]{0,80}", which in 0..4usize) {
        let text = text.replace('a', "sketch-lib");
        let path = ["lib/a.py", "a.md", "a.jsx", "a.yaml"][which];
        for problem in problems(CONFIG, &with("1.2.3", path, &text), &["0.1.2"]) {
            proptest::prop_assert!(matches!(problem.code, Code::W0320 | Code::W0321), "{problem:?}");
        }
    }
}
