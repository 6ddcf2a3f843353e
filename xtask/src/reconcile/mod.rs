//! Publishing with effects: look at all registries, upload what is missing, confirm, let floating tags follow.
//!
//! Nothing here remembers anything. What a killed run has done, the registries show to the next one.

mod deliver;
mod follow;
mod probe;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::model::form::Form;
use crate::model::names::Name;
use crate::model::problem::{Code, Problem, Problems};
use crate::model::publication::Event;
use crate::model::sighting::Sighting;
use crate::model::target::Target;
use crate::model::version::Version;
use crate::publish::gate::{Passage, Seen};
use crate::publish::graph::State;
use crate::publish::{Desired, Graph, Upload, pace};
use crate::registry::{Built, Registry, Wanted, World, open};

pub use probe::{Depth, probe};

/// How many uploads run at once, and how many questions.
const AT_ONCE: usize = 4;
const QUESTIONS: usize = 8;

/// One release as it is brought to its registries.
pub struct Publication<'a> {
    pub world: &'a World,
    pub targets: &'a [&'a Target],
    pub desired: &'a Desired,
    /// The folder of `artifacts.json`.
    pub folder: PathBuf,
    pub version: Version,
    pub form: &'a (dyn Fn(&Name) -> Form + Sync),
    pub sink: &'a (dyn Fn(Event) + Sync),
    pub kill: Kill,
    registries: Vec<Option<Box<dyn Registry + 'a>>>,
}

/// Ends the process after a number of effects, for the fault tests.
#[derive(Debug, Default)]
pub struct Kill {
    after: Option<u32>,
    count: AtomicU32,
}

impl Kill {
    pub fn after(after: Option<u32>) -> Kill {
        Kill { after, count: AtomicU32::new(0) }
    }

    /// An effect is about to be made, or has been.
    fn effect(&self) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if self.after == Some(count) {
            std::process::abort();
        }
    }
}

/// How a publication ended.
#[derive(Debug)]
pub struct Ended {
    /// What stands at the registries, as last seen, in the order of the uploads.
    pub sightings: Vec<Sighting>,
    pub problems: Problems,
    /// What went wrong at optional targets; it stopped nothing else.
    pub optional: Problems,
    pub conflict: bool,
    /// Uploads that were made by this run.
    pub uploaded: usize,
}

impl<'a> Publication<'a> {
    pub fn new(
        world: &'a World,
        targets: &'a [&'a Target],
        desired: &'a Desired,
        folder: &Path,
        version: Version,
        form: &'a (dyn Fn(&Name) -> Form + Sync),
        sink: &'a (dyn Fn(Event) + Sync),
    ) -> Publication<'a> {
        let registries = targets.iter().map(|target| open(target, world)).collect();
        let (folder, kill) = (folder.to_owned(), Kill::default());
        Publication { world, targets, desired, folder, version, form, sink, kill, registries }
    }

    /// Ends the process after a number of effects.
    #[must_use]
    pub fn killed(mut self, kill: Kill) -> Publication<'a> {
        self.kill = kill;
        self
    }

    fn registry(&self, target: usize) -> Option<&(dyn Registry + 'a)> {
        self.registries.get(target)?.as_deref()
    }

    fn say(&self, event: Event) {
        (self.sink)(event);
    }

    fn path(&self, upload: &Upload) -> Option<PathBuf> {
        upload.artifact.as_ref().map(|artifact| self.folder.join(&artifact.path))
    }

    /// The names of all that goes to the registry that an upload goes to.
    fn siblings(&self, upload: &Upload) -> BTreeSet<&str> {
        let registry = |target: usize| self.targets.get(target).map(|target| (target.kind, &target.registry));
        let same = |one: &&Upload| registry(one.target) == registry(upload.target);
        self.desired.uploads.iter().filter(same).map(|one| one.coordinate.name.as_str()).collect()
    }

    /// Asks for one upload's coordinate.
    fn look(&self, upload: &Upload) -> Sighting {
        let Some(registry) = self.registry(upload.target) else {
            return Sighting::unknown("no registry shows it");
        };
        let (path, siblings) = (self.path(upload), self.siblings(upload));
        let built = upload.artifact.as_ref().zip(path.as_deref());
        let built = built.map(|(artifact, path)| Built { artifact, path, siblings: &siblings });
        registry.look(&Wanted { coordinate: &upload.coordinate, built })
    }

    /// Makes the uploads that the gate let through, in their order, then lets the floating tags follow.
    ///
    /// # Errors
    /// `W0750` when they wait for each other; nothing was uploaded.
    pub fn run(&self, seen: &Seen, passage: &Passage) -> Result<Ended, Problem> {
        let begun = Instant::now();
        let mut graph = self.graph(passage)?;
        let due = self.due(seen, passage);
        let mut ended = Ended {
            sightings: seen.sightings.clone(),
            problems: Problems::new(),
            optional: Problems::new(),
            conflict: false,
            uploaded: 0,
        };
        let (sender, receiver) = mpsc::channel();
        std::thread::scope(|scope| {
            let mut running = 0;
            loop {
                for one in graph.take_ready(AT_ONCE - running) {
                    running += 1;
                    let (sender, wait) = (sender.clone(), due.get(&one).copied().unwrap_or_default());
                    scope.spawn(move || {
                        let upload = &self.desired.uploads[one];
                        let rest = wait.saturating_sub(begun.elapsed());
                        if !rest.is_zero() {
                            self.say(deliver::waiting(upload, rest, "the registry's rate limit"));
                            std::thread::sleep(rest);
                        }
                        let _ = sender.send((one, self.deliver(upload)));
                    });
                }
                if running == 0 {
                    break;
                }
                let Ok((one, delivery)) = receiver.recv() else { break };
                running -= 1;
                ended.uploaded += usize::from(delivery.uploaded);
                ended.sightings[one] = delivery.sighting;
                match delivery.problem {
                    None => graph.mark_confirmed(one),
                    Some(problem) if self.may_fail(one, &problem) => {
                        ended.optional.push(problem);
                        self.give_up(one, &mut graph);
                    }
                    Some(problem) => {
                        ended.conflict |= problem.code == Code::W0754;
                        ended.problems.push(problem);
                        graph.mark_failed(one);
                        // What runs comes to its end; nothing new is begun on doubtful ground.
                        graph.stop();
                    }
                }
            }
        });
        if ended.problems.is_empty() {
            self.follow(&mut ended, passage);
        }
        let bytes = passage.uploads.iter().filter(|one| graph.state(**one) == State::Confirmed);
        let bytes =
            bytes.filter_map(|one| self.desired.uploads[*one].artifact.as_ref()).map(|one| one.size).sum();
        self.say(Event::Finished { uploads: ended.uploaded, bytes, millis: millis(begun.elapsed()) });
        Ok(ended)
    }

    /// Whether an upload's problem leaves the others alone: its target is optional, and no other bytes stand there.
    fn may_fail(&self, one: usize, problem: &Problem) -> bool {
        !self.desired.uploads[one].required && problem.code != Code::W0754
    }

    /// Leaves an optional target be, with what it has not begun.
    fn give_up(&self, one: usize, graph: &mut Graph) {
        graph.leave_out(one);
        let target = self.desired.uploads[one].target;
        let waiting: Vec<usize> = graph.in_state(State::Waiting).collect();
        for other in waiting.into_iter().filter(|other| self.desired.uploads[*other].target == target) {
            graph.leave_out(other);
        }
    }

    /// The order of the uploads; what stands there already, or is left out, holds nobody up.
    fn graph(&self, passage: &Passage) -> Result<Graph, Problem> {
        let mut graph = Graph::new(self.desired.after.clone()).map_err(|circle| {
            let mut names: Vec<&str> =
                circle.iter().map(|one| self.desired.uploads[*one].package.as_str()).collect();
            names.dedup();
            Problem::new(Code::W0750, names.join(", "))
        })?;
        for one in 0..self.desired.uploads.len() {
            if !passage.uploads.contains(&one) {
                graph.leave_out(one);
            }
        }
        Ok(graph)
    }

    /// When each upload may start, by the rate limits that are known; said aloud where that is not at once.
    fn due(&self, seen: &Seen, passage: &Passage) -> BTreeMap<usize, Duration> {
        let limit = |one: &usize| {
            let upload = &self.desired.uploads[*one];
            let own = self.targets[upload.target].registry.is_some();
            pace::limit(upload.kind, own, seen.first.contains(&upload.target))
        };
        let limits: Vec<_> = passage.uploads.iter().map(limit).collect();
        let due = pace::schedule(&limits);
        if let Some((one, last)) = passage.uploads.iter().zip(&due).max_by_key(|(_, due)| **due)
            && !last.is_zero()
        {
            let target = self.desired.uploads[*one].label.clone();
            self.say(Event::Paced { target, seconds: last.as_secs() });
        }
        passage.uploads.iter().copied().zip(due).collect()
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The files that were built still have their digests.
///
/// # Errors
/// `W0757`, one for each that has not.
pub fn unchanged(desired: &Desired, folder: &Path) -> Result<(), Problems> {
    let check = |upload: &Upload| {
        let artifact = upload.artifact.as_ref()?;
        let path = folder.join(&artifact.path);
        let gone = |why: String| {
            Some(Problem::new(Code::W0757, format!("{}: {why}", artifact.path)).run("cargo xtask build"))
        };
        // An image's blobs are named by their digests; its manifest is read again when it is pushed.
        if path.is_dir() {
            let manifest = path.join("blobs/sha256").join(&artifact.sha256);
            return if manifest.is_file() { None } else { gone("its manifest is missing".into()) };
        }
        match crate::io::files::sha256_of(&path) {
            Ok(Some(now)) if now == artifact.sha256 => None,
            Ok(Some(now)) => gone(format!("its SHA-256 is {now}, the list says {}", artifact.sha256)),
            Ok(None) => gone("it is missing".into()),
            Err(error) => gone(error.to_string()),
        }
    };
    let problems: Problems = desired.uploads.iter().filter_map(check).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
