//! Who is let in at a registry: by what the config names, or by what a machine has.

use windlass::model::target::TargetKind;

/// What lets clients in without a word of the config.
pub const LOGINS: [&str; 4] =
    ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "NPM_CONFIG_USERCONFIG", "CARGO_REGISTRIES_LOCAL_TOKEN"];

/// The variable of a target's user.
pub fn user_of(kind: TargetKind) -> String {
    format!("PROBE_{kind}_USER").to_uppercase()
}

/// The variable of a target's token.
pub fn token_of(kind: TargetKind) -> String {
    format!("PROBE_{kind}_TOKEN").to_uppercase()
}
