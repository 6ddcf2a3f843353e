//! The plan's id: the same release planned again has the same id, whatever the day.

use serde_json::{Value, json};

use crate::model::digest::sha256;
use crate::model::plan::Plan;
use crate::model::request::Request;

/// SHA-256 over the canonical JSON of what the release does.
///
/// Base, request, edits, deletions, hooks, commit, tags and pushes count. The date does not (it is
/// masked inside the edits), nor do unmet conditions, warnings, digests of what was read, and what
/// gates found: a plan gets its id before they look. Whether the remote was asked (`--offline`) does not
/// count either: it changes what is known, not what is done, and a rehearsal always asks.
pub(super) fn of(plan: &Plan) -> String {
    let edits = |file: &crate::model::plan::FilePlan| -> Vec<Value> {
        file.edits.iter().map(|edit| json!([edit.start, edit.end, edit.undated()])).collect()
    };
    let view = json!({
        "format": plan.format,
        "base": plan.base,
        "branch": plan.branch,
        "request": Request { offline: false, ..plan.request.clone() },
        "groups": plan.groups,
        "files": plan.files.iter().map(|file| json!([file.path, edits(file)])).collect::<Vec<_>>(),
        "deletions": plan.deletions.iter().map(|deletion| &deletion.path).collect::<Vec<_>>(),
        "hooks": plan.hooks,
        "commit": plan.commit,
        "tags": plan.tags,
        "pushes": plan.pushes,
    });
    sha256(view.to_string().as_bytes())
}
