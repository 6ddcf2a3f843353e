//! Of every ecosystem, in files of any wording: an edit of what was found changes those bytes alone,
//! and reading again finds the new version at the same nodes. [`found`] asks that of each text; the
//! properties make the texts and count what must be found in them.
//!
//! Companions and formats have theirs beside them.

use proptest::prelude::*;

use super::prove::{config, found};
use super::scan;
use crate::model::form::Form;
use crate::model::tree::MemoryTree;
use crate::model::version::{Stage, Suffix, Version};

/// What surrounds versions.
#[derive(Clone, Debug)]
struct Wording {
    /// Letters, also of several bytes, that need no escape anywhere.
    noise: String,
    ending: &'static str,
    mark: &'static str,
    gap: String,
    version: Version,
}

impl Wording {
    fn semver(&self) -> String {
        Form::SEMVER.render(self.version)
    }

    fn pep440(&self) -> String {
        Form::PEP440.render(self.version)
    }

    /// A text written with `|` for line ends, begun with the mark.
    fn text(&self, text: &str) -> String {
        format!("{}{}", self.mark, text.replace('|', self.ending))
    }
}

fn wording() -> impl Strategy<Value = Wording> {
    let suffix = prop_oneof![
        2 => Just(Suffix::None),
        1 => (0usize..3, 0u64..200).prop_map(|(stage, number)| Suffix::Pre(Stage::ALL[stage], number)),
    ];
    (
        "[a-z\u{e9}\u{1f600} ]{0,12}",
        prop_oneof![Just("\n"), Just("\r\n")],
        prop_oneof![Just(""), Just("\u{feff}")],
        "[ ]{1,3}",
        (0u64..2, 0u64..30, 0u64..2000, suffix),
    )
        .prop_map(|(noise, ending, mark, gap, (major, minor, patch, suffix))| Wording {
            noise,
            ending,
            mark,
            gap,
            version: Version { major, minor, patch, suffix },
        })
}

/// The number of places and dates, of requirements; `found` has edited each and read it again.
fn counted(files: &[(&str, &str)], packages: &[&str]) -> (usize, usize) {
    let config = config(packages);
    let lines = found(files, &config);
    assert!(lines.iter().all(|line| !line.starts_with('W')), "{lines:?}");
    let read = scan(&MemoryTree::new(files.iter().copied()), &config);
    (lines.len(), read.requirements.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn cargo(words in wording(), quote in prop_oneof![Just('"'), Just('\'')]) {
        let (Wording { noise, gap, .. }, v) = (&words, words.semver());
        let lib = words.text(&format!(
            "# {noise} {v}|[package]|name = \"lib\"|version{gap}={gap}{quote}{v}{quote} # {v}|description = \"{noise} {v}\"|"
        ));
        let app = words.text(&format!(
            "[package]|name = 'app'|version = {quote}{v}{quote}|[dependencies]|left = \"{v}\" # {noise}|\
             lib{gap}= {{ path = \"../lib\",{gap}version = {quote}={v}{quote} }}|"
        ));
        let entry = |name: &str, rest: &str| format!("[[package]]|name = \"{name}\"|version = \"{v}\"|{rest}|");
        let lock = words.text(&format!(
            "# {noise}|version = 4||{}{}{}",
            entry("app", "dependencies = [| \"left\",| \"lib\",|]|"),
            entry("left", "source = \"registry+127.0.0.1\"|"),
            entry("lib", ""),
        ));
        let files = [("app/Cargo.toml", &*app), ("app/Cargo.lock", &lock), ("lib/Cargo.toml", &lib)];
        prop_assert_eq!(counted(&files, &["app=app", "lib=lib"]), (4, 1));
    }

    #[test]
    fn npm(words in wording(), format in 2u8..4) {
        let (Wording { noise, gap, .. }, v) = (&words, words.semver());
        let web = words.text(&format!(
            "{{|\"{noise}\":{gap}\"{v}\",|\"version\"{gap}:{gap}\"{v}\",\"name\":\"web\",|\
             \"dependencies\": {{ \"left\": \"{v}\", \"lib\":{gap}\"^{v}\" }}|}}"
        ));
        let lib = words.text(&format!("{{\"name\": \"lib\",{gap}\"version\": \"{v}\", \"x\": \"{noise}\"}}|"));
        let lock = words.text(&format!(
            "{{\"name\": \"web\",{gap}\"version\": \"{v}\", \"lockfileVersion\": {format}, \"packages\": {{|\
             \"\": {{ \"name\": \"web\", \"version\":{gap}\"{v}\", \"dependencies\": {{ \"left\": \"{v}\", \"lib\": \"^{v}\" }} }},|\
             \"../lib\": {{ \"name\": \"lib\", \"version\": \"{v}\" }},|\
             \"node_modules/lib\": {{ \"resolved\": \"../lib\", \"link\": true }},|\
             \"node_modules/left\": {{ \"version\": \"{v}\", \"integrity\": \"{noise}\" }}|}} }}|"
        ));
        let files = [("web/package.json", &*web), ("web/package-lock.json", &lock), ("lib/package.json", &lib)];
        prop_assert_eq!(counted(&files, &["web=web", "lib=lib"]), (5, 2));
    }

    #[test]
    fn pypi(words in wording(), quote in prop_oneof![Just('"'), Just('\'')]) {
        let (Wording { noise, gap, .. }, v) = (&words, words.pep440());
        let lib = words.text(&format!(
            "# {v}|[project]|name = \"lib\"|version{gap}= {quote}{v}{quote} # {noise}|description = '{noise} {v}'|"
        ));
        let app = words.text(&format!(
            "[project]|name = \"app\"|version = \"{v}\"|dependencies = [| \"left=={v}\",|\
             {gap}{quote}lib [x]{gap}~= {v}{gap}; extra == \"x\"{quote}, # {noise}|]|"
        ).replace("\"x\"", if quote == '"' { "'x'" } else { "\"x\"" }));
        let entry = |name: &str, source: &str, rest: &str| {
            format!("[[package]]|name = \"{name}\"|version = \"{v}\"|source = {{ {source} }}|{rest}|")
        };
        let uv = words.text(&format!(
            "version = 1|# {noise}|{}{}{}",
            entry("app", "editable = \".\"", ""),
            entry("left", "registry = \"vendor\"", ""),
            entry("lib", "editable = \"../lib\"", ""),
        ));
        let files = [("app/pyproject.toml", &*app), ("app/uv.lock", &uv), ("lib/pyproject.toml", &lib)];
        prop_assert_eq!(counted(&files, &["app=app", "lib=lib"]), (4, 1));
    }

    #[test]
    fn poetry(words in wording()) {
        let (Wording { noise, gap, .. }, v) = (&words, words.pep440());
        let manifest = |name: &str, rest: &str| words.text(&format!(
            "[tool.poetry]|name = \"{name}\"|version{gap}=\"{v}\" # {noise} {v}|{rest}"
        ));
        let app = manifest("app", "[tool.poetry.dependencies]|lib = { path = \"../lib\" }|");
        let lock = words.text(&format!(
            "[[package]]|name = \"left\"|version = \"{v}\"|description = \"{noise}\"||\
             [[package]]|name = \"lib\"|version ={gap}\"{v}\"||[package.source]|type = \"directory\"|url = \"../lib\"||\
             [metadata]|lock-version = \"2.1\"|content-hash = \"{v}\"|"
        ));
        let lib = manifest("lib", "");
        // Without a lock beside it, whose hash would hold it.
        let tool = manifest("tool", "[tool.poetry.dependencies]|left = \"^0.1\"|lib = '>=0.1,<0.9' # 0.9|");
        let files = [("app/pyproject.toml", &*app), ("app/poetry.lock", &lock), ("lib/pyproject.toml", &lib), ("tool/pyproject.toml", &tool)];
        prop_assert_eq!(counted(&files, &["app=app", "lib=lib", "tool=tool"]), (4, 1));
    }

    #[test]
    fn maven(words in wording(), section in any::<bool>()) {
        let (Wording { noise, gap, .. }, v) = (&words, Form::MAVEN.render(words.version));
        let own = if section { format!("<![CDATA[{v}]]>") } else { format!("{gap}{v}|") };
        let root = words.text(&format!(
            "<!-- {noise} {v} -->|<project><groupId>g</groupId><artifactId>root</artifactId>|\
             <version{gap}>{own}</version><name>{noise}</name><properties><left>{v}</left></properties>|\
             <dependencies><dependency><artifactId>left</artifactId><version>{v}</version></dependency></dependencies></project>"
        ));
        let part = words.text(&format!(
            "<project>|<parent><artifactId>root</artifactId><groupId>g</groupId><version>{v}</version><!--{noise}--></parent>|\
             <artifactId>part</artifactId><version>${{revision}}</version>|\
             <properties{gap}><revision>{own}</revision></properties></project>|"
        ));
        let files = [("pom.xml", &*root), ("part/pom.xml", &part)];
        prop_assert_eq!(counted(&files, &["root=.", "part=part"]), (3, 0));
    }

    #[test]
    fn go(words in wording(), block in any::<bool>()) {
        let (Wording { noise, gap, .. }, v) = (&words, words.semver());
        let require = if block {
            format!("require (|\texample.org/left v{v}|\texample.org/lib{gap}v{v} // v{v} {noise}|)|")
        } else {
            format!("require example.org/left v{v}|require{gap}example.org/lib v{v}|")
        };
        let app = words.text(&format!(
            "// {noise} v{v}|module example.org/app||go 1.21||{require}|replace example.org/lib => ../lib|\
             exclude example.org/lib v{v}|"
        ));
        let manifest = format!("{{\"version\": \"{v}\"}}");
        let files =
            [("app/go.mod", &*app), ("app/package.json", &manifest), ("lib/go.mod", "module example.org/lib\n")];
        prop_assert_eq!(counted(&files, &["app=app", "lib=lib"]), (1, 1));
    }

    #[test]
    fn helm(words in wording(), quote in prop_oneof![Just(""), Just("'"), Just("\"")], lead in prop_oneof![Just(""), Just("v")]) {
        let (Wording { noise, gap, .. }, v) = (&words, words.semver());
        let app = words.text(&format!(
            "# {noise} {v}|name: app|version:{gap}{quote}{v}{quote}{gap}# {noise}|appVersion: {quote}{lead}{v}{quote}|\
             description: 'the {noise} {v}'|dependencies:|- name: left|  version: {quote}{v}{quote}|  repository: 127.0.0.1|\
             -{gap}{{ name: lib, repository: file://../lib, version: {quote}~{v}{quote} }}|"
        ));
        let lib = words.text(&format!("version: {quote}{v}{quote}|name: lib|"));
        let files = [("app/Chart.yaml", &*app), ("lib/Chart.yaml", &lib)];
        prop_assert_eq!(counted(&files, &["app=app", "lib=lib"]), (3, 1));
    }

    #[test]
    fn openapi(words in wording(), quote in prop_oneof![Just("'"), Just("\"")]) {
        let (Wording { noise, gap, .. }, v) = (&words, words.semver());
        let yaml = words.text(&format!(
            "openapi: 3.1.0|info:|  title: 't {noise} {v}'|  version:{gap}{quote}{v}{quote} # {noise}|  x: {v}|version: {v}|"
        ));
        let json = words.text(&format!(
            "{{\"info\":{gap}{{\"x\": \"{noise}\", \"version\"{gap}: \"{v}\"}}, \"version\": \"{v}\",| \"openapi\": \"3.1.0\"}}"
        ));
        let manifest = format!("{{\"version\": \"{v}\"}}");
        let files = [("openapi.yaml", &*yaml), ("openapi.json", &json), ("package.json", &manifest)];
        prop_assert_eq!(counted(&files, &["api=."]), (3, 0));
    }
}
