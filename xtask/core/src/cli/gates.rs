//! What can be typed about gates.

use clap::{Args, ValueEnum};

use super::Details;
use super::bump::Words;
use crate::model::gate_rules::Wait;

/// The gates that are left out.
#[derive(Clone, Debug, Default, Args)]
pub struct Skips {
    /// Leave out this gate (repeatable); plan, record and tag say so
    #[arg(long, value_name = "NAME")]
    pub skip_gate: Vec<String>,
    /// Why the gate is left out (one for each, or one for all)
    #[arg(long, value_name = "TEXT")]
    pub reason: Vec<String>,
}

/// How long is waited for what goes on elsewhere.
#[derive(Clone, Debug, Default, Args)]
pub struct Waits {
    /// How long to wait for CI that has not ended, such as 30m [default: `wait` of [gates.ci-green]]
    #[arg(long, value_name = "TIME", value_parser = Wait::parse)]
    pub wait: Option<Wait>,
}

/// Before what the gates stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum For {
    Release,
    Publish,
}

/// Looks at everything that `release` or `publish` would, and changes nothing. Unknown counts as failed.
#[derive(Debug, Args)]
#[command(override_usage = "cargo xtask preflight [BUMP] [--group NAME]... [OPTIONS]\n       \
    cargo xtask preflight --tag TAG [OPTIONS]")]
pub struct Preflight {
    /// The release to look at, as `release` takes it; without it what needs the version stays off
    #[arg(value_name = "BUMP", value_parser = Words::All, hide_possible_values = true)]
    pub bump: Vec<String>,
    /// The group (repeatable); without it the default group
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    /// As `release --prepare`; groups that are released through review need no word
    #[arg(long, requires = "bump")]
    pub prepare: bool,
    #[command(flatten)]
    pub details: Details,
    /// The release to publish, by one of its tags
    #[arg(long, value_name = "TAG", conflicts_with_all = ["bump", "group", "prepare", "summary", "force_version", "pin"])]
    pub tag: Option<String>,
    /// Before what [default: publish with a tag, else release]
    #[arg(long = "for", value_enum, value_name = "STAGE")]
    pub stage: Option<For>,
    /// Do not ask others: remote, forge, registries
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub waits: Waits,
    #[command(flatten)]
    pub skips: Skips,
}
