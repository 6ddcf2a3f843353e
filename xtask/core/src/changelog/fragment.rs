//! Fragments: one file for each note that waits for its release.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::config::ChangelogRules;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::tree::Link;

use super::markdown::{Kind, Lines};
use super::name;
pub use super::name::file_name;

/// A note that waits for its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    pub path: RepoPath,
    /// The name of one of the changelog's kinds: `added`.
    pub kind: String,
    /// As it stands in the file, without a byte-order mark and without the newlines at its end.
    pub body: String,
    /// The line of text that it overtakes: an unreleased item that says exactly this goes when this note comes.
    pub overtakes: Option<String>,
}

/// Reads a changelog's fragments from every file directly in its folder, in any order; the result is in byte
/// order of the file names. `README.md` and dotfiles that name no kind are passed over.
///
/// Fragments with a problem of their own are left out, duplicates are not: whoever releases must refuse when
/// there is any problem.
///
/// # Errors
/// All at once: a malformed name (`W0413`), an unknown kind (`W0402`), an empty file (`W0403`), a text that is not
/// UTF-8 (`W0404`), holds a heading (`W0405`) or leaves a block open (`W0417`), the same text twice (`W0407`).
pub fn read(rules: &ChangelogRules, mut files: Vec<(RepoPath, Vec<u8>)>) -> (Vec<Fragment>, Problems) {
    files.retain(|(path, _)| !name::is_no_fragment(path.name(), &rules.kinds));
    files.sort_by(|(a, _), (b, _)| a.name().cmp(b.name()));
    let mut fragments = Vec::new();
    let mut problems = Problems::new();
    for (path, bytes) in files {
        match (kind(rules, &path), body(&path, bytes)) {
            (Ok(kind), Ok(body)) => fragments.push(Fragment { path, kind, body, overtakes: None }),
            (kind, body) => {
                problems.extend(kind.err());
                problems.extend(body.err().into_iter().flatten());
            }
        }
    }
    problems.extend(duplicates(&fragments));
    (fragments, problems)
}

fn kind(rules: &ChangelogRules, path: &RepoPath) -> Result<String, Problem> {
    let kinds = || rules.kinds.iter().map(|kind| kind.name.as_str());
    let listed = || format!("the kinds of {} are {}", rules.file, kinds().collect::<Vec<_>>().join(", "));
    let Some((slug, kind)) = name::split(path.name()) else {
        return Err(Problem::new(Code::W0413, format!("`{}` is not named `<slug>.<kind>.md`", path.name()))
            .at(path)
            .why("its kind cannot be told, so it would never be released")
            .help(listed())
            .help("a file that is no fragment can be named under `ignore.fragments`"));
    };
    if kinds().any(|known| known == kind) {
        return Ok(kind.to_owned());
    }
    let problem = Problem::new(Code::W0402, format!("`{kind}` is no kind of {}", rules.file))
        .at(path)
        .why("a note of an unknown kind would never be released");
    Err(match (name::nearest(kind, kinds()), path.parent()) {
        (Some(nearest), Some(folder)) => {
            let renamed = folder.child(&format!("{slug}.{nearest}.md"));
            problem.help(format!("did you mean `{nearest}`?")).run(format!(
                "git mv {} {}",
                shell_word(path),
                shell_word(&renamed)
            ))
        }
        _ => problem,
    }
    .help(listed()))
}

fn body(path: &RepoPath, bytes: Vec<u8>) -> Result<String, Problems> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count();
        vec![
            Problem::new(Code::W0404, format!("`{}` is not UTF-8", path.name()))
                .at_line(path, line)
                .help("save it as UTF-8"),
        ]
    })?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    if text.trim().is_empty() {
        return Err(vec![
            Problem::new(Code::W0403, format!("`{}` says nothing", path.name()))
                .at(path)
                .help("write the note into it, or delete it"),
        ]);
    }
    let problems: Problems = faults(&text)
        .into_iter()
        .map(|fault| {
            let (code, line) = (fault.code, fault.line);
            Problem::new(code, format!("`{}` {}", path.name(), fault.what))
                .at_line(path, line)
                .why(fault.why)
                .help(fault.help)
        })
        .collect();
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    if problems.is_empty() { Ok(text) } else { Err(problems) }
}

/// A note that no file holds, which is written as a fragment of the changelog's own folder would be; `at` is what
/// people are pointed at.
///
/// # Errors
/// As of a file's text: a heading (`W0405`), a block left open (`W0417`).
pub fn of_text(at: &RepoPath, kind: &str, text: String) -> Result<Fragment, Problems> {
    let fault = |fault: Fault| {
        Problem::new(fault.code, format!("the note `{text}` {}", fault.what)).why(fault.why).help(fault.help)
    };
    let problems: Problems = faults(&text).into_iter().map(fault).collect();
    if problems.is_empty() {
        Ok(Fragment { path: at.clone(), kind: kind.to_owned(), body: text, overtakes: None })
    } else {
        Err(problems)
    }
}

/// What would break the changelog that a text is put into.
pub(super) struct Fault {
    pub code: Code,
    pub line: usize,
    pub what: String,
    pub why: &'static str,
    pub help: &'static str,
}

/// Headings and blocks left open in a text that is to become part of a section.
pub(super) fn faults(text: &str) -> Vec<Fault> {
    let mut lines = Lines::new(text, 0);
    let mut faults = Vec::new();
    let mut last = 1;
    for line in lines.by_ref() {
        last = line.number;
        if let Kind::Heading(_) = line.kind {
            faults.push(Fault {
                code: Code::W0405,
                line: line.number,
                what: format!("holds the heading `{}`", line.text.trim_end()),
                why: "it would start a section or category of its own in the changelog",
                help: "write the note without headings; the file's name says its category",
            });
        }
    }
    if lines.is_open() {
        faults.push(Fault {
            code: Code::W0417,
            line: last,
            what: "ends inside a code block or comment".into(),
            why: "the rest of the changelog would become part of it",
            help: "close it with the same fence, or with `-->`",
        });
    }
    faults
}

fn duplicates(fragments: &[Fragment]) -> Problems {
    let mut seen: BTreeMap<Cow<'_, str>, &RepoPath> = BTreeMap::new();
    let mut problems = Problems::new();
    for fragment in fragments {
        let text = fragment.body.trim();
        let text = if text.contains('\r') { text.replace("\r\n", "\n").into() } else { Cow::Borrowed(text) };
        match seen.get(&text) {
            None => {
                seen.insert(text, &fragment.path);
            }
            Some(first) => problems.push(
                Problem::new(Code::W0407, format!("`{}` says the same as `{first}`", fragment.path))
                    .at(&fragment.path)
                    .why("the note would be released twice")
                    .run(format!("git rm {}", shell_word(&fragment.path))),
            ),
        }
    }
    problems
}

/// A fragment that is a link (`W0307`).
pub fn linked(path: &RepoPath) -> Problem {
    Problem::new(Code::W0307, format!("the fragment {path} is a symbolic link"))
        .at(path)
        .why("a link may lead out of the repository, and its note would stay behind it")
        .help("write the note into a file of its own, in the link's place")
}

/// A fragment folder that is a link, or is behind one (`W0307`).
pub fn linked_folder(rules: &ChangelogRules, folder: &RepoPath, link: &Link) -> Problem {
    let what = match link.at == *folder {
        true => format!("{folder}, the fragment folder of {}, is a symbolic link", rules.file),
        false => format!(
            "{folder}, the fragment folder of {}, goes through {}, which is a symbolic link",
            rules.file, link.at
        ),
    };
    let problem = Problem::new(Code::W0307, what)
        .at(folder)
        .why("git tracks no files behind a link, so no release would find the notes");
    match link.to.as_ref().filter(|to| !to.is_root()) {
        Some(to) => problem
            .help(format!("name the real folder under [changelogs.{}]: fragments = \"{to}\"", rules.name)),
        None => problem.help("keep the fragments in a folder of the repository"),
    }
}

/// The files directly in a fragment folder whose names no fragment can have; `names` are whole paths.
pub fn odd_names(rules: &ChangelogRules, folder: &RepoPath, names: &[String]) -> Problems {
    let mine = |path: &&String| {
        let name = path.strip_prefix(folder.as_str()).and_then(|rest| rest.strip_prefix('/'));
        name.is_some_and(|name| !name.contains('/') && !name::is_no_fragment(name, &rules.kinds))
    };
    let odd = |path: &String| {
        // As `spelled` writes bytes that are no UTF-8.
        let what = match path.contains("\\x") {
            true => "is not named in UTF-8",
            false => "has a control character or a backslash in its name",
        };
        Problem::new(Code::W0413, format!("`{path}` {what}"))
            .at_file(path, None)
            .why("a name with other bytes, control characters or backslashes cannot be released")
            .help("rename it to `<slug>.<kind>.md`")
    };
    names.iter().filter(mine).map(odd).collect()
}

/// The fragments that no changelog will ever collect: files named `<slug>.<kind>.md`, of whatever kind, in a
/// folder named like a fragment folder that no changelog names, or in a subfolder of one that a changelog names.
pub fn strays<'a>(
    paths: impl Iterator<Item = &'a RepoPath>,
    rules: &[ChangelogRules],
    ignored: &dyn Fn(&RepoPath) -> bool,
) -> Problems {
    let folders: Vec<&RepoPath> = rules
        .iter()
        .filter_map(|rules| rules.fragments.as_ref())
        .filter(|folder| !folder.is_root())
        .collect();
    let is_stray = |path: &RepoPath| {
        let (folder, name) = path.as_str().rsplit_once('/')?;
        if name::is_no_fragment(name, &[]) || folders.iter().any(|known| known.as_str() == folder) {
            return None;
        }
        name::split(name)?;
        let last = folder.rsplit('/').next()?;
        folders.iter().find(|known| known.name() == last || path.below(known).is_some()).copied()
    };
    let stray = |path: &RepoPath, like: &RepoPath| {
        let problem = Problem::new(Code::W0406, format!("`{path}` is in a folder that no changelog names"))
            .at(path)
            .why("its note would never be released");
        let moved = match folders.as_slice() {
            [only] => problem.run(format!("git mv {} {}/", shell_word(path), shell_word(only))),
            _ => problem.help(format!("move it to the folder of its changelog, such as `{like}`")),
        };
        moved.help("a file that is no fragment can be named under `ignore.fragments`")
    };
    paths
        .filter_map(|path| Some((path, is_stray(path)?)))
        .filter(|(path, _)| !ignored(path))
        .map(|(path, like)| stray(path, like))
        .collect()
}

/// A path as a shell reads it back.
fn shell_word(path: &RepoPath) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+');
    match path.as_str() {
        text if text.chars().all(plain) && !text.starts_with('-') => text.into(),
        text => format!("'./{}'", text.replace('\'', r"'\''")).into(),
    }
}
