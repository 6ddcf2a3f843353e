//! Lets the gates look: what takes time side by side, the rest at once.

use super::{Gate, Need, Situation};
use crate::model::gate::{Finding, OFFLINE, Skip, Verdict};
use crate::model::problem::{Code, Problem};

/// Which gates there are, and which of them the user leaves out.
pub struct Asked<'a> {
    pub gates: &'a [Box<dyn Gate>],
    pub skips: &'a [Skip],
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// In the order of the list.
    pub findings: Vec<Finding>,
    /// What was left out on purpose; for a gate that looked here alone the other half.
    pub skips: Vec<Skip>,
}

impl Judged {
    /// Whether nothing stands against going on.
    pub fn holds(&self) -> bool {
        !self.findings.iter().any(|finding| finding.verdict.bars())
    }
}

/// Lets every gate of the situation's stage look.
pub fn run(asked: &Asked<'_>, situation: &Situation<'_>) -> Judged {
    let stands = |gate: &&dyn Gate| gate.stages().contains(&situation.stage);
    let gates: Vec<&dyn Gate> = asked.gates.iter().map(AsRef::as_ref).filter(stands).collect();
    let findings: Vec<Finding> = std::thread::scope(|scope| {
        let looking: Vec<_> = gates
            .iter()
            .copied()
            .map(|gate| {
                let wanted = asked.skips.iter().find(|skip| skip.gate == gate.name());
                let need = gate.need(situation);
                match (wanted, need) {
                    (Some(wanted), _) => Look::Done(Finding::skipped(&wanted.reason)),
                    (None, Need::Network) if situation.offline => Look::Done(Finding::skipped(OFFLINE)),
                    (None, Need::Nothing) => Look::Done(gate.look(situation)),
                    (None, _) => Look::Beside(scope.spawn(move || gate.look(situation))),
                }
            })
            .collect();
        let end = |(gate, look): (&&dyn Gate, Look<'_>)| {
            let finding = match look {
                Look::Done(finding) => finding,
                Look::Beside(thread) => thread.join().unwrap_or_else(|_| broke_off(gate.name())),
            };
            Finding { gate: gate.name().to_owned(), ..finding }
        };
        gates.iter().zip(looking).map(end).collect()
    });
    let left_out = |(gate, finding): (&&dyn Gate, &Finding)| {
        let reason = match &finding.verdict {
            Verdict::Skipped { reason } => reason.clone(),
            Verdict::Pass if gate.looks_here_alone(situation) => OFFLINE.to_owned(),
            _ => return None,
        };
        Some(Skip { gate: finding.gate.clone(), reason })
    };
    let skips = gates.iter().zip(&findings).filter_map(left_out).collect();
    Judged { findings, skips }
}

enum Look<'scope> {
    Done(Finding),
    Beside(std::thread::ScopedJoinHandle<'scope, Finding>),
}

/// A gate that panics has said nothing.
fn broke_off(name: &str) -> Finding {
    let what = format!("the gate {name} broke off by a fault of its own");
    Finding::unknown(what.clone(), vec![Problem::new(Code::W0823, what)])
}
