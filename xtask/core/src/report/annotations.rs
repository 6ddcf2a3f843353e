//! Problems as CI shows them beside the code: GitHub's workflow commands, GitLab's code-quality report.

use std::collections::BTreeMap;

use serde::Serialize;

use super::problem::{Gravity, tame};
use crate::model::digest::sha256;
use crate::model::path::RepoPath;
use crate::model::problem::Problem;

/// A problem, and how grave it was where it was met.
pub type Noted = (Gravity, Problem);

/// One workflow command a problem: `::error file=…,line=…,title=W0203::…` (GitHub Docs, "Workflow commands for
/// GitHub Actions"). `folder` is the repository's from where the runner looks at files, empty or with a final `/`.
///
/// The runner reads both streams of a step (`ScriptHandler` of its source), so these go where problems go.
pub fn github(noted: &[Noted], folder: &str) -> String {
    noted.iter().map(|(gravity, problem)| command(*gravity, problem, folder)).collect()
}

fn command(gravity: Gravity, problem: &Problem, folder: &str) -> String {
    let name = match gravity {
        Gravity::Error => "error",
        Gravity::Warning => "warning",
    };
    let mut properties = Vec::new();
    if let Some((path, line)) = place(problem) {
        properties.push(format!("file={}", property(&format!("{folder}{path}"))));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!("title={}", problem.code));
    format!("::{name} {}::{}\n", properties.join(","), data(&words(problem)))
}

/// The place in the repository; what lies elsewhere can't be shown beside the code.
fn place(problem: &Problem) -> Option<(RepoPath, Option<usize>)> {
    let at = problem.at.as_ref()?;
    let path = RepoPath::parse(&at.file).ok().filter(|path| !path.is_root())?;
    Some((path, at.line))
}

/// Everything that is said of a problem, a line each.
fn words(problem: &Problem) -> String {
    let mut text = format!("{}: {}", problem.code.title(), problem.what);
    for line in std::iter::once(&problem.why).filter(|why| !why.is_empty()).chain(&problem.help) {
        text.push('\n');
        text.push_str(line);
    }
    tame(&text)
}

/// The text of a workflow command, as the runner takes it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command, which `:` and `,` would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A text that the runner takes for no workflow command. A problem may quote any file, and the runner obeys a line
/// whose first word starts with `::`, and `##[…]` anywhere (`ActionCommand` of its source).
pub fn inert(text: &str) -> String {
    let line = |line: &str| {
        let words = line.trim_start();
        let blanks = &line[..line.len() - words.len()];
        let words = words.replace("##[", "# #[");
        match words.strip_prefix("::") {
            Some(rest) => format!("{blanks}: :{rest}"),
            None => format!("{blanks}{words}"),
        }
    };
    text.split_inclusive(['\n', '\r']).map(line).collect()
}

/// One entry of a report (GitLab Docs, "Code Quality", "Code Quality report format").
#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// The report, a list in JSON; an empty one where there is nothing. Every entry needs a place, so what has none in
/// the repository stands at the first line of `config`. A fingerprint leaves the line out: what moved is not new.
pub fn code_quality(noted: &[Noted], folder: &str, config: &str) -> String {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let entry = |(gravity, problem): &Noted| {
        let (path, line) =
            place(problem).map_or((config.to_owned(), None), |(path, line)| (path.to_string(), line));
        let what = format!("{}\n{path}\n{}", problem.code, problem.what);
        let count = seen.entry(what.clone()).or_default();
        *count += 1;
        Entry {
            description: format!("{}: {}", problem.code, words(problem).replace('\n', " ")),
            check_name: problem.code.name(),
            fingerprint: sha256(format!("{what}\n{count}").as_bytes()),
            severity: match gravity {
                Gravity::Error => "major",
                Gravity::Warning => "minor",
            },
            location: Location { path: format!("{folder}{path}"), lines: Lines { begin: line.unwrap_or(1) } },
        }
    };
    let entries: Vec<Entry> = noted.iter().map(entry).collect();
    let mut text = serde_json::to_string_pretty(&entries).unwrap_or_else(|_| "[]".into());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code::Code;

    fn problem(what: &str) -> Problem {
        Problem::new(Code::W0301, what)
    }

    #[test]
    fn commands_say_where_and_what() {
        let (error, warning) = (Gravity::Error, Gravity::Warning);
        let table = [
            (error, problem("it is 1"), "", "::error title=W0301::a place disagrees with its group: it is 1"),
            (
                error,
                problem("x").at_file("a/b.toml", Some(3)).why("why").run("go"),
                "",
                "::error file=a/b.toml,line=3,title=W0301::a place disagrees with its group: x%0Awhy%0A$ go",
            ),
            (
                warning,
                problem("100%\r\nof: it,").at_file("a,b:c%d", None),
                "sub/",
                "::warning file=sub/a%2Cb%3Ac%25d,title=W0301::\
                 a place disagrees with its group: 100%25\\r%0Aof: it,",
            ),
            (
                error,
                problem("x").at_file("../elsewhere.toml", Some(1)),
                "",
                "::error title=W0301::a place disagrees with its group: x",
            ),
        ];
        for (gravity, problem, folder, expected) in table {
            assert_eq!(github(&[(gravity, problem)], folder), format!("{expected}\n"));
        }
    }

    #[test]
    fn what_is_escaped_comes_back() {
        // As the runner unescapes: `%25` last.
        let back = |text: &str| {
            let text = text.replace("%0D", "\r").replace("%0A", "\n");
            text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        };
        for text in ["", "a:b,c", "100%", "%0A", "%250A", "x\r\ny", "::error::x"] {
            assert_eq!(back(&property(text)), text);
            assert!(!property(text).contains([':', ',', '\n', '\r']));
            assert!(!data(text).contains(['\n', '\r']));
        }
    }

    #[test]
    fn quoted_texts_are_no_commands() {
        for (text, expected) in [
            ("  ::add-mask::x\nb :: c\n", "  : :add-mask::x\nb :: c\n"),
            ("a\r::error::x", "a\r: :error::x"),
            ("see ##[command]x", "see # #[command]x"),
            ("\u{a0}::stop-commands::x", "\u{a0}: :stop-commands::x"),
            ("plain\n", "plain\n"),
        ] {
            assert_eq!(inert(text), expected);
        }
    }

    #[test]
    fn a_report_has_a_place_for_everything() {
        assert_eq!(code_quality(&[], "", "windlass.toml"), "[]\n");
        let same = || (Gravity::Error, problem("x").at_file("a.toml", Some(3)));
        let moved = (Gravity::Error, problem("x").at_file("a.toml", Some(9)));
        let report = |noted: &[Noted]| -> Vec<serde_json::Value> {
            serde_json::from_str(&code_quality(noted, "sub/", "windlass.toml")).unwrap()
        };
        let entries = report(&[same(), same(), (Gravity::Warning, problem("y"))]);
        assert_eq!(
            entries[0],
            serde_json::json!({
                "description": "W0301: a place disagrees with its group: x",
                "check_name": "W0301",
                "fingerprint": entries[0]["fingerprint"],
                "severity": "major",
                "location": { "path": "sub/a.toml", "lines": { "begin": 3 } },
            })
        );
        assert_ne!(entries[0]["fingerprint"], entries[1]["fingerprint"]);
        assert_eq!(report(&[moved])[0]["fingerprint"], entries[0]["fingerprint"]);
        let nowhere = serde_json::json!({ "path": "sub/windlass.toml", "lines": { "begin": 1 } });
        assert_eq!((&entries[2]["location"], &entries[2]["severity"]), (&nowhere, &"minor".into()));
    }
}
