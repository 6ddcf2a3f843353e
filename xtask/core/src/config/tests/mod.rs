//! What the config room promises, said with whole configs.

mod ci;
mod contradictions;
mod defaults;
mod gates;
mod pins;
mod properties;
mod refusals;
mod shown;
mod targets;
mod two_monorepos;

use crate::model::config::Config;
use crate::model::problem::Problems;

use super::{Surroundings, read};

/// Reads a config in a repository that tracks a `CHANGELOG.md` at its root, or none.
fn reading(text: &str, has_changelog: bool) -> Result<Config, Problems> {
    read(
        "windlass.toml",
        text,
        &Surroundings { exists: &|path| has_changelog && path.as_str() == "CHANGELOG.md" },
    )
}

fn config(text: &str) -> Config {
    reading(text, false).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"))
}

/// The problems of a config: `W0103:3 what it says | help | help`.
fn refused(text: &str) -> Vec<String> {
    let problems = reading(text, false).expect_err(text);
    problems
        .into_iter()
        .map(|problem| {
            let at = problem.at.expect("a file");
            assert_eq!(at.file, "windlass.toml");
            let line = at.line.expect("a line");
            let said: Vec<String> = std::iter::once(problem.what).chain(problem.help).collect();
            format!("{}:{line} {}", problem.code, said.join(" | "))
        })
        .collect()
}
