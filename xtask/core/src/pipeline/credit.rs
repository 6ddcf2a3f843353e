//! What a job is given to publish a target: an identity that the registry trusts, or secrets.

use std::collections::BTreeMap;

use super::jobs::{Job, Source};
use crate::model::config::Config;
use crate::model::target::{Target, TargetKind};

/// Gives a job what it takes to publish a target.
pub(super) fn credit(to: &mut Job, config: &Config, index: usize, target: &Target) {
    if trusted(config, index, target) {
        to.identity.insert(target.kind);
    }
    let found = secrets(config, index, target);
    to.packages |= found.values().any(|source| *source == Source::OwnToken);
    to.secrets.extend(found);
}

/// Whether the registry is shown who runs the job, and no token: pypi and npm unless the config names credentials or
/// a registry of its own.
fn trusted(config: &Config, index: usize, target: &Target) -> bool {
    let key = format!("targets[{index}].credentials");
    let said = config.settings.iter().any(|one| one.line.is_some() && one.key.starts_with(&key));
    matches!(target.kind, TargetKind::Pypi | TargetKind::Npm) && target.registry.is_none() && !said
}

/// The variables of a target's credentials. npm's token is needed for dist-tags even where the identity publishes.
pub(super) fn secrets(config: &Config, index: usize, target: &Target) -> BTreeMap<String, Source> {
    if trusted(config, index, target) && target.kind == TargetKind::Pypi {
        return BTreeMap::new();
    }
    let own = target.credentials.token.as_deref() == Some("GITHUB_TOKEN");
    let user = target
        .credentials
        .user
        .iter()
        .map(|name| (name, if own { Source::OwnUser } else { Source::Settings }));
    let token = target
        .credentials
        .token
        .iter()
        .map(|name| (name, if own { Source::OwnToken } else { Source::Settings }));
    user.chain(token).map(|(name, source)| (name.clone(), source)).collect()
}
