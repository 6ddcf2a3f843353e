//! What lies in the folder afterwards.

use std::time::Duration;

use super::Making;
use crate::app::App;
use crate::artifact::list;
use crate::build::Finished;
use crate::build::store::Store;
use crate::model::artifact::Artifacts;
use crate::report;

/// Prints what lies there; as JSON it is collected.
pub(super) fn shown(
    app: &mut App<'_>,
    making: &Making,
    store: &Store,
    artifacts: &Artifacts,
    ends: &[Finished],
) -> serde_json::Value {
    let folder =
        store.folder.strip_prefix(&making.repository.root).unwrap_or(&store.folder).display().to_string();
    let took = |path: &str| -> Option<Duration> {
        let made = |end: &&Finished| {
            end.stored.iter().flat_map(|stored| &stored.artifacts).any(|artifact| artifact.path == path)
        };
        ends.iter().find(made).map(|end| end.took)
    };
    if app.json() {
        let seconds: std::collections::BTreeMap<&str, f64> =
            ends.iter().map(|end| (end.label.as_str(), end.took.as_secs_f64())).collect();
        return serde_json::json!({
            "folder": folder,
            "list": format!("{folder}/{}", list::FILE),
            "built": !ends.is_empty(),
            "seconds": seconds,
            "artifacts": artifacts,
        });
    }
    let text = report::build::built(artifacts, &folder, &took, app.style);
    app.result(&text);
    serde_json::Value::Null
}
