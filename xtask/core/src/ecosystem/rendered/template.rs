//! References to images in a chart's templates: the value of each `image:` there.

use super::expression::{Known, filled};
use super::{Asked, By, Image};
use crate::model::path::RepoPath;
use crate::model::tree::Tree;

/// No template is larger.
const MOST: u64 = 1 << 20;

/// What the templates of the chart in a folder ask for.
pub(super) fn images(tree: &dyn Tree, folder: &RepoPath, known: &Known) -> Asked {
    let templates = folder.child("templates");
    let ends = |path: &RepoPath| [".yaml", ".yml", ".tpl"].iter().any(|end| path.as_str().ends_with(end));
    let paths = tree.entries().keys().filter(|path| path.below(&templates).is_some() && ends(path));
    let mut asked = Asked::default();
    for file in paths {
        let Some(source) = tree.glance(file, MOST) else { continue };
        for (line, value) in values(&without_comments(&source.text)) {
            let by = if value.contains("{{") { By::Template } else { By::Letter };
            match filled(unquoted(&value), known).as_deref().map(unquoted).and_then(reference) {
                Some((repository, tag)) => {
                    asked.images.push(Image { repository, tag, by, file: file.clone(), line });
                }
                None => asked.unread.push(format!("{file}:{line}")),
            }
        }
    }
    asked
}

/// The text with `{{/* ... */}}` taken out, each line where it was.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = ["{{/*", "{{- /*"].iter().filter_map(|start| rest.find(start)).min() {
        out.push_str(&rest[..at]);
        let end = rest[at..].find("*/").map_or(rest.len(), |end| at + end + 2);
        let end = rest[end..].find("}}").map_or(rest.len(), |close| end + close + 2);
        out.extend(rest[at..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    out + rest
}

/// The value of each `image` with its line; of tables and of what stands on lines of its own nothing.
fn values(text: &str) -> Vec<(usize, String)> {
    let of = |(at, line): (usize, &str)| Some((at + 1, value(line)?));
    text.lines().enumerate().filter_map(of).collect()
}

fn value(line: &str) -> Option<String> {
    let start = line.trim_start();
    if start.starts_with('#') {
        return None;
    }
    let mut block = start;
    while let Some(rest) = block.strip_prefix("- ") {
        block = rest.trim_start();
    }
    let key = |text: &str| {
        let keys = ["image:", "\"image\":", "'image':"];
        let rest = keys.iter().find_map(|key| text.strip_prefix(key).map(str::to_owned))?;
        rest.is_empty().then_some(String::new()).or_else(|| rest.starts_with([' ', '\t']).then_some(rest))
    };
    // Else a table in one line: `- { name: api, image: o/api:1 }`.
    let inside = || block.match_indices(['{', ',']).find_map(|(at, _)| key(block[at + 1..].trim_start()));
    let (rest, flow) = match key(block) {
        Some(rest) => (rest, false),
        None => (inside()?, true),
    };
    let text = scalar(rest.trim(), flow);
    let table = text.starts_with('{') && !text.starts_with("{{");
    (!text.is_empty() && !table).then(|| text.to_owned())
}

/// A scalar without what is behind it: a comment, the rest of the table in one line.
fn scalar(text: &str, flow: bool) -> &str {
    let (mut quote, mut action) = (None, false);
    for (at, letter) in text.char_indices() {
        if action {
            action = !text[..at + letter.len_utf8()].ends_with("}}");
        } else if text[at..].starts_with("{{") {
            action = true;
        } else if quote == Some(letter) {
            quote = None;
        } else if quote.is_none() {
            let comment = letter == '#' && text[..at].ends_with([' ', '\t']);
            if comment || flow && matches!(letter, ',' | '}') {
                return text[..at].trim_end();
            }
            if matches!(letter, '"' | '\'') && at == 0 {
                quote = Some(letter);
            }
        }
    }
    text.trim_end()
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let within = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(text)
}

/// Repository and tag, or digest, of a reference; none where it is not one.
pub(super) fn reference(text: &str) -> Option<(String, Option<String>)> {
    let (named, digest) = match text.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (text, None),
    };
    let begins = named.rfind('/').map_or(0, |slash| slash + 1);
    let (repository, tag) = match named[begins..].split_once(':') {
        Some((last, tag)) => (&named[..begins + last.len()], Some(tag)),
        None => (named, None),
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    let whole = |part: &str| !part.is_empty() && part.chars().all(plain);
    let parts = repository.split('/').all(|part| !part.is_empty());
    let tags = tag.is_none_or(whole) && digest.is_none_or(|digest| whole(digest) && digest.contains(':'));
    (whole(repository) && parts && tags).then(|| (repository.to_owned(), digest.or(tag).map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_values_of_image() {
        let table = [
            ("image: o/api:1", Some("o/api:1")),
            ("  - image:   \"o/api:1\"  # why", Some("\"o/api:1\"")),
            ("- - 'image': o/api#1", Some("o/api#1")),
            ("- { name: a, image: o/api:1, args: [x] }", Some("o/api:1")),
            ("- {image: \"{{ .Values.a, }}:1\", x: y}", Some("\"{{ .Values.a, }}:1\"")),
            (
                "image: {{ .Values.a }}:{{ .Values.b | default \"#\" }}",
                Some("{{ .Values.a }}:{{ .Values.b | default \"#\" }}"),
            ),
            ("image:", None),
            ("image: {}", None),
            ("# image: o/api:1", None),
            ("imagePullPolicy: Always", None),
            ("myimage: o/api:1", None),
            ("image:tag", None),
        ];
        for (line, expected) in table {
            assert_eq!(value(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn takes_references_apart() {
        let of =
            |text: &str| reference(text).map(|(name, tag)| format!("{name} {}", tag.unwrap_or_default()));
        let table = [
            ("o/api:1", Some("o/api 1")),
            ("127.0.0.1:5000/o/api", Some("127.0.0.1:5000/o/api ")),
            ("127.0.0.1:5000/o/api:v1", Some("127.0.0.1:5000/o/api v1")),
            ("o/api:1@sha256:ab", Some("o/api sha256:ab")),
            ("nginx", Some("nginx ")),
            ("o/api:", None),
            ("/o/api:1", None),
            ("o/api@", None),
            ("o/api@ab", None),
            ("o//api", None),
            ("| x", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn comments_keep_the_lines() {
        let text = "a\n{{- /* b\nc */ -}}\nd {{/* e */}} f {{ g }}\n{{/* never closed\nh";
        assert_eq!(without_comments(text), "a\n\n\nd  f {{ g }}\n\n");
    }
}
