//! A `require` of go.mod (Go Modules Reference, "require directive"): one version with its `v`.

use crate::model::form::{Form, Spelling};
use crate::model::version::Version;

const FORM: Form = Form { spelling: Spelling::Semver, v: true };

pub(super) fn admits(text: &str, version: Version) -> Result<bool, String> {
    match FORM.parse(text) {
        Some(required) => Ok(required == version),
        None => Err("is no version of ours".into()),
    }
}

pub(super) fn pin(version: Version) -> String {
    FORM.render(version)
}

/// Whether a version can be required by a path that is for `major`: from the second major version
/// on the path names it ("Major version suffixes").
pub(super) fn check(major: u64, version: Version) -> Result<(), String> {
    let wanted = version.major.max(1);
    match (wanted, major) {
        (wanted, major) if wanted == major => Ok(()),
        (1, _) => {
            Err(format!("is of a path that ends with /v{major}, and {version} needs one that does not"))
        }
        _ => Err(format!("is of a path that does not end with /v{wanted}, as {version} needs")),
    }
}
