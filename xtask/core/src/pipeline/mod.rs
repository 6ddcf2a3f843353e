//! CI pipelines, pure: what a forge would start for a ref, and the pipeline that a config asks for.

pub mod admission;
pub mod audit;
mod building;
mod credit;
pub mod file;
pub mod github;
pub mod gitlab;
pub mod jobs;
mod overlap;
mod release;
mod shell;
pub mod tags;
#[cfg(test)]
mod tests;
mod waiting;
mod writer;

use crate::model::config::Config;
use crate::model::problem::Problem;
use audit::Forge;
use file::File;
use jobs::Needs;

/// The files that a config asks for at a forge.
///
/// # Errors
/// As [`jobs::pipelines`].
pub fn generate(forge: Forge, config: &Config, needs: &Needs) -> Result<Vec<File>, Problem> {
    let all = jobs::pipelines(config, needs)?;
    Ok(match forge {
        Forge::GitHub => github::files(&all),
        Forge::GitLab => vec![gitlab::file(&all)],
    })
}
