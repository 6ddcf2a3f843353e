//! When a call is sent again, and how long that waits.
//!
//! Sources: GitHub's "Rate limits for the REST API" and "Best practices for using the REST API"; GitLab's
//! "Rate limits", "Response headers"; RFC 9110, 10.2.3 (`Retry-After`) and 15.6.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::io::http::{Fault, Head};
use crate::io::signals::Interrupt;

/// The pause that GitHub asks for where a secondary limit names none: at least one minute.
const UNSAID: Duration = Duration::from_secs(60);

/// How often, how long, and who waits.
#[derive(Clone)]
pub struct Patience {
    /// How often a call that may be repeated is sent at most.
    pub tries: u32,
    /// The first pause between two tries; each further one is twice as long.
    pub pause: Duration,
    /// The longest pause that a forge may ask for; a longer one ends the call.
    pub longest: Duration,
    /// One call's limit.
    pub limit: Duration,
    /// Waits; false when somebody asks to stop meanwhile.
    pub wait: Arc<dyn Fn(Duration) -> bool + Send + Sync>,
}

impl fmt::Debug for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patience").field("tries", &self.tries).field("longest", &self.longest).finish()
    }
}

impl Patience {
    /// Three tries, ninety seconds at most between two of them.
    pub fn new(interrupt: Interrupt) -> Patience {
        Patience {
            tries: 3,
            pause: Duration::from_secs(1),
            longest: Duration::from_secs(90),
            limit: Duration::from_secs(30),
            wait: Arc::new(move |time| wait(time, &interrupt)),
        }
    }

    /// With the seconds that the environment allows a call and a wait, where it says so (`WINDLASS_CALL_LIMIT`,
    /// `WINDLASS_PATIENCE`).
    pub fn within(limit: Option<u64>, most: Option<u64>) -> Patience {
        // Whoever asks has changed nothing, so an interrupt ends it at once.
        let mut patience = Patience::new(Interrupt::default());
        if let Some(seconds) = limit {
            patience.limit = Duration::from_secs(seconds);
        }
        match most {
            Some(seconds) => patience.no_longer_than(Duration::from_secs(seconds)),
            None => patience,
        }
    }

    /// No pause lasts longer than this, whatever was asked for: for tests.
    #[must_use]
    pub fn no_longer_than(mut self, most: Duration) -> Patience {
        let wait = self.wait.clone();
        self.wait = Arc::new(move |time| wait(time.min(most)));
        self
    }
}

/// Waits in steps, so that an interrupt is heard.
fn wait(time: Duration, interrupt: &Interrupt) -> bool {
    const STEP: Duration = Duration::from_millis(50);
    let begun = Instant::now();
    while let Some(left) = time.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) {
        if interrupt.came() {
            return false;
        }
        std::thread::sleep(left.min(STEP));
    }
    !interrupt.came()
}

/// What an answer asks of whoever sent the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// It is an answer.
    Nothing,
    /// The server failed; it may say after how long it is back.
    Again(Option<Duration>),
    /// A rate limit; until when.
    Wait(Duration),
}

/// Reads an answer's status, headers and message; `now` in Unix seconds.
pub(super) fn asked(head: &Head, message: &str, now: i64) -> Asked {
    let after = whole(head, "retry-after").map(seconds);
    let spent = ["x-ratelimit-remaining", "ratelimit-remaining"];
    let spent = spent.iter().any(|name| whole(head, name) == Some(0));
    let reset = ["x-ratelimit-reset", "ratelimit-reset"].iter().find_map(|name| whole(head, name));
    let until = || reset.filter(|_| spent).map(|reset| seconds((reset - now).max(1)));
    match head.status {
        429 => Asked::Wait(after.or_else(until).unwrap_or(UNSAID)),
        // GitHub's limits come as 403 too; what tells them from a denial are these headers, else the message.
        403 => match after.or_else(until) {
            Some(time) => Asked::Wait(time),
            None if message.to_ascii_lowercase().contains("rate limit") => Asked::Wait(UNSAID),
            None => Asked::Nothing,
        },
        500 | 502..=504 => Asked::Again(after),
        _ => Asked::Nothing,
    }
}

/// Whether a call that got no answer may get one when it is sent again.
pub(super) fn may_pass(fault: &Fault) -> bool {
    matches!(fault, Fault::Refused(_) | Fault::Timeout(..) | Fault::Broken(_))
}

fn whole(head: &Head, name: &str) -> Option<i64> {
    head.header(name)?.trim().parse().ok()
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, fields: &[(&str, &str)]) -> Head {
        let headers = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Head { status, headers }
    }

    #[test]
    fn limits_are_told_from_denials() {
        let wait = |seconds| Asked::Wait(Duration::from_secs(seconds));
        let again = |seconds| Asked::Again(Some(Duration::from_secs(seconds)));
        type Row = (u16, &'static [(&'static str, &'static str)], &'static str, Asked);
        let table: &[Row] = &[
            (200, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1900")], "", Asked::Nothing),
            (403, &[], "Resource not accessible by integration", Asked::Nothing),
            (403, &[("x-ratelimit-remaining", "57")], "Must have admin rights", Asked::Nothing),
            (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1007")], "", wait(7)),
            (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4600")], "", wait(3600)),
            (403, &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "900")], "", wait(1)),
            (403, &[("retry-after", "30")], "You have exceeded a secondary rate limit", wait(30)),
            (403, &[], "You have exceeded a secondary rate limit", wait(60)),
            (429, &[("retry-after", "5"), ("ratelimit-reset", "9999")], "", wait(5)),
            (429, &[("ratelimit-remaining", "0"), ("ratelimit-reset", "1020")], "Retry later", wait(20)),
            (429, &[("retry-after", "Sat, 21 Nov 2026 00:00:00 GMT")], "", wait(60)),
            (429, &[], "", wait(60)),
            (500, &[], "", Asked::Again(None)),
            (502, &[], "", Asked::Again(None)),
            (503, &[("retry-after", "4")], "", again(4)),
            (504, &[], "", Asked::Again(None)),
            (501, &[], "", Asked::Nothing),
            (404, &[], "", Asked::Nothing),
            (422, &[], "", Asked::Nothing),
        ];
        for (status, fields, message, expected) in table {
            assert_eq!(asked(&head(*status, fields), message, 1000), *expected, "{status} {fields:?}");
        }
    }

    #[test]
    fn a_pause_ends_when_somebody_asks_to_stop() {
        let patience = Patience::new(Interrupt::default()).no_longer_than(Duration::from_millis(1));
        assert!((patience.wait)(Duration::from_secs(3600)));
    }
}
