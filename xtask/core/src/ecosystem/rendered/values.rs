//! The images that a chart asks for by its own values: each `image` table with a `repository` (the layout of
//! `helm create`), and each `image` that is a text with a tag in it. An empty tag stands for the chart's `appVersion`; whether a `v` goes before it is said by the
//! template that names both.

use super::template::reference;
use super::{By, Image};
use crate::format::yaml::Yaml;
use crate::format::{Kind, Node, Text, yaml};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::tree::Tree;

/// The images of the chart in a folder, in the order of its values.
///
/// # Errors
/// A file that can't be read.
pub(super) fn images(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<Image>, Problem> {
    let file = folder.child("values.yaml");
    let Some(source) = tree.read(&file)? else { return Ok(Vec::new()) };
    let text = Text::new(&source);
    let document = yaml::parse(&text)?;
    let mut found = Vec::new();
    let mut open = vec![(document.root(), false)];
    while let Some((node, is_image)) = open.pop() {
        if is_image && node.kind() == Kind::Table {
            found.extend(image(node, &file)?);
        } else if is_image
            && let Some((repository, tag @ Some(_))) = node.value().as_deref().and_then(reference)
        {
            found.push(Image { repository, tag, by: By::Values, file: file.clone(), line: node.line() });
        }
        open.extend(node.pairs().map(|(key, inside)| (inside, key == "image")));
        open.extend(node.items()?.into_iter().map(|item| (item, false)));
    }
    found.sort_by_key(|image| image.line);
    if found.iter().any(|image| image.by == By::Chart) {
        let stands_in = app_version(tree, folder)?;
        found
            .iter_mut()
            .filter(|image| image.by == By::Chart)
            .for_each(|image| image.tag.clone_from(&stands_in));
    }
    Ok(found)
}

fn image(node: Yaml<'_>, file: &RepoPath) -> Result<Option<Image>, Problem> {
    let Some(repository) = node.get("repository")?.and_then(|repository| repository.scalar()) else {
        return Ok(None);
    };
    let full = match node.value_at(&["registry"])? {
        Some(registry) if !registry.is_empty() => format!("{registry}/{}", repository.text),
        _ => repository.text,
    };
    let tag = node.get("tag")?.and_then(|tag| Some((tag.value()?.into_owned(), tag.line())));
    let tag = tag.filter(|(tag, _)| !tag.is_empty() && tag != "null" && tag != "~");
    let line = tag.as_ref().map_or(repository.line, |(_, line)| *line);
    let (by, tag) = match tag {
        Some((tag, _)) => (By::Values, Some(tag)),
        None => (By::Chart, None),
    };
    Ok(Some(Image { repository: full, tag, by, file: file.clone(), line }))
}

/// The chart's `appVersion` as the templates put it into an image's tag.
fn app_version(tree: &dyn Tree, folder: &RepoPath) -> Result<Option<String>, Problem> {
    let Some(source) = tree.read(&folder.child("Chart.yaml"))? else { return Ok(None) };
    let text = Text::new(&source);
    let document = yaml::parse(&text)?;
    let Some(version) = document.root().value_at(&["appVersion"])?.map(|version| version.into_owned()) else {
        return Ok(None);
    };
    let templates = folder.child("templates");
    let paths: Vec<RepoPath> =
        tree.entries().keys().filter(|path| path.below(&templates).is_some()).cloned().collect();
    let with_v = paths.iter().filter_map(|path| tree.glance(path, 1 << 20)).any(|source| {
        source.text.lines().any(|line| {
            let of_tag = line.contains("AppVersion") && (line.contains("tag") || line.contains("image"));
            of_tag && (line.contains("v%s") || line.contains("v{{"))
        })
    });
    Ok(Some(if with_v && !version.starts_with('v') { format!("v{version}") } else { version }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::MemoryTree;

    fn shown(values: &str, template: &str) -> Vec<String> {
        let tree = MemoryTree::new([
            ("chart/Chart.yaml", "name: chart\nversion: 0.4.0\nappVersion: \"0.4.0\"\n"),
            ("chart/values.yaml", values),
            ("chart/templates/_names.tpl", "app.kubernetes.io/version: v{{ .Chart.AppVersion }}\n"),
            ("chart/templates/api.yaml", template),
        ]);
        let folder = RepoPath::parse("chart").unwrap();
        let line = |image: &Image| {
            format!(
                "{}:{} {} {}",
                image.repository,
                image.tag.as_deref().unwrap_or("?"),
                image.line,
                image.by == By::Chart
            )
        };
        images(&tree, &folder).unwrap().iter().map(line).collect()
    }

    #[test]
    fn reads_what_the_values_say() {
        let values = "image: {registry: ghcr.io, repository: o/api, tag: \"\"}\nweb:\n  image:\n    repository: o/web\n    tag: v1\n\
            db: {image: {tag: x}}\nimages: {repository: no}\nlist:\n- image: {repository: o/last}\n- image: o/text:1\n\
            - image: o/untagged\n";
        assert_eq!(
            shown(values, "image: \"{{ .repository }}:{{ .tag | default .Chart.AppVersion }}\"\n"),
            ["ghcr.io/o/api:0.4.0 1 true", "o/web:v1 5 false", "o/last:0.4.0 9 true", "o/text:1 10 false"]
        );
        assert_eq!(shown("a: 1\n", ""), [""; 0]);
    }

    #[test]
    fn a_template_may_put_a_v_before_it() {
        let values = "image: {repository: o/api}\n";
        for template in [
            "image: {{ .repository }}:{{ .tag | default (printf \"v%s\" .Chart.AppVersion) }}\n",
            "image: {{ .repository }}:v{{ .Chart.AppVersion }}\n",
        ] {
            assert_eq!(shown(values, template), ["o/api:v0.4.0 1 true"]);
        }
    }
}
