//! Which texts are requirements on siblings, and which are left alone.

use super::super::prove::{config, declare, found, ignore};
use super::super::scan;
use crate::model::config::Config;
use crate::model::tree::MemoryTree;

/// The requirements of a tree: who requires whom, where, and what hinders a change.
fn required(files: &[(&str, &str)], config: &Config) -> Vec<String> {
    let read = scan(&MemoryTree::new(files.iter().copied()), config);
    assert_eq!(read.problems, []);
    let text = |path: &str| files.iter().find(|(known, _)| *known == path).map(|(_, text)| *text);
    let line = |one: &crate::model::requirement::Requirement| {
        assert_eq!(
            text(one.file.as_str()).and_then(|text| text.get(one.span.clone())),
            Some(one.text.as_str())
        );
        let hindrance = one.hindrance.as_ref().map(|one| format!(" | {}", one.why)).unwrap_or_default();
        format!("{}:{} {} on {} = {}{hindrance}", one.file, one.line, one.node, one.sibling, one.text)
    };
    read.requirements.iter().map(line).collect()
}

fn web_requires(value: &str) -> Vec<String> {
    let web = format!(
        "{{\"name\": \"web\", \"version\": \"1.0.0\", \"dependencies\": {{\"@t/client\": \"{value}\"}}}}"
    );
    let client = "{\"name\": \"@t/client\", \"version\": \"0.1.0\"}";
    let files = [("web/package.json", web.as_str()), ("client/package.json", client)];
    let found = required(&files, &config(&["web=web", "client=client"]));
    found.iter().filter_map(|line| line.split_once(" = ").map(|(_, text)| text.to_owned())).collect()
}

#[test]
fn npm_values_that_are_no_range_are_left_alone() {
    for range in ["^0.1.0", "0.1.0", "v0.1.0", "*", "", "x", ">=0.1 <2", "0.1.0 - 0.2.0"] {
        assert_eq!(web_requires(range), [range], "{range}");
    }
    assert_eq!(web_requires("workspace:^0.1.0"), ["^0.1.0"]);
    for other in [
        "file:../client",
        "link:../client",
        "workspace:*",
        "workspace:^",
        "workspace:~",
        "workspace:../client",
        "latest",
        "vnext",
        "npm:@t/client@^0.1.0",
        "http://127.0.0.1/client-0.1.0.tgz",
        "owner/client",
        "../0.1.0",
    ] {
        assert_eq!(web_requires(other), [""; 0], "{other}");
    }
}

#[test]
fn an_old_lock_repeats_what_packed_siblings_require() {
    let lock = "{\"name\": \"root\", \"lockfileVersion\": 2, \"packages\": {\"\": {},\n\
        \"node_modules/a\": {\"version\": \"0.1.0\", \"resolved\": \"file:a\", \"dependencies\": {\"b\": \"^0.1.0\"}},\n\
        \"node_modules/b\": {\"version\": \"0.1.0\", \"resolved\": \"file:b\"}},\n\
        \"dependencies\": {\"a\": {\"version\": \"file:a\", \"requires\": {\"b\": \"^0.1.0\", \"c\": \"^0.1.0\"}},\n\
        \"c\": {\"version\": \"0.1.0\", \"requires\": {\"b\": \"^0.1.0\"}}}}";
    let files = [
        ("package-lock.json", lock),
        ("a/package.json", "{\"name\": \"a\", \"version\": \"0.1.0\"}"),
        ("b/package.json", "{\"name\": \"b\", \"version\": \"0.1.0\"}"),
    ];
    assert_eq!(
        required(&files, &config(&["a=a", "b=b"])),
        [
            "package-lock.json:2 packages[\"node_modules/a\"].dependencies[\"b\"] on b = ^0.1.0",
            "package-lock.json:4 dependencies[\"a\"].requires[\"b\"] on b = ^0.1.0",
        ]
    );
}

#[test]
fn python_finds_siblings_by_normalised_name() {
    let api = "[project]\nname = \"api\"\nversion = \"0.1.0\"\ndependencies = [\"My.Lib>=0.1\", \"my-lib2>=0.1\"]\n\
        [build-system]\nrequires = [\"my_lib==0.1.0\"]\n[tool.poetry.dependencies]\nmy-lib = \"^0.1\"\nother = \"^0.1\"\n\
        [tool.poetry.group.dev.dependencies]\nmy-lib = { version = \"~0.1\", optional = true }\n";
    let lib = "[project]\nname = \"my-lib\"\nversion = \"0.1.0\"\n";
    let found = |more: &[(&str, &str)]| {
        let files = [[("api/pyproject.toml", api), ("lib/pyproject.toml", lib)].as_slice(), more].concat();
        required(&files, &config(&["api=api", "lib=lib"]))
    };
    assert_eq!(
        found(&[]),
        [
            "api/pyproject.toml:4 project.dependencies[\"My.Lib\"] on lib = >=0.1",
            "api/pyproject.toml:6 build-system.requires[\"my_lib\"] on lib = ==0.1.0",
            "api/pyproject.toml:8 tool.poetry.dependencies[\"my-lib\"] on lib = ^0.1",
            "api/pyproject.toml:11 tool.poetry.group.dev.dependencies[\"my-lib\"] on lib = ~0.1",
        ]
    );
    let hashed = found(&[("api/poetry.lock", "")]);
    assert!(
        hashed.iter().all(|line| line.ends_with("holds a hash of it, which only poetry can refresh")),
        "{hashed:?}"
    );
}

#[test]
fn a_uv_lock_that_takes_a_sibling_from_a_registry_hinders() {
    let lock = "version = 1\n[[package]]\nname = \"api\"\nversion = \"0.1.0\"\nsource = { virtual = \".\" }\n\
        [package.metadata]\nrequires-dist = [{ name = \"lib\", specifier = \">=0.1\" }]\n\
        [[package]]\nname = \"lib\"\nversion = \"0.1.0\"\nsource = { registry = \"http://127.0.0.1\" }\n";
    let files = [
        (
            "api/pyproject.toml",
            "[project]\nname = \"api\"\nversion = \"0.1.0\"\ndependencies = [\"lib>=0.1\"]\n",
        ),
        ("api/uv.lock", lock),
        ("lib/pyproject.toml", "[project]\nname = \"lib\"\nversion = \"0.1.0\"\n"),
    ];
    assert_eq!(
        required(&files, &config(&["api=api", "lib=lib"])),
        [
            "api/pyproject.toml:4 project.dependencies[\"lib\"] on lib = >=0.1",
            "api/uv.lock:7 package[\"api\"].metadata.requires-dist[\"lib\"] on lib = >=0.1 | `api/uv.lock` takes it from a \
             registry (`package[\"lib\"]`), where the next version is not yet",
        ]
    );
}

#[test]
fn go_leaves_commits_and_replaced_zeros_alone() {
    let client = "module x/client\n";
    let of = |require: &str, more: &[(&str, &str)]| {
        let cmd = format!("module x/cmd\nrequire x/client {require}\n");
        let files = [[("client/go.mod", client), ("cmd/go.mod", cmd.as_str())].as_slice(), more].concat();
        required(&files, &config(&["client=client", "cmd=cmd"]))
    };
    let line = |version: &str| format!("cmd/go.mod:2 require[\"x/client\"] on client = {version}");
    assert_eq!(of("v0.1.0", &[]), [line("v0.1.0")]);
    assert_eq!(of("v0.0.0", &[]), [line("v0.0.0")]);
    assert_eq!(of("v0.0.0\nreplace x/client => ../client", &[]), [""; 0]);
    let left = "cmd/go.mod:3 replace[\"x/client\"] on client = v0.1.0".to_owned();
    assert_eq!(of("v0.1.0\nreplace x/client v0.1.0 => ../client", &[]), [line("v0.1.0"), left]);
    assert_eq!(of("v0.0.0-20260101120000-abcdef012345", &[]), [""; 0]);
    let sums = [("cmd/go.sum", "x/client v0.1.0 h1:x=\n")];
    let hindered = of("v0.1.0", &sums);
    assert!(hindered[0].ends_with("the next version has none before it is tagged"), "{hindered:?}");
    assert_eq!(of("v0.1.0\nreplace x/client => ../client", &sums), [line("v0.1.0")]);
}

#[test]
fn declared_places_and_ignored_files_are_no_requirements() {
    let files = [
        (
            "cli/Cargo.toml",
            "[package]\nname = \"cli\"\nversion = \"0.1.0\"\n[dependencies]\ncore = { path = \"../core\", version = \"=0.1.0\" }\n",
        ),
        ("core/Cargo.toml", "[package]\nname = \"core\"\nversion = \"0.1.0\"\n"),
    ];
    let mut config = config(&["core=core", "cli=cli"]);
    assert_eq!(required(&files, &config), ["cli/Cargo.toml:5 dependencies[\"core\"] on core = =0.1.0"]);
    let mut ignoring = config.clone();
    ignore(&mut ignoring, "cli/**");
    let left = scan(&MemoryTree::new(files), &ignoring);
    assert_eq!(left.requirements, []);
    declare(&mut config, "cli/Cargo.toml 1 version = \"={version}\"");
    assert_eq!(required(&files, &config), [""; 0]);
}

#[test]
fn a_workspaces_table_is_read_once_and_below_the_root_too() {
    let files = [
        (
            "rs/Cargo.toml",
            "[workspace]\n[workspace.dependencies]\na = { path = \"a\", version = \"0.1\" }\nb = { path = \"../b\", version = \"0.1\" }\n",
        ),
        ("rs/a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\n"),
        (
            "rs/c/Cargo.toml",
            "[package]\nname = \"c\"\nversion = \"0.1.0\"\n[dependencies]\na.workspace = true\n",
        ),
        ("b/Cargo.toml", "[package]\nname = \"b\"\nversion = \"0.1.0\"\n"),
    ];
    assert_eq!(
        required(&files, &config(&["a=rs/a", "b=b", "c=rs/c"])),
        [
            "rs/Cargo.toml:3 workspace.dependencies[\"a\"] on a = 0.1",
            "rs/Cargo.toml:4 workspace.dependencies[\"b\"] on b = 0.1",
        ]
    );
}

#[test]
fn a_chart_lock_with_a_sibling_is_named() {
    let lock =
        "dependencies:\n- name: engine\n  repository: file://../engine\n  version: 0.1.0\ndigest: sha256:0\n";
    let files = [
        ("app/Chart.yaml", "name: app\nversion: 0.1.0\n"),
        ("app/Chart.lock", lock),
        ("engine/Chart.yaml", "name: engine\nversion: 0.1.0\n"),
    ];
    let lines = found(&files, &config(&["app=app", "engine=engine"]));
    assert_eq!(lines[2], "W0310 app/Chart.lock: `app/Chart.lock` holds a copy of `engine` with its version");
    let foreign = lock.replace("file://../engine", "http://127.0.0.1");
    let files = [files[0], ("app/Chart.lock", foreign.as_str()), files[2]];
    assert_eq!(found(&files, &config(&["app=app", "engine=engine"])).len(), 2);
}

#[test]
fn what_a_patch_leads_to_a_folder_is_required_of_it() {
    let root = "[workspace]\nmembers = [\"cli\"]\n[workspace.dependencies]\ncore = \"0.1\"\n\
        [patch.crates-io]\ncore = { path = \"core\" }\nother = { package = \"core\", git = \"x\" }\n\
        [patch.mirror]\nmine = { package = \"core\", path = \"core\" }\n";
    let cli = "[package]\nname = \"cli\"\nversion = \"0.1.0\"\n[dependencies]\ncore = \"0.1\"\n\
        c = { package = \"core\", version = \"^0.1\" }\nd = { package = \"core\", version = \"0.1.0\", registry = \"mirror\" }\n\
        e = { package = \"core\", version = \"0.1.0\", registry = \"other\" }\n[dev_dependencies]\n\
        f = { path = \"../core\", version = \"0.1.0\" }\n[patch.other]\ncore = { path = \"../core\" }\n";
    let files = [
        ("Cargo.toml", root),
        ("cli/Cargo.toml", cli),
        ("core/Cargo.toml", "[package]\nname = \"core\"\nversion = \"0.1.0\"\n[workspace]\n"),
        ("tool/Cargo.toml", "[package]\nname = \"tool\"\n[workspace]\n[dependencies]\ncore = \"0.1\"\n"),
        (
            "fuzz/Cargo.toml",
            "[package]\nname = \"fuzz\"\n[workspace]\n[dependencies]\ncore = \"0.1\"\n[patch.crates-io.core]\npath = \"../core\"\n",
        ),
    ];
    assert_eq!(
        required(&files, &config(&["core=core", "cli=cli"])),
        [
            "Cargo.toml:4 workspace.dependencies[\"core\"] on core = 0.1",
            "cli/Cargo.toml:5 dependencies[\"core\"] on core = 0.1",
            "cli/Cargo.toml:6 dependencies[\"c\"] on core = ^0.1",
            "cli/Cargo.toml:7 dependencies[\"d\"] on core = 0.1.0",
            "cli/Cargo.toml:10 dev_dependencies[\"f\"] on core = 0.1.0",
            "fuzz/Cargo.toml:5 dependencies[\"core\"] on core = 0.1",
        ]
    );
}

#[test]
fn a_replaced_version_is_the_required_one() {
    let files = [
        ("lib/go.mod", "module x/lib\n"),
        (
            "cli/go.mod",
            "module x/cli\nrequire x/lib v1.4.0\nreplace x/lib v1.4.0 => ../lib\nreplace x/lib v1.3.0 => ../lib\n\
             replace x/lib => ../lib\nreplace x/other v1.4.0 => ../lib\n",
        ),
        ("go.work", "use ./cli\nreplace x/lib v1.4.0 => ./lib\nreplace x/lib v1.4.1 => ./lib\n"),
        (
            "far/go.work",
            "use ../cli\nreplace (\n\tx/lib v1.4.0 => ../lib\n\tx/lib v1.4.0 => fork v1.0.0\n)\n",
        ),
    ];
    assert_eq!(
        required(&files, &config(&["lib=lib", "cli=cli"])),
        [
            "cli/go.mod:2 require[\"x/lib\"] on lib = v1.4.0",
            "cli/go.mod:3 replace[\"x/lib\"] on lib = v1.4.0",
            "far/go.work:3 replace[\"x/lib\"] on lib = v1.4.0",
            "go.work:2 replace[\"x/lib\"] on lib = v1.4.0",
        ]
    );
}

#[test]
fn poetry_repeats_requirements_in_lists_and_in_locks() {
    let lock = "[[package]]\nname = \"core\"\nversion = \"0.1.0\"\n[package.dependencies]\nbase = \"^0.1\"\n\
        other = \"0.1\"\nLib = {version = \"0.1.0\", extras = [\"x\"]}\n[package.source]\ntype = \"directory\"\nurl = \"../core\"\n\
        [[package]]\nname = \"base\"\nversion = \"0.1.0\"\n[package.source]\ntype = \"directory\"\nurl = \"../base\"\n\
        [[package]]\nname = \"lib\"\nversion = \"0.1.0\"\n[package.dependencies]\nbase = \"^0.1\"\n";
    let poetry = |name: &str| format!("[tool.poetry]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    let several = "[tool.poetry.dependencies]\ncore = [\n  {version = \"^0.1\", python = \"<3.12\"},\n  \
        {version = \"==0.1.0\", python = \">=3.12\"},\n]\nbase = \"*\"\n";
    let api = format!("{}{several}", poetry("api"));
    let files = [
        ("api/pyproject.toml", api.as_str()),
        ("app/pyproject.toml", &*poetry("app")),
        ("app/poetry.lock", lock),
        ("base/pyproject.toml", &*poetry("base")),
        ("core/pyproject.toml", &*poetry("core")),
        ("lib/pyproject.toml", &*poetry("lib")),
    ];
    let table = "tool.poetry.dependencies[\"core\"] on core";
    let copy = "app/poetry.lock:5 package[\"core\"].dependencies[\"base\"] on base = ^0.1";
    let published =
        "package[\"core\"].dependencies[\"Lib\"] on lib = 0.1.0 | `app/poetry.lock` takes it from a registry";
    let found = required(&files, &config(&["api=api", "app=app", "base=base", "core=core", "lib=lib"]));
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(found[0], format!("api/pyproject.toml:6 {table} = ^0.1"));
    assert_eq!(found[1], format!("api/pyproject.toml:7 {table} = ==0.1.0"));
    assert_eq!(found[2], copy);
    assert!(found[3].starts_with(&format!("app/poetry.lock:7 {published}")), "{}", found[3]);
}

#[test]
fn a_lock_of_two_versions_holds_packed_siblings_twice() {
    let lock = "{\"name\": \"web\", \"version\": \"0.1.0\", \"lockfileVersion\": 2, \"packages\": {\n\
        \"\": {\"version\": \"0.1.0\"},\n\
        \"node_modules/core\": {\"version\": \"0.1.0\", \"resolved\": \"file:../core\"},\n\
        \"node_modules/x/node_modules/core\": {\"version\": \"0.1.0\", \"resolved\": \"file:../core\"}},\n\
        \"dependencies\": {\"core\": {\"version\": \"0.1.0\",\n\"requires\": {\"web\": \"^0.1.0\", \"y\": \"1.0.0\"}},\n\
        \"x\": {\"version\": \"0.1.0\", \"dependencies\": {\"core\": {\"version\": \"0.1.0\"}}}}}\n";
    let files = [
        ("core/package.json", "{\"name\": \"core\", \"version\": \"0.1.0\"}"),
        ("web/package-lock.json", lock),
        ("web/package.json", "{\"name\": \"web\", \"version\": \"0.1.0\"}"),
    ];
    let config = config(&["core=core", "web=web"]);
    let required = required(&files, &config);
    assert_eq!(
        required,
        ["web/package-lock.json:6 dependencies[\"core\"].requires[\"web\"] on web = ^0.1.0"]
    );
    let lines = found(&files, &config);
    let at = |line: &str, node: &str| {
        format!("core web/package-lock.json:{line} {node}.version = 0.1.0 (semver, Lock)")
    };
    assert!(lines.contains(&at("5", "dependencies[\"core\"]")), "{lines:#?}");
    assert!(lines.contains(&at("7", "dependencies[\"x\"].dependencies[\"core\"]")), "{lines:#?}");
}
