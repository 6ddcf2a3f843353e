//! The images that a chart asks for by its own values: each `image` table with a `repository` (the layout of
//! `helm create`). An empty tag stands for the chart's `appVersion`; whether a `v` goes before it is said by the
//! template that names both.

use crate::format::yaml::Yaml;
use crate::format::{Kind, Node, Text, yaml};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::tree::Tree;

/// One image as the chart would pull it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// With its registry, where the table names one.
    pub repository: String,
    /// None where neither values nor chart say it.
    pub tag: Option<String>,
    /// Whether the tag is the chart's `appVersion`.
    pub by_chart: bool,
    pub file: RepoPath,
    pub line: usize,
}

/// The images of the chart in a folder, in the order of its values.
///
/// # Errors
/// A file that can't be read.
pub fn images(tree: &dyn Tree, folder: &RepoPath) -> Result<Vec<Image>, Problem> {
    let file = folder.child("values.yaml");
    let Some(source) = tree.read(&file)? else { return Ok(Vec::new()) };
    let text = Text::new(&source);
    let document = yaml::parse(&text)?;
    let mut found = Vec::new();
    let mut open = vec![(document.root(), false)];
    while let Some((node, is_image)) = open.pop() {
        if is_image && node.kind() == Kind::Table {
            found.extend(image(node, &file)?);
        }
        open.extend(node.pairs().map(|(key, inside)| (inside, key == "image")));
        open.extend(node.items()?.into_iter().map(|item| (item, false)));
    }
    found.sort_by_key(|image| image.line);
    if found.iter().any(|image| image.by_chart) {
        let stands_in = app_version(tree, folder)?;
        found.iter_mut().filter(|image| image.by_chart).for_each(|image| image.tag.clone_from(&stands_in));
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
    let tag = node.value_at(&["tag"])?.map(|tag| tag.into_owned()).filter(|tag| !tag.is_empty());
    Ok(Some(Image {
        repository: full,
        by_chart: tag.is_none(),
        tag,
        file: file.clone(),
        line: repository.line,
    }))
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
                image.by_chart
            )
        };
        images(&tree, &folder).unwrap().iter().map(line).collect()
    }

    #[test]
    fn reads_what_the_values_say() {
        let values = "image: {registry: ghcr.io, repository: o/api, tag: \"\"}\nweb:\n  image:\n    repository: o/web\n    tag: v1\n\
            db: {image: {tag: x}}\nimages: {repository: no}\nlist:\n- image: {repository: o/last}\n";
        assert_eq!(
            shown(values, "image: \"{{ .repository }}:{{ .tag | default .Chart.AppVersion }}\"\n"),
            ["ghcr.io/o/api:0.4.0 1 true", "o/web:v1 4 false", "o/last:0.4.0 9 true"]
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
