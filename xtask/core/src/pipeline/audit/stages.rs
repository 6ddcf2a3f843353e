//! The stages of a GitLab pipeline ("CI/CD YAML syntax reference": `stages`, `stage`).

use super::document::Node;
use super::merged::Merged;

/// The stages of a pipeline, in order.
pub struct Stages {
    known: Vec<String>,
}

impl Stages {
    pub fn of(merged: &Merged) -> Stages {
        let said = merged.get("stages").or_else(|| merged.get("types"));
        let said = said.and_then(|node| {
            Some(node.texts()?.into_iter().map(str::to_owned).collect::<Vec<_>>())
                .filter(|all| !all.is_empty())
        });
        let own = said.unwrap_or_else(|| ["build", "test", "deploy"].map(str::to_owned).to_vec());
        let edge = |name: &str| std::iter::once(name.to_owned());
        Stages { known: edge(".pre").chain(own).chain(edge(".post")).collect() }
    }

    /// Whether a job stands in `.pre` or `.post`.
    pub fn is_edge(&self, job: &Node) -> bool {
        matches!(stage(job), ".pre" | ".post")
    }

    /// Its place among all stages; none where there is no such stage.
    pub fn at(&self, job: &Node) -> Option<usize> {
        self.known.iter().position(|known| known == stage(job))
    }
}

/// The stage of a job.
pub fn stage(job: &Node) -> &str {
    job.get("stage").and_then(|stage| stage.text()).unwrap_or("test")
}
