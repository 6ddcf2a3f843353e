//! Brings an entry to its whole: look, make the steps that are left, look again.
//!
//! What a failed step left is not guessed: the forge is looked at. A draft is asked for once in a run, since two of
//! one tag are possible; other steps twice at most.

use super::entries::{Entries, Miss};
use crate::entry::judge::{batch, judge};
use crate::model::entry::{Difference, Entry, Found, Look, Step};
use crate::model::forge::Trouble;
use crate::model::names::CommitId;

/// How often the forge is looked at for a step whose answer got lost, a pause before each.
const LOOKS: u32 = 3;
/// More rounds than any state asks for: draft, assets, links, publication, the latest's mark, each once more.
const ROUNDS: u32 = 16;

/// What is seen of an entry before anything is done.
#[derive(Clone, Debug)]
pub struct Survey {
    pub look: Look,
    /// All that is left to do; nothing when the entry is whole.
    pub steps: Vec<Step>,
}

/// Why an entry is not brought to its whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The forge's tag: none, or one that leads elsewhere.
    Tag(Option<CommitId>),
    /// Another entry stands there.
    Other(Vec<Difference>),
    /// The forge did not tell.
    Asked(Trouble),
    /// The forge did not take a step.
    Refused(Step, Trouble),
    /// Every step was taken, and these are still left.
    Unseen(Vec<Step>),
}

/// How it ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// As last seen.
    pub found: Option<Found>,
    /// The steps that were made.
    pub made: Vec<Step>,
    /// Whether anything may have been changed.
    pub touched: bool,
    pub stop: Option<Stop>,
}

/// Whoever watches, and whoever waits.
pub struct Hands<'a> {
    /// Whether it is the latest, by the other entries' tags.
    pub latest: &'a dyn Fn(&[String]) -> bool,
    /// A step is about to be made.
    pub says: &'a mut dyn FnMut(&Step),
    /// A pause; false when somebody asks to stop.
    pub waits: &'a dyn Fn() -> bool,
}

/// Looks, and says what is left to do. Changes nothing.
///
/// # Errors
/// Why nothing may be done.
pub fn survey(
    entries: &dyn Entries,
    entry: &mut Entry,
    latest: &dyn Fn(&[String]) -> bool,
) -> Result<Survey, Stop> {
    tag(entries, entry)?;
    again(entries, entry, None, latest)
}

/// Makes every step that is left.
pub fn complete(entries: &dyn Entries, entry: &mut Entry, hands: &mut Hands<'_>) -> Ended {
    let mut course = Course { made: Vec::new(), tried: Vec::new(), draft: None, found: None };
    let stop = course.run(entries, entry, hands).err();
    Ended { found: course.found, touched: !course.tried.is_empty(), made: course.made, stop }
}

struct Course {
    made: Vec<Step>,
    /// Steps that were asked for, each as often as it was.
    tried: Vec<Step>,
    /// The id of the draft that was made.
    draft: Option<String>,
    found: Option<Found>,
}

impl Course {
    fn run(&mut self, entries: &dyn Entries, entry: &mut Entry, hands: &mut Hands<'_>) -> Result<(), Stop> {
        let mut steps = survey(entries, entry, hands.latest).map(|survey| self.saw(survey))?;
        for _ in 0..ROUNDS {
            if steps.is_empty() {
                // What was published is read back with its tag.
                return if self.tried.is_empty() { Ok(()) } else { tag(entries, entry) };
            }
            let count = batch(&steps);
            steps = self.round(&steps[..count], entries, entry, hands)?;
        }
        Err(Stop::Unseen(steps))
    }

    /// Makes some steps, and looks again; gives what is left then.
    fn round(
        &mut self,
        steps: &[Step],
        entries: &dyn Entries,
        entry: &mut Entry,
        hands: &mut Hands<'_>,
    ) -> Result<Vec<Step>, Stop> {
        for step in steps {
            if *step == Step::Publish {
                tag(entries, entry)?;
            }
            (hands.says)(step);
            self.tried.push(step.clone());
            match entries.make(step, entry, self.found.as_ref()) {
                Ok(id) => {
                    self.draft = id.or(self.draft.take());
                    self.made.push(step.clone());
                }
                Err(miss) => return self.missed(step, miss, entries, entry, hands),
            }
        }
        let left = self.looks(entries, entry, hands)?;
        // Lists lag behind at times; what was made is not made again for that.
        for _ in 0..LOOKS {
            if !steps.iter().any(|step| left.contains(step)) {
                return Ok(left);
            }
            if !(hands.waits)() {
                break;
            }
            let left = self.looks(entries, entry, hands)?;
            if !steps.iter().any(|step| left.contains(step)) {
                return Ok(left);
            }
        }
        Err(Stop::Unseen(left))
    }

    /// A step that failed, or whose answer got lost: the forge says which.
    fn missed(
        &mut self,
        step: &Step,
        miss: Miss,
        entries: &dyn Entries,
        entry: &mut Entry,
        hands: &mut Hands<'_>,
    ) -> Result<Vec<Step>, Stop> {
        let refused = || Stop::Refused(step.clone(), miss.trouble.clone());
        if !matches!(miss.trouble, Trouble::Unknown { .. }) {
            return Err(refused());
        }
        let looks = if miss.lost { LOOKS } else { 1 };
        let mut left = Vec::new();
        for look in 0..looks {
            if look > 0 && !(hands.waits)() {
                return Err(refused());
            }
            // Why it failed says more than that nothing is known since.
            left = match self.looks(entries, entry, hands) {
                Err(Stop::Asked(_)) => return Err(refused()),
                left => left?,
            };
            if !left.contains(step) {
                self.made.push(step.clone());
                return Ok(left);
            }
            // An upload that was left unfinished shows what became of it.
            if left.iter().any(|one| matches!((one, step), (Step::Discard { asset: a }, Step::Upload { asset: b, .. }) if a == b))
            {
                break;
            }
        }
        let tries = self.tried.iter().filter(|one| *one == step).count();
        if miss.lost && *step != Step::Draft && tries < 2 { Ok(left) } else { Err(refused()) }
    }

    fn looks(
        &mut self,
        entries: &dyn Entries,
        entry: &mut Entry,
        hands: &mut Hands<'_>,
    ) -> Result<Vec<Step>, Stop> {
        let survey = again(entries, entry, self.draft.as_deref(), hands.latest)?;
        Ok(self.saw(survey))
    }

    fn saw(&mut self, survey: Survey) -> Vec<Step> {
        self.found = survey.look.entries.into_iter().next();
        survey.steps
    }
}

/// The tag is there and leads to the release's commit.
fn tag(entries: &dyn Entries, entry: &Entry) -> Result<(), Stop> {
    match entries.tagged(&entry.tag).map_err(Stop::Asked)? {
        Some(commit) if commit == entry.commit => Ok(()),
        other => Err(Stop::Tag(other)),
    }
}

fn again(
    entries: &dyn Entries,
    entry: &mut Entry,
    known: Option<&str>,
    latest: &dyn Fn(&[String]) -> bool,
) -> Result<Survey, Stop> {
    let look = entries.look(entry, known).map_err(Stop::Asked)?;
    entry.latest = latest(&look.others);
    let steps = judge(entry, &look, entries.kind()).map_err(Stop::Other)?;
    Ok(Survey { look, steps })
}
