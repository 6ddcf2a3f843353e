//! The clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::model::date::Date;

/// Today in UTC.
pub fn today() -> Date {
    Date::from_unix(now())
}

/// Seconds since 1970-01-01T00:00:00Z.
pub fn now() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(0)
}
