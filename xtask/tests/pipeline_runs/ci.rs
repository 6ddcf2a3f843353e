//! What one forge brings to a run: a fake of itself, and how its files are read.

use std::collections::BTreeSet;
use std::path::Path;

use windlass::pipeline::audit::Forge;

use super::ground::Ground;
use super::job::Job;
use crate::support::canary::Canary;

pub trait Ci: Sized {
    const FORGE: Forge;

    /// Starts the forge: it knows the release's tags, and that its own tests passed for the commit.
    fn host(ground: &Ground, canary: &mut Canary) -> Self;

    /// Those jobs of a pipeline file, as a push of this tag starts them.
    fn jobs(text: &str, tag: &str, names: &BTreeSet<&str>, host: &Self) -> Vec<Job>;

    /// The release's entry stands there once, with every file that was built.
    fn complete(&mut self, ground: &Ground);
}

/// A file as YAML; an independent reader, not the tool's own.
pub fn yaml(text: &str) -> serde_yaml_ng::Value {
    serde_yaml_ng::from_str(text).expect("YAML")
}

/// The keys of a table, each of which must be one that is carried out here or of no meaning here.
pub fn only(table: &serde_yaml_ng::Value, known: &[&str], at: &str) {
    for (key, _) in table.as_mapping().into_iter().flatten() {
        let key = key.as_str().unwrap_or_default();
        assert!(known.contains(&key), "`{key}` of {at} is not interpreted here");
    }
}

/// Texts of a list, or the one text in its place.
pub fn texts(value: &serde_yaml_ng::Value) -> Vec<String> {
    match value {
        serde_yaml_ng::Value::Sequence(list) => list.iter().flat_map(texts).collect(),
        serde_yaml_ng::Value::Null => Vec::new(),
        value => vec![value.as_str().expect("a text").to_owned()],
    }
}

/// The paths below a folder that one declared path with wildcards means.
pub fn declared(folder: &Path, path: &str) -> Vec<String> {
    let wanted = path.trim_end_matches('/');
    let depth = wanted.split('/').count();
    let found = walkdir::WalkDir::new(folder).min_depth(depth).max_depth(depth).into_iter();
    let names = found.filter_map(|entry| {
        let path = entry.ok()?.path().strip_prefix(folder).ok()?.to_string_lossy().into_owned();
        windlass::model::glob::matches(wanted, &path).then_some(path)
    });
    names.collect()
}
