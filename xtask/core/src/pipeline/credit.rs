//! What a job is given to publish a target, an identity that the registry trusts or secrets, and to read it back.

use std::collections::{BTreeMap, BTreeSet};

use super::jobs::{Job, Packages, Source};
use crate::model::ci::CiRules;
use crate::model::config::Config;
use crate::model::problem::{Code, Problem};
use crate::model::target::{Target, TargetKind};

/// Gives a job what it takes to publish a target.
pub(super) fn credit(to: &mut Job, config: &Config, index: usize, target: &Target) {
    if trusted(config, index, target) {
        to.identity.insert(target.kind);
    }
    let found = secrets(config, index, target);
    if target.takes_own_token() {
        to.packages = Packages::Writes;
    }
    to.secrets.extend(found);
}

/// Gives a job what it takes to read targets back: GitHub's own token wherever it publishes, since whoever is not
/// known there sees no package that is private; other secrets of the targets that the config calls private.
///
/// # Errors
/// `W0867` when such secrets belong to more than one environment.
pub(super) fn reading(
    to: &mut Job,
    config: &Config,
    ci: &CiRules,
    targets: &[&(usize, &Target)],
) -> Result<(), Problem> {
    let mut environments: BTreeSet<&str> = BTreeSet::new();
    for (index, target) in targets.iter().filter(|(_, target)| target.is_read_with_credentials()) {
        if target.takes_own_token() {
            to.packages = to.packages.max(Packages::Reads);
        } else {
            environments.extend(ci.environment(target));
        }
        to.secrets.extend(secrets(config, *index, target));
    }
    let named: Vec<&str> = environments.iter().copied().collect();
    if named.len() > 1 {
        let what = format!("the secrets of private targets are in the environments {}", named.join(", "));
        return Err(Problem::new(Code::W0867, what)
            .why("one job reads all of them back, and it has one environment")
            .help("give these targets one environment, or keep what only reads outside of environments"));
    }
    to.environment = named.first().map(|name| (*name).to_owned());
    Ok(())
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
    let own = target.takes_own_token();
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
