//! What surrounds every program of a build: fixed time, zone and locale, no secrets, nothing of the caller's
//! that would turn what is built.

use std::path::Path;

use crate::tool::call::Call;
use crate::tool::failure::Failure;

/// Variables that redirect builders or change what they leave out.
const TURNING: [&str; 7] = [
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET",
    "NODE_ENV",
    "NODE_PATH",
    "PYTHONHOME",
    "PYTHONPATH",
    "npm_config_omit",
];

/// The surroundings of one build.
#[derive(Clone, Debug)]
pub struct Ambient {
    /// Seconds since 1970: `SOURCE_DATE_EPOCH` (reproducible-builds.org).
    pub epoch: u64,
    /// Variables that hold credentials: no build needs them, and a build runs other people's code.
    pub hidden: Vec<String>,
}

impl Ambient {
    /// A program in a folder, all that it says in one stream.
    pub fn call(&self, words: Vec<String>, dir: &Path) -> Call {
        let call = Call::program(words, dir)
            .env("SOURCE_DATE_EPOCH", self.epoch.to_string())
            .env("TZ", "UTC")
            .env("LC_ALL", "C")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONHASHSEED", "0")
            .env("TERM", "dumb")
            .env("NO_COLOR", "1");
        TURNING
            .iter()
            .copied()
            .chain(self.hidden.iter().map(String::as_str))
            .fold(call, |call, name| call.without(name))
    }

    /// Runs a program of the repository's own to its end.
    ///
    /// # Errors
    /// When it can't be started or fails.
    pub fn run(&self, words: Vec<String>, dir: &Path) -> Result<(), Failure> {
        self.call(words, dir).merged().run().map(|_| ())
    }
}
