//! Headings: what a changelog's headings say, and how a dated one is written.

use std::ops::Range;

use crate::model::date::Date;
use crate::model::form::Form;
use crate::model::template::{Part, Template};
use crate::model::version::Version;

/// What a level-2 heading opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Title {
    /// `## [Unreleased]`, in any case, with or without brackets, whatever follows.
    Unreleased,
    /// A release: its versions, one of each series that the heading names (`1.45.0/0.67.0`); at least one.
    Dated(Vec<Version>),
    Other,
}

/// A heading is far shorter; reading a version out of a line takes the square of its length.
const LONGEST: usize = 512;

/// Reads a level-2 heading: by the changelog's template first, else any of the usual forms
/// (`## [1.2.3] - 2026-01-01`, `## v1.2.3`, `## 1.2.3rc1 (final)`).
pub fn read(line: &str, template: &Template) -> Title {
    if line.len() > LONGEST {
        return Title::Other;
    }
    let line = line.trim_end();
    if is_unreleased(text(line)) {
        return Title::Unreleased;
    }
    let own = template.extract(line, Form::SEMVER).map(|version| vec![version]);
    let versions = own.or_else(|| joint(line, template)).unwrap_or_else(|| leading(text(line)));
    if versions.is_empty() { Title::Other } else { Title::Dated(versions) }
}

/// A heading's text, without the marks before and after it.
pub fn text(line: &str) -> &str {
    let text = line.trim_start_matches('#').trim();
    match text.trim_end_matches('#') {
        opened if opened.ends_with([' ', '\t']) || opened.is_empty() => opened.trim_end(),
        _ => text,
    }
}

fn is_unreleased(text: &str) -> bool {
    const WORD: &str = "unreleased";
    let text = text.trim_start_matches('[').trim_start();
    let word = text.get(..WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD));
    word && !text[WORD.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
}

/// The versions where a template has its `{versions}`: behind the text that opens it.
fn joint(line: &str, template: &Template) -> Option<Vec<Version>> {
    let (before, opening) = match template.parts() {
        [Part::Value(name), ..] => (name, ""),
        [Part::Literal(opening), Part::Value(name), ..] => (name, opening.as_str()),
        _ => return None,
    };
    let versions = leading(line.strip_prefix(opening).filter(|_| before == "versions")?);
    (!versions.is_empty()).then_some(versions)
}

/// The versions that a text opens with, parted by slashes.
fn leading(text: &str) -> Vec<Version> {
    let text = text.strip_prefix('[').unwrap_or(text).trim_start();
    let end = text.find(|c: char| c == ']' || c.is_whitespace()).unwrap_or(text.len());
    let series = text[..end].split('/').map_while(|version| {
        let version = version.strip_prefix('v').unwrap_or(version);
        Form::SEMVER.parse(version).or_else(|| Form::PEP440.parse(version))
    });
    series.collect()
}

/// A dated heading, written.
pub struct Written {
    pub text: String,
    /// Where the date stands in the text.
    pub dates: Vec<Range<usize>>,
    /// The heading without its date, for people: `## [0.2.0]`.
    pub name: String,
    /// What a link definition calls it: the text in brackets, else the version.
    pub label: String,
}

/// Writes the heading of a version, in semver where the template names no form; `versions` are those of
/// every series that the changelog tells of.
pub fn write(template: &Template, version: Version, versions: &str, date: Date) -> Written {
    /// Stands for the date until its place is known; a config cannot hold it in a line.
    const MARK: &str = "\0";
    let date = date.to_string();
    let marked = template.render(version, Form::SEMVER, |name| match name {
        "versions" => versions.to_owned(),
        _ => MARK.to_owned(),
    });
    let mut pieces = marked.split(MARK);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    let mut dates = Vec::new();
    for piece in pieces {
        dates.push(text.len()..text.len() + date.len());
        text.push_str(&date);
        text.push_str(piece);
    }
    let undated = dates.first().map_or(text.as_str(), |date| &text[..date.start]);
    let name = undated.trim_end_matches(|c: char| c.is_whitespace() || "-\u{2013}\u{2014}(:,".contains(c));
    let bracketed = text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(label, _)| label);
    let label = match bracketed {
        Some(label) => label.to_owned(),
        None => form(template).render(version),
    };
    Written { name: name.to_owned(), dates, label, text }
}

fn form(template: &Template) -> Form {
    let own = template.parts().iter().find_map(|part| match part {
        Part::Version(form) => Some(*form),
        _ => None,
    });
    own.flatten().unwrap_or(Form::SEMVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template::parse(text, &["date", "versions"]).unwrap()
    }

    #[test]
    fn reads_what_stands_in_real_files() {
        let own = template("## [{version}] \u{2014} {date}");
        let dated = |text: &str| {
            Title::Dated(text.split('/').map(|version| Version::parse(version).unwrap()).collect())
        };
        for (line, title) in [
            ("## [Unreleased]", Title::Unreleased),
            ("## unreleased", Title::Unreleased),
            ("## [UNRELEASED](https://example.org/compare) \u{2013} 2026", Title::Unreleased),
            ("## Unreleased changes", Title::Unreleased),
            ("## Unreleasedness", Title::Other),
            ("## [0.4.0-beta.1] \u{2014} 2026-11-22", dated("0.4.0-beta.1")),
            ("## [0.4.0b1] - 2026-11-22", dated("0.4.0-beta.1")),
            ("## 1.2.1", dated("1.2.1")),
            ("## v1.2.1 (yanked)", dated("1.2.1")),
            ("## [1.2.1] ##", dated("1.2.1")),
            ("## [1.2.1](https://example.org)", dated("1.2.1")),
            ("## [1.45.0/0.67.0] - 2026-11-22", dated("1.45.0/0.67.0")),
            ("## v1.45.0/v0.67.0", dated("1.45.0/0.67.0")),
            ("## 1.45.0/old", dated("1.45.0")),
            ("## 1.2", Title::Other),
            ("## 1.2.1.", Title::Other),
            ("## Upgrade notes for 1.2.1", Title::Other),
            ("##", Title::Other),
        ] {
            assert_eq!(read(line, &own), title, "{line}");
        }
        assert_eq!(read("## Release 2.0.0", &template("## Release {version}")), dated("2.0.0"));
        let joint = template("## Release {versions} of {date}");
        assert_eq!(read("## Release 1.45.0/0.67.0 of 2026-11-22", &joint), dated("1.45.0/0.67.0"));
        assert_eq!(read("## Notes", &joint), Title::Other);
        assert_eq!(read(&format!("## {}", "1".repeat(1 << 20)), &own), Title::Other);
    }

    #[test]
    fn writes_and_says_where_the_date_is() {
        let version = Version::parse("0.4.0-beta.1").unwrap();
        let date = Date::parse("2026-11-22").unwrap();
        for (heading, text, name, label) in [
            (
                "## [{version}] - {date}",
                "## [0.4.0-beta.1] - 2026-11-22",
                "## [0.4.0-beta.1]",
                "0.4.0-beta.1",
            ),
            (
                "## [{version:pep440}] \u{2014} {date}",
                "## [0.4.0b1] \u{2014} 2026-11-22",
                "## [0.4.0b1]",
                "0.4.0b1",
            ),
            ("## {version:pep440} ({date})", "## 0.4.0b1 (2026-11-22)", "## 0.4.0b1", "0.4.0b1"),
            ("## {version}", "## 0.4.0-beta.1", "## 0.4.0-beta.1", "0.4.0-beta.1"),
            (
                "## [{versions}] - {date}",
                "## [1.45.0/0.67.0] - 2026-11-22",
                "## [1.45.0/0.67.0]",
                "1.45.0/0.67.0",
            ),
        ] {
            let written = write(&template(heading), version, "1.45.0/0.67.0", date);
            assert_eq!((&*written.text, &*written.name, &*written.label), (text, name, label));
            let dates: Vec<_> = written.dates.iter().map(|range| &written.text[range.clone()]).collect();
            assert_eq!(dates, if heading.contains("date") { vec!["2026-11-22"] } else { vec![] });
        }
    }
}
