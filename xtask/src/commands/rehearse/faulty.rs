//! A publication that meets a fault, and the one after it.

use super::course::{Course, Stop, words};
use crate::app::{App, Exit};
use crate::model::artifact::Artifact;
use crate::model::fault::{Fault, FaultKind};
use crate::model::problem::{Code, Problem};
use crate::model::rehearsal::Verdict;
use crate::rehearse::judge::judge;
use crate::rehearse::surroundings::Surroundings;

/// How long one call of a client may take while a fault is there.
const FAULTY_CALL: &str = "20";

impl Course<'_> {
    /// With the fault, then without it.
    pub(super) fn publish_with(
        &mut self,
        app: &mut App<'_>,
        way: &Surroundings,
        fault: Fault,
    ) -> Result<(), Stop> {
        if fault.kind == FaultKind::Exists {
            let artifacts: Vec<Artifact> =
                self.artifacts.iter().flat_map(|list| &list.artifacts).cloned().collect();
            self.place()?.plant(fault.target, &artifacts)?;
        }
        app.progress(&format!("\nThe fault: {fault}\n"));
        let short = way.with("WINDLASS_CALL_LIMIT", FAULTY_CALL);
        let first = self.publish_all(app, &short)?;
        app.progress(&format!(
            "  ended with exit code {first}\n\nThe fault is mended; the same command again\n"
        ));
        if fault.kind != FaultKind::Exists {
            self.place()?.heal()?;
        }
        let again = self.publish_all(app, way)?;
        app.progress(&format!("  ended with exit code {again}\n"));
        let places = self.place()?;
        let judged = judge(fault, first, again, places.accepted(), places.attempted());
        let fine = judged.as_expected;
        self.results.record.fault = Some(judged);
        match (fine, fault.kind) {
            (true, FaultKind::Exists) => {
                self.results.record.verdict = Verdict::Conflict;
                Err(Stop::Failed(Exit::Conflict))
            }
            (true, _) => Ok(()),
            (false, _) => {
                let what = format!("{fault}: exit code {first}, then {again}");
                Err(Problem::new(Code::W0782, what).run(format!("{} --keep", self.asked.command())).into())
            }
        }
    }

    /// Every group's; the first exit code that is not 0.
    fn publish_all(&mut self, app: &mut App<'_>, way: &Surroundings) -> Result<i32, Stop> {
        for one in self.results.record.groups.clone() {
            let ended = self.stage(app, "publish", &words(&["publish", "--tag", one.tag.as_str()]), way)?;
            if ended.code != 0 {
                return Ok(ended.code);
            }
        }
        Ok(0)
    }
}
