//! The pins that a release is asked to move: read, and their upstreams looked at.

use std::collections::BTreeMap;

use super::publish;
use crate::app::{App, Refusal};
use crate::config::nearest::advice;
use crate::io::files;
use crate::model::artifact::Coordinate;
use crate::model::config::Config;
use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::pin::{Pin, PinRequest, Upstream, UpstreamTags};
use crate::model::problem::{Code, Problem};
use crate::model::sighting::Sighting;
use crate::model::target::Target;
use crate::model::version::Version;
use crate::observe::upstreams::Asked;
use crate::publish::floating::fixed;
use crate::registry::{self, Wanted, World};
use crate::tool::git::Repository;

/// Reads each `--pin NAME=TAG`.
///
/// # Errors
/// `W0880`: a text that is none, a pin that the config has not, a tag of another shape, a pin named twice.
pub fn asked(config: &Config, texts: &[String]) -> Result<Vec<PinRequest>, Refusal> {
    let mut pins: Vec<PinRequest> = Vec::new();
    for text in texts {
        let one = read(config, text).map_err(Refusal::usage)?;
        if pins.iter().any(|other| other.name == one.name) {
            let what = format!("`{text}` names the pin `{}` a second time", one.name);
            return Err(Refusal::usage(Problem::new(Code::W0880, what).help("name it once")));
        }
        pins.push(one);
    }
    Ok(pins)
}

fn read(config: &Config, text: &str) -> Result<PinRequest, Problem> {
    let asked = PinRequest::parse(text).map_err(|why| {
        Problem::new(Code::W0880, format!("--pin `{text}` {why}")).help("write it as --pin oss=v0.2.0")
    })?;
    let Some(pin) = config.pins.iter().find(|pin| pin.name == asked.name) else {
        let known: Vec<&str> = config.pins.iter().map(|pin| pin.name.as_str()).collect();
        let problem = Problem::new(Code::W0880, format!("there is no pin `{}`", asked.name));
        return Err(match known.as_slice() {
            [] => problem.help(format!("declare it: [pins.{}]", asked.name)).run("cargo xtask explain W0880"),
            known => problem.help(advice(asked.name.as_str(), "pin", known)),
        });
    };
    if pin.version_of(asked.tag.as_str()).is_some() {
        return Ok(asked);
    }
    let problem = Problem::new(
        Code::W0880,
        format!("`{}` is no tag of {}, whose tags have the shape {}", asked.tag, pin.name, pin.tag),
    );
    let meant = Version::parse(asked.tag.as_str().trim_start_matches('v')).ok();
    Err(match meant {
        Some(version) => problem.help(format!("did you mean `{}={}`?", pin.name, pin.tag_of(version))),
        None => problem,
    })
}

/// Waits for the tags of each upstream, and looks at the registries that its pin names.
///
/// # Errors
/// The system's, for a scratch folder.
pub fn seen(
    app: &App<'_>,
    repository: &Repository,
    config: &Config,
    pins: &[PinRequest],
    asked: Vec<Asked>,
) -> Result<BTreeMap<Name, Upstream>, Refusal> {
    let mut upstreams = BTreeMap::new();
    for asked in asked {
        let name = asked.pin.clone();
        let tags = asked.tags();
        let pin = config.pins.iter().find(|pin| pin.name == name);
        let tag = pins.iter().find(|pin| pin.name == name).map(|pin| &pin.tag);
        let version = pin.zip(tag).and_then(|(pin, tag)| pin.version_of(tag.as_str()));
        let targets = match (pin, version) {
            // Where there is no such tag, nothing can be complete; where nobody is to be asked, neither are these.
            (Some(pin), Some(version)) if matches!(tags, UpstreamTags::Seen(_)) => {
                sightings(app, repository, pin, version)?
            }
            _ => Vec::new(),
        };
        upstreams.insert(name, Upstream { tags, targets });
    }
    Ok(upstreams)
}

/// What the registries show of a version, target by target.
fn sightings(
    app: &App<'_>,
    repository: &Repository,
    pin: &Pin,
    version: Version,
) -> Result<Vec<(String, Sighting)>, Refusal> {
    if pin.targets.is_empty() {
        return Ok(Vec::new());
    }
    let world = publish::world(app, repository)?;
    let found = pin.targets.iter().map(|target| look(&world, target, version)).collect();
    let _ = files::remove_folder(&world.scratch);
    Ok(found)
}

fn look(world: &World, target: &Target, version: Version) -> (String, Sighting) {
    let version = match (target.kind.form(), fixed(target, Form::SEMVER)) {
        (Some(form), _) => form.render(version),
        (None, Some(tag)) => tag.render(version, Form::SEMVER, |_| String::new()),
        (None, None) => version.to_string(),
    };
    let name = target.name.as_ref().map(ToString::to_string).unwrap_or_default();
    let shown = format!("{} {name} {version}", target.kind);
    let coordinate = Coordinate { name, version };
    let sighting = registry::open(target, world).map_or_else(
        || Sighting::unknown("no registry shows it"),
        |registry| registry.look(&Wanted { coordinate: &coordinate, built: None }),
    );
    (shown, sighting)
}
