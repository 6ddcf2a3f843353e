//! Transcripts: commands and what they must print.
//!
//! ```text
//! # A comment. The first lines may be `remote: none` and `from: smoke/product`, a folder of the
//! # tests whose files come before those of the case's own `in`.
//! $ windlass release minor --dry-run
//! | a line of standard output; [..] stands for any text in a line
//! | ...
//! ! a line of standard error
//! ? 1
//! ```
//!
//! `| ...` alone stands for any lines, none included. Without `?` the exit code must be 0. A stream
//! of which no line is written down is not compared when it is standard error of `git`, and must be
//! empty otherwise. Words are split at blanks and may be quoted with `'` or `"`; `<sandbox>` stands
//! for the folder that holds the repository. Before the program `NAME=value` may set variables.
//!
//! Besides `windlass`, `git` and `ssh-keygen` there are a few commands of our own:
//!
//! | command | does |
//! |---|---|
//! | `write FILE TEXT`, `append FILE TEXT` | `\n`, `\r`, `\xNN` in TEXT (and in FILE) |
//! | `program FILE TEXT` | as `write`, and the file can be executed |
//! | `remove FILE`, `cat FILE`, `folder NAME`, `link TARGET FILE` | what they say |
//! | `remember FOLDER` | takes note of every byte below a folder |
//! | `compare FOLDER` | names what is no longer as remembered |
//! | `piped TEXT windlass …` | runs windlass with TEXT as its standard input |
//! | `in FOLDER windlass …` | runs windlass in a folder seen from the work folder |

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Output};

use super::sandbox::{Sandbox, files_below};

/// One command with its expectations.
#[derive(Debug, Default)]
pub struct Step {
    pub line: usize,
    pub command: String,
    pub stdout: Vec<String>,
    pub stderr: Vec<String>,
    pub exit: i32,
}

/// A whole transcript.
#[derive(Debug, Default)]
pub struct Transcript {
    pub remote: bool,
    /// A folder below `tests` whose files come first.
    pub from: Option<String>,
    pub steps: Vec<Step>,
}

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Panics
    /// On a line that is none of the above.
    pub fn parse(text: &str) -> Transcript {
        let mut transcript = Transcript { remote: true, from: None, steps: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let step = transcript.steps.last_mut();
            match (line.split_at_checked(2).unwrap_or((line, "")), step) {
                (("$ ", command), _) => {
                    transcript.steps.push(Step {
                        line: index + 1,
                        command: command.to_owned(),
                        ..Step::default()
                    });
                }
                (("| " | "|", text), Some(step)) => step.stdout.push(text.to_owned()),
                (("! " | "!", text), Some(step)) => step.stderr.push(text.to_owned()),
                (("? ", code), Some(step)) => step.exit = code.parse().expect("an exit code"),
                _ if line == "remote: none" => transcript.remote = false,
                _ if line.starts_with("from: ") => transcript.from = Some(line["from: ".len()..].to_owned()),
                _ if line.is_empty() || line.starts_with('#') => {}
                _ => panic!("line {} is no line of a transcript: {line}", index + 1),
            }
        }
        transcript
    }

    /// Runs every step.
    ///
    /// # Errors
    /// Says which step printed or returned what else.
    pub fn run(&self, sandbox: &Sandbox) -> Result<(), String> {
        let mut memory = Memory::new();
        for step in &self.steps {
            let (stdout, stderr, exit) = perform(sandbox, &mut memory, &step.command)
                .map_err(|error| format!("line {}: {error}", step.line))?;
            let quiet_git = step.command.starts_with("git ") && step.stderr.is_empty();
            let same = exit == step.exit
                && matches(&step.stdout, &lines(&stdout))
                && (quiet_git || matches(&step.stderr, &lines(&stderr)));
            if !same {
                return Err(format!(
                    "line {}: $ {}\n\n--- expected (exit {})\n{}--- got (exit {exit})\n{}",
                    step.line,
                    step.command,
                    step.exit,
                    show(&step.stdout, &step.stderr),
                    show(&lines(&stdout), &lines(&stderr)),
                ));
            }
        }
        Ok(())
    }
}

fn show(stdout: &[String], stderr: &[String]) -> String {
    let mark = |mark: &str, lines: &[String]| {
        lines.iter().map(|line| format!("{mark} {line}").trim_end().to_owned() + "\n").collect::<String>()
    };
    mark("|", stdout) + &mark("!", stderr)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether lines fit a pattern of lines, `...` standing for any number of them.
fn matches(pattern: &[String], lines: &[String]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => (0..=lines.len()).any(|skip| matches(rest, &lines[skip..])),
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, others)| matches_line(first.trim_end(), line) && matches(rest, others)),
    }
}

/// Whether a line fits a pattern, `[..]` standing for any text.
fn matches_line(pattern: &str, line: &str) -> bool {
    match pattern.split_once("[..]") {
        None => pattern == line,
        Some((before, after)) => line.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len())
                .filter(|at| rest.is_char_boundary(*at))
                .any(|at| matches_line(after, &rest[at..]))
        }),
    }
}

/// Folders remembered, each with its files.
type Memory = BTreeMap<String, BTreeMap<String, Vec<u8>>>;

/// What is no longer as remembered.
fn changes(before: &BTreeMap<String, Vec<u8>>, now: &BTreeMap<String, Vec<u8>>) -> String {
    let mut paths: Vec<&String> = before.keys().chain(now.keys()).collect();
    paths.sort();
    paths.dedup();
    let line = |path: &String| match (before.get(path), now.get(path)) {
        (Some(_), None) => format!("gone: {path}\n"),
        (None, Some(_)) => format!("new: {path}\n"),
        (old, new) if old != new => format!("changed: {path}\n"),
        _ => String::new(),
    };
    paths.into_iter().map(line).collect()
}

fn perform(sandbox: &Sandbox, memory: &mut Memory, command: &str) -> Result<(String, String, i32), String> {
    let words = words(&command.replace("<sandbox>", &sandbox.path().display().to_string()));
    let variables = words
        .iter()
        .take_while(|word| {
            word.split_once('=')
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        })
        .count();
    let (variables, words) = words.split_at(variables);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let at = |path: &str| sandbox.work().join(file_name(path));
    let done = |result: std::io::Result<()>| {
        result.map(|()| (String::new(), String::new(), 0)).map_err(|error| format!("{command}: {error}"))
    };
    match words.as_slice() {
        ["write", path, text] => done(
            fs::create_dir_all(at(path).parent().unwrap_or(&sandbox.work()))
                .and_then(|()| fs::write(at(path), unescape(text))),
        ),
        ["append", path, text] => {
            let mut bytes = fs::read(at(path)).unwrap_or_default();
            bytes.extend(unescape(text));
            done(fs::write(at(path), bytes))
        }
        #[cfg(unix)]
        ["program", path, text] => done((|| {
            use std::os::unix::fs::PermissionsExt as _;
            fs::create_dir_all(at(path).parent().unwrap_or(&sandbox.work()))?;
            fs::write(at(path), unescape(text))?;
            fs::set_permissions(at(path), fs::Permissions::from_mode(0o755))
        })()),
        ["remember", path] => {
            memory.insert((*path).to_owned(), files_below(&at(path)));
            done(Ok(()))
        }
        ["compare", path] => match memory.get(*path) {
            Some(before) => Ok((changes(before, &files_below(&at(path))), String::new(), 0)),
            None => Err(format!("{path} was not remembered")),
        },
        ["remove", path] => done(fs::remove_file(at(path))),
        ["folder", path] => done(fs::create_dir_all(at(path))),
        #[cfg(unix)]
        ["link", target, path] => done(std::os::unix::fs::symlink(target, at(path))),
        ["cat", path] => match fs::read(at(path)) {
            Ok(bytes) => Ok((String::from_utf8_lossy(&bytes).into_owned(), String::new(), 0)),
            Err(_) => Ok((String::new(), format!("{path} is missing"), 1)),
        },
        [program @ ("windlass" | "git" | "ssh-keygen"), args @ ..] => {
            let output =
                call(sandbox, program, args, variables).output().map_err(|error| error.to_string())?;
            Ok(printed(sandbox, output))
        }
        ["in", folder, program @ "windlass", args @ ..] => {
            let mut call = call(sandbox, program, args, variables);
            let output = call.current_dir(at(folder)).output().map_err(|error| error.to_string())?;
            Ok(printed(sandbox, output))
        }
        ["piped", text, program @ "windlass", args @ ..] => {
            let input = sandbox.path().join("input");
            fs::write(&input, unescape(text)).map_err(|error| error.to_string())?;
            let input = fs::File::open(&input).map_err(|error| error.to_string())?;
            let output = call(sandbox, program, args, variables).stdin(input).output();
            Ok(printed(sandbox, output.map_err(|error| error.to_string())?))
        }
        _ => Err(format!("`{command}` is no command of a transcript")),
    }
}

fn call(sandbox: &Sandbox, program: &str, args: &[&str], variables: &[String]) -> Command {
    let mut call = sandbox.command(program);
    call.args(args).envs(variables.iter().filter_map(|variable| variable.split_once('=')));
    call
}

fn printed(sandbox: &Sandbox, output: Output) -> (String, String, i32) {
    let folder = sandbox.path().display().to_string();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(&folder, "<sandbox>");
    (text(output.stdout), text(output.stderr), output.status.code().unwrap_or(-1))
}

fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in command.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A path with its escapes resolved, which need not be UTF-8.
#[cfg(unix)]
fn file_name(path: &str) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(unescape(path))
}

#[cfg(not(unix))]
fn file_name(path: &str) -> std::ffi::OsString {
    path.into()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let (code, taken) = match rest.as_bytes().get(at + 1) {
            Some(b'n') => (b'\n', 2),
            Some(b'r') => (b'\r', 2),
            Some(b't') => (b'\t', 2),
            Some(b'x') => (u8::from_str_radix(&rest[at + 2..at + 4], 16).expect("two digits"), 4),
            _ => (b'\\', 1),
        };
        bytes.push(code);
        rest = &rest[at + taken..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
