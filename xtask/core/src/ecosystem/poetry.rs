//! What is peculiar to `poetry.lock`: where its entries come from, and when it can't be edited. Its
//! `content-hash` covers what its own manifest requires, no version and no other manifest, so that an
//! edit of entries keeps it.

use std::borrow::Cow;

use super::unknown_lock;
use crate::format::Node;
use crate::format::toml::Toml;
use crate::model::problem::Problem;
use crate::model::tree::Source;

/// # Errors
/// `W0310`: the lock is of an unknown version.
pub fn check(lock: &Source, root: Toml<'_>) -> Result<(), Problem> {
    let format = root.value_at(&["metadata", "lock-version"])?;
    match format.filter(|format| !["1", "2"].contains(&major(format))) {
        Some(format) => Err(unknown_lock(lock, &format!("is a lock file of version {format}"))),
        None => Ok(()),
    }
}

/// `2` of poetry's `lock-version = "2.1"`.
fn major(format: &str) -> &str {
    format.split_once('.').map_or(format, |(major, _)| major)
}

/// The folder of a poetry entry: a `source` of type `directory`, with its path under `url`.
pub fn path(entry: Toml<'_>) -> Result<Option<String>, Problem> {
    let is_folder = entry.value_at(&["source", "type"])?.as_deref() == Some("directory");
    Ok(if is_folder { entry.value_at(&["source", "url"])?.map(Cow::into_owned) } else { None })
}

#[cfg(test)]
mod tests {
    use super::super::prove::{config, found};

    #[test]
    fn names_poetry_locks_of_a_later_format() {
        let locked = |entry: &str, metadata: &str| {
            let lock = format!(
                "[[package]]\nname = \"api\"\nversion = \"0.1.0\"\n{entry}[package.source]\ntype = \"directory\"\nurl = \"../api\"\n{metadata}"
            );
            let poetry = |name: &str| format!("[tool.poetry]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
            let files = [
                ("app/poetry.lock", &*lock),
                ("app/pyproject.toml", &*poetry("app")),
                ("api/pyproject.toml", &*poetry("api")),
            ];
            found(&files, &config(&["api=api", "app=app"]))
                .into_iter()
                .filter(|line| line.starts_with('W'))
                .collect::<String>()
        };
        assert_eq!(locked("", "[metadata]\nlock-version = \"2.1\"\n"), "");
        let what = |what: &str| format!("W0310 app/poetry.lock: `app/poetry.lock` {what}");
        assert_eq!(locked("", "[metadata]\nlock-version = \"3.0\"\n"), what("is a lock file of version 3.0"));
    }
}
