//! What `release` can be asked for, as help, completions and the manual page list it.

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, StringValueParser, Styles, TypedValueParser};
use clap::{Arg, Command};

/// Each word with what it asks for. A version may stand in its place.
pub(super) const WORDS: [(&str, &str); 10] = [
    ("patch", "the next patch version"),
    ("minor", "the next minor version"),
    ("major", "the next major version"),
    ("alpha", "the next alpha, or the first"),
    ("beta", "the next beta, or the first"),
    ("rc", "the next release candidate, or the first"),
    ("release", "the final version of the pre-release that stands"),
    ("auto", "the version that the pending notes call for"),
    ("after-publish", "places that wait for a publication follow it; no version"),
    ("next", "the development version of the next release; no tags"),
];

/// What may be asked for in more than a word, for help.
const PHRASES: [(&str, &str); 2] =
    [("minor beta", "a level and a stage: its first pre-release"), ("X.Y.Z[-STAGE.N]", "this version")];

/// The list for people, a line each, aligned.
pub fn list() -> String {
    let all = || WORDS.iter().chain(&PHRASES);
    let widest = all().map(|(word, _)| word.len()).max().unwrap_or_default();
    let mut out = String::new();
    for (word, what) in all() {
        let _ = writeln!(out, "  {word:widest$}  {what}");
    }
    out
}

/// The help of `release`: its usage, the list, then arguments and options.
pub(super) fn template() -> String {
    let styles = Styles::styled();
    let header = styles.get_header();
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{header}Bumps:{header:#}\n{}\n{{all-args}}",
        list()
    )
}

/// Takes any text, since it may be a version, and offers the known words to completions.
#[derive(Clone, Copy, Debug)]
pub(super) enum Words {
    All,
    /// Those that make a version: what a rehearsal takes.
    Releases,
}

impl TypedValueParser for Words {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let known = WORDS.iter().filter(|(word, _)| match self {
            Words::All => true,
            Words::Releases => !matches!(*word, "after-publish" | "next"),
        });
        Some(Box::new(known.map(|(word, what)| PossibleValue::new(*word).help(*what))))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::model::request::Bump;

    #[test]
    fn each_word_is_a_bump() {
        for (word, _) in WORDS {
            Bump::parse(&[word]).unwrap();
        }
    }

    #[test]
    fn any_version_is_taken() {
        for words in [["release", "0.2.0-rc.1"], ["release", "nonsense"], ["rehearse", "next"]] {
            Cli::try_parse_from(["x"].iter().chain(&words)).unwrap();
        }
    }
}
