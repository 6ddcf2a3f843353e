//! A rehearsal of this very plan passed.

use super::{Gate, Situation, needs_a_bump};
use crate::io::files;
use crate::model::command::paste;
use crate::model::config::Flow;
use crate::model::gate::{Finding, Stage};
use crate::model::problem::{Code, Problem};
use crate::model::rehearsal::{FORMAT, RECORDS, Record, Verdict};

/// `rehearsal`.
pub(super) struct Rehearsal;

impl Gate for Rehearsal {
    fn name(&self) -> &str {
        "rehearsal"
    }

    fn stages(&self) -> &[Stage] {
        &[Stage::Release]
    }

    fn look(&self, situation: &Situation<'_>) -> Finding {
        if !situation.workspace.config.gates.rehearsal {
            return Finding::off("`required` under [gates.rehearsal]");
        }
        if situation.rehearsal {
            return Finding::off("this is the rehearsal");
        }
        let Some(plan) = situation.plan else { return needs_a_bump(situation) };
        if !plan.request.prepare && plan.groups.iter().all(|group| group.flow == Flow::Reviewed) {
            return Finding::off("it is asked for when a release is prepared");
        }
        let rehearse = format!("cargo xtask rehearse {}", paste(&plan.request.words()));
        let problem = |what: String| Problem::new(Code::W0828, what).run(&rehearse);
        let name = format!("{RECORDS}/{}.json", plan.id);
        let bytes = match files::read(&situation.repository.root.join(&name)) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                let what = format!("nobody rehearsed the plan {}", plan.short_id());
                return Finding::fail(what.clone(), vec![problem(what)]);
            }
            Err(error) => {
                return Finding::unknown(format!("{name}: {error}"), vec![problem(error.to_string())]);
            }
        };
        let record = match serde_json::from_slice::<Record>(&bytes) {
            Ok(record) if record.format == FORMAT && record.plan == plan.id => record,
            _ => {
                let what = format!("{name} is no record of this plan");
                return Finding::unknown(what.clone(), vec![problem(what)]);
            }
        };
        match (record.verdict, &record.fault) {
            (Verdict::Passed, None) => Finding::pass(format!("the plan {} was rehearsed", plan.short_id())),
            (verdict, fault) => {
                let what = match (verdict, fault) {
                    (_, Some(fault)) => format!("it was rehearsed with the fault {} only", fault.fault),
                    (Verdict::Incomplete, _) => "the rehearsal left targets out".to_owned(),
                    (Verdict::Conflict, _) => "the rehearsal ended with a conflict".to_owned(),
                    _ => "the rehearsal failed".to_owned(),
                };
                Finding::fail(what.clone(), vec![problem(what)])
            }
        }
    }
}
