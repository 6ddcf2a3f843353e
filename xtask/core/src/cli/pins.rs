//! `--NAME-tag TAG`, another way to say `--pin NAME=TAG`.
//!
//! The names are those of the config, which is read after the command line. So the words are changed into the
//! option that clap knows before it sees them; which names there are is asked once, where pins are read.

use std::ffi::{OsStr, OsString};

use clap::Command;

/// The commands that take pins.
const PLANNING: [&str; 3] = ["release", "preflight", "rehearse"];

/// The words of a command line, program first, with every `--NAME-tag TAG` of a command that plans said as
/// `--pin NAME=TAG`. Words of other commands, of an adopter's tasks and behind `--` stay as they are.
pub fn spelled_out(command: &Command, words: Vec<OsString>) -> Vec<OsString> {
    let Some(at) = subcommand(command, &words).filter(|at| PLANNING.iter().any(|name| words[*at] == *name))
    else {
        return words;
    };
    let mut words = words.into_iter();
    let mut out: Vec<OsString> = words.by_ref().take(at + 1).collect();
    while let Some(word) = words.next() {
        if word == "--" {
            out.push(word);
            break;
        }
        match pin(&word) {
            Some((name, Some(tag))) => out.extend(["--pin".into(), format!("{name}={tag}").into()]),
            Some((name, None)) => {
                let mut value = OsString::from(format!("{name}="));
                value.push(words.next().unwrap_or_default());
                out.extend(["--pin".into(), value]);
            }
            None => out.push(word),
        }
    }
    out.extend(words);
    out
}

/// The name of `--NAME-tag`, and the tag where it stands behind a `=`.
fn pin(word: &OsStr) -> Option<(&str, Option<&str>)> {
    let option = word.to_str()?.strip_prefix("--")?;
    let (option, value) = match option.split_once('=') {
        Some((option, value)) => (option, Some(value)),
        None => (option, None),
    };
    let name = option.strip_suffix("-tag").filter(|name| !name.is_empty())?;
    Some((name, value))
}

/// Where the subcommand stands: the first word that is neither an option nor an option's value.
fn subcommand(command: &Command, words: &[OsString]) -> Option<usize> {
    let valued: Vec<String> = command
        .get_arguments()
        .filter(|arg| arg.get_action().takes_values())
        .flat_map(|arg| {
            let long = arg.get_long().map(|long| format!("--{long}"));
            let short = arg.get_short().map(|short| format!("-{short}"));
            long.into_iter().chain(short)
        })
        .collect();
    let mut at = 1;
    while let Some(word) = words.get(at) {
        if !word.to_string_lossy().starts_with('-') {
            return Some(at);
        }
        at += if valued.iter().any(|option| word == option.as_str()) { 2 } else { 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use proptest::prelude::*;

    use super::*;
    use crate::cli::Cli;

    fn said(line: &str) -> String {
        let words = line.split(' ').map(OsString::from).collect();
        let out = spelled_out(&Cli::command(), words);
        out.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_tag_of_a_pin_is_a_pin() {
        for (line, expected) in [
            ("x release minor --oss-tag v0.2.0 --yes", "x release minor --pin oss=v0.2.0 --yes"),
            ("x release --oss-tag=v0.2.0 minor", "x release --pin oss=v0.2.0 minor"),
            ("x -C release release patch --a-b-tag v1", "x -C release release patch --pin a-b=v1"),
            ("x --format=json --quiet release --x-tag v1", "x --format=json --quiet release --pin x=v1"),
            ("x preflight minor --oss-tag v1 --tag v2", "x preflight minor --pin oss=v1 --tag v2"),
            ("x rehearse minor --oss-tag=v1 --keep", "x rehearse minor --pin oss=v1 --keep"),
            ("x release minor --oss-tag", "x release minor --pin oss="),
            ("x release minor --oss-tag --yes", "x release minor --pin oss=--yes"),
        ] {
            assert_eq!(said(line), expected);
        }
    }

    #[test]
    fn other_words_stay() {
        for line in [
            "x check --tag v0.2.0",
            "x release tag --commit abc",
            "x release minor --tag v1",
            "x release minor ---tag v1",
            "x release -- --oss-tag v1",
            "x seed --oss-tag v1",
            "x --oss-tag v1 release",
            "x",
        ] {
            assert_eq!(said(line), line);
        }
    }

    proptest! {
        #[test]
        fn a_second_time_changes_nothing(words in prop::collection::vec("(--)?[a-z]{0,3}(-tag)?(=v1)?|release|rehearse", 0..6)) {
            let words: Vec<OsString> = std::iter::once("x".to_owned()).chain(words).map(OsString::from).collect();
            let command = Cli::command();
            let once = spelled_out(&command, words);
            prop_assert_eq!(spelled_out(&command, once.clone()), once);
        }
    }
}
