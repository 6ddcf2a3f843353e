//! The look before anything is done: every artifact, every target, side by side.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Publication, QUESTIONS};
use crate::model::publication::Event;
use crate::model::sighting::{Access, Sighting};
use crate::model::target::TargetKind;
use crate::publish::gate::Seen;

/// How far to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What is there.
    Sightings,
    /// Also who may publish, and whether the name is new.
    Rights,
}

enum Question {
    Look(usize),
    Rights(usize),
}

enum Answer {
    Seen(usize, Sighting),
    Rights(usize, Access, bool),
}

/// Asks every registry; changes nothing.
pub fn probe(publication: &Publication<'_>, depth: Depth) -> Seen {
    let uploads = &publication.desired.uploads;
    let targets: BTreeSet<usize> = uploads.iter().filter(|one| one.chosen).map(|one| one.target).collect();
    publication.say(Event::Probing { artifacts: uploads.len(), targets: targets.len() });
    let rights = targets.into_iter().filter(|_| depth == Depth::Rights).map(Question::Rights);
    let questions: Vec<Question> = (0..uploads.len()).map(Question::Look).chain(rights).collect();
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..QUESTIONS.min(questions.len()) {
            scope.spawn(|| {
                while let Some(question) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = ask(publication, question);
                    answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
                }
            });
        }
    });
    let mut seen = Seen { sightings: vec![Sighting::Absent; uploads.len()], ..Seen::default() };
    for answer in answers.into_inner().unwrap_or_else(PoisonError::into_inner) {
        match answer {
            Answer::Seen(one, sighting) => seen.sightings[one] = sighting,
            Answer::Rights(target, access, first) => {
                seen.access.insert(target, access);
                if first {
                    seen.first.insert(target);
                }
            }
        }
    }
    seen
}

fn ask(publication: &Publication<'_>, question: &Question) -> Answer {
    match question {
        Question::Look(one) => {
            let upload = &publication.desired.uploads[*one];
            let sighting = publication.look(upload);
            publication.say(Event::Looked {
                target: upload.label.clone(),
                artifact: upload.shown(),
                sighting: sighting.clone(),
            });
            Answer::Seen(*one, sighting)
        }
        Question::Rights(target) => {
            let upload = publication.desired.uploads.iter().find(|one| one.target == *target);
            let name = upload.map_or("", |one| one.coordinate.name.as_str());
            let Some(registry) = publication.registry(*target) else {
                return Answer::Rights(*target, Access::May { who: None, untold: None }, false);
            };
            // A module's name is its repository's: there is no first publication to announce.
            let go = publication.targets[*target].kind == TargetKind::Go;
            let first = !go && registry.versions(name).is_ok_and(|versions| versions.is_empty());
            if let Some(upload) = upload.filter(|_| first) {
                publication.say(Event::First { target: upload.label.clone(), name: name.to_owned() });
            }
            Answer::Rights(*target, registry.access(name, Some(publication.version)), first)
        }
    }
}
