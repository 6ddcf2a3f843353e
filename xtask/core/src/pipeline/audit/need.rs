//! What jobs of a GitLab pipeline need ("CI/CD YAML syntax reference": `needs`).

use std::rc::Rc;

use super::document::Node;
use super::merged::{Found, Merged};

/// Another job that must be in the same pipeline.
#[derive(Clone, Debug)]
pub struct Need {
    pub job: String,
    pub optional: bool,
}

impl Need {
    /// Its place among the jobs; one of several by `parallel` may be named alone.
    pub fn among(&self, jobs: &[(String, Found)]) -> Option<usize> {
        let several = |(name, job): &(String, Found)| {
            let rest = self.job.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with([' ', ':']))
                && job.as_ref().is_ok_and(|job| job.get("parallel").is_some())
        };
        jobs.iter().position(|(name, _)| *name == self.job).or_else(|| jobs.iter().position(several))
    }
}

/// The `needs` of a job or of a rule that mean jobs of the same pipeline.
pub fn needed(merged: &Merged, of: &Node) -> Vec<Need> {
    let Ok(Some(needs)) = merged.value(of, "needs") else { return Vec::new() };
    let elsewhere = |item: &Node| item.get("pipeline").or(item.get("project")).is_some();
    let need = |item: &Rc<Node>| {
        let job = item.text().or_else(|| item.get("job")?.text())?.to_owned();
        let optional = item.get("optional").and_then(|node| node.text()) == Some("true");
        Some(Need { job, optional })
    };
    needs.items().iter().filter(|item| !elsewhere(item)).filter_map(need).collect()
}

/// A job that needs itself by any number of steps, or one that needs such a job.
pub fn circle<'a>(merged: &Merged, jobs: &'a [(String, Found)]) -> Option<&'a str> {
    let needs = |job: &Found| -> Vec<usize> {
        let all = job.as_ref().map(|job| needed(merged, job)).unwrap_or_default();
        all.iter().filter_map(|need| need.among(jobs)).collect()
    };
    let needs: Vec<Vec<usize>> = jobs.iter().map(|(_, job)| needs(job)).collect();
    let mut left: Vec<usize> = (0..jobs.len()).collect();
    loop {
        let before = left.len();
        let waiting = left.clone();
        left.retain(|at| needs[*at].iter().any(|need| waiting.contains(need)));
        if left.len() == before {
            return left.first().map(|at| jobs[*at].0.as_str());
        }
    }
}
