//! How a publication with a fault has to end.

use std::collections::BTreeMap;

use crate::model::fault::{Fault, FaultKind};
use crate::model::rehearsal::FaultResult;

/// The exit codes of a publication.
const DONE: i32 = 0;
const REFUSED: i32 = 1;
const RESUMABLE: i32 = 3;
const CONFLICT: i32 = 4;

/// Judges a run with a fault and the plain one after it: either it came through, or it stopped and the second run
/// completed it, nothing taken twice; or other bytes stood there, and nothing was sent.
///
/// `attempted` is the number of uploads that were begun in both.
pub fn judge(
    fault: Fault,
    first: i32,
    again: i32,
    accepted: BTreeMap<String, usize>,
    attempted: usize,
) -> FaultResult {
    let once = accepted.values().all(|times| *times == 1);
    let as_expected = match fault.kind {
        FaultKind::Exists => first == CONFLICT && again == CONFLICT && attempted == 0,
        // These end by themselves: a retry may come through.
        FaultKind::DropBefore
        | FaultKind::DropDuring
        | FaultKind::DropAfter
        | FaultKind::RateLimit
        | FaultKind::Error500
        | FaultKind::Error503
        | FaultKind::Late(_) => matches!(first, DONE | REFUSED | RESUMABLE) && again == DONE && once,
        FaultKind::Refuse | FaultKind::Silent | FaultKind::Unauthorized | FaultKind::Forbidden => {
            matches!(first, REFUSED | RESUMABLE) && again == DONE && once
        }
    };
    FaultResult { fault: fault.to_string(), first, again, accepted, as_expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_endings() {
        let once = || BTreeMap::from([("a".to_owned(), 1)]);
        let twice = || BTreeMap::from([("a".to_owned(), 2)]);
        for (fault, first, again, accepted, attempted, right) in [
            ("npm:drop-after", 0, 0, once(), 1, true),
            ("npm:drop-after", 0, 0, twice(), 2, false),
            ("npm:drop-before", 3, 0, once(), 2, true),
            ("npm:drop-before", 4, 0, once(), 2, false),
            ("pypi:unauthorized", 0, 0, once(), 1, false),
            ("pypi:unauthorized", 1, 0, once(), 2, true),
            ("pypi:refuse", 1, 1, once(), 2, false),
            ("pypi:exists", 4, 4, BTreeMap::new(), 0, true),
            ("pypi:exists", 4, 4, BTreeMap::new(), 1, false),
            ("pypi:exists", 0, 4, BTreeMap::new(), 0, false),
        ] {
            let judged = judge(Fault::parse(fault).unwrap(), first, again, accepted, attempted);
            assert_eq!(judged.as_expected, right, "{judged:?}");
        }
    }
}
