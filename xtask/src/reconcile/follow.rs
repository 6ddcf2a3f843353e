//! Floating tags: last, and only onto a complete release.

use super::{Ended, Publication};
use crate::model::problem::{Code, Problem};
use crate::model::publication::Event;
use crate::model::sighting::Sighting;
use crate::model::target::TargetKind;
use crate::publish::Upload;
use crate::publish::floating::{floating, versions};
use crate::publish::gate::Passage;
use crate::registry::{Built, Registry, Wanted};

impl Publication<'_> {
    pub(super) fn follow(&self, ended: &mut Ended, passage: &Passage) {
        let uploads = &self.desired.uploads;
        let mut missing = uploads
            .iter()
            .zip(&ended.sightings)
            .filter(|(upload, sighting)| upload.required && !matches!(sighting, Sighting::Equal));
        let waits_for = missing.next().map(|(upload, _)| upload.label.clone());
        // Of an optional target that failed there is nothing that a tag could name.
        let floats = |(upload, sighting): &(&Upload, &Sighting)| {
            upload.chosen
                && matches!(upload.kind, TargetKind::Npm | TargetKind::Image)
                && !passage.skipped.contains_key(&upload.target)
                && (upload.required || **sighting == Sighting::Equal)
        };
        for (upload, _) in uploads.iter().zip(&ended.sightings).filter(floats) {
            let Some(registry) = self.registry(upload.target) else { continue };
            if let Err(problem) = self.follow_one(upload, registry, waits_for.as_deref()) {
                let problems = if upload.required { &mut ended.problems } else { &mut ended.optional };
                problems.push(problem.run("cargo xtask publish"));
            }
        }
    }

    fn follow_one(
        &self,
        upload: &Upload,
        registry: &dyn Registry,
        waits_for: Option<&str>,
    ) -> Result<(), Problem> {
        let failed = |why: String| {
            Problem::new(Code::W0761, format!("{}: {}", upload.label, upload.coordinate.name)).why(why)
        };
        let (target, name) = (self.targets[upload.target], &upload.coordinate.name);
        let form = (self.form)(&upload.package);
        let seen = versions(target, form, &registry.versions(name).map_err(failed)?);
        let (path, siblings) = (self.path(upload), self.siblings(upload));
        let built = upload.artifact.as_ref().zip(path.as_deref());
        let built = built.map(|(artifact, path)| Built { artifact, path, siblings: &siblings });
        let wanted = Wanted { coordinate: &upload.coordinate, built };
        let ours = registry.pointer(&wanted);
        for one in floating(target, self.version, form, &seen) {
            let waits = waits_for.map(|label| format!("the release is not complete: {label}"));
            if let Some(why) = one.stays.or(waits) {
                self.say(Event::Stays { target: upload.label.clone(), tag: one.tag, why });
                continue;
            }
            if registry.pointed(name, &one.tag).map_err(failed)? != ours {
                self.kill.effect();
                let said = registry.point(&wanted, &one.tag);
                self.kill.effect();
                let now = registry.pointed(name, &one.tag).map_err(failed)?;
                if now != ours {
                    let said = said.err().map(|trouble| trouble.said.join("\n")).unwrap_or_default();
                    let now = now.unwrap_or_else(|| "nothing".into());
                    return Err(failed(format!("`{}` names {now}\n{said}", one.tag)));
                }
            }
            let version = upload.coordinate.version.clone();
            self.say(Event::Moved { target: upload.label.clone(), tag: one.tag, version });
        }
        Ok(())
    }
}
