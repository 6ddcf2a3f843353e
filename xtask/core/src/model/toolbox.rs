//! What the programs of a rehearsal are locked to, with hashes.

/// For pip: devpi-server, build, hatchling, twine, and all that they require.
pub const REQUIREMENTS: &str = include_str!("toolbox/requirements.txt");
/// For npm: verdaccio.
pub const NPM_PACKAGE: &str = include_str!("toolbox/package.json");
pub const NPM_LOCK: &str = include_str!("toolbox/package-lock.json");
