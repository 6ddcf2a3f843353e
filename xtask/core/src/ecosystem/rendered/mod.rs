//! The images that a chart asks for: those of its values, and those that its templates spell.
//!
//! A template is not rendered. What it spells out, or puts together of the chart's own values, is read; where
//! only helm could say is kept.

mod expression;
mod template;
mod values;

use std::collections::BTreeMap;

use crate::format::{Kind, Node, Text, yaml};
use crate::model::path::RepoPath;
use crate::model::problem::Problem;
use crate::model::tree::Tree;

/// One image as the chart would pull it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// With its registry, where that is said.
    pub repository: String,
    /// A tag, or a digest (`sha256:...`); none where nothing says either, and `latest` is pulled.
    pub tag: Option<String>,
    pub by: By,
    pub file: RepoPath,
    /// Where the tag stands, else the repository.
    pub line: usize,
}

impl Image {
    /// As a person would pull it.
    pub fn shown(&self) -> String {
        let tag = self.tag.as_deref().unwrap_or("latest");
        let between = if tag.contains(':') { '@' } else { ':' };
        format!("{}{between}{tag}", self.repository)
    }
}

/// What says an image's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The chart's values.
    Values,
    /// The chart's `appVersion`, since the values leave the tag empty.
    Chart,
    /// A template puts it together.
    Template,
    /// A template spells it out, whatever is released.
    Letter,
}

/// What was found of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub images: Vec<Image>,
    /// References in templates that only helm can render, each by file and line.
    pub unread: Vec<String>,
}

/// The images of the chart in a folder: of its values first, then of its templates, in the order of the texts.
///
/// # Errors
/// A file that can't be read.
pub fn images(tree: &dyn Tree, folder: &RepoPath) -> Result<Asked, Problem> {
    let of_values = values::images(tree, folder)?;
    let found = template::images(tree, folder, &known(tree, folder)?);
    // What a template makes of a repository is what is pulled: the values are only what it is made of.
    let made = || found.images.iter().filter(|image| image.by == By::Template);
    let said = |image: &Image| made().any(|other| other.repository == image.repository);
    let same = |one: &Image, other: &Image| one.repository == other.repository && one.tag == other.tag;
    let confirmed = |image: &Image| made().any(|other| same(image, other));
    let mut images: Vec<Image> =
        of_values.into_iter().filter(|image| !said(image) || confirmed(image)).collect();
    for image in found.images {
        if !images.iter().any(|other| same(&image, other)) {
            images.push(image);
        }
    }
    Ok(Asked { images, unread: found.unread })
}

/// What templates can name: every text of the values by its path, and the chart's own.
fn known(tree: &dyn Tree, folder: &RepoPath) -> Result<BTreeMap<String, String>, Problem> {
    let mut known = BTreeMap::new();
    for (name, root) in [("values.yaml", ".Values"), ("Chart.yaml", ".Chart")] {
        let Some(source) = tree.read(&folder.child(name))? else { continue };
        let text = Text::new(&source);
        let document = yaml::parse(&text)?;
        let mut open = vec![(document.root(), root.to_owned())];
        while let Some((node, path)) = open.pop() {
            if let (Kind::Text, Some(value)) = (node.kind(), node.value()) {
                let null = matches!(value.as_ref(), "null" | "~");
                known.insert(spelled(&path), if null { String::new() } else { value.into_owned() });
            }
            open.extend(node.pairs().map(|(key, inside)| (inside, format!("{path}.{key}"))));
        }
    }
    Ok(known)
}

/// A path as templates write it: the chart's own keys begin with a capital letter there.
fn spelled(path: &str) -> String {
    match path.strip_prefix(".Chart.") {
        Some(key) => {
            let mut letters = key.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            format!(".Chart.{}{}", first.map(String::from).unwrap_or_default(), letters.as_str())
        }
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::MemoryTree;

    /// Each image with what says its tag and where, and the references that were not read.
    fn shown(values: &str, templates: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let chart = ("chart/Chart.yaml", "name: chart\nversion: 0.4.0\nappVersion: \"0.4.0\"\n");
        let files = [chart, ("chart/values.yaml", values)].into_iter().chain(templates.iter().copied());
        let tree = MemoryTree::new(files.collect::<Vec<_>>());
        let asked = images(&tree, &RepoPath::parse("chart").unwrap()).unwrap();
        let line = |image: &Image| {
            let file = image.file.as_str().rsplit('/').next().unwrap_or_default();
            format!("{} {:?} {file}:{}", image.shown(), image.by, image.line)
        };
        (asked.images.iter().map(line).collect(), asked.unread)
    }

    #[test]
    fn a_template_has_the_last_word() {
        let values = "api: {image: {repository: o/api, tag: \"\"}}\nweb: {image: {repository: o/web, tag: v1}}\n\
            old: {image: {repository: o/old}}\npage: {image: {repository: o/page}}\n";
        let templates = [
            (
                "chart/templates/api.yaml",
                "image: \"{{ .Values.api.image.repository }}:v{{ .Chart.AppVersion }}\"\n",
            ),
            (
                "chart/templates/web.yaml",
                "image: {{ .Values.web.image.repository }}:{{ .Values.web.image.tag }}\n",
            ),
            (
                "chart/templates/page.yaml",
                "image: {{ .Values.page.image.repository }}:{{ .Chart.AppVersion }}\n",
            ),
            (
                "chart/templates/db.yaml",
                "# image: o/none:1\nimage: o/db:12\n---\n- image: 'o/db:12' # the same\n",
            ),
            ("chart/templates/deep/x.tpl", "{{/*\nimage: o/comment:1\n*/}}\nimage: {{ include \"x\" . }}\n"),
            ("chart/templates/NOTES.txt", "image: o/notes:1\n"),
        ];
        let (found, unread) = shown(values, &templates);
        assert_eq!(unread, ["chart/templates/deep/x.tpl:4"]);
        assert_eq!(
            found,
            [
                "o/api:v0.4.0 Chart values.yaml:1",
                "o/web:v1 Values values.yaml:2",
                "o/old:v0.4.0 Chart values.yaml:3",
                "o/db:12 Letter db.yaml:2",
                "o/page:0.4.0 Template page.yaml:1",
            ]
        );
        assert_eq!(unread, ["chart/templates/deep/x.tpl:4"]);
    }

    #[test]
    fn a_chart_without_values_and_templates_asks_for_nothing() {
        assert_eq!(shown("a: 1\n", &[]), (vec![], vec![]));
    }
}
