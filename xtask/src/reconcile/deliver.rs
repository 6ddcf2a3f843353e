//! One upload: look, send, look again until the registry shows it.

use std::time::{Duration, Instant};

use super::{Publication, millis};
use crate::model::problem::{Code, Problem};
use crate::model::publication::Event;
use crate::model::sighting::{Class, Sighting, Trouble};
use crate::publish::Upload;
use crate::publish::gate::conflict;
use crate::registry::Built;

/// How often one upload is sent at most.
const ATTEMPTS: u32 = 4;

/// The longest pause between two looks, and the longest that a registry's `Retry-After` is obeyed.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const LONGEST_WAIT: u64 = 600;

/// What became of an upload.
pub(super) struct Delivery {
    pub sighting: Sighting,
    pub uploaded: bool,
    pub problem: Option<Problem>,
}

pub(super) fn waiting(upload: &Upload, time: Duration, why: &str) -> Event {
    let seconds = time.as_secs_f64().ceil() as u64;
    Event::Waiting { target: upload.label.clone(), artifact: upload.shown(), seconds, why: why.to_owned() }
}

impl Publication<'_> {
    /// Brings one artifact to its registry. The registry's word counts, whatever the client says: a reply can be
    /// lost after the upload has arrived.
    pub(super) fn deliver(&self, upload: &Upload) -> Delivery {
        let begun = Instant::now();
        let (mut last, mut sent) = (None, false);
        for attempt in 0..ATTEMPTS {
            // The world may have changed since the probe, or since the last attempt.
            match self.look(upload) {
                Sighting::Equal => return self.confirmed(upload, begun, sent),
                Sighting::Absent => {}
                other => return self.failed(upload, other, last),
            }
            let said = self.send(upload);
            sent = true;
            if let Err(trouble) = &said {
                let (target, artifact) = (upload.label.clone(), upload.shown());
                self.say(Event::Said { target, artifact, said: trouble.said.join("\n") });
            }
            let seen = self.settle(upload, said.is_ok());
            match (seen, said) {
                (Sighting::Equal, _) => return self.confirmed(upload, begun, true),
                (Sighting::Absent, Err(trouble)) => match trouble.class {
                    Class::Retry { after } if attempt + 1 < ATTEMPTS => {
                        let wait = after.map_or_else(
                            || self.back_off(attempt),
                            |seconds| Duration::from_secs(seconds.min(LONGEST_WAIT)),
                        );
                        self.say(waiting(upload, wait, trouble.said.last().map_or("", String::as_str)));
                        std::thread::sleep(wait);
                        last = Some(trouble);
                    }
                    _ => return self.failed(upload, Sighting::Absent, Some(trouble)),
                },
                (seen, said) => return self.failed(upload, seen, said.err().or(last)),
            }
        }
        self.failed(upload, Sighting::Absent, last)
    }

    fn send(&self, upload: &Upload) -> Result<(), Trouble> {
        let broken = |why: &str| Err(Trouble::new(Class::Broken, why));
        let Some(registry) = self.registry(upload.target) else { return broken("no registry") };
        let (Some(artifact), Some(path)) = (&upload.artifact, self.path(upload)) else {
            return broken("nothing was built");
        };
        let (target, shown) = (upload.label.clone(), upload.shown());
        self.say(Event::Started { target, artifact: shown, bytes: artifact.size });
        self.kill.effect();
        let said = registry.upload(&Built { artifact, path: &path, siblings: &self.siblings(upload) });
        self.kill.effect();
        said
    }

    /// Looks until the registry shows the upload: as long as patience lasts when the client says that it went
    /// well, else a few times, since an index may lag behind.
    fn settle(&self, upload: &Upload, went_well: bool) -> Sighting {
        let begun = Instant::now();
        let mut pause = self.world.pause;
        let mut looks = 0;
        loop {
            let seen = self.look(upload);
            looks += 1;
            let over = begun.elapsed() >= self.world.patience;
            match &seen {
                Sighting::Absent if went_well && !over => {}
                Sighting::Absent if !went_well && looks < 4 && !over => {}
                Sighting::Unknown { .. } if !over => {}
                _ => return seen,
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn back_off(&self, attempt: u32) -> Duration {
        (self.world.pause * 5 * 2u32.pow(attempt)).min(LONGEST_PAUSE)
    }

    fn confirmed(&self, upload: &Upload, begun: Instant, uploaded: bool) -> Delivery {
        self.kill.effect();
        self.say(Event::Confirmed {
            target: upload.label.clone(),
            artifact: upload.shown(),
            bytes: upload.artifact.as_ref().map_or(0, |artifact| artifact.size),
            millis: millis(begun.elapsed()),
            uploaded,
        });
        Delivery { sighting: Sighting::Equal, uploaded, problem: None }
    }

    fn failed(&self, upload: &Upload, sighting: Sighting, said: Option<Trouble>) -> Delivery {
        self.say(Event::Failed { target: upload.label.clone(), artifact: upload.shown() });
        let what = format!("{}: {}", upload.label, upload.shown());
        let problem = match (&sighting, &said) {
            (Sighting::Different { theirs }, _) => conflict(upload, theirs),
            (Sighting::Unknown { why }, _) => Problem::new(Code::W0760, what).why(why.clone()),
            (_, None) => Problem::new(Code::W0760, what)
                .why(format!("its registry did not show it within {} s", self.world.patience.as_secs())),
            (_, Some(trouble)) => {
                let advice = match trouble.class {
                    Class::Refused => "the registry does not want it; mend the cause, then",
                    Class::Retry { .. } => "this may pass by itself; then",
                    Class::Broken => "mend the cause, then",
                };
                Problem::new(Code::W0759, what).why(trouble.said.join("\n")).help(advice)
            }
        };
        let problem = if problem.code == Code::W0754 { problem } else { problem.run("cargo xtask publish") };
        Delivery { sighting, uploaded: false, problem: Some(problem) }
    }
}
