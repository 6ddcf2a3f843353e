//! The line to add to the config: a pattern that stands in the file exactly where it is meant to.

use std::ops::Range;

use crate::format::{self, Text, lines};
use crate::model::config::Package;
use crate::model::form::Form;
use crate::model::pasted::{from, quoted};
use crate::model::place::Role;
use crate::model::target::{TagHold, TargetKind, hold};
use crate::model::template::{Part, Template};
use crate::workspace::Workspace;

/// A rule that finds some spans of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As it is pasted: `{ file = "README.md", pattern = "go@v{version}" }`.
    pub text: String,
    pub pattern: String,
    /// The spans that it finds, from the start of the body.
    pub spans: Vec<Range<usize>>,
}

/// What a rule is made for.
#[derive(Debug)]
pub struct Wanted<'w> {
    pub span: Range<usize>,
    /// Where the text starts by which the span was known.
    pub start: usize,
    /// The form to name, where it is not the package's own.
    pub form: Option<Form>,
    pub package: &'w Package,
}

/// The rule that names a string by its key, where it is a version and nothing else, in JSON or TOML.
pub fn key(text: &Text<'_>, wanted: &Wanted<'_>, own: Form) -> Option<Rule> {
    let span = text.scalar(wanted.span.clone()).span;
    let (pointer, scalar) = format::pointer_to(text, span.start)?;
    // A `v` before the numbers is part of the string, and of its form.
    let seen = scalar.text.as_str();
    let form = wanted.form.unwrap_or(own);
    let form = if seen.starts_with('v') { Form { v: true, ..form } } else { Form { v: false, ..form } };
    let fits = scalar.span.end == span.end && form.parse(seen).is_some();
    let form = if form == own { String::new() } else { format!(", form = \"{form}\"") };
    let file = quoted(&from(&wanted.package.path, text.path));
    fits.then(|| Rule {
        text: format!("{{ file = {file}, key = {}{form} }}", quoted(&pointer)),
        pattern: pointer,
        spans: vec![wanted.span.clone()],
    })
}

/// How many lines above the version a pattern may start, and below it end.
const ABOVE: usize = 3;
const BELOW: usize = 2;

/// The shortest rule that finds a span and, besides it, only spans that are `fine`, and whose own text
/// does not `move` with a release. None when no pattern can say it.
pub fn rule(
    text: &Text<'_>,
    wanted: &Wanted<'_>,
    own: Form,
    fine: impl Fn(&Range<usize>) -> bool,
    moves: impl Fn(Range<usize>) -> bool,
) -> Option<Rule> {
    for context in contexts(text.body, wanted) {
        if moves(context.start..wanted.span.start) || moves(wanted.span.end..context.end) {
            continue;
        }
        let version =
            wanted.form.map_or_else(|| "{version}".to_owned(), |form| format!("{{version:{form}}}"));
        let (before, after) =
            (&text.body[context.start..wanted.span.start], &text.body[wanted.span.end..context.end]);
        let pattern = format!("{before}{version}{after}");
        let Ok(template) = Template::pattern(&pattern) else { continue };
        if template.parts().iter().filter(|part| matches!(part, Part::Version(_))).count() != 1 {
            continue;
        }
        let found = lines::find(text, template.parts(), own);
        let shift = text.scalar(0..0).span.start;
        let span = |span: &Range<usize>| span.start - shift..span.end - shift;
        let spans: Vec<_> = found.iter().flatten().map(|(scalar, _)| span(&scalar.span)).collect();
        if spans.contains(&wanted.span) && spans.iter().all(|span| *span == wanted.span || fine(span)) {
            let count = if spans.len() == 1 { String::new() } else { format!(", count = {}", spans.len()) };
            let file = quoted(&from(&wanted.package.path, text.path));
            let text = format!("{{ file = {file}, pattern = {}{count} }}", quoted(&pattern));
            return Some(Rule { text, pattern, spans });
        }
    }
    None
}

/// How many words before the text that tells the version a pattern may start on its line.
const WORDS: usize = 4;

/// Longer and longer texts around a span.
fn contexts(body: &str, wanted: &Wanted<'_>) -> Vec<Range<usize>> {
    let Range { start, end } = wanted.span;
    let line_end = body[end..].find('\n').map_or(body.len(), |feed| end + feed);
    let line_end = end + body[end..line_end].trim_end_matches('\r').len();
    let quote = body[end..line_end].starts_with(['"', '\'', '`', '<']);
    let run = body[end..line_end].find(|c: char| c.is_whitespace() || "\"'`<>()[]{},;".contains(c));
    let run = run.map_or(line_end, |run| end + run);
    let mut above = body[..start].rfind('\n').map_or(0, |feed| feed + 1);
    let indent = body[above..start].len() - body[above..start].trim_start().len();
    let natural = wanted.start.min(start);
    let mut contexts = vec![natural..end + usize::from(quote), natural..run, natural..line_end];
    if let Some(before) = body.get(above + indent..natural) {
        let words = before.char_indices().rev().filter(|(at, c)| c.is_whitespace() && *at > 0);
        contexts.extend(
            words
                .map(|(at, c)| above + indent + at + c.len_utf8()..run)
                .filter(|one| one.start < natural)
                .take(WORDS),
        );
    }
    contexts.push(above + indent..line_end);
    let mut below = line_end;
    for _ in 0..BELOW {
        if let Some(feed) = body[below..].find('\n') {
            let next = below + feed + 1;
            let length = body[next..].find('\n').unwrap_or(body.len() - next);
            below = next + body[next..next + length].trim_end_matches('\r').len();
            contexts.push(above + indent..below);
        }
    }
    for _ in 0..ABOVE {
        if let Some(feed) = body[..above].strip_suffix('\n') {
            above = feed.rfind('\n').map_or(0, |feed| feed + 1);
            contexts.push(above..run);
            contexts.push(above..line_end);
        }
    }
    contexts
}

/// The form in which a package's rules read `{version}`.
pub fn own_form(workspace: &Workspace, package: &Package) -> Form {
    let manifest =
        |place: &&crate::model::place::Place| place.package == package.name && place.role == Role::Manifest;
    package
        .form
        .or_else(|| workspace.places.iter().find(manifest).map(|place| place.form))
        .unwrap_or(Form::SEMVER)
}

/// The form in which the tags of a package's images spell its version: that of the tag by which an
/// image is published, else the package's own where the config gives it one, else semver.
pub fn image_form(workspace: &Workspace, package: &Package) -> Form {
    let default = package.form.unwrap_or(Form::SEMVER);
    let targets = workspace.config.targets.iter();
    let mut images =
        targets.filter(|target| target.kind == TargetKind::Image && target.package == package.name);
    let tag = images.find_map(|target| target.tags.iter().find(|tag| hold(tag, default) == TagHold::Fixed));
    let form = tag.and_then(|tag| {
        tag.parts().iter().find_map(|part| match part {
            Part::Version(form) => *form,
            _ => None,
        })
    });
    form.unwrap_or(default)
}
