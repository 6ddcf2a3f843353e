//! What is asked for beside a bump.

use clap::Args;

/// Beside a bump; all of it belongs to the plan, so whoever looks at a release or rehearses it says the same.
#[derive(Clone, Debug, Default, Args)]
pub struct Details {
    /// Open the dated section with this text
    #[arg(long, value_name = "TEXT")]
    pub summary: Option<String>,
    /// Allow an unusual forward jump, or a final version that builds on a pre-release
    #[arg(long)]
    pub force_version: bool,
    /// Build on this release of another repository (repeatable); --NAME-tag TAG says the same
    #[arg(long, value_name = "NAME=TAG")]
    pub pin: Vec<String>,
}

impl Details {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.summary.is_none() && !self.force_version && self.pin.is_empty()
    }
}
