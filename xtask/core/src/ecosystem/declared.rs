//! Places that the config declares: a key of a JSON, TOML or YAML file, or a pattern in a text.

use crate::format::{self, Key, Look, Scalar, Text, lines, number, xml, yaml};
use crate::model::config::{After, Config, Find, Package, PlaceRule};
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::{Origin, Place, Role};
use crate::model::problem::{Code, Problem};
use crate::model::template::Template;
use crate::model::tree::{Source, Tree};

/// The places of one rule. Where neither the rule nor its pattern names a form, `default` is it.
///
/// # Errors
/// A file that is missing or not tracked (`W0304`) or malformed, a key that is not there
/// (`W0302`), a pattern that stands there never (`W0302`) or not as often as declared (`W0303`).
pub fn places(
    tree: &dyn Tree,
    config: &Config,
    package: &Package,
    rule: &PlaceRule,
    default: Form,
) -> Result<Vec<Place>, Problem> {
    let place = |(node, scalar, form): Found| Place {
        package: package.name.clone(),
        file: rule.file.clone(),
        node,
        span: scalar.span,
        line: scalar.line,
        text: scalar.text,
        form,
        role: if rule.after == After::Publish { Role::Waiting } else { Role::Mention },
        origin: Origin::Declared { line: rule.line },
    };
    Ok(found(tree, config, rule, default)?.into_iter().map(place).collect())
}

/// What is found at one spot: what it is for people, the text, the form it is read in.
pub type Found = (String, Scalar, Form);

/// What one rule finds, as [`places`] does.
///
/// # Errors
/// As [`places`].
pub(super) fn found(
    tree: &dyn Tree,
    config: &Config,
    rule: &PlaceRule,
    default: Form,
) -> Result<Vec<Found>, Problem> {
    let Some(source) = tree.read(&rule.file)? else {
        let problem =
            Rule { config, rule }.problem(Code::W0304, format!("git tracks no file `{}`", rule.file));
        let is_folder = tree.entries().keys().any(|path| path.below(&rule.file).is_some());
        // Written from the root, the path has the package's folder twice.
        let from_the_root = rule.file.as_str().match_indices('/').find_map(|(at, _)| {
            let path = RepoPath::parse(&rule.file.as_str()[at + 1..]).ok()?;
            tree.contains(&path).then_some(path)
        });
        return Err(match (is_folder, from_the_root) {
            (true, _) => problem.help(format!("`{}` is a folder; name a file in it", rule.file)),
            (false, Some(path)) => {
                problem.help(format!("git tracks `{path}`; paths of places start from the package's folder"))
            }
            (false, None) => problem.run(format!("git add {}", super::typed(&rule.file))),
        });
    };
    in_text(config, rule, &source, default)
}

/// What one rule finds in the text of its file.
///
/// # Errors
/// As [`places`], without `W0304`.
pub fn in_text(
    config: &Config,
    rule: &PlaceRule,
    source: &Source,
    default: Form,
) -> Result<Vec<Found>, Problem> {
    let at = Rule { config, rule };
    let default = rule.form.unwrap_or(default);
    Ok(match &rule.find {
        Find::Key(key) => vec![(key.clone(), at.key(source, key)?, default)],
        Find::Pattern { pattern, count } => at.pattern(source, pattern, *count, default)?,
    })
}

/// A rule in its config, to point problems at.
struct Rule<'a> {
    config: &'a Config,
    rule: &'a PlaceRule,
}

impl Rule<'_> {
    fn problem(&self, code: Code, what: String) -> Problem {
        Problem::new(code, what).at_file(&self.config.file, Some(self.rule.line))
    }

    fn key(&self, source: &Source, key: &str) -> Result<Scalar, Problem> {
        let file = &source.path;
        let parsed =
            Key::parse(key).map_err(|why| self.problem(Code::W0104, format!("the key `{key}` {why}")))?;
        let Some(format) = format::of(file) else {
            let names: Vec<_> = format::ALL.iter().map(|format| format.name).collect();
            let what =
                format!("`{file}` is looked into by key, but its name is none of {}", names.join(", "));
            return Err(self.problem(Code::W0104, what).help("Use `pattern` instead of `key`."));
        };
        let text = Text::new(source);
        // Two elements of one name are nothing wrong in XML, where a key can't tell them apart.
        let looks = (format.look)(&text, std::slice::from_ref(&parsed)).map_err(|mut problem| {
            if problem.code == Code::W0311 && format.name == xml::FORMAT.name {
                problem.help = vec!["Declare the place by `pattern` instead of `key`.".into()];
            }
            problem
        })?;
        match looks.into_iter().next() {
            Some(Look::Found(scalar)) if format.name == yaml::FORMAT.name => {
                number::check(&text, key, &scalar).map_or(Ok(scalar), Err)
            }
            Some(Look::Found(scalar)) => Ok(scalar),
            Some(Look::Other { line, noun }) => {
                let what = format!("`{key}` in `{file}` (line {line}) is {noun}, not a string");
                Err(self.problem(Code::W0312, what))
            }
            Some(Look::Missing { nearest: Some(nearest) }) => Err(self
                .problem(Code::W0302, format!("`{file}` has no `{key}`"))
                .help(format!("The nearest key that is there is `{nearest}`."))),
            _ => Err(self.problem(Code::W0302, format!("`{file}` has no `{key}`"))),
        }
    }

    fn pattern(
        &self,
        source: &Source,
        pattern: &Template,
        count: usize,
        form: Form,
    ) -> Result<Vec<Found>, Problem> {
        let file = &source.path;
        let found = lines::find(&Text::new(source), pattern.parts(), form);
        if found.is_empty() {
            let what = format!("`{file}` holds nothing like `{pattern}`");
            return Err(self.problem(Code::W0302, what).help(format!(
                "`{{version}}` is read there as {form}; another form is written `{{version:FORM}}`."
            )));
        }
        if found.len() != count {
            let times = found.len();
            let at: Vec<_> =
                found.iter().filter_map(|versions| Some(versions.first()?.0.line.to_string())).collect();
            let s = |count: usize| if count == 1 { "" } else { "s" };
            let what = format!(
                "`{pattern}` stands {times} time{} in `{file}` (line{} {}), not {count} time{}",
                s(times),
                s(times),
                at.join(", "),
                s(count)
            );
            return Err(self.problem(Code::W0303, what).help(format!(
                "Write `count = {times}` if all of them are meant, else more text around `{{version}}`."
            )));
        }
        let name = pattern.to_string();
        Ok(found.into_iter().flatten().map(|(scalar, form)| (name.clone(), scalar, form)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, declare, found, ignore};

    const TOML: (&str, &str) = ("pyproject.toml", "[project]\nname = \"mcp\"\nversion = \"0.4.0b1\"\n");
    const SERVER: (&str, &str) = (
        "server.json",
        "{\n  \"version\": \"0.4.0-beta.1\",\n  \"packages\": [{\"version\": \"0.4.0b1\"}]\n}\n",
    );

    fn with(files: &[(&str, &str)], rules: &[&str]) -> Vec<String> {
        let mut config = config(&["mcp=."]);
        rules.iter().for_each(|rule| declare(&mut config, rule));
        let mut found = found(&[&[TOML], files].concat(), &config);
        found.retain(|line| !line.starts_with("mcp pyproject.toml"));
        found
    }

    #[test]
    fn two_forms_in_one_file() {
        assert_eq!(
            with(&[SERVER], &["server.json:semver key /version", "server.json key packages[0].version"]),
            [
                "mcp server.json:2 /version = 0.4.0-beta.1 (semver, Mention)",
                "mcp server.json:3 packages[0].version = 0.4.0b1 (pep440, Mention)",
            ]
        );
    }

    #[test]
    fn patterns_and_several_forms_on_a_line() {
        let readme = ("README.md", "\u{feff}pip install mcp==0.4.0b1\r\ndocs/0.4 (v0.4.0-beta.1)\r\n");
        assert_eq!(
            with(
                &[readme],
                &["README.md 1 mcp=={version}", "README.md 1 docs/{version:X.Y} ({version:vsemver})"]
            ),
            [
                "mcp README.md:1 mcp=={version} = 0.4.0b1 (pep440, Mention)",
                "mcp README.md:2 docs/{version:X.Y} ({version:vsemver}) = 0.4 (X.Y, Mention)",
                "mcp README.md:2 docs/{version:X.Y} ({version:vsemver}) = v0.4.0-beta.1 (vsemver, Mention)",
            ]
        );
    }

    #[test]
    fn says_where_and_how_often_a_pattern_stands() {
        let readme = ("README.md", "a==0.4.0b1\nb\na==0.4.0b1 a==0.4.0b1\n");
        let of = |rule: &str| with(&[readme], &[rule]).join("");
        assert_eq!(
            of("README.md 2 a=={version}"),
            "W0303 windlass.toml:10: `a=={version}` stands 3 times in `README.md` (lines 1, 3, 3), not 2 times"
        );
        assert_eq!(
            of("README.md 1 c=={version}"),
            "W0302 windlass.toml:10: `README.md` holds nothing like `c=={version}`"
        );
        assert_eq!(
            of("README.md:semver 3 a=={version}"),
            "W0302 windlass.toml:10: `README.md` holds nothing like `a=={version}`"
        );
    }

    #[test]
    fn a_number_of_yaml_is_no_version() {
        let of = |text: &str| with(&[("a.yml", text)], &["a.yml:X.Y key version"]).join("");
        let number = "W0312 a.yml:1: `version` in `a.yml` is a number, not a string";
        assert_eq!(of("version: 0.4\n"), number);
        assert_eq!(of("{version: 0.4}\n"), number);
        for text in
            ["version: '0.4'\n", "version: \"0.4\"\n", "version: !!str 0.4\n", "{\"version\": \"0.4\"}\n"]
        {
            assert_eq!(of(text), "mcp a.yml:1 version = 0.4 (X.Y, Mention)", "{text}");
        }
        let found = with(&[("a.yml", "version: v0.4\n")], &["a.yml:vX.Y key version"]).join("");
        assert_eq!(found, "mcp a.yml:1 version = v0.4 (vX.Y, Mention)");
        let chart = [("Chart.yaml", "version: 0.1\n")];
        let found = super::super::prove::found(&chart, &config(&["chart=.:X.Y"])).join("");
        assert!(found.starts_with("W0312 Chart.yaml:1: `version` in `Chart.yaml` is a number"), "{found}");
    }

    #[test]
    fn advises_a_pattern_where_a_key_cannot_tell() {
        let xml = "<Project>\n<PropertyGroup/>\n<PropertyGroup><Version>0.4.0b1</Version></PropertyGroup></Project>";
        let mut config = config(&["mcp=."]);
        declare(&mut config, "a.csproj key /Project/PropertyGroup/Version");
        let read =
            super::super::scan(&crate::model::tree::MemoryTree::new([TOML, ("a.csproj", xml)]), &config);
        assert_eq!(read.problems.len(), 1, "{:?}", read.problems);
        assert_eq!(read.problems[0].help, ["Declare the place by `pattern` instead of `key`."]);
    }

    #[test]
    fn says_what_is_wrong_with_a_rule() {
        let of = |rule: &str| with(&[SERVER, ("x.txt", "")], &[rule]).join("");
        assert_eq!(of("gone.json key version"), "W0304 windlass.toml:10: git tracks no file `gone.json`");
        assert_eq!(of("server.json key /versoin"), "W0302 windlass.toml:10: `server.json` has no `/versoin`");
        assert_eq!(
            of("server.json key packages"),
            "W0312 windlass.toml:10: `packages` in `server.json` (line 3) is a list, not a string"
        );
        assert_eq!(of("server.json key a..b"), "W0104 windlass.toml:10: the key `a..b` has an empty part");
        assert_eq!(
            of("x.txt key version"),
            "W0104 windlass.toml:10: `x.txt` is looked into by key, but its name is none of JSON, TOML, YAML, XML"
        );
        assert_eq!(
            of("server.json:X.Y key version"),
            "W0312 server.json:2: `version` holds `0.4.0-beta.1`, which is no version in the form X.Y"
        );
    }

    #[test]
    fn a_rule_gives_a_found_place_its_form_and_outlives_ignore() {
        let mut config = config(&["chart=."]);
        let files = [("Chart.yaml", "version: 0.4.0\nappVersion: \"0.4\"\n")];
        declare(&mut config, "Chart.yaml:X.Y key appVersion");
        assert_eq!(
            found(&files, &config),
            [
                "chart Chart.yaml:1 version = 0.4.0 (semver, Manifest)",
                "chart Chart.yaml:2 appVersion = 0.4 (X.Y, Mention)",
            ]
        );
        ignore(&mut config, "Chart.yaml");
        assert_eq!(found(&files, &config), ["chart Chart.yaml:2 appVersion = 0.4 (X.Y, Mention)"]);
        declare(&mut config, "Chart.yaml:X key appVersion");
        assert_eq!(
            found(&files, &config)[1],
            "W0317 Chart.yaml:2: `appVersion` in `Chart.yaml` is declared as X.Y and as X"
        );
    }
}
