//! A `require` of go.mod (Go Modules Reference, "require directive"): one version with its `v`.
//!
//! It is the least version that will do, and the one that is built with where nobody requires a later
//! one: at a release it follows. A development version is never tagged, so that none can be required;
//! meanwhile the last release that was stays.

use crate::model::form::{Form, Spelling};
use crate::model::version::Version;

const FORM: Form = Form { spelling: Spelling::Semver, v: true };

pub(super) fn admits(text: &str, version: Version) -> Result<bool, String> {
    match FORM.parse(text) {
        Some(required) => Ok(required == version || (version.is_dev() && required <= version)),
        None => Err("is no version of ours".into()),
    }
}

/// What a requirement becomes in a file whose path for the sibling is for `major`; none when it stays.
pub(super) fn follow(major: u64, text: &str, version: Version) -> Result<Option<String>, String> {
    if admits(text, version)? {
        return Ok(None);
    }
    if version.is_dev() {
        return Err(format!("is later than {version}"));
    }
    check(major, version)?;
    Ok(Some(FORM.render(version)))
}

/// Whether a version can be required by a path that is for `major`: from the second major version
/// on the path names it ("Major version suffixes").
fn check(major: u64, version: Version) -> Result<(), String> {
    let wanted = version.major.max(1);
    match (wanted, major) {
        (wanted, major) if wanted == major => Ok(()),
        (1, _) => {
            Err(format!("is of a path that ends with /v{major}, and {version} needs one that does not"))
        }
        _ => Err(format!("is of a path that does not end with /v{wanted}, as {version} needs")),
    }
}
