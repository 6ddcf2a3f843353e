//! Asks the repositories that are pinned for their tags.

use crate::model::config::Config;
use crate::model::names::Name;
use crate::model::pin::{PinRequest, UpstreamTags};
use crate::tool::call::Running;
use crate::tool::failure::Failure;
use crate::tool::git::Repository;
use crate::tool::git::upstream::upstream_tags;

/// One upstream that is being asked; without an answer to wait for, it is not asked on purpose.
pub struct Asked {
    pub pin: Name,
    running: Option<Running>,
}

/// Starts one git for each pin that was asked for, side by side, unless nobody is to be asked.
///
/// # Errors
/// When git can't be started.
pub fn ask(
    repository: &Repository,
    config: &Config,
    pins: &[PinRequest],
    offline: bool,
) -> Result<Vec<Asked>, Failure> {
    let known = |asked: &PinRequest| config.pins.iter().find(|pin| pin.name == asked.name);
    let start = |pin: &crate::model::pin::Pin| {
        let running = (!offline).then(|| repository.start_upstream(&pin.repository)).transpose()?;
        Ok(Asked { pin: pin.name.clone(), running })
    };
    pins.iter().filter_map(known).map(start).collect()
}

impl Asked {
    /// Waits for the answer.
    pub fn tags(self) -> UpstreamTags {
        match self.running.map(upstream_tags) {
            None => UpstreamTags::Offline,
            Some(Ok(tags)) => UpstreamTags::Seen(tags),
            Some(Err(failure)) => UpstreamTags::Unreachable(super::unreachable_because(&failure)),
        }
    }
}
