//! What happens while a release is published, for whoever watches.

use serde::{Deserialize, Serialize};

use super::sighting::Sighting;

/// One thing that was seen or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The registries are asked, nothing is changed.
    Probing {
        artifacts: usize,
        targets: usize,
    },
    Looked {
        target: String,
        artifact: String,
        sighting: Sighting,
    },
    /// A name that its registry has never seen: from here on it is taken.
    First {
        target: String,
        name: String,
    },
    /// Uploads that a known rate limit holds back; the last one starts after so many seconds.
    Paced {
        target: String,
        seconds: u64,
    },
    Started {
        target: String,
        artifact: String,
        bytes: u64,
    },
    /// The client said that it failed; the registry is asked.
    Said {
        target: String,
        artifact: String,
        said: String,
    },
    /// Tried again after so many seconds.
    Waiting {
        target: String,
        artifact: String,
        seconds: u64,
        why: String,
    },
    /// The registry shows it. `uploaded` is false where it stood there already.
    Confirmed {
        target: String,
        artifact: String,
        bytes: u64,
        millis: u64,
        uploaded: bool,
    },
    Failed {
        target: String,
        artifact: String,
    },
    /// A target's package was installed in a clean room.
    Installed {
        target: String,
        by: String,
        millis: u64,
        attempts: u32,
        checked: bool,
    },
    /// A floating tag names this release.
    Moved {
        target: String,
        tag: String,
        version: String,
    },
    /// A floating tag stays.
    Stays {
        target: String,
        tag: String,
        why: String,
    },
    /// All of it, with its uploads' bytes and time.
    Finished {
        uploads: usize,
        bytes: u64,
        millis: u64,
    },
}
