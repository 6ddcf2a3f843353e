//! Rate limits that a registry is known for, planned and shown before anything starts.

use std::time::Duration;

use crate::model::target::TargetKind;

/// A burst that is let through at once, and one more per period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub burst: usize,
    pub period: Duration,
}

/// The limits of the public cargo registry (its documentation, "Rate limits" of the web API):
/// names that it has never seen, and versions of known names.
const NEW_CRATES: Limit = Limit { burst: 5, period: Duration::from_secs(600) };
const NEW_VERSIONS: Limit = Limit { burst: 30, period: Duration::from_secs(60) };

/// The known limit for such an upload. A registry of the user's own has none that is known.
pub fn limit(kind: TargetKind, own_registry: bool, first: bool) -> Option<Limit> {
    match kind {
        TargetKind::Crates if !own_registry => Some(if first { NEW_CRATES } else { NEW_VERSIONS }),
        _ => None,
    }
}

impl Limit {
    /// How long after the first one the `index`-th upload (from 0) is let through, the bucket full.
    pub fn due(self, index: usize) -> Duration {
        let over = (index + 1).saturating_sub(self.burst);
        self.period.saturating_mul(u32::try_from(over).unwrap_or(u32::MAX))
    }
}

/// When each of some uploads is due, in their order, given the limit of each.
pub fn schedule(limits: &[Option<Limit>]) -> Vec<Duration> {
    let mut counts: Vec<(Limit, usize)> = Vec::new();
    let due = |limit: &Option<Limit>| {
        let Some(limit) = limit else { return Duration::ZERO };
        let index = match counts.iter_mut().find(|(known, _)| known == limit) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                counts.push((*limit, 0));
                0
            }
        };
        limit.due(index)
    };
    limits.iter().map(due).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sixth_new_crate_waits_ten_minutes() {
        let new = limit(TargetKind::Crates, false, true);
        let known = limit(TargetKind::Crates, false, false);
        let limits = [new, new, known, new, new, new, new, None, new];
        let due: Vec<u64> = schedule(&limits).iter().map(Duration::as_secs).collect();
        assert_eq!(due, [0, 0, 0, 0, 0, 0, 600, 0, 1200]);
        assert_eq!(schedule(&[known; 32]).last().unwrap().as_secs(), 120);
        assert_eq!(limit(TargetKind::Crates, true, true), None);
        assert_eq!(limit(TargetKind::Npm, false, true), None);
    }
}
