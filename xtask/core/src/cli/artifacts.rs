//! What can be typed about what is built, published and rehearsed.

use clap::Args;

use super::bump::Words;
use super::{Details, Skips, Waits};

/// The artifacts go to target/windlass/GROUP-VERSION, with their digests and a list, artifacts.json.
#[derive(Debug, Args)]
pub struct Build {
    /// The tag to build [default: the commit that is checked out]
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// The group to build (repeatable) [default: the tag's, else the default group]
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    /// Build even what is built
    #[arg(long)]
    pub again: bool,
    /// Build twice, and refuse what comes out differently
    #[arg(long)]
    pub twice: bool,
    /// Build one part of the release; parts of several machines are joined later
    #[arg(long, value_name = "NAME")]
    pub part: Option<String>,
    /// Build only this target, package or kind into the part (repeatable)
    #[arg(long, value_name = "TARGET", requires = "part")]
    pub only: Vec<String>,
    /// Of Python packages, put the wheels into the part; another one brings the sdist
    #[arg(long, requires = "part", conflicts_with = "sdist_only")]
    pub wheels_only: bool,
    /// Of Python packages, put the sdist into the part
    #[arg(long, requires = "part")]
    pub sdist_only: bool,
    /// Build the part's wheels with this Python, which must have the module `build`
    #[arg(long, value_name = "PROGRAM", requires = "part")]
    pub python: Option<String>,
    /// Put the parts together and write the list that is published from
    #[arg(long, conflicts_with_all = ["part", "again", "twice"])]
    pub join: bool,
}

#[derive(Debug, Args)]
pub struct Publish {
    /// The release, by one of its tags [default: the newest of the default group]
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
    /// Publish only this target, package or kind (repeatable)
    #[arg(long, value_name = "TARGET")]
    pub only: Vec<String>,
    /// Ask everything, upload nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub waits: Waits,
    #[command(flatten)]
    pub skips: Skips,
}

#[derive(Debug, Args)]
pub struct Status {
    /// The release, by one of its tags [default: the newest of the default group]
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// The release, by one of its tags [default: the newest of the default group]
    #[arg(long, value_name = "TAG")]
    pub tag: Option<String>,
}

/// Cuts the release in a clone, builds every artifact, publishes to registries on loopback, installs each back, runs
/// the smoke test. Nothing outside of the clone and these registries is touched.
#[derive(Debug, Args)]
#[command(override_usage = "cargo xtask rehearse <BUMP> [--group NAME]... [--pin NAME=TAG]... [OPTIONS]")]
pub struct Rehearse {
    /// patch, minor or major (then a stage, for a pre-release); alpha, beta, rc; release; auto; a version
    #[arg(value_name = "BUMP", required = true, value_parser = Words::Releases, hide_possible_values = true)]
    pub bump: Vec<String>,
    /// The group to rehearse (repeatable); without it the default group
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    #[command(flatten)]
    pub details: Details,
    /// Leave out this target, package or kind (repeatable); the verdict says so
    #[arg(long, value_name = "TARGET")]
    pub skip: Vec<String>,
    /// Let a registry fail, and show how the publication ends and goes on: npm:drop-after, pypi:error-503@2
    #[arg(long, value_name = "TARGET:KIND[@N]")]
    pub fault: Option<String>,
    /// Leave the folder with clone, artifacts and logs, and say where
    #[arg(long)]
    pub keep: bool,
}
