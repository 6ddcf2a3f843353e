//! The variables that a GitLab pipeline of a push has before any job runs ("Predefined CI/CD variables
//! reference"), and those that its file sets.

use std::collections::BTreeMap;

use super::document::{Node, Value};
use super::event::{Pushed, RefKind};

/// Variables that only pipelines of other kinds have.
const ABSENT: [&str; 6] = [
    "CI_MERGE_REQUEST_",
    "CI_EXTERNAL_PULL_REQUEST_",
    "CI_PIPELINE_SCHEDULE_",
    "CI_TRIGGER_",
    "CI_UPSTREAM_",
    "CHAT_",
];

/// What is known of variables.
#[derive(Clone, Debug)]
pub struct Variables {
    known: BTreeMap<String, Option<String>>,
}

impl Variables {
    /// Those of a push's pipeline.
    pub fn of(pushed: &Pushed) -> Variables {
        let tag = pushed.kind == RefKind::Tag;
        let name = || Some(pushed.name.clone());
        let text = |text: &str| Some(text.to_owned());
        let known = [
            ("CI", text("true")),
            ("GITLAB_CI", text("true")),
            ("CI_PIPELINE_SOURCE", text("push")),
            ("CI_DEFAULT_BRANCH", Some(pushed.default_branch.clone())),
            ("CI_COMMIT_REF_NAME", name()),
            ("CI_COMMIT_TAG", if tag { name() } else { None }),
            ("CI_COMMIT_BRANCH", if tag { None } else { name() }),
        ];
        let mut known: BTreeMap<String, Option<String>> =
            known.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        if tag {
            known.insert("CI_OPEN_MERGE_REQUESTS".to_owned(), None);
        }
        Variables { known }
    }

    /// Adds those of a `variables` table. A value that refers to others is known to a run alone.
    pub fn add(&mut self, table: &Node) {
        for (name, node) in table.pairs() {
            let value = match &node.value {
                Value::Table(_) => node.get("value").and_then(|value| value.text()),
                _ => node.text(),
            };
            match value.filter(|value| !value.contains('$')) {
                Some(value) => self.known.insert(name.clone(), Some(value.to_owned())),
                None => self.known.remove(name),
            };
        }
    }

    /// The value, or none where it is certain that there is none.
    ///
    /// # Errors
    /// Why it is not known.
    pub fn get(&self, name: &str) -> Result<Option<String>, String> {
        match self.known.get(name) {
            Some(value) => Ok(value.clone()),
            None if ABSENT.iter().any(|start| name.starts_with(start)) => Ok(None),
            None => Err(format!("`${name}` may be set in the forge's settings")),
        }
    }
}
