//! Image tags in a chart's `values.yaml`: the `tag` beside a `repository` in any `image` table
//! (the layout of `helm create`), at any depth.
//!
//! An image is ours when the config names it under `images`; its tag is then a place of that
//! package. One whose repository ends with the name of one of our packages is taken for ours
//! only while its tag says that package's version, with or without `v`: other people's images
//! have such names too. An empty tag (the chart's `appVersion` stands in), `latest` or a digest
//! alone says no version and is left alone. A digest beside a version of ours, in a `digest` of its own or behind
//! an `@`, is refused: it goes on naming the image before, and no release knows the next one's.

use super::companion::{Companion, Found, Known};
use crate::format::yaml::Yaml;
use crate::format::{Kind, Node, Scalar, Text, number, yaml};
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::path::RepoPath;
use crate::model::place::{Origin, Place, Role};
use crate::model::problem::{Code, Problem};
use crate::model::tree::Tree;

pub struct Values;

impl Companion for Values {
    fn name(&self) -> &'static str {
        "values"
    }

    fn read(&self, tree: &dyn Tree, package: &Package, known: &Known<'_>) -> Result<Found, Problem> {
        let mut found = Found::default();
        let file = package.path.child("values.yaml");
        if !tree.contains(&package.path.child("Chart.yaml")) {
            return Ok(found);
        }
        let Some(source) = tree.read(&file)? else { return Ok(found) };
        let text = Text::new(&source);
        let document = yaml::parse(&text)?;
        // A list of what is still to be looked into, so that deep nesting costs no stack.
        let mut open = vec![(document.root(), String::new())];
        while let Some((node, path)) = open.pop() {
            if path == "image" || path.ends_with(".image") {
                found.places.extend(tag(node, &path, &file, known)?);
            }
            open.extend(node.pairs().map(|(key, inside)| (inside, below(&path, key))));
            let items = node.items()?.into_iter().enumerate();
            open.extend(items.map(|(at, item)| (item, format!("{path}[{at}]"))));
        }
        Ok(found)
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The place of an image's tag, if it says a version of ours.
fn tag(image: Yaml<'_>, path: &str, file: &RepoPath, known: &Known<'_>) -> Result<Option<Place>, Problem> {
    if image.kind() != Kind::Table {
        return Ok(None);
    }
    let (Some(repository), Some(tag)) = (image.value_at(&["repository"])?, image.get("tag")?) else {
        return Ok(None);
    };
    let Some(mut token) = tag.scalar().filter(|token| !token.text.is_empty()) else { return Ok(None) };
    let mut digest = image.value_at(&["digest"])?.is_some_and(|digest| !digest.is_empty());
    if let Some(at) = token.text.find('@') {
        token.text.truncate(at);
        token.span.end = token.span.start + at;
        digest = true;
    }
    let full = match image.value_at(&["registry"])? {
        Some(registry) if !registry.is_empty() => format!("{registry}/{repository}"),
        _ => repository.into_owned(),
    };
    let packages = &known.config.packages;
    let owner = match packages.iter().find(|package| package.images.iter().any(|name| is(name, &full))) {
        Some(package) => form(package, &token.text).map(|form| (package, form)),
        None => packages.iter().find_map(|package| {
            let named = full.rsplit('/').next() == Some(package.name.as_str()) && package.images.is_empty();
            let version = known.version(&package.name).filter(|_| named)?;
            let form = form(package, &token.text)?;
            (form.render(version) == token.text).then_some((package, form))
        }),
    };
    if owner.is_some() && digest {
        return Err(fixed(path, file, &token));
    }
    if owner.is_some()
        && let Some(problem) = number::check(tag.text(), &format!("{path}.tag"), &token)
    {
        return Err(problem);
    }
    Ok(owner.map(|(package, form)| Place {
        package: package.name.clone(),
        file: file.clone(),
        node: format!("{path}.tag"),
        span: token.span,
        line: token.line,
        text: token.text,
        form,
        role: Role::Mention,
        origin: Origin::Ecosystem("values"),
    }))
}

fn fixed(path: &str, file: &RepoPath, tag: &Scalar) -> Problem {
    Problem::new(Code::W0330, format!("`{path}` in `{file}` names `{}` and a digest", tag.text))
        .at_line(file, tag.line)
        .why("what runs is the digest's image, whatever the tag says, and the next one's is not known yet")
        .help("Leave the digest out here, and give it where the chart is installed; or leave the file alone: `[ignore] places`.")
}

/// Whether a repository is an image that the config names. Its registry may be written elsewhere
/// in the values; two parts of the name must then be left.
fn is(name: &str, repository: &str) -> bool {
    let end = name.strip_suffix(repository).is_some_and(|before| before.ends_with('/'));
    name == repository || (end && repository.contains('/'))
}

/// The form that a tag is in: the package's, where the config gives it one, else semver or PEP 440.
fn form(package: &Package, text: &str) -> Option<Form> {
    let v = text.starts_with('v');
    let forms = package.form.into_iter().chain([Form::SEMVER, Form::PEP440]);
    forms.map(|form| Form { v, ..form }).find(|form| form.parse(text).is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::prove::{config, found};
    use crate::model::config::Config;

    const CHART: (&str, &str) = ("chart/Chart.yaml", "name: chart\nversion: 0.1.0\n");
    const API: (&str, &str) = ("api/package.json", "{\"version\": \"0.1.0\"}");

    fn with(config: &Config, values: &str) -> Vec<String> {
        let mut all = found(&[CHART, API, ("chart/values.yaml", values)], config);
        all.retain(|line| line.contains("values.yaml"));
        all
    }

    fn images(names: &[&str]) -> Config {
        let mut config = config(&["chart=chart", "api=api"]);
        config.packages[1].images = names.iter().map(|name| (*name).to_owned()).collect();
        config
    }

    #[test]
    fn a_repository_named_as_a_package_at_its_version() {
        let values = "\u{feff}# \u{e9}\r\nimage:\r\n  repository: 127.0.0.1/example/api\r\n  tag: \"v0.1.0\" # c\r\n\
            web: {image: {repository: api, tag: 0.1.0}}\r\nsidecars:\r\n- image:\r\n    tag: 0.1.0\r\n    repository: x/api\r\n\
            other:\r\n  image: {repository: bitnami/valkey, tag: 0.1.0}\r\nolder:\r\n  image: {repository: x/api, tag: 0.0.9}\r\n\
            empty:\r\n  image: {repository: x/api, tag: \"\"}\r\nlast:\r\n  image: {repository: x/api, tag: latest}\r\n\
            tag: 0.1.0\r\nimages: {repository: x/api, tag: 0.1.0}\r\nplain: {image: 'x/api:0.1.0'}\r\n";
        assert_eq!(
            with(&images(&[]), values),
            [
                "api chart/values.yaml:4 image.tag = v0.1.0 (vsemver, Mention)",
                "api chart/values.yaml:5 web.image.tag = 0.1.0 (semver, Mention)",
                "api chart/values.yaml:8 sidecars[0].image.tag = 0.1.0 (semver, Mention)",
            ]
        );
    }

    #[test]
    fn named_images_at_any_version() {
        let config = images(&["ghcr.io/example/backend"]);
        let of = |image: &str| with(&config, &format!("image: {{{image}}}\n")).join("");
        let place =
            |text: &str, form: &str| format!("api chart/values.yaml:1 image.tag = {text} ({form}, Mention)");
        assert_eq!(of("repository: ghcr.io/example/backend, tag: 0.0.9"), place("0.0.9", "semver"));
        assert_eq!(
            of("repository: example/backend, registry: ghcr.io, tag: 0.1.0a1"),
            place("0.1.0a1", "pep440")
        );
        assert_eq!(of("repository: example/backend, tag: v0.1.0"), place("v0.1.0", "vsemver"));
        for none in [
            "repository: backend, tag: 0.1.0",
            "repository: other/backend, tag: 0.1.0",
            "repository: docker.io/example/backend, tag: 0.1.0",
            "repository: x/api, tag: 0.1.0",
            "repository: ghcr.io/example/backend, tag: sha-1234",
            "repository: ghcr.io/example/backend, tag: 1",
            "repository: ghcr.io/example/backend, tag: [0.1.0]",
            "repository: ghcr.io/example/backend",
            "tag: 0.1.0",
        ] {
            assert_eq!(of(none), "", "{none}");
        }
    }

    #[test]
    fn a_digest_beside_a_version_of_ours() {
        let config = images(&["ghcr.io/example/backend"]);
        let of = |image: &str| with(&config, &format!("image: {{{image}}}\n")).join("");
        let fixed = "W0330 chart/values.yaml:1: `image` in `chart/values.yaml` names `0.1.0` and a digest";
        assert_eq!(of("repository: ghcr.io/example/backend, tag: 0.1.0, digest: 'sha256:aa'"), fixed);
        assert_eq!(of("repository: ghcr.io/example/backend, tag: '0.1.0@sha256:aa'"), fixed);
        for none in [
            "repository: ghcr.io/example/backend, tag: '', digest: 'sha256:aa'",
            "repository: ghcr.io/example/backend, tag: 'latest@sha256:aa'",
            "repository: x/other, tag: '0.1.0@sha256:aa', digest: 'sha256:aa'",
        ] {
            assert_eq!(of(none), "", "{none}");
        }
        let place = "api chart/values.yaml:1 image.tag = 0.1.0 (semver, Mention)";
        assert_eq!(of("repository: ghcr.io/example/backend, tag: 0.1.0, digest: ''"), place);
        assert_eq!(of("repository: ghcr.io/example/backend, tag: 0.1.0, digest:"), place);
    }

    #[test]
    fn only_a_charts_values() {
        let values = "image: {repository: x/api, tag: 0.1.0}\n";
        let all = found(&[API, ("api/values.yaml", values)], &config(&["api=api"]));
        assert_eq!(all, ["api api/package.json:1 version = 0.1.0 (semver, Manifest)"]);
        assert!(with(&images(&[]), "a: b: c\n")[0].starts_with("W0305 chart/values.yaml:1: "));
        assert_eq!(
            with(&images(&[]), "image: {tag: 1, tag: 2, repository: x}\n"),
            ["W0311 chart/values.yaml:1: the key `tag` stands twice in one table of `chart/values.yaml`"]
        );
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        with(&images(&[]), &format!("{}{}", "[".repeat(3_000), "]".repeat(3_000)));
    }

    proptest! {
        #[test]
        fn an_edit_changes_only_its_span(
            noise in "[a-z\u{e9}\u{1f600}]{0,12}",
            quote in prop_oneof![Just(""), Just("'"), Just("\"")],
            v in prop_oneof![Just(""), Just("v")],
            ending in prop_oneof![Just("\n"), Just("\r\n")],
        ) {
            let text = format!(
                "# {noise}{ending}a:{ending}  image: # {noise}{ending}    repository: x/api{ending}    \
                 tag: {quote}{v}0.1.0{quote} # {v}0.1.0{ending}  note: '{noise} 0.1.0'{ending}",
            );
            prop_assert_eq!(with(&images(&[]), &text).len(), 1);
        }
    }
}
