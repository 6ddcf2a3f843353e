//! Who may use whom. The table is the architecture; the sources are read and held to it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each room with the rooms that it may use. `lib.rs` and `main.rs` are the front door and may use all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("artifact", &["model", "format"]),
    ("resolve", &["model"]),
    ("format", &["model"]),
    ("config", &["model"]),
    ("explain", &["model"]),
    ("changelog", &["model"]),
    ("requirement", &["model"]),
    ("ecosystem", &["model", "format"]),
    ("workspace", &["model", "changelog", "ecosystem"]),
    ("mention", &["model", "format", "ecosystem", "changelog", "workspace"]),
    ("plan", &["model", "resolve", "requirement", "changelog", "ecosystem", "workspace"]),
    ("publish", &["model"]),
    ("io", &["model"]),
    ("tool", &["model", "io"]),
    ("load", &["model", "config", "ecosystem", "changelog", "workspace"]),
    ("registry", &["model", "publish", "io", "tool"]),
    ("verify", &["model", "publish", "registry", "tool", "io"]),
    ("reconcile", &["model", "publish", "registry", "io"]),
    ("observe", &["model", "load", "io", "tool"]),
    ("entry", &["model", "artifact", "changelog", "workspace"]),
    ("forge", &["model", "entry", "io"]),
    ("pipeline", &["model", "format"]),
    (
        "gate",
        &[
            "model",
            "changelog",
            "ecosystem",
            "workspace",
            "load",
            "plan",
            "pipeline",
            "forge",
            "registry",
            "tool",
            "io",
        ],
    ),
    ("contract", &["model"]),
    ("smoke", &["model", "io", "tool", "contract"]),
    ("execute", &["model", "io", "tool"]),
    ("local", &["model", "io", "tool"]),
    ("build", &["model", "artifact", "ecosystem", "workspace", "io", "tool"]),
    ("fault", &["model", "io"]),
    ("rehearse", &["model", "io", "tool", "local", "fault"]),
    ("report", &["model"]),
    ("cli", &["model"]),
    ("app", &["model", "cli", "io", "tool", "load", "observe", "execute", "report"]),
    (
        "commands",
        &[
            "model",
            "verify",
            "publish",
            "reconcile",
            "registry",
            "app",
            "cli",
            "io",
            "tool",
            "load",
            "observe",
            "execute",
            "report",
            "plan",
            "mention",
            "contract",
            "smoke",
            "resolve",
            "config",
            "changelog",
            "ecosystem",
            "explain",
            "workspace",
            "local",
            "artifact",
            "build",
            "fault",
            "rehearse",
            "entry",
            "forge",
            "gate",
            "pipeline",
        ],
    ),
    ("xtask", &["model", "app", "cli", "commands", "io", "tool"]),
];

/// What the crate without effects must not name.
const EFFECTS: &[&str] = &[
    "std::fs",
    "std::process",
    "std::env",
    "std::net",
    "std::thread",
    "SystemTime",
    "Instant",
    "duct::",
    "xshell",
    "walkdir",
    "println!",
    "eprintln!",
    "print!(",
];

/// Programs are started in `tool` alone, files and the environment touched in `io`, `tool` and `execute`.
const STARTS_PROGRAMS: &[&str] = &["duct::", "xshell", "process::Command", "std::process::{"];

#[test]
fn rooms_use_only_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for Source { file, room, text, .. } in sources() {
        if room == "lib" || room == "main" {
            continue;
        }
        seen.insert(room.clone());
        let Some(allowed) = table.get(room.as_str()) else {
            wrong.push(format!("{file}: the room `{room}` is not in the table"));
            continue;
        };
        for used in rooms_named(&text) {
            if used != room && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{file} uses {used}"));
            }
        }
    }
    for (room, _) in MAY_USE {
        if !seen.contains(*room) {
            wrong.push(format!("the table names `{room}`, which is gone"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn effects_are_where_they_belong() {
    let mut wrong = Vec::new();
    for Source { file, room, text, pure } in sources() {
        if pure {
            wrong.extend(
                EFFECTS
                    .iter()
                    .filter(|effect| text.contains(*effect))
                    .map(|effect| format!("{file}: {effect}")),
            );
        }
        if room != "tool" {
            wrong.extend(
                STARTS_PROGRAMS
                    .iter()
                    .filter(|call| text.contains(*call))
                    .map(|call| format!("{file}: {call}")),
            );
        }
        if !["io", "lib"].contains(&room.as_str()) && text.contains("std::env::") {
            wrong.push(format!("{file}: std::env outside io"));
        }
        if text.contains("sh -c") || text.contains("\"sh\"") {
            wrong.push(format!("{file}: a shell line"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_front_door_prints_or_exits() {
    let mut wrong = Vec::new();
    for Source { file, room, text, .. } in sources() {
        if room != "lib" && room != "xtask" {
            for word in ["println!", "std::io::stdout()", "std::io::stderr()", "process::exit"] {
                let terminal = file == "io/terminal.rs";
                if text.contains(word) && !terminal {
                    wrong.push(format!("{file}: {word}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file does one thing: past this many lines (tests aside) it wants to be two rooms.
#[test]
fn files_stay_short() {
    let long: Vec<String> = sources()
        .into_iter()
        .map(|source| (source.file, source.text.lines().count()))
        .filter(|(_, lines)| *lines > 400)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

struct Source {
    /// Its path below `src`.
    file: String,
    room: String,
    /// Without tests and comments.
    text: String,
    /// Whether it belongs to the crate without effects.
    pure: bool,
}

/// Every source file of both crates.
fn sources() -> Vec<Source> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = sources_below(&home.join("src"), false);
    let pure = sources_below(&home.join("core/src"), true);
    assert!(all.len() > 50 && pure.len() > 50, "the sources were not found");
    all.extend(pure);
    all
}

fn sources_below(src: &Path, pure: bool) -> Vec<Source> {
    let entries =
        walkdir::WalkDir::new(src).sort_by_file_name().into_iter().map(|entry| entry.expect("readable"));
    let files = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    files
        .filter_map(|entry| {
            let file = entry.path().strip_prefix(src).expect("below").to_string_lossy().replace('\\', "/");
            if file.contains("/tests/") || file.ends_with("/tests.rs") {
                return None;
            }
            let room = file.split('/').next()?.trim_end_matches(".rs").to_owned();
            let text = code(&fs::read_to_string(entry.path()).expect("UTF-8"));
            Some(Source { file, room, text, pure })
        })
        .collect()
}

/// The code before the first test module, comments left out.
fn code(text: &str) -> String {
    let before = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = before.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::new(), |code, line| code + line + "\n")
}

/// The rooms that a text names by `crate::ROOM` or `use crate::{ROOM, ..}`.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or_default();
            rooms.extend(list.split(',').map(|item| word(item.trim())));
        } else {
            rooms.insert(word(rest));
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}
