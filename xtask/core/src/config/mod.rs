//! Reads `windlass.toml`: text in, a checked [`Config`] or every problem at once out.
//!
//! Each table has a file that reads it key by key ([`reader`] remembers which keys were asked
//! for and refuses the rest); [`settings`] lists what came out, and [`show`] prints that list.

mod changelogs;
mod ci;
mod downstream;
mod entry;
mod forge;
mod gates;
mod groups;
mod hooks;
mod ignore;
mod kinds;
pub mod nearest;
mod packages;
mod pins;
mod places;
mod reader;
mod rehearse;
mod release;
pub mod schema;
mod settings;
mod show;
mod smoke;
mod tags;
mod target_rules;
mod targets;
#[cfg(test)]
mod tests;
mod values;

use toml_edit::{Document, TomlError};

use crate::model::config::{Config, Hook};
use crate::model::hook::OwnHook;
use crate::model::names::Name;
use crate::model::path::RepoPath;
use crate::model::problem::{Code, Problem, Problems};

use reader::Reader;
pub use show::show;

/// What the config alone cannot know, as plain data.
pub struct Surroundings<'a> {
    /// Whether git tracks a file at this path.
    pub exists: &'a dyn Fn(&RepoPath) -> bool,
}

/// Reads a config from its text; `file` is its name as people write it.
///
/// A byte-order mark and CRLF line ends are accepted.
///
/// # Errors
/// Every problem found, in the order of the file's lines: no TOML (`W0102`, alone), unknown keys
/// (`W0103`), unusable values (`W0104`), names of nothing (`W0105`), missing keys (`W0106`),
/// contradictions (`W0107`), paths out of the repository (`W0108`), targets that forget a stage
/// (`W0730`) or have keys of another kind (`W0731`).
pub fn read(file: &str, text: &str, around: &Surroundings) -> Result<Config, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reader = Reader::new(file, text);
    let document = Document::parse(text).map_err(|error| vec![syntax(&reader, text, &error)])?;

    let mut root = reader.root(document.as_table());
    let release = release::read(root.section("release"));
    let (packages, package_names) = packages::read(&mut root);
    let (groups, group_names) = groups::read(&mut root, &packages, &package_names);
    let changelogs = changelogs::read(&mut root, &group_names, around);
    let hooks = hooks::read(&mut root, &group_names);
    let targets = targets::read(&mut root, &packages, &package_names);
    let ignore = ignore::read(root.section("ignore"));
    let smoke = smoke::read(&mut root, &group_names);
    let rehearse = rehearse::read(root.section("rehearse"));
    let says_ci = root.has("ci");
    let ci = ci::read(root.section("ci"), &targets);
    let forge = forge::read(&mut root);
    let pins = pins::read(&mut root, &groups, &group_names, &changelogs);
    let downstream = downstream::read(&mut root, &groups, &group_names);
    let gates = gates::read(root.section("gates"), &targets);
    root.finish();

    let (problems, lines) = reader.into_parts();
    if !problems.is_empty() {
        return Err(problems);
    }
    let Some(release) = release else { return Err(problems) };
    let file = file.to_owned();
    let mut config = Config {
        file,
        release,
        groups,
        packages,
        changelogs,
        hooks,
        targets,
        ignore,
        smoke,
        rehearse,
        gates,
        ci: says_ci.then_some(ci),
        forge,
        pins,
        downstream,
        settings: Vec::new(),
    };
    config.settings = settings::of(&config, &lines);
    Ok(config)
}

/// The hooks that a repository's own `xtask` brings, checked as those of a config are.
///
/// # Errors
/// A name that is none, an unknown point, a glob that leaves the repository.
pub fn own_hooks(own: &[OwnHook]) -> Result<Vec<Hook>, Problems> {
    let odd = own.iter().filter(|hook| Name::parse(hook.name).is_err());
    let problems: Problems = odd
        .map(|hook| {
            Problem::new(Code::W0104, format!("the xtask's hook `{}` has no usable name", hook.name))
                .help("allowed: letters, digits, `-`, `_` and `.`")
        })
        .collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let text = hooks::spelled(own);
    let reader = Reader::new("the xtask's own hooks", &text);
    let document = Document::parse(text.as_str()).map_err(|error| vec![syntax(&reader, &text, &error)])?;
    let hooks = hooks::read(&mut reader.root(document.as_table()), &values::Names::unknown("group"));
    let (problems, _) = reader.into_parts();
    if problems.is_empty() { Ok(hooks) } else { Err(problems) }
}

/// The start of a line, its control characters spelled out.
fn shortened(line: &str) -> String {
    const LONGEST: usize = 60;
    let start: String = line.chars().take(LONGEST).collect();
    let rest = if start.len() < line.len() { "…" } else { "" };
    entry::printable(&start) + rest
}

/// The first place where the text stops being TOML.
fn syntax(reader: &Reader, text: &str, error: &TomlError) -> Problem {
    let line = error.span().map_or(1, |span| reader.line(span.start));
    let problem = Problem::new(Code::W0102, error.message().trim()).at_file(reader.file(), Some(line));
    match text.lines().nth(line - 1).map(str::trim) {
        Some(seen) if !seen.is_empty() => problem.help(format!("the line reads: {}", shortened(seen))),
        _ => problem,
    }
}
