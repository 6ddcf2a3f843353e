//! Texts with `{version}` in them: tag names, headings, commit subjects, patterns.

use std::fmt;

use super::form::{Form, Spelling};
use super::version::Version;

/// A parsed template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Literal(String),
    /// `{version}` in the form of the context, `{version:pep440}` in its own.
    Version(Option<Form>),
    /// `{date}`, `{tag}` and the like.
    Value(String),
}

impl Template {
    /// Reads a template in which `{version}`, `{version:FORM}`, `{major}`, `{minor}`, `{patch}`
    /// (of the version) and the `allowed` values may stand; `{{` and `}}` are braces.
    ///
    /// # Errors
    /// Names the unknown or unclosed placeholder.
    pub fn parse(text: &str, allowed: &[&str]) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..at + 1];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            let end = if brace == "{" { rest.find('}') } else { None };
            let Some(end) = end else {
                return Err(format!("has a lone `{brace}`; write `{brace}{brace}` for the character itself"));
            };
            let part = placeholder(&rest[..end], allowed)?;
            push_literal(&mut parts, &mut literal);
            parts.push(part);
            rest = &rest[end + 1..];
        }
        literal.push_str(rest);
        push_literal(&mut parts, &mut literal);
        Ok(Template { text: text.to_owned(), parts })
    }

    /// Reads a pattern: only `{version}` and `{version:FORM}` are special, any other brace is itself.
    ///
    /// # Errors
    /// When a form is unknown or no `{version}` stands in it.
    pub fn pattern(text: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("{version") {
            literal.push_str(&rest[..at]);
            let token = &rest[at..];
            match token.find('}').map(|end| (&token[1..end], end)) {
                Some((inside, end)) if inside == "version" || inside.starts_with("version:") => {
                    push_literal(&mut parts, &mut literal);
                    parts.push(placeholder(inside, &[])?);
                    rest = &token[end + 1..];
                }
                _ => {
                    literal.push_str("{version");
                    rest = &token["{version".len()..];
                }
            }
        }
        literal.push_str(rest);
        push_literal(&mut parts, &mut literal);
        let template = Template { text: text.to_owned(), parts };
        if template.has_version() { Ok(template) } else { Err("holds no `{version}`".into()) }
    }

    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub fn has_version(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Version(_)))
    }

    /// The text for a version (in `form` where the template names none) and values by name.
    pub fn render(&self, version: Version, form: Form, value: impl Fn(&str) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.clone(),
                Part::Version(own) => own.unwrap_or(form).render(version),
                Part::Value(name) => match name.as_str() {
                    "major" => version.major.to_string(),
                    "minor" => version.minor.to_string(),
                    "patch" => version.patch.to_string(),
                    _ => value(name),
                },
            })
            .collect()
    }

    /// The version that a text was rendered from, when the text has this template's shape;
    /// values such as `{date}` may hold anything. Several versions must be the same one.
    pub fn extract(&self, text: &str, form: Form) -> Option<Version> {
        let mut versions = versions(&self.parts, text, form)?;
        versions.sort_by_key(|(form, _)| form.spelling);
        let (_, wholest) = *versions.first()?;
        versions
            .iter()
            .all(|(form, version)| form.render(*version) == form.render(wholest))
            .then_some(wholest)
    }
}

/// Each version in the text with the form it was read in, when the parts match the whole text.
fn versions(parts: &[Part], text: &str, form: Form) -> Option<Vec<(Form, Version)>> {
    let Some((first, rest)) = parts.split_first() else {
        return text.is_empty().then(Vec::new);
    };
    match first {
        Part::Literal(literal) => versions(rest, text.strip_prefix(literal.as_str())?, form),
        Part::Version(own) => {
            let own = own.unwrap_or(form);
            let longest = text.find(|c: char| !in_version(c)).unwrap_or(text.len());
            ends(&text[..longest]).find_map(|end| {
                let version = own.parse(&text[..end])?;
                let mut found = versions(rest, &text[end..], form)?;
                found.push((own, version));
                Some(found)
            })
        }
        Part::Value(_) => ends(text).find_map(|end| versions(rest, &text[end..], form)),
    }
}

/// Whether a version in any form may hold a character.
fn in_version(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')
}

/// Every end of a non-empty prefix, longest first.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    (1..=text.len()).rev().filter(|end| text.is_char_boundary(*end))
}

fn push_literal(parts: &mut Vec<Part>, literal: &mut String) {
    if !literal.is_empty() {
        parts.push(Part::Literal(std::mem::take(literal)));
    }
}

fn placeholder(inside: &str, allowed: &[&str]) -> Result<Part, String> {
    if inside == "version" {
        return Ok(Part::Version(None));
    }
    if let Some(name) = inside.strip_prefix("version:") {
        return match Form::from_name(name) {
            Some(form) => Ok(Part::Version(Some(form))),
            None => Err(format!(
                "names the unknown form `{name}`; the forms are {}",
                Form::names().collect::<Vec<_>>().join(", ")
            )),
        };
    }
    if inside == "major" {
        return Ok(Part::Version(Some(Form { spelling: Spelling::Major, v: false })));
    }
    if ["minor", "patch"].contains(&inside) || allowed.contains(&inside) {
        return Ok(Part::Value(inside.to_owned()));
    }
    let known =
        ["version", "major", "minor", "patch"].iter().chain(allowed).map(|name| format!("{{{name}}}"));
    Err(format!("holds the unknown `{{{inside}}}`; known here: {}", known.collect::<Vec<_>>().join(", ")))
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(template: &str, version: &str) -> (String, Option<String>) {
        let template = Template::parse(template, &["date"]).unwrap();
        let text = template.render(Version::parse(version).unwrap(), Form::SEMVER, |_| "2026-11-22".into());
        let back = template.extract(&text, Form::SEMVER).map(|version| version.to_string());
        (text, back)
    }

    #[test]
    fn renders_and_reads_back() {
        let cases = [
            ("v{version}", "0.2.0-alpha.1", "v0.2.0-alpha.1"),
            ("scheduler-v{version:pep440}", "0.2.0-alpha.1", "scheduler-v0.2.0a1"),
            ("packages/client-go/v{version}", "1.0.0", "packages/client-go/v1.0.0"),
            ("## [{version}] \u{2014} {date}", "1.0.0-rc.2", "## [1.0.0-rc.2] \u{2014} 2026-11-22"),
            ("{{{version}}}", "1.0.0", "{1.0.0}"),
            ("{version:X.Y}/{version}", "1.4.0-beta.1", "1.4/1.4.0-beta.1"),
        ];
        for (template, version, text) in cases {
            assert_eq!(round(template, version), (text.into(), Some(version.into())), "{template}");
        }
        assert_eq!(round("{major}.{minor}", "1.4.2").0, "1.4");
    }

    #[test]
    fn extracts_only_from_its_own_shape() {
        let tag = Template::parse("v{version}", &[]).unwrap();
        for other in ["0.1.0", "v0.1", "vx", "v0.1.0-extra", "packages/v0.1.0", ""] {
            assert_eq!(tag.extract(other, Form::SEMVER), None, "{other}");
        }
    }

    #[test]
    fn refuses_unknown_placeholders_by_name() {
        assert!(Template::parse("v{versoin}", &[]).unwrap_err().contains("{versoin}"));
        assert!(Template::parse("v{version:pep}", &[]).unwrap_err().contains("pep440"));
        assert!(Template::parse("v{version", &[]).unwrap_err().contains("lone `{`"));
        assert!(Template::pattern("no placeholder").is_err());
    }

    #[test]
    fn patterns_keep_other_braces() {
        let pattern = Template::pattern("{\"version\": \"{version}\"} {versions}").unwrap();
        assert_eq!(
            pattern.parts(),
            [
                Part::Literal("{\"version\": \"".into()),
                Part::Version(None),
                Part::Literal("\"} {versions}".into())
            ]
        );
    }
}
